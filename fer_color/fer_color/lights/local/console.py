"""The light `console`: one line of a terminal."""

import contextlib
import os
import select
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

from fer_color.errors import ColorError
from fer_color.lights.base import Clock, DirectLight, Frame
from fer_color.lights.local.terminal import Depth, background, depth_of
from fer_color.lights.options import LightOptions


@dataclass(frozen=True)
class ConsoleConfig:
    """How the line looks; ColorError when that can't be."""

    width: int = 12
    """Columns of the swatch, 1 to 200."""
    plain_interval: float = 1.0
    """Where the line can't be rewritten (a pipe, a log file): seconds between two lines at least."""

    def __post_init__(self) -> None:
        """Check the values."""
        if not 1 <= self.width <= 200 or self.plain_interval < 0:
            raise ColorError("console: give a width from 1 to 200 and an interval of 0 s or more")


class ConsoleLight(DirectLight):
    """A swatch of the colour, its bytes in hex, the mode and the top emotion, rewritten in place.

    Truecolor where the terminal has it, else the nearest of 256 or 16 colours, else text. Where it is no terminal it
    prints a line only when something changed, and seldom.
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
        self._shown = ""
        self._shown_at = float("-inf")

    def ready(self) -> bool:
        """Return False while the terminal is stopped (Ctrl-S) or the pipe is full: writing would block."""
        try:
            return bool(select.select([], [self._stream.fileno()], [], 0)[1])
        except (OSError, ValueError):  # a stream in memory has no file descriptor
            return True

    def write(self, frame: Frame) -> None:
        """Show the frame."""
        text = f"#{bytes(frame.rgb).hex()}  {frame.mode:<6}  {frame.top}".rstrip()
        if text == self._shown:
            return
        if self.depth is Depth.PLAIN:
            now = self._clock()
            if now - self._shown_at < self._config.plain_interval:
                return
            self._shown_at = now
            self._put(text + "\n")
        else:
            paint = background(frame.rgb, self.depth)
            swatch = f"{paint}{' ' * self._config.width}\x1b[0m " if paint else ""
            self._put(f"\r{swatch}{text}\x1b[K")
        self._shown = text

    def close(self) -> None:
        """Leave the line, so that what comes next starts at a new one."""
        if self._shown and self.depth is not Depth.PLAIN and self.ready():
            # The terminal may have hung up.
            with contextlib.suppress(OSError):
                self._put("\n")
        self._shown = ""

    def _put(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


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
