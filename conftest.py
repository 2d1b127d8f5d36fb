# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What holds for every package's tests: surroundings of their own, and the order that keeps several processes busy."""

import gc
import os
import signal
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import Any

import drawn_examples  # noqa: F401  # how long hypothesis looks
import pytest
import surroundings
from order import pytest_addoption, pytest_collection_modifyitems, pytest_terminal_summary

surroundings.set_up()

__all__ = [
    "export_once", "made_once", "pytest_addoption", "pytest_collection_modifyitems", "pytest_terminal_summary",
    "whole_graph_once",
]  # fmt: skip


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for garbage only when all is collected, and never again among what stays for the whole run.

    Collecting makes millions of objects, of which hardly any goes, and each search would walk them. Afterwards, too,
    searches are rarer than Python's own 700 objects apart, which took a fourteenth of the processor's time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


@pytest.fixture
def hangup() -> Generator[int, None, None]:
    """SIGHUP, which ends this process and those that it starts, as it does unless the tests run under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield signal.SIGHUP
    signal.signal(signal.SIGHUP, before)


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
    """`made_once(name, make)`: a folder that one of the run's processes has `make` fill, and that all of them read.

    For what is dear to make and never changed. Nothing is left from a run before, which may have had other code.
    """
    folder = tmp_path_factory.getbasetemp()
    # pytest-xdist's processes have folders side by side in the run's own.
    return partial(surroundings.once, folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder)


@pytest.fixture(scope="session")
def whole_graph_once(made_once: Callable[..., Path]) -> Callable[[Any], Any]:
    """`whole_graph` for networks that several tests or processes export: each network is exported once in a run."""
    from exports import remembered  # torch

    return remembered(made_once)


@pytest.fixture(scope="session")
def export_once(whole_graph_once: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`export_graph` for the same."""
    from exports import exporting  # torch

    return exporting(whole_graph_once)
