# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What can be set for each light on its own."""

import difflib
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from fer_color.errors import ColorError
from fer_color.lights.current import CurrentLimit
from fer_color.lights.orders import COLOR_ORDERS, WHITE_ORDERS
from fer_color.transfer import fault_of_transfer


@dataclass(frozen=True)
class LightOptions:
    """Options of one light; ColorError when one is out of range."""

    brightness: float = 1.0
    """0 to 1, times the node's brightness."""
    gamma: float | None = None
    """0.2 to 5: the exponent over the sRGB value. None: the node's. 1 sends the palette's own numbers; 2.2 makes a
    strip, whose light is linear in the byte, look the colour that a screen shows."""
    transfer: str | None = None
    """What the lamp makes of a byte, as `transfer.curves_of` knows it: linear (a strip), srgb (a screen), gamma2.2,
    gamma2.8 or another exponent (a controller that corrects), either (of the first two) or any. None: the light's."""
    color_order: str = "RGB"
    """The order in which the strip's chips take the channels; with a W among them white is extracted."""
    reverse: bool = False
    """Whether the strip's first LED is its last."""
    led_ma: float = 55.0
    """Milliamperes that one LED draws at full white, 1 to 1000: 55 as WLED reckons for WS2812B, 60 as FastLED does."""
    max_ma: float = 0.0
    """Milliamperes that the whole light may draw, 0 to 100000; 0: no limit."""
    rate: float | None = None
    """Frames a second at most, 0.1 to 200. None: what the light can stand."""
    baud: int = 115200
    """Bits a second on a serial port; 10 carry one byte."""
    settle: float = 1.5
    """Seconds to wait after a serial port was opened, while an Arduino's boot loader swallows what is sent, 0 to 10.
    Not waited for on a pseudo-terminal."""
    own: dict[str, str] = field(default_factory=dict)
    """Options that only this kind of light knows, as they were written."""

    def __post_init__(self) -> None:
        """Check the values."""
        in_range("brightness", self.brightness, 0.0, 1.0)
        if self.gamma is not None:
            in_range("gamma", self.gamma, 0.2, 5.0)
        if self.transfer is not None and (fault := fault_of_transfer(self.transfer)):
            raise ColorError(fault)
        if self.color_order not in COLOR_ORDERS + WHITE_ORDERS:
            known = ", ".join(COLOR_ORDERS)
            raise ColorError(f"color_order is '{self.color_order}': use one of {known}, or with a W, such as GRBW")
        in_range("led_ma", self.led_ma, 1.0, 1000.0)
        in_range("max_ma", self.max_ma, 0.0, 100_000.0)
        if self.rate is not None:
            in_range("rate", self.rate, 0.1, 200.0)
        in_range("baud", self.baud, 1200, 12_000_000)
        in_range("settle", self.settle, 0.0, 10.0)

    def shape(self, color: NDArray[np.float64], brightness: float, gamma: float) -> NDArray[np.float64]:
        """Return the values to send (byte / 255, 0 to 1, not rounded) for sRGB colours [..., 3]: color ** gamma *
        brightness.

        `brightness` and `gamma` are the node's. Brightness scales what is sent: on a strip, where the byte is the
        duty cycle, that is the light itself.
        """
        exponent = gamma if self.gamma is None else self.gamma
        scale = brightness * self.brightness
        return np.asarray(color.clip(0.0, 1.0) ** exponent * scale)

    def current_limit(self, leds: int) -> CurrentLimit | None:
        """Return what keeps a strip of so many LEDs within `max_ma`; None: it has no limit.

        Raises:
            ColorError: the LEDs draw more even when they are dark.
        """
        if not self.max_ma:
            return None
        return CurrentLimit(leds, self.led_ma, self.max_ma, white="W" in self.color_order)


def in_range(name: str, value: float, low: float, high: float) -> None:
    """ColorError when `value` is not a number from `low` to `high`."""
    if not math.isfinite(value) or not low <= value <= high:
        raise ColorError(f"{name} is {value:.10g}: give a number from {low:g} to {high:.10g}")


def _flag(text: str) -> bool:
    return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[text.lower()]


_PARSERS: dict[str, tuple[Callable[[str], object], str]] = {
    "brightness": (float, "a number"),
    "gamma": (float, "a number"),
    "transfer": (str, "a name"),
    "color_order": (str.upper, "letters"),
    "reverse": (_flag, "true or false"),
    "led_ma": (float, "a number"),
    "max_ma": (float, "a number"),
    "rate": (float, "a number"),
    "baud": (int, "a whole number"),
    "settle": (float, "a number"),
}


_ESCAPED = {"%3F": "?", "%26": "&", "%3D": "=", "%2C": ",", "%25": "%"}
"""How a file or a topic with such a letter in its name is written."""


_OPTION = re.compile(r"[&,;](?P<name>[A-Za-z_]+)=(?P<value>[^&,;?]*)")
_OTHER_WORDS = {
    "ssl": "tls",
    "fps": "rate",
    "speed": "baud",
    "cert": "ca_file",
    "curve": "transfer",
    "order": "color_order",
}
"""What others call an option, where that is spelt too differently to be near it."""
_SHORTEST = 2
"""Letters of an option's beginning that name it."""


def split_options(
    spec: str, defaults: LightOptions, own: Callable[[str], Iterable[str]], without: Callable[[str], Iterable[str]]
) -> tuple[str, LightOptions]:
    """Split `adalight:PORT:LEDS?brightness=0.5,gamma=2.2` (or `&` for `,`) into the notation proper and its options.

    What stands behind a question mark is an option or an error: it never becomes a part of a topic or of a file's
    name. A name or value with such a letter has `%3F` in place of `?`, `%26` of `&`, `%3D` of `=`, `%2C` of a comma.

    Args:
        spec: see there.
        defaults: what stands where `spec` says nothing.
        own: the names of the options that only the light of that name knows.
        without: the names of those that others know and the light of that name does not heed.

    Raises:
        ColorError: an option is unknown, has no value, is given twice, is no number, or out of range.
    """
    written, mark, options = spec.partition("?")
    for letter in "&=":
        if letter in written:
            raise ColorError(
                f"light '{spec}' has '{letter}' before any '?': options follow a question mark, as in "
                f"{_with_mark(written)}; in a name write {_escape(letter)}"
            )
    notation = _unescaped(written)
    if not mark:
        return notation, defaults
    name = notation.partition(":")[0]
    special, ignored = tuple(own(name)), tuple(without(name))
    known = tuple(one for one in (*_PARSERS, *special) if one not in ignored)
    changes: dict[str, object] = {}
    private: dict[str, str] = {}
    for part in re.split("[&,]", options):
        name, equals, value = part.partition("=")
        value = _unescaped(value)
        if name not in known:
            raise ColorError(f"light '{notation}' has no option '{name}': {_suggest(name, known)}")
        if not equals:
            raise ColorError(f"light '{notation}': option '{name}' has no value: write {name}=VALUE")
        if name in changes or name in private:
            raise ColorError(f"light '{notation}': option '{name}' is given twice: leave one out")
        if name in special:
            private[name] = value
            continue
        parse, kind = _PARSERS[name]
        try:
            changes[name] = parse(value)
        except (ValueError, KeyError):
            raise ColorError(f"light '{notation}': {name} is '{value}': give {kind}") from None
    try:
        return notation, replace(defaults, own=private, **changes)  # type: ignore[arg-type]
    except ColorError as error:
        raise ColorError(f"light '{notation}': {error}") from None


def _unescaped(text: str) -> str:
    return re.sub("|".join(_ESCAPED), lambda match: _ESCAPED[match[0].upper()], text, flags=re.IGNORECASE)


def _escape(letter: str) -> str:
    return next(code for code, meant in _ESCAPED.items() if meant == letter)


def _with_mark(written: str) -> str:
    """Return how options that stand without their question mark are written."""
    found = _OPTION.search(written)
    if found is None:
        return f"{re.split('[&=]', written)[0]}?brightness=0.5"
    return f"{written[: found.start()]}?{found['name']}={found['value']}"


def _suggest(name: str, known: Sequence[str]) -> str:
    """Name the option that was probably meant, and all."""
    asked = meant(_OTHER_WORDS.get(name.strip().lower(), name), known)
    return f"{asked}use one of {', '.join(known)}; a question mark in a name is written {_escape('?')}"


def meant(name: str, known: Sequence[str]) -> str:
    """Ask for the word that was probably meant by `name`: other capitals, a part of it, a slip; empty: none is near."""
    near = _nearest(name, known)
    return f"is {near} meant? " if near else ""


def _nearest(name: str, known: Sequence[str]) -> str:
    plain = name.strip().lower().replace("-", "_")
    if len(plain) >= _SHORTEST:
        parts = [word for word in known if word.startswith(plain) or plain.startswith(word)]
        if parts:
            return min(parts, key=len)
    return (difflib.get_close_matches(plain, known, n=1) or [""])[0]
