# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a killed process leaves in shared memory: removed if it is ours and nobody holds it, and never otherwise."""

import fcntl
import os
import signal
import subprocess
import sys

import pytest

from fer_bringup.leftovers import FOLDER, remove_leftovers

NAME = "fastdds_0123456789abcdef"


@pytest.fixture
def segment(tmp_path):
    (tmp_path / NAME).write_bytes(b"a face")
    (tmp_path / f"{NAME}_el").touch()
    return tmp_path / NAME


def test_a_segment_that_nobody_holds_goes_with_its_lock(segment):
    assert remove_leftovers(segment.parent) == [NAME]
    assert os.listdir(segment.parent) == []


def test_a_segment_that_is_held_stays(segment):
    with open(f"{segment}_el") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert remove_leftovers(segment.parent) == []
    assert segment.read_bytes() == b"a face"


def test_a_segment_without_a_lock_stays(segment):
    os.unlink(f"{segment}_el")
    assert remove_leftovers(segment.parent) == []
    assert segment.exists()


@pytest.mark.parametrize("which", ["segment", "lock"])
def test_a_link_is_not_followed(segment, tmp_path, which):
    kept = tmp_path / "kept"
    kept.write_bytes(b"somebody's")
    link = segment if which == "segment" else segment.with_name(f"{NAME}_el")
    link.unlink()
    link.symlink_to(kept)
    assert remove_leftovers(tmp_path) == []
    assert kept.read_bytes() == b"somebody's"


@pytest.mark.parametrize("name", ["fastdds_port7411", "fastdds_0123", "other_0123456789abcdef", f"{NAME}.txt"])
def test_other_names_stay(tmp_path, name):
    (tmp_path / name).touch()
    (tmp_path / f"{name}_el").touch()
    assert remove_leftovers(tmp_path) == []
    assert len(os.listdir(tmp_path)) == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
def test_somebody_elses_segment_stays(segment):
    os.chown(segment, 65534, 65534)
    assert remove_leftovers(segment.parent) == []
    os.chown(segment, 0, 0)
    os.chown(f"{segment}_el", 65534, 65534)
    assert remove_leftovers(segment.parent) == []


def test_without_shared_memory_nothing_is_left(tmp_path):
    assert remove_leftovers(tmp_path / "none") == []


TALKER = """
import sys, rclpy
rclpy.init()
node = rclpy.create_node("talker")
print("up", flush=True)
sys.stdin.read()
"""


def test_what_fast_dds_itself_leaves_is_found_and_what_it_holds_is_kept():
    def segments(process):
        """Its own, whose locks it holds; it may have opened others' as well."""
        folder = f"/proc/{process.pid}/fd"
        held = [os.readlink(f"{folder}/{number}") for number in os.listdir(folder)]
        names = [os.path.basename(path).removesuffix("_el") for path in held if path.startswith(f"{FOLDER}/fastdds_")]
        return {name for name in names if "_port" not in name}

    environment = {**os.environ, "FASTDDS_BUILTIN_TRANSPORTS": "DEFAULT"}
    talkers = [
        subprocess.Popen([sys.executable, "-c", TALKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        for _ in range(2)
    ]
    try:
        assert [talker.stdout.readline() for talker in talkers] == [b"up\n", b"up\n"]
        killed, living = (segments(talker) for talker in talkers)
        if not killed:
            pytest.skip("this middleware has no shared memory here")
        talkers[0].send_signal(signal.SIGKILL)
        talkers[0].wait()
        remove_leftovers()  # somebody else's start may have been faster: every start on this machine does so
        assert not killed & set(os.listdir(FOLDER))
        assert living <= set(os.listdir(FOLDER))
    finally:
        for talker in talkers:
            talker.kill()
            talker.wait()
        remove_leftovers()
