# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""On, off, brightness, pause and quiet hours, on a clock of the test's own."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_color.control.commands import Command, Control
from fer_color.control.quiet_hours import QuietHours
from fer_color.core import ColorCore
from fer_color.errors import ColorError
from fer_color.lights import LightOptions, make_light
from fer_color.settings import Settings

SAD, HAPPY = [0, 0, 0, 0, 0, 1, 0], [0, 0, 0, 1, 0, 0, 0]
BLUE, GREEN = (26, 97, 175), (74, 184, 71)


class Room:
    """A core with a recorder, 40 frames a second."""

    def __init__(self, path, **settings):
        self.now, self.minute, self.path = 100.0, 12 * 60.0, path / "light.jsonl"
        self.light = make_light(f"record:{self.path}?transfer=linear", LightOptions(), clock=lambda: self.now)
        self.light.open()
        self.core = ColorCore(Settings(**settings), [self.light])

    def run(self, seconds, emotion):
        for _ in range(round(seconds / 0.025)):
            self.now += 0.025
            self.core.on_emotion(emotion, 0, self.now)
            self.core.tick(self.now, self.minute)

    def ask(self, **command):
        self.core.obey(Command(**command), self.now)

    def rows(self):
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    def rgb(self):
        return tuple(self.rows()[-1]["rgb"])


@pytest.fixture
def room(tmp_path):
    return Room(tmp_path)


def test_off_is_dark_and_on_is_back(room):
    room.run(4, SAD)
    room.ask(on=False)
    room.run(4, SAD)
    assert room.rgb() == (0, 0, 0)
    room.ask(on=True)
    room.run(4, HAPPY)
    assert room.rgb() == GREEN


def test_off_is_a_dimmer_not_a_switch(room):
    room.run(8, SAD)
    room.ask(on=False)
    count = len(room.rows())
    room.run(2, SAD)
    blues = [row["rgb"][2] for row in room.rows()[count:]]
    assert blues == sorted(blues, reverse=True)
    assert len(set(blues)) > 15


def test_brightness_is_times_the_nodes(tmp_path):
    room = Room(tmp_path, brightness=0.5)
    room.ask(brightness=0.5)
    room.run(5, SAD)
    assert room.rgb() == tuple(round(value / 4) for value in BLUE)
    red, green, blue = room.core.published(room.now)
    assert 0 < red < green < blue < 0.25


def test_pause_holds_the_colour_whatever_is_seen(room):
    room.run(4, SAD)
    room.ask(paused=True)
    room.run(10, HAPPY)
    assert room.rgb() == BLUE
    room.ask(paused=False)
    room.run(4, HAPPY)
    assert room.rgb() == GREEN


def test_paused_light_can_still_be_switched_off_and_handed_back(room):
    room.run(4, SAD)
    room.ask(paused=True)
    room.ask(on=False)
    room.run(4, HAPPY)
    assert room.rgb() == (0, 0, 0)
    room.ask(on=True)
    room.run(4, HAPPY)
    assert room.rgb() == BLUE
    room.core.begin_hand_back(room.now)
    begun = room.now
    while not room.core.handed_back(room.now):
        room.run(0.025, HAPPY)
        assert room.now - begun < 4
    assert room.rgb() == (0, 0, 0)


def test_paused_again_during_the_fade_back_it_holds_what_it_shows(room):
    room.run(4, SAD)
    room.ask(paused=True)
    room.run(1, HAPPY)
    room.ask(paused=False)
    room.run(0.75, HAPPY)
    between = room.rgb()
    assert between not in (BLUE, GREEN)
    room.ask(paused=True)
    room.run(6, HAPPY)
    assert room.rgb() == pytest.approx(between, abs=4)
    held = room.rgb()
    room.run(6, SAD)
    assert room.rgb() == held
    room.ask(paused=False)
    room.run(4, HAPPY)
    assert room.rgb() == GREEN


def test_another_time_of_fading_brings_no_pause_back_that_is_over(room):
    room.run(4, HAPPY)
    room.ask(paused=True)
    room.run(1, HAPPY)
    room.ask(paused=False)
    room.run(10, SAD)
    assert room.rgb() == BLUE
    room.core.configure(Settings(fade_time=60.0))
    room.run(1, SAD)
    assert {tuple(row["rgb"]) for row in room.rows()[-30:]} == {BLUE}


def test_paused_before_the_first_image_it_holds_the_first_face(room):
    room.ask(paused=True)
    room.core.on_faces(0, 0, room.now)
    room.core.tick(room.now, room.minute)
    room.run(4, SAD)
    assert room.rgb() == BLUE
    room.run(4, HAPPY)
    assert room.rgb() == BLUE
    room.ask(paused=False)
    room.run(4, HAPPY)
    assert room.rgb() == GREEN


def test_quiet_hours_dim_and_end(tmp_path):
    room = Room(tmp_path, quiet_hours="22:00-07:00", quiet_brightness=0.2)
    room.minute = 21 * 60 + 59
    room.run(4, SAD)
    assert room.rgb() == BLUE
    room.minute = 22 * 60
    room.run(6, SAD)
    assert room.rgb() == tuple(round(value / 5) for value in BLUE)
    room.minute = 7 * 60
    room.run(6, SAD)
    assert room.rgb() == BLUE


def test_nobody_knows_the_time(tmp_path):
    room = Room(tmp_path, quiet_hours="00:00-00:00")
    room.minute = None
    room.run(4, SAD)
    assert room.rgb() == BLUE
    room.minute = 3.0
    room.run(6, SAD)
    assert room.rgb() == (0, 0, 0)


@given(st.integers(0, 1439), st.integers(0, 1439), st.floats(0, 1439.99))
def test_quiet_hours_are_the_minutes_from_begin_to_end(begin, end, minute):
    hours = QuietHours.parse(f"{begin // 60:02}:{begin % 60:02}-{end // 60:02}:{end % 60:02}")
    walked = (minute - begin) % 1440 < (end - begin) % 1440 if begin != end else True
    assert hours.hold(minute) == walked


@pytest.mark.parametrize("text", ["22-7", "24:00-07:00", "22:00", "22:60-07:00", "22:00-07:00 ", "late"])
def test_wrong_quiet_hours_are_one_line(text):
    with pytest.raises(ColorError, match="write HH:MM-HH:MM"):
        Settings(quiet_hours=text)


def test_wrong_brightness_is_one_line():
    for value in (-0.1, 1.1, float("nan")):
        with pytest.raises(ColorError, match="give a number from 0 to 1"):
            Command(brightness=value)


def test_a_command_changes_only_what_it_names():
    control = Control().after(Command(brightness=0.3)).after(Command(paused=True)).after(Command(on=False))
    assert control == Control(on=False, brightness=0.3, paused=True)
    assert control.after(Command()) == control


commands = st.builds(
    Command, on=st.none() | st.booleans(), brightness=st.none() | st.floats(0, 1), paused=st.none() | st.booleans()
)
events = st.tuples(
    st.sampled_from([SAD, HAPPY, [1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 1, 0, 0]]),
    st.none() | commands,
    st.one_of(st.none(), st.floats(0, 1439)),
    st.floats(0, 1.5),
)


@given(st.lists(events, max_size=60))
def test_promise_holds_whatever_is_asked_for(judge, tmp_path_factory, script):
    room = Room(tmp_path_factory.mktemp("room"), smoothing_time=0.0, quiet_hours="22:00-07:00", fade_time=0.3)
    for emotion, command, minute, pause in script:
        room.now += pause
        room.minute = minute
        if command is not None:
            room.core.obey(command, room.now)
        room.run(0.05, emotion)
    judge([(row["t"], row["rgb"]) for row in room.rows()], "linear")
