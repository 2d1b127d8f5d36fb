# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The flash promise: how far a light may travel, and what a lamp may show meanwhile."""
