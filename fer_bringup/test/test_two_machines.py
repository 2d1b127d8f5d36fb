# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Faces stay on this machine: in another network namespace an ordinary participant hears and switches nothing.

Each namespace stands for a machine: interfaces of its own, a cable between them, shared memory of its own.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from waiting import PATIENCE, until

OUTSIDER = Path(__file__).with_name("outsider.py")
HERE, THERE = "10.213.7.1", "10.213.7.2"


def ip(*words):
    return subprocess.run(["ip", *words], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def machines():
    """The names of two namespaces with a cable between them."""
    if not shutil.which("ip") or not shutil.which("unshare"):
        pytest.skip("two network namespaces want iproute2 and util-linux (commands 'ip' and 'unshare')")
    names = [f"fer-{side}-{os.getpid()}" for side in "ab"]
    made = [ip("netns", "add", name) for name in names]
    try:
        if any(done.returncode for done in made):
            pytest.skip(f"two network namespaces want root's rights here: {made[0].stderr.strip()}")
        ends = [f"fer{side}{os.getpid()}"[:15] for side in "ab"]
        steps = [
            ["link", "add", ends[0], "netns", names[0], "type", "veth", "peer", "name", ends[1], "netns", names[1]]
        ]
        for name, end, address in zip(names, ends, (HERE, THERE), strict=True):
            steps += [
                ["-n", name, "addr", "add", f"{address}/24", "dev", end],
                ["-n", name, "link", "set", end, "up"],
                ["-n", name, "link", "set", "lo", "up"],
            ]
        for step in steps:
            done = ip(*step)
            if done.returncode:
                pytest.skip(f"no cable between two namespaces here: {done.stderr.strip()}")
        # Fast DDS looks once at its start for interfaces that run, which the kernel says of these up to a second later.
        for name, end in zip(names, ends, strict=True):
            shown = partial(ip, "-n", name, "link", "show", end)
            assert until(lambda shown=shown: "state UP" in shown().stdout), "the cable has no signal"
        yield names
    finally:
        for name in names:
            ip("netns", "del", name)


def on(machine, *command, **environment):
    """Start a command on a machine, with shared memory of that machine's where it isn't this one's."""
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith(("FASTDDS", "FASTRTPS"))}
    shell = 'mount -t tmpfs tmpfs /dev/shm && exec "$@"' if "-b-" in machine else 'exec "$@"'
    return subprocess.Popen(
        ["ip", "netns", "exec", machine, "unshare", "--mount", "sh", "-c", shell, "sh", sys.executable, *command],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**surroundings, **environment},
    )  # fmt: skip


def outsider(machine, *words, peer=THERE):
    """An ordinary participant that looks for the others in the whole subnet, and at the other machine's address."""
    process = on(
        machine, str(OUTSIDER), *words, ROS_AUTOMATIC_DISCOVERY_RANGE="SUBNET", ROS_STATIC_PEERS=peer
    )  # fmt: skip
    assert process.stdout.readline() == "up\n", process.communicate()
    return process


def so_far(process):
    """How many messages of each topic an outsider has received until now."""
    process.stdin.write("\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def counted(process):
    """The same at its end."""
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    return json.loads(out)


def shows(frames, lit):
    """Whether the last 40 whole lines of the light's file are all of a light that is on, or all of one that is off."""
    lines = frames.read_text().split("\n")[-41:-1] if frames.is_file() else []
    return len(lines) == 40 and all(any(json.loads(line)["rgb"]) == lit for line in lines)


def watched(machines, clip, tmp_path, enough, *arguments):
    """What an outsider on the other machine and one on this machine have heard when it is enough; then all end."""
    frames = tmp_path / "light.jsonl"
    far, near = outsider(machines[1], "switch", peer=HERE), outsider(machines[0])
    words = ["--source", str(clip), "--loop", "--light", f"record:{frames}", *arguments]
    ambient = on(machines[0], "-m", "fer_bringup.ambient", *words)

    def over():
        time.sleep(0.1)  # to count costs the outsiders time to listen
        return ambient.poll() is not None or enough(so_far(far), so_far(near), frames)

    try:
        came = until(over)
        ambient.terminate()
        out, err = ambient.communicate(timeout=PATIENCE)
        assert ambient.returncode == 0, out + err
        heard = counted(far), counted(near)
        assert came, heard
        return heard
    finally:
        for process in (ambient, far, near):
            process.kill()


@pytest.mark.timeout(240)
def test_faces_stay_on_this_machine_and_everybody_on_it_hears(machines, clip, tmp_path):
    far, _ = watched(
        machines, clip, tmp_path, lambda _, near, frames: min(near.values()) > 50 and shows(frames, lit=True)
    )
    assert far == {"image": 0, "faces": 0, "color": 0}


@pytest.mark.timeout(240)
def test_asked_for_the_network_the_other_machine_hears_and_switches(machines, clip, tmp_path):
    """So the silence above is not the cable's."""

    def heard_and_switched(far, near, frames):
        return min(far["faces"], far["color"], near["faces"], near["color"]) > 50 and shows(frames, lit=False)

    watched(machines, clip, tmp_path, heard_and_switched, "--reach", "network")


def test_no_socket_is_bound_to_an_address_that_others_reach(machines, clip):
    if not shutil.which("ss"):
        pytest.skip("sockets are listed by 'ss' (iproute2)")
    ambient = on(machines[0], "-m", "fer_bringup.ambient", "--source", str(clip), "--loop", "--light", "none")
    listed = ["ip", "netns", "exec", machines[0], "ss", "-Huan"]
    bound = []

    def three_are():
        assert ambient.poll() is None, ambient.communicate()
        lines = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.splitlines()
        bound[:] = [line.split()[3].rpartition(":")[0] for line in lines]
        return len(bound) >= 3

    try:
        assert until(three_are)
        ambient.terminate()
        _, err = ambient.communicate(timeout=PATIENCE)
    finally:
        ambient.kill()
    assert ambient.returncode == 0, err
    assert set(bound) == {"127.0.0.1"}
