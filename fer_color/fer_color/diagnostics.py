# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How each light is doing, on /diagnostics."""

from collections.abc import Callable, Sequence
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue

from fer_color.lights.report import Condition, LightReport

PERIOD = 1.0
"""Seconds between two messages."""
MOST_PIXELS = 60
"""Of a strip that are told of; of a longer one every second LED, every third and so on."""


class LightDiagnostics:
    """One status a light: `NODE: light N`, its notation as the hardware's id; a lost one is a warning."""

    def __init__(self, node: Any) -> None:
        """Prepare for a node, which publishes, and stamps."""
        self._node = node
        self._publisher = node.create_publisher(DiagnosticArray, "/diagnostics", 10)
        self._at = float("-inf")

    def tell(self, reports: Callable[[], Sequence[LightReport]], now: float) -> None:
        """Publish when it is due: once a second, while somebody listens.

        Args:
            reports: gives how each light is doing; asked only when it is due.
            now: seconds of a steady clock.
        """
        if now - self._at < PERIOD:
            return
        self._at = now
        if not self._publisher.get_subscription_count():
            return
        array = DiagnosticArray(status=[self._status(number, one) for number, one in enumerate(reports(), 1)])
        array.header.stamp = self._node.get_clock().now().to_msg()
        self._publisher.publish(array)

    def _status(self, number: int, report: LightReport) -> Any:
        shown = "" if report.rgb is None else f"#{bytes(report.rgb).hex()}"
        strip = report.pixels[:: -(-len(report.pixels) // MOST_PIXELS)] if report.pixels else ()
        values = {"condition": report.condition.value, "color": shown}
        values |= {"pixels": "".join(bytes(rgb).hex() for rgb in strip)} if strip else {}
        return DiagnosticStatus(
            level=DiagnosticStatus.WARN if report.condition is Condition.LOST else DiagnosticStatus.OK,
            name=f"{self._node.get_fully_qualified_name()}: light {number}",
            message=report.text,
            hardware_id=report.spec,
            values=[KeyValue(key=key, value=value) for key, value in values.items()],
        )
