# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The node's state on /diagnostics."""

from collections.abc import Mapping
from dataclasses import dataclass

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rclpy.node import Node

from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.detectors.base import FaceDetector
from fer_perception.nodes.latency import Latency


@dataclass(frozen=True)
class Counts:
    """Images since the start."""

    received: int
    """That the subscription handed over."""
    processed: int
    """That were perceived and published."""
    dropped: int
    """That a newer one replaced before they were processed."""
    refused: int
    """That could not be read or processed."""


def parts_of(detector: FaceDetector, classifier: EmotionClassifier) -> dict[str, str]:
    """Say in words what perceives: detector, model and backend."""
    return {
        "detector": detector.description,
        "model": classifier.info.path.name,
        "backend": classifier.backend.description,
    }


class Diagnostics:
    """Publishes rates, drops, latencies and what works, once a call."""

    def __init__(self, node: Node) -> None:
        """Prepare for a node, which publishes, and stamps."""
        self._node = node
        self._publisher = node.create_publisher(DiagnosticArray, "/diagnostics", 10)
        self._before = Counts(0, 0, 0, 0)

    def publish(
        self,
        now: Counts,
        seconds: float,
        *,
        state: str,
        silent: bool,
        hardware_id: str,
        latencies: Mapping[str, Latency],
        parts: Mapping[str, str],
    ) -> None:
        """Publish the state.

        Args:
            now: the counts.
            seconds: since the last call.
            state: of the lifecycle; another one than 'active' is the message.
            silent: no image came for longer than input_timeout.
            hardware_id: the image topic.
            latencies: by name; their percentiles are shown in milliseconds.
            parts: detector, model, ... in words.
        """
        before, self._before = self._before, now
        dropped, refused = now.dropped - before.dropped, now.refused - before.refused
        level, message = DiagnosticStatus.OK, "running"
        if state != "active":
            message = state
        elif silent:
            level, message = DiagnosticStatus.WARN, "no image arrives"
        elif refused:
            level, message = DiagnosticStatus.WARN, f"{refused} images could not be processed"
        elif dropped:
            message = f"running; {dropped} images dropped for newer ones"
        values = {
            "state": state,
            "images per second": f"{(now.received - before.received) / seconds:.1f}",
            "processed per second": f"{(now.processed - before.processed) / seconds:.1f}",
            "received": str(now.received),
            "processed": str(now.processed),
            "dropped": str(now.dropped),
            "refused": str(now.refused),
            **{
                f"{name} {percentile} (ms)": f"{value:.1f}"
                for name, latency in latencies.items()
                for percentile, value in latency.milliseconds().items()
            },
            **parts,
        }
        status = DiagnosticStatus(
            level=level,
            name=f"{self._node.get_fully_qualified_name()}: images",
            message=message,
            hardware_id=hardware_id,
            values=[KeyValue(key=key, value=value) for key, value in values.items()],
        )
        array = DiagnosticArray(status=[status])
        array.header.stamp = self._node.get_clock().now().to_msg()
        self._publisher.publish(array)
