# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""`evaluate --readings`: what each step from what people see to what was meant does to a file's figures."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from band_model import write_band_model
from data_layouts import ferplus
from onnx import TensorProto, helper, numpy_helper

from fer_common.emotions import LABELS
from fer_training import evaluate

SECTION = "## What people see, and what was meant"
CARD = f"# two.onnx\n\n{SECTION}\n\nold\n\n## How it bears poor images\n\nbadly\n\n## Training\n"


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    """Seven faces, each found under the next emotion's word, and a file that sees the one and means the other."""
    ferplus(tmp_path / "set")
    rows = [f"PublicTest,ferValid{number}.png,{LABELS[(number + 1) % 7]}" for number in range(7)]
    (tmp_path / "set" / "fer2013_words.csv").write_text("\n".join(["usage,image,word", *rows, ""]))
    model = onnx.load(write_band_model(tmp_path / "two.onnx"))
    model.graph.initializer.append(numpy_helper.from_array(np.roll(np.arange(7), 1), "next"))
    model.graph.node.extend(
        [
            helper.make_node("Gather", ["logits", "next"], ["meant_logits"], axis=1),
            helper.make_node("Softmax", ["meant_logits"], ["meant"], axis=1),
        ]
    )
    model.graph.output.append(helper.make_tensor_value_info("meant", TensorProto.FLOAT, ["N", 7]))
    onnx.save(model, tmp_path / "two.onnx")
    (tmp_path / "two.md").write_text(CARD)
    data = ["--data", str(tmp_path / "set"), "--split", "valid", "--output", str(tmp_path / "out"), "--threads", "1"]
    return [*data, "--readings", "--model", str(tmp_path / "two.onnx")]


def cells(text: str) -> dict[str, list[str]]:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:3] != "|--"]
    return {row[0]: row[1:] for row in rows if len(row) > 1}


def test_the_table_goes_from_what_is_seen_to_what_was_meant(tmp_path: Path, arguments: list[str]) -> None:
    assert evaluate.main(arguments) == 0
    found = cells((tmp_path / "out" / "readings.md").read_text())
    right = {step: (row[0], row[6]) for step, row in found.items() if step != "`reading`"}
    seen, meant = ("1.000", "0.000"), ("0.000", "1.000")
    assert {step: right[step] for step in ("0", "0.1", "0.3", "0.7", "1")} == {
        "0": seen, "0.1": seen, "0.3": seen, "0.7": meant, "1": meant,
    }  # fmt: skip
    assert (tmp_path / "two.md").read_text() == CARD


def test_a_card_gets_it_in_place_of_the_old_one(tmp_path: Path, arguments: list[str]) -> None:
    for _ in range(2):
        assert evaluate.main([*arguments, "--card"]) == 0
        card = (tmp_path / "two.md").read_text()
        assert card.count(SECTION) == card.count("badly") == card.count("## Training") == 1
        assert "old" not in card
        assert cells(card) == cells((tmp_path / "out" / "readings.md").read_text())
        assert f"{SECTION}\n\nThe same faces" in card
        assert " |\n\n## How it bears poor images\n\nbadly\n\n## Training\n" in card


@pytest.mark.parametrize(
    ("more", "line"),
    [
        (["--classes", "happy", "sad"], "measure all seven emotions: leave --classes out"),
        (["--card", "--flip"], "a card's table of --readings is of --split valid as it is, without --flip"),
        (["--card", "--split", "test"], "a card's table of --readings is of --split valid"),
    ],
)
def test_a_table_of_other_faces_or_answers_is_refused(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str], more: list[str], line: str
) -> None:
    assert evaluate.main([*arguments, *more]) == 2
    assert line in capsys.readouterr().err
    assert (tmp_path / "two.md").read_text() == CARD


def test_a_card_without_training_has_it_before_what_it_is_for(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "two.md").write_text("# two.onnx\n\nTaken from another.\n\n## What it is for\n\nlight\n")
    assert evaluate.main([*arguments, "--card"]) == 0
    assert " |\n\n## What it is for\n\nlight\n" in (tmp_path / "two.md").read_text()


def test_a_card_that_takes_no_table_is_refused_before_the_work(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "two.md").write_text("# Something else\n")
    assert evaluate.main([*arguments, "--card"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "is it a card of fer_training.export?" in line


def test_what_cannot_be_measured_is_one_line(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    one = write_band_model(tmp_path / "one.onnx")
    assert evaluate.main([*arguments, "--model", str(one)]) == 2
    (line,) = capsys.readouterr().err.splitlines()  # before the faces are read: no bar
    assert line == f"evaluate: '{one}' has no output 'meant': it tells only what people see"
    (tmp_path / "set" / "fer2013_words.csv").unlink()
    assert evaluate.main(arguments) == 2
    assert "no face has a word under which it was found" in capsys.readouterr().err
