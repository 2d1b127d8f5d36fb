# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A live page of the light and of what it answers to: `ros2 run fer_dashboard dashboard_node`."""

from fer_common.missing import name_missing_of_nodes
from fer_dashboard.errors import DashboardError
from fer_dashboard.seen.view import View

__all__ = ["DashboardError", "View"]

name_missing_of_nodes("fer_dashboard")
