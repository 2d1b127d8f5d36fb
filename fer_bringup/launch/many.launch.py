# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Several cameras, each in a namespace of its own; one room's emotion of them all, and its light."""

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, OpaqueFunction

from fer_bringup.errors import BringupError
from fer_bringup.launching.stage import Stage

ARGUMENTS = {
    "cameras": ("2", "how many; their namespaces are camera_0, camera_1, ..."),
    "sources": (
        "",
        "one for each camera, separated by commas, or one for all: camera index, address, file or folder; "
        "empty: only listen on camera_N/image",
    ),
    "image_topic": ("image", "name of the image topic within each camera's namespace"),
    "qos_reliability": (
        "",
        "of the image subscriptions: reliable loses no large image but hears reliable cameras only; best_effort hears "
        "every camera; empty: reliable with sources, else best_effort",
    ),
    "compressed": ("", "true: the images are CompressedImage (JPEG, PNG); empty: false"),
    "shared": ("false", "true: one perception process for all cameras, batched; false: one for each"),
    "loop": ("", "true: start files again at their end; empty: false"),
    "room": ("", "the room of all cameras: largest, nearest, most_certain, or the mean of all faces; empty: mean"),
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
    "model": ("", "the emotion network: fast, accurate, paper, or a model file; empty: fast"),
    "reading": ("", "0: what people see in a face; 1: what was meant by it; or a mixture; empty: 0"),
    "detector": ("", "face detector: yunet, haar, or auto; empty: auto"),
    "threads": ("", "for a detection and for the model, in each perception process; empty: 1"),
    "palette": ("", "prototype colours: paper, plutchik, colorblind_safe, or a YAML file; empty: paper"),
    "mode": ("", "continuous: blend by the distribution; discrete: the likeliest emotion's colour; empty: continuous"),
    "show": ("", "what strips show: color, gradient (two leading emotions), faces (a segment each) or breath"),
    "brightness": ("", "0 to 1; empty: 1"),
    "reach": (
        "",
        "who can hear the nodes and talk to them: machine, or network; empty: with sources and no robot this machine "
        "alone, unless the environment names a transport profile or a discovery range; else as it says",
    ),
    "namespace": ("", "puts everything into a namespace"),
    "use_sim_time": ("", "true: take stamps from /clock; empty: false"),
    "params_file": ("", "YAML file with any parameter of the nodes; arguments that are given win over it"),
}
OF_PERCEPTION = {
    "model": str,
    "reading": float,
    "detector": str,
    "threads": int,
    "qos_reliability": str,
    "compressed": bool,
}
OF_COLOR = {"palette": str, "mode": str, "show": str, "brightness": float}


def nodes(context):
    """How many there are is known only here; the arguments stand above."""
    stage = Stage(context, __file__, ARGUMENTS)
    arguments = stage.arguments
    count = arguments.text("cameras")
    if not (count.isascii() and count.isdigit() and int(count) > 0):
        raise BringupError(f"cameras is '{count}'; give a number from 1, as cameras:=3")
    cameras = [f"camera_{index}" for index in range(int(count))]
    sources = [source.strip() for source in arguments.text("sources").split(",") if source.strip()]
    if len(sources) not in (0, 1, len(cameras)):
        raise BringupError(
            f"sources names {len(sources)} for {len(cameras)} cameras; name one for each, or one for all"
        )
    stage.keep_to(arguments.text("reach"), alone=bool(sources) and not arguments.text("robot"))
    image, shared = arguments.topic("image_topic"), arguments.value("shared", bool)
    if image.startswith(("/", "~")) and (shared or len(cameras) > 1):  # every camera's would be the same one
        raise BringupError(f"image_topic is '{image}'; give its name within camera_0, camera_1, ..., as image_raw")
    asked, of_source = arguments.given(OF_PERCEPTION), arguments.given({"loop": bool, "compressed": bool})
    # Each camera would speak of REP-155's faces on the same topics, and of faces with the same ids.
    defaults = {"qos_reliability": "reliable" if sources else "best_effort", "rep155": False}
    for index, camera in enumerate(cameras):
        if sources:
            source = {"source": sources[index if len(sources) > 1 else 0], **of_source}
            stage.add(
                "fer_bringup", "source_node", "source",
                defaults={}, asked=source, namespace=camera, remappings=[("image", image)],
            )  # fmt: skip
        if not shared:
            stage.add(
                "fer_perception", "perception_node", "perception",
                defaults=defaults, asked=asked, namespace=camera, remappings=[("image", image)],
            )  # fmt: skip
    if shared:
        stage.add(
            "fer_perception", "shared_perception_node", "perception",
            defaults=defaults, asked={**asked, "cameras": cameras},
            remappings=[(f"{camera}/image", f"{camera}/{image}") for camera in cameras],
        )  # fmt: skip
    stage.add(
        "fer_perception", "fuser_node", "fuser",
        defaults={"room": "mean"}, asked={"cameras": cameras, **arguments.given({"room": str})},
    )  # fmt: skip
    lights = arguments.lights()
    if lights != []:
        stage.add(
            "fer_color", "color_node", "color",
            defaults={}, asked=arguments.given(OF_COLOR) | ({"lights": lights} if lights else {}),
        )  # fmt: skip
    return stage.actions()


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
