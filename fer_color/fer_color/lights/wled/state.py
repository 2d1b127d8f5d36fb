"""WLED's state object (kno.wled.ge, JSON API): what it shows, how we take over and how we give back."""

from typing import Any

from fer_color.transfer import DARK, Rgb8

_OURS = ("on", "bri", "fx", "frz", "col")
"""What we change of a segment."""
_GENTLE = 100
"""Tenths of a second that an effect fades in: an effect may be white, and the light has just gone dark."""


def shows(state: dict[str, Any]) -> Rgb8 | None:
    """The one colour that a state shows, as bytes after its brightness; None where it can't be told: an effect,
    segments that differ, or a state that is none."""
    try:
        if not state["on"]:
            return DARK
        colors = {_color(segment, state) for segment in state["seg"] if segment.get("on", True)}
    except (AttributeError, LookupError, TypeError, ValueError):
        return None
    return colors.pop() if len(colors) == 1 else DARK if not colors else None


def _color(segment: dict[str, Any], state: dict[str, Any]) -> Rgb8 | None:
    if segment.get("fx", 0) != 0 or segment.get("frz"):
        return None
    color = _channels(segment.get("col", [[0, 0, 0]])[0])
    level = int(state.get("bri", 255)) / 255 * int(segment.get("bri", 255)) / 255
    red, green, blue = (min(255, round((value + color[3]) * level)) for value in color[:3])
    return red, green, blue


def _channels(color: Any) -> list[int]:
    """Red, green, blue, white of `[r, g, b]`, `[r, g, b, w]` or `RRGGBB[WW]`."""
    values = list(bytes.fromhex(color.removeprefix("#"))) if isinstance(color, str) else [int(part) for part in color]
    return [*values, 0, 0, 0, 0][:4]


def take_over(state: dict[str, Any], rgb: Rgb8) -> dict[str, Any]:
    """The request that makes every segment show that colour, at once and whatever it did."""
    segments = state.get("seg") or [{}]
    ours = {"on": True, "bri": 255, "fx": 0, "frz": False, "col": [list(rgb)]}
    return {
        "on": True,
        "bri": 255,
        "tt": 0,
        "seg": [{"id": segment.get("id", index), **ours} for index, segment in enumerate(segments)],
    }


def release(state: dict[str, Any]) -> dict[str, Any]:
    """The request that puts back what `take_over` changed. The light shows `shows(state)` when it is sent; what it
    showed beyond that fades in.

    A preset is put back by what it had set, for WLED would apply it with the preset's own transition. A playlist goes
    on only when it is called, and then with its own.
    """
    segments = [
        {"id": segment.get("id", index), **{name: segment[name] for name in _OURS if name in segment}}
        for index, segment in enumerate(state.get("seg", []))
    ]
    back: dict[str, Any] = {"on": state.get("on", True), "bri": state.get("bri", 255), "tt": _GENTLE, "seg": segments}
    # A playlist is kept as a preset, by the same number.
    return back | ({"ps": state["pl"]} if int(state.get("pl", -1)) > 0 else {})
