"""The sample clip as other cameras would send it: at least 95 % of its images read as the clip itself is."""

import numpy as np
import pytest
from node_bench import image as image_message

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")

from fer_perception import Perception, Settings
from fer_perception.images.stream import ImageStream

STEP_NS = 8 * 1_000_000_000 // 24
"""From one of the images that are read to the next: every eighth of 24 a second."""
SHARE = 0.95


@pytest.fixture(scope="module")
def clip(frames):
    """59 images of the clip, BGR uint8 [360, 640, 3]."""
    return list(frames("sad_to_happy.mp4", 8))


@pytest.fixture(scope="module")
def read(weights):
    """Makes answers of messages: of each the number of faces and the room's first emotion."""

    def of(messages, *, compressed=False, arrival_ns=5_000_000_000, said=None, **settings):
        perception = Perception.create(Settings(detector_weights=weights, **settings))
        stream, answers = ImageStream(compressed=compressed), []
        for index, message in enumerate(messages):
            picture = stream.read(message, arrival_ns + index * STEP_NS)
            perceived = perception.process(picture.pixels, picture.time_ns)
            room = perceived.room
            answers.append((len(perceived.faces), None if room is None else int(room.probabilities.argmax())))
            if said is not None:
                said += [*picture.notices, *perceived.notices]
        return answers

    return of


def bgr8(pixels, stamp_ns):
    height, width = pixels.shape[:2]
    message = image_message(0, encoding="bgr8", height=height, width=width, step=3 * width, data=b"")
    message.data = np.ascontiguousarray(pixels).tobytes()
    message.header.stamp.sec, message.header.stamp.nanosec = divmod(stamp_ns, 1_000_000_000)
    return message


def stamp(index):
    return 1_700_000_000_000_000_000 + index * STEP_NS


@pytest.fixture(scope="module")
def upright(clip, read):
    """The answers to the clip as it is."""
    answers = read(bgr8(pixels, stamp(index)) for index, pixels in enumerate(clip))
    assert len(answers) == 59
    assert all(faces == 1 for faces, _ in answers)
    assert len({emotion for _, emotion in answers}) >= 3
    return answers


def same(answers, upright):
    return np.mean([mine == theirs for mine, theirs in zip(answers, upright, strict=True)])


@pytest.mark.parametrize(
    ("stamp_of", "says"),
    [
        (lambda index: stamp(0), "stand still"),
        (lambda index: 0, "carry no stamp"),
        (lambda index: stamp(index) // 1000, "stand still"),
    ],
    ids=["constant", "empty", "microseconds for nanoseconds"],
)
def test_with_stamps_that_tell_no_time(clip, read, upright, stamp_of, says):
    said = []
    answers = read((bgr8(pixels, stamp_of(index)) for index, pixels in enumerate(clip)), said=said)
    assert same(answers, upright) >= SHARE
    assert len(said) == 1
    assert says in said[0]
