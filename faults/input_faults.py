# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Faults of what the light is made of: images, stamps, distributions, the model file."""

import math
from collections.abc import Iterator
from typing import Any

from faults.entry import fault, lives
from faults.stage import Stage
from fer_msgs.msg import EmotionDistribution, EmotionDistributionArray, LightColor


@fault("the camera stops for a while", "the light fades to the idle colour after `input_timeout`, and follows again")
def camera_stops(stage: Stage) -> Iterator[None]:
    """No image arrives."""
    stage.camera_on = False
    stage.until(lambda: stage.heard and stage.heard.mode != LightColor.LIVE, "a fade without images")
    stage.camera_on = True
    yield


@fault(
    "a camera at 200 images a second", "the newest is processed, the others are dropped and counted; the light follows"
)
def images_pour(stage: Stage) -> Iterator[None]:
    """Twenty times as many images as usual, for a second and a half."""
    stage.period = 1 / 200
    try:
        stage.mark()
        stage.turns(1.5)
        stage.until(stage.right, "the light while images pour in")
    finally:
        stage.period = 0.1
    yield


@fault("torn, truncated and absurd images", "each is refused, a line names the first; those between become light")
def torn_images(stage: Stage) -> Iterator[None]:
    """Headers that claim what is not there, and half a message."""
    whole = stage.message(stage.images[0])
    claims: list[dict[str, Any]] = [
        {"height": 2**31}, {"width": 2**31, "step": 0}, {"height": 0, "width": 0}, {"encoding": "xyz99"},
        {"step": 1}, {"data": b""}, {"data": bytes(whole.data[:1000])},
    ]  # fmt: skip
    for claim in claims:
        torn = stage.message(stage.images[0])
        for name, value in claim.items():
            setattr(torn, name, value)
        stage.camera.publish(torn)
        stage.turn()
    lives(stage)
    stage.until(lambda: "an image is left out" in stage.perception.said(), "a line about a torn image")
    yield


@fault("NaN in a distribution", "it is left out; the light stays at the last good one")
def nan_distribution(stage: Stage) -> Iterator[None]:
    """Somebody else publishes numbers that are none, of a face and of the room."""
    for value in (math.nan, math.inf, -1.0, 0.0):
        header = stage.message(stage.images[0]).header
        one = EmotionDistribution(header=header, face_id="none", probabilities=[value] * 7, detection_score=1.0)
        stage.faces.publish(EmotionDistributionArray(header=header, faces=[one]))
        stage.emotion.publish(one)
        stage.turn()
    stage.until(lambda: "ignored an emotion" in stage.color.said(), "a line about an emotion that is none")
    assert stage.heard is not None
    color = stage.heard.color
    assert all(0 <= value <= 1 for value in (color.r, color.g, color.b))
    yield


@fault("the clock jumps an hour ahead, and back", "the light goes on with each; a line says that the stamps jumped")
def clock_jumps(stage: Stage) -> Iterator[None]:
    """Move the camera's stamps, both ways."""
    for offset in (3600.0, -3600.0):
        stage.offset_s = offset
        stage.mark()
        stage.until(stage.right, f"the light with stamps {offset:+.0f} s away")
    stage.offset_s = 0.0
    stage.until(lambda: "stamp went back" in stage.perception.said(), "a line about the stamps")
    yield


@fault(
    "the model file is overwritten with garbage", "the loaded one goes on; setting `model` to it is refused in one line"
)
def model_garbage(stage: Stage) -> Iterator[None]:
    """While it runs, and then it is asked for."""
    whole, asked = stage.model.read_bytes(), stage.folder / "garbage.onnx"
    for path in (stage.model, asked):
        path.write_bytes(b"garbage" * 1000)
    try:
        refused = stage.set("perception", model=str(asked))
        assert str(asked) in refused, refused
        assert "\n" not in refused, refused
        lives(stage)
    finally:
        stage.model.write_bytes(whole)
    asked.write_bytes(whole)
    assert stage.set("perception", model=str(asked)) == ""
    assert stage.set("perception", model=str(stage.model)) == ""
    yield
