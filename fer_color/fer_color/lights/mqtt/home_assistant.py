# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Home Assistant's MQTT light with the JSON schema (home-assistant.io/integrations/light.mqtt): messages as objects."""

import colorsys
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from fer_color.control.commands import Command, Control
from fer_color.errors import ColorError
from fer_color.lights.transport.json_object import excerpt, read_object
from fer_color.transfer import DARK, FULL, LINEAR, SRGB, Rgb8, split

LIVE = "live"
HOLD = "hold"
"""The effects that Home Assistant offers: follow the faces, or hold the colour (pause)."""
ONLINE = "online"
OFFLINE = "offline"

MOST = 64 * 1024
"""Bytes of a message that is read; a lamp's state or a command has a few hundred."""
_USUAL = "home/ambient"
_PLAIN = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")
"""Topics whose identifier no other one of them has; any other topic's is told apart by a digest."""
_MOST_PARTS = 8
_MOST_WORD = 200
_VERSION = "0.3.0"
_WHITES = ("w", "c")
"""The white chips, warm and cold, that a lamp tells of beside red, green and blue."""


def discovery(topic: str, prefix: str) -> tuple[str, dict[str, Any]]:
    """Return the topic and the message, to be retained, through which Home Assistant makes a light of `topic`.

    Its state is at `topic`, commands go to `topic`/set (retained, so that they hold over a restart), and whether we
    are there stands at `topic`/availability.
    """
    identifier = f"fer_color_{slug(topic)}"
    name = "fer_ambient" if topic == _USUAL else f"fer_ambient {topic}"
    return f"{prefix}/light/{identifier}/config", {
        "schema": "json",
        "name": "Ambient light",
        "unique_id": identifier,
        "state_topic": topic,
        "command_topic": command_topic(topic),
        "availability_topic": availability_topic(topic),
        "payload_available": ONLINE,
        "payload_not_available": OFFLINE,
        "supported_color_modes": ["rgb"],
        "brightness": True,
        "brightness_scale": 255,
        "effect": True,
        "effect_list": [LIVE, HOLD],
        "optimistic": False,
        # Neither is obeyed: our own fades take their time, and nothing of ours flashes.
        "flash": False,
        "transition": False,
        "qos": 1,
        "retain": True,
        "device": {
            "identifiers": [identifier],
            "name": name,
            "manufacturer": "fer_ambient",
            "model": "A light that answers a face",
            "sw_version": _VERSION,
        },
        "origin": {"name": "fer_ambient", "sw_version": _VERSION},
    }


def slug(topic: str) -> str:
    """Return `topic` in the letters that an identifier may have, different for each topic."""
    short = re.sub(r"[^A-Za-z0-9_-]+", "_", topic).strip("_").lower()
    if _PLAIN.fullmatch(topic):
        return short
    return f"{short}_{hashlib.sha256(topic.encode()).hexdigest()[:8]}".strip("_")


def command_topic(topic: str) -> str:
    """Return where commands to the light at `topic` go."""
    return f"{topic}/set"


def control_topic(topic: str) -> str:
    """Return where it stands, for our next start, what a person has asked of the light at `topic`."""
    return f"{topic}/control"


def control_state(control: Control, obeyed: str) -> dict[str, Any]:
    """Return what is kept there: the same words as in a command, and which command was obeyed last (its `digest`)."""
    return {
        "state": "ON" if control.on else "OFF",
        "brightness": round(255 * control.brightness, 3),
        "effect": HOLD if control.paused else LIVE,
        "obeyed": obeyed,
    }


def obeyed_in(text: bytes) -> str:
    """Return the command's digest out of a `control_state`; empty where there is none."""
    found = _object(text).get("obeyed")
    return found if isinstance(found, str) else ""


def digest(text: bytes) -> str:
    """Return what a command is known by."""
    return hashlib.sha256(text).hexdigest()[:16]


def availability_topic(topic: str) -> str:
    """Return where it stands whether the light at `topic` is there."""
    return f"{topic}/availability"


def asked(control: Control) -> int:
    """Return the brightness, 1 to 255, that a person asks for."""
    return max(1, round(FULL * control.brightness))


def state(rgb: Rgb8, control: Control, level: int | None = None) -> dict[str, Any]:
    """Return a light's state; its light is colour x brightness / 255, which gives `rgb` to within half a byte.

    The brightness is `level` (None: the one that was asked for) wherever `rgb` fits below it, so that a slider stays
    where it is.
    """
    if not control.on and rgb == DARK:
        return {"state": "OFF"}
    brightness, color = split(rgb, asked(control) if level is None else level)
    effect = HOLD if control.paused else LIVE
    return {"state": "ON", "color_mode": "rgb", "brightness": brightness, "color": _named(color), "effect": effect}


def orders(rgb: Rgb8, level: int = 1, beside: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Return commands to somebody's lamp: `rgb`, at once, and nothing of what was `beside` it (`put_out`).

    A lamp that fades leads brightness and colour apart, so that between two colours it may be darker, or redder, than
    both; some do so by default. ESPHome fades a command that ends an effect, whatever that asks for, and from white to
    colours through dark: the same one without the effect follows, and cuts it short.
    """
    if rgb == DARK:
        return [{"state": "OFF", "transition": 0}]
    brightness, color = split(rgb, level)
    others = dict(beside or {})
    whites = others.pop("color", {})
    order = {"state": "ON", "brightness": brightness, "color": _named(color) | whites, "transition": 0}
    return [order | others, order] if others else [order]


def is_state(text: bytes) -> bool:
    """Tell whether a lamp says in it that it is on or off; some tell single values, too, such as their link's."""
    try:
        return _object(text).get("state") in ("ON", "OFF")
    except (ColorError, TypeError):
        return False


def put_out(text: bytes) -> dict[str, Any]:
    """Return what a command has to say besides a colour, so that the lamp of that state shows nothing else.

    ESPHome's lamps keep their white chips as bright as they were, and an effect goes on (light_call.cpp).
    """
    try:
        content = _object(text)
    except ColorError:
        return {}
    color, effect = content.get("color"), content.get("effect")
    found: dict[str, Any] = {}
    if isinstance(color, dict) and (whites := {name: 0 for name in _WHITES if name in color}):
        found["color"] = whites
    if isinstance(effect, str) and effect.lower() not in ("", "none"):
        found["effect"] = "none"
    return found


def _named(color: Rgb8) -> dict[str, int]:
    return dict(zip("rgb", color))


def command(text: bytes) -> Command:
    """Read what a message on a command topic asks for; ColorError when it is no such message. Colours are not taken."""
    content = _object(text)
    power, brightness, effect = (content.get(name) for name in ("state", "brightness", "effect"))
    if power not in (None, "ON", "OFF") or effect not in (None, LIVE, HOLD):
        raise ColorError(f"'{excerpt(text)}' asks for a state or an effect that does not exist")
    if brightness is not None and (type(brightness) not in (int, float) or not 0 <= brightness <= 255):
        raise ColorError(f"brightness is {brightness!r:.80}: give a number from 0 to 255")
    level = None if brightness is None else brightness / 255
    return Command(None if power is None else power == "ON", level, None if effect is None else effect == HOLD)


def shown(text: bytes) -> Rgb8:
    """Return the bytes that a light's state stands for, brightness included; dark when it is off or not such a
    message."""
    try:
        content = _object(text)
        if content.get("state") != "ON":
            return DARK
        return _scaled(_color(content), _brightness(content) / FULL)
    except (ColorError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
        return DARK


def slider(text: bytes) -> int:
    """Return the brightness, 1 to 255, that a state tells beside its colour; 1 when it is off or not such a message."""
    try:
        content = _object(text)
        return min(FULL, max(1, round(_brightness(content)))) if content.get("state") == "ON" else 1
    except (ColorError, TypeError, ValueError, ArithmeticError):
        return 1


def restored(text: bytes) -> dict[str, Any] | None:
    """Return the command that brings a lamp back to the state that it had sent; None when that was none.

    At once, too: it shows the same light, but ESPHome fades from colours to white through dark, and takes no part of a
    second for a time.
    """
    try:
        content = _object(text)
    except ColorError:
        return None
    if content.get("state") not in ("ON", "OFF"):
        return None
    # A lamp reports several kinds of colour and takes one; `color_mode` says which.
    warm = content.get("color_mode") == "color_temp"
    names = ("state", "brightness", "color_temp" if warm else "color", "effect")
    kept = {name: content[name] for name in names if name in content and _plain(content[name])}
    return kept | {"transition": 0}


def _plain(value: Any) -> bool:
    """Tell whether it is what a lamp reports of itself: a number, a word, or a few numbers by name (a colour)."""
    if isinstance(value, dict):
        return len(value) <= _MOST_PARTS and all(isinstance(part, (int, float)) for part in value.values())
    return isinstance(value, (int, float)) or (isinstance(value, str) and len(value) <= _MOST_WORD)


def _object(text: bytes) -> dict[str, Any]:
    try:
        return read_object(text, MOST)
    except ValueError as error:
        raise ColorError(str(error)) from None


def _brightness(content: dict[str, Any]) -> float:
    """Return the state's brightness, 0 to 255; full where it has none, or does not know it."""
    value = content.get("brightness")
    return float(FULL if value is None else value)


def _color(content: dict[str, Any]) -> tuple[float, float, float]:
    """Return the state's colour, sRGB, 0 to 1; white where it has none."""
    color = content.get("color") or {}
    color = {name: value for name, value in color.items() if value is not None}
    if content.get("color_mode") == "color_temp" or not color:
        return 1.0, 1.0, 1.0
    white = max((color.pop(name) for name in _WHITES if name in color), default=0) / FULL
    red, green, blue = (min(1.0, value + white) for value in _chromatic(color))
    return red, green, blue


def _chromatic(color: dict[str, Any]) -> tuple[float, float, float]:
    """Return what the coloured chips show, sRGB, 0 to 1; dark where nothing is told of them."""
    if not color:
        return 0.0, 0.0, 0.0
    if "r" in color:
        return color["r"] / 255, color["g"] / 255, color["b"] / 255
    if "x" in color:
        return _of_chromaticity(float(color["x"]), float(color["y"]))
    hue, saturation = (color["h"], color["s"]) if "h" in color else (color["hue"], color["saturation"])
    return colorsys.hsv_to_rgb(float(hue) / 360, float(saturation) / 100, 1.0)


def _of_chromaticity(x: float, y: float) -> tuple[float, float, float]:
    """Return the sRGB of CIE 1931 x, y at full brightness (IEC 61966-2-1's inverse matrix)."""
    big_x, big_z = x / y, (1 - x - y) / y
    light = (
        3.2406 * big_x - 1.5372 - 0.4986 * big_z,
        -0.9689 * big_x + 1.8758 + 0.0415 * big_z,
        0.0557 * big_x - 0.2040 + 1.0570 * big_z,
    )
    most = max(light)
    red, green, blue = (SRGB.to_value(LINEAR.to_light(max(0.0, value) / most)) for value in light)
    return red, green, blue


def _scaled(color: tuple[float, float, float], level: float) -> Rgb8:
    red, green, blue = (min(255, max(0, round(255 * value * level))) for value in color)
    return red, green, blue
