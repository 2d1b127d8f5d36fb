# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the installed executable calls."""

from fer_common.program import starter

color_node = starter("fer_color.main")
