# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One light with its flash limiter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fer_color import layouts
from fer_color.control.commands import Command, Control
from fer_color.flash.limiter import FlashLimiter
from fer_color.flash.red_ceiling import below_ceiling
from fer_color.flash.split_limiter import SplitLimiter
from fer_color.flash.strip_limiter import StripLimiter
from fer_color.lights.base import Event, EventKind, Frame, Light
from fer_color.lights.report import Condition, LightReport
from fer_color.transfer import FULL, Rgb8, curves_of

_LAST_FRAMES = 3
"""A strip counts as handed back after so many frames of what it was: one may be torn on its way."""
_PAUSE = 1.0
"""Seconds until a light that raised an exception is tried again."""
_REASON = 200
"""Characters of an exception in a line for the user."""


@dataclass(frozen=True)
class Sent:
    """A frame that was handed over to a light."""

    light: str
    """The light's notation."""
    rgb: Rgb8
    """The bytes as they were sent."""
    stamp_ns: int | None
    """The source image's stamp in nanoseconds; None: no new image caused this frame."""


class Output:
    """Offers a light the newest colour whenever it can take one.

    The limiter is asked only for frames that go out at once, and told when they have arrived, so that what it has
    entered is what the lamp does, also when the way to the lamp stalls or breaks.
    """

    def __init__(self, light: Light, on_sent: Callable[[Sent], None], wake: Callable[[], None]) -> None:
        """Drive `light`; `on_sent` may be called from its thread, and so may `wake`: the light waits for a frame."""
        self.light = light
        self.lost = False
        self.commands: list[Command] = []
        """What was asked for through the light; whoever acts on it clears the list."""
        self.pressed = 0
        """How often the light's button was pressed; whoever acts on it clears it."""
        self._transfer, self._levels = light.transfer, light.levels
        self._limiter = (
            SplitLimiter(light.transfer, light.initial, light.initial_level)
            if light.split
            else FlashLimiter(light.transfer, light.initial, light.initial_level, light.levels)
        )
        self._start = (*light.initial, light.initial_level)
        """What the lamp showed before our first frame."""
        self._prepared = False
        self._base_level = FULL
        """Between start and hand-back; less if somebody dims the lamp itself."""
        self._sizes = layouts.sizes(light.leds or 1)
        self._strip: StripLimiter | None = None
        self._supply = light.options.current_limit(light.leds or 1)
        self._on_sent = on_sent
        self._stamp: int | None = None
        self._waiting = False
        self._flying_home = False
        self._sent_at: float | None = None
        self._returned = 0
        self._released = False
        self._wake = wake
        self._news: list[str] = []
        self._failed_at: float | None = None
        self._shown: Rgb8 | None = None
        self._strip_shown: Sequence[Rgb8] = ()
        self._trouble = ""
        light.on_ready = self._ready

    @property
    def handed_back(self) -> bool:
        """Whether the lamp is known to show what it showed before, and was released."""
        return self._released

    def report(self) -> LightReport:
        """Say how the light is doing."""
        if self.lost:
            return LightReport(self.light.spec, Condition.LOST, self._shown, self._trouble, self._strip_shown)
        if self._released:
            return LightReport(self.light.spec, Condition.HANDED_BACK, None)
        condition = Condition.UNTOUCHED if self._shown is None else Condition.SHOWS
        return LightReport(self.light.spec, condition, self._shown, pixels=self._strip_shown)

    def expect(self, stamp_ns: int) -> None:
        """Note that the next frame shows the image of that stamp."""
        self._stamp = stamp_ns
        self._waiting = True

    def offer(
        self,
        rows: NDArray[np.float64],
        frame: Frame,
        brightness: float,
        gamma: float,
        now: float,
        leaving: float = 0.0,
        arriving: float = 0.0,
    ) -> None:
        """Send a frame if the light is ready. Whatever the light raises is its own loss, said once and tried again.

        Args:
            rows: sRGB, [1, 3], one colour for all, or [1 + columns, 3], followed by those along a strip.
            frame: gives what else the light may show.
            brightness: the node's, as `gamma`; the light's own come on top.
            gamma: see there.
            now: seconds of a steady clock.
            leaving: 0 to 1, how far the light has been handed back.
            arriving: 1 to 0, how much there still is to be of what the lamp showed before.
        """
        if self._failed_at is not None and 0 <= now - self._failed_at < _PAUSE:
            return
        try:
            self._offer(rows, frame, brightness, gamma, now, (arriving, leaving))
        except Exception as error:  # another light's, or another package's, fault must not end the others
            self._fail(error, now)

    def _offer(
        self,
        rows: NDArray[np.float64],
        frame: Frame,
        brightness: float,
        gamma: float,
        now: float,
        own: tuple[float, float],
    ) -> None:
        """Do as `offer`; `own`: how much of what it showed before, and of what it is to show afterwards."""
        if self._released or not self.light.ready():
            return
        self._take_notice()  # a light that has just come back says first what it shows
        _, leaving = own
        if leaving and not self._prepared:
            self._prepared = True
            self.light.prepare_return()
            return
        if leaving and self._returned >= _LAST_FRAMES:
            self._released = True
            self.light.release()
            return
        if self._sent_at is not None and now - self._sent_at > self.light.holds:
            # We slept: the lamp may have gone dark by a time-out of its own, or not.
            (self._strip or self._limiter).lost()
        wanted, level = self._wanted(rows, brightness, gamma, frame.control, *own)
        pixels = self._step(wanted, level, now)
        if pixels is None:
            return
        shown = replace(self._frame(frame, pixels), level=self._limiter.level)
        sent = Sent(self.light.spec, shown.rgb, self._stamp)
        self._stamp, self._waiting, self._sent_at, self._shown = None, False, now, shown.rgb
        self._strip_shown = shown.pixels
        there = shown.rgb == self.light.returns_to and shown.level == self.light.returns_level
        self._flying_home = not shown.pixels and there
        self.light.send(shown, lambda: self._on_sent(sent))

    def _wanted(
        self,
        rows: NDArray[np.float64],
        brightness: float,
        gamma: float,
        control: Control,
        arriving: float,
        leaving: float,
    ) -> tuple[NDArray[np.float64], int]:
        """Return the values to send, [1, 3] or [segments, 3], and the level beside them."""
        along = len(rows) > 1 and len(self._sizes) > 1
        colors = layouts.resample(rows[1:], len(self._sizes)) if along else rows[:1]
        wanted = self.light.options.shape(colors, brightness, gamma)
        if self.light.may_go_dark:
            wanted = below_ceiling(wanted, self._transfer, split=self.light.split)
        if self._supply:
            wanted = wanted * self._supply.scale(np.repeat(wanted, self._sizes, axis=0) if along else wanted)
        start, end = (*self._start,), (*self.light.returns_to, self.light.returns_level)
        base = self.light.slider(control) if self.light.split else self._base_level
        level = round(max(1.0, base + arriving * (start[3] - base) + leaving * (end[3] - base)))
        if self.light.split or start[3] == end[3] == base == FULL:
            return np.asarray(wanted + (arriving * np.array(start[:3]) + leaving * np.array(end[:3])) / 255), level
        # Both ends as the lamp has them, in light, so that neither is a jump whatever its curve.
        curve = curves_of(self._transfer)[0]
        light = curve.to_lights(wanted.clip(0.0, 1.0)) * base / FULL
        for share, (*rgb, beside) in ((arriving, start), (leaving, end)):
            light = light + share * beside / FULL * np.array(curve.decode((rgb[0], rgb[1], rgb[2])))
        return curve.to_values((light * FULL / level).clip(0.0, 1.0)), level

    def _step(self, wanted: NDArray[np.float64], level: int, now: float) -> NDArray[np.uint8] | None:
        """Return the bytes to send now, [1, 3] or [segments, 3]; None: no frame is safe yet."""
        if len(wanted) > 1 and self._strip is None:
            # From now on segments differ; one limiter for them all costs less time, so it serves until then.
            self._strip = StripLimiter.taking_over(self._limiter, self._transfer, self._sizes)
        if self._strip is not None:
            return self._strip.step(np.broadcast_to(wanted, (len(self._sizes), 3)), now)
        red, green, blue = (float(value) for value in wanted[0])
        rgb = self._limiter.step((red, green, blue), now, level)
        return None if rgb is None else np.array([rgb], dtype=np.uint8)

    def _frame(self, frame: Frame, pixels: NDArray[np.uint8]) -> Frame:
        """Put these bytes into `frame`."""
        if len(pixels) == 1 or np.all(pixels == pixels[0]):
            return replace(frame, rgb=_rgb8(pixels[0]))
        leds = np.repeat(pixels, self._sizes, axis=0)
        lit = tuple((red, green, blue) for red, green, blue in leds.tolist())  # a tenth of the time of `_rgb8` for each
        return replace(frame, rgb=_rgb8(np.rint(leds.mean(axis=0))), pixels=lit)

    def _fail(self, error: Exception, now: float) -> None:
        if self._failed_at is None:
            text = f"light '{self.light.spec}' is lost, it failed ({error!r}"[:_REASON]
            self._trouble = f"{text}): trying until it is back"
            self._news.append(self._trouble)
        self._failed_at = now
        (self._strip or self._limiter).lost(may_be_dark=self.light.may_go_dark)
        self.lost, self._returned = True, 0

    def listen(self) -> list[str]:
        """Take notice of what has happened to the light; what has to be told to the user, one line each."""
        try:
            self._take_notice()
        except Exception as error:
            self._fail(error, self._sent_at or 0.0)
        news, self._news = self._news, []
        return news

    def _take_notice(self) -> None:
        for event in self.light.take_events():
            if event.kind is EventKind.DONE:
                limiter = self._strip or self._limiter
                if event.delayed:
                    limiter.delayed(event.at)
                else:
                    limiter.delivered(event.at)
                self._returned = self._returned + 1 if self._flying_home else 0
                if self._failed_at is not None:
                    self._failed_at, self.lost = None, False
                    self._news.append(f"light '{self.light.spec}' is back")
            elif event.kind is EventKind.LOST and event.refused:
                (self._strip or self._limiter).undone()
            elif event.kind is EventKind.LOST:
                dark = self.light.may_go_dark and event.dark
                (self._strip or self._limiter).lost(may_be_dark=dark, since=event.since)
                self.lost, self._returned = True, 0
                self._trouble = event.text or self._trouble
            elif event.kind is EventKind.BACK:
                self.lost = False
                self._follow_curve(event)
                if event.shows is not None:
                    self._found(event.shows, event.level, surely=event.surely)
            elif event.kind is EventKind.BUTTON:
                self.pressed += 1
            elif event.command is not None:
                self.commands.append(event.command)
            if event.text:
                self._news.append(event.text)

    def _follow_curve(self, event: Event) -> None:
        """Heed what a lamp of one colour, which was not known or was set up anew meanwhile, tells of its curve."""
        told = event.transfer, tuple(event.levels)
        if not event.transfer or told == (self._transfer, tuple(self._levels)):
            return
        self._transfer, self._levels = event.transfer, event.levels
        if self._sent_at is None:
            self._limiter = FlashLimiter(event.transfer, levels=event.levels)
        else:
            self._limiter = FlashLimiter.after(self._limiter, event.transfer, event.levels, event.at)

    def _found(self, rgb: Rgb8, level: int, *, surely: bool) -> None:
        # Nothing that we sent can have changed what was read before our first frame.
        if self._sent_at is None:
            self._start, surely = (*rgb, level), True
        if self._prepared:
            self._base_level = level
        if self._strip is None:
            self._limiter.found((*rgb, level), surely=surely)
        else:
            self._strip.found(np.tile(np.array(rgb, dtype=np.uint8), (len(self._sizes), 1)), surely=surely)

    def _ready(self) -> None:
        if self._waiting:
            self._wake()


def _rgb8(values: NDArray[np.generic]) -> Rgb8:
    red, green, blue = (int(value) for value in values)
    return red, green, blue
