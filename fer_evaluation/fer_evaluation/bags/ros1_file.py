# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A ROS 1 .bag file, by rosbags' reader."""

from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
from rosbags.rosbag1 import Reader

from fer_evaluation.bags.storage import Channel, Stretch, stretches_of, type_name


class Ros1File:
    """An open file.

    Raises:
        Exception: of rosbags: it is cut off, not indexed, or damaged.
    """

    def __init__(self, path: Path) -> None:
        """Read its index."""
        self._reader = Reader(path)
        self._reader.open()
        self._connections = {one.id: one for one in self._reader.connections}
        self.channels = [
            Channel(
                one.id, one.topic, type_name(one.msgtype), "ros1", one.msgcount,
                str(getattr(one.msgdef, "data", one.msgdef)).encode(), "ros1msg",
            )
            for one in self._reader.connections
        ]  # fmt: skip

    def stretches(self, least_gap: int) -> list[Stretch]:
        """Do as `Storage` says."""
        times = np.unique([entry.time for entries in self._reader.indexes.values() for entry in entries])
        return stretches_of([(int(time), int(time)) for time in times], least_gap)

    def messages(self, ids: Collection[int], start_ns: int, stop_ns: int) -> Iterator[tuple[int, int, bytes]]:
        """Do as `Storage` says."""
        chosen = [self._connections[key] for key in ids]
        for connection, time, data in self._reader.messages(chosen, start_ns, stop_ns):
            yield connection.id, int(time), data

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()
