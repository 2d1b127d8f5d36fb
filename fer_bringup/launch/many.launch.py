"""Several cameras, each in a namespace of its own; one room's emotion of them all, and its light."""

from typing import List  # noqa: UP035 - launch_ros compares with it

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, OpaqueFunction
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

from fer_bringup import reach
from fer_bringup.errors import BringupError
from fer_bringup.leftovers import remove_leftovers

SIGTERM_AFTER_S = "10"
"""After Ctrl-C, before launch sends SIGTERM: its own 5 s would cut short the fade of a deep red light."""
ARGUMENTS = {
    "cameras": ("2", "how many; their namespaces are camera_0, camera_1, ..."),
    "sources": (
        "",
        "one for each camera, separated by commas, or one for all: camera index, video file or image folder; "
        "empty: only listen on camera_N/image",
    ),
    "image_topic": ("image", "name of the image topic within each camera's namespace"),
    "qos_reliability": (
        "",
        "of the image subscriptions: reliable loses no large image but hears reliable cameras only; best_effort hears "
        "every camera; empty: reliable with sources, else best_effort",
    ),
    "shared": ("false", "true: one perception process for all cameras, batched; false: one for each"),
    "loop": ("false", "start files again at their end"),
    "room": ("mean", "the room of all cameras: largest, nearest, most_certain, or the mean of all faces"),
    "lights": ("[console]", "YAML list of lights; [] starts no colour node"),
    "model": ("", "the emotion network's model file; empty: the one that ships"),
    "detector": ("auto", "face detector: yunet, haar, or auto"),
    "threads": ("1", "for a detection and for the model, in each perception process"),
    "reach": (
        "",
        "who can hear the nodes and talk to them: machine, or network; empty: with sources this machine alone, unless "
        "the environment names a transport profile or a discovery range; without them as it says",
    ),
    "namespace": ("", "puts everything into a namespace"),
    "use_sim_time": ("false", "take stamps from /clock"),
}


def value(name, kind=str):
    return ParameterValue(LaunchConfiguration(name), value_type=kind)


def nodes(context):
    """How many there are is known only here; the arguments stand above."""

    def given(name):
        return LaunchConfiguration(name).perform(context)

    try:
        cameras = [f"camera_{index}" for index in range(int(given("cameras")))]
    except ValueError:
        raise RuntimeError(f"cameras is '{given('cameras')}'; give a number, as cameras:=3") from None
    sources = [source.strip() for source in given("sources").split(",") if source.strip()]
    if not cameras:
        raise RuntimeError("cameras is less than 1; give a number, as cameras:=3")
    if len(sources) not in (0, 1, len(cameras)):
        raise RuntimeError(
            f"sources names {len(sources)} for {len(cameras)} cameras; name one for each, or one for all"
        )
    within = given("namespace").strip("/")
    try:
        surroundings = reach.within(given("reach"), context.environment, alone=bool(sources))
    except BringupError as error:
        raise RuntimeError(str(error)) from error
    remove_leftovers()
    common = {"use_sim_time": value("use_sim_time", bool)}
    perception = {
        "model": value("model"),
        "detector": value("detector"),
        "threads": value("threads", int),
        "qos_reliability": given("qos_reliability") or ("reliable" if sources else "best_effort"),
        "rep155": False,  # each camera would speak on the same /humans/faces, and of faces with the same ids
    }

    def node(package, executable, name, parameters, namespace="", remappings=()):
        return Node(
            package=package, executable=executable, name=name,
            namespace="/".join(part for part in (within, namespace) if part),
            parameters=[{**common, **parameters}], remappings=list(remappings), output="screen", emulate_tty=True,
            sigterm_timeout=SIGTERM_AFTER_S, env=surroundings,
        )  # fmt: skip

    image = given("image_topic")
    started = []
    for index, camera in enumerate(cameras):
        if sources:
            source = sources[index if len(sources) > 1 else 0]
            started.append(
                node("fer_bringup", "source_node", "source", {"source": source, "loop": value("loop", bool)}, camera,
                     [("image", image)])
            )  # fmt: skip
        if given("shared") != "true":
            started.append(
                node("fer_perception", "perception_node", "perception", perception, camera, [("image", image)])
            )
    if given("shared") == "true":
        renamed = [(f"{camera}/image", f"{camera}/{image}") for camera in cameras]
        shared = {**perception, "cameras": cameras}
        started.append(node("fer_perception", "shared_perception_node", "perception", shared, "", renamed))
    started.append(node("fer_perception", "fuser_node", "fuser", {"cameras": cameras, "room": value("room")}))
    if given("lights").strip() != "[]":
        started.append(node("fer_color", "color_node", "color", {"lights": value("lights", List[str])}))  # noqa: UP006
    return started


def generate_launch_description():
    return LaunchDescription(
        [
            *(
                DeclareLaunchArgument(name, default_value=default, description=text)
                for name, (default, text) in ARGUMENTS.items()
            ),
            OpaqueFunction(function=nodes),
        ]
    )
