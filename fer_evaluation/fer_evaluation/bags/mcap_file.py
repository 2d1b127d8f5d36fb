# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""An MCAP file, by the MCAP project's own reader; one without an index or without chunks is looked over once."""

import heapq
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import IO

import numpy as np
from mcap.data_stream import ReadDataStream
from mcap.opcode import Opcode
from mcap.reader import SeekingReader
from mcap.records import Channel as McapChannel
from mcap.records import Chunk, ChunkIndex, Message, Schema
from mcap.stream_reader import breakup_chunk
from mcap.summary import Summary
from numpy.typing import NDArray

from fer_evaluation.bags.storage import LATEST, MCAP_MAGIC, Channel, Stretch, stretches_of, type_name

RECORD_HEAD = 9
"""Bytes of a record before its content: what it is, and its length."""
MESSAGE_HEAD = 22
"""Bytes of a message before its data."""


class CutOffError(Exception):
    """The file ends before its end."""


@dataclass
class _Contents:
    """What a look over a whole file finds."""

    summary: Summary
    counts: dict[int, int]
    loose: NDArray[np.uint64]
    """Messages outside chunks: log time, channel, offset of the record's content, its length, [N, 4]."""


class _Reader(SeekingReader):
    """The MCAP project's reader, by an index of ours where the file has none."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("rb")
        super().__init__(self.file)
        self.found: Summary | None = None

    def get_summary(self) -> Summary | None:
        return self.found or super().get_summary()


class McapFile:
    """An open MCAP file.

    Raises:
        CutOffError: it lacks its end.
        mcap.exceptions.McapError: it is damaged.
    """

    def __init__(self, path: Path) -> None:
        """Read its index, or make one."""
        self._reader = _Reader(path)
        try:
            self._reader.file.seek(-len(MCAP_MAGIC), 2)
            if self._reader.file.read() != MCAP_MAGIC:
                raise CutOffError("it lacks its end")
            summary = self._reader.get_summary()
            self._loose = np.empty((0, 4), np.uint64)
            if summary is None or not _is_whole(summary) or _has_loose(self._reader.file, summary):
                contents = _look_over(self._reader)
                summary, counts, self._loose = contents.summary, contents.counts, contents.loose
                self._reader.found = summary
            else:
                assert summary.statistics is not None
                counts = summary.statistics.channel_message_counts
        except BaseException:
            self._reader.file.close()
            raise
        self._chunks = summary.chunk_indexes
        self.channels = [_channel(one, summary, counts) for _, one in sorted(summary.channels.items())]

    def stretches(self, least_gap: int) -> list[Stretch]:
        """Do as `Storage` says; a chunk across which the clock jumps, or that may be empty, is looked into."""
        found: list[Stretch] = [(int(time), int(time)) for time in sorted(set(self._loose[:, 0].tolist()))]
        for chunk in self._chunks:
            first, last = chunk.message_start_time, chunk.message_end_time
            if 0 <= last - first < least_gap and first:
                found.append((first, last))
            else:
                times = [message.log_time for message in self._chunk(chunk)]
                if times:  # an index that is wrong about them would hide them from whoever asks for a part
                    chunk.message_start_time, chunk.message_end_time = min(times), max(times)
                found += [(time, time) for time in times]
        return [(min(first, LATEST), min(last, LATEST)) for first, last in stretches_of(found, least_gap)]

    def messages(self, ids: Collection[int], start_ns: int, stop_ns: int) -> Iterator[tuple[int, int, bytes]]:
        """Do as `Storage` says."""
        loose = self._loose_messages(ids, start_ns, stop_ns)
        if not self._chunks:
            yield from loose
        elif not len(self._loose):
            yield from self._chunks_messages(ids, start_ns, stop_ns)
        else:
            both = loose, self._chunks_messages(ids, start_ns, stop_ns)
            yield from heapq.merge(*both, key=itemgetter(1))

    def _chunks_messages(self, ids: Collection[int], start_ns: int, stop_ns: int) -> Iterator[tuple[int, int, bytes]]:
        names = {one.topic for one in self.channels if one.id in ids}
        stop = None if stop_ns > LATEST else stop_ns
        for _, _, one in self._reader.iter_messages(names, starting_at=max(0, start_ns), ending_before=stop):
            if one.channel_id in ids:
                yield one.channel_id, min(one.log_time, LATEST), one.data

    def _loose_messages(self, ids: Collection[int], start_ns: int, stop_ns: int) -> Iterator[tuple[int, int, bytes]]:
        for time, channel, offset, length in self._loose.tolist():
            if channel in ids and start_ns <= min(time, LATEST) < stop_ns:
                self._reader.file.seek(offset + MESSAGE_HEAD)
                data = self._reader.file.read(length - MESSAGE_HEAD)
                if len(data) < length - MESSAGE_HEAD:
                    raise CutOffError("a message reaches beyond the file's end")
                yield channel, min(time, LATEST), data

    def _chunk(self, index: ChunkIndex) -> list[Message]:
        self._reader.file.seek(index.chunk_start_offset + RECORD_HEAD)
        records = breakup_chunk(Chunk.read(ReadDataStream(self._reader.file)))
        return [record for record in records if isinstance(record, Message)]

    def close(self) -> None:
        """Let go of the file."""
        self._reader.file.close()


def _is_whole(summary: Summary) -> bool:
    """Whether the summary alone tells where every message is and of what type."""
    channels = summary.channels.values()
    return (
        bool(summary.chunk_indexes)
        and summary.statistics is not None
        and set(summary.statistics.channel_message_counts) <= set(summary.channels)
        and len(summary.chunk_indexes) == summary.statistics.chunk_count
        and all(not one.schema_id or one.schema_id in summary.schemas for one in channels)
        and sum(summary.statistics.channel_message_counts.values()) == summary.statistics.message_count
    )


def _has_loose(file: IO[bytes], summary: Summary) -> bool:
    """Tell whether there are messages between the chunks, which their indexes don't know; few records lie there."""
    at, size = len(MCAP_MAGIC), file.seek(0, 2)
    for chunk in [*sorted(summary.chunk_indexes, key=attrgetter("chunk_start_offset")), None]:
        while at < (chunk.chunk_start_offset if chunk else size):
            file.seek(at)
            head = file.read(RECORD_HEAD)
            if len(head) < RECORD_HEAD or head[0] == Opcode.DATA_END:
                return False
            if head[0] == Opcode.MESSAGE:
                return True
            at += RECORD_HEAD + int.from_bytes(head[1:], "little")
        if chunk:
            at = chunk.chunk_start_offset + chunk.chunk_length + chunk.message_index_length
    return False


def _channel(one: McapChannel, summary: Summary, counts: dict[int, int]) -> Channel:
    schema = summary.schemas.get(one.schema_id)
    count = counts.get(one.id, 0)
    if schema is None:
        return Channel(one.id, one.topic, "", one.message_encoding, count)
    name = type_name(schema.name)
    return Channel(one.id, one.topic, name, one.message_encoding, count, schema.data, schema.encoding)


def _look_over(reader: _Reader) -> _Contents:
    """Make the index that a file lacks; of a message outside chunks only the head is read.

    Raises:
        CutOffError: a record reaches beyond the file's end.
    """
    file, summary, counts = reader.file, Summary(), dict[int, int]()
    loose: list[tuple[int, int, int, int]] = []
    size = file.seek(0, 2)
    at = len(MCAP_MAGIC)
    while at < size - len(MCAP_MAGIC):
        file.seek(at)
        head = file.read(RECORD_HEAD)
        opcode, length = head[0], int.from_bytes(head[1:], "little")
        content = at + RECORD_HEAD
        if content + length > size:
            raise CutOffError("a record reaches beyond the file's end")
        if opcode == Opcode.DATA_END:
            break
        if opcode == Opcode.SCHEMA:
            schema = Schema.read(ReadDataStream(file))
            summary.schemas[schema.id] = schema
        elif opcode == Opcode.CHANNEL:
            channel = McapChannel.read(ReadDataStream(file))
            summary.channels[channel.id] = channel
        elif opcode == Opcode.MESSAGE:
            fixed = file.read(MESSAGE_HEAD)
            channel_id, time = int.from_bytes(fixed[:2], "little"), int.from_bytes(fixed[6:14], "little")
            loose.append((time, channel_id, content, length))
            counts[channel_id] = counts.get(channel_id, 0) + 1
        elif opcode == Opcode.CHUNK:
            summary.chunk_indexes += _index(Chunk.read(ReadDataStream(file)), at, length, summary, counts)
        at = content + length
    table = np.array(loose, np.uint64).reshape(-1, 4)
    return _Contents(summary, counts, table[np.argsort(table[:, 0], kind="stable")])


def _index(chunk: Chunk, at: int, length: int, summary: Summary, counts: dict[int, int]) -> list[ChunkIndex]:
    """Of a chunk with messages; its schemas and channels are entered."""
    times: list[int] = []
    for record in breakup_chunk(chunk):
        if isinstance(record, Schema):
            summary.schemas[record.id] = record
        elif isinstance(record, McapChannel):
            summary.channels[record.id] = record
        elif isinstance(record, Message):
            counts[record.channel_id] = counts.get(record.channel_id, 0) + 1
            times.append(record.log_time)
    if not times:
        return []
    return [
        ChunkIndex(
            chunk_length=RECORD_HEAD + length,
            chunk_start_offset=at,
            compression=chunk.compression,
            compressed_size=len(chunk.data),
            message_end_time=max(times),
            message_index_length=0,
            message_index_offsets={},
            message_start_time=min(times),
            uncompressed_size=chunk.uncompressed_size,
        )
    ]
