# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is unpacked of a bag goes with the run, however the processes end that share it."""

import multiprocessing
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
import pytest
import zstandard
from made_bags import timed

from fer_evaluation.bags.bag import open_bag
from fer_evaluation.bags.unpacking import PREFIX, unpacked_together
from fer_evaluation.make_bag import Form, main, write_bag


def open_and_be_ended(bag):
    with open_bag(bag):
        os._exit(7)


def test_a_process_that_is_ended_leaves_nothing_unpacked(tmp_path, monkeypatch):
    (tmp_path / "images").mkdir()
    cv2.imwrite(str(tmp_path / "images" / "1.png"), np.zeros((20, 30, 3), np.uint8))
    assert main([str(tmp_path / "images"), str(tmp_path / "bag"), "--compression", "file"]) == 0
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    with unpacked_together():
        process = multiprocessing.get_context("fork").Process(target=open_and_be_ended, args=(tmp_path / "bag",))
        process.start()
        process.join()
        assert process.exitcode == 7
        (folder,) = (tmp_path / "temporary").glob(f"{PREFIX}*")
        assert [path.suffix for path in folder.glob("*/*")] == [".mcap"]
    assert os.listdir(tmp_path / "temporary") == []


UNPACKS = """
import sys
from contextlib import ExitStack
from pathlib import Path
from fer_evaluation.bags.unpacking import unpacked, unpacked_together
with unpacked_together(), ExitStack() as stack:
    print(unpacked(Path(sys.argv[1]), stack), flush=True)
    sys.stdin.read()
"""


def test_what_a_killed_run_leaves_goes_with_the_next_and_a_living_ones_stays(tmp_path, monkeypatch):
    (tmp_path / "faces.mcap.zstd").write_bytes(zstandard.ZstdCompressor().compress(b"faces"))
    (tmp_path / "temporary" / f"{PREFIX}of-another-program").mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    command = [sys.executable, "-c", UNPACKS, str(tmp_path / "faces.mcap.zstd")]
    surroundings = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with (
        subprocess.Popen(command, env=surroundings, **pipes) as killed,
        subprocess.Popen(command, env=surroundings, **pipes) as lives,
    ):
        files = [Path(process.stdout.readline().strip()) for process in (killed, lives)]
        killed.kill()
        killed.wait()
        assert [path.read_bytes() for path in files] == [b"faces", b"faces"]
        with unpacked_together():
            assert [path.exists() for path in files] == [False, True]
    assert os.listdir(tmp_path / "temporary") == [f"{PREFIX}of-another-program"]


def on_a_small_disk(folder, *arguments):
    """evaluate_bag where nothing but 256 KiB at `folder` takes temporary files; skips where nothing can be mounted."""
    mount = f"mount -t tmpfs -o size=256k tmpfs {shlex.quote(str(folder))}"
    alone = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    if not shutil.which("unshare") or subprocess.run([*alone, mount], capture_output=True).returncode:
        pytest.skip("a small disk wants a mount namespace of one's own (command 'unshare')")
    command = [sys.executable, "-m", "fer_evaluation.evaluate_bag", *map(str, arguments)]
    given = [*alone, f'{mount} && exec "$@"', "sh", *command]
    return subprocess.run(given, env={**os.environ, "TMPDIR": str(folder)}, capture_output=True, text=True)


@pytest.mark.parametrize("says", [True, False])
def test_a_full_disk_is_no_damaged_bag(tmp_path, says):
    images = [np.random.default_rng(k).integers(0, 255, (200, 200, 3), np.uint8) for k in range(4)]
    write_bag(tmp_path / "bag", timed(images), Form(compression="file"))
    (file,) = (tmp_path / "bag").glob("*.zstd")
    plain = zstandard.ZstdDecompressor().stream_reader(file.read_bytes()).read()
    file.write_bytes(zstandard.ZstdCompressor(write_content_size=says).compress(plain))
    (tmp_path / "temporary").mkdir()
    done = on_a_small_disk(tmp_path / "temporary", tmp_path / "bag", "--output", tmp_path / "out")
    needs = f"{len(plain):,}" if says else f"more than {file.stat().st_size:,}"
    assert done.stderr == (
        f"evaluate_bag: TMPDIR ({tmp_path / 'temporary'}) is full: unpacking '{file}' needs {needs} bytes; "
        "make room, or set TMPDIR to a folder that has it\n"
    )
    assert done.returncode == 2
