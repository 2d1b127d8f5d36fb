# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Fetch the weights of the YuNet face detector: `python3 -m fer_perception.fetch_yunet [--from PATH] [--to PATH]`.

Only the standard library is imported, and nothing of this package: the set-up runs this file as it is, with
whatever Python there is.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path

FILE_NAME = "face_detection_yunet_2023mar.onnx"
SHA256 = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"
URL = f"https://github.com/opencv/opencv_zoo/raw/main/models/face_detection_yunet/{FILE_NAME}"
LICENCE = "YuNet face detector, Shiqi Yu and others; MIT licence (OpenCV Zoo)"
SIZE_LIMIT = 4 << 20
"""Bytes; the file has 232,589. Whatever is larger is another file and is not read to its end."""
TIMEOUT = 30.0
"""Seconds without an answer before a download is given up."""
LONGEST = 300.0
"""Seconds that a download may take, however steadily it trickles."""


class FetchError(Exception):
    """What was wrong and what to do, in one line."""


def default_path() -> Path:
    """Return where the weights are looked for: `$FER_DATA_DIR`, else `${XDG_DATA_HOME:-~/.local/share}/fer`."""
    share = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(os.environ.get("FER_DATA_DIR") or Path(share) / "fer") / FILE_NAME


def checksum_matches(content: bytes) -> bool:
    """Tell whether `content` is the pinned file, byte for byte."""
    return hashlib.sha256(content).hexdigest() == SHA256


def fetch_yunet(source: Path | None = None, target: Path | None = None, *, url: str = URL) -> Path:
    """Put the weights at `target`, checked against the pinned checksum; nothing half-written is ever left there.

    Args:
        source: a file, or a folder that holds `FILE_NAME`; None downloads from `url`.
        target: the file to write; None takes `default_path()`.
        url: where to download from.

    Returns:
        The file written, or found to be there already.

    Raises:
        FetchError: the source can't be had, has another checksum, or the target can't be written.
    """
    target = target or default_path()
    if _is_there(target):
        return target
    content = _read(source) if source else _download(url)
    if not checksum_matches(content):
        raise FetchError(
            f"{source or url} is not the pinned file: its sha256 is {hashlib.sha256(content).hexdigest()[:16]}…, "
            f"not {SHA256[:16]}…; take {FILE_NAME} from OpenCV Zoo"
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".yunet-", delete=False) as partial:
            partial.write(content)
        os.chmod(partial.name, 0o644)
        os.replace(partial.name, target)
    except OSError as error:
        raise FetchError(
            f"cannot write {target}: {error.strerror or error}; name another place with --to, or for all commands with "
            "FER_DATA_DIR"
        ) from error
    return target


def _is_there(target: Path) -> bool:
    with contextlib.suppress(OSError, ValueError):
        if target.is_file():
            with target.open("rb") as stream:
                return checksum_matches(stream.read(SIZE_LIMIT))
    return False


def _read(source: Path) -> bytes:
    path = source / FILE_NAME if source.is_dir() else source
    try:
        with path.open("rb") as stream:
            return stream.read(SIZE_LIMIT)
    except OSError as error:
        raise FetchError(f"cannot read {path}: {error.strerror or error}; name the weights with --from") from error


def _download(url: str) -> bytes:
    import urllib.request  # as slow to load as the detector: whoever only looks for the file need not wait for it

    try:
        until = time.monotonic() + LONGEST
        content = bytearray()
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
            while len(content) < SIZE_LIMIT and (piece := answer.read1(SIZE_LIMIT - len(content))):
                content += piece
                if time.monotonic() > until:
                    raise TimeoutError(f"it takes more than {LONGEST:g} s")
        return bytes(content)
    except (OSError, ValueError) as error:
        reason = " ".join(str(getattr(error, "reason", error)).split())
        raise FetchError(
            f"cannot download {url}: {reason}; fetch {FILE_NAME} by hand and name it with --from"
        ) from error


def main(arguments: list[str] | None = None) -> int:
    """Run the command: 0 fetched or already there, 1 failed, 2 not agreed to."""
    parser = argparse.ArgumentParser(prog="fetch_yunet", description="Fetch the weights of the YuNet face detector.")
    parser.add_argument("--from", dest="source", type=Path, metavar="PATH", help="copy from this file or folder")
    parser.add_argument("--to", dest="target", type=Path, metavar="PATH", help=f"write this file ({default_path()})")
    parser.add_argument("--yes", action="store_true", help="download without asking")
    options = parser.parse_args(arguments)
    target: Path = options.target or default_path()
    print(LICENCE)
    if _is_there(target):
        print(f"already there: {target}")
        return 0
    if options.source is None and not options.yes and not _agreed():
        print("fetch_yunet: nothing downloaded; agree with --yes, or name a file with --from", file=sys.stderr)
        return 2
    try:
        print(f"written: {fetch_yunet(options.source, target)}")
    except FetchError as error:
        print(f"fetch_yunet: {error}", file=sys.stderr)
        return 1
    return 0


def _agreed() -> bool:
    if sys.stdin is None or not sys.stdin.isatty():
        return False
    print(f"Download {FILE_NAME} (233 kB) from {URL}? [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


if __name__ == "__main__":
    sys.exit(main())
