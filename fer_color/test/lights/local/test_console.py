"""The console on terminals of every kind."""

import contextlib
import fcntl
import io
import os
import pty
import struct
import termios

import pytest

from fer_color.lights.base import Frame, close_all
from fer_color.lights.local.console import ConsoleConfig, ConsoleLight
from fer_color.lights.local.terminal import Depth, background, depth_of
from fer_color.lights.options import LightOptions


class Screen(io.StringIO):
    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


def terminal(columns):
    """A terminal's two ends, the keyboard's first."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24 if columns else 0, columns, 0, 0))
    return master, slave


def light_on(stream, environment, clock=lambda: 0.0):
    return ConsoleLight("console", ConsoleConfig(), LightOptions(), clock, stream=stream, environment=environment)


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


def test_a_pipe_is_not_flooded():
    now, screen = [0.0], Screen(False)
    light = light_on(screen, {"TERM": "xterm"}, clock=lambda: now[0])
    for k in range(400):
        now[0] = k / 40
        light.send(Frame((k % 256, 0, 0)), lambda: None)
    assert "\x1b" not in screen.getvalue()
    assert "\r" not in screen.getvalue()
    assert 5 <= screen.getvalue().count("\n") <= 11


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
    master, slave = terminal(columns)
    now = [0.0]
    with open(slave, "w", encoding="utf-8") as stream:
        light = light_on(stream, {"TERM": "xterm", "COLORTERM": "truecolor"}, lambda: now[0])
        assert light.depth is depth
        for k in range(120):
            now[0] = k / 40
            light.send(Frame((k % 256, 0, 0)), lambda: None)
        text = os.read(master, 100_000).decode()
    os.close(master)
    assert text.count("\n") == (3 if depth is Depth.PLAIN else 0)


def test_a_stopped_terminal_does_not_block():
    master, slave = terminal(80)
    with open(slave, "w", encoding="utf-8") as stream:
        light = light_on(stream, {"TERM": "xterm", "COLORTERM": "truecolor"})
        for k in range(5000):  # nobody reads the other side
            if not light.ready():
                break
            light.send(Frame((k % 256, 0, 0)), lambda: None)
        assert not light.ready()
        light.close()
        os.set_blocking(master, False)
        os.read(master, 100_000)
    os.close(master)
