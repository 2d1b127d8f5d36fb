# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python -m fuzz [TARGET ...]: damages examples until the time is up, and stops at the first error that is not ours.

atheris looks where it installs: it goes by the branches that an input takes, and keeps what took a new one for the next
run. Elsewhere hypothesis draws. What was found is written into a folder of its own and never into the repository: mend
it, and keep a harmless test.
"""

import argparse
import contextlib
import hashlib
import subprocess
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as set_seed
from hypothesis.errors import HypothesisException
from tqdm import tqdm

from fuzz.mutations import damaged
from fuzz.targets import TARGETS, Target
from scripts.tool_environment import tool

ROUND = 500
"""Examples between two looks at the clock."""
ATHERIS = ("atheris==3.0.0; python_version >= '3.11'", "atheris==2.3.0; python_version < '3.11'")
"""libFuzzer for Python: https://github.com/google/atheris."""


class FoundError(Exception):
    """What atheris found, in a line."""


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
    with tqdm(unit="input", leave=False, disable=None) as bar:
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


def guided(name: str, options: argparse.Namespace, python: Path) -> int:
    """Let atheris damage a target's examples, for so many seconds or as many inputs; the rest as `fuzz`."""
    found, corpus = options.found / name, options.found / "corpus" / name
    asked = [str(python), "-m", "fuzz.guided", name, f"--seconds={options.seconds}", f"--seed={options.seed}"]
    asked += [f"--found={found}", f"--corpus={corpus}"] + ([] if options.seconds else [f"--runs={options.examples}"])
    done = subprocess.run(asked, check=False, stdout=subprocess.PIPE, text=True)
    said = (done.stdout.splitlines() or [f"it ended with {done.returncode}; what it was at lies in {found}"])[-1]
    if done.returncode:
        raise FoundError(said)
    return int(said)


def atheris_in(folder: Path) -> Path | None:
    """Return the Python that has atheris; None, and a line, where there is no wheel of it."""
    try:
        return tool(folder, *ATHERIS)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"fuzz: atheris can't be had here ({type(error).__name__}); hypothesis draws", file=sys.stderr)
        return None


def main() -> int:
    """Run the command: 0, or 1 where something came out that may not."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"default: all of {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=float, default=10.0, help="of the processor, a target (default: %(default)s)")
    parser.add_argument("--examples", type=int, default=ROUND, help="in a round; of --seconds 0 (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the first round (default: the time)")
    parser.add_argument("--by", choices=("atheris", "hypothesis"), default="atheris", help="default: %(default)s")
    parser.add_argument(
        "--found", type=Path, default=Path("runs/fuzz"), help="where what fails goes (default: %(default)s)"
    )
    options = parser.parse_args()
    if unknown := [name for name in options.targets if name not in TARGETS]:
        parser.error(f"no target '{unknown[0]}'; there are {', '.join(TARGETS)}")
    python = atheris_in(options.found.resolve() / "tool") if options.by == "atheris" else None
    failed = 0
    for name in options.targets or TARGETS:
        try:
            if python is not None:
                tried = guided(name, options, python)
            else:
                found = options.found / name
                tried = fuzz(TARGETS[name], options.seconds, options.seed, found, examples=options.examples)
            print(f"{name:<28} {tried:>9,} inputs", flush=True)
        except Exception as error:
            failed += 1
            print(f"{name:<28} FAILED with {type(error).__name__}: {' '.join(str(error).split())[:200]}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
