# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The lights by name."""

from collections.abc import Callable, Sequence
from importlib import import_module

from fer_color.errors import ColorError
from fer_color.lights.base import Clock, Light
from fer_color.lights.options import LightOptions, meant, split_options
from fer_common.plugins import load_plugin, plugin_names

Maker = Callable[[str, str, LightOptions, Clock], Light]
"""Makes a light from the whole notation, what stands after its name's colon, options and clock; ColorError."""

ENTRY_POINTS = "fer_color.lights"
"""The entry point group through which other packages add a light: name = its notation's name, object = a `Maker`."""

OWN_OPTIONS: dict[str, tuple[str, ...]] = {
    "mqtt": ("user", "password_file", "tls", "ca_file", "discovery"),
    "record": ("leds",),
    "sacn": ("host", "interface", "priority"),
}
"""The options that only one kind of light knows. Another package's `Maker` names its own in an attribute `options`."""

_ORDERED = ("adalight", "artnet", "ddp", "sacn", "tpm2")
"""Those of ours whose LEDs are sent one by one."""
_PORTS = ("adalight", "tpm2")
_ONE_COLOR = ("console", "mqtt", "none", "wled")


def _own(module: str, name: str) -> Maker:
    """Name a maker of ours, whose module, and what that needs, is imported when a light is made."""

    def make(notation: str, rest: str, options: LightOptions, clock: Clock) -> Light:
        maker: Maker = getattr(import_module(f"fer_color.lights.{module}"), name)
        return maker(notation, rest, options, clock)

    return make


BUILT_IN: dict[str, tuple[str, Maker]] = {
    "adalight": ("adalight:PORT:LEDS", _own("serial.adalight", "make_adalight")),
    "artnet": ("artnet:HOST:UNIVERSE:LEDS", _own("udp.artnet", "make_artnet")),
    "console": ("console", _own("local.console", "make_console")),
    "ddp": ("ddp:HOST[:PORT]:LEDS", _own("udp.ddp", "make_ddp")),
    "mqtt": ("mqtt:HOST[:PORT]:TOPIC", _own("mqtt.light", "make_mqtt")),
    "none": ("none", _own("local.no_light", "make_none")),
    "record": ("record:FILE", _own("local.record", "make_record")),
    "robot": ("robot:PROFILE", _own("robots.light", "make_robot")),
    "sacn": ("sacn:UNIVERSE:LEDS", _own("udp.sacn", "make_sacn")),
    "tpm2": ("tpm2:PORT:LEDS", _own("serial.tpm2", "make_tpm2")),
    "wled": ("wled:HOST", _own("wled.light", "make_wled")),
}
"""The notation and the maker of each light that comes with this package."""


def known_lights() -> list[str]:
    """Return the notations that can be used here, other packages' included (of these, the names)."""
    return [notation for notation, _ in BUILT_IN.values()] + [
        name for name in plugin_names(ENTRY_POINTS) if name not in BUILT_IN
    ]


def make_light(spec: str, options: LightOptions, *, clock: Clock) -> Light:
    """Return the light of that notation, not yet opened.

    Args:
        spec: `console`, `adalight:PORT:LEDS`, `record:FILE`, `robot:PROFILE` or `none`, each with options of its own
            if needed, as in `adalight:PORT:LEDS?brightness=0.5,gamma=2.2`.
        options: what stands where `spec` says nothing.
        clock: a steady clock, seconds.

    Raises:
        ColorError: there is no such light, or its notation or an option is wrong.
    """
    notation, own = split_options(spec, options, _own_options, _unheeded)
    name, _, rest = notation.partition(":")
    maker = _maker(name)
    if maker is None:
        asked = meant(name, (*BUILT_IN, *plugin_names(ENTRY_POINTS)))
        raise ColorError(f"unknown light '{spec}': {asked}use one of {', '.join(known_lights())}")
    light = maker(notation, rest, own, clock)
    try:
        if own.max_ma and light.leds is None:
            raise ColorError("max_ma needs a number of LEDs, which this kind of light does not have: leave it out")
        if own.rate is not None and not light.paced:
            raise ColorError("rate is for lights with a pace of their own, this one takes every frame: leave it out")
        own.current_limit(light.leds or 1)
    except ColorError as error:
        raise ColorError(f"light '{notation}': {error}") from None
    return light


def make_lights(specs: Sequence[str], options: LightOptions, *, clock: Clock) -> list[Light]:
    """Return the lights of those notations, not yet opened; the rest as for one.

    Raises:
        ColorError: as for one, or two would drive the same lamp: they contradict each other, past any promise.
    """
    for spec in specs:
        if sum(_lamp(other) == _lamp(spec) for other in specs) > 1:
            raise ColorError(f"light '{_lamp(spec)}' is named twice: leave one out")
    return [make_light(spec, options, clock=clock) for spec in specs]


def _lamp(spec: str) -> str:
    """Return what of a notation says which lamp it is: options of E1.31 (`host`) and of other packages may."""
    name = spec.partition(":")[0].partition("?")[0]
    return spec.partition("?")[0] if name in BUILT_IN and name != "sacn" else spec


def _maker(name: str) -> Maker | None:
    if name in BUILT_IN:
        return BUILT_IN[name][1]
    maker: Maker | None = load_plugin(ENTRY_POINTS, name, ColorError)
    return maker


def _own_options(name: str) -> tuple[str, ...]:
    return OWN_OPTIONS.get(name) or tuple(getattr(_maker(name), "options", ()))


def _unheeded(name: str) -> tuple[str, ...]:
    """Return the options of all lights that one of ours has no use for, so that nobody waits for what they do."""
    if name not in BUILT_IN:
        return ()
    found: tuple[str, ...] = () if name in _ORDERED else ("color_order", "reverse")
    found += () if name in _PORTS else ("baud", "settle")
    return found + (("led_ma",) if name in _ONE_COLOR else ())
