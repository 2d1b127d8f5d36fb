# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the nodes of all packages share: how they are spun, start themselves, and read stamps and interfaces."""
