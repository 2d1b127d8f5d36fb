"""A face in front of the camera, its emotion as coloured light: source, perception and colour as three nodes."""

from typing import List  # noqa: UP035 - launch_ros compares with it

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, EmitEvent, OpaqueFunction, RegisterEventHandler
from launch.event_handlers import OnProcessExit
from launch.events import Shutdown
from launch.substitutions import LaunchConfiguration, PathJoinSubstitution
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue
from launch_ros.substitutions import FindPackageShare

from fer_bringup import reach
from fer_bringup.errors import BringupError
from fer_bringup.leftovers import remove_leftovers
from fer_common.yaml_file import read_value

ARGUMENTS = {
    "source": (
        "auto",
        "camera index, video file or image folder; auto: the first camera, else the sample clip; "
        "none: only listen on image_topic",
    ),
    "image_topic": ("image", "topic of the images, ours or somebody else's (with source:=none)"),
    "qos_reliability": (
        "",
        "of the image subscription: reliable loses no large image but hears reliable cameras only; "
        "best_effort hears every camera; empty: reliable with our own source, else best_effort",
    ),
    "loop": ("", "true: start a file again at its end; empty: false"),
    "robot": (
        "",
        "a robot's own light, beside lights: create3, pal, nao, ... (docs/robots.md), or the path of a .yaml profile; "
        "NAME:NAMESPACE for a robot in a namespace",
    ),
    "lights": (
        "",
        "YAML list of lights, such as \"['adalight:/dev/ttyUSB0:60', console]\"; [] starts no colour node; "
        "empty: the console, or the robot's alone where one is named",
    ),
    "model": ("", "the emotion network's model file; empty: the one that ships"),
    "detector": ("", "face detector: yunet, haar, or auto (YuNet where its weights are, else Haar); empty: auto"),
    "palette": ("", "prototype colours: paper, plutchik, colorblind_safe, or a YAML file; empty: paper"),
    "mode": ("", "continuous: blend by the distribution; discrete: the likeliest emotion's colour; empty: continuous"),
    "show": ("", "what strips show: color, gradient (two leading emotions), faces (a segment each) or breath"),
    "brightness": ("", "0 to 1; empty: 1"),
    "reach": (
        "",
        "who can hear the nodes and talk to them: machine, or network; empty: with a source of ours and no robot this "
        "machine alone, unless the environment names a transport profile or a discovery range; else as it says",
    ),
    "namespace": ("", "puts every node and topic into a namespace"),
    "use_sim_time": ("false", "take stamps from /clock"),
    "params_file": (
        PathJoinSubstitution([FindPackageShare("fer_bringup"), "config", "ambient.yaml"]),
        "YAML file with any parameter of the three nodes; arguments that are given win over it",
    ),
}
OF_PERCEPTION = {"model": str, "detector": str, "qos_reliability": str}
OF_COLOR = {"palette": str, "mode": str, "show": str, "brightness": float}
SIGTERM_AFTER_S = "10"
"""After Ctrl-C, before launch sends SIGTERM: its own 5 s would cut short the fade of a deep red light."""
WORDS = {bool: "true or false", float: "a number", list: "a YAML list"}


def typed(parameters):
    """Launch would read a text such as '0' as a number."""
    kinds = {str: str, list: List[str]}  # noqa: UP006
    return {
        name: ParameterValue(value, value_type=kinds[type(value)]) if type(value) in kinds else value
        for name, value in parameters.items()
    }


def nodes(context):
    """Read what the arguments ask for; what is not given is left to params_file, and to the nodes' own defaults."""

    def text(name):
        return LaunchConfiguration(name).perform(context)

    def value(name, kind):
        if kind is str:
            return text(name)
        read = read_value(text(name), name)
        if kind is float and isinstance(read, int) and not isinstance(read, bool):
            read = float(read)
        if not isinstance(read, kind):
            raise RuntimeError(f"{name} is '{text(name)}'; give {WORDS[kind]}")
        return read

    def given(kinds):
        return {name: value(name, kind) for name, kind in kinds.items() if text(name)}

    ours = text("source") != "none"
    try:
        surroundings = reach.within(text("reach"), context.environment, alone=ours and not text("robot"))
    except BringupError as error:
        raise RuntimeError(str(error)) from error
    remove_leftovers()
    common = {"use_sim_time": value("use_sim_time", bool)}

    def node(package, name, before, parameters):
        return Node(
            package=package,
            executable=f"{name}_node",
            name=name,
            namespace=text("namespace"),
            parameters=[typed({**common, **before}), text("params_file"), typed({**common, **parameters})],
            remappings=[("image", text("image_topic"))],
            env=surroundings,
            output="screen",
            emulate_tty=True,
            sigterm_timeout=SIGTERM_AFTER_S,
        )

    reliability = {"qos_reliability": "reliable" if ours else "best_effort"}
    started = [node("fer_perception", "perception", reliability, given(OF_PERCEPTION))]
    asked = given(OF_COLOR)
    if text("lights") or text("robot"):
        robot = [f"robot:{text('robot')}"] if text("robot") else []
        asked["lights"] = [*map(str, value("lights", list) if text("lights") else []), *robot]
    if asked.get("lights") != []:
        started.append(node("fer_color", "color", {}, asked))
    if ours:
        asked = {"source": text("source"), **given({"loop": bool})}
        started.append(node("fer_bringup", "source", {}, asked))
    # A file that has ended, or a node that refused its parameters, ends the whole; the light is handed back.
    ends = [
        RegisterEventHandler(
            OnProcessExit(target_action=action, on_exit=[EmitEvent(event=Shutdown(reason="a node ended"))])
        )
        for action in started
    ]
    return [*started, *ends]


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
