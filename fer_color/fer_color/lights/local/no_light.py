# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The light `none`: nothing is lit, for those who only want the topics."""

from fer_color.errors import ColorError
from fer_color.lights.base import Clock, DirectLight, Frame
from fer_color.lights.options import LightOptions


class NoLight(DirectLight):
    """Takes every frame and does nothing with it."""

    def write(self, frame: Frame) -> None:
        """Do nothing."""


def make_none(spec: str, rest: str, options: LightOptions, clock: Clock) -> NoLight:
    """Make the light from `none`."""
    if rest:
        raise ColorError(f"light '{spec}': 'none' takes nothing after it: write none")
    light = NoLight(spec, options, "any", clock)
    light.may_go_dark = False
    return light
