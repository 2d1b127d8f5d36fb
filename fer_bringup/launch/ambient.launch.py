"""A face in front of the camera, its emotion as coloured light: source, perception and colour as three nodes."""

from typing import List  # noqa: UP035 - launch_ros compares with it

import yaml
from launch import LaunchDescription, Substitution
from launch.actions import DeclareLaunchArgument, EmitEvent, RegisterEventHandler
from launch.conditions import IfCondition
from launch.event_handlers import OnProcessExit
from launch.events import Shutdown
from launch.substitutions import LaunchConfiguration, PathJoinSubstitution, PythonExpression
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue
from launch_ros.substitutions import FindPackageShare

ARGUMENTS = {
    "source": (
        "auto",
        "camera index, video file or image folder; auto: the first camera, else the sample clip; "
        "none: only listen on image_topic",
    ),
    "image_topic": ("image", "topic of the images, ours or somebody else's (with source:=none)"),
    "qos_reliability": (
        PythonExpression(["'best_effort' if '", LaunchConfiguration("source"), "' == 'none' else 'reliable'"]),
        "of the image subscription: reliable loses no large image but hears reliable cameras only; "
        "best_effort hears every camera",
    ),
    "loop": ("false", "start a file again at its end"),
    "robot": (
        "",
        "a robot's own light, beside lights: create3, pal, nao, ... (docs/robots.md), or the path of a .yaml profile; "
        "NAME:NAMESPACE for a robot in a namespace",
    ),
    "lights": (
        PythonExpression(["'[]' if '", LaunchConfiguration("robot"), "' else '[console]'"]),
        "YAML list of lights, such as \"['adalight:/dev/ttyUSB0:60', console]\"; the console where no robot is named",
    ),
    "model": ("", "the emotion network's model file; empty: the one that ships"),
    "detector": ("auto", "face detector: yunet, haar, or auto (YuNet where its weights are, else Haar)"),
    "palette": ("paper", "prototype colours: paper, plutchik, colorblind_safe, or a YAML file"),
    "mode": ("continuous", "continuous: blend by the distribution; discrete: the likeliest emotion's colour"),
    "show": ("color", "what strips show: color, gradient (two leading emotions), faces (a segment each) or breath"),
    "brightness": ("1.0", "0 to 1"),
    "namespace": ("", "puts every node and topic into a namespace"),
    "use_sim_time": ("false", "take stamps from /clock"),
    "params_file": (
        PathJoinSubstitution([FindPackageShare("fer_bringup"), "config", "ambient.yaml"]),
        "YAML file with any parameter of the three nodes",
    ),
}


class AllLights(Substitution):
    """The argument `lights` with the robot's own light added."""

    def describe(self):
        """For launch's own messages."""
        return "lights and robot"

    def perform(self, context):
        """As YAML."""
        lights = yaml.safe_load(LaunchConfiguration("lights").perform(context)) or []
        robot = LaunchConfiguration("robot").perform(context)
        lights = lights if isinstance(lights, list) else [lights]
        return yaml.safe_dump([str(light) for light in lights] + ([f"robot:{robot}"] if robot else []))


def generate_launch_description():
    def value(name, kind=str):
        return ParameterValue(LaunchConfiguration(name), value_type=kind)

    common = {"use_sim_time": value("use_sim_time", bool)}
    remappings = [("image", LaunchConfiguration("image_topic"))]

    def node(package, name, parameters, **more):
        return Node(
            package=package,
            executable=f"{name}_node",
            name=name,
            namespace=LaunchConfiguration("namespace"),
            parameters=[LaunchConfiguration("params_file"), {**common, **parameters}],
            remappings=remappings,
            output="screen",
            emulate_tty=True,
            **more,
        )

    source = node(
        "fer_bringup",
        "source",
        {"source": value("source"), "loop": value("loop", bool)},
        condition=IfCondition(PythonExpression(["'", LaunchConfiguration("source"), "' != 'none'"])),
    )
    perception = node(
        "fer_perception",
        "perception",
        {
            "model": value("model"),
            "detector": value("detector"),
            "qos_reliability": value("qos_reliability"),
        },
    )
    color = node(
        "fer_color",
        "color",
        {
            "lights": ParameterValue(AllLights(), value_type=List[str]),  # noqa: UP006
            "palette": value("palette"),
            "mode": value("mode"),
            "show": value("show"),
            "brightness": value("brightness", float),
        },
    )
    return LaunchDescription(
        [
            *(
                DeclareLaunchArgument(name, default_value=default, description=text)
                for name, (default, text) in ARGUMENTS.items()
            ),
            perception,
            color,
            source,
            # A file that has ended, or a node that refused its parameters, ends the whole; the light is handed back.
            *(
                RegisterEventHandler(
                    OnProcessExit(target_action=action, on_exit=[EmitEvent(event=Shutdown(reason="a node ended"))])
                )
                for action in (source, perception, color)
            ),
        ]
    )
