# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python -m mutation [PART ...]: the share of small faults in our code that the tests see, by mutmut.

mutmut is installed into an environment of its own, which sees this one's packages; a part's code and tests are copied
beside it, so that nothing in the checkout is ever wrong. What survived is shown as a difference, each to be read.
"""

import argparse
import contextlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from mutation.parts import PARTS, Part
from scripts.tool_environment import tool

TOP = Path(__file__).resolve().parents[1]
MUTMUT = "mutmut==3.8.1"
LONGEST_TEST_S = 300
"""The slowest test takes 2 s alone; what takes so much longer, and is not ended by mutmut before, does not end."""
KILLED = ("killed", "timeout", "caught by type check", "segfault")
"""What mutmut calls a fault that was seen; one that never ends is one."""
LEFT = "not checked"
SURVIVED = ("survived", "no tests", "suspicious")


def prepare(part: Part, folder: Path) -> None:
    """Copy a part's code and tests, and write mutmut's settings beside them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in part.paths(TOP):
        target = folder / path.relative_to(TOP / part.package)
        if path.is_dir():
            shutil.copytree(path, target, ignore=shutil.ignore_patterns("__pycache__"))
        elif path.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    lines = ["[mutmut]", "source_paths=", f"    {part.package}", "only_mutate="]
    lines += [f"    {part.package}/{module}" for module in part.modules]
    lines += ["pytest_add_cli_args_test_selection=", *(f"    test/{test}" for test in part.tests)]
    lines += ["pytest_add_cli_args=", "    -p", "    no:cacheprovider"]
    lines += ["    -k", f"    {part.choice}"] if part.choice else []
    lines += ["process_isolation=forkserver"] if part.apart else []
    lines += ["also_copy=", "    test", "    pytest.ini", "    conftest.py"]
    (folder / "setup.cfg").write_text("\n".join(lines) + "\n")
    shutil.copy(TOP / "test/shared/drawn_examples.py", folder / "conftest.py")
    # A fault may also keep a test from ending.
    (folder / "pytest.ini").write_text(f"[pytest]\npythonpath = test test/judges\ntimeout = {LONGEST_TEST_S}\n")


def judge(part: Part, folder: Path, python: Path, only: list[str], seconds: float | None) -> dict[str, str]:
    """Let mutmut try every fault that it has not tried, or those that it comes to in so many seconds.

    Returns:
        What became of each fault, by its name.
    """
    variables = {**os.environ, "HYPOTHESIS_PROFILE": "mutation", "PYTHONDONTWRITEBYTECODE": "1"}
    asked = [str(python), "-m", "mutmut", "run", "--max-children", "1", *only]
    # What moves in place on a terminal goes into a file.
    with (folder / "run.log").open("w") as log, contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(asked, cwd=folder, env=variables, check=False, stdout=log, stderr=log, timeout=seconds)
    asked = [str(python), "-m", "mutmut", "results", "--all", "true"]
    done = subprocess.run(asked, cwd=folder, env=variables, check=True, capture_output=True, text=True)
    found = re.findall(r"^\s+(\S+): (.+)$", done.stdout, re.MULTILINE)
    return dict(found)


def shown(name: str, folder: Path, python: Path) -> str:
    """Return a fault as a difference."""
    done = subprocess.run(
        [python, "-m", "mutmut", "show", name], cwd=folder, check=False, capture_output=True, text=True
    )
    return done.stdout.strip()


def share(fates: dict[str, str]) -> float:
    """Return the share of faults that were seen, in percent, of those that were tried; nothing tried: 0."""
    killed, survived = (sum(fate in kinds for fate in fates.values()) for kinds in (KILLED, SURVIVED))
    return 100 * killed / (killed + survived) if killed + survived else 0.0


def line(name: str, fates: dict[str, str]) -> str:
    """Say how a part has done."""
    killed, survived = (sum(fate in kinds for fate in fates.values()) for kinds in (KILLED, SURVIVED))
    count = list(fates.values()).count(LEFT)
    left = f", {count} not tried" if count else ""
    return f"{name}: {killed} of {killed + survived} faults seen, {share(fates):.1f} %{left}"


def main() -> int:
    """Run the command: 0, 1 below the share that a part asks for, 2 where mutmut can't be had."""
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"default: all of {', '.join(PARTS)}")
    parser.add_argument("--seconds", type=float, help="for a part (default: all faults)")
    parser.add_argument("--resume", action="store_true", help="go on where it stopped, with the code and tests of then")
    parser.add_argument("--only", action="append", default=[], help="names of faults, with * (default: all)")
    parser.add_argument("--output", type=Path, default=Path("runs/mutation"), help="default: %(default)s")
    options = parser.parse_args()
    if unknown := [name for name in options.parts if name not in PARTS]:
        parser.error(f"no part '{unknown[0]}'; there are {', '.join(PARTS)}")
    output = options.output.resolve()
    try:
        python = tool(output / "tool", MUTMUT)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"mutation: not done, mutmut can't be had here ({type(error).__name__})", file=sys.stderr)
        return 2
    low = 0
    for name in options.parts or list(PARTS):
        part, folder = PARTS[name], output / name
        if not (options.resume and folder.is_dir()):
            prepare(part, folder)
        fates = {
            fault: fate
            for fault, fate in judge(part, folder, python, options.only, options.seconds).items()
            if part.has(fault)
        }
        survivors = [shown(fault, folder, python) for fault, fate in fates.items() if fate in SURVIVED]
        survivors += [f"{fault}: did not end" for fault, fate in fates.items() if fate == "timeout"]
        (output / f"{name}.txt").write_text("\n\n".join([line(name, fates), *survivors]) + "\n")
        print(line(name, fates), flush=True)
        low += LEFT not in fates.values() and share(fates) < part.least
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
