# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python -m bench.startup CHECKOUT: how long `ambient --help` takes beside another, built checkout of this repository.

In turns, each in a process of its own with its environment's set-up, as `make ambient` has it; the ratio of the medians
counts. `bench.page.first_light` is for the first light. Leave the machine alone.
"""

import argparse
import os
from pathlib import Path
from statistics import median

from bench.against import HERE, Checkout
from bench.bags_against import run


def main() -> None:
    """Print it, before and now."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path, metavar="CHECKOUT")
    parser.add_argument("--rounds", type=int, default=9, help="turns of each (default: %(default)s)")
    given = parser.parse_args()
    sides = {"ours": Checkout(HERE.parent), "theirs": Checkout(given.checkout)}
    taken: dict[str, list[tuple[float, float]]] = {side: [] for side in sides}
    for _ in range(given.rounds):
        for side, checkout in sides.items():
            taken[side].append(run(checkout, "-m", "fer_bringup.ambient", "--help"))
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, beside {sides['theirs'].commit}")
    print("| | before | now | ratio |\n|---|---|---|---|")
    for column, unit in enumerate(("seconds", "processor seconds", "MB")):
        ours, theirs = (median(row[column] for row in taken[side]) for side in ("ours", "theirs"))
        print(f"| {unit} | {theirs:.2f} | {ours:.2f} | {ours / theirs:.3f} |")


if __name__ == "__main__":
    main()
