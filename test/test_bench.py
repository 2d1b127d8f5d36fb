# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The benchmark's own arithmetic, and its counted work; its times are nothing to test."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("torch", reason="torch is not installed")

from exports import operators_listed_once

from bench import __main__ as command
from bench import overhead, results
from bench.measure import image_copies
from bench.networks import write_network
from bench.runtimes import __main__ as runtimes
from bench.runtimes import worker
from bench.timing import in_turns


def test_an_image_is_not_copied_on_its_way_to_the_detector() -> None:
    assert image_copies() == 0


def test_functions_are_called_in_turns() -> None:
    called: list[str] = []
    times = in_turns({"a": lambda: called.append("a"), "b": lambda: called.append("b")}, rounds=3, calls=2)
    assert "".join(called) == "ab" + "aabb" * 3
    assert all(len(row.milliseconds) == 3 for row in times.values())


@pytest.mark.parametrize("many", [5, 8, 13, 16])
def test_a_runtime_answers_every_face_so_many_at_a_time(many: int) -> None:
    asked: list[int] = []

    def answer(faces: np.ndarray) -> np.ndarray:
        asked.append(len(faces))
        return np.repeat(faces[:, 0, 0, :1], 7, axis=1).astype(np.float32)

    pictures = np.arange(many, dtype=np.uint8)[:, None, None, None] * np.ones((1, 1, 2, 2), np.uint8)
    found = worker.in_parts(answer, pictures, 5)
    assert set(asked) == {5}
    assert found.tolist() == [[number] * 7 for number in range(many)]
    with pytest.raises(ValueError, match=r"5 faces have the shape \[5\]"):
        worker.in_parts(lambda faces: faces[:, 0, 0, 0], pictures, 5)


def test_what_other_runtimes_are_asked_about_is_there(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["runtimes", "nowhere.onnx"])
    assert runtimes.main() == 2
    assert capsys.readouterr().err == "bench.runtimes: no model file 'nowhere.onnx'; name one that ends in .onnx\n"


def test_what_a_module_adds_is_told_for_each_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with operators_listed_once():
        files = [write_network(tmp_path / f"{name}.onnx", name, width=0.1) for name in ("vggfac", "vggfac_msa")]
    monkeypatch.setattr(sys, "argv", ["overhead", *map(str, files), str(files[0])])
    assert overhead.main() == 0
    shares = json.loads(capsys.readouterr().out)
    assert len(shares) == 2
    assert all(share > -1 for share in shares)


def test_growth_is_between_two_counts_of_images() -> None:
    resident = {"500": 50, "2000": 100, "10000": 130, "20000": 102}
    assert results.rss_growth(resident, 2000, 20000) == pytest.approx(0.02)
    assert results.rss_growth({"500": 50}, 2000, 20000) is None


def test_the_table_marks_what_is_missed() -> None:
    found = {
        "frame_cpu_over_yardstick": 1.2, "latency_p50_over_bare": 0.5, "latency_p99_over_p50": 2.0, "rss_growth": None,
        "msa_overhead": 0.01, "stn_overhead": 0.2, "yardstick_ms": 12.0, "times": {}, "work": {"calls": 1.3},
        "frames_per_second": {"1": 61.0, "5": 29.0},
    }  # fmt: skip
    lines = results.table(found).splitlines()
    assert [line.split()[0] for line in lines if line.endswith("missed")] == [
        "frame_cpu_over_yardstick",
        "frames_per_second,",
    ]


def test_without_a_clip_it_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--short", "--clip", str(tmp_path / "none.mp4"), "--output", str(tmp_path / "b.json")]
    assert command.main(arguments) == 2
    assert "give --clip a video with one face" in capsys.readouterr().err
    assert command.main([*arguments, "--if-possible"]) == 0


def test_the_committed_results_have_every_figure() -> None:
    if not command.COMMITTED.is_file():
        pytest.skip("bench/results.json is not there yet: make bench writes it")
    found = json.loads(command.COMMITTED.read_text())
    for name in (*results.LIMITS, "stn_overhead", "yardstick_ms"):
        assert np.isfinite(found[name]), name
    assert set(found["frames_per_second"]) == {"1", "5", "10"}
    assert not found["short"]
