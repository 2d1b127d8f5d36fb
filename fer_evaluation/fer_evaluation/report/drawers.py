# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Who draws the report's pictures: two processes beside this one, or this one.

The first loads matplotlib while everything else is loaded and bags are read; in the end it draws the page's pictures,
and the second, forked from it, the large files. Timelines are begun before the figures are known.
"""

import atexit
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from fer_evaluation.beside.helper import Helper, may_fork

if TYPE_CHECKING:  # so that a program can begin before it has loaded anything
    from fer_evaluation.report.picture import Wanted

_begun: Helper | None = None
"""Who loads matplotlib until somebody wants it."""


def begin() -> None:
    """Begin to load matplotlib in another process, as a program's first step; `Drawers` take it over."""
    global _begun
    if may_fork():
        import numpy  # noqa: F401 - which both need, and load once so

        _begun = Helper(_draw, has_helpers=True)
        atexit.register(_end)


def _end() -> None:
    helper = _taken()
    if helper is not None:
        helper.__exit__()


def _taken() -> Helper | None:
    global _begun
    helper, _begun = _begun, None
    return helper


class Drawers:
    """Draws, once; when its `with` ends, no process of it is left.

    Args:
        beside: whether in other processes, where this one may fork and has not loaded matplotlib itself.

    Raises:
        ModuleNotFoundError: matplotlib is not installed; better now than after the work.
    """

    def __init__(self, *, beside: bool) -> None:
        """Begin to load matplotlib beside this process, or leave it for later."""
        loaded = "matplotlib.figure" in sys.modules
        if not loaded and find_spec("matplotlib") is None:
            raise ModuleNotFoundError("No module named 'matplotlib'", name="matplotlib")
        self._stack = ExitStack()
        self._helper = _taken()
        if self._helper is not None and not beside:
            self._helper.__exit__()
            self._helper = None
        if self._helper is None and beside and not loaded and may_fork():
            self._helper = Helper(_draw, has_helpers=True)
        if self._helper is not None:
            self._stack.enter_context(self._helper)
        self._pictures: list[Wanted] = []

    def __enter__(self) -> "Drawers":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes."""
        self._stack.close()

    def begin(self, pictures: "Sequence[Wanted]") -> None:
        """Have these drawn, too, beside whatever this process does next; what was begun before is not drawn again."""
        before = {one.png for one in self._pictures}
        more = [one for one in pictures if one.png not in before]
        self._pictures += more
        if self._helper is not None and more:
            self._helper.send(more)

    def drawn(self) -> tuple[dict[str, str], dict[str, bytes]]:
        """Return the page's pictures as SVG elements by their names, and the PNGs by those of their files.

        Raises:
            EvaluationError: a process was ended from outside.
        """
        if self._helper is not None:
            self._helper.send(None)
            return self._helper.receive(), self._helper.receive()
        from fer_evaluation.report.drawing import pngs, svgs

        return svgs(self._pictures), pngs(self._pictures)


def _draw(channel: Connection) -> None:
    from fer_evaluation.report.drawing import pngs, svgs

    page: dict[str, str] = {}
    files: dict[str, bytes] = {}
    with ExitStack() as stack:
        others = []
        while (pictures := channel.recv()) is not None:
            large = [one for one in pictures if one.kind == "timeline"]
            if large:
                others.append(stack.enter_context(Helper(_draw_files, large)))
            page |= svgs(pictures)
            files |= pngs([one for one in pictures if one.kind != "timeline"])
        channel.send(page)
        for other in others:
            files |= other.receive()
        channel.send(files)


def _draw_files(channel: Connection, pictures: "Sequence[Wanted]") -> None:
    from fer_evaluation.report.drawing import pngs

    channel.send(pngs(pictures))
