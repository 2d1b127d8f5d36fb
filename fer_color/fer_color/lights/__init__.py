# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The lights: one file each, made from the notation `name:WHERE` by `make_light`."""

from fer_color.lights.base import Clock, Event, Frame, Light
from fer_color.lights.options import LightOptions
from fer_color.lights.registry import known_lights, make_light, make_lights

__all__ = ["Clock", "Event", "Frame", "Light", "LightOptions", "known_lights", "make_light", "make_lights"]
