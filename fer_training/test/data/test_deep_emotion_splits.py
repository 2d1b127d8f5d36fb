# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Deep-Emotion's splits: as many images as its authors say, none twice, always the same."""

from pathlib import Path

import numpy as np
import pytest
from data_layouts import fer2013, ferg, ferplus, folders, jaffe

from fer_common.emotions import LABELS
from fer_training.data import load, load_labels
from fer_training.data.deep_emotion_splits import SIZES, Sizes, divide, load_as_deep_emotion
from fer_training.errors import TrainingError
from fer_training.training.learning_faces import learning_faces
from fer_training.training.recipe import Recipe


@pytest.mark.parametrize(("name", "count"), [("ckplus", 654), ("jaffe", 213), ("ferg", 55767)])
def test_the_sizes_are_theirs(name: str, count: int) -> None:
    names, labels = [f"{number}.png" for number in range(count)], [number % 7 for number in range(count)]
    rows = divide(names, labels, SIZES[name])
    sizes = {"ckplus": (420, 60, 113), "jaffe": (120, 23, 70), "ferg": (34000, 14000, 7000)}[name]
    assert tuple(len(rows[split]) for split in ("train", "valid", "test")) == sizes
    assert len(set(rows["train"]) | set(rows["valid"]) | set(rows["test"])) == sum(sizes)
    assert divide(names, labels, SIZES[name]) == rows
    if SIZES[name].test_each:
        assert set(np.bincount([labels[row] for row in rows["test"]])) == {SIZES[name].test_each}


def test_too_few_of_one_emotion_are_refused() -> None:
    labels = [0] * 200 + [number % 7 for number in range(13)]
    with pytest.raises(TrainingError, match=r"213 faces are too few, or too uneven, for .* 120, 23 and 70"):
        divide([str(number) for number in range(213)], labels, SIZES["jaffe"])


def test_a_set_is_divided_by_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jaffe(tmp_path)
    everything = load_labels(tmp_path, "all")
    monkeypatch.setitem(SIZES, "jaffe", Sizes(len(everything) - 9, 2, 7, 1))
    parts = {split: load_as_deep_emotion(tmp_path, split) for split in ("train", "valid", "test")}
    assert sorted(name for part in parts.values() for name in part.names) == sorted(everything.names)
    assert sorted(parts["test"].labels()) == list(range(7))
    assert parts["valid"].images.shape == (2, 48, 48)
    learned = learning_faces(tmp_path, Recipe(splits="deep_emotion"))
    assert learned["train"].names == parts["train"].names


def test_a_set_of_the_tests_is_too_small_and_others_have_no_such_split(tmp_path: Path) -> None:
    ferg(tmp_path / "ferg")
    folders(tmp_path / "folders")
    with pytest.raises(TrainingError, match="too few"):
        load_as_deep_emotion(tmp_path / "ferg", "train")
    with pytest.raises(TrainingError, match=r"no split for class folders; they measured FER2013, CK\+, JAFFE, FERG-DB"):
        load_as_deep_emotion(tmp_path / "folders", "train")
    with pytest.raises(TrainingError, match="are train, valid, test, not 'all'"):
        load_as_deep_emotion(tmp_path / "ferg", "all")


def test_ferplus_counts_by_the_words_and_fer2013_by_its_own_labels(tmp_path: Path) -> None:
    ferplus(tmp_path / "plus")
    with pytest.raises(TrainingError, match=r"own label: put fer2013_words\.csv there"):
        load_as_deep_emotion(tmp_path / "plus", "valid")
    lines = ["usage,image,word", "PublicTest,ferValid0.png,fear", "PublicTest,ferValid3.png,sad"]
    (tmp_path / "plus" / "fer2013_words.csv").write_text("\n".join(lines) + "\n")
    faces = load_as_deep_emotion(tmp_path / "plus", "valid")
    assert faces.names == ("ferValid0.png", "ferValid3.png")
    assert [LABELS[label] for label in faces.labels()] == ["fear", "sad"]
    np.testing.assert_array_equal(faces.shares(), np.eye(7)[faces.labels()])
    (tmp_path / "own").mkdir()
    fer2013(tmp_path / "own")
    own = load_as_deep_emotion(tmp_path / "own", "test")
    np.testing.assert_array_equal(own.votes, load(tmp_path / "own", "test").votes)
