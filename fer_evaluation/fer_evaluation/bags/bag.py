# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Bags of ROS 2 (SQLite, MCAP; compressed too) and ROS 1, read without a graph; everything odd is one clear line."""

import heapq
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

import zstandard

from fer_evaluation.bags.decoding import OTHER, Decode, Unread, decoder, kind_of
from fer_evaluation.bags.folder import Files, bag_name, files_of, find_bags, name_on_disk, too_deep
from fer_evaluation.bags.log_times import JUMP, LogTimes
from fer_evaluation.bags.mcap_file import McapFile
from fer_evaluation.bags.ros1_file import Ros1File
from fer_evaluation.bags.sqlite_file import SqliteFile
from fer_evaluation.bags.storage import (
    MCAP,
    ROS1,
    SQLITE,
    ZSTD,
    ZSTD_MAGIC,
    Channel,
    Storage,
    Stretch,
    stretches_of,
    what_else,
)
from fer_evaluation.bags.storage import kind_of as kind_of_file
from fer_evaluation.bags.unpacking import unpacked
from fer_evaluation.errors import EvaluationError, NothingThereError

__all__ = ["Bag", "Recorded", "Topic", "bag_name", "find_bags", "name_on_disk", "open_bag", "too_deep"]


@dataclass(frozen=True)
class Recorded:
    """One message of a bag."""

    topic: str
    type: str
    """What it is read as: of another program's images the type of sensor_msgs."""
    log_ns: int
    """When it was recorded, nanoseconds."""
    message: Any
    """With the type's fields; None where the bytes are none."""
    fault: str = ""
    """Why `message` is None."""


@dataclass(frozen=True)
class Topic:
    """What a bag says of one of its topics."""

    name: str
    type: str
    count: int
    """How many messages it has."""
    unread: str = ""
    """Why it can't be read; empty: it can."""
    promised: int = 0
    """How many messages metadata.yaml says that it has; 0: it does not say."""

    @property
    def kind(self) -> str:
        """What its messages are read as: of images a type of sensor_msgs."""
        return kind_of(self.type)


class Bag:
    """An open bag; `open_bag` opens one."""

    def __init__(self, path: Path, files: Files, storages: Sequence[Storage]) -> None:
        """Wrap open files."""
        self.path, self._storages = path, storages
        self.name = bag_name(path)
        spans = [(index, storage.stretches(JUMP)) for index, storage in enumerate(storages)]
        self._spans = sorted(((index, s[0][0], s[-1][1]) for index, s in spans if s), key=itemgetter(1, 2))
        if not self._spans:
            raise NothingThereError(
                f"bag '{path}' holds no message; record again ('ros2 bag info' shows what is in it)"
            )
        self.times = LogTimes(tuple(stretches_of([stretch for _, found in spans for stretch in found], JUMP)))
        """When its messages were recorded, by the storage itself."""
        self.start_ns = self.times.stretches[0][0]
        """When the first message was recorded."""
        self.duration = self.times.length / 1e9
        """Seconds from the first message to the last."""
        self._decoders = [{one.id: decoder(one) for one in storage.channels} for storage in storages]
        self.topics = self._topics(files)
        unread = [topic for topic in self.topics if topic.count and topic.unread not in ("", OTHER)]
        spoilt = [f"topic {topic.name} can't be read: {topic.unread}" for topic in unread]
        self.notices = (*files.notices, *self.times.notices, *spoilt)
        """Lines on what is odd about it."""

    def _topics(self, files: Files) -> list[Topic]:
        """Of a topic that is recorded in two ways, each is one here: what can't be read spoils nothing."""
        counts: dict[tuple[str, str, str], int] = {}
        for storage, decoders in zip(self._storages, self._decoders):
            for one in storage.channels:
                made = decoders[one.id]
                key = one.topic, one.type, made.why if isinstance(made, Unread) else ""
                counts[key] = counts.get(key, 0) + one.count
        return [
            Topic(name, kind, count, why, files.promised.get(name, 0))
            for (name, kind, why), count in sorted(counts.items())
        ]

    def stretches(self, least_gap: int) -> list[Stretch]:
        """Return where its messages lie in log time, in order; gaps of `least_gap` nanoseconds or more part them.

        Where the bag is damaged, longer ones may hide such gaps: whoever reads the messages says so.
        """
        try:
            found = [one for storage in self._storages for one in storage.stretches(least_gap)]
        except Exception:  # of three storages and four compressions, which share no root
            return list(self.times.stretches)
        return stretches_of(found, least_gap)

    def of_types(self, types: Sequence[str]) -> list[Topic]:
        """Return the topics that are read as one of these types, have messages and can be read, by name."""
        return [topic for topic in self.topics if topic.kind in types and topic.count and not topic.unread]

    def unread(self, types: Sequence[str]) -> list[Topic]:
        """Return the topics of these types that have messages and can't be read, by name."""
        return [topic for topic in self.topics if topic.kind in types and topic.count and topic.unread]

    def listing(self, topics: Sequence[Topic] | None = None) -> str:
        """List these topics, or all, for an error's line."""
        chosen = self.topics if topics is None else topics
        whys = [f"; can't be read: {topic.unread}" if topic.unread not in ("", OTHER) else "" for topic in chosen]
        return ", ".join(f"{one.name} ({one.type}, {one.count}{why})" for one, why in zip(chosen, whys)) or "none"

    def messages(
        self, topics: Sequence[str], start_ns: int | None = None, stop_ns: int | None = None
    ) -> Iterator[Recorded]:
        """Yield the messages of these topics in the order of recording, one at a time.

        Args:
            topics: their names.
            start_ns: only those recorded then or later.
            stop_ns: only those recorded earlier.

        Raises:
            EvaluationError: the bag is damaged, or metadata.yaml promises more messages of one of them.
        """
        self.check_whole(topics)
        start, stop = self.start_ns if start_ns is None else start_ns, self.times.stop if stop_ns is None else stop_ns
        count = 0
        try:
            for recorded in self._raw(topics, start, stop):
                count += 1
                yield recorded
        except (GeneratorExit, KeyboardInterrupt, EvaluationError):
            raise
        except Exception as error:  # of three storages and four compressions, which share no root
            raise EvaluationError(
                f"bag '{self.path}' is damaged after {count} messages ({type(error).__name__}: {error!s:.120}); "
                "was it cut off? 'ros2 bag reindex' or 'mcap recover' save what can be saved"
            ) from error
        if start <= self.start_ns and stop >= self.times.stop:
            check_count(self.path, count, sum(t.count for t in self.topics if t.name in topics and not t.unread))

    def check_whole(self, topics: Collection[str]) -> None:
        """Hold what the files have of these topics against what metadata.yaml promises.

        Raises:
            EvaluationError: messages are missing.
        """
        for name in {topic.name for topic in self.topics if topic.name in topics}:
            of_name = [topic for topic in self.topics if topic.name == name]
            check_count(self.path, sum(topic.count for topic in of_name), of_name[0].promised)

    def _raw(self, topics: Collection[str], start: int, stop: int) -> Iterator[Recorded]:
        """Of the files one after the other; of those that overlap, by log time."""
        group: list[int] = []
        until = 0
        for index, first, last in self._spans:
            if last < start or first >= stop:
                continue
            if group and first > until:
                yield from self._merged(group, topics, start, stop)
                group = []
            group, until = [*group, index], max(last, until if group else last)
        yield from self._merged(group, topics, start, stop)

    def _merged(self, group: Sequence[int], topics: Collection[str], start: int, stop: int) -> Iterator[Recorded]:
        each = [self._of_file(index, topics, start, stop) for index in group]
        yield from each[0] if len(each) == 1 else heapq.merge(*each, key=lambda recorded: recorded.log_ns)

    def _of_file(self, index: int, topics: Collection[str], start: int, stop: int) -> Iterator[Recorded]:
        storage, decoders = self._storages[index], self._decoders[index]
        channels = {
            one.id: one for one in storage.channels if one.topic in topics and not isinstance(decoders[one.id], Unread)
        }
        if channels:
            for key, log_ns, data in storage.messages(channels, start, stop):
                yield _recorded(channels[key], decoders[key], log_ns, data)


def check_count(path: Path, there: int, promised: int) -> None:
    """Hold the number of messages that were read of a bag against what its index promises.

    Raises:
        EvaluationError: messages are missing.
    """
    if there < promised:
        raise EvaluationError(
            f"bag '{path}' is cut off: {there} of the {promised} messages that its index promises are there; "
            "'ros2 bag reindex' makes the index true"
        )


def _recorded(channel: Channel, decode: Decode | Unread, log_ns: int, data: bytes) -> Recorded:
    assert not isinstance(decode, Unread), "only what can be read is asked for"
    kind = kind_of(channel.type)
    try:
        message = decode(_plain(data))
    except Exception as error:  # of serializers that share no root: these bytes are no such message
        why = f"its {len(data)} bytes are no {channel.type} ({type(error).__name__}: {error!s:.80})"
        return Recorded(channel.topic, kind, log_ns, None, why)
    return Recorded(channel.topic, kind, log_ns, message)


def _plain(data: bytes) -> bytes:
    """Decompress a message that rosbag2 compressed by itself; no other begins so."""
    return zstandard.ZstdDecompressor().decompressobj().decompress(data) if data[:4] == ZSTD_MAGIC else data


@contextmanager
def open_bag(path: Path) -> Iterator[Bag]:
    """Open a bag: a rosbag2 folder, its .mcap or .db3 file, or a ROS 1 .bag file.

    Raises:
        EvaluationError: there is no such bag, its index is missing, it is damaged, or it has no message.
    """
    with ExitStack() as stack:
        try:
            files = files_of(path)
            storages = [_storage(file, stack) for file in files.paths]
            bag = Bag(path, files, storages)
        except (EvaluationError, KeyboardInterrupt):
            raise
        except Exception as error:  # as above
            raise EvaluationError(f"bag '{path}' can't be read ({error!s:.160}); {_remedy(path, error)}") from error
        yield bag


def _storage(path: Path, stack: ExitStack) -> Storage:
    kind = kind_of_file(path)
    if kind == ZSTD:
        path = unpacked(path, stack)
        kind = kind_of_file(path)
    if kind == MCAP:
        storage: Storage = McapFile(path)
    elif kind == SQLITE:
        storage = SqliteFile(path)
    elif kind == ROS1:
        storage = Ros1File(path)
    else:
        known = what_else(path)
        if known:
            raise EvaluationError(f"'{path}' is {known}")
        raise ValueError(f"{path.name} begins as none of MCAP's, SQLite's and ROS 1's files")
    stack.callback(storage.close)
    return storage


def _remedy(path: Path, error: Exception) -> str:
    if "not indexed" in str(error):
        return f"its index is missing: 'rosbag reindex {path}' makes one"
    if path.name.endswith((".bag", ".bag.active")) and path.is_file():
        return f"was it cut off? 'rosbag reindex {path}' saves what can be saved"
    if "no such table" in str(error):
        return "it is a database, but none of rosbag2's"
    if isinstance(error, sqlite3.Error) or any(path.glob("*.db3*")) or ".db3" in path.suffixes:
        return f"was it cut off? 'ros2 bag reindex {path}' saves what can be saved"
    return "was it cut off? 'mcap recover' saves what can be saved"
