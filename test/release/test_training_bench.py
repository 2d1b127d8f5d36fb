# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""bench.training: whose steps are timed, and that both sides would see the same faces."""

import io
import json
import subprocess
from typing import Any

import pytest
import torch

from bench.training import __main__ as training
from bench.training import worker

ROOT = training.OURS


def test_a_checkout_is_its_folder() -> None:
    with training.checkout_of(str(ROOT)) as folder:
        assert folder == ROOT


def test_a_commit_is_unpacked_and_removed() -> None:
    known = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "HEAD"], capture_output=True, check=False)
    if known.returncode:
        pytest.skip("this is no git repository")
    with training.checkout_of("HEAD") as folder:
        assert folder != ROOT
        assert (folder / "fer_training" / "fer_training" / "train.py").is_file()
        assert not (folder / "bench").exists()
    assert not folder.exists()


def test_what_is_neither_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert training.main(["--against", "no-such-commit"]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err == (
        "training: 'no-such-commit' is neither a checkout nor a commit that this one knows; give its folder\n"
    )


def blocks_of(work: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[Any]:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n\n"))  # so that it ends after the second block
    with pytest.raises(SystemExit):
        worker.train(work)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_worker_trains_block_by_block(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    work = {"network": "baseline_cnn", "width": 1.0, "recipe": "ours", "side": 48, "block": 1, "blocks": 3}
    work |= {"precision": "float32", "threads": torch.get_num_threads()}
    found = blocks_of(work, monkeypatch, capsys)
    assert [sorted(block) for block in found] == [["loss", "processor", "seconds"]] * 2
    assert all(block["seconds"] > 0 for block in found)
    assert found[0]["loss"] != found[1]["loss"]
