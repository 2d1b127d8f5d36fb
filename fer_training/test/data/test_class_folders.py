# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Folders named after emotions, in any tongue that is known."""

from pathlib import Path

import pytest
from data_layouts import drawing, save
from data_refusal import refusal

from fer_training.data import detect, load


def test_class_folders_in_other_tongues(tmp_path: Path) -> None:
    """Accents as letters of their own, as macOS writes them; two words of one emotion; contempt."""
    words = (
        "Wut",
        "colère",
        "dégoût",
        "miedo",
        "fröhlich",
        "neutro",
        "trauer",
        "u\u0308berraschung",
        "Verachtung",
        "7_sad",
    )
    for word in words:
        for number in range(2):
            save(tmp_path / "train" / word / f"{number}.png", drawing("happy", number, 60, 60))
            save(tmp_path / "test" / word / f"{number}.png", drawing("happy", number, 60, 60))
    assert detect(tmp_path).name == "folders"
    faces = load(tmp_path, "test")
    assert len(faces) == 20
    labels = faces.protocol_a().labels().tolist()
    assert [labels.count(label) for label in range(7)] == [4, 2, 2, 2, 2, 4, 2]
    save(tmp_path / "test" / "radość" / "1.png", drawing("happy", 1, 60, 60))
    assert "folder 'radość' is no emotion; there are: angry, disgust, fear, happy, neutral, sad" in refusal(
        tmp_path, "test"
    )


@pytest.mark.parametrize("split", ["", "train"])
def test_folders_in_an_unknown_tongue_are_named(tmp_path: Path, split: str) -> None:
    for word in ("gniew", "radość", "smutek"):
        save(tmp_path / split / word / "1.jpg", drawing("happy", 1, 60, 60))
    said = refusal(tmp_path)
    assert "folders of faces are called angry, disgust, fear, happy, neutral, sad, surprise, contempt, also by" in said
    assert "and 'gniew' is none of these" in said
