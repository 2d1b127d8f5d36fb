# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is worth recording for an evaluation, and whether images may be. Needs no ROS."""

import re
from collections.abc import Callable

from fer_bringup.errors import BringupError

RESULTS = ("faces", "emotion", "color")
"""Topics of our nodes, relative to their namespace."""
BESIDE = ("/diagnostics", "/tf", "/tf_static", "/parameter_events", "/rosout")
IMAGES = ("ask", "keep", "leave")

QUESTION = """\
Shall images be kept, too? They show everybody in the camera's view, and whoever has the recording sees them.
Ask them first. Without images a recording still holds every answer and colour, and --recorded evaluates it.
Keep images? [y/N] """


def keeps_images(choice: str, ask: Callable[[str], str] | None) -> bool:
    """Tell whether images are recorded.

    Args:
        choice: one of `IMAGES`.
        ask: puts a question to a person and returns the answer; None: nobody is there to be asked, so no.

    Raises:
        BringupError: the choice is none of `IMAGES`.
    """
    if choice not in IMAGES:
        raise BringupError(f"images is '{choice}', expected one of {', '.join(IMAGES)}")
    if choice != "ask":
        return choice == "keep"
    return ask is not None and ask(QUESTION).strip().lower() in ("y", "yes")


def record_command(*, namespace: str, image_topic: str, images: bool, output: str) -> list[str]:
    """Return the command that records: `ros2 bag record`, MCAP, by one expression that every distribution takes.

    Args:
        namespace: of the nodes; may be empty.
        image_topic: of the camera; relative to the namespace, or absolute.
        images: keep them, raw or compressed, whichever is published.
        output: the bag's folder; empty: rosbag2's own name, with the time.
    """
    start = f"/{namespace.strip('/')}".rstrip("/")
    topics = [re.escape(f"{start}/{name}") for name in RESULTS] + [re.escape(name) for name in BESIDE]
    # REP-155, where it is published: `tracked`, and each face's region and expression, but not its pictures.
    topics.append("/humans/faces/(tracked|[^/]+/(roi|expression))")
    if images:
        topic = image_topic if image_topic.startswith("/") else f"{start}/{image_topic}"
        topic = topic.rstrip("/").removesuffix("/compressed")  # the camera's calibration lies beside the raw images
        topics.append(re.escape(topic) + "(/compressed)?")
        topics.append(re.escape(topic.rpartition("/")[0]) + "/camera_info")
    command = ["ros2", "bag", "record", "--storage", "mcap", "--regex", f"^({'|'.join(topics)})$"]
    return [*command, "--output", output] if output else command


def of_this_user(command: list[str]) -> list[str]:
    """Return the command in a shell whose new files nobody else can read: a recording says how somebody felt."""
    return ["sh", "-c", 'umask 077 && exec "$@"', "sh", *command]
