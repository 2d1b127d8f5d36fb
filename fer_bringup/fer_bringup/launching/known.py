# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Which parameters each of our nodes takes, for what a user's file says in vain."""

from dataclasses import fields
from typing import Any

from fer_bringup.settings import SourceSettings
from fer_color.settings import Settings
from fer_perception.settings import FuserSettings, NodeSettings, SharedSettings


def parameters_of(executable: str) -> set[str]:
    """Name an executable's parameters, such as `color_node`'s."""
    if executable == "dashboard_node":
        return {"dashboard_host", "port", "token", "show_camera", "open_browser", "foxglove_port"}
    kinds: dict[str, Any] = {
        "source_node": SourceSettings,
        "color_node": Settings,
        "perception_node": NodeSettings,
        "shared_perception_node": SharedSettings,
        "fuser_node": FuserSettings,
    }
    return {entry.name for entry in fields(kinds[executable])}
