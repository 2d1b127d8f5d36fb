# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Writes small data sets in their official layouts, as their authors describe them, for the tests."""

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from fer_common.emotions import LABELS

ORDER = ("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear")


def drawing(emotion: str, number: int, height: int = 48, width: int = 48) -> np.ndarray:
    """Grey, with a bright stripe whose height tells the emotion, and noise that tells the number."""
    generator = np.random.default_rng(number)
    pixels = generator.integers(20, 60, (height, width), dtype=np.uint8)
    begin, end = bands(height)[LABELS.index(emotion)]
    pixels[begin:end] += 160
    return pixels


def drawn(image: np.ndarray) -> str:
    """The emotion that `drawing` put into an image, whatever has become of its size."""
    rows = image.mean(axis=1)
    return LABELS[int(np.argmax([rows[begin:end].mean() for begin, end in bands(len(rows))]))]


def bands(height: int) -> list[tuple[int, int]]:
    """First and last-but-one row of each emotion's stripe."""
    return list(itertools.pairwise(np.linspace(0, height, len(LABELS) + 1).round().astype(int).tolist()))


def save(path: Path, pixels: np.ndarray, *, colour: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.stack([pixels] * 3, axis=-1) if colour else pixels).save(path, quality=95)


def ferplus(root: Path) -> None:
    for split, count in (("Train", 14), ("Valid", 7), ("Test", 7)):
        lines = []
        for number in range(count):
            emotion = LABELS[number % 7]
            votes = [10 * (name == emotion) for name in ORDER] + [0, 0, 0]
            save(root / f"FER2013{split}" / f"fer{split}{number}.png", drawing(emotion, number))
            lines.append(f'fer{split}{number}.png,"(0, 0, 48, 48)",{",".join(map(str, votes))}')
        (root / f"FER2013{split}" / "label.csv").write_text("\n".join(lines) + "\n")


def fer2013(root: Path) -> None:
    codes = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
    lines = ["emotion,pixels,Usage"]
    for usage, count in (("Training", 14), ("PublicTest", 7), ("PrivateTest", 7)):
        for number in range(count):
            pixels = " ".join(map(str, drawing(codes[number % 7], number).ravel()))
            lines.append(f"{number % 7},{pixels},{usage}")
    (root / "fer2013.csv").write_text("\n".join(lines) + "\n")


def ckplus(root: Path) -> None:
    codes = {1: "angry", 3: "disgust", 4: "fear", 5: "happy", 6: "sad", 7: "surprise"}
    for person in range(12):
        sequence = Path(f"S{person:03d}") / "001"
        stem = f"S{person:03d}_001_"
        code, emotion = list(codes.items())[person % len(codes)]
        for frame, shown in ((1, "neutral"), (2, "neutral"), (11, emotion)):
            picture = np.full((480, 640), 30, np.uint8)
            picture[140:340, 220:420] = np.asarray(Image.fromarray(drawing(shown, person)).resize((200, 200)))
            save(root / "cohn-kanade-images" / sequence / f"{stem}{frame:08d}.png", picture)
            points = np.zeros((68, 2))
            points[36:48] = 320, 140 + 0.384 * 200  # eyes and mouth as FER+ has them in that square of 200
            points[48:] = 320, 140 + 0.754 * 200
            file = root / "Landmarks" / sequence / f"{stem}{frame:08d}_landmarks.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("\n".join(f"   {x:.7e}   {y:.7e}" for x, y in points) + "\n")
        label = root / "Emotion" / sequence / f"{stem}00000011_emotion.txt"
        label.parent.mkdir(parents=True)
        label.write_text(f"   {code:.7e}\n")
    save(root / "cohn-kanade-images" / "S999" / "001" / "S999_001_00000001.png", drawing("happy", 0))  # no label
    (root / "Emotion" / "S999" / "001").mkdir(parents=True)


def jaffe(root: Path) -> None:
    codes = {"AN": "angry", "DI": "disgust", "FE": "fear", "HA": "happy", "NE": "neutral", "SA": "sad"}
    codes["SU"] = "surprise"
    number = 0
    for person in ("KA", "KL", "KM", "KR", "MK", "NA", "NM", "TM", "UY", "YM"):
        for code, emotion in codes.items():
            number += 1
            portrait = np.full((256, 256), 30, np.uint8)
            begin, side = 38, 180  # the middle 70 %, which is cut where no face is found
            portrait[begin : begin + side, begin : begin + side] = drawing(emotion, number, side, side)
            save(root / "jaffe" / f"{person}.{code}1.{number}.tiff", portrait)
    (root / "jaffe" / "README_FIRST.txt").write_text("#  HAP SAD SUR ANG DIS FEA PIC\n")


def ferg(root: Path) -> None:
    names = {"angry": "anger", "disgust": "disgust", "fear": "fear", "happy": "joy", "neutral": "neutral"}
    names |= {"sad": "sadness", "surprise": "surprise"}
    for place, character in enumerate(("aia", "bonnie", "jules", "malcolm", "mery", "ray")):
        for emotion, name in names.items():
            folder = root / "FERG_DB_256" / character / f"{character}_{name}"
            save(folder / f"{character}_{name}_1.png", drawing(emotion, place, 256, 256), colour=True)


def rafdb(root: Path) -> None:
    codes = ("surprise", "fear", "disgust", "happy", "sad", "angry", "neutral")
    lines = []
    for split, count in (("train", 40), ("test", 14)):
        for number in range(1, count + 1):
            stem, code = f"{split}_{number:05d}", number % 7 + 1
            pixels = drawing(codes[code - 1], number, 100, 100)
            save(root / "basic" / "Image" / "aligned" / f"{stem}_aligned.jpg", pixels, colour=True)
            lines.append(f"{stem}.jpg {code}")
    (root / "basic" / "EmoLabel").mkdir()
    (root / "basic" / "EmoLabel" / "list_patition_label.txt").write_text("\n".join(lines) + "\n")


AFFECTNET_CODES = ("neutral", "happy", "sad", "surprise", "fear", "disgust", "angry")


def affectnet(root: Path) -> None:
    for folder, count in (("train_set", 40), ("val_set", 14)):
        (root / folder / "annotations").mkdir(parents=True)
        for number in range(count):
            pixels = drawing(AFFECTNET_CODES[number % 7], number, 224, 224)
            save(root / folder / "images" / f"{number}.jpg", pixels, colour=True)
            np.save(root / folder / "annotations" / f"{number}_exp.npy", np.array(str(number % 7)))
            np.save(root / folder / "annotations" / f"{number}_val.npy", np.array("-0.5"))


def folders(root: Path) -> None:
    for split in ("train", "val", "test"):
        for place, emotion in enumerate(LABELS):
            for number in range(3):
                save(root / split / emotion.title() / f"{split}{number}.png", drawing(emotion, 9 * place + number))


LAYOUTS: dict[str, Callable[[Path], None]] = {
    write.__name__: write for write in (ferplus, fer2013, ckplus, jaffe, ferg, rafdb, affectnet, folders)
}
"""A writer for each format of `fer_training.data.FORMATS`, by its name."""
