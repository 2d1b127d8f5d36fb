# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A live page of the light and of what it answers to: `ros2 run fer_dashboard dashboard_node`."""

from fer_dashboard.errors import DashboardError
from fer_dashboard.seen.view import View

__all__ = ["DashboardError", "View"]
