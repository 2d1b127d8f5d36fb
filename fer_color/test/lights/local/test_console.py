# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The console on terminals of every kind."""

import contextlib
import fcntl
import io
import itertools
import os
import pty
import re
import struct
import termios

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_color.lights.base import Frame, close_all
from fer_color.lights.local.block import bar
from fer_color.lights.local.console import ConsoleConfig, ConsoleLight
from fer_color.lights.local.terminal import Depth, background, depth_of
from fer_color.lights.options import LightOptions


class Screen(io.StringIO):
    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


def terminal(columns, lines=24):
    """A terminal's two ends, the keyboard's first."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines if columns else 0, columns, 0, 0))
    return master, slave


def light_on(stream, environment, clock=lambda: 0.0):
    return ConsoleLight("console", ConsoleConfig(), LightOptions(), clock, stream=stream, environment=environment)


TRUECOLOR = {"TERM": "xterm", "COLORTERM": "truecolor"}
SAD = Frame((26, 97, 175), "live", "sad")


@pytest.mark.parametrize(
    ("terminal", "environment", "depth"),
    [
        (True, {"TERM": "xterm", "COLORTERM": "truecolor"}, Depth.TRUE),
        (True, {"TERM": "xterm", "COLORTERM": "24bit"}, Depth.TRUE),
        (True, {"TERM": "xterm-direct"}, Depth.TRUE),
        (True, {"TERM": "screen-256color"}, Depth.ANSI256),
        (True, {"TERM": "xterm"}, Depth.ANSI16),
        (True, {"TERM": "dumb", "COLORTERM": "truecolor"}, Depth.PLAIN),
        (True, {}, Depth.PLAIN),
        (True, {"TERM": "xterm-256color", "NO_COLOR": "1"}, Depth.NONE),
        (True, {"TERM": "xterm-256color", "NO_COLOR": ""}, Depth.ANSI256),
        (False, {"TERM": "xterm", "COLORTERM": "truecolor"}, Depth.PLAIN),
    ],
)
def test_depth(terminal, environment, depth):
    assert depth_of(terminal, environment) is depth


def test_backgrounds():
    assert background((26, 97, 175), Depth.TRUE) == "\x1b[48;2;26;97;175m"
    assert background((0, 95, 175), Depth.ANSI256) == "\x1b[48;5;25m"
    assert background((118, 118, 118), Depth.ANSI256) == "\x1b[48;5;243m"
    assert background((255, 255, 255), Depth.ANSI16) == "\x1b[107m"
    assert background((210, 0, 0), Depth.ANSI16) == "\x1b[41m"


def test_truecolor_line_is_rewritten_in_place():
    screen = Screen(True)
    light = light_on(screen, {"TERM": "xterm", "COLORTERM": "truecolor"})
    sent = []
    assert light.ready()
    light.send(SAD, lambda: sent.append(1))
    light.send(SAD, lambda: sent.append(2))
    assert screen.getvalue().count("\r") == 1
    assert "\x1b[48;2;26;97;175m" in screen.getvalue()
    assert "#1a61af  live    sad" in screen.getvalue()
    assert sent == [1, 2]
    light.close()
    assert screen.getvalue().endswith("\n")


def test_no_color_is_respected():
    screen = Screen(True)
    light_on(screen, {"TERM": "xterm-256color", "NO_COLOR": "1"}).send(SAD, lambda: None)
    assert "\x1b[4" not in screen.getvalue()
    assert "#1a61af" in screen.getvalue()


class Emulator:
    """As much of a terminal as the block needs: lines, the cursor, erasing; colours are left out."""

    def __init__(self, columns, lines):
        self.columns, self.lines = columns, lines
        self.rows, self.row, self.column = [""] * lines, 0, 0

    def feed(self, text):
        for part in re.findall(r"\x1b\[[0-9;]*[A-Za-z]|.", text, re.DOTALL):
            row = self.rows[self.row]
            if part == "\r":
                self.column = 0
            elif part == "\n":
                self.row, self.column = self.row + 1, 0  # as a terminal with ONLCR
                if self.row == self.lines:
                    self.rows, self.row = [*self.rows[1:], ""], self.row - 1
            elif part.endswith("A"):
                self.row = max(0, self.row - int(part[2:-1]))
            elif part.endswith("K"):
                self.rows[self.row] = row[: self.column]
            elif part.endswith("J"):
                self.rows[self.row :] = [row[: self.column]] + [""] * (self.lines - self.row - 1)
            elif not part.startswith("\x1b"):
                assert self.column < self.columns, "a line wraps"
                self.rows[self.row] = row[: self.column].ljust(self.column) + part + row[self.column + 1 :]
                self.column += 1
        return [row.rstrip() for row in self.rows]


@contextlib.contextmanager
def block_on(columns=80, lines=24, environment=TRUECOLOR):
    """A console on a terminal of that size, what it wrote, and a clock to move."""
    master, slave = terminal(columns, lines)
    now = [0.0]

    def written():
        """What was written until now; the kernel hands it on in pieces, and a mark behind it tells the end."""
        os.write(slave, b"\x05")
        found = b""
        while not found.endswith(b"\x05"):
            found += os.read(master, 100_000)
        return found[:-1].decode()

    with open(slave, "w", encoding="utf-8") as stream:
        yield light_on(stream, environment, lambda: now[0]), written, now
    os.close(master)


def seen(images, *, faces=1):
    return Frame((26, 97, 175), "live", "sad", shares=(0.0, 0.0, 0.0, 0.0, 0.25, 0.75, 0.0), faces=faces, images=images)


def test_a_block_is_redrawn_in_its_place_and_stays_at_the_end():
    screen = Emulator(80, 24)
    with block_on() as (light, written, now):
        for images in range(60):
            now[0] = images / 20
            light.send(seen(images), lambda: None)
            rows = screen.feed(written())
        assert rows[0] == ""
        assert rows[1].endswith("#1a61af  live    sad")
        assert rows[2].split() == ["angry", "0.00"]
        assert rows[7].split() == ["sad", "█" * 30, "0.75"]
        assert rows[9] == "1 face, 20.0 images a second"
        assert rows[10:] == [""] * 14
        light.close()
        assert screen.feed(written())[9] == "1 face, 20.0 images a second"
        assert screen.row == 10


def test_what_others_write_goes_on_above_the_block_also_at_the_screens_end():
    screen = Emulator(80, 12)
    with block_on(lines=12) as (light, written, now):
        for number in range(8):
            now[0] = float(number)
            light.send(seen(number, faces=number + 1), lambda: None)
            screen.feed(written())
            rows = screen.feed(f"color: line {number}\n")
        now[0] += 1
        light.send(seen(9), lambda: None)
        rows = screen.feed(written())
    assert rows[1] == "color: line 7"
    assert rows[3].endswith("#1a61af  live    sad")
    assert rows[11] == "1 face, 1.5 images a second"
    assert sum("#1a61af" in row for row in rows) == 1


@pytest.mark.parametrize(("columns", "lines"), [(43, 24), (80, 10)])
def test_a_small_terminal_has_one_line(columns, lines):
    with block_on(columns, lines) as (light, written, _):
        light.send(seen(1), lambda: None)
        assert "\n" not in written()


def test_a_terminal_that_is_made_smaller_has_one_line_from_then_on():
    screen = Emulator(80, 24)
    with block_on() as (light, written, now):
        light.send(seen(1), lambda: None)
        screen.feed(written())
        fcntl.ioctl(light._stream.fileno(), termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
        now[0] = 1.0
        light.send(seen(2), lambda: None)
        rows = screen.feed(written())
    assert rows[0].endswith("#1a61af  live    sad")
    assert rows[1:] == [""] * 23


def test_a_gradient_is_shown_as_one():
    with block_on() as (light, written, _):
        assert light.leds == 12
        light.send(Frame((127, 127, 0), pixels=((255, 0, 0),) * 6 + ((0, 255, 0),) * 6), lambda: None)
        text = written()
    assert text.count("\x1b[48;2;255;0;0m ") == text.count("\x1b[48;2;0;255;0m ") == 6


def test_without_colours_the_bars_are_there_and_the_light_is_one():
    with block_on(environment={"TERM": "xterm", "NO_COLOR": "1"}) as (light, written, _):
        assert light.leds is None
        light.send(seen(1, faces=2), lambda: None)
        text = written()
    assert "\x1b[4" not in text
    assert "2 faces" in text


@given(st.floats(-1, 2), st.integers(0, 60), st.booleans())
def test_a_bar_is_as_long_as_its_share(share, width, blocks):
    drawn = bar(share, width, blocks=blocks)
    assert len(drawn) == width
    full = len(drawn.rstrip()) if not blocks else drawn.count("█") + (drawn.rstrip()[-1:] not in ("", "█")) / 2
    assert abs(full - width * min(1, max(0, share))) <= 0.51


def test_a_pipe_is_not_flooded():
    now, screen = [0.0], Screen(False)
    light = light_on(screen, {"TERM": "xterm"}, clock=lambda: now[0])
    for k in range(400):
        now[0] = k / 40
        light.send(Frame((k % 256, 0, 0)), lambda: None)
    assert "\x1b" not in screen.getvalue()
    assert "\r" not in screen.getvalue()
    assert 5 <= screen.getvalue().count("\n") <= 11


def test_a_pipe_that_nobody_reads_any_more_is_lost_once_and_not_back_in_between():
    reading, writing = os.pipe()
    os.close(reading)
    now = [0.0]
    with contextlib.suppress(OSError), open(writing, "w", encoding="utf-8") as stream:  # closing it fails as well
        light = light_on(stream, {"TERM": "xterm"}, clock=lambda: now[0])
        for k in range(400):
            now[0] = k / 40
            light.send(Frame((k % 256, 0, 0)), lambda: None)
        assert [event.text.partition(" (")[0] for event in light.take_events() if event.text] == [
            "light 'console' cannot be written to"
        ]


def test_a_terminal_that_hung_up_is_let_go_of():
    master, slave = terminal(80)
    with contextlib.suppress(OSError), open(slave, "w", encoding="utf-8") as stream:  # closing it fails as well
        light = light_on(stream, {"TERM": "xterm", "COLORTERM": "truecolor"})
        light.send(SAD, lambda: None)
        os.close(master)
        failures = close_all([light, light])
    assert failures == []


@pytest.mark.parametrize(("columns", "depth"), [(80, Depth.TRUE), (0, Depth.PLAIN)])
def test_a_terminal_without_a_width_has_nobody_before_it(columns, depth):
    """ROS 2's launch gives its nodes one, and reads it by lines: a line that is rewritten would never end."""
    master, slave = terminal(columns, 5)  # too low for more than a line
    now = [0.0]
    with open(slave, "w", encoding="utf-8") as stream:
        light = light_on(stream, {"TERM": "xterm", "COLORTERM": "truecolor"}, lambda: now[0])
        assert light.depth is depth
        for k in range(120):
            now[0] = k / 40
            light.send(Frame((k % 256, 0, 0)), lambda: None)
        text, last = "", "#500000  live\r\n" if depth is Depth.PLAIN else "#770000  live"
        while last not in text:  # the kernel hands it on in pieces
            text += os.read(master, 100_000).decode()
    os.close(master)
    assert text.count("\n") == (3 if depth is Depth.PLAIN else 0)


def test_a_stopped_terminal_does_not_block():
    master, slave = terminal(80)
    with open(slave, "w", encoding="utf-8") as stream:
        light = light_on(stream, TRUECOLOR, itertools.count().__next__)
        for k in range(5000):  # nobody reads the other side
            if not light.ready():
                break
            light.send(Frame((k % 256, 0, 0)), lambda: None)
        assert not light.ready()
        light.close()
        os.set_blocking(master, False)
        os.read(master, 100_000)
    os.close(master)
