# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python -m faults.table: goes through every fault a few times and writes the table of docs/reliability.md.

The table's times are those of the machine and the hour; its rows are held by a test.
"""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from faults.catalogue import CATALOGUE, undergo
from faults.elsewhere import ELSEWHERE
from faults.stage import Stage, film
from fer_bringup import reach
from fer_bringup.fetch_clip import default_path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reliability.md"
TEST = "test_faults.py"


def rows() -> list[tuple[str, str, str]]:
    """Return each fault of the catalogue and of elsewhere: what happens, what follows, where the test is."""
    return [(fault.name, fault.follows, f"{TEST}::{key}") for key, fault in CATALOGUE.items()] + list(ELSEWHERE)


def table(times: Mapping[str, Sequence[float]]) -> str:
    """Write the table.

    Args:
        times: seconds by the catalogue's names.
    """
    lines = ["| what happens | what follows | right again after | test |", "|---|---|---|---|"]
    for name, follows, test in rows():
        key = test.rpartition("::")[2]
        taken = f"{np.median(times[key]):.1f} s (longest {max(times[key]):.1f})" if key in times else ""
        lines.append(f"| {name} | {follows} | {taken} | `{test}` |")
    return "\n".join(lines) + "\n"


def put(name: str, text: str, path: Path = PAGE) -> None:
    """Put a text between a page's two marks of that name."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    before, _, rest = path.read_text().partition(begin)
    _, _, after = rest.partition(end)
    path.write_text(f"{before}{begin}\n{text}\n{end}{after}")


def surroundings() -> str:
    """Say when and where."""
    load = os.getloadavg()[0]
    kind = f"{os.cpu_count()} {platform.machine()} cores, load {load:.0f}, Python {platform.python_version()}"
    return f"{time.strftime('%Y-%m-%d', time.gmtime())}, {kind}"


def measure(clip: Path, times: int) -> dict[str, list[float]]:
    """Go through all faults so many times; the seconds by name.

    Raises:
        NeverCameError, AssertionError: one was not got over.
    """
    taken: dict[str, list[float]] = {key: [] for key in CATALOGUE}
    with tempfile.TemporaryDirectory(prefix="fer-faults-") as folder:
        stage = Stage(Path(folder), film(clip))
        try:
            stage.open()
            for _ in range(times):
                for key, fault in CATALOGUE.items():
                    taken[key].append(undergo(stage, fault))
                    print(f"{key:<20} {taken[key][-1]:6.2f} s", flush=True)
        finally:
            stage.close()
    return taken


def main() -> int:
    """Run the command: 0, 2 where it could not begin."""
    parser = argparse.ArgumentParser(prog="python -m faults.table", description=__doc__)
    parser.add_argument("--times", type=int, default=3, help="0: keep the table (default: %(default)s)")
    parser.add_argument("--clip", type=Path, default=default_path(), help="default: %(default)s")
    parser.add_argument("--soak", type=Path, help="folder of a soak (make soak), which is put into the page, too")
    options = parser.parse_args()
    if options.times:
        if not options.clip.is_file():
            print(f"faults: no clip '{options.clip}'; run 'make fetch', or name one with --clip", file=sys.stderr)
            return 2
        reach.apply("machine")
        os.environ.setdefault("ROS_DOMAIN_ID", "98")
        taken = measure(options.clip, options.times)
        put("faults", f"{table(taken)}\n*`python -m faults.table --times {options.times}`, {surroundings()}.*\n")
    if options.soak:
        put("soak", (options.soak / "soak.md").read_text())
        shutil.copy(options.soak / "soak.png", PAGE.parent / "images" / "soak.png")
    return 0


if __name__ == "__main__":
    program.loaded()
    program.run(main)
