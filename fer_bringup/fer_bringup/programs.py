# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the installed executables call."""

from fer_common.program import starter

source_node = starter("fer_bringup.source_node")
ambient = starter("fer_bringup.ambient")
