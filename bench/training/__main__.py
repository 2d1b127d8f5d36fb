# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m bench.training --against COMMIT: what a training step costs, beside another commit or checkout.

Both run in processes of their own by this environment's Python, each with its own checkout's packages, and take turns:
a block of steps, then the other's. A commit's are unpacked out of git into a temporary folder; nothing of theirs is
built. The median of the turns' ratios counts. Both train on the same drawn faces from the same seed, in which the loss
after the last step is compared, too. Processor time is of all threads; leave the machine alone for the seconds.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
OURS = HERE.parent.parent
PACKAGES = ("fer_common", "fer_models", "fer_color", "fer_perception", "fer_training")
BLOCK = 2
"""Steps of one before it is the other's turn."""


@dataclass(frozen=True)
class Kind:
    """A network as it is trained, and at most what share of ae8b56d's time a step of it is to take."""

    width: float
    goal: float
    recipe: str = "ours"
    side: int = 48


KINDS = {"resnet_fast": Kind(1.0, 0.65, "shipped/f"), "vggfac_stn_msa": Kind(1.0, 0.75), "vggfac_msa": Kind(0.5, 0.75)}
PRECISIONS = ("float32", "bfloat16")


class Worker:
    """`worker.py` with a checkout's packages."""

    def __init__(self, checkout: Path, network: str, kind: Kind, precision: str, threads: int, turns: int) -> None:
        """Start it."""
        gone = ("PYTHONPATH", "AMENT_PREFIX_PATH", "OMP_NUM_THREADS")
        surroundings = {name: value for name, value in os.environ.items() if name not in gone}
        surroundings["PYTHONPATH"] = os.pathsep.join(str(checkout / name) for name in PACKAGES)
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py")],
            env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        work = {"network": network, "width": kind.width, "recipe": kind.recipe, "side": kind.side, "block": BLOCK}
        self._say(json.dumps(work | {"precision": precision, "threads": threads, "blocks": turns + 1}))

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def take(self) -> dict[str, float]:
        """Have it train a block: seconds and processor seconds a step, and the loss so far.

        Raises:
            RuntimeError: it ended; what it said stands above.
        """
        self._say("")
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("a worker of bench.training ended; is every package of fer_training's there?")
        found: dict[str, float] = json.loads(line)
        return found

    def close(self) -> None:
        """End it."""
        self._process.communicate()  # the end of its input ends it


@contextmanager
def checkout_of(name: str) -> Iterator[Path]:
    """Give the folder of a checkout, or a temporary one with a commit's packages.

    Raises:
        ValueError: it is neither.
    """
    if (Path(name) / "fer_training").is_dir():
        yield Path(name).resolve()
        return
    git = ["git", "-C", str(OURS)]
    known = subprocess.run([*git, "ls-tree", "--name-only", name], capture_output=True, text=True, check=False)
    packages = [package for package in PACKAGES if package in known.stdout.split()]
    if "fer_training" not in packages:
        raise ValueError(f"'{name}' is neither a checkout nor a commit that this one knows; give its folder")
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run([*git, "archive", name, "--", *packages], capture_output=True, check=True).stdout
        subprocess.run(["tar", "-x", "-C", folder], input=packed, check=True)
        yield Path(folder)


def compare(theirs: Path, network: str, precision: str, threads: int, turns: int) -> str:
    """Measure one row of the table."""
    kind = KINDS[network]
    workers = [Worker(folder, network, kind, precision, threads, turns) for folder in (theirs, OURS)]
    try:
        # The first turn allocates and makes kernels.
        pairs = [[worker.take() for worker in workers] for _ in range(turns + 1)]
    finally:
        for worker in workers:
            worker.close()
    before, now = (median(pair[side]["seconds"] for pair in pairs[1:]) for side in (0, 1))
    wall, processor = (median(pair[1][what] / pair[0][what] for pair in pairs[1:]) for what in ("seconds", "processor"))
    losses = [one["loss"] for one in pairs[-1]]
    return (
        f"| {network}, width {kind.width:g}, {kind.side} px | {precision} | {threads} | {before:.2f} | {now:.2f} | "
        f"**{wall:.2f}** | {processor:.2f} | {kind.goal:.2f} | {losses[0]:.5f} | {losses[1]:.5f} |"
    )


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 2 after one line on what was wrong."""
    parser = argparse.ArgumentParser(prog="python3 -m bench.training", description=__doc__)
    add = parser.add_argument
    add("--against", required=True, metavar="COMMIT", help="a commit, or a checkout's folder; it need not be built")
    add("--networks", nargs="+", choices=KINDS, default=list(KINDS), help="default: all")
    add("--precisions", nargs="+", choices=PRECISIONS, default=PRECISIONS, help="default: both")
    add("--threads", nargs="+", type=int, default=[1, 2], help="default: 1 2")
    add("--turns", type=int, default=5, help=f"of {BLOCK} steps each (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        with checkout_of(options.against) as theirs:
            print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, beside {options.against}, batches of 128")
            print("| network | precision | threads | s a step, before | now | ratio | processor | goal | loss | now |")
            print("|---|---|---|---|---|---|---|---|---|---|")
            for row in product(options.networks, options.precisions, options.threads):
                print(compare(theirs, *row, options.turns), flush=True)
    except (ValueError, RuntimeError, OSError) as error:
        print(f"training: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
