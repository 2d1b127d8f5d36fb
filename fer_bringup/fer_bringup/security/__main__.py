# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""SROS 2's policies of our nodes, from the graph that runs: python3 -m fer_bringup.security [--check FILE].

Start the nodes as you will run them, open what is to be opened (the live page, say), and let this write what they do.
With --check it holds a policy against them: what a node does and may not ends it with 1.
"""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import rclpy

from fer_bringup.errors import BringupError
from fer_bringup.security.graph import OF_US, rights
from fer_bringup.security.policy import NODES, Rights, differences, read, written
from fer_common.whole_file import read_whole

LOOK_S = 0.2
LARGEST = 1 << 20
"""Bytes of a policy; ours has under ten thousand."""


def looked(names: Sequence[str], seconds: float) -> list[Rights]:
    """Look at the running graph for so long; the most that each node was seen to do."""
    rclpy.init(args=[])
    node = rclpy.create_node(OF_US)
    seen: dict[str, Rights] = {}
    try:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            rclpy.spin_once(node, timeout_sec=LOOK_S)
            for one in rights(node, names):
                had = seen.get(one.path, one)
                both = {what: one.of(what) | had.of(what) for what in {*one.names, *had.names}}
                seen[one.path] = Rights(one.node, one.namespace, both)
    finally:
        node.destroy_node()
        rclpy.shutdown()
    return list(seen.values())


def main() -> int:
    """Run the command: 0; 1 where nodes do what they may not; 2 where there is nothing to look at."""
    parser = argparse.ArgumentParser(prog="python3 -m fer_bringup.security", description=__doc__)
    parser.add_argument("--nodes", nargs="+", default=NODES, metavar="NAME", help="default: %(default)s")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long to look (default: %(default)s)")
    parser.add_argument("--enclaves", default="/fer", help="where the enclaves lie (default: %(default)s)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", type=Path, metavar="FILE", help="hold this policy against the graph")
    what.add_argument("--output", type=Path, metavar="FILE", help="write the policy there (default: print it)")
    options = parser.parse_args()
    try:
        allowed = read(read_whole(options.check, LARGEST, waits=True).decode("utf-8")) if options.check else []
        found = looked(options.nodes, options.seconds)
        if not found:
            raise BringupError(f"none of {', '.join(options.nodes)} runs here; start them first")
        if options.check:
            return _told(*differences(allowed, found))
        text = written(found, options.enclaves)
        options.output.write_text(text) if options.output else print(text, end="")
    except (BringupError, OSError, ValueError) as error:
        print(f"policies: {error}", file=sys.stderr)
        return 2
    return 0


def _told(more: list[str], less: list[str]) -> int:
    for line in more:
        print(f"may not: {line}")
    for line in less:
        print(f"not seen now: {line}")
    print(f"policies: {len(more)} things are done that may not be, {len(less)} are allowed and were not seen")
    return 1 if more else 0


if __name__ == "__main__":
    program.loaded()
    program.run(main)
