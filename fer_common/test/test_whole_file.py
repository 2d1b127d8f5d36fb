# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Files that are there whole or not at all."""

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fer_common.whole_file import close_to_others, made_whole, private_files, read_whole, write_whole


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(("private", "mode"), [(True, 0o600), (False, 0o640)])
def test_who_may_read_it(tmp_path, private, mode):
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "r.json", "näher", private=private)
    finally:
        os.umask(before)
    assert (tmp_path / "r.json").read_bytes() == "näher".encode()
    assert mode_of(tmp_path / "r.json") == mode
    assert os.listdir(tmp_path) == ["r.json"]


def test_what_was_readable_by_all_is_no_longer(tmp_path):
    (tmp_path / "r.json").write_text("older")
    os.chmod(tmp_path / "r.json", 0o644)
    write_whole(tmp_path / "r.json", b"newer", private=True)
    assert mode_of(tmp_path / "r.json") == 0o600


def test_no_link_is_followed(tmp_path):
    kept = tmp_path / "kept"
    kept.write_text("somebody's")
    for name in ("r.json", "r.json.partial", ".r.json"):
        (tmp_path / name).symlink_to(kept)
    write_whole(tmp_path / "r.json", "ours", private=True)
    assert kept.read_text() == "somebody's"
    assert (tmp_path / "r.json").read_text() == "ours"


FULL = """
import resource, signal, sys
from fer_common.whole_file import read_whole, write_whole
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_whole(sys.argv[1], b"x" * 5000, private=True)
except OSError as error:
    print(type(error).__name__)
"""
"""A file may not grow past a limit, which fails in the middle of it as a full disk does."""


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="no limit of a file's size here")
def test_a_full_disk_leaves_what_was_there_and_nothing_beside_it(tmp_path):
    (tmp_path / "r.json").write_text("older")
    command = [sys.executable, "-c", FULL, str(tmp_path / "r.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "OSError\n", done.stderr
    assert os.listdir(tmp_path) == ["r.json"]
    assert (tmp_path / "r.json").read_text() == "older"


def test_a_device_is_written_to_and_not_replaced():
    before = os.stat("/dev/null").st_rdev
    write_whole("/dev/null", "away", private=True)
    assert os.stat("/dev/null").st_rdev == before


def test_a_pipe_is_written_to_and_one_that_nobody_reads_is_not_waited_for(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="pipe"):
        write_whole(pipe, "x", private=True)
    got = []
    reads = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    with open(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb"):  # it is open for reading from here on
        reads.start()
        write_whole(pipe, "x" * 100_000, private=True)
    reads.join()
    assert got == [b"x" * 100_000]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_what_stands_for_an_open_file_is_written_to_and_not_replaced(tmp_path):
    """As /dev/stdout does where the shell has redirected it."""
    with open(tmp_path / "out", "w+") as out:
        print("before", file=out, flush=True)
        write_whole(f"/dev/fd/{out.fileno()}", "after", private=False)
    assert (tmp_path / "out").read_text() == "before\nafter"
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize("private", [True, False])
def test_what_is_made_takes_its_place_at_the_end_or_goes(tmp_path, private):
    path = tmp_path / "model.onnx"
    path.write_text("older")
    before = os.umask(0o022)
    try:
        with pytest.raises(FileNotFoundError), made_whole(path, private=private) as beside:
            beside.write_text(path.read_text() + (tmp_path / "nowhere").read_text())
        assert (os.listdir(tmp_path), path.read_text()) == (["model.onnx"], "older")
        with made_whole(path, private=private) as beside:
            beside.write_text("newer")
    finally:
        os.umask(before)
    assert (os.listdir(tmp_path), path.read_text()) == (["model.onnx"], "newer")
    assert mode_of(path) == (0o600 if private else 0o644)


def test_a_name_may_be_as_long_as_it_can(tmp_path):
    for name in ("a" * 255, "ä" * 127):
        write_whole(tmp_path / name, "x", private=True)
        assert (tmp_path / name).read_text() == "x"


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "no" / "r.json", "x", private=True)


def test_what_has_no_end_is_read_as_far_as_it_may_be_long(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    assert read_whole(tmp_path / "a", 5) == b"12345"
    with pytest.raises(ValueError, match="more than 4 bytes"):
        read_whole(tmp_path / "a", 4)
    os.mkfifo(tmp_path / "pipe")  # that nobody will ever write to
    for path in (tmp_path / "pipe", "/dev/zero"):
        with pytest.raises(ValueError, match="no regular file"):
            read_whole(path, 5)
    with pytest.raises(ValueError, match="more than 5 bytes"):
        read_whole("/dev/zero", 5, waits=True)
    with pytest.raises(FileNotFoundError):
        read_whole(tmp_path / "nowhere", 5)


def test_a_high_limit_costs_nothing(tmp_path):
    """But what the file has: in an address space that could not hold the limit."""
    (tmp_path / "a").write_bytes(bytes(3 << 20))
    code = (
        "import resource, sys; from fer_common.whole_file import read_whole\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29))\n"
        "print(len(read_whole(sys.argv[1], 1 << 40)), read_whole('/proc/self/stat', 1 << 40)[:1].isdigit())"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a")], capture_output=True, text=True, timeout=60)
    assert done.stdout == f"{3 << 20} True\n", done.stderr


def test_what_comes_through_a_pipe_may_be_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    writes = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(b"123"))
    writes.start()
    assert read_whole(tmp_path / "pipe", 5, waits=True) == b"123"
    writes.join()


def test_what_others_write_is_this_users_alone(tmp_path):
    (tmp_path / "older.png").write_text("of an earlier run")
    (tmp_path / "folder").mkdir()
    for path, mode in (("older.png", 0o644), ("folder", 0o755)):
        os.chmod(tmp_path / path, mode)
    mask = os.umask(0o022)
    try:
        with private_files(tmp_path / "older.png", tmp_path / "newer.png", tmp_path / "folder"):
            for name in ("older.png", "newer.png"):
                (tmp_path / name).write_text("a face")
        (tmp_path / "after.txt").write_text("x")
    finally:
        os.umask(mask)
    modes = {name: mode_of(tmp_path / name) for name in os.listdir(tmp_path)}
    assert modes == {"older.png": 0o600, "newer.png": 0o600, "folder": 0o755, "after.txt": 0o644}


def test_an_open_file_s_name_and_what_is_not_there_keep_their_rights(tmp_path):
    with open(tmp_path / "shell.txt", "w") as output:
        os.chmod(tmp_path / "shell.txt", 0o644)
        close_to_others(Path(f"/proc/self/fd/{output.fileno()}"), tmp_path / "nowhere")
    assert mode_of(tmp_path / "shell.txt") == 0o644
    assert os.listdir(tmp_path) == ["shell.txt"]
