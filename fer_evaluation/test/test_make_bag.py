# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Bags of videos, folders and FER+ style label files, with right stamps and their labels beside."""

import csv
import stat
from pathlib import Path

import cv2
import numpy as np
import pytest

from fer_common.emotions import LABELS
from fer_evaluation.bags.bag import open_bag
from fer_evaluation.bags.media import video_images, video_length
from fer_evaluation.bags.messages import stamp_ns
from fer_evaluation.make_bag import START_S, main
from fer_evaluation.scores.labels import load_labels
from fer_perception import message_to_array
from fer_perception.count_faces import frames_of


def contents(path):
    with open_bag(path) as bag:
        topic = bag.topics[0]
        messages = [
            (recorded.log_ns, stamp_ns(recorded.message), message_to_array(recorded.message).copy())
            for recorded in bag.messages([topic.name])
        ]
        return topic, messages


def make_folder(path, count=5):
    path.mkdir()
    for number in range(count):
        cv2.imwrite(str(path / f"{number:02}.png"), np.full((20, 30, 3), 10 * number, np.uint8))
    return path


def test_a_folder_at_a_rate(tmp_path, capsys):
    folder = make_folder(tmp_path / "images")
    assert main([str(folder), str(tmp_path / "bag"), "--rate", "4", "--start-time", "1000", "--topic", "/cam"]) == 0
    assert "5 images on /cam" in capsys.readouterr().out
    topic, messages = contents(tmp_path / "bag")
    assert (topic.name, topic.count) == ("/cam", 5)
    assert [log for log, _, _ in messages] == [stamp for _, stamp, _ in messages]
    assert [stamp for _, stamp, _ in messages] == [1000 * 10**9 + k * 250_000_000 for k in range(5)]
    assert [int(image[0, 0, 0]) for _, _, image in messages] == [0, 10, 20, 30, 40]


def test_a_folder_is_played_in_the_order_in_which_people_count(tmp_path, capsys):
    folder = tmp_path / "images"
    folder.mkdir()
    for number in (1, 2, 9, 10, 11, 100):
        cv2.imwrite(str(folder / f"frame{number}.png"), np.full((20, 30, 3), number, np.uint8))
    (folder / "._frame3.png").write_bytes(b"macOS")
    for number, name in enumerate(("frame010.png", "frame\N{SUPERSCRIPT TWO}.png", "10.JPG", "9.jpg")):
        cv2.imwrite(str(folder / name), np.full((20, 30, 3), 200 + 5 * number, np.uint8))
    assert main([str(tmp_path), str(tmp_path / "bag")]) == 2
    assert f"name '{folder}', which does" in capsys.readouterr().err
    assert main([str(folder), str(tmp_path / "bag")]) == 0
    _, messages = contents(tmp_path / "bag")
    assert [int(image[0, 0, 0]) for _, _, image in messages] == [215, 210, 1, 2, 9, 200, 10, 11, 100, 205]


def test_the_folder_in_which_one_stands_is_one_like_others(tmp_path, monkeypatch, capsys):
    (tmp_path / "images").mkdir()
    cv2.imwrite(str(tmp_path / "images" / "1.png"), np.zeros((20, 30, 3), np.uint8))
    (tmp_path / "images.labels.csv").write_text("start_s,end_s,emotion\n0,1,sad\n")
    monkeypatch.chdir(tmp_path / "images")
    assert main([".", "../bag"]) == 0
    assert (tmp_path / "bag.labels.csv").read_text().endswith("sad\n")
    for arguments in ((".", "."), (".", "/"), ("/", "bag")):
        assert main([*arguments]) == 2
        assert len(capsys.readouterr().err.strip().split("\n")) == 1


def test_a_video_with_the_times_that_it_holds(clip, tmp_path, capsys):
    """The clip's own rate is 23.976: stamps of a rate of 24 would be off by 20 ms at its end."""
    labels = tmp_path / "clip.labels.csv"
    video = tmp_path / "clip.mp4"
    video.write_bytes(clip.read_bytes())
    labels.write_text("start_s,end_s,emotion\n2,6,sad\n")
    assert main([str(video), str(tmp_path / "bag"), "--jpeg", "60"]) == 0
    topic, messages = contents(tmp_path / "bag")
    assert topic.name == "/image/compressed"
    assert "472 images on /image/compressed; labels in " in capsys.readouterr().out
    times = np.array([(stamp - START_S * 10**9) / 1e9 for _, stamp, _ in messages])
    assert len(times) == 472
    np.testing.assert_allclose(times, np.arange(472) * 1001 / 24000, atol=1.1e-3)
    assert (tmp_path / "bag.labels.csv").read_text() == labels.read_text()
    _, (frame, _) = next(iter(video_images(clip))), next(iter(video_images(clip)))
    assert np.abs(messages[0][2].astype(int) - frame).mean() < 4, "the picture is the video's"


def test_a_video_named_by_the_time_of_day_is_read_where_one_stands(tmp_path, monkeypatch):
    """FFmpeg would take what stands before the first colon for a protocol."""
    monkeypatch.chdir(tmp_path)
    writer = cv2.VideoWriter("made.mp4", cv2.VideoWriter.fourcc(*"mp4v"), 20, (64, 48))
    for _ in range(5):
        writer.write(np.full((48, 64, 3), 90, np.uint8))
    writer.release()
    (tmp_path / "made.mp4").rename("2026-11-30T12:30:05.mp4")
    video = Path("2026-11-30T12:30:05.mp4")
    assert video_length(video) == len(list(video_images(video))) == len(list(frames_of(video))) == 5


def test_the_same_medium_gives_the_same_bag(tmp_path):
    folder = make_folder(tmp_path / "images")
    for name in ("a", "b"):
        assert main([str(folder), str(tmp_path / name / "bag")]) == 0
    assert (tmp_path / "a" / "bag" / "bag.mcap").read_bytes() == (tmp_path / "b" / "bag" / "bag.mcap").read_bytes()


def ferplus(tmp_path, rows):
    for name, *_ in rows:
        cv2.imwrite(str(tmp_path / name), np.full((48, 48), 90, np.uint8))
    with (tmp_path / "label.csv").open("w", newline="") as file:
        csv.writer(file).writerows([name, "(0, 0, 48, 48)", *votes] for name, *votes in rows)
    return tmp_path / "label.csv"


def test_faces_of_a_label_file_one_after_another(tmp_path):
    """FER+'s columns: neutral, happiness, surprise, sadness, anger, disgust, fear, contempt, unknown, NF."""
    rows = [
        ("a.png", 0, 8, 2, 0, 0, 0, 0, 0, 0, 0),
        ("b.png", 1, 0, 0, 0, 0, 0, 0, 0, 0, 9),  # no face, says the majority
        ("c.png", 0, 0, 0, 4, 4, 0, 0, 1, 1, 0),  # a tie: sadness comes first in FER+'s order
    ]
    votes = ferplus(tmp_path, rows)
    votes.write_bytes(b"\xef\xbb\xbf" + votes.read_bytes() + b"\r\n")  # as editors leave it
    assert main([str(votes), str(tmp_path / "bag"), "--rate", "5", "--seconds", "2"]) == 0
    _, messages = contents(tmp_path / "bag")
    assert len(messages) == 20
    assert messages[0][2].shape == (480, 640, 3)
    assert messages[0][2][240, 320].tolist() == [90] * 3
    labels = load_labels(tmp_path / "bag.labels.csv")
    assert [(row.start, row.end, LABELS[row.emotion]) for row in labels.rows] == [(0, 2, "happy"), (2, 4, "sad")]
    np.testing.assert_allclose(labels.rows[0].distribution, [0, 0, 0, 0.8, 0, 0, 0.2])
    with open_bag(tmp_path / "bag") as bag:
        labels.check_within(bag.duration, "labels")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.mp4", "bag"], "no medium"),
        (["empty", "bag"], "holds no image"),
        (["phone", "bag"], "IMG_1.HEIC' is no readable image; save it as JPEG or PNG"),
        (["text.mp4", "bag"], "holds no video"),
        (["images", "taken"], "is there already"),
        (["images", "bag", "--rate", "0"], "--rate is 0; give a number from 0.001"),
        (["images", "bag", "--rate", "inf"], "--rate is inf; give a number"),
        (["images", "bag", "--seconds", "nan"], "--seconds is nan; give a number"),
        (["images", "bag", "--start-time", "1704067200000"], "--start-time is 1704067200000; give seconds (not milli"),
        (["images", "bag", "--start-time", "inf"], "--start-time is inf; give seconds"),
        (["images", "bag", "--start-time", "2147483647", "--rate", "1"], "image 2 would lie beyond 2038"),
        (["images", "bag", "--jpeg", "101"], "from 1 to 100"),
        (["images", "bag", "--storage", "sqlite3", "--compression", "storage"], "MCAP's own"),
        (["odd.csv", "bag"], "line 1: expected a name, a box and ten whole numbers"),
        (["none.csv", "bag"], "holds no face"),
        (["lost.csv", "bag"], "no readable image"),
    ],
)
def test_what_is_wrong_is_one_line_and_leaves_nothing(tmp_path, capsys, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    make_folder(tmp_path / "images")
    (tmp_path / "empty").mkdir()
    (tmp_path / "taken").mkdir()
    make_folder(tmp_path / "phone")
    (tmp_path / "phone" / "IMG_1.HEIC").write_bytes(b"phone")
    (tmp_path / "text.mp4").write_text("no video")
    (tmp_path / "odd.csv").write_text("a.png,box,1,2\n")
    (tmp_path / "none.csv").write_text("a.png,box,0,0,0,0,0,0,0,0,0,10\n")
    (tmp_path / "lost.csv").write_text("a.png,box,10,0,0,0,0,0,0,0,0,0\n")
    before = sorted(path.name for path in tmp_path.iterdir())
    assert main(arguments) == 2
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("make_bag:")]
    assert len(lines) == 1
    assert said in lines[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_help_names_every_option(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    out = capsys.readouterr().out
    for option in ("--storage", "--compression", "--topic", "--jpeg", "--rate", "--seconds", "--start-time"):
        assert option in out


@pytest.mark.parametrize("letter", ["#", "?", "%41"])
def test_names_that_rosbags_cuts_for_sqlite(tmp_path, capsys, letter):
    folder, bag = make_folder(tmp_path / "images"), tmp_path / f"run{letter}1" / "bag"
    assert main([str(folder), str(bag), "--storage", "sqlite3"]) == 2
    assert f"has a '{letter[0]}', which SQLite bags can't; take --storage mcap" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["images"]
    assert main([str(folder), str(bag)]) == 0
    assert len(contents(bag)[1]) == 5


@pytest.mark.parametrize("form", [["--compression", "file"], ["--storage", "sqlite3"]])
def test_nobody_else_reads_faces_or_labels_out_of_it(tmp_path, form):
    folder = make_folder(tmp_path / "images")
    (tmp_path / "images.labels.csv").write_text("start_s,end_s,emotion\n0,1,happy\n")
    assert main([str(folder), str(tmp_path / "bag"), *form]) == 0
    made = [tmp_path / "bag.labels.csv", *(tmp_path / "bag").iterdir()]
    assert len(made) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
    assert stat.S_IMODE((tmp_path / "bag").stat().st_mode) == 0o700
