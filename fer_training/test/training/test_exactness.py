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
from collections.abc import Callable, Iterator
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


# Torch, and what is imported when training begins, is imported once; each life is a fork of that. It says when each
# step is done, and where it is to be killed it begins no further one, or a busy machine would let it come to its end.
# torchrun starts its own processes, as ever.
LIVES = """
import json, os, signal, sys
import matplotlib.figure, tensorboardX, torch, torch._dynamo, torch.distributed.run, torch.profiler
from fer_training import train
from fer_training.training import run
from fer_training.training import trainer

torch.set_num_threads(1)
whole, done, steps = trainer.Trainer._step, 0, None
def step(self, *arguments):
    global done
    while done == steps:
        signal.pause()
    result = whole(self, *arguments)
    done += 1
    print("step", flush=True)
    return result
trainer.Trainer._step = step

def torchrun(words):
    torch.distributed.run.main(words)
    return 0

for line in sys.stdin:
    program, words, steps = json.loads(line)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = {"train": train.main, "torchrun": torchrun}[program](words)
        finally:
            sys.stdout.flush()
            os._exit(code)
    print("child", child, flush=True)
    _, status = os.waitpid(child, 0)
    print("ended", os.waitstatus_to_exitcode(status), flush=True)
"""

Life = Callable[..., int]


@pytest.fixture(scope="module")
def life() -> Iterator[Life]:
    """`life("train" or "torchrun", arguments)`: run it in a process of its own; its exit code."""
    with subprocess.Popen(
        [sys.executable, "-c", LIVES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"}, start_new_session=True,
    ) as lives:  # fmt: skip
        assert lives.stdin is not None
        assert lives.stdout is not None
        asked, said = lives.stdin, lives.stdout

        def live(program: str, arguments: list[str], kill_at: int | None = None) -> int:
            """Kill it after its `kill_at`-th step, if that is given: while it saves, or does what follows."""
            asked.write(json.dumps([program, arguments, kill_at]) + "\n")
            asked.flush()
            child, done = 0, 0
            for line in said:
                word, *rest = line.split() or [""]
                if word == "child":
                    child = int(rest[0])
                elif word == "ended":
                    return int(rest[0])
                done += word == "step"
                if kill_at is not None and child and done >= kill_at:
                    os.kill(child, signal.SIGKILL)
                    kill_at = None
            raise AssertionError("the parent ended")

        try:
            yield live
        finally:
            os.killpg(lives.pid, signal.SIGKILL)  # whatever a life that failed has left, too


def test_killed_ten_times_at_random_and_resumed_it_ends_with_the_same_weights(
    life: Life, tmp_path: Path, plain_run: Path, plain_arguments: list[str]
) -> None:
    chance = random.Random(4)
    arguments = [*plain_arguments, "--run", str(tmp_path / "run"), "--save-every", "0", "--resume"]
    codes = [life("train", arguments, chance.randint(0, 2)) for _ in range(KILLS)]
    assert codes == [-signal.SIGKILL] * KILLS
    assert life("train", arguments) == 0
    assert_same(tmp_path / "run", plain_run)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def weights(folder: Path) -> dict[str, torch.Tensor]:
    mean = load_checkpoint(folder / LAST)[0]["mean"]
    return {name: tensor for name, tensor in mean.items() if tensor.is_floating_point()}  # but for batch-norm's counter


def test_two_processes_give_what_one_gives_with_the_half_batches_apart(
    life: Life, tmp_path: Path, plain_arguments: list[str]
) -> None:
    arguments = [*plain_arguments, "--epochs", "1", "--threads", "1"]
    assert train.main([*arguments, "--run", str(tmp_path / "one"), "--parts", "2"]) == 0
    rendezvous = ["--master-addr", "127.0.0.1", "--master-port", str(free_port())]
    command = ["-m", "--", "fer_training.train", *arguments, "--run", str(tmp_path / "two")]
    assert life("torchrun", ["--nproc-per-node", "2", *rendezvous, *command]) == 0
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
