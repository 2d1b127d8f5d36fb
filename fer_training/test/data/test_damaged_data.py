# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is damaged in a data set is one line that names it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from data_refusal import refusal

DAMAGES: list[tuple[str, str, Callable[[Path], object], str]] = [
    ("fer2013", "all", lambda r: edit(r / "fer2013.csv", "0,", "8,"), "line 2: emotion is '8'"),
    ("fer2013", "all", lambda r: edit(r / "fer2013.csv", "Training", "Train"), "line 2: Usage is 'Train'"),
    ("fer2013", "train", lambda r: edit(r / "fer2013.csv", " ", ""), "line 2: expected 2304 pixels"),
    ("fer2013", "all", lambda r: edit(r / "fer2013.csv", "pixels", "image"), "begins with 'emotion,image,Usage'"),
    ("ckplus", "all", lambda r: shutil.rmtree(r / "Emotion"), "no folder Emotion"),
    ("ckplus", "all", lambda r: shutil.rmtree(r / "cohn-kanade-images" / "S003" / "001"), "S003/001 has no image"),
    ("ckplus", "all", lambda r: one(r, "Emotion/S003/*/*").write_text("8\n"), "_emotion.txt holds '8'"),
    ("ckplus", "all", lambda r: one(r, "Landmarks/S003/*/*0011*").write_text("1 2\n"), "does not hold 68 points"),
    ("jaffe", "all", lambda r: one(r, "jaffe/KA.AN*").rename(r / "jaffe/KA.XX1.1.tiff"), "'XX' is none of"),
    ("jaffe", "all", lambda r: one(r, "jaffe/KA.AN*").write_bytes(b"II*"), "KA.AN1.1.tiff is not a readable image"),
    ("ferg", "all", lambda r: shutil.rmtree(r / "FERG_DB_256/ray/ray_joy"), "no images in FERG_DB_256/ray/ray_joy"),
    ("rafdb", "all", lambda r: one(r, "basic/Image/aligned/train_00007*").unlink(), "first train_00007_aligned.jpg"),
    ("rafdb", "all", lambda r: edit(r / "basic/EmoLabel/list_patition_label.txt", "jpg 2", "jpg 9"), "line 1"),
    ("rafdb", "all", lambda r: shutil.rmtree(r / "basic/Image/aligned"), "no folder Image/aligned"),
    ("affectnet", "all", lambda r: (r / "val_set/images/3.jpg").unlink(), "val_set/annotations are missing, first 3"),
    ("affectnet", "all", lambda r: (r / "train_set/annotations/3_exp.npy").write_bytes(b"x"), "holds no expression"),
    ("affectnet", "all", lambda r: shutil.rmtree(r / "val_set/images"), "no folder val_set/images"),
    ("folders", "all", lambda r: (r / "train/Angry/train0.png").write_bytes(b""), "train/Angry/train0.png is not"),
    ("folders", "all", lambda r: (r / "train/Angry/phone.HEIC").write_bytes(b"phone"), "phone.HEIC is not a readable"),
]  # fmt: skip


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def one(root: Path, pattern: str) -> Path:
    return next(iter(sorted(root.glob(pattern))))


@pytest.mark.parametrize(("name", "split", "damage", "reason"), DAMAGES, ids=[f"{d[0]}: {d[3]}" for d in DAMAGES])
def test_damage_is_one_line_that_names_it(
    copy: Callable[[str], Path], name: str, split: str, damage: Callable[[Path], object], reason: str
) -> None:
    root = copy(name)
    damage(root)
    assert reason in refusal(root, split)


def test_affectnet_annotations_are_never_unpickled(copy: Callable[[str], Path]) -> None:
    root = copy("affectnet")
    np.save(root / "train_set/annotations/3_exp.npy", np.array({"3": 3}, dtype=object), allow_pickle=True)
    assert "3_exp.npy holds no expression" in refusal(root)
