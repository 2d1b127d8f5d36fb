# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One node, run until it is told to stop."""

import os
import re
import sys
from collections.abc import Callable, Sequence

import rclpy
from rclpy.exceptions import ParameterException
from rclpy.executors import Executor, ExternalShutdownException
from rclpy.impl.implementation_singleton import rclpy_implementation
from rclpy.node import Node
from rclpy.signals import SignalHandlerOptions

from fer_common.errors import FerError
from fer_common.interrupts import Interrupts
from fer_common.ros.executor import make_executor
from fer_common.ros.log import quicken_first_line
from fer_common.ros.memory import collect_seldom, keep_freed_images

WAIT_S = 0.1
RCLError: type[Exception] = rclpy_implementation.RCLError
"""What rclpy raises of the layers below it: security without its plug-ins, too little memory, a full /dev/shm."""


def refusal(error: Exception) -> str:
    """Say in one line what rclpy refused, without the places in its source that it names."""
    line = " ".join(str(error).split()).removeprefix("failed to initialize rcl: ")
    line = re.sub(r", at /\S+:\d+", "", line)
    if isinstance(error, MemoryError):
        return "there is too little memory; end something else, or raise the limit (ulimit -v)"
    if line == "error not set":
        keys = os.environ.get("ROS_SECURITY_ENABLE") == "true" and not os.environ.get("ROS_SECURITY_KEYSTORE")
        line = (
            "ROS_SECURITY_ENABLE is true, and ROS_SECURITY_KEYSTORE names no folder" if keys else "ROS gives no reason"
        )
    if "log directory" in line:
        line += "; name a folder that can be written in ROS_LOG_DIR"
    return f"unknown after --ros-args: {line}" if line.startswith("[") else line  # rclpy gives these as a bare list


def run(name: str, make: Callable[[], Node], arguments: Sequence[str] | None = None) -> int:
    """Make a node and spin it until SIGINT or SIGTERM; 0 then, 2 after one line where it could not start."""
    interrupts = Interrupts()
    interrupts.heed()
    node: Node | None = None
    executor: Executor | None = None
    keep_freed_images()
    quicken_first_line()
    try:
        try:
            # rclpy's own handlers would end the graph under the hands of a callback.
            rclpy.init(
                args=None if arguments is None else list(arguments), signal_handler_options=SignalHandlerOptions.NO
            )
        except RuntimeError as error:  # the arguments after --ros-args, a params file, ROS_DOMAIN_ID
            print(f"{name}: {refusal(error)}", file=sys.stderr)
            return 2
        node = make()
        executor = make_executor()
        executor.add_node(node)
        interrupts.heed()  # some executors take them for themselves
        collect_seldom()
        while not interrupts.asked and executor.context.ok():
            # Not for ever: an EventsExecutor that waits does not look for signals.
            executor.spin_once(timeout_sec=WAIT_S)
    except FerError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 2
    except ParameterException as error:  # one of rclpy's own, as use_sim_time
        print(f"{name}: {refusal(error)}", file=sys.stderr)
        return 2
    except ExternalShutdownException:
        pass
    except (RCLError, MemoryError) as error:
        if node is not None:
            raise  # not at the start: a fault
        print(f"{name}: {refusal(error)}", file=sys.stderr)
        return 2
    finally:
        if executor is not None:
            executor.shutdown()  # before its node goes, see `withdraw`
        if node is not None:
            node.destroy_node()
        rclpy.try_shutdown()
        interrupts.ignore()
    return 0
