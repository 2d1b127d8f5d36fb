# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What nodes that run have for parameters, asked for over the graph from a process of its own."""

import json
import subprocess
import sys

from waiting import Patience

ASK_MANY = """
import json, rclpy, sys
from rclpy.parameter import parameter_value_to_python
from rclpy.parameter_client import AsyncParameterClient
rclpy.init()
node = rclpy.create_node("asks_many")
clients = {}
for line in sys.stdin:
    name, parameter = line.split()
    if name not in clients:
        clients[name] = AsyncParameterClient(node, name)
        assert clients[name].wait_for_services(30)
    future = clients[name].get_parameters([parameter])
    rclpy.spin_until_future_complete(node, future)
    print(json.dumps(parameter_value_to_python(future.result().values[0])), flush=True)
"""


class Asker:
    """Asks nodes for their parameters, from a process of its own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", ASK_MANY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def value(self, control: str) -> object:
        """The node's own value of 'node.name'."""
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answers is not None
        print(control.replace(".", " ", 1), file=asked, flush=True)
        return json.loads(answers.readline())

    def wait_for(self, control: str, value: object) -> None:
        """Until the node has the value that the page was given."""
        patience = Patience()
        while (found := self.value(control)) != value:
            assert patience.lasts(), (control, found, value)

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()
