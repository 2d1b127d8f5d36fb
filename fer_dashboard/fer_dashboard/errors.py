# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What goes wrong in this package."""

from fer_common.errors import FerError


class DashboardError(FerError):
    """One line: what was wrong, and what to do."""
