# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python -m fuzz [TARGET ...]: damages examples until the time is up, and stops at the first error that is not ours.

What was found is written into a folder of its own and never into the repository: mend it, and keep a harmless test.
"""

import argparse
import contextlib
import hashlib
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as set_seed
from hypothesis.errors import HypothesisException
from tqdm import tqdm

from fuzz.mutations import damaged
from fuzz.targets import TARGETS, Target

ROUND = 500
"""Examples between two looks at the clock."""


def fuzz(target: Target, seconds: float, seed: int = 0, found: Path | None = None, *, examples: int = ROUND) -> int:
    """Damage a target's examples for so many seconds of the processor, which a busy machine gives late.

    Args:
        target: the reader.
        seconds: of this process's threads; at least one round is gone through.
        seed: of the first round.
        examples: in a round.
        found: folder that the smallest input that failed is written into.

    Returns:
        How many inputs were tried.

    Raises:
        Exception: what came out of the reader and is not allowed to.
    """
    tried, until = 0, time.process_time() + seconds
    with tqdm(unit="input", leave=False) as bar:
        while True:
            last = b""

            @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck),
                      phases=(Phase.generate, Phase.shrink), derandomize=False)  # fmt: skip
            @given(damaged(target.seeds))
            def one(content: bytes) -> None:
                nonlocal tried, last
                tried, last = tried + 1, content
                bar.update()
                with contextlib.suppress(*target.allowed):
                    target.read(content)

            try:
                set_seed(seed)(one)()
            except HypothesisException:
                raise
            except Exception:
                if found is not None:
                    found.mkdir(parents=True, exist_ok=True)
                    (found / hashlib.sha256(last).hexdigest()[:16]).write_bytes(last)
                raise
            seed += 1
            if time.process_time() >= until:
                return tried


def main() -> int:
    """Run the command: 0, or 1 where something came out that may not."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"default: all of {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=float, default=10.0, help="of the processor, a target (default: %(default)s)")
    parser.add_argument("--examples", type=int, default=ROUND, help="in a round (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the first round (default: the time)")
    parser.add_argument(
        "--found", type=Path, default=Path("runs/fuzz"), help="where what fails goes (default: %(default)s)"
    )
    options = parser.parse_args()
    if unknown := [name for name in options.targets if name not in TARGETS]:
        parser.error(f"no target '{unknown[0]}'; there are {', '.join(TARGETS)}")
    failed = 0
    for name in options.targets or TARGETS:
        try:
            found = options.found / name
            tried = fuzz(TARGETS[name], options.seconds, options.seed, found, examples=options.examples)
            print(f"{name:<28} {tried:>9,} inputs", flush=True)
        except Exception as error:
            failed += 1
            print(f"{name:<28} FAILED with {type(error).__name__}: {' '.join(str(error).split())[:200]}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
