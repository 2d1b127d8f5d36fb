# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""WLED's state object (kno.wled.ge, JSON API): what it shows, how we take over and how we give back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fer_color.lights.wled.curve import UNKNOWN, WledCurve
from fer_color.transfer import DARK, FULL, Rgb8

_GENTLE = 100
"""Tenths of a second that an effect fades in: an effect may be white, and the light has just gone dark."""
_LEAVE, _LEAVE_BENT = 3.0, 10.0
"""Seconds in which WLED dims what we can't tell before we begin: a white effect then changes by a third in one. Where
its brightness has a gamma (3 at most) or a factor (2.55 at most) it may be faster by both in the first one."""
_MOST_SEGMENTS = 256
"""WLED has up to 32, 64 on large boards; its ids are bytes."""
_BYTE = (0, 255)

Step = dict[str, Any] | float
"""A request, or seconds to wait before the next one."""
Color = tuple[int, ...]
"""Red, green, blue, and white where there is one; each 0 to 255."""


@dataclass(frozen=True)
class Segment:
    """A part of the strip. What is not said has WLED's default."""

    number: int
    on: bool = True
    brightness: int = 255
    """0 to 255."""
    effect: int = 0
    """0: solid."""
    frozen: bool = False
    """Its LEDs were set one by one."""
    colors: tuple[Color, ...] = ((0, 0, 0),)
    """The first is what `solid` shows."""


@dataclass(frozen=True)
class WledState:
    """What a controller was told to show."""

    on: bool = False
    brightness: int = 255
    """0 to 255; kept while it is off."""
    playlist: int = -1
    """Its number, which is a preset's; -1: none."""
    segments: tuple[Segment, ...] = ()
    curve: WledCurve = UNKNOWN
    """What it makes of its brightness."""


def read_state(content: dict[str, Any], curve: WledCurve = UNKNOWN) -> WledState:
    """Read the state that a controller with that `curve` tells; ValueError, which names the part, when it is none."""
    parts = content.get("seg")
    if not isinstance(parts, list) or len(parts) > _MOST_SEGMENTS:
        raise ValueError("its state has no list of segments")
    segments = tuple(_segment(part, index) for index, part in enumerate(parts))
    return WledState(
        _flag(content, "on", default=False),
        _number(content, "bri", 255, *_BYTE),
        _number(content, "pl", -1, -1, 255),
        segments,
        curve,
    )


def _segment(part: Any, index: int) -> Segment:
    if not isinstance(part, dict):
        raise ValueError(f"segment {index} is none")
    colors = part.get("col", [[0, 0, 0]])
    if not isinstance(colors, list) or not 1 <= len(colors) <= 3:
        raise ValueError(f"segment {index} has no colours")
    return Segment(
        _number(part, "id", index, *_BYTE),
        _flag(part, "on", default=True),
        _number(part, "bri", 255, *_BYTE),
        _number(part, "fx", 0, *_BYTE),
        _flag(part, "frz", default=False),
        tuple(_color(color) for color in colors),
    )


def _number(content: dict[str, Any], name: str, default: int, low: int, high: int) -> int:
    value = content.get(name, default)
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"'{name}' is no number from {low} to {high}")
    return value


def _flag(content: dict[str, Any], name: str, *, default: bool) -> bool:
    value = content.get(name, default)
    if not isinstance(value, bool):
        raise ValueError(f"'{name}' is neither true nor false")
    return value


def _color(color: Any) -> Color:
    """Read a colour from `[r, g, b]`, `[r, g, b, w]` or `RRGGBB[WW]`."""
    if isinstance(color, str):
        values = list(bytes.fromhex(color.removeprefix("#")))
    elif isinstance(color, list) and all(type(value) is int and 0 <= value <= 255 for value in color):
        values = color
    else:
        raise ValueError("a colour is no list of bytes")
    if not 3 <= len(values) <= 4:
        raise ValueError("a colour has neither three nor four channels")
    return tuple(values)


@dataclass(frozen=True)
class Look:
    """One colour on all that is lit, and the brightness beside it."""

    rgb: Rgb8 = DARK
    level: int = FULL
    """0 to 255: the share of its light that its brightness leaves. WLED's gamma is for colours; its brightness is a
    factor on what comes out of it (bus_manager.cpp), and so is a segment's: 16 takes the gamma's inverse of that one
    before its gamma (FX_fcn.cpp)."""


def shows(state: WledState) -> Look | None:
    """Tell what a state shows; None where it can't be told: an effect, a white channel, segments that differ."""
    if not state.on or not any(segment.on for segment in state.segments):
        return Look()
    looks = {_solid(segment, state) for segment in state.segments if segment.on}
    look = looks.pop()
    return None if looks else look


def _solid(segment: Segment, state: WledState) -> Look | None:
    red, green, blue, white = (*segment.colors[0], 0)[:4]
    if segment.effect or segment.frozen or white:
        return None
    level = state.curve.levels[state.brightness]
    return Look((red, green, blue), max(1, round(level * segment.brightness / FULL)))


def take_over(state: WledState, look: Look) -> list[Step]:
    """Tell the steps that make every segment that is on, or all where none is, show `look`, whatever it did.

    What can't be told, such as an effect, WLED dims itself first. And a controller that is dark gets the colour before
    its light, for between two of its frames it might show the old one.
    """
    found, brightness = shows(state), state.curve.brightness(look.level)
    if found is not None and found.rgb != DARK:
        return [{"on": True, "bri": brightness, "tt": 0, "seg": _solids(state, look.rgb)}]
    steps: list[Step] = []
    if found is None:
        leave = _LEAVE if state.curve.dims_straight else _LEAVE_BENT
        steps += [{"on": False, "tt": round(10 * leave)}, leave]
    steps.append({"on": False, "tt": 0, "seg": _solids(state, DARK)})
    steps.append({"on": True, "bri": brightness, "tt": 0, **recolor(state, look.rgb)})
    return steps


def recolor(state: WledState, rgb: Rgb8) -> dict[str, Any]:
    """Tell the request that gives segments that were taken over another colour, at once."""
    return {"tt": 0, "seg": [{"id": segment.number, "col": [list(rgb)]} for segment in _taken(state)]}


def _solids(state: WledState, rgb: Rgb8) -> list[dict[str, Any]]:
    ours = {"on": True, "bri": FULL, "fx": 0, "frz": False, "col": [list(rgb)]}
    return [{"id": segment.number, **ours} for segment in _taken(state)]


def _taken(state: WledState) -> Sequence[Segment]:
    """Return the segments that are on; all where none is. One that somebody switched off stays so."""
    return [segment for segment in state.segments if segment.on] or state.segments or (Segment(0),)


def release(state: WledState) -> list[Step]:
    """Tell the steps that put back what `take_over` changed; the lamp shows `shows(state)`, or nothing, at the first.

    Nothing is to be seen of it but what could not be told: that WLED brightens from dark over ten seconds. For this,
    and for a lamp that was found off, it is switched off first, else the old colours would glow on their way there.

    A preset is put back by what it had set, for WLED would apply it with the preset's own transition. A playlist goes
    on only when it is called, and then with its own.
    """
    segments = [
        {
            "id": segment.number,
            "on": segment.on,
            "bri": segment.brightness,
            "fx": segment.effect,
            "frz": segment.frozen,
            "col": [list(color) for color in segment.colors],
        }
        for segment in state.segments
    ]
    found = shows(state)
    # A playlist is kept as a preset, by the same number.
    playlist = {"ps": state.playlist} if state.playlist > 0 else {}
    if state.on and found is not None and found.rgb != DARK:
        return [{"on": True, "bri": state.brightness, "tt": 0, "seg": segments} | playlist]
    steps: list[Step] = [{"on": False, "tt": 0}, {"on": False, "bri": state.brightness, "tt": 0, "seg": segments}]
    return [*steps, {"on": True, "tt": _GENTLE} | playlist] if state.on else steps
