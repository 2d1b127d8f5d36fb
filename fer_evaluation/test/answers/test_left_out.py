# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Of several bags, one that holds nothing of what is wanted costs the others nothing."""

import json

import pytest
from recordings import START, STEP, Recording, emotion, make, with_images

from fer_evaluation.bags.messages import EMOTION, STRING
from fer_evaluation.evaluate_bag import main

pytestmark = pytest.mark.usefixtures("blank_pictures")


@pytest.mark.parametrize("of", ["images", "answers"])
def test_a_bag_without_what_is_wanted_is_left_out_where_another_has_some(tmp_path, capsys, of):
    (tmp_path / "study").mkdir()
    for name in ("a_empty", "b_talk", "c_good"):
        recording = Recording(tmp_path / "study" / name)
        if name != "a_empty":
            recording.add("/chatter", STRING, START, make(STRING, data="hello"))
        if name == "c_good" and of == "images":
            with_images(recording, "/image", 3)
        elif name == "c_good":
            recording.add("/emotion", EMOTION, START + STEP, emotion(START + STEP, "sad"))
        recording.close()
        (tmp_path / "study" / f"{name}.labels.csv").write_text("start_s,end_s,emotion\n0,0.05,sad\n")
    given = ["--labels", str(tmp_path / "study"), "--detector", "haar", *(["--recorded"] if of == "answers" else [])]
    bags = sorted(str(path) for path in (tmp_path / "study").glob("?_????*") if path.is_dir())
    assert main([*bags, *given, "--output", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    what = "image topic with messages" if of == "images" else "topic with answers"
    assert f"note: left out: bag '{bags[0]}' holds no message" in said
    assert f"note: left out: bag '{bags[1]}' has no {what}" in said
    content = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert [one["bag"] for one in content["series"]] == list(content["labels"]) == ["c_good"]
    assert main([*bags[:2], *given, "--output", str(tmp_path / "none")]) == 2
    assert f"evaluate_bag: bag '{bags[0]}' holds no message" in capsys.readouterr().err.splitlines()[-1]  # after a bar
