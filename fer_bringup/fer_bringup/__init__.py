# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Puts the parts together: an image source, perception and colour, as launch files and in one process.

    ros2 launch fer_bringup ambient.launch.py source:=0 lights:="['adalight:/dev/ttyUSB0:60']"
    python3 -m fer_bringup.ambient --source 0 --light adalight:/dev/ttyUSB0:60

`fer_bringup.ambient.Ambient` is the latter as a class, `fer_bringup.sources.open_source` a camera, video or folder.
"""

from fer_bringup.errors import BringupError
from fer_common.missing import name_missing_of_nodes

__all__ = ["BringupError"]

name_missing_of_nodes("fer_bringup")
