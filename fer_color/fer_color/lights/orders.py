# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The orders in which a strip's chips take their channels."""

from itertools import permutations

COLOR_ORDERS = ("RGB", "RBG", "GRB", "GBR", "BRG", "BGR")
"""Of chips with three channels."""
WHITE_ORDERS = tuple("".join(order) for order in permutations("RGBW"))
"""Of chips with a white one, too."""
