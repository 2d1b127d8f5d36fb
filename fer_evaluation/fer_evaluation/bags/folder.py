# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Which files a bag is made of, whatever they are called, and what its metadata.yaml promises."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from fer_evaluation.bags.storage import kind_of, packed_by
from fer_evaluation.errors import EvaluationError

METADATA = "metadata.yaml"
LARGEST_METADATA = 1 << 24
"""Bytes; rosbag2 writes a line or two a split and topic."""
SUFFIXES = (".mcap", ".db3")
"""Of rosbag2's storages."""
PACKED = (".zstd", ".zst")
"""What follows them where zstd packed the file: rosbag2's own word, and that of the program `zstd`."""
ENDINGS = (*SUFFIXES, *(suffix + packed for suffix in SUFFIXES for packed in PACKED), ".bag", ".bag.active")
"""Of files that hold messages, in any case."""


@dataclass(frozen=True)
class Files:
    """What a bag is made of."""

    paths: tuple[Path, ...]
    """Its storage files."""
    promised: dict[str, int] = field(default_factory=dict)
    """How many messages metadata.yaml says that each topic has; empty: it does not say."""
    notices: tuple[str, ...] = ()
    """What is odd, and was read all the same."""


def natural(name: str) -> tuple[list[tuple[int, int, str]], str]:
    """Make a key that sorts names as people count, x_2 before x_10; of x_2 and x_02 the longer one first."""
    parts = re.split(r"([0-9]+)", name)
    return [(1, 0, part) if place % 2 == 0 else (0, int(part), "") for place, part in enumerate(parts) if part], name


def is_bag_folder(path: Path) -> bool:
    """Tell whether a folder is a rosbag2 bag."""
    try:
        return path.is_dir() and (path / METADATA).is_file()
    except OSError:  # one that this user may not look into
        return False


def is_file_of_messages(path: Path) -> bool:
    """Tell whether a file's name is that of a storage."""
    return path.name.lower().endswith(ENDINGS) and not path.name.startswith(".") and path.is_file()


def readable(text: str) -> str:
    """Return a text that can be written: of a name on the disk that is no UTF-8, '?' for each byte that is none."""
    return text.encode(errors="replace").decode()


def bag_name(path: Path) -> str:
    """Return what a bag is called in tables and reports."""
    return readable(name_on_disk(path))


def name_on_disk(path: Path) -> str:
    """Return what stands before '.labels.csv' of a bag: its name, byte for byte."""
    if not path.is_dir():
        for ending in sorted(ENDINGS, key=len, reverse=True):
            if path.name.lower().endswith(ending) and len(path.name) > len(ending):
                return path.name[: -len(ending)]
    return os.path.basename(os.path.abspath(path))  # as it was named: what a link points to has another name


def find_bags(paths: Sequence[Path]) -> list[Path]:
    """Find the bags that these name: each a bag, or a folder with bags in it, in the order of their names.

    A folder's own folders count, too, where files of messages lie in them; what lies deeper is for `too_deep`.

    Raises:
        EvaluationError: one names none or can't be read, or two bags have the same name.
    """
    found: list[Path] = []
    for path in paths:
        alone = not path.is_dir() or is_bag_folder(path)
        found += [path] if alone else _bags_in(path) or [path]
    names = [bag_name(path) for path in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        first, second = [path for path, name in zip(found, names) if name == twice][:2]
        raise EvaluationError(
            f"two of the bags are called '{twice}'; name each once, and rename one of two: '{first}', '{second}'"
        )
    return found


def _bags_in(folder: Path) -> list[Path]:
    inside: list[Path] = []
    loose: list[Path] = []
    for entry in _entries(folder):
        if is_bag_folder(entry) or _is_of_ros1(entry):
            inside.append(entry)
        elif is_file_of_messages(entry):
            loose.append(entry)
        elif entry.is_dir() and not entry.name.startswith(".") and entry.name != "lost+found":
            files = [file for file in _entries(entry) if is_file_of_messages(file)]
            of_ros1 = [file for file in files if _is_of_ros1(file)]
            others = [file for file in files if file not in of_ros1]
            # As if it had been named itself: of one that was killed before it had an index, it is said how it gets one.
            inside += [*of_ros1, *([entry] if is_one_bag(entry, others) else others)]
    # One bag without its index is told so; files of other programs beside each other are bags of their own.
    if not is_one_bag(folder, loose) or (inside and len(loose) == 1):
        return inside + loose
    return [*inside, folder] if inside else []


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir(), key=lambda entry: natural(entry.name))
    except OSError as error:
        raise EvaluationError(f"folder '{folder}' can't be read: {error.strerror}") from error


def _is_of_ros1(path: Path) -> bool:
    return path.name.lower().endswith((".bag", ".bag.active"))


def too_deep(paths: Sequence[Path]) -> list[str]:
    """Say in a line for each folder that was named which bags lie too deep in it for `find_bags`, three at most."""
    lines = []
    for path in paths:
        if not path.is_dir() or is_bag_folder(path):
            continue
        below = [one for one in path.glob("*/*") if one.is_dir() and not is_bag_folder(one.parent)]
        deep = [one for one in below if is_bag_folder(one) or any(map(is_file_of_messages, one.glob("*")))]
        deep += [file.parent for file in path.glob(f"*/*/*/{METADATA}") if file.parent.parent not in deep]
        if deep:
            shown = ", ".join(f"'{one}'" for one in sorted(deep)[:3])
            lines.append(f"{len(deep)} bags lie too deep in '{path}' and are not scored: {shown}; name them, too")
    return lines


def is_one_bag(folder: Path, files: Sequence[Path]) -> bool:
    """Tell whether files that lie loose in a folder are one bag of rosbag2's, by their names: FOLDER_0.mcap, ..."""
    names = [bag_name(file) for file in files]
    counted = {re.sub(r"_[0-9]+$", "", name) for name in names if re.search(r"_[0-9]+$", name)}
    of_folder = bool(names) and all(name.startswith(folder.resolve().name) for name in names)
    return of_folder or (len(counted) == 1 and all(re.search(r"_[0-9]+$", name) for name in names))


def files_of(path: Path) -> Files:
    """Find the files of a bag.

    Raises:
        EvaluationError: there is no such bag, or it has no index or no file.
    """
    if not path.exists():
        raise EvaluationError(f"no bag '{path}': give a rosbag2 folder, an .mcap or .db3 file, or a ROS 1 .bag file")
    if is_bag_folder(path):
        return _by_metadata(path)
    if path.is_dir():
        files = sorted(file.name for file in path.iterdir() if is_file_of_messages(file))
        if not files:
            deeper = sorted([*path.glob(f"*/*/{METADATA}"), *path.glob(f"*/*/*/{METADATA}")])
            hint = f"; name '{deeper[0].parent.parent}', which does" if deeper else ""
            raise EvaluationError(f"'{path}' holds no bag: neither metadata.yaml nor an .mcap or .db3 file{hint}")
        raise EvaluationError(
            f"bag '{path}' has no index (metadata.yaml is missing): 'ros2 bag reindex {path}' makes one, "
            f"or name its file, '{path / files[0]}'"
        )
    if path.name == METADATA:
        raise EvaluationError(f"'{path}' is a bag's index; name the folder that it lies in, '{path.parent}'")
    if not path.is_file():
        raise EvaluationError(f"'{path}' is no file; give a rosbag2 folder, an .mcap or .db3 file, or a .bag file")
    if path.stat().st_size == 0:
        raise EvaluationError(f"bag '{path}' is an empty file; record again")
    packed = packed_by(path)
    if packed:
        raise EvaluationError(f"'{path}' is packed by {packed}; unpack it, and name what was in it")
    if not is_file_of_messages(path) and not kind_of(path):
        raise EvaluationError(f"'{path}' is no bag: give a rosbag2 folder, an .mcap or .db3 file, or a ROS 1 .bag file")
    return Files((path,))


def _by_metadata(folder: Path) -> Files:
    there = {file.name: file for file in sorted(folder.iterdir(), key=lambda file: natural(file.name))
             if is_file_of_messages(file)}  # fmt: skip
    said, notices = _metadata(folder / METADATA)
    # Its paths may be those of the machine that recorded, of Windows, too.
    listed = [Path(str(name).replace("\\", "/")).name for name in _list(said.get("relative_file_paths"))]
    # By hand (un)compressed files have another ending than the index says.
    names = [next((n for n in (name, f"{name}.zstd", name.removesuffix(".zstd")) if (folder / n).is_file()), "")
             for name in listed]  # fmt: skip
    missing = [name for name, found in zip(listed, names) if not found]
    chosen = [folder / name for name in names if name]
    spare = [file for name, file in there.items() if name not in names]
    unread = [file.name for file in spare if bag_name(file) not in {bag_name(one) for one in chosen}]
    if unread and not missing and chosen:
        notices.append(
            f"metadata.yaml does not name {', '.join(unread[:3])}, so it is not read; 'ros2 bag reindex' puts it in"
        )
    if missing and spare:
        notices.append(
            f"metadata.yaml names {missing[0]}, which is not there, so {', '.join(file.name for file in spare[:3])} "
            "is read in its place; 'ros2 bag reindex' makes the index true"
        )
        missing, chosen = missing[len(spare) :], [*chosen, *spare]
    if missing:
        raise EvaluationError(
            f"bag '{folder}' lacks {missing[0]}, which its metadata.yaml names; put it back, or 'ros2 bag reindex' "
            "without it"
        )
    chosen = chosen or list(there.values())
    empty = [file for file in chosen if not file.stat().st_size]
    if 0 < len(empty) < len(chosen):  # a recorder that was broken off right after it had begun another file
        chosen = [file for file in chosen if file not in empty]
        notices.append(f"{', '.join(file.name for file in empty[:3])} of the bag is empty, and left out")
    if not chosen:
        raise EvaluationError(f"bag '{folder}' holds metadata.yaml, but no .mcap or .db3 file; copy the whole folder")
    return Files(tuple(dict.fromkeys(chosen)), _promised(said), tuple(notices))


def _metadata(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Read what the index says; nothing, with a line, where it can't be read: the storage says all that is needed."""
    try:
        if path.stat().st_size > LARGEST_METADATA:
            raise ValueError(f"it has more than {LARGEST_METADATA} bytes")
        content = yaml.load(path.read_bytes(), Loader=_Loader)
        found = content["rosbag2_bagfile_information"]
        if not isinstance(found, dict):
            raise ValueError("it is no index")
    except (OSError, ValueError, KeyError, TypeError, RecursionError, yaml.YAMLError) as error:
        why = " ".join(str(error).split())
        line = f"metadata.yaml can't be read ({type(error).__name__}: {why:.80}), so the files beside it are"
        return {}, [line]
    return found, []


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Without aliases, by which a few bytes become gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise ValueError("it has aliases")
        return super().compose_node(parent, index)


def _promised(said: dict[str, Any]) -> dict[str, int]:
    """Return what can be understood of the counts; a text for a number promises nothing."""
    counts: dict[str, int] = {}
    for entry in _list(said.get("topics_with_message_count")):
        topic = entry.get("topic_metadata") if isinstance(entry, dict) else None
        name = topic.get("name") if isinstance(topic, dict) else None
        count = entry.get("message_count") if isinstance(entry, dict) else None
        if isinstance(name, str) and isinstance(count, int) and not isinstance(count, bool) and count > 0:
            counts[name] = counts.get(name, 0) + count
    return counts


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
