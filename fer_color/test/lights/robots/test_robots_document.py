# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""docs/robots.md says what the code does: its example is a profile that works, its table is the code's."""

from pathlib import Path

import pytest

pytest.importorskip("std_msgs.msg", reason="ROS 2's std_msgs is not installed")

from std_msgs.msg import String

from fer_color.lights.robots import load_profile
from fer_color.lights.robots.template import Shown, compile_message
from fer_common.emotions import LABELS, VALENCE_AROUSAL
from fer_common.rep155 import WORDS

TEXT = (Path(__file__).resolve().parents[4] / "docs" / "robots.md").read_text(encoding="utf-8")


def test_the_example_is_a_profile(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(TEXT.split("```yaml\n")[1].split("```")[0])
    profile = load_profile(str(path))
    (target,) = profile.targets
    make = compile_message(String, target.fields, "String")
    assert make(Shown((255, 0, 16), top="happy")).data == '{"color": "#ff0010", "emotion": "happy"}'
    assert compile_message(String, target.hand_back, "String")(Shown((0, 0, 0))).data == '{"color": null}'


@pytest.mark.parametrize("label", LABELS)
def test_the_table_of_expressions_is_the_code_s(label):
    (row,) = [line for line in TEXT.splitlines() if line.startswith(f"| {label} | `")]
    _, _, word, also, valence, arousal, _ = (cell.strip() for cell in row.split("|"))
    words = [part.strip(" `") for part in [word, *also.split(",")] if part.strip()]
    assert sorted(words) == sorted(word for word, ours in WORDS.items() if ours == label)
    assert (float(valence), float(arousal)) == VALENCE_AROUSAL[LABELS.index(label)]
