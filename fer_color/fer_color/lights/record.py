"""The light `record:FILE`: every frame as a line of JSON, a lamp that remembers."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from fer_color.errors import ColorError
from fer_color.lights.base import Clock, DirectLight, Frame
from fer_color.lights.options import LightOptions


@dataclass(frozen=True)
class RecordConfig:
    """Where to; ColorError when that is empty."""

    path: Path
    """The file, which is written anew."""

    def __post_init__(self) -> None:
        """Check the values."""
        if self.path.name == "":
            raise ColorError("light 'record' needs a file: write record:FILE, for example record:light.jsonl")


class RecordLight(DirectLight):
    """Writes `{"t": seconds of the steady clock, "rgb": [r, g, b] as sent, "mode": ...}` a frame, flushed at once.

    Nobody knows on what kind of lamp the recording will be shown, so the flash promise holds for either.
    """

    def __init__(self, spec: str, config: RecordConfig, options: LightOptions, clock: Clock) -> None:
        """The file is made by `open`."""
        super().__init__(spec, options, "either", clock)
        self._config = config
        self._file: TextIO | None = None

    def open(self) -> None:
        """Make the file; ColorError when that can't be done."""
        try:
            self._file = self._config.path.open("w", encoding="utf-8")
        except OSError as error:
            reason = error.strerror or error
            path = self._config.path
            raise ColorError(
                f"cannot record to '{path}' ({reason}): name a file in a folder you can write to"
            ) from error

    def write(self, frame: Frame) -> None:
        """Add a line."""
        if self._file is None:
            raise OSError("it is not open")
        line = json.dumps({"t": round(self._clock(), 6), "rgb": list(frame.rgb), "mode": frame.mode})
        self._file.write(line + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def make_record(spec: str, rest: str, options: LightOptions, clock: Clock) -> RecordLight:
    """From `record:FILE`."""
    return RecordLight(spec, RecordConfig(Path(rest).expanduser()), options, clock)
