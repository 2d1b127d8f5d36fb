# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Look every pinned package up among the known vulnerabilities: python3 scripts/audit.py. What CI runs, and fails by.

An exception, with its reason, stands in requirements/audit_exceptions.txt.

pip-audit does it, in an environment of its own that is gone afterwards. It asks the Python Package Index; where that
can't be reached it finds nothing and says so of each package, which must not pass for a clean result.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

LOCK = Path(__file__).resolve().parents[1] / "requirements" / "lock.txt"
EXCEPTIONS = LOCK.with_name("audit_exceptions.txt")
PIP_AUDIT = "pip-audit==2.10.1"
LONGEST_S = 300


def audit() -> dict[str, list[dict[str, str]]]:
    """Return each package that was looked up, as NAME VERSION, with its known vulnerabilities.

    Raises:
        OSError, ValueError, subprocess.SubprocessError: pip-audit can't be had, or not in time.
    """
    with tempfile.TemporaryDirectory(prefix="fer-audit-") as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        quiet = ["--quiet", "--disable-pip-version-check"]
        subprocess.run([python, "-m", "pip", "install", *quiet, PIP_AUDIT], check=True, timeout=LONGEST_S)
        asked = [
            python,
            "-m",
            "pip_audit",
            "--requirement",
            str(LOCK),
            "--no-deps",
            "--disable-pip",
            "--format",
            "json",
        ]
        done = subprocess.run(asked, check=False, timeout=LONGEST_S, capture_output=True, text=True)
    return looked_up(done.stdout)


def looked_up(answer: str) -> dict[str, list[dict[str, str]]]:
    """Read pip-audit's JSON; packages that it skipped are left out."""
    packages = json.loads(answer)["dependencies"]
    return {f"{item['name']} {item['version']}": item["vulns"] for item in packages if "skip_reason" not in item}


def exceptions(text: str) -> dict[tuple[str, str], str]:
    """Read which vulnerability of which package is put up with, and why: a line each, ID PACKAGE REASON.

    Raises:
        ValueError: a line lacks its reason.
    """
    found = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        words = line.split(maxsplit=2)
        if len(words) < 3:
            raise ValueError(f"'{line}' is no exception: give ID PACKAGE REASON")
        found[words[0], words[1]] = words[2]
    return found


def main() -> int:
    """Run the command: 1 where a package is known to be vulnerable and no exception says why that is put up with.

    Where nothing could be looked up this is told, and no fault of the change.
    """
    try:
        accepted = exceptions(EXCEPTIONS.read_text())
    except (OSError, ValueError) as error:
        print(f"audit: {EXCEPTIONS.name}: {error}")
        return 1
    try:
        found = audit()
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        print(f"audit: not done, pip-audit can't be had or run here ({type(error).__name__})")
        return 0
    if not found:
        print("audit: not done, no package could be looked up; the Python Package Index can't be reached from here")
        return 0
    vulnerable, failing, met = 0, 0, set()
    for package, vulnerabilities in found.items():
        vulnerable += bool(vulnerabilities)
        for item in vulnerabilities:
            key = next(((name, package.split()[0]) for name in [item["id"], *item.get("aliases", [])]
                        if (name, package.split()[0]) in accepted), None)  # fmt: skip
            what = f"audit: {package}: {item['id']}, mended in {', '.join(item['fix_versions']) or 'no version yet'}"
            if key is None:
                failing += 1
                print(what)
            else:
                met.add(key)
                print(f"{what}; put up with: {accepted[key]}")
    for name, package in sorted(accepted.keys() - met):
        print(f"audit: the exception {name} {package} meets nothing any more; take it out")
    print(f"audit: {len(found)} packages looked up, {vulnerable} known to be vulnerable, {failing} not excepted")
    return 1 if failing else 0


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    sys.exit(main())
