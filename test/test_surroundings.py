# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Test processes side by side do not meet."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest
import surroundings

CLAIM = "import surroundings; print(surroundings.claim_domain(), flush=True); input()"
HERE = Path(surroundings.__file__).parent


def claimant():
    variables = {**os.environ, "PYTHONPATH": str(HERE)}
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", CLAIM], stdin=pipe, stdout=pipe, text=True, env=variables)


def test_a_domain_belongs_to_one_process_and_is_free_after_its_end():
    others = [claimant() for _ in range(4)]
    try:
        taken = [int(other.stdout.readline()) for other in others] + [int(os.environ["ROS_DOMAIN_ID"])]
        assert len(set(taken)) == 5
        assert all(0 < domain < 100 for domain in taken)
        with pytest.raises(OSError, match="in use"):
            surroundings.claim(taken[0])
        others[0].kill()
        others[0].wait()
        surroundings.claim(taken[0]).close()
    finally:
        for other in others:
            other.kill()
            other.communicate()


def test_this_process_still_has_the_domain_that_it_claimed():
    """Whatever the files that it collected have imported, all of which may change its environment."""
    mine = int(os.environ["ROS_DOMAIN_ID"])
    assert mine in surroundings.DOMAINS
    with pytest.raises(OSError, match="in use"):
        surroundings.claim(mine)


def test_when_every_domain_is_claimed_it_says_so(monkeypatch):
    monkeypatch.setattr(surroundings, "DOMAINS", [surroundings.claim_domain()])
    with pytest.raises(RuntimeError, match="all 1 DDS domains are claimed by other test runs"):
        surroundings.claim_domain()


def test_a_field_of_the_wrong_kind_is_refused_instead_of_sent_as_something_else():
    np = pytest.importorskip("numpy")
    messages = pytest.importorskip("std_msgs.msg", reason="needs ROS 2 (package 'std_msgs')")
    with pytest.raises(AssertionError):
        messages.Bool(data=np.True_)
    with pytest.raises(AssertionError):
        messages.UInt8(data=300)


MAKE = """
import pathlib, sys, time, surroundings
def make(folder):
    (folder / "begun").touch(exist_ok=False)
    print("making", flush=True)
    sys.stdin.readline()
    (folder / "ended").touch()
folder = surroundings.once(pathlib.Path(sys.argv[1]), "dear", make)
print((folder / "ended").exists(), flush=True)
"""


def test_what_is_dear_is_made_by_one_process_and_awaited_by_the_others(tmp_path):
    variables = {**os.environ, "PYTHONPATH": str(HERE)}
    command = [sys.executable, "-c", MAKE, str(tmp_path)]
    pipe = subprocess.PIPE
    first, second = (subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=variables) for _ in range(2))
    said, _, _ = select.select([first.stdout, second.stdout], [], [], 60)
    maker, waiter = (first, second) if said == [first.stdout] else (second, first)
    assert maker.stdout.readline() == "making\n"
    assert waiter.poll() is None
    assert maker.communicate("\n")[0] == "True\n"
    assert waiter.communicate("")[0] == "True\n", "it made nothing itself"


def test_what_failed_half_way_is_made_anew(tmp_path):
    def fails(folder):
        (folder / "half").touch()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        surroundings.once(tmp_path, "dear", fails)
    whole = surroundings.once(tmp_path, "dear", lambda folder: (folder / "whole").touch())
    assert [path.name for path in whole.iterdir()] == ["whole"]
    assert surroundings.once(tmp_path, "dear", fails) == whole
