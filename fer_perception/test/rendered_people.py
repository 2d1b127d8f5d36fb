# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""People whose heads move through a picture, rendered as what a detector says of them; who is who is known.

A face is not found when it is turned away by more than `PROFILE`, when a nearer one covers half of it, when its centre
leaves the picture, and by chance in a share `missed` of all images. Boxes and landmarks carry a detector's noise.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from fer_perception import Detection
from fer_perception.detectors.boxes import overlap
from fer_perception.tracking.tracker import Tracker

WIDTH, HEIGHT = 1280, 720
PROFILE = 65.0
BOX_NOISE, LANDMARK_NOISE = 0.015, 0.01
"""Standard deviations, in sides of the box; of YuNet on the sample clip 0.005 and 0.005 to 0.009."""
HEAD = np.asarray([[-0.19, -0.14, 0.29], [0.19, -0.14, 0.29], [0, 0.08, 0.48], [-0.16, 0.26, 0.29], [0.16, 0.26, 0.29]])
"""Landmarks of a head that looks at the camera: right, down, towards the camera, in sides of its box."""


@dataclass(frozen=True)
class Person:
    """Somebody's head."""

    place: Callable[[float], tuple[float, float]]
    """Centre in pixels at a time in seconds."""
    side: float = 100.0
    """Pixels; the larger one is the nearer one."""
    yaw: Callable[[float], float] = lambda _: 0.0
    """Degrees by which it is turned, at a time."""


def line(start, velocity):
    """A walk at constant speed, from `start` in pixels, at `velocity` in pixels a second."""
    return lambda t: (start[0] + velocity[0] * t, start[1] + velocity[1] * t)


def render(people: Sequence[Person], t: float, rng: np.random.Generator, missed: float) -> list[tuple[int, Detection]]:
    """Who is found at time t, in a random order: the index of the person, and the detection."""
    boxes = [(*(np.asarray(one.place(t)) - one.side / 2), one.side, one.side) for one in people]
    found = []
    for index, one in enumerate(people):
        x, y = one.place(t)
        nearer = [box for other, box in zip(people, boxes) if other.side > one.side]
        covered = any(overlap(boxes[index], box) > 1 / 3 for box in nearer)  # a third of both is half of each
        inside = 0 < x < WIDTH and 0 < y < HEIGHT
        if covered or not inside or abs(one.yaw(t)) > PROFILE or rng.random() < missed:
            continue
        found.append((index, _detection(one, t, rng)))
    return [found[index] for index in rng.permutation(len(found))]


def follow(people, rng, *, seconds, rate, missed=0.03):
    """The ids that each person bears, a set for each, at `rate` images a second, more or less."""
    tracker = Tracker()
    borne: list[set[str]] = [set() for _ in people]
    t = 0.0
    while t < seconds:
        found = render(people, t, rng, missed)
        tracks, _ = tracker.update([detection for _, detection in found], round(t * 1e9))
        for (index, _), track in zip(found, tracks):
            borne[index].add(track.face_id)
        t += rng.uniform(0.7, 1.3) / rate  # no camera is on time
    return borne


def _detection(person: Person, t: float, rng: np.random.Generator) -> Detection:
    side = person.side * math.exp(rng.normal(0, BOX_NOISE))
    centre = np.asarray(person.place(t)) + rng.normal(0, BOX_NOISE * person.side, 2)
    turn = math.radians(person.yaw(t))
    across = HEAD[:, 0] * math.cos(turn) + HEAD[:, 2] * math.sin(turn)
    points = np.stack([across, HEAD[:, 1]], axis=1) + rng.normal(0, LANDMARK_NOISE, (5, 2))
    landmarks = (np.asarray(person.place(t)) + points * person.side).astype(np.float32)
    return Detection((*(centre - side / 2), side, side), 0.9, landmarks)
