# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Several cameras through one detector and one network, every face of all of them in one call. Needs no ROS."""

from collections.abc import Mapping, Sequence

from fer_perception.core import Perceived, Perception
from fer_perception.images.encodings import Pixels
from fer_perception.settings import Settings


class SharedPerception:
    """A `Perception` for each camera, with its own faces, ids and filters, over one detector and one classifier.

    Not thread-safe: one worker uses it.

    Args:
        cameras: their names.
        first: made as the settings say; its detector and its classifier serve all.
    """

    def __init__(self, cameras: Sequence[str], first: Perception) -> None:
        """Share what is loaded."""
        self.first = first
        self._of = {name: Perception(first.detector, first.classifier, first.settings) for name in cameras}

    def configure(self, settings: Settings) -> None:
        """Take over what may be changed between two images."""
        for one in (self.first, *self._of.values()):
            one.configure(settings)

    def process(self, images: Mapping[str, tuple[Pixels, int]]) -> dict[str, Perceived]:
        """Perceive an image of each of some cameras.

        Args:
            images: camera to image (as `Perception.process` takes it) and stamp, nanoseconds.

        Raises:
            PerceptionError: the model answered what is no distribution.
        """
        images = {name: (self._of[name].upright(*taken), taken[1]) for name, taken in images.items()}
        found = {name: self._of[name].find(image, stamp) for name, (image, stamp) in images.items()}
        faces = [(images[name][0], self._of[name].held.unread(found[name])) for name in images]
        unread = {name: len(mine) for name, (_, mine) in zip(images, faces)}
        answers = self.first.classifier.classify_all(faces, self.first.detector.geometry)
        perceived, at = {}, 0
        for name, (image, stamp_ns) in images.items():
            mine = self._of[name].held.complete(found[name], answers[at : at + unread[name]])
            at += unread[name]
            perceived[name] = self._of[name].conclude(image, stamp_ns, found[name], mine)
        return perceived
