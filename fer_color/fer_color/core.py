# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""From distributions to light, without ROS: what the node wraps, and what an evaluation can run on its own."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from fer_color.blend import MODES, prototypes
from fer_color.control.commands import Command, Control
from fer_color.flash.limiter import FlashLimiter
from fer_color.layouts import BREATH, SeenFace, layout
from fer_color.lights.base import Frame, Light, close_all
from fer_color.lights.report import Condition, LightReport
from fer_color.mood.breath import Breath
from fer_color.mood.hearing import Hearing, Notice
from fer_color.mood.leaving import GIVE_UP, GIVE_UP_LOST, Leaving
from fer_color.mood.manual_control import ManualControl
from fer_color.mood.mood import FADING, IDLE, LIVE, Mood
from fer_color.output import Output, Sent
from fer_color.palette import Palette, load_palette
from fer_color.settings import Settings
from fer_color.transfer import DARK, Rgb
from fer_common import distribution
from fer_common.emotions import LABELS

_SAY_AGAIN = 5.0


class ColorCore:
    """Takes results, drives the lights. It reads no clock: every `now` is seconds of one steady clock.

    A light gets no byte before the first result has arrived.
    """

    def __init__(
        self,
        settings: Settings,
        lights: Sequence[Light] = (),
        *,
        topic: str = "faces",
        on_sent: Callable[[int, Sent], None] = lambda index, sent: None,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """Wrap the opened `lights`.

        Args:
            settings: see there.
            lights: opened.
            topic: the name of the topic that brings the results, for texts.
            on_sent: called after each frame with the light's index, maybe from the light's thread.
            wake: called, maybe from a light's thread, when a light waits for the newest image's frame: `tick` then.

        Raises:
            ColorError: the palette does not exist, or its colours cannot be blended that way here.
        """
        self._settings = settings
        self._palette = _palette(settings)
        self._mood = Mood(settings)
        self._breath = Breath()
        self._seen: tuple[SeenFace, ...] = ()
        self._counted = (0, 0)  # faces in the last image, and images
        self._manual = ManualControl(*_daily(settings))
        self._minute: float | None = None
        # Who reads the topics may drive any kind of lamp with them.
        self._reference = FlashLimiter("either")
        self._outputs = [Output(light, _numbered(on_sent, index), wake) for index, light in enumerate(lights)]
        self._pressed = 0
        self._hearing = Hearing(topic)
        self._published = False
        self._refused_at = float("-inf")
        self._leaving, self._closed = Leaving(), False
        self._shown_at = self._ticked_at = float("-inf")
        self._probabilities: NDArray[np.float64] | None = None

    @property
    def settings(self) -> Settings:
        """What is in force."""
        return self._settings

    @property
    def started(self) -> bool:
        """Whether anything has arrived yet."""
        return self._mood.started

    @property
    def leaving(self) -> bool:
        """Whether the lights are being handed back, or were."""
        return self._leaving.begun

    @property
    def control(self) -> Control:
        """What a person has asked for."""
        return self._manual.control

    @property
    def mode(self) -> str:
        """live, fading or idle; switched off it is on its way to dark, then idle, whoever is seen."""
        seen = self._mood.mode
        return seen if seen != LIVE or self._manual.control.on else IDLE if self._manual.dark else FADING

    def configure(self, settings: Settings) -> None:
        """Go on with other settings; ColorError, and nothing changed, as for the constructor."""
        self._palette = _palette(settings)
        self._settings = settings
        self._mood.configure(settings)
        self._manual.configure(*_daily(settings))
        if self._mood.mode == LIVE and self._probabilities is not None:
            self._mood.recolor(self._target(self._probabilities))

    def on_faces(self, count: int, stamp_ns: int, now: float, seen: Sequence[SeenFace] = ()) -> None:
        """Take an image's `count` of faces; an image without a face has its frame sent by this call.

        `seen`: where they are and what they show, for a strip with a segment a face.
        """
        self._hearing.arrived()
        self._seen, self._counted = tuple(seen), (count, self._counted[1] + 1)
        self._mood.on_input(now, face=count > 0)
        if count == 0:
            self._send(stamp_ns, now)

    def on_emotion(self, probabilities: Sequence[float], stamp_ns: int, now: float) -> bool:
        """Take the room's distribution in one image; its frame is sent by this call.

        Returns:
            False, and the last good colour stays, when it is no distribution: not seven numbers of 0 or more that
            sum to 1 within 0.001.
        """
        self._hearing.arrived()
        values = np.asarray(probabilities, dtype=np.float64)
        fault = distribution.fault(values)
        if fault:
            if now - self._refused_at >= _SAY_AGAIN:
                self._refused_at = now
                self._hearing.warn(
                    f"ignored an emotion that {fault}: check what publishes it; the last good colour stays"
                )
            self._mood.on_input(now, face=False)
            return False
        self._probabilities = values / values.sum()
        self._mood.on_color(self._target(self._probabilities), now)
        self._shown_at = now
        self._send(stamp_ns, now)
        return True

    def obey(self, command: Command, now: float) -> None:
        """Do what a person asks for: on or off, brightness, pause."""
        self._manual.obey(command, now)

    def is_due(self, now: float) -> bool:
        """Tell whether a frame between images is wanted: not where images bring frames at `rate` already.

        Once a second it is, for the time of day, and always during a hand-back, which has to be seen to end.
        """
        brought = 0 <= now - self._shown_at < 1 / self._settings.rate and 0 <= now - self._ticked_at < 1.0
        return self.leaving or not brought

    def tick(self, now: float, minute: float | None = None) -> None:
        """Send each light that is ready its next frame; to be called at a steady rate.

        `minute`: of the day, 0 to 1440, by the clock on the wall, for the quiet hours; None: nobody knows.
        """
        self._minute, self._ticked_at = minute, now
        self._leaving.waited(now)
        if not self.started:
            self._listen(now)
            self._hearing.wait(now)
            return
        age = self._mood.input_age(now)
        if age > self._settings.input_timeout and not self.leaving:
            self._hearing.silent(age)
        self._offer(now)

    def published(self, now: float) -> Rgb:
        """Return the colour for the topics, sRGB, 0 to 1, after brightness and a flash limiter of its own.

        Each call is a frame, to be published. It is rounded to 8 bits as a lamp would, and keeps the flash promise
        whether the lamp that it ends up on takes it as sRGB or as linear light.
        """
        rows, brightness = self._look(now)
        red, green, blue = (float(value) * brightness for value in rows[0])
        rgb = self._reference.step((red, green, blue), now)
        assert rgb is not None, "nothing is ever lost on the way to the reference"
        self._reference.delivered(now)
        self._published = True
        return rgb[0] / 255, rgb[1] / 255, rgb[2] / 255

    def unheard(self) -> None:
        """Note that nobody subscribes: the published colour no longer needs to fade out."""
        self._published = False

    def begin_hand_back(self, now: float) -> None:
        """Fade all lights to what they showed before; keep calling `tick` until `handed_back`."""
        if not self.leaving:
            self._leaving.begin(now)
            self._mood.leave(now)

    def handed_back(self, now: float) -> bool:
        """Tell whether every light is as before, or out of reach, and `published` is dark.

        True after 8 s at the latest, of which a stretch that nobody looked in counts one: this process stood still.
        """
        if not self.leaving:
            return False
        waited = self._leaving.waited(now)
        gone = [output.handed_back or (output.lost and waited > GIVE_UP_LOST) for output in self._outputs]
        if self._published:
            gone.append(self._reference.shows == DARK)
        return not self.started or all(gone) or waited > GIVE_UP

    def reports(self) -> list[LightReport]:
        """Say how each light is doing."""
        return [output.report() for output in self._outputs]

    def take_presses(self) -> int:
        """Take how often a light's button was pressed since the last call."""
        pressed, self._pressed = self._pressed, 0
        return pressed

    def take_notices(self) -> list[Notice]:
        """Take what has to be told to the user since the last call."""
        return self._hearing.take()

    def close(self) -> None:
        """Let go of the lights; they stay as they are, which is said where a hand-back has not come to its end.

        May be called again.
        """
        left, self._closed = self.leaving and not self._closed, True
        for report in self.reports() if left else ():
            if report.condition is Condition.SHOWS and report.rgb is not None and any(report.rgb):
                self._hearing.warn(f"light '{report.spec}' was not handed back in time and stays lit: it {report.text}")
        for text in close_all(output.light for output in self._outputs):
            self._hearing.warn(text)

    def _target(self, room: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the colours that are wanted for the room's distribution: [3], or [1 + columns, 3] with a strip's
        own."""
        return self._blend(layout(self._settings.show, room, self._seen))

    def _blend(self, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        return MODES[self._settings.mode](probabilities, self._palette, self._settings.blending)

    def _send(self, stamp_ns: int, now: float) -> None:
        for output in self._outputs:
            output.expect(stamp_ns)
        self._offer(now)

    def _listen(self, now: float) -> None:
        for output in self._outputs:
            for text in output.listen():
                self._hearing.say(text, warning=not text.endswith(" is back"))
            commands, output.commands = output.commands, []
            self._pressed, output.pressed = self._pressed + output.pressed, 0
            for command in commands:
                self.obey(command, now)

    def _offer(self, now: float) -> None:
        self._listen(now)
        rows, brightness = self._look(now)
        mode = self.mode
        shares = () if mode != LIVE or self._probabilities is None else tuple(map(float, self._probabilities))
        top = LABELS[int(np.argmax(shares))] if shares else ""
        faces, images = self._counted
        frame = Frame(DARK, mode, top, control=self.control, shares=shares, faces=faces, images=images)
        leaving, arriving = self._mood.left(now), self._mood.arriving(now)
        for output in self._outputs:
            output.offer(rows, frame, brightness, self._settings.gamma, now, leaving, arriving)
        self._listen(now)

    def _look(self, now: float) -> tuple[NDArray[np.float64], float]:
        """Return the colours to show, sRGB, [1, 3] or [1 + columns, 3], and the node's brightness."""
        live = self._mood.color(now)
        rows = np.atleast_2d(self._manual.color(live, now, self._mood.left(now), self._mood.target))
        brightness = self._settings.brightness * self._manual.brightness(now, self._minute)
        breathing = self._settings.show == BREATH and self._mood.mode == LIVE
        red, green, blue = (float(value) * brightness for value in rows[0])
        seen = self._probabilities if breathing else None
        gain = self._breath.gain((red, green, blue), seen, self._settings.breath_depth, now)
        return rows, brightness * gain


def _daily(settings: Settings) -> tuple[str, float, float]:
    return settings.quiet_hours, settings.quiet_brightness, settings.fade_time


def _numbered(on_sent: Callable[[int, Sent], None], index: int) -> Callable[[Sent], None]:
    return lambda sent: on_sent(index, sent)


def _palette(settings: Settings) -> Palette:
    """Load the palette and convert its colours to where they are blended."""
    palette = load_palette(settings.palette)
    prototypes(palette, settings.blending)
    return palette
