# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What rclpy's logger takes from a start."""

import inspect
import sys


def quicken_first_line() -> None:
    """Tell `inspect` where the modules are that are imported by now, for the program around the nodes.

    rclpy asks it who calls its logger. It then goes through all modules once and follows each one's path, link by link,
    before it finds the one: 40 ms of the time to the first light. Here their paths are taken as they are.
    """
    known = getattr(inspect, "modulesbyfile", None)
    if not isinstance(known, dict):
        return
    for name, module in tuple(sys.modules.items()):
        path = vars(module).get("__file__") if type(module) is type(sys) else None
        if isinstance(path, str):
            known.setdefault(path, name)
