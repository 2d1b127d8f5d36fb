# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What each node may do on the graph, as SROS 2 wants to be told."""
