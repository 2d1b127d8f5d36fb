# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is fuzzed: a reader each, whole examples to begin with, and the one error that it may raise.

What our own readers let through is not handed on to anything native, but for pictures, whose claimed size is bounded
first, and whole files (`fuzz.files`), whose libraries' own errors must become ours.
"""

import contextlib
import json
import struct
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np

from fer_bringup.launching.parameter_files import remarks
from fer_color.lights.mqtt import home_assistant
from fer_color.lights.options import LightOptions
from fer_color.lights.registry import make_light
from fer_color.lights.robots.profile import load_profile
from fer_color.lights.transport.json_object import read_object
from fer_color.lights.wled.state import read_state, shows
from fer_color.palette import load_palette
from fer_common.errors import FerError
from fer_common.yaml_file import read_mapping, read_value
from fer_dashboard.seen.controls import parse as parse_request
from fer_evaluation.answers.mapping import load_mapping
from fer_evaluation.comparison.thresholds import load_metrics, load_thresholds
from fer_perception.backends.crop_spec import CropSpec
from fer_perception.classification.prior import parse_prior
from fer_perception.images.compressed import decode
from fer_perception.images.raw_image import read_compressed_image, read_image
from fer_training.training.recipe import RECIPES, load_recipe
from fuzz.files import FILES
from fuzz.labels import LABELS
from fuzz.target import Target, of_file, of_text
from fuzz.web import HTTP

__all__ = ["TARGETS", "Target"]

MOST_PIXELS = 64 * 64
"""No picture here is larger; what claims to be is refused before it is decoded."""


def _picture(suffix: str) -> bytes:
    image = np.arange(32 * 48 * 3, dtype=np.uint8).reshape(32, 48, 3)
    return cv2.imencode(suffix, image)[1].tobytes()


def _compressed(content: bytes) -> object:
    return decode(SimpleNamespace(format="jpeg", data=content), MOST_PIXELS)


def _wled(content: bytes) -> object:
    return shows(read_state(read_object(content, 64 * 1024)))


def _mqtt(content: bytes) -> object:
    home_assistant.shown(content)
    home_assistant.restored(content)
    home_assistant.put_out(content)
    home_assistant.is_state(content)
    return home_assistant.command(content)


def _light(text: str) -> object:
    # Made, never opened: nothing is sent and no port is touched.
    light = make_light(text, LightOptions(), clock=lambda: 0.0)
    with contextlib.suppress(FerError):
        return str(light)
    return light


def _string(text: bytes) -> bytes:
    whole = struct.pack("<I", len(text) + 1) + text + b"\0"
    return whole + b"\0" * (-len(whole) % 4)


HEADER = b"\0\1\0\0" + struct.pack("<iI", 12, 34) + _string(b"camera")
# The flag after the encoding is one byte, and stands right behind it; what follows begins at a multiple of four.
IMAGE = HEADER + struct.pack("<III", 2, 3, 6) + b"mono8\0" + b"\0" + b"\0" + struct.pack("<II", 3, 6) + bytes(range(6))
STATE = {"on": True, "bri": 128, "pl": -1, "seg": [{"id": 0, "on": True, "bri": 255, "fx": 0, "col": [[255, 0, 0]]}]}
COMMAND = {"state": "ON", "brightness": 100, "color": {"r": 1, "g": 2, "b": 3}, "effect": "live"}
EMOTIONS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
COLORS = "\n".join(f"{name}: [{10 * number}, 128, 255]" for number, name in enumerate(EMOTIONS))
RECIPE = (RECIPES / "shipped/f.yaml").read_bytes()
PROFILE = Path(__file__).resolve().parents[1] / "fer_color/fer_color/lights/robots/profiles"

TARGETS = {
    "serialized_image": Target(read_image, (IMAGE,)),
    "serialized_compressed_image": Target(
        read_compressed_image, (HEADER + _string(b"jpeg") + struct.pack("<I", 4) + b"\xff\xd8\xff\xd9",)
    ),
    "compressed_picture": Target(
        _compressed, tuple(_picture(one) for one in (".jpg", ".png", ".bmp", ".webp", ".tiff"))
    ),
    "palette": Target(of_file("colors.yaml", lambda path: load_palette(str(path))), (COLORS.encode(),)),
    "robot_profile": Target(
        of_file("robot.yaml", lambda path: load_profile(str(path))),
        tuple(path.read_bytes() for path in sorted(PROFILE.glob("*.yaml"))[:3]),
    ),
    "yaml_mapping": Target(of_file("a.yaml", lambda path: read_mapping(path, "it", FerError)), (b"a: 1\nb: [1, 2]\n",)),
    "parameter_value": Target(of_text(lambda text: read_value(text, "it")), (b"0.5", b"[a, b]", b"'text'")),
    "label_file": LABELS,
    "emotion_mapping": Target(of_file("mapping.yaml", load_mapping), (b"joy: happy\ntired: ''\n",)),
    "params_file": Target(
        of_file("params.yaml", lambda path: remarks(path, {"/color": {"brightness"}})),
        (b"/**/color: {ros__parameters: {brightness: 0.5, lights: [none]}}\n",),
    ),
    "recipe": Target(
        of_file("recipe.yaml", lambda path: load_recipe(str(path))),
        (b"epochs: 10\npatience: 2\noptimizer: {method: sgd}\n", RECIPE),
    ),
    "thresholds": Target(of_file("t.yaml", load_thresholds), (b"accuracy:\n  min: 0.5\n",)),
    "metrics": Target(
        of_file("metrics.json", lambda path: load_metrics(path.parent)), (b'{"version": 1, "bags": []}',)
    ),
    "mqtt_message": Target(_mqtt, (json.dumps(COMMAND).encode(),)),
    "wled_state": Target(_wled, (json.dumps(STATE).encode(),), (FerError, ValueError)),
    "light_notation": Target(
        of_text(_light), (b"ddp:127.0.0.1:60?rate=30", b"record:/tmp/x?gamma=2.2", b"none", b"sacn:1:4")
    ),
    "dashboard_message": Target(of_text(parse_request), (b'{"id": 1, "set": "color.brightness", "value": 0.5}',)),
    "crop": Target(of_text(CropSpec.from_json), (b'{"margin": 1.0, "align": "none"}',)),
    "prior": Target(of_text(parse_prior), (b"0.5", b"as_trained", b"[1, 1, 1, 1, 1, 1, 1]")),
    "dashboard_http": HTTP,
    **FILES,
}
"""Name to target."""
