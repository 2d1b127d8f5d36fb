# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""make bench: what perception and light cost, as ratios to a yardstick that is measured in the same run."""
