# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Lifecycle nodes that leave the graph when they are destroyed, and one that starts itself unless told not to."""

import contextlib
from collections.abc import Iterator
from typing import Any

from rclpy.lifecycle import LifecycleNode, TransitionCallbackReturn
from rclpy.node import Node

from fer_common.errors import FerError, shown

SUCCESS, FAILURE = TransitionCallbackReturn.SUCCESS, TransitionCallbackReturn.FAILURE


@contextlib.contextmanager
def gone_if_refused(node: Node) -> Iterator[None]:
    """Destroy the node where the block raises, so that a node whose start is refused leaves the graph at once."""
    try:
        yield
    except BaseException:
        node.destroy_node()
        raise


class LeavingNode(LifecycleNode):
    """A lifecycle node whose name is gone from the graph once it is destroyed.

    rclpy's stays there until garbage is collected, since its state machine holds it, and takes the topics of a new node
    of that name out of the graph when it goes (9.1.2, findings/).
    """

    def destroy_node(self) -> None:
        """Destroy what it has made, itself and its state machine; once more does nothing."""
        super().destroy_node()
        self._state_machine.destroy_when_not_in_use()


class SelfStartingNode(LeavingNode):
    """Configures and activates itself when `start` is called, or waits for somebody who does.

    What a subclass does in its transitions stands in `configure`, `activate`, `deactivate` and `clean_up`, which raise
    a `FerError` where they can't; it becomes one line, and the node stays in the state in which it was. A
    transition that is out of order is refused in one line, too.
    """

    def __init__(self, name: str, **node_kwargs: Any) -> None:
        """Node arguments are rclpy's."""
        super().__init__(name, **node_kwargs)
        self._failure: FerError | None = None
        self._starts_itself = False
        # rclpy's own answer to a transition out of order is a number, said twice.
        self._change_state = self._service_change_state.callback
        self._service_change_state.callback = self._on_change_state

    @property
    def state(self) -> str:
        """'unconfigured', 'inactive', 'active' or 'finalized'."""
        return str(self._state_machine.current_state[1])

    def start(self, autostart: bool) -> None:
        """Configure and activate, or say that somebody else has to.

        Raises:
            FerError: it can't be configured or activated.
        """
        if not autostart:
            name = self.get_fully_qualified_name()
            self.get_logger().info(
                f"waits unconfigured (autostart is false): 'ros2 lifecycle set {name} configure', then 'activate'"
            )
            return
        self._starts_itself = True
        try:
            for trigger in (self.trigger_configure, self.trigger_activate):
                if trigger() != SUCCESS:
                    raise self._failure or FerError("the node can't start; look at the lines above")
        finally:
            self._starts_itself = False

    @property
    def how(self) -> str:
        """Say how it has become active, for the line that tells it."""
        return "configured and activated by itself" if self._starts_itself else "active"

    def configure(self) -> None:
        """Load, and offer topics."""

    def activate(self) -> None:
        """Begin to work."""

    def deactivate(self) -> None:
        """Stop to work; nothing is published after it."""

    def clean_up(self) -> None:
        """Let go of what `configure` loaded. May be called in any state, and twice."""

    def on_configure(self, _state: Any) -> TransitionCallbackReturn:
        """Go from unconfigured to inactive."""
        return self._try(self.configure, "configured")

    def on_activate(self, _state: Any) -> TransitionCallbackReturn:
        """Go from inactive to active."""
        return self._try(self.activate, "activated")

    def on_deactivate(self, _state: Any) -> TransitionCallbackReturn:
        """Go from active to inactive."""
        answer = self._try(self.deactivate, "deactivated")
        self.get_logger().info("inactive: nothing is published until it is activated again")
        return answer

    def on_cleanup(self, _state: Any) -> TransitionCallbackReturn:
        """Go from inactive to unconfigured."""
        self.clean_up()
        return SUCCESS

    def on_shutdown(self, _state: Any) -> TransitionCallbackReturn:
        """Go from any state to finalized."""
        self.deactivate()
        self.clean_up()
        return SUCCESS

    def on_error(self, _state: Any) -> TransitionCallbackReturn:
        """Back to unconfigured, from where it can be configured again."""
        self.clean_up()
        return SUCCESS

    def _try(self, work: Any, done: str) -> TransitionCallbackReturn:
        self._failure = None
        try:
            work()
        except FerError as error:
            self._failure = error
        except Exception as error:  # rclpy would swallow it without a word
            line = " ".join(f"{type(error).__name__}: {error}".split())
            self._failure = FerError(f"please report this: {line}")
        if self._failure is None:
            return SUCCESS
        if self.executor is not None:  # while it starts itself, the exception is the line
            self.get_logger().error(f"not {done}: {self._failure}")
        return FAILURE

    def _on_change_state(self, request: Any, response: Any) -> Any:
        possible = {entry[1]: entry[0] for entry in self._state_machine.available_transitions}
        wanted = request.transition
        if wanted.label in possible or (not wanted.label and wanted.id in possible.values()):
            return self._change_state(request, response)
        name = shown(wanted.label) if wanted.label else f"number {wanted.id}"
        self.get_logger().warning(
            f"the transition {name} is out of order: the node is {self.state}, and stays so; possible now: "
            + (", ".join(sorted(possible)) or "none")
        )
        response.success = False
        return response
