# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How well people agree with people."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fer_color.color_difference import color_errors
from fer_training import votes
from fer_training.data import Faces, load_labels
from fer_training.data.ferplus_columns import FERPLUS_INDEX


def faces(*seven: list[int]) -> Faces:
    """Votes for the seven in the messages' order."""
    columns = np.zeros((len(seven), 10), np.int64)
    columns[:, list(FERPLUS_INDEX)] = seven
    return Faces(tuple(map(str, range(len(seven)))), np.zeros((0, 48, 48), np.uint8), columns)


def test_one_against_the_others_by_hand() -> None:
    happy, neutral = np.eye(7)[3], np.eye(7)[4]
    of_happy = color_errors(happy[None], (2 * happy + neutral)[None] / 3)[0]
    of_neutral = color_errors(neutral[None], happy[None])[0]
    found = votes.one_against_the_others(faces([0, 0, 0, 3, 1, 0, 0], [0, 0, 0, 1, 0, 0, 0]))
    assert found.faces == 1  # of the second face nobody else is left
    assert found.accuracy == pytest.approx(0.75)
    assert found.colour_error == pytest.approx(0.75 * of_happy + 0.25 * of_neutral)


def test_it_is_the_mean_over_drawn_voters() -> None:
    generator = np.random.default_rng(5)
    drawn = faces(*generator.multinomial(10, [0.1, 0.05, 0.05, 0.4, 0.2, 0.1, 0.1], size=40).tolist())
    expected = []
    for shares in drawn.shares():
        people = np.repeat(np.eye(7), np.round(shares * 10).astype(int), axis=0)
        for number, one in enumerate(people):
            others = np.delete(people, number, axis=0).mean(axis=0)
            expected.append(color_errors(one[None], others[None])[0])
    assert votes.one_against_the_others(drawn).colour_error == pytest.approx(np.mean(expected))


def test_the_mean_answer_is_one_for_all() -> None:
    found = votes.mean_answer(faces([0, 0, 0, 10, 0, 0, 0], [0, 0, 0, 10, 0, 0, 0], [10, 0, 0, 0, 0, 0, 0]))
    mean = np.array([[1 / 3, 0, 0, 2 / 3, 0, 0, 0]])
    errors = [color_errors(mean, np.eye(7)[[emotion]])[0] for emotion in (3, 3, 0)]
    assert (found.accuracy, found.colour_error) == pytest.approx((2 / 3, np.mean(errors)))


def test_twins_are_found_by_their_pixels(
    tmp_path: Path, write_split: Callable, draw_faces: Callable, capsys: pytest.CaptureFixture[str]
) -> None:
    train, valid = draw_faces(16, 1), draw_faces(16, 2)
    (picture, _), first = train["fer0010002.png"], "fer0020000.png"
    valid[first] = (picture, [0, 0, 0, 0, 0, 0, 10, 0, 0, 0])
    write_split(tmp_path / "FER2013Train", train)
    write_split(tmp_path / "FER2013Valid", valid)
    assert votes.main(["--data", str(tmp_path), "--twins"]) == 0
    last = capsys.readouterr().out.splitlines()[-1].split()
    assert last[-3:-1] == ["1", "1.0000"]
    assert votes.main(["--data", str(tmp_path), "--split", "test"]) == 2
    assert "FER2013Test" in capsys.readouterr().err


def test_the_figures_that_the_design_names(real_data: Path) -> None:
    test = load_labels(real_data, "test").protocol_a()
    assert votes.mean_answer(test).colour_error == pytest.approx(26.9, abs=0.05)
    assert votes.one_against_the_others(test).colour_error == pytest.approx(14.1, abs=0.05)
