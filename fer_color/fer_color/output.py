"""One light with its flash limiter."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from fer_color.control import Command
from fer_color.lights.base import EventKind, Frame, Light
from fer_color.limiter import FlashLimiter
from fer_color.transfer import Rgb, Rgb8

_LAST_FRAMES = 3
"""A strip counts as handed back after so many frames of what it was: one may be torn on its way."""


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
        """`on_sent` may be called from the light's thread, and so may `wake`: the light waits for a frame."""
        self.light = light
        self.lost = False
        self.commands: list[Command] = []
        """What was asked for through the light; whoever acts on it clears the list."""
        self._limiter = FlashLimiter(light.transfer, light.shows)
        self._supply = light.options.current_limit(light.leds or 1)
        self._on_sent = on_sent
        self._stamp: int | None = None
        self._waiting = False
        self._flying: Rgb8 | None = None
        self._returned = 0
        self._released = False
        self._wake = wake
        light.on_ready = self._ready

    @property
    def handed_back(self) -> bool:
        """Whether the lamp is known to show what it showed before, and was released."""
        return self._released

    def expect(self, stamp_ns: int) -> None:
        """The next frame shows the image of that stamp."""
        self._stamp = stamp_ns
        self._waiting = True

    def offer(
        self, color: Rgb, frame: Frame, brightness: float, gamma: float, now: float, leaving: float = 0.0
    ) -> None:
        """Send the sRGB `color` if the light is ready; `frame` gives what else the light may show.

        `leaving`, 0 to 1, is how far the light has been handed back. To be called after `listen`.
        """
        if self._released or not self.light.ready():
            return
        if leaving and self._returned >= _LAST_FRAMES:
            self._released = True
            self.light.release()
            return
        rgb = self._limiter.step(self._wanted(color, brightness, gamma, leaving), now)
        if rgb is None:
            return
        sent = Sent(self.light.spec, rgb, self._stamp)
        self._stamp, self._waiting, self._flying = None, False, rgb
        self.light.send(replace(frame, rgb=rgb), lambda: self._on_sent(sent))

    def _wanted(self, color: Rgb, brightness: float, gamma: float, leaving: float) -> Rgb:
        wanted = self.light.options.shape(color, brightness, gamma)
        scale = self._supply.scale(np.array([wanted])) if self._supply else 1.0
        red, green, blue = (scale * value + leaving * byte / 255 for value, byte in zip(wanted, self.light.returns_to))
        return red, green, blue

    def listen(self) -> list[str]:
        """Take notice of what has happened to the light; what has to be told to the user, one line each."""
        news = []
        for event in self.light.take_events():
            if event.kind is EventKind.DONE:
                if event.delayed:
                    self._limiter.delayed(event.at)
                else:
                    self._limiter.delivered(event.at)
                self._returned = self._returned + 1 if self._flying == self.light.returns_to else 0
            elif event.kind is EventKind.LOST:
                self._limiter.lost()
                self.lost, self._returned = True, 0
            elif event.kind is EventKind.BACK:
                self.lost = False
            elif event.command is not None:
                self.commands.append(event.command)
            if event.text:
                news.append(event.text)
        return news

    def _ready(self) -> None:
        if self._waiting:
            self._wake()
