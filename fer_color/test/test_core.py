# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the core makes of results, on a clock of the test's own."""

import json

import pytest

from fer_color.control.commands import Command
from fer_color.core import ColorCore
from fer_color.errors import ColorError
from fer_color.lights import Frame, LightOptions, make_light
from fer_color.lights.local.no_light import NoLight
from fer_color.settings import Settings

SAD, HAPPY = [0, 0, 0, 0, 0, 1, 0], [0, 0, 0, 1, 0, 0, 0]
IDLE = (48, 32, 16)


class Room:
    """A core with a recorder, 40 frames a second."""

    def __init__(self, path, **settings):
        self.now = 100.0
        self.path = path / "light.jsonl"
        self.light = make_light(f"record:{self.path}?transfer=linear", LightOptions(), clock=lambda: self.now)
        self.light.open()
        self.sent = []
        self.core = ColorCore(
            Settings(**settings), [self.light], on_sent=lambda index, sent: self.sent.append((index, sent))
        )

    def run(self, seconds, *, emotion=None, faces=None):
        """Let time pass, with 24 images a second of that emotion or number of faces."""
        end, image = self.now + seconds, self.now
        while self.now < end:
            self.now += 0.025
            if self.now >= image:
                image += 1 / 24
                if emotion is not None or faces is not None:
                    self.core.on_faces(1 if emotion else faces, int(self.now * 1e9), self.now)
                if emotion is not None:
                    self.core.on_emotion(emotion, int(self.now * 1e9), self.now)
            self.core.tick(self.now)

    def rows(self):
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    def rgb(self):
        return tuple(self.rows()[-1]["rgb"])

    def told(self):
        return [notice.text for notice in self.core.take_notices()]


@pytest.fixture
def room(tmp_path):
    return Room(tmp_path)


def test_light_is_left_alone_before_the_first_result(room):
    room.run(3)
    assert room.rows() == []
    assert not room.core.started
    assert room.told() == []
    room.run(3)
    assert "still waiting for the first result on 'faces'" in room.told()[0]
    room.run(10)
    assert room.told() == []


def test_light_takes_the_emotions_colour(room):
    room.run(3, emotion=SAD)
    assert room.rgb() == (26, 97, 175)
    assert room.core.mode == "live"
    room.run(3, emotion=HAPPY)
    assert room.rgb() == (74, 184, 71)


def test_switched_off_it_is_not_live_whoever_is_seen(room):
    room.run(2, emotion=SAD)
    room.core.obey(Command(on=False), room.now)
    room.run(0.3, emotion=SAD)
    assert (room.core.mode, room.rows()[-1]["mode"]) == ("fading", "fading")
    room.run(4, emotion=HAPPY)
    assert (room.core.mode, room.rgb(), room.rows()[-1]["mode"]) == ("idle", (0, 0, 0), "idle")
    room.core.configure(room.core.settings)
    room.core.obey(Command(on=True), room.now)
    assert room.core.mode == "live"
    room.run(4, emotion=HAPPY)
    assert room.rgb() == (74, 184, 71), "what was seen meanwhile"


def test_discrete_mode_and_brightness_and_gamma(tmp_path):
    room = Room(tmp_path, mode="discrete", brightness=0.5, gamma=2.0)
    room.run(4, emotion=[0, 0, 0, 0.6, 0, 0.4, 0])
    assert room.rgb() == tuple(round(255 * 0.5 * (value / 255) ** 2) for value in (74, 184, 71))


def test_every_image_has_a_frame_of_its_own(room):
    for k in range(50):
        room.now += 1 / 24
        room.core.on_faces(1, k, room.now)
        room.core.on_emotion(SAD, k, room.now)
        room.core.tick(room.now)
    stamps = [sent.stamp_ns for _, sent in room.sent if sent.stamp_ns is not None]
    assert stamps == list(range(50))
    assert len(room.sent) == 100
    room.now += 0.01
    room.core.on_faces(0, 77, room.now)
    assert room.sent[-1][1].stamp_ns == 77


def test_fades_to_idle_when_nobody_is_seen(room):
    room.run(3, emotion=SAD)
    room.run(1.9, faces=0)
    assert room.core.mode == "live"
    room.run(0.4, faces=0)
    assert room.core.mode == "fading"
    room.run(1.5, faces=0)
    assert room.core.mode == "idle"
    assert room.rgb() == IDLE
    assert room.told() == []
    room.run(2, emotion=HAPPY)
    assert room.core.mode == "live"


def test_fades_when_input_stops_and_names_the_topic(room):
    room.run(3, emotion=SAD)
    room.run(10)
    assert room.rgb() == IDLE
    texts = room.told()
    assert len(texts) == 1
    assert "nothing has arrived on 'faces'" in texts[0]
    room.run(1, emotion=SAD)
    assert room.told() == ["results arrive on 'faces' again"]


@pytest.mark.parametrize(
    "bad",
    [
        [float("nan")] * 7,
        [float("inf"), 0, 0, 0, 0, 0, 0],
        [-0.5, 1.5, 0, 0, 0, 0, 0],
        [0.5] * 7,
        [0] * 7,
        [1, 0, 0],
        [],
    ],
)
def test_what_is_no_distribution_is_ignored(room, bad):
    room.run(3, emotion=SAD)
    count = len(room.rows())
    for _ in range(100):
        room.now += 0.025
        room.core.on_faces(1, 0, room.now)
        assert not room.core.on_emotion(bad, 0, room.now)
        room.core.tick(room.now)
    assert room.rgb() == (26, 97, 175)
    assert room.core.mode == "live"
    assert len(room.rows()) == count + 100
    texts = room.told()
    assert len(texts) == 1
    assert "ignored an emotion" in texts[0]


def test_sum_within_a_thousandth_is_taken(room):
    assert room.core.on_emotion([0.9995, 0, 0, 0, 0, 0, 0], 0, room.now)
    assert not room.core.on_emotion([0.998, 0, 0, 0, 0, 0, 0], 0, room.now)


def test_handed_back_dark(room, judge):
    room.run(8, emotion=[0, 0, 0, 0, 1, 0, 0])
    assert room.rgb() == (255, 255, 255)
    room.core.begin_hand_back(room.now)
    begun = room.now
    while not room.core.handed_back(room.now):
        room.run(0.02, emotion=HAPPY)  # what still arrives does not light it again
        assert room.now - begun < 3
    assert room.rgb() == (0, 0, 0)
    judge([(row["t"], row["rgb"]) for row in room.rows()], "linear")


def test_nothing_to_hand_back_before_the_first_image(room):
    room.core.begin_hand_back(room.now)
    assert room.core.handed_back(room.now)
    assert room.rows() == []


def test_topics_go_dark_too(room):
    room.run(2, emotion=SAD)
    red, green, blue = room.core.published(room.now)
    assert 0 < red < green < blue < 1
    room.core.begin_hand_back(room.now)
    room.run(2)
    assert room.rgb() == (0, 0, 0)
    assert not room.core.handed_back(room.now)
    for _ in range(40):
        room.now += 0.1
        room.core.published(room.now)
    assert room.core.handed_back(room.now)


def test_settings_change_on_the_way(room, tmp_path):
    room.run(3, emotion=SAD)
    room.core.configure(Settings(brightness=0.5))
    room.run(1)
    room.run(1, emotion=SAD)
    assert room.rgb() in ((13, 48, 87), (13, 48, 88))
    path = tmp_path / "blue.yaml"
    labels = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
    path.write_text("".join(f"{label}: [0, 0, 200]\n" for label in labels))
    room.core.configure(Settings(palette=str(path)))
    room.run(0.9)
    room.run(3, emotion=SAD)
    assert room.rgb() == (0, 0, 200)
    room.run(6, faces=0)
    room.core.configure(Settings(idle_color=(0, 60, 0)))
    room.run(3, faces=0)
    assert room.rgb() == (0, 60, 0)
    assert room.core.mode == "idle"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"brightness": 1.5}, "brightness is 1.5; it must be from 0 to 1"),
        ({"brightness": float("nan")}, "brightness is nan"),
        ({"smoothing_time": -1.0}, "smoothing_time"),
        ({"rate": 0.0}, "rate"),
        ({"mode": "rainbow"}, "choose one of continuous, discrete"),
        ({"idle_color": (1, 2)}, "three whole numbers"),
        ({"idle_color": (1, 2, 256)}, "three whole numbers"),
        ({"color_order": "RGW"}, "color_order"),
        ({"lights": ()}, "lights is empty"),
        ({"palette": "pastel"}, "unknown palette"),
    ],
)
def test_wrong_settings_are_one_line(settings, says):
    with pytest.raises(ColorError, match=says):
        ColorCore(Settings(**settings))
    core = ColorCore(Settings())
    with pytest.raises(ColorError, match=says):
        core.configure(Settings(**settings))
    assert core.settings == Settings()


@pytest.mark.parametrize(("blending", "expected"), [("srgb", (50, 140, 123)), ("linear", (56, 149, 136))])
def test_blending_changes_while_it_runs(room, blending, expected):
    both = [0, 0, 0, 0.5, 0, 0.5, 0]
    room.run(4, emotion=both)
    assert room.rgb() == (50, 140, 123)
    room.core.configure(Settings(blending=blending))
    room.run(4, emotion=both)
    assert room.rgb() == expected


def test_frames_between_images_are_due_only_where_images_come_more_slowly() -> None:
    core = ColorCore(Settings(rate=40.0))
    assert core.is_due(0.0), "before anything has arrived"
    core.on_emotion([1.0, 0, 0, 0, 0, 0, 0], 1, 10.0)
    core.tick(10.0)
    assert not core.is_due(10.0)
    assert not core.is_due(10.024)
    assert core.is_due(10.026)
    core.on_emotion([2.0, 0, 0, 0, 0, 0, 0], 2, 11.0)
    assert core.is_due(11.001), "what was refused brought no frame"


def test_images_at_any_rate_leave_quiet_hours_and_a_hand_back_their_ticks() -> None:
    core, ticks = ColorCore(Settings(rate=40.0)), 0
    for image in range(180):  # 60 a second
        now = 10.0 + image / 60
        core.on_emotion([1.0, 0, 0, 0, 0, 0, 0], image, now)
        if core.is_due(now + 0.001):
            core.tick(now + 0.001, 30.0)
            ticks += 1
    assert 3 <= ticks <= 4
    core.begin_hand_back(13.0)
    core.on_emotion([1.0, 0, 0, 0, 0, 0, 0], 200, 13.01)
    assert core.is_due(13.011)


def test_a_light_that_cannot_be_closed_leaves_no_other_open(tmp_path):
    class Stuck(NoLight):
        def close(self):
            raise OSError("it is stuck")

    options, clock = LightOptions(), lambda: 0.0
    recorder = make_light(f"record:{tmp_path}/light.jsonl", options, clock=clock)
    recorder.open()
    core = ColorCore(Settings(), [Stuck("stuck", options, "either", clock), recorder])
    core.close()
    with pytest.raises(OSError, match="it is not open"):
        recorder.write(Frame((1, 2, 3)))
    (notice,) = core.take_notices()
    assert notice.warning
    assert "light 'stuck' could not be closed" in notice.text
