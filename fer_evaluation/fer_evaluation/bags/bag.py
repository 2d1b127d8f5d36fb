"""Bags of ROS 2 (SQLite, MCAP; compressed too) and ROS 1, read without a graph; everything odd is one clear line."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rosbags.highlevel import AnyReader

from fer_evaluation.bags.messages import COMPRESSED, IMAGE, typestore
from fer_evaluation.errors import EvaluationError

IMAGE_TYPES = (IMAGE, COMPRESSED)
STORAGE_SUFFIXES = (".mcap", ".db3")


@dataclass(frozen=True)
class Recorded:
    """One message of a bag."""

    topic: str
    type: str
    log_ns: int
    """When it was recorded, nanoseconds."""
    message: Any
    """With the type's fields."""


@dataclass(frozen=True)
class Topic:
    """What a bag says of one of its topics."""

    name: str
    type: str
    count: int
    """How many messages it has."""


class Bag:
    """An open bag; `open_bag` opens one."""

    def __init__(self, path: Path, reader: AnyReader) -> None:
        """Wrap an open reader."""
        self.path, self._reader = path, reader
        self.name = bag_name(path)
        self.start_ns = int(reader.start_time)
        """When the first message was recorded."""
        self.duration = max(0, int(reader.end_time) - 1 - self.start_ns) / 1e9
        """Seconds from the first message to the last."""
        counts: dict[tuple[str, str], int] = {}
        for connection in reader.connections:
            key = connection.topic, connection.msgtype
            counts[key] = counts.get(key, 0) + connection.msgcount
        self.topics = [Topic(name, kind, count) for (name, kind), count in sorted(counts.items())]

    def of_types(self, types: Sequence[str]) -> list[Topic]:
        """Return the topics of these types that have messages, by name."""
        return [topic for topic in self.topics if topic.type in types and topic.count]

    def listing(self, topics: Sequence[Topic] | None = None) -> str:
        """List these topics, or all, for an error's line."""
        shown = [f"{topic.name} ({topic.type}, {topic.count})" for topic in (self.topics if topics is None else topics)]
        return ", ".join(shown) or "none"

    def messages(
        self, topics: Sequence[str], start_ns: int | None = None, stop_ns: int | None = None
    ) -> Iterator[Recorded]:
        """Yield the messages of these topics in the order of recording, one at a time.

        Args:
            topics: their names.
            start_ns: only those recorded then or later.
            stop_ns: only those recorded earlier.

        Raises:
            EvaluationError: the bag is damaged.
        """
        connections = [connection for connection in self._reader.connections if connection.topic in topics]
        if not connections:
            return
        count = 0
        try:
            for connection, log_ns, data in self._reader.messages(connections, start_ns, stop_ns):
                count += 1
                message = self._reader.deserialize(data, connection.msgtype)
                yield Recorded(connection.topic, connection.msgtype, int(log_ns), message)
        except (GeneratorExit, KeyboardInterrupt, EvaluationError):
            raise
        except Exception as error:  # of three storages and four compressions, which share no root
            raise EvaluationError(
                f"bag '{self.path}' is damaged after {count} messages ({type(error).__name__}: {error!s:.120}); "
                "was it cut off? 'ros2 bag reindex' or 'mcap recover' save what can be saved"
            ) from error
        promised = sum(connection.msgcount for connection in connections)
        if start_ns is None and stop_ns is None and count < promised:
            raise EvaluationError(
                f"bag '{self.path}' is cut off: {count} of the {promised} messages that its index promises are there; "
                "'ros2 bag reindex' makes the index true"
            )


@contextmanager
def open_bag(path: Path) -> Iterator[Bag]:
    """Open a bag: a rosbag2 folder, its .mcap or .db3 file, or a ROS 1 .bag file.

    Raises:
        EvaluationError: there is no such bag, its index is missing, it is damaged, or it has no message.
    """
    _look_at(path)
    reader = _opened(path)
    try:
        if reader.message_count == 0:
            raise EvaluationError(f"bag '{path}' holds no message; record again ('ros2 bag info' shows what is in it)")
        yield Bag(path, reader)
    finally:
        reader.close()


def _opened(path: Path) -> AnyReader:
    try:
        reader = AnyReader([path], default_typestore=typestore())
        reader.open()
        return reader
    except Exception as error:  # as above
        raise EvaluationError(f"bag '{path}' can't be read ({error!s:.160}); {_remedy(path, str(error))}") from error


def _remedy(path: Path, text: str) -> str:
    if "not indexed" in text:
        return f"its index is missing: 'rosbag reindex {path}' makes one"
    if "index looks damaged" in text or path.suffix == ".bag":
        return f"was it cut off? 'rosbag reindex {path}' saves what can be saved"
    if "end magic" in text or "footer" in text or path.suffix == ".mcap" or any(path.glob("*.mcap")):
        return "was it cut off? 'mcap recover' saves what can be saved"
    return f"was it cut off? 'ros2 bag reindex {path}' saves what can be saved"


def _look_at(path: Path) -> None:
    if not path.exists():
        raise EvaluationError(f"no bag '{path}': give a rosbag2 folder, an .mcap or .db3 file, or a ROS 1 .bag file")
    if path.is_dir():
        if (path / "metadata.yaml").exists():
            return
        files = sorted(file.name for file in path.iterdir() if is_storage(file))
        if not files:
            raise EvaluationError(f"'{path}' holds no bag: neither metadata.yaml nor an .mcap or .db3 file")
        raise EvaluationError(
            f"bag '{path}' has no index (metadata.yaml is missing): 'ros2 bag reindex {path}' makes one, "
            f"or name its file, '{path / files[0]}'"
        )
    if path.suffix != ".bag" and not is_storage(path):
        raise EvaluationError(f"'{path}' is no bag: give a rosbag2 folder, an .mcap or .db3 file, or a ROS 1 .bag file")
    if path.stat().st_size == 0:
        raise EvaluationError(f"bag '{path}' is an empty file; record again")


def is_storage(file: Path) -> bool:
    """Tell whether a file's name is that of a rosbag2 storage."""
    return file.suffix in STORAGE_SUFFIXES


def find_bags(paths: Sequence[Path]) -> list[Path]:
    """Find the bags that these name: each a bag, or a folder with bags directly in it, in the order of their names.

    Raises:
        EvaluationError: one names none, or two bags have the same name.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir() or (path / "metadata.yaml").exists():
            found.append(path)
            continue
        inside = sorted(
            entry
            for entry in path.iterdir()
            if (entry.is_dir() and (entry / "metadata.yaml").exists()) or entry.suffix == ".bag"
        )
        # A folder whose only storage files lie loose in it is one bag without its index, and is told so.
        found += inside or [path]
    names = [bag_name(path) for path in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise EvaluationError(f"two of the bags are called '{twice}'; name each once, and rename one of two")
    return found


def bag_name(path: Path) -> str:
    """Return what a bag is called in tables and reports, and before '.labels.csv'."""
    return path.stem if is_storage(path) or path.suffix == ".bag" else path.resolve().name


def choose_images(bag: Bag, wanted: Sequence[str]) -> list[Topic]:
    """Choose the image topics to evaluate: those that are wanted, by name or type, or the only one that there is.

    Raises:
        EvaluationError: there is none, or none of that name or type, or two and none was named.
    """
    images = bag.of_types(IMAGE_TYPES)
    if not images:
        raise EvaluationError(f"bag '{bag.path}' has no image topic with messages; it has: {bag.listing()}")
    if not wanted:
        if len(images) > 1:
            raise EvaluationError(
                f"bag '{bag.path}' has {len(images)} image topics: {bag.listing(images)}; "
                f"name one, '--topic {images[0].name}', or several"
            )
        return images
    chosen: list[Topic] = []
    for name in wanted:
        fitting = [topic for topic in images if name in (topic.name, topic.name.lstrip("/"), topic.type)]
        if not fitting:
            raise EvaluationError(
                f"bag '{bag.path}' has no image topic of the name or type '{name}'; it has: {bag.listing(images)}"
            )
        chosen += [topic for topic in fitting if topic not in chosen]
    return chosen
