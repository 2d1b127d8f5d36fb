# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Every data set's official layout, and what may be wrong with it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from data_layouts import AFFECTNET_CODES, drawing, drawn, ferplus, folders, save
from data_refusal import refusal
from PIL import Image

from fer_common.emotions import LABELS
from fer_training.data import FORMATS, SPLITS, detect, list_samples, load, load_labels, split_title
from fer_training.data.ferplus_columns import FERPLUS_COLUMNS

NAMES = [each.name for each in FORMATS]


@pytest.mark.parametrize("name", NAMES)
def test_each_layout_is_recognised_as_itself_alone(layouts: dict[str, Path], name: str) -> None:
    assert detect(layouts[name]).name == name
    assert [each.name for each in FORMATS if each.found(layouts[name])] == [name]


@pytest.mark.parametrize("name", NAMES)
def test_every_face_has_the_label_that_was_drawn(layouts: dict[str, Path], name: str) -> None:
    faces = load(layouts[name], "all")
    assert faces.images.shape == (len(faces), 48, 48)
    assert faces.images.dtype == np.uint8
    assert faces.votes.dtype == np.int64
    assert (faces.votes.sum(axis=1) == 10).all()
    assert len(faces.protocol_a()) == len(faces)
    assert {LABELS[label] for label in faces.labels()} == set(LABELS)
    for image, label in zip(faces.images, faces.labels()):
        assert drawn(image) == LABELS[label]
    np.testing.assert_array_equal(faces.shares(), np.eye(7)[faces.labels()])


@pytest.mark.parametrize("name", NAMES)
def test_splits_share_no_face_and_make_up_the_set(layouts: dict[str, Path], name: str) -> None:
    listed = {split: [sample.name for sample in list_samples(layouts[name], split)] for split in SPLITS}
    assert all(listed.values())
    assert len(listed["train"]) >= max(len(listed["valid"]), len(listed["test"]))
    everything = [sample.name for sample in list_samples(layouts[name], "all")]
    assert sorted(everything) == sorted(name for names in listed.values() for name in names)
    if name not in ("affectnet", "fer2013"):  # their names are numbers within a folder or file
        assert len(set(everything)) == len(everything)


@pytest.mark.parametrize("name", NAMES)
def test_labels_alone_are_the_same_labels(layouts: dict[str, Path], name: str) -> None:
    whole, labels = load(layouts[name], "valid"), load_labels(layouts[name], "valid")
    assert labels.names == whole.names
    np.testing.assert_array_equal(labels.votes, whole.votes)
    assert labels.images.shape == (0, 48, 48)


@pytest.mark.parametrize(("name", "digits"), [("jaffe", 2), ("ckplus", 4), ("ferg", 3)])
def test_no_person_is_in_two_splits(layouts: dict[str, Path], name: str, digits: int) -> None:
    persons = [{sample.name[:digits] for sample in list_samples(layouts[name], split)} for split in SPLITS]
    assert sum(map(len, persons)) == len(set.union(*persons))


def test_what_cannot_be_told_is_one_line_with_every_layout(tmp_path: Path) -> None:
    text = refusal(tmp_path)
    assert all(each.title in text for each in FORMATS)
    assert "no folder" in refusal(tmp_path / "nowhere")
    ferplus(tmp_path)
    assert "train, valid, test, all" in refusal(tmp_path, "validation")


def test_splits_have_titles(layouts: dict[str, Path]) -> None:
    assert split_title(layouts["ferplus"], "valid") == "FER2013Valid"
    assert split_title(layouts["jaffe"], "all") == "JAFFE, all"


def test_fer2013_takes_ferplus_votes_where_they_lie_beside_it(copy: Callable[[str], Path]) -> None:
    root = copy("fer2013")
    lines = ["Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"]
    for row in range(28):
        usage = "Training" if row < 14 else "PublicTest" if row < 21 else "PrivateTest"
        dropped = row == 3
        votes = "0,0,0,0,0,0,0,0,0,10" if dropped else f"{row % 7},1,0,0,0,0,{8 - row % 7},1,0,0"
        lines.append(f"{usage},{'' if dropped else f'fer{row:07d}.png'},{votes}")
    (root / "fer2013new.csv").write_text("\n".join(lines) + "\n")
    faces = load(root, "train")
    assert len(faces) == 13
    assert faces.names[:4] == ("fer0000000.png", "fer0000001.png", "fer0000002.png", "fer0000004.png")
    assert faces.votes[3].tolist() == [4, 1, 0, 0, 0, 0, 4, 1, 0, 0]
    np.testing.assert_array_equal(faces.images[3], drawing("sad", 4))  # row 4 of the CSV, not row 3
    (root / "fer2013new.csv").write_text("\n".join(lines[:-1]) + "\n")
    assert "fer2013new.csv has 27 lines" in refusal(root)
    (root / "fer2013new.csv").write_text("\n".join([*lines, lines[-1]]) + "\n")
    assert "fer2013new.csv has 29 lines" in refusal(root)


def test_ferplus_votes_are_the_same_from_its_csv_and_its_folders(real_data: Path, tmp_path: Path) -> None:
    shutil.copy(real_data / "fer2013new.csv", tmp_path)
    with open(tmp_path / "fer2013new.csv") as lines:
        usages = [line.split(",")[0] for line in lines][1:]
    (tmp_path / "fer2013.csv").write_text("emotion,pixels,Usage\n" + "".join(f"0,,{usage}\n" for usage in usages))
    for split in ("train", "valid"):
        ours, theirs = load_labels(tmp_path, split), load_labels(real_data, split)
        assert sorted(ours.names) == list(theirs.names)  # four names stand twice in the CSV
        # all but the faces that FER2013 has twice (see fer_training.data.formats.fer2013)
        votes = ours.votes[np.argsort(ours.names)]
        assert 0.92 < (votes == theirs.votes).all(axis=1).mean() < 1


def test_the_competitions_own_csv_has_its_columns_otherwise(copy: Callable[[str], Path]) -> None:
    root = copy("fer2013")
    expected = load(root, "test")
    rows = [line.split(",") for line in (root / "fer2013.csv").read_text().splitlines()[1:]]
    lines = ["emotion, Usage, pixels", *(f"{emotion},{usage},{pixels}" for emotion, pixels, usage in rows)]
    (root / "icml_face_data.csv").write_text("\n".join(lines) + "\n")
    (root / "fer2013.csv").unlink()
    np.testing.assert_array_equal(load(root, "test").images, expected.images)
    np.testing.assert_array_equal(load(root, "test").votes, expected.votes)


def test_ckplus_peaks_and_neutral_faces(layouts: dict[str, Path], copy: Callable[[str], Path]) -> None:
    samples = {sample.name: sample.votes for sample in list_samples(layouts["ckplus"], "all")}
    assert len(samples) == 24  # 12 sequences with a label, two faces each; the one without is left out
    for name, votes in samples.items():
        assert (votes[FERPLUS_COLUMNS.index("neutral")] == 10) == name.endswith("00000001.png")
    root = copy("ckplus")
    contempt = next(root.glob("Emotion/S000/*/*.txt"))
    contempt.write_text("   2.0000000e+00\n")
    faces = load(root, "all")
    assert faces.votes[:, FERPLUS_COLUMNS.index("contempt")].sum() == 10
    assert len(faces.protocol_a()) == len(faces) - 1


def test_affectnet_as_it_was_before_2021(tmp_path: Path) -> None:
    for file, count in (("training.csv", 30), ("validation.csv", 8)):
        lines = [
            "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal"
        ]
        for number in range(count):
            photograph = np.zeros((300, 400), np.uint8)
            photograph[40:236, 150:346] = drawing(AFFECTNET_CODES[number % 7], number, 196, 196)
            name = f"{number % 3}/{file[:5]}{number}.jpg"
            save(tmp_path / "Manually_Annotated" / "Manually_Annotated_Images" / name, photograph, colour=True)
            code = number % 7 if number else 9  # uncertain
            lines.append(f"{name},150,40,196,196,1.0;2.0,{code},0.1,0.2")
        (tmp_path / file).write_text("\n".join(lines) + "\n")
    assert detect(tmp_path).name == "affectnet"
    faces = load(tmp_path, "all")
    assert len(faces) == 38
    kept = faces.protocol_a()
    assert len(kept) == 36
    for image, label in zip(kept.images, kept.labels()):
        assert drawn(image) == LABELS[label]

    training = tmp_path / "training.csv"
    training.write_text(training.read_text().replace("150,40,196,196", "nan,40,196,196", 1))
    assert "training.csv, line 2: expected" in refusal(tmp_path, "train")


def test_class_folders_without_splits_are_split_alike_every_time(tmp_path: Path) -> None:
    for number in range(100):
        save(tmp_path / ("HAPPY" if number % 2 else "sadness") / f"{number}.png", drawing("happy", number, 60, 90))
    sizes = {split: len(list_samples(tmp_path, split)) for split in SPLITS}
    assert sizes == {"train": 80, "valid": 10, "test": 10}
    first = [sample.name for sample in list_samples(tmp_path, "valid")]
    assert [sample.name for sample in list_samples(tmp_path, "valid")] == first
    save(tmp_path / "bored" / "1.png", drawing("happy", 1))
    assert "'bored' is no emotion" in refusal(tmp_path)


def test_class_folders_hold_out_what_is_missing(tmp_path: Path) -> None:
    folders(tmp_path)
    shutil.rmtree(tmp_path / "val")
    names = {split: {sample.name for sample in list_samples(tmp_path, split)} for split in SPLITS}
    assert {split: len(its) for split, its in names.items()} == {"train": 19, "valid": 2, "test": 21}
    shutil.rmtree(tmp_path / "test")
    assert "no folder for the split 'test', only train" in refusal(tmp_path, "test")


def test_pictures_lie_upright_as_their_exif_says(tmp_path: Path) -> None:
    folders(tmp_path)
    exif = Image.Exif()
    exif[0x0112] = 3  # turned by 180 degrees
    path = tmp_path / "test/Sad/test0.png"
    with Image.open(path) as image:
        upright = np.asarray(image)
        image.rotate(180).save(path, exif=exif)
    faces = load(tmp_path, "test")
    np.testing.assert_array_equal(faces.images[faces.names.index("Sad/test0.png")], upright)


@pytest.mark.parametrize("between", [("CK+48",), ("images",), ("archive", "data")])
@pytest.mark.parametrize("name", NAMES)
def test_a_folder_in_between_is_found(
    layouts: dict[str, Path], tmp_path: Path, name: str, between: tuple[str, ...]
) -> None:
    shutil.copytree(layouts[name], tmp_path.joinpath(*between))
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / ".git").mkdir()
    assert detect(tmp_path).name == name
    names = [one.name for one in list_samples(layouts[name], "all")]
    assert [one.name for one in list_samples(tmp_path, "all")] == names
    assert split_title(tmp_path, "test") == split_title(layouts[name], "test")


def test_two_sets_in_a_folder_are_named(layouts: dict[str, Path], tmp_path: Path) -> None:
    for name in ("jaffe", "folders"):
        shutil.copytree(layouts[name], tmp_path / name)
    assert "holds 2 data sets: 'folders' (class folders), 'jaffe' (JAFFE); name one" in refusal(tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_what_macos_writes_beside_images_is_none(copy: Callable[[str], Path], name: str) -> None:
    root = copy(name)
    before = len(list_samples(root, "all"))
    for path in [path for path in root.rglob("*") if path.is_file()]:
        path.with_name(f"._{path.name}").write_bytes(b"\0\5\x16\7")
    assert len(list_samples(root, "all")) == before
    assert len(load(root, "all")) == before


def test_raf_db_in_folders_by_number(tmp_path: Path) -> None:
    codes = ("surprise", "fear", "disgust", "happy", "sad", "angry", "neutral")
    for split, count in (("train", 12), ("test", 2)):
        for code, label in enumerate(codes, 1):
            for number in range(count):
                name = f"{split}_{code}{number:04}_aligned.jpg"
                save(tmp_path / "DATASET" / split / str(code) / name, drawing(label, number, 100, 100))
    assert detect(tmp_path).name == "rafdb"
    faces = load(tmp_path, "test")
    assert len(faces) == 14
    assert [LABELS[label] for label in faces.labels()] == [label for label in codes for _ in range(2)]
    assert len(load(tmp_path, "train")) + len(load(tmp_path, "valid")) == 84


def test_other_numbers_are_not_raf_db_s(tmp_path: Path) -> None:
    """AffectNet's, from 0 to 7, mean other emotions."""
    for code in range(8):
        save(tmp_path / "train" / str(code) / "1.jpg", drawing("happy", 1, 100, 100))
    assert "holds no data set in a known layout" in refusal(tmp_path)


def test_images_further_down_count(copy: Callable[[str], Path]) -> None:
    """Sorted once more below their class, as by person; nothing is left out unseen."""
    root = copy("folders")
    before = sorted(label for split in SPLITS for label in load(root, split).labels())
    for path in [path for path in sorted(root.rglob("*")) if path.is_file()]:
        (path.parent / "ann").mkdir(exist_ok=True)
        path.rename(path.parent / "ann" / path.name)
    assert sorted(label for split in SPLITS for label in load(root, split).labels()) == before


@pytest.mark.parametrize("change", ["blank line", "mark", "carriage returns"])
@pytest.mark.parametrize("name", ["ferplus", "fer2013", "ckplus", "rafdb"])
def test_lists_as_editors_leave_them(copy: Callable[[str], Path], change: str, name: str) -> None:
    root = copy(name)
    before = load(root, "all")
    for file in [*root.rglob("*.csv"), *root.rglob("*.txt")]:
        content = file.read_bytes()
        changed = {
            "blank line": content + b"\r\n\n",
            "mark": b"\xef\xbb\xbf" + content,
            "carriage returns": content.replace(b"\n", b"\r\n"),
        }
        file.write_bytes(changed[change])
    after = load(root, "all")
    assert after.names == before.names
    np.testing.assert_array_equal(after.images, before.images)


def test_a_misspelt_folder_is_named_with_what_was_meant(copy: Callable[[str], Path]) -> None:
    root = copy("folders")
    misspelt = "surprise".replace("r", "", 1)
    (next(path for path in sorted(root.rglob("*")) if path.is_file()).parent.parent / misspelt).mkdir()
    assert f"folder '{misspelt}' is no emotion, did you mean 'surprise'?" in refusal(root)
