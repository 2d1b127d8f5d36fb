# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Launch arguments, read and checked. Needs no launch."""

import difflib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from fer_bringup.errors import BringupError
from fer_bringup.options import TOPIC
from fer_common.yaml_file import read_value

_WORDS: dict[type, str] = {bool: "true or false", int: "a whole number", float: "a number", list: "a YAML list"}

_PACKAGE = "fer_bringup"


class Arguments:
    """The values of a launch file's arguments; an empty text is one that was not given."""

    def __init__(self, text: Callable[[str], str]) -> None:
        """Keep what gives an argument's text by its name."""
        self.text = text

    def value(self, name: str, kind: type) -> Any:
        """Give an argument as a value of a type; a whole number will do for a float.

        Raises:
            BringupError: it is none.
        """
        text = self.text(name)
        if kind is str:
            return text
        read = read_value(text, name, BringupError)
        if kind is float and type(read) is int:
            read = float(read)
        if type(read) is not kind:
            raise BringupError(f"{name} is '{text}'; give {_WORDS[kind]}")
        return read

    def given(self, kinds: Mapping[str, type]) -> dict[str, Any]:
        """Those that were given, as values.

        Raises:
            BringupError: as `value`.
        """
        return {name: self.value(name, kind) for name, kind in kinds.items() if self.text(name)}

    def topic(self, name: str) -> str:
        """Give an argument that is a topic's name.

        Raises:
            BringupError: it is none; rcl would name neither the argument nor what is wrong.
        """
        text = self.text(name)
        if not re.fullmatch(TOPIC, text, re.ASCII):
            raise BringupError(f"{name} is '{text}'; give a topic's name{_doubled(text)}, as /camera/image_raw")
        return text

    def namespace(self, name: str) -> str:
        """Give an argument that is a namespace, without slashes around it.

        Raises:
            BringupError: it is none.
        """
        text = self.text(name).strip("/")
        if text and not (text[0] != "~" and re.fullmatch(TOPIC, text, re.ASCII)):
            wanted = f"give a namespace of letters, digits and _{_doubled(text)}, as kitchen"
            raise BringupError(f"{name} is '{self.text(name)}'; {wanted}")
        return text

    def lights(self) -> list[str] | None:
        """List what `lights` and `robot` ask for; empty: no light at all, None: nothing was asked for.

        Raises:
            BringupError: as `value`.
        """
        lights, robot = self.text("lights"), self.text("robot")
        if not lights and not robot:
            return None
        named = [str(light) for light in self.value("lights", list)] if lights else []
        return [*named, *([f"robot:{robot}"] if robot else [])]


def _doubled(text: str) -> str:
    """Say what is hardly seen in a name."""
    return " (no two _ together)" if "__" in text else ""


def check_known(words: Sequence[str], file: str, known: Collection[str]) -> None:
    """Refuse an argument that a launch file has not, where it was started by its name on the command line.

    Launch itself passes over it in silence. Included by another file, of whatever name, its arguments are that file's
    to know.

    Args:
        words: of the command line.
        file: the launch file's path.
        known: its arguments.

    Raises:
        BringupError: there is one.
    """
    named = [number for number, word in enumerate(words) if _names(word, words[:number], Path(file))]
    if not named:
        return
    for word in words[named[0] + 1 :]:
        name, given, _ = word.partition(":=")
        if given and name not in known:
            (close, *_) = [*difflib.get_close_matches(name, known, 1), ""]
            hint = f"; is '{close}' meant?" if close else "; --show-args lists them"
            raise BringupError(f"there is no argument '{name}'{hint}")


def _names(word: str, before: Sequence[str], file: Path) -> bool:
    """Whether a word of the command line is the launch file: by its path, or by its name after its package's."""
    if Path(word).name != file.name:
        return False
    if word == file.name and before and before[-1] == _PACKAGE:
        return True
    return Path(word).resolve() == file.resolve()
