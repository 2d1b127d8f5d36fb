# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python -m fuzz.guided TARGET: one target by atheris, in whose environment `python -m fuzz` starts it.

An input that takes a branch which none took before, in a reader of ours or a library's in Python, is kept and damaged
on. One that may not come out so is written down and ends it.
"""

import argparse
import contextlib
import hashlib
import io
import os
import signal
import sys
import time
import traceback
from pathlib import Path

import atheris
from tqdm import tqdm

WATCHED = (
    "fer_bringup", "fer_color", "fer_common", "fer_dashboard", "fer_evaluation", "fer_models", "fer_perception",
    "fer_training", "lz4", "mcap", "praatio", "rosbags", "ruamel", "safetensors", "tornado", "yaml",
)  # fmt: skip
"""Packages whose branches count: ours, and those in Python that our readers go on to."""
LOG = "log.txt"
LONGEST = 4096
"""Bytes of an input, or twice those of the longest example."""
HUNG_S = 60
"""Of the processor; what takes longer has hung."""
STUCK_S = 1800
"""By the clock, which goes on while a process is stopped: what is in nobody's Python and does not come back."""

with contextlib.redirect_stderr(io.StringIO()), atheris.instrument_imports(include=list(WATCHED)):  # a line a module
    from fuzz.targets import TARGETS


class HungError(Exception):
    """An input took too long."""


def _hung(*_: object) -> None:
    raise HungError(f"no end in {HUNG_S} s of the processor")


class _Looked:
    """One target, until its time of the processor is up."""

    def __init__(self, name: str, seconds: float, runs: int, found: Path) -> None:
        self.target, self.found, self.runs = TARGETS[name], found, runs
        self.until, self.tried = time.process_time() + seconds, 0
        # The terminal is for the bar; what libFuzzer and a reader say, and a traceback, go into a file.
        terminal = os.fdopen(os.dup(2), "w")
        found.mkdir(parents=True, exist_ok=True)
        with (found / LOG).open("w") as log:
            os.dup2(log.fileno(), 2)
        self.bar = tqdm(unit="input", leave=False, desc=name, mininterval=1.0, disable=None, file=terminal)

    def one(self, content: bytes) -> None:
        """Try an input; ends the process where there is nothing more to do."""
        self.tried += 1
        self.bar.update()
        try:
            signal.setitimer(signal.ITIMER_PROF, HUNG_S)
            with contextlib.suppress(*self.target.allowed):
                self.target.read(content)
        except Exception as error:
            (self.found / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)
            traceback.print_exc()
            self.end(1, f"{type(error).__name__}: {' '.join(str(error).split())[:200]}")
        enough = self.tried >= self.runs if self.runs else time.process_time() >= self.until
        if enough:
            self.end(0, str(self.tried))

    def end(self, status: int, said: str) -> None:
        """Say one line and go, past libFuzzer, which would go on."""
        self.bar.close()
        print(said, flush=True)
        sys.stderr.flush()
        os._exit(status)


def main() -> None:
    """Run the command; ends the process."""
    parser = argparse.ArgumentParser(prog="python -m fuzz.guided", description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--runs", type=int, default=0)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--found", type=Path, required=True)
    options = parser.parse_args()
    looked = _Looked(options.target, options.seconds, options.runs, options.found)
    options.corpus.mkdir(parents=True, exist_ok=True)
    seeds = looked.target.seeds
    for seed in seeds:
        (options.corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    longest = max(LONGEST, *(2 * len(seed) for seed in seeds))
    of_lib_fuzzer = [f"-seed={options.seed % 2**31}", f"-max_len={longest}", f"-timeout={STUCK_S}", "-verbosity=0"]
    of_lib_fuzzer += ["-len_control=0", "-rss_limit_mb=4096", f"-artifact_prefix={options.found}/"]
    signal.signal(signal.SIGPROF, _hung)
    atheris.Setup([sys.argv[0], *of_lib_fuzzer, str(options.corpus)], looked.one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
