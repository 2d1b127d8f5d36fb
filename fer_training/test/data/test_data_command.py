# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_training.data."""

import stat
from pathlib import Path

import numpy as np
import pytest
from data_layouts import LAYOUTS, drawing, ferplus, folders, jaffe, save
from PIL import Image

from fer_common.emotions import LABELS
from fer_training.data import FORMATS
from fer_training.data.__main__ import main, parse
from fer_training.data.contact_sheet import COLOURS, FACE, SHOWN
from fer_training.data.inspection import inspect
from fer_training.data.splitting import assign


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, list[str]]:
    capsys.readouterr()
    code = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    lines = [line for line in captured.err.splitlines() if line.strip()]
    # a progress bar shows up where the machine is slow
    return code, captured.out, [line for line in lines if not line.startswith("checking ")]


@pytest.mark.parametrize("name", [each.name for each in FORMATS])
def test_it_says_what_a_set_is_and_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    LAYOUTS[name](tmp_path)
    code, printed, errors = run(capsys, tmp_path)
    assert (code, errors) == (0, [])
    (layout,) = [each for each in FORMATS if each.name == name]
    assert f"{tmp_path}: {layout.title}" in printed
    assert f"licence: {layout.licence}" in printed
    assert "labels and images in order" in printed


def test_counts_are_those_of_the_faces(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    jaffe(tmp_path)
    _, printed, _ = run(capsys, tmp_path)
    rows = {line.split("  ")[0]: line.split() for line in printed.splitlines() if line}
    assert rows["angry"][1:] == ["8", "1", "1", "14.3%"]
    assert rows["faces"][1:] == ["56", "7", "7"]
    assert rows["of the seven"][3:] == ["56", "7", "7"]
    assert rows["contempt"][1:] == ["0", "0", "0"]


def test_one_line_for_each_split_that_is_odd(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ferplus(tmp_path)
    (tmp_path / "FER2013Train" / "label.csv").unlink()
    (tmp_path / "FER2013Valid" / "ferValid1.png").write_bytes(b"")
    (tmp_path / "FER2013Valid" / "ferValid2.png").write_bytes(b"")
    for path in (tmp_path / "FER2013Test").iterdir():
        path.unlink()
    code, printed, errors = run(capsys, tmp_path)
    assert code == 2
    assert len(errors) == 2
    assert errors[0].startswith("data: train: FER2013Train/label.csv is missing")
    assert "ferValid1.png is not a readable image" in errors[1]
    assert errors[1].endswith("(and 1 more)")
    assert "note: test: " in printed  # a split that is not there is no fault
    assert "in order" not in printed


def test_images_that_are_there_twice_or_blank_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders(tmp_path)
    for emotion in ("Sad", "Happy"):
        save(tmp_path / "test" / emotion / "again.png", drawing("fear", 99))
    save(tmp_path / "val" / "Fear" / "same.png", drawing("fear", 99))
    save(tmp_path / "val" / "Fear" / "blank.png", np.full((48, 48), 7, np.uint8))
    code, printed, _ = run(capsys, tmp_path, "--split", "valid", "--split", "test")
    assert code == 0
    assert "test: 23 images are in valid too" in printed  # the writer draws the same faces for every split
    assert "valid: 1 image is of one flat grey, first Fear/blank.png" in printed
    assert "train" not in printed.split("largest vote")[1].splitlines()[0]


def test_the_contact_sheet_shows_faces_and_votes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders(tmp_path / "set")
    sheet = tmp_path / "pictures" / "sheet.png"
    code, printed, _ = run(capsys, tmp_path / "set", "--sheet", sheet, "--across", 2)
    assert code == 0
    assert str(sheet) in printed
    assert stat.S_IMODE(sheet.stat().st_mode) == 0o600
    pixels = np.asarray(Image.open(sheet).convert("RGB")).reshape(-1, 3)
    for column, name in SHOWN.items():
        drawn = int((pixels == COLOURS[column]).all(axis=1).sum())
        # two faces' whole bars for each of the seven, and for all of them their square in the legend
        assert (drawn > 2 * FACE * 8) == (name not in ("contempt", "unknown", "no face"))
    again = tmp_path / "again.png"
    run(capsys, tmp_path / "set", "--sheet", again, "--across", 2)
    assert again.read_bytes() == sheet.read_bytes()


def test_the_relabelled_are_those_whose_word_people_contradicted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Seven faces, one an emotion: the words of two are others, one has none, and four agree."""
    ferplus(tmp_path / "set")
    sheet = tmp_path / "sheet.png"
    arguments = [tmp_path / "set", "--split", "valid", "--sheet", sheet, "--relabelled"]
    code, _, (line,) = run(capsys, *arguments)
    assert code == 2
    assert "fer2013_words.csv" in line
    words = ["sad", "happy", *LABELS[2:6]]  # angry was found under 'sad', disgust under 'happy'; surprise has none
    lines = [f"PublicTest,ferValid{number}.png,{word}" for number, word in enumerate(words)]
    (tmp_path / "set" / "fer2013_words.csv").write_text("\n".join(["usage,image,word", *lines]) + "\n")
    code, printed, errors = run(capsys, *arguments)
    assert (code, errors) == (0, [])
    assert str(sheet) in printed
    pixels = np.asarray(Image.open(sheet).convert("RGB")).reshape(-1, 3)
    barred = {name for column, name in SHOWN.items() if (pixels == COLOURS[column]).all(axis=1).sum() > FACE * 8}
    assert barred == {"angry", "disgust"}
    report = inspect(tmp_path / "set", ["valid"], sheet="valid", relabelled=True)
    assert {SHOWN[row]: count for row, count in report.chosen_from.items()} == {"sad": 1, "happy": 1}
    assert {SHOWN[row]: SHOWN[int(np.argmax(shown.votes))] for row, (shown,) in report.chosen.items()} == {
        "sad": "angry",
        "happy": "disgust",
    }


def test_no_picture_is_written_unasked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    run(capsys, tmp_path)
    assert sorted(tmp_path.rglob("*")) == before


def test_labels_alone_need_no_image(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders(tmp_path)
    (tmp_path / "test" / "Sad" / "test0.png").write_bytes(b"")
    assert run(capsys, tmp_path, "--labels-only")[0] == 0
    assert run(capsys, tmp_path)[0] == 2


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--sheet", "x.png", "--labels-only"], "--sheet needs the images"),
        (["--sheet", "x.png", "--split", "train", "--sheet-split", "test"], "none of the splits"),
        (["--relabelled"], "add --sheet"),
        (["--across", "0"], "give 1 or more"),
        (["--sheet", "blocked/x.png"], "cannot write"),
    ],
)
def test_a_bad_argument_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    arguments: list[str], reason: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "blocked").write_bytes(b"")
    folders(tmp_path / "set")
    code, _, errors = run(capsys, tmp_path / "set", *arguments)
    assert code == 2
    (line,) = errors
    assert line.startswith("data: ")
    assert reason in line


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "train_set").mkdir()
    (tmp_path / "train_set" / "annotations").mkdir()
    (tmp_path / "train_set" / "annotations" / "1_exp.npy").mkdir()  # as unreadable to root as to anybody
    (tmp_path / "train_set" / "images").mkdir()
    code, _, errors = run(capsys, tmp_path)
    assert code == 2
    assert "cannot read train_set/annotations/1_exp.npy" in errors[0]


def test_help_tells_layouts_and_licences(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--help"])
    printed = capsys.readouterr().out
    for each in FORMATS:
        assert each.layout in printed
        assert each.licence in printed


def test_groups_are_held_out_by_share() -> None:
    groups = [f"person {number}" for number in range(100)]
    splits = assign(groups)
    assert [list(splits.values()).count(split) for split in ("train", "valid", "test")] == [80, 10, 10]
    assert assign(reversed(groups)) == splits
    assert sorted(assign(["a", "b", "c"]).values()) == ["test", "train", "valid"]
    assert set(assign(["a", "b"]).values()) == {"train"}
