# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The light `record:FILE`: every frame as a line of JSON, a lamp that remembers."""

import contextlib
import errno
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from fer_color.errors import ColorError
from fer_color.lights.base import Clock, DirectLight, Frame
from fer_color.lights.options import LightOptions
from fer_common.whole_file import close_to_others


@dataclass(frozen=True)
class RecordConfig:
    """Where to; ColorError when that is empty."""

    path: Path
    """The file, which is written anew."""
    leds: int | None = None
    """1 to 65536 that are recorded one by one; None: one colour."""

    def __post_init__(self) -> None:
        """Check the values."""
        if self.path.name == "":
            raise ColorError("light 'record' needs a file: write record:FILE, for example record:light.jsonl")
        if self.leds is not None and not 1 <= self.leds <= 65536:
            raise ColorError(f"record: {self.leds} LEDs: give 1 to 65536")


class RecordLight(DirectLight):
    """Writes `{"t": seconds of the steady clock, "rgb": [r, g, b] as sent, "mode": ...}` a frame, flushed at once.

    Where LEDs differ, `"pixels"` has each one's bytes, and `rgb` their mean.

    Nobody knows on what kind of lamp the recording will be shown, so the flash promise holds for any.
    """

    def __init__(self, spec: str, config: RecordConfig, options: LightOptions, clock: Clock) -> None:
        """Remember the file, which `open` makes."""
        super().__init__(spec, options, "any", clock)
        self.may_go_dark = False
        self._config = config
        self.leds = config.leds
        self._file: TextIO | None = None

    def open(self) -> None:
        """Make the file; ColorError when that can't be done."""
        try:
            close_to_others(self._config.path)  # one of an earlier run's
            self._file = open(self._config.path, "w", encoding="utf-8", opener=_of_this_user)  # noqa: SIM115 - `close` does
        except OSError as error:
            reason = "a pipe that nobody reads" if error.errno == errno.ENXIO else error.strerror or error
            path = self._config.path
            raise ColorError(
                f"cannot record to '{path}' ({reason}): name a file in a folder you can write to"
            ) from error

    def write(self, frame: Frame) -> None:
        """Add a line."""
        if self._file is None:
            raise OSError("it is not open")
        content = {"t": round(self._clock(), 6), "rgb": list(frame.rgb), "mode": frame.mode}
        if frame.pixels:
            content["pixels"] = [list(rgb) for rgb in frame.pixels]
        self._file.write(json.dumps(content) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        file, self._file = self._file, None
        if file is not None:
            # It tries once more to write what a full disk refused, which was said then.
            with contextlib.suppress(OSError):
                file.close()


def _of_this_user(path: str, flags: int) -> int:
    """Open a file that, where it is new, nobody else can read: it says how somebody felt.

    Nothing is waited for: a pipe that nobody reads is refused, and one that is full is this light's loss alone.
    """
    return os.open(path, flags | os.O_NONBLOCK, 0o600)


def make_record(spec: str, rest: str, options: LightOptions, clock: Clock) -> RecordLight:
    """Make the light from `record:FILE`, with the option leds of its own."""
    leds = options.own.get("leds")
    if leds is not None and not (leds.isascii() and leds.isdecimal()):
        raise ColorError(f"light '{spec}': leds is '{leds}': give a number from 1 to 65536")
    try:
        path = Path(rest).expanduser()
    except RuntimeError as error:
        raise ColorError(f"cannot record to '{rest}': there is no such home, write the whole path") from error
    config = RecordConfig(path, None if leds is None else int(leds))
    return RecordLight(spec, config, options, clock)
