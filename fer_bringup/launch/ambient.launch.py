# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A face in front of the camera, its emotion as coloured light: source, perception and colour as three nodes."""

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, OpaqueFunction
from launch.substitutions import PathJoinSubstitution
from launch_ros.substitutions import FindPackageShare

from fer_bringup.launching.stage import Stage
from fer_bringup.page import PICTURES

ARGUMENTS = {
    "source": (
        "auto",
        "camera index or device, http:// or rtsp://, file, folder; auto: the first camera, else the sample clip; "
        "none: only listen on image_topic",
    ),
    "image_topic": ("image", "topic of the images, ours or somebody else's (with source:=none)"),
    "qos_reliability": (
        "",
        "of the image subscription: reliable loses no large image but hears reliable cameras only; "
        "best_effort hears every camera; empty: reliable with our own source, else best_effort",
    ),
    "compressed": (
        "",
        "true: the images are CompressedImage (JPEG, PNG), on image_topic or under its name with /compressed; "
        "empty: false",
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
    "model": ("", "the emotion network: fast, accurate, paper, or a model file; empty: fast"),
    "reading": ("", "0: what people see in a face; 1: what was meant by it; or a mixture; empty: 0"),
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
    "dashboard": ("", "true: serve the live page on http://127.0.0.1:8088/; empty: false"),
    "show_camera": ("", "true: the live page shows the camera's picture, to whoever has the token that it prints"),
    "namespace": ("", "puts every node and topic into a namespace"),
    "use_sim_time": ("", "true: take stamps from /clock; empty: false"),
    "params_file": (
        PathJoinSubstitution([FindPackageShare("fer_bringup"), "config", "ambient.yaml"]),
        "YAML file with any parameter of the three nodes; arguments that are given win over it",
    ),
}
OF_PERCEPTION = {"model": str, "reading": float, "detector": str, "qos_reliability": str, "compressed": bool}
OF_COLOR = {"palette": str, "mode": str, "show": str, "brightness": float}


def nodes(context):
    """Start what the arguments ask for; what is not given is left to params_file, and to the nodes' own defaults."""
    stage = Stage(context, __file__, ARGUMENTS)
    arguments = stage.arguments
    ours = arguments.text("source") != "none"
    stage.keep_to(arguments.text("reach"), alone=ours and not arguments.text("robot"))
    image = [("image", arguments.topic("image_topic"))]
    reliability = {"qos_reliability": "reliable" if ours else "best_effort"}
    camera = arguments.given({"show_camera": bool})
    pictures = PICTURES if camera.get("show_camera") else {}
    stage.add(
        "fer_perception", "perception_node", "perception",
        defaults=reliability | pictures, asked=arguments.given(OF_PERCEPTION), remappings=image,
    )  # fmt: skip
    lights = arguments.lights()
    if lights != []:
        asked = arguments.given(OF_COLOR) | ({"lights": lights} if lights else {})
        stage.add("fer_color", "color_node", "color", defaults={}, asked=asked)
    if ours:
        asked = {"source": arguments.text("source"), **arguments.given({"loop": bool, "compressed": bool})}
        stage.add("fer_bringup", "source_node", "source", defaults={}, asked=asked, remappings=image)
    if arguments.given({"dashboard": bool}).get("dashboard"):
        stage.add("fer_dashboard", "dashboard_node", "dashboard", defaults={}, asked=camera)
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
