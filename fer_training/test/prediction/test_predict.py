# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Photographs, folders and films to a table, as a person calls the command."""

import csv
import os
import stat
from pathlib import Path

import cv2
import numpy as np
import pytest

from fer_common.emotions import LABELS
from fer_training.errors import TrainingError
from fer_training.predict import main
from fer_training.prediction.drawing import drawn, lines
from fer_training.prediction.media import files
from fer_training.prediction.table import COLUMNS, NOBODY, UNREADABLE, Answer, Table

HAPPY = Answer("1", (40, 30, 50, 60), 0.9, np.array([0, 0, 0, 0.9, 0.1, 0, 0], np.float32), (75, 184, 72))


def rows_of(path: Path) -> list[dict[str, str]]:
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three grey pictures without a face, one below, and texts that call themselves pictures, one a phone's."""
    (tmp_path / "pictures" / "more").mkdir(parents=True)
    for name in ("frame2.png", "frame10.png", "more/one.jpg"):
        cv2.imwrite(str(tmp_path / "pictures" / name), np.full((120, 160, 3), 90, np.uint8))
    for name in ("torn.png", "phone.HEIC"):
        (tmp_path / "pictures" / name).write_text("not a picture")
    (tmp_path / "pictures" / "notes.txt").write_text("left alone")
    return tmp_path / "pictures"


def test_a_folder_is_read_in_the_order_in_which_people_count(folder: Path) -> None:
    names = [Path(name).relative_to(folder).as_posix() for name in files([str(folder)])]
    assert names == ["frame2.png", "frame10.png", "more/one.jpg", "phone.HEIC", "torn.png"]


def test_every_file_is_in_the_table_whatever_it_holds(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "answers.csv"
    assert main([str(folder), "--output", str(table), "--detector", "haar"]) == 0
    assert [row["note"] for row in rows_of(table)] == [NOBODY, NOBODY, NOBODY, UNREADABLE, UNREADABLE]


def test_a_run_that_was_stopped_goes_on_and_says_the_same(folder: Path, tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole.csv", tmp_path / "parts.csv"
    arguments = [str(folder), "--detector", "haar", "--output"]
    assert main([*arguments, str(whole)]) == 0
    text = whole.read_bytes()
    for cut in (len(text) - 1, len(text) // 2, len(",".join(COLUMNS)) + 2, 0):
        parts.write_bytes(text[:cut])
        assert main([*arguments, str(parts)]) == 0
        assert parts.read_bytes() == text, cut


def test_what_is_in_the_table_already_is_said(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [str(folder), "--detector", "haar", "--output", str(tmp_path / "answers.csv")]
    assert main(arguments) == 0
    assert "note: " not in capsys.readouterr().err
    before = (tmp_path / "answers.csv").read_bytes()
    assert main([*arguments, "--model", "accurate"]) == 0
    assert "pictures are in" in (said := capsys.readouterr().err)
    assert "already and stay as they are, whatever --model" in said
    assert (tmp_path / "answers.csv").read_bytes().startswith(before[: before.rindex(b"\n", 0, -1)])


def test_a_name_that_is_no_text_is_kept_as_it_is_and_nobody_else_reads_it(tmp_path: Path) -> None:
    table, name = tmp_path / "answers.csv", os.fsdecode(b"h\xf6ren.png")
    with Table(table) as first:
        first.add(name, None, [HAPPY])
        first.add("other.png", None, [])
    with Table(table) as again:
        assert again.done == {name}
    assert b"\nh\xf6ren.png,," in table.read_bytes()
    assert stat.S_IMODE(table.stat().st_mode) == 0o600


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").symlink_to("/dev/full")
    table = Table(tmp_path / "answers.csv")
    with pytest.raises(TrainingError, match="No space left"):
        table.add("one.png", None, [HAPPY])
    table.__exit__(None, None, None)


def test_rows_of_several_faces_and_names_with_a_line_break_are_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with Table(path) as table:
        table.add("a\nb.png", None, [HAPPY, HAPPY])
        table.add("c.png", None, [HAPPY])
    with Table(path) as table:
        assert table.done == {"a\nb.png"}
        table.add("c.png", None, [])
    assert [row["file"] for row in rows_of(path)] == ["a\nb.png", "a\nb.png", "c.png"]
    shares = [float(rows_of(path)[0][label]) for label in LABELS]
    assert shares == pytest.approx(HAPPY.probabilities, abs=1e-4)


def test_another_table_is_not_written_into(tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    assert main([str(folder), "--output", str(path), "--detector", "haar"]) == 2
    assert "no table of this command" in capsys.readouterr().err
    assert path.read_text() == "a,b\n1,2\n"


def test_a_film_gives_times_and_an_annotated_film(tmp_path: Path) -> None:
    film, table, to = tmp_path / "film.mp4", tmp_path / "film.csv", tmp_path / "drawn.mp4"
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"mp4v"), 10, (160, 120))
    for _ in range(5):
        writer.write(np.full((120, 160, 3), 90, np.uint8))
    writer.release()
    assert main([str(film), "--output", str(table), "--annotate", str(to), "--detector", "haar"]) == 0
    assert stat.S_IMODE(to.stat().st_mode) == 0o600, "it shows faces"
    assert [row["time_s"] for row in rows_of(table)] == ["0.000", "0.100", "0.200", "0.300", "0.400"]
    capture = cv2.VideoCapture(str(to))
    assert capture.get(cv2.CAP_PROP_FRAME_COUNT) == 5
    assert capture.get(cv2.CAP_PROP_FPS) == 10


def test_films_named_by_the_time_of_day_are_read_and_written_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FFmpeg would take what stands before the first colon for a protocol."""
    monkeypatch.chdir(tmp_path)
    writer = cv2.VideoWriter("made.mp4", cv2.VideoWriter.fourcc(*"mp4v"), 10, (160, 120))
    for _ in range(3):
        writer.write(np.full((120, 160, 3), 90, np.uint8))
    writer.release()
    Path("made.mp4").rename("12:30:05.mp4")
    assert main(["12:30:05.mp4", "--output", "t.csv", "--annotate", "drawn:12:30.mp4", "--detector", "haar"]) == 0
    assert len(rows_of(Path("t.csv"))) == 3
    assert cv2.VideoCapture(str(tmp_path / "drawn:12:30.mp4")).get(cv2.CAP_PROP_FRAME_COUNT) == 3


def test_the_sample_clips_answers_are_the_nodes(tmp_path: Path) -> None:
    clip = Path(__file__).resolve().parents[4] / "shared" / "media" / "sad_to_happy.mp4"
    if not clip.is_file():
        pytest.skip("the sample clip is not beside the checkout")
    table = tmp_path / "clip.csv"
    capture = cv2.VideoCapture(str(clip))
    ok, first = capture.read()
    assert ok
    photo = tmp_path / "photo.png"
    cv2.imwrite(str(photo), first)
    if main([str(photo), "--output", str(table), "--annotate", str(tmp_path / "drawn")]) == 2:
        pytest.skip("YuNet's weights are not there")
    (row,) = rows_of(table)
    assert max(LABELS, key=lambda label: float(row[label])) == "neutral"
    (picture,) = (tmp_path / "drawn").iterdir()
    assert (cv2.imread(str(picture)) != first).any()


@pytest.mark.parametrize("box", [(0, 0, 30, 30), (120, 80, 40, 40), (0, 0, 160, 120), (-5, -5, 10, 10)])
def test_a_face_anywhere_is_drawn_with_bars(box: tuple[int, int, int, int]) -> None:
    image = np.full((120, 160, 3), 90, np.uint8)
    one = Answer("1", box, 0.9, HAPPY.probabilities, HAPPY.rgb)
    picture = drawn(image, [one])
    assert picture.shape == image.shape
    assert (picture == (72, 184, 75)).all(axis=2).sum() > 100
    assert (image == 90).all()


def test_bars_of_a_terminal_are_as_long_as_the_shares() -> None:
    text = lines([HAPPY], width=20)
    assert text[LABELS.index("happy")].count("#") == 18
    assert text[-1] == "light    #4bb848, 1 face(s)"
    assert lines([]) == ["nobody is seen"]


WRONG = {
    "nothing there": (["nothing.png"], "no file 'nothing.png'"),
    "no table wanted": ([], "give --output"),
    "a palette that is none": (["--palette", "nothing.yaml", "--output", "t.csv"], "nothing.yaml"),
    "a model that is none": (["--model", "nothing.onnx", "--output", "t.csv"], "nothing.onnx"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_one_line(
    case: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    extra, said = WRONG[case]
    sources = [] if case == "nothing there" else [str(folder)]
    output = ["--output", "t.csv"] if case == "nothing there" else []
    assert main([*sources, *extra, *output, "--detector", "haar"]) == 2
    text = capsys.readouterr().err
    assert said in text
    assert text.count("\n") == 1


def test_a_table_and_pictures_of_an_earlier_run_are_this_users_alone_from_then_on(folder: Path, tmp_path: Path) -> None:
    table, to = tmp_path / "answers.csv", tmp_path / "drawn"
    to.mkdir()
    for path in (table, to / "000001_frame2.png"):
        path.touch(0o644)
    assert main([str(folder), "--output", str(table), "--annotate", str(to), "--detector", "haar"]) == 0
    made = [table, *to.iterdir()]
    assert len(made) == 4
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
