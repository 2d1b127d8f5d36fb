# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Who draws the report's pictures: two processes beside this one, or this one.

The first loads matplotlib while bags are read, which takes longer than many a bag's report; in the end it draws the
page's pictures, and the second, forked from it, the files'.
"""

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from multiprocessing.connection import Connection

from fer_evaluation.beside.helper import Helper, may_fork
from fer_evaluation.report.wanted import Wanted


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
        self._helper = None
        if beside and not loaded and may_fork():
            self._helper = self._stack.enter_context(Helper(_draw, has_helpers=True))
        self._pictures: Sequence[Wanted] = ()

    def __enter__(self) -> "Drawers":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes."""
        self._stack.close()

    def begin(self, pictures: Sequence[Wanted]) -> None:
        """Have these drawn, beside whatever this process does next."""
        self._pictures = pictures
        if self._helper is not None:
            self._helper.send(pictures)

    def drawn(self) -> tuple[dict[str, str], dict[str, bytes]]:
        """Return the page's pictures as SVG elements by their names, and the PNGs by those of their files.

        Raises:
            EvaluationError: a process was ended from outside.
        """
        if self._helper is not None:
            return self._helper.receive(), self._helper.receive()
        from fer_evaluation.report.drawing import pngs, svgs

        return svgs(self._pictures), pngs(self._pictures)


def _draw(channel: Connection) -> None:
    from fer_evaluation.report.drawing import svgs

    pictures = channel.recv()
    with Helper(_draw_files, pictures) as other:
        channel.send(svgs(pictures))
        channel.send(other.receive())


def _draw_files(channel: Connection, pictures: Sequence[Wanted]) -> None:
    from fer_evaluation.report.drawing import pngs

    channel.send(pngs(pictures))
