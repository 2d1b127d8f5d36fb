# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Counts of labels as a picture."""

from pathlib import Path

import numpy as np
import pytest
from data_layouts import LAYOUTS
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fer_training.data.__main__ import main
from fer_training.data.histogram import moved

EMOTIONS = st.integers(-1, 6)


@given(st.lists(st.tuples(EMOTIONS, EMOTIONS), min_size=1, max_size=60))
def test_faces_are_counted_by_word_and_vote(pairs: list[tuple[int, int]]) -> None:
    from sklearn.metrics import confusion_matrix

    votes, words = np.array(pairs).T
    known = (votes >= 0) & (words >= 0)
    expected = confusion_matrix(words[known], votes[known], labels=range(7)) if known.any() else np.zeros((7, 7))
    assert np.array_equal(moved(votes, words), expected)


@pytest.mark.parametrize("name", ["ferplus", "jaffe"])
def test_the_command_draws_it(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    LAYOUTS[name](tmp_path / "data")
    picture = tmp_path / "pictures" / "labels.png"
    assert main([str(tmp_path / "data"), "--labels-only", "--histogram", str(picture)]) == 0
    assert f"histogram: {picture}" in capsys.readouterr().out
    with Image.open(picture) as image:
        assert image.size[0] > 900
    (tmp_path / "file").write_text("")
    assert main([str(tmp_path / "data"), "--labels-only", "--histogram", str(tmp_path / "file" / "x.png")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "name another --histogram" in line
