# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A rosbag2 SQLite file, of any of its schemas, by Python's own SQLite."""

import contextlib
import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import quote

from fer_evaluation.bags.storage import LATEST, Channel, Stretch, type_name


class SqliteFile:
    """An open file.

    Raises:
        sqlite3.Error: it is damaged, or no rosbag2 file.
    """

    def __init__(self, path: Path) -> None:
        """Read its topics and count their messages."""
        # A recorder that was broken off may leave messages in a log beside the file, which 'immutable' would pass over.
        journal = path.with_name(f"{path.name}-wal")
        how = "mode=ro" if journal.is_file() and journal.stat().st_size else "immutable=1"
        self._database = sqlite3.connect(
            f"file:{quote(str(path.absolute()))}?{how}", uri=True, check_same_thread=False, isolation_level=None
        )
        self._database.text_factory = lambda text: text.decode(errors="replace")
        try:
            counts = dict(self._database.execute("SELECT topic_id, count(*) FROM messages GROUP BY topic_id"))
            definitions = self._definitions()
            self.channels = [
                Channel(
                    int(key), str(name), type_name(str(kind)), str(form or "cdr"), counts.get(key, 0),
                    *definitions.get(str(kind), (b"", "")),
                )
                for key, name, kind, form in self._database.execute(
                    "SELECT id, name, type, serialization_format FROM topics ORDER BY id"
                )
            ]  # fmt: skip
        except BaseException:
            self._database.close()
            raise

    def _definitions(self) -> dict[str, tuple[bytes, str]]:
        """By type; none in files of before Iron."""
        with contextlib.suppress(sqlite3.OperationalError):
            rows = self._database.execute(
                "SELECT topic_type, encoded_message_definition, encoding FROM message_definitions"
            )
            return {str(kind): (_bytes(text), str(form)) for kind, text, form in rows}
        return {}

    def stretches(self, least_gap: int) -> list[Stretch]:
        """Do as `Storage` says."""
        first, last = self._database.execute("SELECT min(timestamp), max(timestamp) FROM messages").fetchone()
        if first is None:
            return []
        gaps: list[tuple[int, int]] = []
        if last - first >= least_gap:
            gaps = self._database.execute(
                "SELECT before, timestamp FROM (SELECT timestamp, lag(timestamp) OVER (ORDER BY timestamp) AS before "
                "FROM messages) WHERE timestamp - before >= ? ORDER BY timestamp",
                (least_gap,),
            ).fetchall()
        firsts, lasts = [first, *(after for _, after in gaps)], [*(before for before, _ in gaps), last]
        return [(int(a), int(b)) for a, b in zip(firsts, lasts)]

    def messages(self, ids: Collection[int], start_ns: int, stop_ns: int) -> Iterator[tuple[int, int, bytes]]:
        """Do as `Storage` says."""
        chosen = sorted(ids)
        rows = self._database.execute(
            "SELECT topic_id, timestamp, data FROM messages "
            f"WHERE topic_id IN ({','.join('?' * len(chosen))}) AND timestamp BETWEEN ? AND ? ORDER BY timestamp, id",
            (*chosen, max(start_ns, -LATEST - 1), min(stop_ns - 1, LATEST)),
        )
        for key, time, data in rows:
            yield int(key), int(time), _bytes(data)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    return b"" if value is None else str(value).encode()
