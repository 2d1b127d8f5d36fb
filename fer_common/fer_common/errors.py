# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The root of every exception that our packages raise on purpose, and values as its texts show them."""

import re
import reprlib

LONGEST = 1000
"""Characters of an error's text; what somebody sent us may be of any length, and goes to logs and terminals."""

_PASSWORD = re.compile(r"(?P<user>\w:)(?!PASSWORD@)[^\s:@/?'\"]{1,200}@|(?P<key>\bpassword=)[^\s,&'\"]+")
"""A password where one was written though it must not be: `user:it@host`, `password=it`; but not our own hints."""
_BRIEF = reprlib.Repr()
_BRIEF.maxstring = _BRIEF.maxother = _BRIEF.maxlong = 80
_BRIEF.maxlist = _BRIEF.maxtuple = _BRIEF.maxdict = 8
_BRIEF.maxlevel = 3


class FerError(Exception):
    """What was wrong and what to do, in one line that can be shown to a user; each package has its own kind."""

    def __init__(self, text: str) -> None:
        """Take the text as `one_line` makes it."""
        super().__init__(one_line(text))


def one_line(text: str) -> str:
    """Fold a text that may come from outside into one line of at most `LONGEST` characters, as it can be shown.

    What can't be printed, such as a terminal's own commands, becomes U+FFFD, and a password an ellipsis.
    """
    line = " ".join(text.split())[: 4 * LONGEST]  # of which no more than a part is shown
    line = _PASSWORD.sub(lambda found: f"{found['user']}…@" if found["user"] else f"{found['key']}…", line)
    return printable(line if len(line) <= LONGEST else f"{line[: LONGEST - 6]} [...]")


def printable(text: str) -> str:
    """Return a text with U+FFFD in place of what can't be printed: it may come from outside, and go to a terminal."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def shown(value: object) -> str:
    """Return a value as Python writes it, shortened where it is long or deep."""
    return _BRIEF.repr(value)
