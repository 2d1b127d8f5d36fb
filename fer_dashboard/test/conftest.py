# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The nodes that a page is of, and a browser."""

import sys
from collections.abc import Iterator

import pytest
from browser import Browser, find_browser
from page_stage import COLOR, FEED, PERCEPTION, started


@pytest.fixture(scope="module")
def graph() -> Iterator[None]:
    processes = [started(COLOR), started(PERCEPTION), started([sys.executable, "-c", FEED])]
    yield
    for process in processes:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = find_browser()
    if executable is None:
        pytest.skip("no browser: apt-get install chromium")
    made = Browser(executable)
    yield made
    made.close()
