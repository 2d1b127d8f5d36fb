# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A run's log, as JSON lines and as TensorBoard reads it."""

import json
import math
import os
import resource
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from tensorboardX.proto.event_pb2 import Event

from fer_training import train
from fer_training.errors import TrainingError
from fer_training.runs.checkpoint import save_checkpoint
from fer_training.runs.run_log import LOG, TENSORBOARD, RunLog, read_log, replace_text


def events(folder: Path) -> list[Event]:
    """What TensorBoard would read: TFRecords (length, its checksum, content, its checksum) of Event messages."""
    found = []
    for path in sorted((folder / TENSORBOARD).iterdir()):
        content, at = path.read_bytes(), 0
        while at < len(content):
            (length,) = struct.unpack_from("<Q", content, at)
            found.append(Event.FromString(content[at + 12 : at + 12 + length]))
            at += 12 + length + 4
    return found


def scalars(folder: Path) -> dict[tuple[str, int], float]:
    return {(value.tag, event.step): value.simple_value for event in events(folder) for value in event.summary.value}


def test_tensorboard_has_what_the_log_has(tiny_run: Path) -> None:
    shown, rows = scalars(tiny_run), read_log(tiny_run)
    for row in rows:
        for name in ("loss", "accuracy", "colour_error", "kl"):
            assert shown[name, row["epoch"]] == pytest.approx(row[name], rel=1e-6)
        assert shown["recall/happy", row["epoch"]] == pytest.approx(row["recall_happy"], rel=1e-6)
    assert {step for _, step in shown} == {1, 2}


def test_a_resumed_run_goes_on_in_tensorboard(tmp_path: Path, tiny_arguments: list[str], plateau_recipe: Path) -> None:
    arguments = [*tiny_arguments, "--recipe", str(plateau_recipe), "--run", str(tmp_path / "run"), "--epochs", "1"]
    assert train.main(arguments) == 0
    assert train.main([*arguments[:-1], "2", "--resume"]) == 0
    assert {step for _, step in scalars(tmp_path / "run")} == {1, 2}


def test_confusion_counts_every_validated_face(tiny_run: Path) -> None:
    for row in read_log(tiny_run):
        assert sum(map(sum, row["confusion"])) == 35


def test_a_damaged_row_is_one_line_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / LOG).write_text('{"epoch": 1}\n{"epoch"\n{"epoch": 3}\n')
    with pytest.raises(TrainingError, match=r"log\.jsonl' is damaged"):
        read_log(tmp_path)


def test_a_row_cut_short_is_left_out_and_written_over(tmp_path: Path) -> None:
    (tmp_path / LOG).write_text('{"epoch": 1}\n{"epoch": 2}\n{"epo')
    RunLog(tmp_path).rewind(1)
    assert (tmp_path / LOG).read_text() == '{"epoch": 1}\n'


def test_a_text_that_cannot_be_replaced_stays(tmp_path: Path) -> None:
    """A file may not grow past a limit, which fails in the middle of it as a full disk does."""
    (tmp_path / "log").write_text("older")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with pytest.raises(OSError, match="log'"):
            replace_text(tmp_path / "log", "newer" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (tmp_path / "log").read_text() == "older"
    assert os.listdir(tmp_path) == ["log"]


@pytest.mark.parametrize("write", [replace_text, lambda path, _: save_checkpoint(path, {}, {})])
def test_a_link_that_somebody_has_put_beside_it_is_not_followed(tmp_path: Path, write: Callable[..., None]) -> None:
    (tmp_path / "kept").write_text("somebody's")
    (tmp_path / "log.partial").symlink_to(tmp_path / "kept")
    write(tmp_path / "log", "newer")
    assert (tmp_path / "kept").read_text() == "somebody's"
    assert (tmp_path / "log").stat().st_size


def test_the_recall_of_an_emotion_without_a_face_is_null_and_no_number_again(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    log = RunLog(tmp_path)
    log.append({"epoch": 1, "accuracy": 0.5, "recall_fear": math.nan, "recall_sad": 0.25, "confusion": [[1]]})
    log.rewind(1)
    log.close()
    (line,) = (tmp_path / LOG).read_text().splitlines()
    assert json.loads(line, parse_constant=pytest.fail)["recall_fear"] is None
    (row,) = read_log(tmp_path)
    assert math.isnan(row["recall_fear"])
    assert set(scalars(tmp_path)) == {("accuracy", 1), ("recall/sad", 1)}
    assert capfd.readouterr().err == ""  # TensorBoard's writer warns of what is no number
