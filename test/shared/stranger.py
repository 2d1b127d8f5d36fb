# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A node of somebody else's, in a process of its own: one DDS participant can't have two types on a topic, and two of
Fast DDS 3.2's participants in one process may wait for each other for ever while one of them ends.
"""

import contextlib
import subprocess
import sys
from collections.abc import Iterator

CODE = """
import importlib, sys
import rclpy

package, kind, topic, does = sys.argv[1:]
message = getattr(importlib.import_module(package + ".msg"), kind)
rclpy.init()
node = rclpy.create_node("stranger")
if does == "publishes":
    end = node.create_publisher(message, topic, 10)
else:
    end = node.create_subscription(message, topic, lambda message: None, 10)
print("there", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def stranger(kind: type, topic: str, does: str) -> Iterator[None]:
    """Have somebody on a topic who `publishes` (but sends nothing) or `listens`, with messages of this kind."""
    package = kind.__module__.split(".")[0]
    command = [sys.executable, "-c", CODE, package, kind.__name__, topic, does]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        try:
            yield
        finally:
            process.communicate("")
