# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The sample clip as other cameras would send it: at least 95 % of its images read as the clip itself is."""

import array
import json

import cv2
import numpy as np
import pytest
from node_bench import image as image_message
from sensor_msgs.msg import CompressedImage

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")

from fer_perception import Perception, Settings
from fer_perception.images.stream import ImageStream
from fer_perception.mounting import turned

STEP_NS = 8 * 1_000_000_000 // 24
"""From one of the images that are read to the next: every eighth of 24 a second."""
SHARE, NEAR = 0.95, 0.15
"""Of the images, and of an answer's probability: so many are answered alike up to so much."""


@pytest.fixture(scope="module")
def every_fourth(frames):
    """118 images of the clip, BGR uint8 [360, 640, 3]."""
    return list(frames("sad_to_happy.mp4", 4))


@pytest.fixture(scope="module")
def clip(every_fourth):
    """59 of them."""
    return every_fourth[::2]


@pytest.fixture(scope="module")
def read(weights):
    """Makes answers of messages: of each the number of faces and the room's distribution, or zeros without a room."""

    loaded = Perception.create(Settings(detector_weights=weights))

    def of(messages, *, compressed=False, arrival_ns=5_000_000_000, said=None, **settings):
        perception = Perception(loaded.detector, loaded.classifier, Settings(**settings))
        stream, answers = ImageStream(compressed=compressed), []
        for index, message in enumerate(messages):
            picture = stream.read(message, arrival_ns + index * STEP_NS)
            perceived = perception.process(picture.pixels, picture.time_ns)
            room = perceived.room
            answers.append((len(perceived.faces), [0.0] * 7 if room is None else room.probabilities.tolist()))
            if said is not None:
                said += [*picture.notices, *perceived.notices]
        return answers

    return of


def bgr8(pixels, stamp_ns):
    height, width = pixels.shape[:2]
    message = image_message(0, encoding="bgr8", height=height, width=width, step=3 * width, data=b"")
    message.data = array.array("B", np.ascontiguousarray(pixels).tobytes())  # of bytes rclpy would check every one
    message.header.stamp.sec, message.header.stamp.nanosec = divmod(stamp_ns, 1_000_000_000)
    return message


def stamp(index):
    return 1_700_000_000_000_000_000 + index * STEP_NS


@pytest.fixture(scope="module")
def read_once(made_once, read):
    """The same for a name, whose messages are read by one of the run's processes."""

    def of(name, messages):
        folder = made_once(f"clip read as {name}", lambda folder: write(folder, read(messages)))
        return [tuple(answer) for answer in json.loads((folder / "answers.json").read_text())]

    def write(folder, answers):
        (folder / "answers.json").write_text(json.dumps(answers))

    return of


@pytest.fixture(scope="module")
def upright(clip, read_once):
    """The answers to the clip as it is."""
    answers = read_once("it is", (bgr8(pixels, stamp(index)) for index, pixels in enumerate(clip)))
    assert len(answers) == 59
    assert all(faces == 1 for faces, _ in answers)
    assert len({np.argmax(probabilities) for _, probabilities in answers}) >= 3
    return answers


def same(answers, upright):
    """The share of images with as many faces, and at most `NEAR` of the probability with other emotions.

    Not with the same first emotion: the clip goes from one to the next, and between them a hundredth decides.
    """
    alike = [
        mine == theirs and np.abs(np.subtract(one, other)).sum() / 2 <= NEAR
        for (mine, one), (theirs, other) in zip(answers, upright, strict=True)
    ]
    return np.mean(alike)


@pytest.mark.parametrize(
    ("stamp_of", "says"),
    [
        (lambda index: stamp(0), "stand still"),
        (lambda index: 0, "carry no stamp"),
        (lambda index: stamp(index) // 1000, "stand still"),
        (lambda index: stamp(0) // 1000 + 1000 * (stamp(index) - stamp(0)), "run more than fifty times faster"),
    ],
    ids=["constant", "empty", "microseconds for nanoseconds", "seconds for milliseconds"],
)
def test_with_stamps_that_tell_no_time(clip, read, upright, stamp_of, says):
    said = []
    answers = read((bgr8(pixels, stamp_of(index)) for index, pixels in enumerate(clip)), said=said)
    assert same(answers, upright) >= SHARE
    assert len(said) == 1
    assert says in said[0]


@pytest.fixture(scope="module")
def grey(clip):
    """The clip without its colours, uint8 [360, 640]."""
    return [cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY) for pixels in clip]


@pytest.fixture(scope="module")
def upright_grey(grey, read_once):
    """The answers to the grey clip in 8 bits."""
    return read_once("grey", (sent("mono8", pixels, index) for index, pixels in enumerate(grey)))


def sent(encoding, values, index):
    """One image of that encoding, its rows as they are."""
    message = image_message(0, encoding=encoding, height=360, width=640, step=0, data=b"")
    message.step, message.data = values.strides[0], array.array("B", values.tobytes())
    message.header.stamp.sec, message.header.stamp.nanosec = divmod(stamp(index), 1_000_000_000)
    return message


COUNTS = {
    "10 bits": lambda grey: grey.astype(np.uint16) << 2,
    "12 bits": lambda grey: np.rint(grey * (4095 / 255)).astype(np.uint16),
    "14 bits": lambda grey: np.rint(grey * (16383 / 255)).astype(np.uint16),
    "16 bits": lambda grey: grey.astype(np.uint16) * 257,
    "thermal counts": lambda grey: (29000 + grey * 8.0).astype(np.uint16),
}


@pytest.mark.parametrize("kind", COUNTS)
def test_in_more_bits(grey, read, upright_grey, kind):
    answers = read(sent("mono16", COUNTS[kind](pixels), index) for index, pixels in enumerate(grey))
    assert same(answers, upright_grey) >= SHARE


def mosaic(pixels):
    """What a sensor behind a pattern of GRBG counts, in 12 bits."""
    values = np.empty(pixels.shape[:2], np.uint16)
    for place, channel in enumerate((1, 2, 0, 1)):  # of BGR
        values[place // 2 :: 2, place % 2 :: 2] = pixels[place // 2 :: 2, place % 2 :: 2, channel]
    return values << 4


def nv12(pixels):
    planes = cv2.cvtColor(pixels, cv2.COLOR_BGR2YUV_I420)
    colour = planes[360:].reshape(2, 180, 320).transpose(1, 2, 0)
    return np.concatenate([planes[:360], colour.reshape(180, 640)])


SENT = {"bayer_grbg16": mosaic, "nv12": nv12, "32FC3": lambda pixels: pixels.astype(np.float32) / 255}


@pytest.mark.parametrize("encoding", SENT)
def test_in_another_encoding(every_fourth, read, read_once, encoding):
    """On every fourth image: of every eighth, three near ties of 59 decide (a mosaic: 0.949; of all 472, 0.987)."""
    plain = read_once("plain", (bgr8(pixels, stamp(index)) for index, pixels in enumerate(every_fourth)))
    answers = read(sent(encoding, SENT[encoding](pixels), index) for index, pixels in enumerate(every_fourth))
    assert len(plain) == 118
    assert same(answers, plain) >= SHARE


@pytest.mark.parametrize(("kind", "count"), [(".jpg", 59), (".webp", 10)])
def test_compressed(clip, read, upright, kind, count):
    """OpenCV's WebP loses nothing unless told to, and takes 0.2 s an image for that: ten of them tell it."""
    messages = []
    for index, pixels in enumerate(clip[:count]):
        data = cv2.imencode(kind, pixels, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()
        message = CompressedImage(format=kind)
        message.data = array.array("B", data[:-2] if kind == ".jpg" else data)  # without its end
        message.header = sent("mono8", pixels, index).header
        messages.append(message)
    assert same(read(messages, compressed=True), upright[:count]) >= SHARE


@pytest.mark.parametrize("rotate", ["180", "90", "270", "auto"])
def test_upside_down_or_on_its_side(clip, read, upright, rotate):
    degrees = 180 if rotate == "auto" else int(rotate)
    messages = [bgr8(turned(pixels, -degrees % 360), stamp(index)) for index, pixels in enumerate(clip)]
    said = []
    assert same(read(messages, rotate=rotate, said=said), upright) >= SHARE
    assert [line for line in said if "hangs" in line] == [line for line in said if "upside down" in line]
    assert len(said) == (rotate == "auto")


def test_the_outputs_lie_in_the_image_as_it_came(clip, weights):
    perception = Perception.create(Settings(detector_weights=weights, rotate="90"))
    plain = Perception.create(Settings(detector_weights=weights))
    perceived = perception.process(turned(clip[0], 270), stamp(0))
    (seen,), room = perceived.faces, perceived.room
    (there,) = plain.process(clip[0], stamp(0)).faces
    x, y, width, height = there.box
    assert seen.box == room.box == (y, 640 - x - width, height, width)
    assert np.abs(seen.landmarks - np.stack([there.landmarks[:, 1], 640 - there.landmarks[:, 0]], 1)).max() < 1e-3
