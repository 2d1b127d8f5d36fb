# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Which of a bag's topics are images, and which of those are wanted."""

from collections.abc import Sequence
from dataclasses import replace

from fer_evaluation.bags.bag import Bag, Topic
from fer_evaluation.bags.messages import COMPRESSED, IMAGE
from fer_evaluation.errors import EvaluationError, NothingThereError

IMAGE_TYPES = (IMAGE, COMPRESSED)


def choose_images(bag: Bag, wanted: Sequence[str]) -> list[Topic]:
    """Choose the image topics to evaluate: those that are wanted, by name or type, or the only one that there is.

    Raises:
        NothingThereError: there is none, or none of that name or type.
        EvaluationError: there are two and none was named, or one that is wanted can't be read.
    """
    images, unread = bag.of_types(IMAGE_TYPES), bag.unread(IMAGE_TYPES)
    if not images and not (wanted and unread):
        raise NothingThereError(f"bag '{bag.path}' has no image topic with messages; it has: {bag.listing()}")
    if not wanted:
        names = {topic.name for topic in images}
        if len(names) > 1:
            raise EvaluationError(
                f"bag '{bag.path}' has {len(names)} image topics: {bag.listing(images)}; "
                f"name one, '--topic {images[0].name}', or several"
            )
        return _by_name(images)
    chosen: list[Topic] = []
    for name in wanted:
        fitting = [topic for topic in images if name in (topic.name, topic.name.lstrip("/"), topic.type, topic.kind)]
        spoilt = [topic for topic in unread if name in (topic.name, topic.name.lstrip("/"))]
        if spoilt and not fitting:
            raise EvaluationError(f"bag '{bag.path}': topic {spoilt[0].name} can't be read: {spoilt[0].unread}")
        if not fitting:
            raise NothingThereError(
                f"bag '{bag.path}' has no image topic of the name or type '{name}'; it has: {bag.listing(images)}"
            )
        chosen += [topic for topic in fitting if topic not in chosen]
    return _by_name(chosen)


def _by_name(topics: Sequence[Topic]) -> list[Topic]:
    """Put what two types have on one topic together: it is one camera, whose images count once."""
    found: dict[str, Topic] = {}
    for topic in topics:
        before = found.get(topic.name)
        found[topic.name] = topic if before is None else replace(before, count=before.count + topic.count)
    return list(found.values())
