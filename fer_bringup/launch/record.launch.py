# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Records what an evaluation needs; asks before it keeps images. Start it beside ambient.launch.py."""

import sys

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, ExecuteProcess, LogInfo, OpaqueFunction
from launch.substitutions import LaunchConfiguration

from fer_bringup.launching.arguments import check_known
from fer_bringup.recording import IMAGES, keeps_images, of_this_user, record_command

ARGUMENTS = {
    "images": ("ask", "keep images: ask (on this terminal; without one they are left), keep, or leave"),
    "image_topic": ("image", "topic of the camera's images"),
    "namespace": ("", "of the nodes"),
    "output": ("", "folder of the bag; empty: named by the time"),
}


def generate_launch_description():
    return LaunchDescription(
        [
            *(
                DeclareLaunchArgument(name, default_value=default, description=text, choices=choices)
                for name, (default, text) in ARGUMENTS.items()
                for choices in [list(IMAGES) if name == "images" else None]
            ),
            # Only a function can ask; every argument that it reads is declared above.
            OpaqueFunction(function=_record),
        ]
    )


def _record(context):
    check_known(sys.argv, __file__, ARGUMENTS)
    given = {name: LaunchConfiguration(name).perform(context) for name in ARGUMENTS}
    images = keeps_images(given["images"], input if sys.stdin and sys.stdin.isatty() else None)
    command = record_command(
        namespace=given["namespace"], image_topic=given["image_topic"], images=images, output=given["output"]
    )
    return [
        LogInfo(msg="images are kept" if images else "images are left out (images:=keep keeps them)"),
        ExecuteProcess(cmd=of_this_user(command), output="screen", emulate_tty=True),
    ]
