# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Everything that `make bench` measures, in one process or in children of its own."""

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from sensor_msgs.msg import Image

from bench.networks import YARDSTICK, OneFace, write_mini_xception, write_network
from bench.others import neighbours
from bench.scenes import HEIGHT, WIDTH, many_faces, read_clip
from bench.timing import Times, in_turns
from fer_models import default_model
from fer_perception.detectors.haar import Haar
from fer_perception.detectors.yunet import YuNet
from fer_perception.errors import PerceptionError
from fer_perception.images.messages import message_to_array

FACES = (1, 5, 10)
PROFILE = Path(__file__).resolve().parents[1] / "fer_bringup" / "config" / "fastdds_large_images.xml"
"""Shared memory that an image fits into; with Fast DDS's own size an image of 640x480 travels in UDP fragments."""


class Bench:
    """One run of the benchmark."""

    def __init__(self, clip: Path, *, short: bool, say: Callable[[str], None]) -> None:
        """Prepare scenes and networks.

        Args:
            clip: a video with one face.
            short: fewer repeats, for continuous integration; its times are not worth keeping.
            say: told what is being measured.
        """
        self._say, self._short = say, short
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        one = read_clip(clip, 120)
        self._detector = YuNet()
        self._images = one
        self._scenes = {1: folder / "1.npy"}
        np.save(self._scenes[1], np.stack(one))
        for faces in FACES[1:]:
            self._scenes[faces] = folder / f"{faces}.npy"
            np.save(self._scenes[faces], np.stack(many_faces(one, faces, self._detector)))
        say("exporting the networks that are timed")
        plain = {key: value for key, value in YARDSTICK.items() if key != "architecture"}
        self._networks = {
            "yardstick": OneFace(write_network(folder / "yardstick.onnx", YARDSTICK["architecture"], **plain)),
            "fast": OneFace(default_model()),
            "fast_int8": OneFace(default_model().with_name("fast_int8.onnx")),
            "vgg": OneFace(write_network(folder / "vgg.onnx", "vggfac")),
            "vgg_msa": OneFace(write_network(folder / "msa.onnx", "vggfac_msa")),
            "vgg_stn": OneFace(write_network(folder / "stn.onnx", "vggfac_stn")),
            "mini_xception": OneFace(write_mini_xception(folder / "mini.onnx")),
        }

    def close(self) -> None:
        """Remove what was prepared."""
        self._folder.cleanup()

    def networks(self) -> dict[str, Times]:
        """Time each network for one face on one thread."""
        self._say("networks: one face, one thread, in turns")
        return in_turns(dict(self._networks), rounds=5 if self._short else 60)

    def overheads(self) -> dict[str, list[float]]:
        """Measure what MSA and STN add to the VGG of full width, as shares, each in so many processes."""
        self._say("MSA and STN beside the same VGG, in processes of their own")
        files = [str(Path(self._folder.name) / f"{name}.onnx") for name in ("vgg", "msa", "stn")]
        rows = []
        for _ in range(1 if self._short else 5):
            child = subprocess.run([sys.executable, "-m", "bench.overhead", *files], capture_output=True, text=True)
            if child.returncode:
                raise RuntimeError(f"bench.overhead ended with {child.returncode}: {child.stderr.strip()[-400:]}")
            rows.append(json.loads(child.stdout[child.stdout.index("[") :]))
        return {name: [row[index] for row in rows] for index, name in enumerate(("msa", "stn"))}

    def pipelines(self) -> dict[str, Times]:
        """Whole images and one face by what a user could install, called bare, one thread, and the yardstick."""
        self._say("pipelines on whole images of 640x480, called bare, one thread, in turns")
        cv2.setNumThreads(1)
        haar, yunet = Haar(), self._detector
        networks, images = self._networks, self._images

        def both(detect: Callable[[Any], Any], network: Callable[[], Any]) -> Callable[[], object]:
            state = {"next": 0}

            def call() -> object:
                state["next"] = (state["next"] + 7) % len(images)
                return detect(images[state["next"]]), network()

            return call

        functions: dict[str, Callable[[], object]] = {
            "yardstick": networks["yardstick"],
            "bare: YuNet (ONNX Runtime) + fast": both(yunet.detect, networks["fast"]),
            "YuNet (ONNX Runtime) + fast_int8": both(yunet.detect, networks["fast_int8"]),
            "Haar + mini-Xception": both(haar.detect, networks["mini_xception"]),
        }
        with suppress(PerceptionError):  # OpenCV before 4.8, as Ubuntu 24.04 has it, can't load the weights
            opencv = YuNet(engine="opencv")
            functions["YuNet (OpenCV) + fast"] = both(opencv.detect, networks["fast"])
            functions["YuNet (OpenCV) + yardstick"] = both(opencv.detect, networks["yardstick"])
        return in_turns(
            functions,
            rounds=3 if self._short else 30,
            calls=2,
        )

    def neighbours(self) -> dict[str, Times]:
        """Time what others can install, on the same images, in an environment of its own; and the yardstick."""
        self._say(f"neighbours, installed into {neighbours.FOLDER}")
        return neighbours.measure(self._scenes[1], self._networks["yardstick"], rounds=3 if self._short else 30)

    def graph(self, faces: int, rate: float, frames: int, *, profile: bool = True) -> dict[str, Any]:
        """Perception and colour over real DDS in a process of their own, as `bench.graph` returns it.

        `profile`: both processes have the Fast DDS profile that fer_bringup ships, as its README tells users to.
        """
        with_it = "" if profile else ", without the transport profile"
        self._say(
            f"graph: {faces} face{'s' if faces > 1 else ''}, {rate:g} images a second, {frames:,} images{with_it}"
        )
        surroundings = {name: value for name, value in os.environ.items() if not name.endswith("DEFAULT_PROFILES_FILE")}
        # A graph of its own: other nodes on this machine would be heard, and would count.
        surroundings["ROS_DOMAIN_ID"] = str(1 + secrets.randbelow(99))
        if profile:
            surroundings["FASTDDS_DEFAULT_PROFILES_FILE"] = str(PROFILE)
        child = subprocess.run(
            [sys.executable, "-m", "bench.graph", str(self._scenes[faces]), str(rate), str(frames)],
            capture_output=True, text=True, env=surroundings,
        )  # fmt: skip
        if child.returncode:
            raise RuntimeError(f"the graph ended with {child.returncode}: {child.stderr.strip()[-400:]}")
        result: dict[str, Any] = json.loads(child.stdout[child.stdout.index("{") :])
        return result

    def yardstick_now(self) -> float:
        """Return the yardstick in milliseconds, measured again: the machine may have changed its pace."""
        return in_turns({"yardstick": self._networks["yardstick"]}, rounds=20)["yardstick"].median


def image_copies() -> int:
    """Return how often an image is copied between message and detector: 0 where the array is the message's own
    memory."""
    message = Image(height=HEIGHT, width=WIDTH, encoding="bgr8", step=3 * WIDTH)
    message.data = bytes(3 * WIDTH * HEIGHT)
    array = message_to_array(message)
    return 0 if np.shares_memory(array, np.frombuffer(message.data, np.uint8)) else 1
