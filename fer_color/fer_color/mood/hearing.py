# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the user is told: that nothing arrives, that it does again, and whatever else comes up."""

from dataclasses import dataclass

_SAY_WAITING = 5.0


@dataclass(frozen=True)
class Notice:
    """One line for the user's log."""

    text: str
    warning: bool


class Hearing:
    """Watches whether results arrive and gathers the lines for the log. `now` is seconds of one steady clock."""

    def __init__(self, topic: str) -> None:
        """Begin with nothing heard; `topic` is the name in the texts."""
        self._topic = topic
        self._notices: list[Notice] = []
        self._waiting_since: float | None = None
        self._lost = False

    def warn(self, text: str) -> None:
        """Add a warning."""
        self.say(text, warning=True)

    def say(self, text: str, *, warning: bool = False) -> None:
        """Add a line."""
        self._notices.append(Notice(text, warning))

    def take(self) -> list[Notice]:
        """Take the lines since the last call."""
        notices, self._notices = self._notices, []
        return notices

    def arrived(self) -> None:
        """Note that a result has arrived."""
        if self._lost:
            self._lost = False
            self.say(f"results arrive on '{self._topic}' again")

    def silent(self, age: float) -> None:
        """Warn, once, that the newest result is `age` seconds old."""
        if not self._lost:
            self._lost = True
            self.warn(
                f"nothing has arrived on '{self._topic}' for {age:.1f} s, fading to the idle colour: "
                "check that the camera delivers images and the perception node runs"
            )

    def wait(self, now: float) -> None:
        """Warn, once, when the first result takes long."""
        if self._waiting_since is None:
            self._waiting_since = now
        elif now - self._waiting_since > _SAY_WAITING and not self._lost:
            self._lost = True
            self.warn(
                f"still waiting for the first result on '{self._topic}', the lights are left alone: "
                "check that the camera delivers images and the perception node runs"
            )
