# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Look every pinned package up among the known vulnerabilities: python3 scripts/audit.py. What CI runs.

pip-audit does it, in an environment of its own that is gone afterwards. It asks the Python Package Index; where that
can't be reached it finds nothing and says so of each package, which must not pass for a clean result.
"""

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

LOCK = Path(__file__).resolve().parents[1] / "requirements" / "lock.txt"
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


def main() -> int:
    """Run the command: 1 where a package is known to be vulnerable."""
    try:
        found = audit()
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        print(f"audit: not done, pip-audit can't be had or run here ({type(error).__name__})")
        return 0
    if not found:
        print("audit: not done, no package could be looked up; the Python Package Index can't be reached from here")
        return 0
    for package, vulnerabilities in found.items():
        for item in vulnerabilities:
            print(f"audit: {package}: {item['id']}, mended in {', '.join(item['fix_versions']) or 'no version yet'}")
    vulnerable = sum(bool(vulnerabilities) for vulnerabilities in found.values())
    print(f"audit: {len(found)} packages looked up, {vulnerable} known to be vulnerable")
    return 1 if vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())
