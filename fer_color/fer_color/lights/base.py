# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What every light offers."""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from fer_color.control.commands import Command, Control
from fer_color.errors import ColorError
from fer_color.lights.options import LightOptions
from fer_color.transfer import ALL_LEVELS, DARK, FULL, Rgb8
from fer_common.errors import one_line

Clock = Callable[[], float]
"""A steady clock in seconds, the same as the core's `now`."""


_UNTOUCHED = Control()


@dataclass(frozen=True)
class Frame:
    """What a light is to show."""

    rgb: Rgb8
    """The bytes as they leave the flash limiter; where `pixels` differ, their mean."""
    mode: str = "live"
    """live, fading or idle."""
    top: str = ""
    """The most probable emotion; empty when none is seen."""
    pixels: tuple[Rgb8, ...] = ()
    """The bytes of each LED, as they leave the flash limiter, for a light that has several; empty: all show `rgb`."""
    level: int = FULL
    """The brightness that stands beside `rgb`, 0 to 255; full but for lamps with a brightness of their own."""
    control: Control = _UNTOUCHED
    """What the user has set, which is already in the bytes; for lamps that report it."""
    shares: tuple[float, ...] = ()
    """The room's distribution, [7], for a light that tells it; empty when none is seen."""
    faces: int = 0
    """Faces in the last image."""
    images: int = 0
    """Images so far."""


class EventKind(Enum):
    """What can happen between a light and its lamp."""

    DONE = "done"
    """The frame is with the lamp."""
    LOST = "lost"
    """The way to the lamp is lost, maybe with the frame that was under way."""
    BACK = "back"
    """The way is there again; what the lamp shows is not known, unless the event says so."""
    NOTE = "note"
    """Something to tell the user, nothing more."""
    COMMAND = "command"
    """Somebody asks for something through the light."""
    BUTTON = "button"
    """Somebody pressed the board's button: perception is to stop looking, or to look again."""


@dataclass(frozen=True)
class Event:
    """Something that happened between a light and its lamp."""

    kind: EventKind
    at: float
    """Seconds of the light's clock."""
    refused: bool = False
    """With LOST: the last frame was refused, so that it has surely changed nothing."""
    dark: bool = True
    """With LOST: the lamp may go dark meanwhile, if it is one that may at all."""
    since: float = float("inf")
    """With LOST: frames of that time (seconds of the clock) and later may not have arrived, whatever DONE said."""
    delayed: bool = False
    """With DONE: the way was blocked, so that earlier frames may have arrived only now, too."""
    text: str = ""
    """One line for the user's log; empty: nothing to say."""
    command: Command | None = None
    """With COMMAND: what is asked for."""
    shows: Rgb8 | None = None
    """With BACK: what the lamp told that it shows; None: it can't be read."""
    level: int = FULL
    """With `shows`: the brightness beside it, 0 to 255, where the lamp has one of its own."""
    transfer: str = ""
    """With BACK: what the lamp told that it makes of a byte, as `Light.transfer`; empty: nothing new."""
    levels: Sequence[int] = ALL_LEVELS
    """With `transfer`, as `Light.levels`."""
    surely: bool = False
    """With `shows`: it told so itself and just now, so that it shows nothing else. (A broker may tell what is old.)"""

    def __post_init__(self) -> None:
        """Make the text one line that can be shown: what a controller or broker says may be of any length and kind."""
        if self.text:
            object.__setattr__(self, "text", one_line(self.text))


class Light(ABC):
    """One light. It takes a frame only when it can send it at once, so it never queues and never blocks its caller.

    `open`, `ready`, `send`, `take_events` and `close` are called from one thread.
    """

    paced = True
    """Whether it heeds the option `rate`."""

    def __init__(self, spec: str, options: LightOptions, default_transfer: str, clock: Clock) -> None:
        """Keep the notation `spec` that it is made from; `default_transfer` stands where `options` has none."""
        self.spec = spec
        self.options = options
        self.transfer = options.transfer or default_transfer
        """What the lamp makes of a byte, as `fer_color.transfer.curves_of` knows it; surely known after `open`, or with
        an event of `EventKind.BACK`."""
        self.levels: Sequence[int] = ALL_LEVELS
        """The brightnesses beside its colours that the lamp can have, known when `transfer` is."""
        self.split = False
        """Whether it is told brightness and colour, whose product is a frame's `rgb`; its curve may be for either.
        A frame's `level` is then the least brightness that it is told with (`fer_color.transfer.split`)."""
        self.holds = float("inf")
        """Seconds for which the lamp surely keeps what it was sent last. Whatever streams has a time-out of its own."""
        self.may_go_dark = True
        """Whether the lamp may go dark, unseen by us, while the way to it is lost."""
        self.leds: int | None = None
        """How many LEDs it has that can be set one by one; None: it shows one colour."""
        self.initial: Rgb8 = DARK
        """What the lamp showed when it was opened; dark where it can't be read."""
        self.initial_level = FULL
        """The brightness beside `initial`, 0 to 255. A lamp that has one of its own, outside of its curve, is led from
        there to full brightness, and at the hand-back to `returns_level`, together with its colour."""
        self.returns_level = FULL
        self.returns_to: Rgb8 = DARK
        """What it is to show when it is handed back."""
        self.on_ready: Callable[[], None] = lambda: None
        """Called, maybe from another thread, when the light has become ready again."""
        self._clock = clock
        self._events: deque[Event] = deque()

    def open(self) -> None:  # noqa: B027 - most lights have nothing to open
        """Get hold of the lamp without changing what it shows; ColorError when that can't be done."""

    def go_on_from(self, before: "Light") -> None:  # noqa: B027 - most lights remember nothing
        """Take over what was learned by the light of the same notation, closed by now; before `open`."""

    def slider(self, control: Control) -> int:
        """Return the least brightness, 1 to 255, that a lamp which is `split` is to be told with between start and
        hand-back."""
        return 1

    @abstractmethod
    def ready(self) -> bool:
        """Tell whether a frame that is given now would be sent now."""

    @abstractmethod
    def send(self, frame: Frame, sent: Callable[[], None]) -> None:
        """Send a frame; only when `ready`. `sent` is called, maybe from another thread, when it was handed over."""

    def take_events(self) -> list[Event]:
        """Take what has happened since the last call, in order."""
        events = []
        while self._events:
            events.append(self._events.popleft())
        return events

    def prepare_return(self) -> None:  # noqa: B027 - most lamps are changed by nobody else
        """See what others have made of the lamp, before it is handed back; called once, when `ready`."""

    def release(self) -> None:  # noqa: B027 - most lamps have nothing but a colour
        """Give back whatever else the lamp was, now that it shows `returns_to`."""

    def close(self) -> None:  # noqa: B027
        """Let go of the lamp, within a second or so; what it shows stays. May be called again."""


def open_light(light: Light) -> None:
    """Open it; whatever it raises is a ColorError, so that a fault of a light's own ends nothing with a traceback."""
    try:
        light.open()
    except ColorError:
        raise
    except Exception as error:
        raise ColorError(f"light '{light.spec}' cannot be opened: {error!r:.200}") from error


def close_all(lights: Iterable[Light]) -> list[str]:
    """Close each, whatever becomes of the others; one line for each that failed at it."""
    failures = []
    for light in lights:
        try:
            light.close()
        except Exception as error:  # a light's fault must not keep the others open, nor end the node
            failures.append(f"light '{light.spec}' could not be closed: {error!r}")
    return failures


class DirectLight(Light):
    """A light that is written to in one go, without waiting. A failure to write is reported once, then tried again."""

    paced = False

    def __init__(self, spec: str, options: LightOptions, default_transfer: str, clock: Clock) -> None:
        """Take the same as `Light`."""
        super().__init__(spec, options, default_transfer, clock)
        self._broken = False

    @abstractmethod
    def write(self, frame: Frame) -> None:
        """Write one frame; OSError when it cannot be."""

    def ready(self) -> bool:
        """Return True, always."""
        return True

    def send(self, frame: Frame, sent: Callable[[], None]) -> None:
        """Write at once."""
        try:
            self.write(frame)
        except OSError as error:
            text = "" if self._broken else f"light '{self.spec}' cannot be written to ({error}): trying on"
            self._broken = True
            self._events.append(Event(EventKind.LOST, self._clock(), text=text))
            return
        if self._broken:
            self._broken = False
            self._events.append(Event(EventKind.BACK, self._clock(), text=f"light '{self.spec}' is back"))
        sent()
        self._events.append(Event(EventKind.DONE, self._clock()))
