# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Replays a camera into the running ROS 2 graph and listens to what comes back."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import rclpy
from numpy.typing import NDArray
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor

from fer_evaluation.answers.live_graph import NAMESPACE, Distinct, LiveNode, StartedNodes
from fer_evaluation.answers.replay import Cores, Part
from fer_evaluation.answers.series import FaceRows, Frames, Light, Series, no_faces, no_light
from fer_evaluation.bags.bag import open_bag
from fer_evaluation.bags.image_topics import IMAGE_TYPES
from fer_evaluation.bags.messages import COMPRESSED
from fer_evaluation.bags.video import is_video
from fer_evaluation.errors import EvaluationError

FOUND_S, STARTED_S = 10.0, 60.0
"""Seconds that nodes may take to be found, and to start and be found."""
DRAIN_S = 3.0
"""Seconds that the last answers may take."""
TICK_S = 0.01
"""Seconds between two messages on /clock, at most."""


@dataclass(frozen=True)
class Live:
    """What came back."""

    series: Series
    figures: dict[str, Any]
    """metrics.json's `live`."""
    timing: dict[str, Any]
    """What of it is a matter of speed."""


def refuse_video(part: Part) -> None:
    """Look at a camera's first image, before any work.

    Raises:
        EvaluationError: it is video, which no node reads, or the bag can't be read.
    """
    with open_bag(part.bag) as bag:
        read = (one for one in bag.messages([part.topic], part.start_ns, part.stop_ns) if one.message is not None)
        first = next(read, None)
    if first is not None and first.type == COMPRESSED and is_video(first.message):
        raise EvaluationError(
            f"the images of {part.topic} are video ('{first.message.format}'), which perception's node does not read, "
            "so --live can't replay them; leave --live out"
        )


def replay_live(
    parts: Sequence[Part],
    offline: Series,
    cores: Cores,
    *,
    rate: float,
    start_nodes: bool,
    progress: Callable[[int], None] = lambda count: None,
) -> Live:
    """Publish a camera's images and /clock at the bag's pace, and hold what the nodes answer against `offline`.

    Args:
        parts: of one camera.
        offline: the same images, replayed through the cores.
        cores: settings for nodes that are started here.
        rate: times the bag's own pace.
        start_nodes: start a perception and a colour node for it.
        progress: called with the number of images published.

    Raises:
        EvaluationError: the nodes are not there or can't be started, or the bag can't be read.
    """
    with open_bag(parts[0].bag) as bag:
        kind = next(topic.kind for topic in bag.of_types(IMAGE_TYPES) if topic.name == parts[0].topic)
    topic = f"{NAMESPACE}/image" if start_nodes else parts[0].topic
    rclpy.init()
    try:
        with StartedNodes(cores, kind) if start_nodes else nullcontext() as nodes:
            return _with_node(LiveNode(topic, kind), parts, offline, rate, nodes, progress)
    except ExternalShutdownException as error:
        raise KeyboardInterrupt from error
    finally:
        rclpy.try_shutdown()


def _with_node(
    node: LiveNode,
    parts: Sequence[Part],
    offline: Series,
    rate: float,
    nodes: StartedNodes | None,
    progress: Callable[[int], None],
) -> Live:
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    thread = threading.Thread(target=_spin, args=(executor,), name="live", daemon=True)
    thread.start()
    try:
        _wait(lambda: node.matched() or (nodes is not None and nodes.check()), STARTED_S if nodes else FOUND_S)
        if not node.matched():
            raise EvaluationError(node.missing())
        clock = _publish(node, parts, rate, progress)
        _wait(node.settled, DRAIN_S)
    finally:
        executor.shutdown()
        thread.join(5)
        node.destroy_node()
    return _result(node, offline, rate, clock)


def _spin(executor: SingleThreadedExecutor) -> None:
    with suppress(ExternalShutdownException):
        executor.spin()


def _wait(done: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not done() and time.monotonic() < deadline:
        time.sleep(0.05)


def _publish(node: LiveNode, parts: Sequence[Part], rate: float, progress: Callable[[int], None]) -> tuple[float, int]:
    """Publish every image when it is due; where the log times jump, the bag's clock goes on.

    Returns:
        The steady time, seconds, at which the bag's clock stood at what log time, nanoseconds.
    """
    begun: tuple[float, int] | None = None
    with open_bag(parts[0].bag) as bag:
        for recorded in bag.messages([parts[0].topic], parts[0].start_ns, parts[-1].stop_ns):
            if recorded.message is None:
                continue
            now = bag.start_ns + bag.times.elapsed(recorded.log_ns)
            if begun is None:
                begun = time.monotonic(), now
            due = begun[0] + (now - begun[1]) / 1e9 / rate
            while (left := due - time.monotonic()) > 0:
                node.tick(now - round(left * rate * 1e9))
                time.sleep(min(left, TICK_S))
            node.tick(now)
            node.publish(recorded)
            progress(1)
    assert begun is not None, "the offline replay has found an image"
    return begun


def _result(node: LiveNode, offline: Series, rate: float, clock: tuple[float, int]) -> Live:
    distinct = Distinct()
    at = {distinct.of(int(stamp)): k for k, stamp in enumerate(offline.frames.stamp_ns)}
    heard = sorted((at[stamp], stamp) for stamp in node.faces if stamp in at)
    order, stamps = [k for k, _ in heard], [stamp for _, stamp in heard]
    live = _frames(node, offline, order, stamps)
    light = _light(node, offline, rate, clock) if rate == 1 else no_light()
    latency = [(node.lit[stamp] - node.published[stamp]) * 1e3 for stamp in node.lit if stamp in node.published]
    same = _tops(live.probabilities) == _tops(offline.frames.probabilities[order])
    sent = node.sent()
    figures = {
        "frames_sent": sent,
        "frames_lost": sent - node.answered(),
        "frames_compared": len(order),
        "agreement": float(same.mean()) if len(order) else None,
        "rate": rate,
    }
    series = replace(
        offline,
        frames=live,
        faces=_faces(node, stamps),
        light=light,
        notices=(),
        processing_ms=np.empty(0, np.float32),
        latency_ms=np.array(latency, np.float32),
    )
    return Live(series, figures, {"images_with_light": len(latency)})


def _tops(probabilities: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the top class of each, -1 where nobody is seen."""
    seen = ~np.isnan(probabilities[:, 0])
    return np.where(seen, np.where(seen[:, None], probabilities, 0).argmax(axis=1), -1)


def _frames(node: LiveNode, offline: Series, order: Sequence[int], stamps: Sequence[int]) -> Frames:
    nobody = np.full(offline.frames.probabilities.shape[1], np.nan, np.float32)
    rooms = [node.rooms.get(stamp) for stamp in stamps]
    return Frames(
        offline.frames.t[order],
        np.array(stamps, np.int64),
        np.array([len(node.faces[stamp]) for stamp in stamps], np.int64),
        np.array(["" if room is None else room[0] for room in rooms], np.str_),
        np.array([nobody if room is None else room[1] for room in rooms], np.float32).reshape(-1, len(nobody)),
        np.array([node.rgb.get(stamp, (-1, -1, -1)) for stamp in stamps], np.int64).reshape(-1, 3),
    )


def _faces(node: LiveNode, stamps: Sequence[int]) -> FaceRows:
    rows = [(k, *face) for k, stamp in enumerate(stamps) for face in node.faces[stamp]]
    if not rows:
        return no_faces()
    return FaceRows(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.str_),
        np.array([row[2] for row in rows], np.int64),
        np.array([row[3] for row in rows]),
        np.array([row[4] for row in rows], np.float32),
    )


def _light(node: LiveNode, offline: Series, rate: float, clock: tuple[float, int]) -> Light:
    """Return the colours as they were heard, on the bag's clock."""
    if not node.colors:
        return no_light()
    first = offline.frames.t[0]
    times = np.array([first + (at - clock[0]) * rate for at, _ in node.colors])
    return Light(times, np.array([rgb for _, rgb in node.colors], np.uint8), np.zeros(1, np.int64))
