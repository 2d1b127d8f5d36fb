# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What an ESPHome lamp whose white and coloured chips exclude each other (`color_interlock`) makes of orders over MQTT.

By its source of 2026-11: light_json_schema.cpp (a transition is whole seconds, any other is none), light_call.cpp (with
an effect no transition is obeyed; who names none gets the default one, a second, as does who ends an effect) and
transformers.h (from one mode to the other it goes through off).
"""

import numpy as np
from mqtt_lamps import bent

DEFAULT_S = 1.0
STATE, BRIGHTNESS, COLOR, WHITE = 0, 1, slice(2, 5), 5


class Fade:
    """From one (mode, values) to another, from a time on; within no time at once."""

    def __init__(self, begun, start, goal, takes):
        self.begun, self.start, self.goal, self.takes = begun, start, goal, takes

    def at(self, now):
        share = min(1.0, (now - self.begun) / self.takes) if self.takes else 1.0
        (mode, values), (goal_mode, goal) = self.start, self.goal
        if mode == goal_mode or share == 1.0:
            return goal_mode, values + (goal - values) * smooth(share)
        if share < 0.5:
            return mode, values + (off(values) - values) * smooth(2 * share)
        return goal_mode, off(goal) + (goal - off(goal)) * smooth(2 * share - 1)


def smooth(share):
    return share**3 * (share * (share * 6 - 15) + 10)


def off(values):
    return np.array([0.0, *values[1:]])


def read(order):
    """(mode, values) of a state or an order that is on, or of what is off."""
    color = order.get("color", {})
    values = [order["state"] == "ON", order.get("brightness", 255) / 255]
    values += [color.get(name, 0) / 255 for name in "rgbw"]
    return ("rgb" if "r" in color else "white"), np.array(values, dtype=float)


def light(shown, gamma):
    mode, values = shown
    chips = values[COLOR] if mode == "rgb" else np.full(3, values[WHITE])
    return bent(values[STATE] * values[BRIGHTNESS] * chips, gamma)


def emitted(found, orders, gamma, step=0.01):
    """(seconds, light [1, 3]) of a lamp in that state which gets orders, each with its seconds."""
    effect, fade, shown = found.get("effect"), Fade(0.0, read(found), read(found), 0), []
    times = [at for at, _ in orders]
    for (at, order), until in zip(orders, [*times[1:], times[-1] + 2 * DEFAULT_S]):
        takes = order["transition"] if isinstance(order.get("transition"), int) else DEFAULT_S
        asked = order.get("effect")
        if asked == "none" and effect:
            takes, effect = DEFAULT_S, None
        elif asked not in (None, "none"):
            takes, effect = 0, asked
        goal = read(order)
        if order["state"] == "OFF":
            goal = fade.goal[0], off(fade.goal[1])
        fade = Fade(at, fade.at(at), goal, takes)
        shown += [(now, [light(fade.at(now), gamma)]) for now in np.arange(at, until, step)]
    return shown
