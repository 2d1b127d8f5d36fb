# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The light `console`: a block of a terminal, or one line of it."""

import contextlib
import os
import select
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

from fer_color.errors import ColorError
from fer_color.lights.base import Clock, DirectLight, Frame
from fer_color.lights.local.block import Block, fits, line, swatch
from fer_color.lights.local.terminal import Depth, depth_of
from fer_color.lights.options import LightOptions


@dataclass(frozen=True)
class ConsoleConfig:
    """How the line looks; ColorError when that can't be."""

    width: int = 12
    """Columns of the swatch, 1 to 200."""
    block: bool = True
    """Whether it is more than one line where there is room."""
    block_interval: float = 0.08
    """Seconds between two blocks at least."""
    plain_interval: float = 1.0
    """Where the line can't be rewritten (a pipe, a log file): seconds between two lines at least."""

    def __post_init__(self) -> None:
        """Check the values."""
        if not 1 <= self.width <= 200 or min(self.plain_interval, self.block_interval) < 0:
            raise ColorError("console: give a width from 1 to 200 and intervals of 0 s or more")


class ConsoleLight(DirectLight):
    """A swatch of the colour, its bytes in hex, mode and top emotion, under it seven bars, the faces and the rate.

    All is rewritten in place; what others write to the terminal goes on above it. One line where the terminal is narrow
    or low. Truecolor where the terminal has it, else the nearest of 256 or 16 colours, else text. Where it is no
    terminal it prints a line only when something changed, and seldom.
    """

    def __init__(
        self,
        spec: str,
        config: ConsoleConfig,
        options: LightOptions,
        clock: Clock,
        *,
        stream: TextIO,
        environment: Mapping[str, str],
    ) -> None:
        """Write to `stream`; find TERM, COLORTERM and NO_COLOR in `environment`."""
        super().__init__(spec, options, "srgb", clock)
        self.may_go_dark = False
        self._config = config
        self._stream = stream
        self.depth = depth_of(_is_watched(stream), environment)
        if self.depth not in (Depth.PLAIN, Depth.NONE):
            self.leds = config.width
        self._block = Block(self.depth, blocks="utf" in (getattr(stream, "encoding", None) or "utf-8").lower())
        self._shown = ""
        self._shown_at = float("-inf")
        self._below = 0  # lines of the block under the cursor
        self._unheard: OSError | None = None
        self._own: int | None = None
        self._rest = b""  # of what was to be written; the terminal had no room for more

    def ready(self) -> bool:
        """Return False between two blocks, and while the terminal is stopped (Ctrl-S) or the pipe is full.

        A frame that was taken and shown later would count from when it was taken, and the next change come too soon.
        """
        due = not 0 <= self._clock() - self._shown_at < self._config.block_interval
        return (due or not self._has_block(*_size(self._stream))) and self._has_room()

    def _has_block(self, columns: int, lines: int) -> bool:
        return self.depth is not Depth.PLAIN and self._config.block and fits(columns, lines)

    def _has_room(self) -> bool:
        try:
            if self._rest:
                self._write_on()
                return not self._rest
            return bool(select.select([], [self._stream.fileno()], [], 0)[1])
        except (OSError, ValueError):  # a stream in memory has no file descriptor
            return True

    def write(self, frame: Frame) -> None:
        """Show the frame now."""
        now, size = self._clock(), _size(self._stream)
        if self.depth is Depth.PLAIN:
            self._write_line(line(frame), now)
        elif self._has_block(*size):
            self._draw(frame, size[0], now)
        else:
            painted = swatch(frame, self._config.width, self.depth)
            text = f"{painted} {line(frame)}" if painted else line(frame)
            if text != self._shown:
                clear = "\x1b[J" if self._below else "\x1b[K"
                self._put(f"\r{text}{clear}")
                self._shown, self._below = text, 0

    def _write_line(self, text: str, now: float) -> None:
        """Write a line, where it is another one and due; while nobody reads, each frame fails, not the due alone."""
        due = now - self._shown_at >= self._config.plain_interval
        if self._unheard is not None and not due:
            raise self._unheard
        if due and (self._unheard is not None or text != self._shown):
            self._shown, self._shown_at, self._unheard = text, now, None
            try:
                self._put(text + "\n")
            except OSError as error:
                self._unheard = error
                raise

    def _draw(self, frame: Frame, columns: int, now: float) -> None:
        """Draw the block under the line of the cursor, which goes back there: what others write pushes it down."""
        lines = self._block.lines(frame, columns, now)
        # A line that others wrote has left the cursor on what was the block's first one.
        text = "\r\x1b[K" + "".join(f"\n\r{one}\x1b[K" for one in lines)
        if text != self._shown:
            self._put(f"{text}\x1b[{len(lines)}A\r")
        self._shown, self._shown_at, self._below = text, now, len(lines)

    def close(self) -> None:
        """Leave what is shown, so that what comes next starts at a new line."""
        if self._shown and self.depth is not Depth.PLAIN and self._has_room():
            # The terminal may have hung up.
            with contextlib.suppress(OSError):
                self._put("\n" * (self._below + 1))
        self._shown, self._below, self._rest = "", 0, b""
        if self._own is not None:
            os.close(self._own)
            self._own = None

    def _put(self, text: str) -> None:
        if self._own is None and self.depth is not Depth.PLAIN:
            self._own = _opened_apart(self._stream)
        if self._own is None:
            self._stream.write(text)
            self._stream.flush()
        else:
            self._rest += text.encode(self._stream.encoding or "utf-8", "replace")
            self._write_on()

    def _write_on(self) -> None:
        """Write as much as the terminal has room for: a block is larger than the room that `select` promises."""
        if self._own is not None:
            with contextlib.suppress(BlockingIOError):
                self._rest = self._rest[os.write(self._own, self._rest) :]


def _opened_apart(stream: TextIO) -> int | None:
    """Open a stream's terminal once more, so that we alone do not wait for it; None where that can't be done."""
    try:
        return os.open(os.ttyname(stream.fileno()), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except (OSError, ValueError):
        return None


def _size(stream: TextIO) -> tuple[int, int]:
    """Return a terminal's columns and lines; none of a stream in memory."""
    try:
        size = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return 0, 0
    return size.columns, size.lines


def _is_watched(stream: TextIO) -> bool:
    """Whether a person looks at a terminal there.

    ROS 2's launch gives its nodes one that has no width, reads it by lines, and keeps a line that never ends for ever.
    """
    try:
        return stream.isatty() and os.get_terminal_size(stream.fileno()).columns > 0
    except (OSError, ValueError):  # a stream in memory that passes for a terminal
        return stream.isatty()


def make_console(spec: str, rest: str, options: LightOptions, clock: Clock) -> ConsoleLight:
    """Make the light from `console`: it writes to the standard output."""
    if rest:
        raise ColorError(f"light '{spec}': 'console' takes nothing after it: write console")
    return ConsoleLight(spec, ConsoleConfig(), options, clock, stream=sys.stdout, environment=os.environ)
