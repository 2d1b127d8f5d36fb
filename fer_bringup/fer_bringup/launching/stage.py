# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The nodes of a launch file: their environment, their parameters, and what follows when one ends."""

import copy
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from launch.actions import EmitEvent, GroupAction, LogInfo, OpaqueFunction, RegisterEventHandler, TimerAction
from launch.event_handlers import OnProcessExit
from launch.events import Shutdown
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node

from fer_bringup import reach
from fer_bringup.errors import BringupError
from fer_bringup.launching.arguments import Arguments, check_known
from fer_bringup.launching.known import parameters_of
from fer_bringup.launching.parameter_files import remarks, write_layers
from fer_bringup.launching.watch import AGAIN_AFTER_S, Next, Watch
from fer_bringup.leftovers import remove_leftovers

SIGTERM_AFTER_S = "10"
"""After Ctrl-C, before launch sends SIGTERM: its own 5 s would cut short the fade of a deep red light."""
_AROUND = {"ros_namespace", "global_params", "ros_remaps"}
"""Where launch_ros keeps what `PushRosNamespace`, `SetParameter` and `SetRemap` say."""


class Stage:
    """Collects the nodes, then gives launch's actions for them."""

    def __init__(self, context: Any, file: str, arguments: Iterable[str]) -> None:
        """Read the arguments of a launch file.

        Raises:
            BringupError: one is unknown, or `params_file` is not there.
        """
        check_known(sys.argv, file, set(arguments))
        self.arguments = Arguments(lambda name: str(LaunchConfiguration(name).perform(context)))
        # Of the including launch file's groups: gone from the context by the time a node is started again.
        around = context.launch_configurations.items()
        self._around = {key: copy.copy(value) for key, value in around if key in _AROUND}
        pushed = str(self._around.get("ros_namespace", "")).strip("/")
        self._namespace = "/".join(part for part in (pushed, self.arguments.namespace("namespace")) if part)
        text = self.arguments.text("params_file")
        self._params_file = Path(text).expanduser() if text else None
        self._surroundings = dict(context.environment)
        self._notes: list[str] = []
        self._parts: list[tuple[str, dict[str, Any]]] = []
        self._watch = Watch()
        # Of this user alone, and gone with this process.
        self._folder = tempfile.TemporaryDirectory(prefix="fer_parameters_")
        remove_leftovers()

    def keep_to(self, wanted: str, *, alone: bool) -> None:
        """Say who may hear the nodes: `reach.within`'s arguments.

        Raises:
            BringupError: the reach is unknown.
        """
        self._surroundings = reach.within(wanted, self._surroundings, alone=alone)
        if reach.range_of_the_user(self._surroundings) == "machine":
            self._notes.append("heard on this machine alone (reach:=network: by others, too)")

    def add(
        self,
        package: str,
        executable: str,
        name: str,
        *,
        defaults: Mapping[str, Any],
        asked: Mapping[str, Any],
        namespace: str = "",
        remappings: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Add a node.

        Args:
            package: its package.
            executable: its executable.
            name: its name.
            defaults: parameters that a user's file overrules.
            asked: parameters that overrule a user's file.
            namespace: within the whole's.
            remappings: of topics.
        """
        asked = {**self.arguments.given({"use_sim_time": bool}), **asked}
        files = write_layers(Path(self._folder.name), name, defaults, asked, self._params_file)
        within = "/".join(part for part in (self._namespace, namespace) if part)
        made = {
            "package": package,
            "executable": executable,
            "name": name,
            "namespace": f"/{within}",
            "parameters": [str(file) for file in files],
            "remappings": list(remappings),
            "output": "screen",
            "emulate_tty": True,
            "sigterm_timeout": SIGTERM_AFTER_S,
            "env": self._surroundings,
        }
        full = "/".join(["", *([within] if within else []), name])
        self._parts.append((full, made))
        if executable == "source_node":
            self._watch.sources.add(full)

    def actions(self) -> list[Any]:
        """Give launch what it has to do.

        Raises:
            BringupError: `params_file` is not there, or it is no such file.
        """
        if self._params_file is not None:
            takes = {full: parameters_of(made["executable"]) for full, made in self._parts}
            self._notes += remarks(self._params_file, takes)
        started = [action for full, made in self._parts for action in self._start(full, made)]
        return [*(LogInfo(msg=note) for note in self._notes), *started]

    def _start(self, full: str, made: dict[str, Any]) -> list[Any]:
        def on_exit(event: Any, context: Any) -> list[Any] | None:
            if context.is_shutdown:
                return None
            return self._after(full, made, event.returncode)

        node = Node(**made)
        return [RegisterEventHandler(OnProcessExit(target_action=node, on_exit=on_exit)), node]

    def _after(self, full: str, made: dict[str, Any], code: int) -> list[Any]:
        follows = self._watch.ended(full, code)
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        if follows is Next.AGAIN:
            around = OpaqueFunction(function=lambda context: context.launch_configurations.update(self._around))
            again = TimerAction(period=AGAIN_AFTER_S, actions=[GroupAction([around, *self._start(full, made)])])
            return [LogInfo(msg=f"{full} {how}; it starts again"), again]
        if follows is Next.FAIL:
            raise BringupError(f"{full} {how}; what it said stands above")
        if follows is Next.END:
            return [EmitEvent(event=Shutdown(reason=f"{full} ended"))]
        return [LogInfo(msg=f"{full} {how}; the others go on")]
