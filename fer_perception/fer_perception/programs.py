# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the installed executables call."""

from fer_common.program import starter

perception_node = starter("fer_perception.node")
shared_perception_node = starter("fer_perception.shared_node")
fuser_node = starter("fer_perception.fuser_node")
