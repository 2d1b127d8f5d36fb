"""WLED's state object (kno.wled.ge, JSON API): what it shows, how we take over and how we give back."""

from dataclasses import dataclass
from typing import Any

from fer_color.transfer import DARK, Rgb8

_GENTLE = 100
"""Tenths of a second that an effect fades in: an effect may be white, and the light has just gone dark."""
_MOST_SEGMENTS = 256
"""WLED has up to 32, 64 on large boards; its ids are bytes."""
_BYTE = (0, 255)

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


def read_state(content: dict[str, Any]) -> WledState:
    """Read the state that a controller tells; ValueError, which names the part, when it is none."""
    parts = content.get("seg")
    if not isinstance(parts, list) or len(parts) > _MOST_SEGMENTS:
        raise ValueError("its state has no list of segments")
    segments = tuple(_segment(part, index) for index, part in enumerate(parts))
    return WledState(
        _flag(content, "on", default=False),
        _number(content, "bri", 255, *_BYTE),
        _number(content, "pl", -1, -1, 255),
        segments,
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


def shows(state: WledState) -> Rgb8 | None:
    """Return the one colour that a state shows, as bytes after its brightness; None where it can't be told: an effect,
    or segments that differ."""
    if not state.on:
        return DARK
    colors = {_shown(segment, state) for segment in state.segments if segment.on}
    return colors.pop() if len(colors) == 1 else DARK if not colors else None


def _shown(segment: Segment, state: WledState) -> Rgb8 | None:
    if segment.effect or segment.frozen:
        return None
    level = state.brightness / 255 * segment.brightness / 255
    red, green, blue, white = (*segment.colors[0], 0)[:4]
    red, green, blue = (min(255, round((value + white) * level)) for value in (red, green, blue))
    return red, green, blue


def take_over(state: WledState, rgb: Rgb8) -> dict[str, Any]:
    """Return the request that makes every segment show that colour, at once and whatever it did."""
    ours = {"on": True, "bri": 255, "fx": 0, "frz": False, "col": [list(rgb)]}
    segments = [{"id": number, **ours} for number in _numbers(state)]
    return {"on": True, "bri": 255, "tt": 0, "seg": segments}


def recolor(state: WledState, rgb: Rgb8) -> dict[str, Any]:
    """Return the request that gives segments that were taken over another colour, at once."""
    return {"tt": 0, "seg": [{"id": number, "col": [list(rgb)]} for number in _numbers(state)]}


def _numbers(state: WledState) -> list[int]:
    return [segment.number for segment in state.segments] or [0]


def release(state: WledState) -> dict[str, Any]:
    """Return the request that puts back what `take_over` changed. The light shows `shows(state)` when it is sent; what
    it showed beyond that fades in.

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
    back: dict[str, Any] = {"on": state.on, "bri": state.brightness, "tt": _GENTLE, "seg": segments}
    # A playlist is kept as a preset, by the same number.
    return back | ({"ps": state.playlist} if state.playlist > 0 else {})
