# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The same seed gives the same weights, however often the run was killed and by how many processes it was done."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from same_run import assert_same

from fer_training import train
from fer_training.runs.checkpoint import LAST, load_checkpoint
from fer_training.runs.run_log import read_log

KILLS = 10


def test_two_runs_with_one_seed_are_the_same_and_with_another_are_not(
    tmp_path: Path, tiny_run: Path, tiny_arguments: list[str]
) -> None:
    assert train.main([*tiny_arguments, "--run", str(tmp_path / "same")]) == 0
    assert_same(tmp_path / "same", tiny_run)
    assert train.main([*tiny_arguments, "--run", str(tmp_path / "other"), "--seed", "1"]) == 0
    other, first = load_checkpoint(tmp_path / "other" / LAST)[0], load_checkpoint(tiny_run / LAST)[0]
    assert not torch.equal(other["model"]["classifier.1.weight"], first["model"]["classifier.1.weight"])


# One child a life: torch, and what its optimizers import when they are made, is imported once; each child is a fork of
# it. It says when each step is done.
LIVES = """
import os, sys
import torch, torch._dynamo, matplotlib.figure
from fer_training import train
from fer_training.training import run
from fer_training.training import trainer

torch.set_num_threads(1)
whole = trainer.Trainer._step
def step(self, *arguments):
    result = whole(self, *arguments)
    print("step", flush=True)
    return result
trainer.Trainer._step = step
for command in sys.stdin:
    child = os.fork()
    if child == 0:
        os._exit(train.main(sys.argv[1:]))
    print("child", child, flush=True)
    _, status = os.waitpid(child, 0)
    print("ended", os.waitstatus_to_exitcode(status), flush=True)
"""


def test_killed_ten_times_at_random_and_resumed_it_ends_with_the_same_weights(
    tmp_path: Path, tiny_run: Path, tiny_arguments: list[str]
) -> None:
    chance = random.Random(4)
    arguments = [*tiny_arguments, "--run", str(tmp_path / "run"), "--save-every", "0", "--resume"]
    with subprocess.Popen(
        [sys.executable, "-c", LIVES, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as lives:
        assert lives.stdin is not None
        assert lives.stdout is not None

        def live(steps: int | None) -> int:
            """Starts a child and kills it while it does its `steps`-th step or later; returns its exit code."""
            assert lives.stdin is not None
            assert lives.stdout is not None
            lives.stdin.write("go\n")
            lives.stdin.flush()
            child, done = 0, 0
            for line in lives.stdout:
                word, *rest = line.split()
                if word == "child":
                    child = int(rest[0])
                elif word == "ended":
                    return int(rest[0])
                done += word == "step"
                if steps is not None and child and done >= steps:
                    os.kill(child, signal.SIGKILL)
                    steps = None
            raise AssertionError("the parent ended")

        codes = [live(chance.randint(0, 2)) for _ in range(KILLS)]
        last = live(None)
        lives.stdin.close()
    assert codes.count(-signal.SIGKILL) >= KILLS - 2  # the run may have come to its end before the last
    assert last == 0
    assert_same(tmp_path / "run", tiny_run)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def weights(folder: Path) -> dict[str, torch.Tensor]:
    mean = load_checkpoint(folder / LAST)[0]["mean"]
    return {name: tensor for name, tensor in mean.items() if tensor.is_floating_point()}  # but for batch-norm's counter


def test_two_processes_give_what_one_gives_with_the_half_batches_apart(
    tmp_path: Path, tiny_arguments: list[str]
) -> None:
    arguments = [*tiny_arguments, "--epochs", "1", "--threads", "1"]
    assert train.main([*arguments, "--run", str(tmp_path / "one"), "--parts", "2"]) == 0
    rendezvous = ["--master-addr", "127.0.0.1", "--master-port", str(free_port())]
    launcher = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", *rendezvous]
    done = subprocess.run(
        [*launcher, "-m", "--", "fer_training.train", *arguments, "--run", str(tmp_path / "two")],
        capture_output=True, text=True, env={**os.environ, "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "two" / "run.json").read_text())["parts"] == 2
    one, two = weights(tmp_path / "one"), weights(tmp_path / "two")
    for name, tensor in one.items():
        torch.testing.assert_close(two[name], tensor, atol=1e-5, rtol=1e-5, msg=name)
    rows, expected = read_log(tmp_path / "two"), read_log(tmp_path / "one")
    assert [row["loss"] for row in rows] == pytest.approx([row["loss"] for row in expected], abs=1e-5)
    # And the halves do matter: one process that takes each batch whole ends elsewhere.
    assert train.main([*arguments, "--run", str(tmp_path / "whole")]) == 0
    whole = weights(tmp_path / "whole")
    assert max(float((whole[name] - one[name]).abs().max()) for name in one) > 1e-4


def test_parts_that_cannot_be_are_one_line(
    tmp_path: Path, tiny_arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert train.main([*tiny_arguments, "--run", str(tmp_path / "run"), "--parts", "9"]) == 2
    assert "too small for 9 parts" in capsys.readouterr().err
