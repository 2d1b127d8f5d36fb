# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the console shows in a terminal that is large enough: the light, seven bars, faces and rate, as lines."""

from collections import deque
from dataclasses import dataclass

from fer_color.lights.base import Frame
from fer_color.lights.local.terminal import Depth, background
from fer_common.emotions import LABELS

LINES = 2 + len(LABELS)
"""Lines of a block: the light, a bar each, faces and rate."""
NARROWEST = 44
"""Columns that a block needs."""
WINDOW = 2.0
"""Seconds over which the rate of images is taken."""
_NAME, _SHARE, _LONGEST = 9, 5, 40


def fits(columns: int, lines: int) -> bool:
    """Tell whether a block fits a terminal, with a line for what the nodes say and one for the prompt."""
    return columns >= NARROWEST and lines >= LINES + 2


def swatch(frame: Frame, width: int, depth: Depth) -> str:
    """Paint the light, `width` columns of spaces; along a strip each has its own colour. Empty without colours."""
    if depth in (Depth.PLAIN, Depth.NONE):
        return ""
    if not frame.pixels:
        return f"{background(frame.rgb, depth)}{' ' * width}\x1b[0m"
    column = [frame.pixels[number * len(frame.pixels) // width] for number in range(width)]
    return "".join(f"{background(rgb, depth)} " for rgb in column) + "\x1b[0m"


def bar(share: float, width: int, *, blocks: bool) -> str:
    """Draw a share of 0 to 1 as text, padded to `width`; in eighths of a column where the terminal has `blocks`."""
    share = min(1.0, max(0.0, share))
    if not blocks:
        return ("#" * round(share * width)).ljust(width)
    whole, eighths = divmod(round(share * width * 8), 8)
    return ("█" * whole + (" ▏▎▍▌▋▊▉"[eighths] if eighths else "")).ljust(width)


@dataclass
class Block:
    """Makes the lines of one frame after the other."""

    depth: Depth
    blocks: bool
    """Whether the terminal can write block characters."""

    def __post_init__(self) -> None:
        """Count no image yet."""
        self._images: deque[tuple[float, int]] = deque()

    def lines(self, frame: Frame, columns: int, now: float) -> list[str]:
        """Return `LINES` lines of at most `columns` columns.

        Args:
            frame: what is shown.
            columns: of the terminal, `NARROWEST` or more.
            now: seconds of a steady clock.
        """
        self._images.append((now, frame.images))
        while len(self._images) > 1 and now - self._images[0][0] > WINDOW:
            self._images.popleft()
        (begun, first), width = self._images[0], min(_LONGEST, columns - _NAME - _SHARE - 2)
        rate = (frame.images - first) / (now - begun) if now > begun else 0.0
        painted = swatch(frame, _NAME + 3, self.depth)
        found = [f"{painted} {line(frame)}" if painted else line(frame)]
        shares = frame.shares or (0.0,) * len(LABELS)
        for label, share in zip(LABELS, shares):
            number = f"{share:.2f}" if frame.shares else "-"
            found.append(f"{label:<{_NAME}} {bar(share, width, blocks=self.blocks)} {number:>{_SHARE - 1}}")
        seen = "nobody is seen" if not frame.faces else f"{frame.faces} face{'s' if frame.faces > 1 else ''}"
        found.append(f"{seen}, {rate:.1f} images a second")
        return found


def line(frame: Frame) -> str:
    """Return a frame in one line of text."""
    return f"#{bytes(frame.rgb).hex()}  {frame.mode:<6}  {frame.top}".rstrip()
