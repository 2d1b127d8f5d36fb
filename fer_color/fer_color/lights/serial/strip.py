# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A strip behind a microcontroller on a serial port, whatever its protocol."""

from collections.abc import Callable

from fer_color.errors import ColorError
from fer_color.lights.base import Clock, Event, EventKind, Frame, Light
from fer_color.lights.options import LightOptions
from fer_color.lights.pixels import channels
from fer_color.lights.serial.port import SerialPort
from fer_color.lights.serial.port_writer import PortWriter
from fer_color.lights.transport.frame_rate import FrameRate
from fer_color.transfer import DARK

_LEAST_RATE = 20.0
_SLOWEST = 0.5
"""The least `rate` that can be asked for: two frames have to be well within `_HOLDS` of each other."""
_HOLDS = 5.0
"""Our sketch fades after 6.2 s without a frame; others go dark after some seconds, or never."""


class SerialStrip(Light):
    """Writes in a thread of its own, at the pace that the port can carry, and reconnects by itself."""

    def __init__(
        self,
        spec: str,
        port: str,
        leds: int,
        encode: Callable[[bytes], bytes],
        options: LightOptions,
        clock: Clock,
    ) -> None:
        """Remember the port, which `open` opens; `encode` wraps the channels of all LEDs into a frame of the protocol.

        ColorError when the rate that is asked for is too slow.
        """
        # A plain sketch's strip is linear; behind the same protocol ESPHome's has a gamma of 2.8.
        super().__init__(spec, options, "any", clock)
        self.leds = leds
        self.port = port
        self._count = leds
        self._encode = encode
        self._port = SerialPort(port, options.baud)
        self.holds = max(_HOLDS, 3 * self._port.seconds_for(len(self._bytes(Frame(DARK)))))
        if options.rate and options.rate < _SLOWEST:
            raise ColorError(
                f"light '{spec}': rate is {options.rate:g}: a board may go dark between two frames, "
                f"give {_SLOWEST:g} or more"
            )
        self._pace = FrameRate(options.rate) if options.rate else None
        if "W" in options.color_order:
            self.note(
                f"light '{spec}': color_order={options.color_order} sends four bytes an LED, which the sketch must "
                "expect (ours: LED_CHANNELS 4); WLED, ESPHome and most others take three and make the white "
                "themselves: there leave the W out"
            )
        self._writer = PortWriter(
            spec, self._port, options.settle, clock, tell=self._events.append, ready=lambda: self.on_ready()
        )

    def open(self) -> None:
        """Open the port, without a byte; ColorError when that can't be done."""
        self._port.check()
        try:
            self._port.open()
        except OSError as error:
            raise self._port.explain(error) from error
        seconds = self._port.seconds_for(len(self._bytes(Frame(DARK))))
        if seconds * _LEAST_RATE > 1:
            text = (
                f"light '{self.spec}': {self.options.baud} baud carry only {1 / seconds:.1f} frames a second to "
                f"{self.leds} LEDs: use a faster sketch and add ?baud=1000000"
            )
            self._events.append(Event(EventKind.NOTE, self._clock(), text=text))
        self._writer.start()

    def note(self, text: str) -> None:
        """Have the user told."""
        self._events.append(Event(EventKind.NOTE, self._clock(), text=text))

    def ready(self) -> bool:
        """Tell whether the last frame has left, the port is there and the rate that was asked for allows another."""
        return self._writer.idle() and (self._pace is None or self._pace.allows(self._clock()))

    def send(self, frame: Frame, sent: Callable[[], None]) -> None:
        """Give the frame to the thread; `sent` is called there when the port has taken its last byte."""
        if self._pace is not None:
            self._pace.spend(self._clock())
        self._writer.put(self._bytes(frame), sent)

    def close(self) -> None:
        """End the thread and close the port."""
        self._writer.close()

    def _bytes(self, frame: Frame) -> bytes:
        return self._encode(channels(frame, self._count, self.options.color_order, reverse=self.options.reverse))


def split_port(spec: str, rest: str) -> tuple[str, int]:
    """Port and number of LEDs out of `PORT:LEDS`; a port's name may have colons itself. ColorError when not so."""
    port, _, leds = rest.rpartition(":")
    if not port or not leds.isascii() or not leds.isdecimal():
        name = spec.partition(":")[0]
        raise ColorError(f"light '{spec}': write {name}:PORT:LEDS, for example {name}:/dev/ttyUSB0:60")
    return port, int(leds)
