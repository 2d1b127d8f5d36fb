"""The light `adalight:PORT:LEDS`: a strip behind a microcontroller that speaks the Adalight protocol."""

from collections.abc import Callable
from dataclasses import dataclass

from fer_color.errors import ColorError
from fer_color.lights.base import Clock, Event, EventKind, Frame, Light
from fer_color.lights.options import LightOptions
from fer_color.lights.serial_port import SerialPort
from fer_color.lights.writer import Writer
from fer_color.transfer import Rgb8

_LEAST_RATE = 20.0


@dataclass(frozen=True)
class AdalightConfig:
    """The strip; ColorError when a value is out of range."""

    port: str
    """The serial device."""
    leds: int
    """1 to 65536: the header has two bytes for the number less one."""
    baud: int = 115200
    """Bits a second."""
    color_order: str = "RGB"
    """The order in which the strip's chips take the channels."""
    settle: float = 1.5
    """Seconds to wait after the port was opened."""

    def __post_init__(self) -> None:
        """Check the values."""
        if not self.port:
            raise ColorError("adalight needs a port: write adalight:PORT:LEDS, for example adalight:/dev/ttyUSB0:60")
        if not 1 <= self.leds <= 65536:
            raise ColorError(f"adalight: {self.leds} LEDs: give 1 to 65536")


def encode(rgb: Rgb8, leds: int, color_order: str = "RGB") -> bytes:
    """One Adalight frame of one colour.

    `Ada`, the number of LEDs less one (high byte, low byte), their checksum (high ^ low ^ 0x55), then three bytes an
    LED in `color_order` (the protocol of Adafruit's Adalight).
    """
    high, low = divmod(leds - 1, 256)
    pixel = bytes(rgb["RGB".index(channel)] for channel in color_order)
    return b"Ada" + bytes((high, low, high ^ low ^ 0x55)) + pixel * leds


class AdalightLight(Light):
    """Writes in a thread of its own, at the pace that the port can carry, and reconnects by itself."""

    def __init__(self, spec: str, config: AdalightConfig, options: LightOptions, clock: Clock) -> None:
        """The port is opened by `open`."""
        super().__init__(spec, options, "linear", clock)
        self._config = config
        self._port = SerialPort(config.port, config.baud)
        self._writer = Writer(
            spec, self._port, config.settle, clock, tell=self._events.append, ready=lambda: self.on_ready()
        )

    def open(self) -> None:
        """Open the port, without a byte; ColorError when that can't be done."""
        self._port.check()
        try:
            self._port.open()
        except OSError as error:
            raise self._port.explain(error) from error
        seconds = self._port.seconds_for(len(encode((0, 0, 0), self._config.leds)))
        if seconds * _LEAST_RATE > 1:
            text = (
                f"light '{self.spec}': {self._config.baud} baud carry only {1 / seconds:.1f} frames a second to "
                f"{self._config.leds} LEDs: use a faster sketch and add ?baud=1000000"
            )
            self._events.append(Event(EventKind.NOTE, self._clock(), text=text))
        self._writer.start()

    def ready(self) -> bool:
        """Whether the last frame has left and the port is there."""
        return self._writer.idle()

    def send(self, frame: Frame, sent: Callable[[], None]) -> None:
        """Give the frame to the thread; `sent` is called there when the port has taken its last byte."""
        self._writer.put(encode(frame.rgb, self._config.leds, self._config.color_order), sent)

    def close(self) -> None:
        """End the thread and close the port."""
        self._writer.close()


def make_adalight(spec: str, rest: str, options: LightOptions, clock: Clock) -> AdalightLight:
    """From `adalight:PORT:LEDS`; a port's name may have colons itself."""
    port, _, leds = rest.rpartition(":")
    if not port or not leds.isascii() or not leds.isdecimal():
        raise ColorError(f"light '{spec}': write adalight:PORT:LEDS, for example adalight:/dev/ttyUSB0:60")
    config = AdalightConfig(port, int(leds), options.baud, options.color_order, options.settle)
    return AdalightLight(spec, config, options, clock)
