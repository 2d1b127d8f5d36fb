# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The light `wled:HOST`: a WLED controller through its JSON API, handed back as it was found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from fer_color.errors import ColorError
from fer_color.lights.base import Clock, Event, EventKind, Frame, Light
from fer_color.lights.options import LightOptions
from fer_color.lights.transport.address import Address, split_address
from fer_color.lights.transport.frame_rate import FrameRate
from fer_color.lights.transport.frame_sender import FrameSender
from fer_color.lights.wled.api import WledApi
from fer_color.lights.wled.state import Look, Step, WledState, recolor, release, shows, take_over
from fer_color.transfer import FULL

PORT = 80
_RATE = 10.0
"""Frames a second: each is an HTTP request of its own, and an ESP8266 answers about twice as many."""


@dataclass(frozen=True)
class WledConfig:
    """The controller; ColorError when a value is out of range."""

    address: Address
    """Its web server, port 80 unless told otherwise."""


class WledLight(Light):
    """Sets one colour for all of the controller's segments. For a colour an LED, and a faster pace, use `ddp`.

    Its brightness stands beside its colours, outside of their gamma: it is led to full together with the first colours,
    and back with the last ones, so that the light is the same on both sides of the exchange, whatever the gamma is.

    Whoever switches the controller off meanwhile, or dims it, is obeyed: between these only colours are sent.
    """

    def __init__(self, spec: str, config: WledConfig, options: LightOptions, clock: Clock) -> None:
        """Remember the controller, which `open` asks."""
        super().__init__(spec, options, "any", clock)
        self._config = config
        self._api = WledApi(config.address)
        self._pace = FrameRate(options.rate or _RATE)
        self._sender: FrameSender[Sequence[Step]] | None = None
        self._found: WledState | None = None
        self._taken = False
        self._level = FULL
        """The brightness that was sent last, as the light that it gives."""

    def open(self) -> None:
        """Read what the controller shows, without changing it; ColorError when there is no controller."""
        self._api.resolve()
        reached = True
        try:
            self._config.address.reach()
            self._api.open()
        except TimeoutError:
            # Somebody is there, only too busy to answer: the others need not wait for that.
            reached = False
        except OSError as error:
            raise ColorError(
                f"no WLED answers at {self._config.address} ({error.strerror or error}): "
                "check its power and its address, as its app shows it"
            ) from error
        if reached:
            self.transfer, self.levels = self._told_curve()
            self._find(self._api.state)
            look = shows(self._api.state) or Look()
            self.initial, self.initial_level = look.rgb, look.level
            if self._api.driven_by:
                text = f"light '{self.spec}' is being driven by {self._api.driven_by}, which it shows until that ends"
                self._events.append(Event(EventKind.NOTE, self._clock(), text=text))
        self._sender = FrameSender(
            self.spec,
            self._api,
            self._clock,
            tell=self._note,
            ready=lambda: self.on_ready(),
            reached=reached,
        )
        self._sender.start()

    def ready(self) -> bool:
        """Tell whether the last frame was answered and its pace allows another."""
        return self._sender is not None and self._sender.idle() and self._pace.allows(self._clock())

    def send(self, frame: Frame, sent: Callable[[], None]) -> None:
        """Give the frame to the thread."""
        self._pace.spend(self._clock())
        look = Look(frame.rgb, frame.level)
        if not self._taken:
            self._put(take_over(self._api.state, look), sent)
        else:
            dimmed = {} if look.level == self._level else {"bri": self._api.curve.brightness(look.level)}
            self._put([recolor(self._api.state, look.rgb) | dimmed], sent)
        self._taken, self._level = True, look.level

    def prepare_return(self) -> None:
        """Ask whether somebody has dimmed it or switched it off meanwhile, which then stays so."""
        if self._taken:
            self._put((), self._see_what_became_of_it)

    def release(self) -> None:
        """Put back what the controller had been set to."""
        if self._found is not None and self._taken:
            self._put(release(self._found), lambda: None)
            self._taken = False

    def close(self) -> None:
        """Wait a moment for the last answer, then end the thread."""
        if self._sender is not None:
            self._sender.finish()
            self._sender.close()

    def _put(self, steps: Sequence[Step], sent: Callable[[], None]) -> None:
        assert self._sender is not None
        self._sender.put(steps, sent)

    def _find(self, state: WledState) -> None:
        """Note how it is to be handed back."""
        look = shows(state) or Look()
        self._found, self.returns_to = state, look.rgb
        # A segment's brightness stands beside the controller's: the next that this one can give.
        self.returns_level = min(state.curve.reached, key=lambda level: abs(level - look.level))

    def _told_curve(self) -> tuple[str, Sequence[int]]:
        """Return `transfer` and `levels`: an option counts more than what the controller says of its colours."""
        curve = self._api.curve
        return self.options.transfer or curve.transfer or "any", curve.reached

    def _see_what_became_of_it(self) -> None:
        """Heed, in the sender's thread, what a person made of it."""
        state, look = self._api.state, shows(self._api.state)
        if self._found is not None and not state.on:
            self._find(replace(self._found, on=False))
        elif self._found is not None and state.brightness != state.curve.brightness(self._level):
            self._find(replace(self._found, brightness=state.brightness))
        if look is not None:
            self._events.append(
                Event(EventKind.BACK, self._clock(), shows=look.rgb, level=look.level, surely=not self._api.driven_by)
            )

    def _note(self, event: Event) -> None:
        """Note an event, in the thread of the sender, which has read the state anew when it is back."""
        if event.kind is EventKind.BACK:
            self._taken = False
            # What drives it live is not in its state.
            seen = None if self._api.driven_by else shows(self._api.state)
            if self._found is None:  # it did not answer at the start
                self._find(self._api.state)
            if seen is not None:
                event = replace(event, shows=seen.rgb, level=seen.level)
            transfer, levels = self._told_curve()
            event = replace(event, surely=True, transfer=transfer, levels=levels)
        self._events.append(event)


def make_wled(spec: str, rest: str, options: LightOptions, clock: Clock) -> WledLight:
    """Make the light from `wled:HOST[:PORT]`."""
    found = split_address(rest, PORT)
    if not found or found[1]:
        raise ColorError(f"light '{spec}': write wled:HOST, for example wled:192.168.1.20")
    return WledLight(spec, WledConfig(found[0]), options, clock)
