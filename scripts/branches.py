# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Which branches of each package its own tests take: make coverage ARGS="fer_color fer_common". Fails below a floor.

coverage.py comes into an environment of its own, which sees this one's packages. Only what runs in the tests' own
processes is counted, not the programs that they start. It takes 2.6 times the processor time of the plain tests
(Python 3.11, its C tracer), which is why CI does not run it.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from scripts.tool_environment import tool

TOP = Path(__file__).resolve().parents[1]
TOOLS = ("coverage==7.17.5", "pytest-cov==7.1.0")
FLOORS: dict[str, float] = {
    "fer_common": 58.0,
    "fer_models": 95.0,
    "fer_perception": 92.0,
    "fer_color": 95.0,
    "fer_training": 91.0,
    "fer_evaluation": 76.0,
    "fer_dashboard": 83.0,
    "fer_bringup": 72.0,
}
"""Percent of lines and branches together that a package's own tests must take: what was measured, less a point."""


def main() -> int:
    """Run the command: 1 where a test fails or a package is below its floor, 2 where the tools can't be had."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help=f"default: {', '.join(FLOORS)}")
    parser.add_argument("--output", type=Path, default=TOP / "runs" / "coverage", help="default: runs/coverage")
    parser.add_argument("--workers", default="2", help="processes side by side (default: %(default)s)")
    options = parser.parse_args()
    if unknown := [name for name in options.packages if not (TOP / name / "test").is_dir()]:
        parser.error(f"no package '{unknown[0]}' with tests")
    output = options.output.resolve()
    try:
        python = tool(output / "tool", *TOOLS)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"coverage: not done, its tools can't be had here ({type(error).__name__})", file=sys.stderr)
        return 2
    low = [name for name in options.packages or list(FLOORS) if not measure(name, python, output, options.workers)]
    return 1 if low else 0


def measure(name: str, python: Path, output: Path, workers: str) -> bool:
    """Run a package's tests and tell whether they pass and take what they must; a page goes into the output folder."""
    found = output / f"{name}.json"
    found.unlink(missing_ok=True)
    asked = [str(python), "-m", "pytest", "-q", "-n", workers, "--dist", "worksteal", f"{name}/test"]
    asked += [
        f"--cov={name}/{name}",
        "--cov-branch",
        f"--cov-report=json:{found}",
        f"--cov-report=html:{output / name}",
    ]
    done = subprocess.run(
        asked, cwd=TOP, check=False, env={**os.environ, "COVERAGE_FILE": str(output / f"{name}.data")}
    )
    if not found.is_file():
        print(f"{name}: nothing was measured", flush=True)
        return False
    totals, floor = json.loads(found.read_text())["totals"], FLOORS.get(name, 0.0)
    share, lines, branches = totals["percent_covered"], totals["num_statements"], totals["num_branches"]
    taken = f"{totals['covered_lines']:,} of {lines:,} lines, {totals['covered_branches']:,} of {branches:,} branches"
    print(f"{name}: {share:.1f} % ({taken}), floor {floor:.0f} %", flush=True)
    return done.returncode == 0 and share >= floor


if __name__ == "__main__":
    sys.exit(main())
