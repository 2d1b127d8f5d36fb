# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_evaluation.make_bag: a video, a folder of images or a FER+ style label file as a rosbag2 bag."""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import argparse
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rosbags.rosbag2 import CompressionFormat, CompressionMode, StoragePlugin, Writer
from tqdm import tqdm

from fer_common.whole_file import close_to_others, write_whole
from fer_evaluation.bags import ferplus
from fer_evaluation.bags.folder import readable
from fer_evaluation.bags.media import Timed, folder_images, folder_paths, video_images, video_length
from fer_evaluation.bags.messages import COMPRESSED, IMAGE, typestore
from fer_evaluation.errors import EvaluationError
from fer_evaluation.options import in_limits

START_S = 1_704_067_200
"""The first stamp, 2024-01-01 00:00 UTC: the same medium gives the same bag."""
END_S = 2**31
"""A stamp's seconds are an int32: they end in 2038."""
STORAGES = {"mcap": StoragePlugin.MCAP, "sqlite3": StoragePlugin.SQLITE3}
COMPRESSIONS = {
    "none": CompressionMode.NONE,
    "message": CompressionMode.MESSAGE,
    "file": CompressionMode.FILE,
    "storage": CompressionMode.STORAGE,
}


@dataclass(frozen=True)
class Form:
    """How a bag is to be written."""

    storage: str = "mcap"
    compression: str = "none"
    """A key of `COMPRESSIONS`, all with zstd; 'storage' is MCAP's own."""
    topic: str = "/image"
    jpeg: int | None = None
    """Quality of sensor_msgs/CompressedImage, 1 to 100; None: sensor_msgs/Image, bgr8."""
    start_s: float = START_S
    """The first image's stamp, seconds since 1970."""

    @property
    def written_topic(self) -> str:
        """The topic in the bag: compressed images have one of their own, as image_transport names it."""
        return self.topic if self.jpeg is None else f"{self.topic}/compressed"


def write_bag(path: Path, images: Iterable[Timed], form: Form, progress: Any = None) -> int:
    """Write images as a bag, whole or not at all, that nobody else can read; each is recorded at its stamp.

    Args:
        path: a folder that is not there yet.
        images: with their times.
        form: how.
        progress: called with 1 after each image.

    Returns:
        How many images.

    Raises:
        EvaluationError: the folder is there, or can't be written.
    """
    if path.exists():
        raise EvaluationError(f"bag '{path}' is there already; name another, or remove it")
    odd = next((letter for letter in "#?%" if letter in str(path.absolute())), "")
    if odd and form.storage == "sqlite3":  # rosbags' writer would put the messages elsewhere (findings/)
        raise EvaluationError(f"bag '{path.absolute()}' has a '{odd}', which SQLite bags can't; take --storage mcap")
    partial = path.absolute().with_name(f".{path.name}.{os.getpid()}")
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        partial.mkdir(0o700)
        count = _write(partial / path.name, images, form, progress)
        (partial / path.name).chmod(0o700)
        close_to_others(*(partial / path.name).iterdir())
        os.replace(partial / path.name, path)
        return count
    except OSError as error:
        raise EvaluationError(f"bag '{path}' can't be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _write(path: Path, images: Iterable[Timed], form: Form, progress: Any) -> int:
    writer = Writer(path, version=8, storage_plugin=STORAGES[form.storage])  # 8: Humble and Jazzy read it, too
    writer.set_compression(COMPRESSIONS[form.compression], CompressionFormat.ZSTD)
    store, count = typestore(), 0
    kind = IMAGE if form.jpeg is None else COMPRESSED
    with writer:
        connection = writer.add_connection(form.written_topic, kind, typestore=store)
        for image, at in images:
            stamp = round(form.start_s * 1e9) + round(at * 1e9)
            if stamp >= END_S * 10**9:
                raise EvaluationError(f"image {count + 1} would lie beyond 2038, where stamps end; lower --start-time")
            message = image_message(image, stamp, form.jpeg)
            writer.write(connection, stamp, store.serialize_cdr(message, kind))
            count += 1
            if progress is not None:
                progress(1)
    return count


def image_message(image: NDArray[np.uint8], stamp_ns: int, jpeg: int | None) -> Any:
    """Return a message with an image, uint8 BGR [H, W, 3]; `jpeg` is the quality of a compressed one, None a raw
    one."""
    types = typestore().types
    time = types["builtin_interfaces/msg/Time"](sec=stamp_ns // 10**9, nanosec=stamp_ns % 10**9)
    header = types["std_msgs/msg/Header"](stamp=time, frame_id="camera")
    if jpeg is not None:
        _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, jpeg])
        return types[COMPRESSED](header=header, format="jpeg", data=np.asarray(data).reshape(-1))
    height, width = image.shape[:2]
    pixels = np.ascontiguousarray(image).reshape(-1)
    return types[IMAGE](
        header=header, height=height, width=width, encoding="bgr8", is_bigendian=0, step=3 * width, data=pixels
    )


def make(source: Path, bag: Path, form: Form, *, rate: float = 10.0, seconds: float = 1.0) -> tuple[int, Path | None]:
    """Make a bag of a medium, and its labels beside it where there are some.

    Args:
        source: a video, a folder of images, or a FER+ style label file (.csv).
        bag: the folder to make.
        form: how it is written.
        rate: images a second of what has no times of its own.
        seconds: for which each face of a label file is shown.

    Returns:
        How many images, and the label file or None.

    Raises:
        EvaluationError: the medium can't be read, or the bag or its labels can't be written.
    """
    labels = _beside(bag, "name")
    beside = _beside(source, "stem")
    text = None
    if source.suffix == ".csv":
        faces = ferplus.read_faces(source)
        images, total = ferplus.images(faces, rate, seconds), len(faces) * max(1, round(rate * seconds))
        text = ferplus.label_text(faces, rate, seconds)
    elif source.is_dir():
        paths = folder_paths(source)
        images, total = folder_images(paths, rate), len(paths)
    elif source.is_file():
        images, total = video_images(source), video_length(source)
    else:
        raise EvaluationError(f"no medium '{source}': give a video, a folder of images or a FER+ style label file")
    if text is None and beside.is_file():
        text = beside.read_text()
    if text is not None and labels.exists():
        raise EvaluationError(f"labels '{labels}' are there already; name another bag, or remove them")
    with tqdm(total=total or None, unit="image", mininterval=1, leave=False) as bar:
        count = write_bag(bag, images, form, bar.update)
    if text is None:
        return count, None
    write_whole(labels, text, private=True)
    return count, labels


def _beside(path: Path, part: str) -> Path:
    """Return where the labels of a medium or a bag lie; also of `.`, which has its name from the folder above."""
    whole = Path(os.path.abspath(path))
    if not whole.name:
        raise EvaluationError(f"'{path}' has no name for labels to lie beside it: name another folder")
    return whole.with_name(f"{getattr(whole, part)}.labels.csv")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command: 0, 2 after one line on what was wrong, or 130 on Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python3 -m fer_evaluation.make_bag", description=__doc__)
    add = parser.add_argument
    add("source", type=Path, metavar="VIDEO_OR_FOLDER", help="a video, a folder of images or a FER+ style label.csv")
    add("bag", type=Path, metavar="BAG", help="the rosbag2 folder to make; its labels lie beside, as BAG.labels.csv")
    add("--storage", choices=tuple(STORAGES), default="mcap", help="default: mcap")
    add("--compression", choices=tuple(COMPRESSIONS), default="none", help="zstd, by message, by file or MCAP's own")
    add("--topic", default="/image", help="default: /image")
    add("--jpeg", type=int, metavar="QUALITY", help="sensor_msgs/CompressedImage of this quality, on TOPIC/compressed")
    add("--rate", type=float, default=10.0, help="images a second of a folder or a label file (default 10)")
    add("--seconds", type=float, default=1.0, help="for which each face of a label file is shown (default 1)")
    add("--start-time", type=float, default=START_S, help="the first stamp, seconds since 1970 (default: 2024-01-01)")
    given = parser.parse_args(arguments)
    try:
        in_limits("--rate", given.rate)
        in_limits("--seconds", given.seconds)
        if not 0 < given.start_time < END_S:
            raise EvaluationError(
                f"--start-time is {given.start_time:.15g}; give seconds (not milliseconds) since 1970, below {END_S}"
            )
        if given.jpeg is not None and not 1 <= given.jpeg <= 100:
            raise EvaluationError(f"--jpeg is {given.jpeg}; a quality goes from 1 to 100")
        if given.compression == "storage" and given.storage != "mcap":
            raise EvaluationError("--compression storage is MCAP's own; take message or file with sqlite3")
        form = Form(given.storage, given.compression, given.topic, given.jpeg, given.start_time)
        count, labels = make(given.source, given.bag, form, rate=given.rate, seconds=given.seconds)
    except EvaluationError as error:
        print(f"make_bag: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("make_bag: stopped; nothing was written", file=sys.stderr)
        return 130
    said = f"{given.bag}: {count} images on {form.written_topic}" + (f"; labels in {labels}" if labels else "")
    print(readable(said))
    return 0


if __name__ == "__main__":
    program.loaded()
    program.run(main)
