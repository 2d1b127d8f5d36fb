# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The clip, bags of it, and how a bag is cut."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:  # late in fact: the process that deals out the tests needs none of what these import
    from fer_evaluation.bags.media import Timed

SHARED = Path(__file__).resolve().parents[3] / "shared"
LABELS = "start_s,end_s,emotion\n2.0,6.0,sad\n11.0,19.6,happy\n"


@pytest.fixture(autouse=True, scope="session")
def _heed_ctrl_c():
    """In the background a shell has its children ignore SIGINT, and theirs with them."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def clip() -> Path:
    """A clip of a woman who is sad for some seconds, then wonders, then laughs, and that faces can be found in."""
    from fer_perception.fetch_yunet import FILE_NAME, default_path

    if not ((SHARED / "models" / FILE_NAME).is_file() or default_path().is_file()):
        pytest.skip(f"YuNet's weights ({FILE_NAME}) are not fetched (make fetch)")
    for path in (SHARED / "media" / "sad_to_happy.mp4", default_path().with_name("sad_to_happy.mp4")):
        if path.is_file():
            return path
    pytest.skip("the sample clip sad_to_happy.mp4 is neither in ../shared/media nor fetched (make fetch)")


@pytest.fixture(scope="module")
def blank_pictures() -> Iterator[None]:
    """The report's pictures are empty: for tests that ask nothing of them, whose time would go to matplotlib."""
    from matplotlib.figure import Figure

    from fer_evaluation.report import drawing

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "KINDS", dict.fromkeys(drawing.KINDS, lambda *_: Figure(figsize=(1, 1))))
        yield


@pytest.fixture(scope="session")
def every_sixth(clip: Path) -> "list[Timed]":
    """Every sixth image of the clip, 79 of them, four a second, at half size."""
    from fer_evaluation.bags.media import video_images

    return [(image[::2, ::2], at) for number, (image, at) in enumerate(video_images(clip)) if number % 6 == 0]


@pytest.fixture(scope="session")
def short_bag(clip: Path, request: pytest.FixtureRequest, made_once: Callable[..., Path]) -> Path:
    """These as a bag, with labels beside it: short.labels.csv. Not to be changed."""

    from fer_evaluation.make_bag import Form, write_bag

    def make(folder: Path) -> None:
        write_bag(folder / "short", request.getfixturevalue("every_sixth"), Form(jpeg=90, topic="/camera"))
        (folder / "short.labels.csv").write_text(LABELS)

    return made_once("short", make) / "short"


@pytest.fixture(scope="session")
def long_bag(every_sixth: "list[Timed]", made_once: Callable[..., Path]) -> Path:
    """One image 2,000 times, thirty a second: some ten seconds of work. Not to be changed."""

    from fer_evaluation.make_bag import Form, write_bag

    def make(folder: Path) -> None:
        write_bag(folder / "bag", ((every_sixth[30][0], at / 30) for at in range(2000)), Form(jpeg=90))

    return made_once("long", make) / "bag"


def grey_images(count: int, rate: float = 10.0) -> "Iterator[Timed]":
    for number in range(count):
        yield np.full((60, 80, 3), 100 + number % 50, np.uint8), number / rate


@pytest.fixture
def grey_bag(tmp_path: Path) -> Callable[..., Path]:
    """Makes a bag of small grey images without a face: grey_bag(count, name='grey', **form)."""

    from fer_evaluation.make_bag import Form, write_bag

    def make(count: int = 20, name: str = "grey", **form: object) -> Path:
        return_path = tmp_path / name
        write_bag(return_path, grey_images(count), Form(**form))
        return return_path

    return make
