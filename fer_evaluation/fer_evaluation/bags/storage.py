# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What every storage file of a bag can be asked, whatever wrote it, and which kind a file is by its first bytes."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

MCAP_MAGIC, SQLITE_MAGIC, ROS1_MAGIC = b"\x89MCAP0\r\n", b"SQLite format 3\0", b"#ROSBAG V"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
MCAP, SQLITE, ROS1, ZSTD = "mcap", "sqlite3", "ros1", "zstd"
PACKERS = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x04\x22\x4d\x18": "lz4",
           b"7z\xbc\xaf": "7-Zip"}  # fmt: skip
"""How files begin that such a program packed; what zstd packed is unpacked here."""
PAGE = "a web page, so the download went wrong"
NO_BAGS = {b"version https://git-lfs": "a pointer of Git LFS, not the file: 'git lfs pull' fetches it", b"<!": PAGE,
           b"<h": PAGE}  # fmt: skip
"""How files begin that stand in place of a bag, and what is to be said."""
LATEST = 2**63 - 1
"""Nanoseconds: beyond, a log time counts as this; SQLite and NumPy hold no more."""
Stretch = tuple[int, int]
"""First and last log time, nanoseconds, both within."""


@dataclass(frozen=True)
class Channel:
    """A topic as one storage file has it."""

    id: int
    topic: str
    type: str
    """With 'msg' in its middle, for ROS; another program's own name ('foxglove.CompressedImage')."""
    encoding: str
    """Of its messages: 'cdr', 'ros1', 'json', 'protobuf', ..."""
    count: int
    """How many messages the file has, by its own index or by counting."""
    definition: bytes = b""
    """The type's, as the file brings it; empty: it brings none."""
    definition_encoding: str = ""
    """'ros2msg', 'ros2idl', 'ros1msg', 'protobuf', 'jsonschema', ..."""


class Storage(Protocol):
    """An open file."""

    channels: list[Channel]

    def stretches(self, least_gap: int) -> list[Stretch]:
        """Return where its messages lie in log time, in order; gaps of `least_gap` nanoseconds or more part them."""

    def messages(self, ids: Collection[int], start_ns: int, stop_ns: int) -> Iterator[tuple[int, int, bytes]]:
        """Yield channel id, log time and bytes of the messages of these channels in `start_ns` <= log time < `stop_ns`.

        In the order of log times, one at a time.
        """

    def close(self) -> None:
        """Let go of the file."""


def kind_of(path: Path) -> str:
    """Return `MCAP`, `SQLITE`, `ROS1` or `ZSTD` by a file's first bytes, whatever it is called; '' for anything else.

    Raises:
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        head = file.read(16)
    for magic, kind in ((MCAP_MAGIC, MCAP), (SQLITE_MAGIC, SQLITE), (ROS1_MAGIC, ROS1), (ZSTD_MAGIC, ZSTD)):
        if head.startswith(magic):
            return kind
    return ""


def packed_by(path: Path) -> str:
    """Return what packed a file, by its first bytes; '' where nothing known did.

    Raises:
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        head = file.read(8)
    return next((name for magic, name in PACKERS.items() if head.startswith(magic)), "")


def what_else(path: Path) -> str:
    """Return what a file of no known storage is, and what to do, in a few words; '' where nobody knows.

    Raises:
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        return "an empty file; record again, or take it out of the folder and 'ros2 bag reindex'"
    if not head.strip(b"\0"):
        return "a file of zeros: the disk lost what was written, as after a power cut"
    return next((said for start, said in NO_BAGS.items() if head.lower().startswith(start)), "")


def stretches_of(times: Collection[Stretch], least_gap: int) -> list[Stretch]:
    """Join stretches where less than `least_gap` nanoseconds lie between them."""
    found: list[Stretch] = []
    for first, last in sorted(times):
        if found and first - found[-1][1] < least_gap:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found


def type_name(name: str) -> str:
    """Write a ROS type's name with 'msg' in its middle, as DDS and IDL call it, too; others as they are."""
    name = name.removeprefix("::")
    spelt = re.fullmatch(r"(\w+)::msg::dds_::(\w+)_|(\w+)(?:::|\.)msg(?:::|\.)(\w+)", name)
    if spelt:
        return f"{spelt[1] or spelt[3]}/msg/{spelt[2] or spelt[4]}"
    parts = name.split("/")
    return f"{parts[0]}/msg/{parts[1]}" if len(parts) == 2 else name
