# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Write down all that is installed as a CycloneDX software bill of materials: python3 scripts/sbom.py. What CI runs.

cyclonedx-bom does it, in an environment of its own that is gone afterwards; what it wrote is held against what Python
itself says is installed. Without an index to fetch it from this says so and ends with 0.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
CYCLONEDX = "cyclonedx-bom==7.5.0"
LONGEST_S = 300
INSTALLED = "import importlib.metadata as m; print(*{d.metadata['Name'] + '==' + d.version for d in m.distributions()})"


def write(python: Path, output: Path) -> None:
    """Write an environment's bill as JSON, the same bytes for the same packages.

    Raises:
        OSError, subprocess.SubprocessError: cyclonedx-bom can't be had or fails, or not in time.
    """
    with tempfile.TemporaryDirectory(prefix="fer-sbom-") as folder:
        venv.create(folder)
        own = Path(folder) / "bin"
        pip = [sys.executable, "-m", "pip", "--python", own / "python", "install", "--quiet"]
        subprocess.run([*pip, "--disable-pip-version-check", CYCLONEDX], check=True, timeout=LONGEST_S)
        asked = ["environment", python, "--output-reproducible", "--of", "JSON", "-o", output]
        subprocess.run([own / "cyclonedx-py", *asked], check=True, timeout=LONGEST_S, capture_output=True)


def left_out(bill: str, installed: str) -> list[str]:
    """Return what is installed and not in a bill.

    Args:
        bill: CycloneDX as JSON.
        installed: NAME==VERSION, parted by spaces.
    """
    listed = {(_plain(item["name"]), item.get("version", "")) for item in json.loads(bill)["components"]}
    pairs = (word.partition("==") for word in installed.split())
    return sorted(f"{name} {version}" for name, _, version in pairs if (_plain(name), version) not in listed)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """Run the command: 1 where something that is installed is not in the bill, or nothing is installed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=TOP / "runs" / "sbom.json", help="default: runs/sbom.json")
    output: Path = parser.parse_args().output
    python = TOP / ".venv" / "bin" / "python"
    if not python.exists():
        print("sbom: nothing is installed yet: run make first", file=sys.stderr)
        return 1
    output.parent.mkdir(parents=True, exist_ok=True)
    try:
        write(python, output)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"sbom: not done, cyclonedx-bom can't be had or run here ({type(error).__name__})")
        return 0
    installed = subprocess.run([python, "-c", INSTALLED], check=True, capture_output=True, text=True).stdout
    missing = left_out(output.read_text(), installed)
    for package in missing:
        print(f"sbom: {package} is installed and not in {output}")
    print(f"sbom: {len(json.loads(output.read_text())['components'])} packages in {output}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
