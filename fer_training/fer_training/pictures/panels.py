# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Panels side by side and below each other, laid out by hand: matplotlib's layout engine draws everything twice."""

from typing import Any

HEAD = 0.1
"""Inches above a picture's title."""


def panels(
    rows: int,
    columns: int,
    *,
    size: tuple[float, float],
    gap: tuple[float, float] = (0.1, 0.3),
    left: float = 0.1,
    right: float = 0.1,
    top: float = 0.6,
    bottom: float = 0.1,
    title: str = "",
    **options: Any,
) -> tuple[Any, Any]:
    """Make a figure of so many panels.

    Args:
        rows, columns: of panels.
        size: a panel's width and height, in inches as all that follow.
        gap: between two panels: side by side, and below each other.
        left, right, top, bottom: the borders, which hold what is written around the panels.
        title: at the top.
        options: to `Figure.subplots`.

    Returns:
        The figure, and its axes, [rows, columns].
    """
    from matplotlib.figure import Figure  # late: takes a quarter of a second, and training draws when an epoch is done

    width = left + columns * size[0] + (columns - 1) * gap[0] + right
    height = top + rows * size[1] + (rows - 1) * gap[1] + bottom
    figure = Figure(figsize=(width, height))
    if title:
        figure.suptitle(title, y=1 - HEAD / height, va="top", fontsize=10)
    figure.subplots_adjust(
        left=left / width, right=1 - right / width, top=1 - top / height, bottom=bottom / height,
        wspace=gap[0] / size[0], hspace=gap[1] / size[1],
    )  # fmt: skip
    return figure, figure.subplots(rows, columns, squeeze=False, **options)
