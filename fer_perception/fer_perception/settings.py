# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Every parameter of perception: its default, its limits and its reason, in one place. Needs no ROS."""

from dataclasses import dataclass

from fer_common.settings import Checked, setting
from fer_perception.classification.prior import parse_prior
from fer_perception.errors import PerceptionError


@dataclass(frozen=True, kw_only=True)
class Settings(Checked, error=PerceptionError):
    """What the core needs to know.

    Raises:
        PerceptionError: as `Checked`; or two values contradict each other.
    """

    detector: str = setting(
        "auto",
        "yunet, haar, or auto: yunet, and haar where its weights are missing",
        choices=("auto", "yunet", "haar"),
        others="fer_perception.detectors",
    )
    detector_weights: str = setting("", "YuNet's file; empty: where fetch_yunet puts it")
    detector_engine: str = setting(
        "auto", "what runs YuNet; auto: the fastest that there is", choices=("auto", "onnxruntime", "opencv")
    )
    detection_threshold: float = setting(
        0.7, "0.7 finds 95 % of faces of 160 px, 0.9 only 63 %", low=0.05, high=0.99, live=True
    )
    detection_width: int = setting(640, "longer side of what is searched, at most", unit="px", low=64, high=8192)
    min_face_px: float = setting(
        32.0, "smaller faces show too little of 48 px; larger values make the search faster", unit="px", low=10.0,
        high=4096.0, live=True,
    )  # fmt: skip
    search_interval: float = setting(
        0.03,
        "while faces are followed, so often one look goes elsewhere in the image; five see all of it; at 0.1 s five "
        "points of the faces that come are missed; 0 searches every image whole",
        unit="s",
        low=0.0,
        high=10.0,
        live=True,
    )
    confirmation: float = setting(
        0.83,
        "what a face that nobody followed must score when it is looked at again, enlarged and mirrored (YuNet), before "
        "it is one; keeps headlights and print out; 0: the first look is enough",
        low=0.0,
        high=0.99,
        live=True,
    )
    still: float = setting(
        20.0,
        "a face that changes by no more from one image to the next (of 255, anywhere in its box) is looked for and "
        "read in turns, one image each: half the work; 0: both in every image",
        low=0.0,
        high=255.0,
        live=True,
    )
    max_faces: int = setting(20, "at most this many faces are classified, largest first", low=1, high=100, live=True)
    keep_id: float = setting(
        1.5,
        "so long a face that is not seen keeps its id: a second of occlusion and then some",
        unit="s",
        low=1.0,
        high=60.0,
        live=True,
    )
    steady_hits: int = setting(3, "a face counts as steady once it was seen in this many", low=1, high=100, live=True)
    steady_window: int = setting(5, "... of this many recent images", low=1, high=100, live=True)
    model: str = setting(
        "",
        "the emotion model: fast, accurate, paper, in int8 for ONNX Runtime on the cpu where there is such a form, or "
        "a file, or another package's; empty: fast",
        live=True,
    )
    backend: str = setting("onnxruntime", "what runs the model", choices=("onnxruntime", "torch"), live=True)
    provider: str = setting("cpu", "where ONNX Runtime computes: cpu, cuda, tensorrt; falls back to the cpu", live=True)
    threads: int = setting(1, "for a detection and for the model; more help little on 48 px", low=1, high=64)
    rotate: str = setting(
        "0",
        "clockwise, by which images are turned first: 180 where the camera hangs upside down, 90 or 270 where it lies "
        "on its side; auto: as the faces of the first seconds show",
        unit="degrees",
        choices=("0", "90", "180", "270", "auto"),
        live=True,
        numbers=True,
    )
    bits: int = setting(
        0, "of mono16, rgb16, 16-bit Bayer and PNG, 8 to 16; 0: as the images show", low=0, high=16, live=True
    )
    max_pixels: int = setting(
        1 << 25, "of a compressed image; one whose header claims more is not decoded", unit="px", low=4096,
        high=1 << 28, live=True,
    )  # fmt: skip
    prior: str = setting(
        "as_trained",
        "how common each emotion is where the light hangs: as_trained, a strength from 0 to 1 toward even, or seven "
        "numbers in the messages' order",
        live=True,
        numbers=True,
    )
    reading: float = setting(
        0.0,
        "0: what people see in a face, 1: what was meant by it, in between a mixture, before the prior; the model's "
        "card has a table",
        low=0.0,
        high=1.0,
        live=True,
    )
    filter_time: float = setting(
        0.15, "time constant that takes the flicker of single frames out; 0: none", unit="s", low=0.0, high=10.0,
        live=True,
    )  # fmt: skip
    quality_gate: bool = setting(
        False, "a blurred, small or turned face counts less: it is filtered longer in place of showing noise", live=True
    )
    room: str = setting(
        "largest", "which steady face speaks (nearest: by landmarks; most_certain: least entropy), or the mean of all",
        choices=("largest", "nearest", "mean", "most_certain"), live=True,
    )  # fmt: skip
    room_switch: float = setting(
        1.3, "another face takes over once its area (or certainty) is this many times larger", low=1.0, high=10.0,
        live=True,
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Hold every value against its limits, and some against each other."""
        super().__post_init__()
        parse_prior(self.prior)
        if 0 < self.bits < 8:
            raise PerceptionError(f"bits is {self.bits}; give 8 to 16, or 0 to take what the images show")
        if self.steady_hits > self.steady_window:
            raise PerceptionError(
                f"steady_hits is {self.steady_hits}, more than steady_window's {self.steady_window}; lower it"
            )


@dataclass(frozen=True, kw_only=True)
class NodeSettings(Settings):
    """What the node needs to know beside."""

    autostart: bool = setting(True, "configure and activate itself; false: wait for somebody who does")
    compressed: bool = setting(False, "subscribe image/compressed (JPEG, PNG, TIFF, WebP, BMP) in place of image")
    qos_reliability: str = setting(
        "best_effort", "of the image subscription; best_effort hears every camera", choices=("best_effort", "reliable")
    )
    qos_durability: str = setting(
        "volatile", "of the image subscription; volatile hears every camera", choices=("volatile", "transient_local")
    )
    qos_depth: int = setting(5, "images kept for the node; it looks at the newest", low=1, high=1000)
    output_reliability: str = setting(
        "reliable", "of faces and emotion; reliable serves every subscriber", choices=("best_effort", "reliable")
    )
    every_frame: bool = setting(
        False, "process every image in its order in place of the newest; for files played faster than they are"
    )
    rep155: bool = setting(True, "publish /humans/faces (REP-155), too, where hri_msgs is installed")
    debug_rate: float = setting(
        0.0, "debug images at most; 0: one for every image", unit="1/s", low=0.0, high=240.0, live=True
    )
    debug_width: int = setting(
        0, "of debug_image/compressed at most; 0: as wide as the image", unit="px", low=0, high=16384, live=True
    )
    saliency_rate: float = setting(
        0.0,
        "pictures on debug_saliency at most, of what the largest face's reading rests on; each costs 50 calls of the "
        "network, in a thread of their own; 0: none",
        unit="1/s",
        low=0.0,
        high=10.0,
        live=True,
    )
    input_timeout: float = setting(
        5.0, "so long without an image, and a warning names the topic", unit="s", low=0.5, high=3600.0, live=True
    )


@dataclass(frozen=True, kw_only=True)
class SharedSettings(NodeSettings):
    """What the one process for several cameras needs to know beside."""

    cameras: tuple[str, ...] = setting(
        ("camera_0", "camera_1"), "namespaces; of each `image` comes in, `faces` and `emotion` go out"
    )

    def __post_init__(self) -> None:
        """Check as the others do, and that no camera is named twice."""
        super().__post_init__()
        _check_cameras(self.cameras)


@dataclass(frozen=True, kw_only=True)
class FuserSettings(Checked, error=PerceptionError):
    """What the fuser needs to know."""

    autostart: bool = setting(True, "configure and activate itself; false: wait for somebody who does")
    cameras: tuple[str, ...] = setting(("camera_0", "camera_1"), "namespaces whose topic is listened to")
    topic: str = setting(
        "faces", "faces: every face of every camera counts; emotion: every camera counts once",
        choices=("faces", "emotion"),
    )  # fmt: skip
    room: str = setting(
        "mean", "which face speaks for the room, or the mean of all",
        choices=("largest", "nearest", "mean", "most_certain"), live=True,
    )  # fmt: skip
    room_switch: float = setting(
        1.3, "another face takes over once its area (or certainty) is this many times larger", low=1.0, high=10.0,
        live=True,
    )  # fmt: skip
    max_age: float = setting(
        1.0, "so long what a camera saw counts after its last message", unit="s", low=0.05, high=60.0, live=True
    )
    input_timeout: float = setting(
        5.0, "so long without a word from a camera, and a warning names it", unit="s", low=0.5, high=3600.0, live=True
    )
    rate: float = setting(30.0, "messages a second, at most", unit="1/s", low=0.1, high=1000.0, live=True)
    qos_reliability: str = setting(
        "best_effort", "of the subscriptions; small messages seldom get lost", choices=("best_effort", "reliable")
    )
    output_reliability: str = setting(
        "reliable", "of faces and emotion; reliable serves every subscriber", choices=("best_effort", "reliable")
    )

    def __post_init__(self) -> None:
        """Check as the others do, and that no camera is named twice."""
        super().__post_init__()
        _check_cameras(self.cameras)


def _check_cameras(cameras: tuple[str, ...]) -> None:
    if not cameras or not all(isinstance(name, str) and name.strip("/") for name in cameras):
        raise PerceptionError("cameras names none; give their namespaces, as [camera_0, camera_1]")
    if len({name.strip("/") for name in cameras}) < len(cameras):
        raise PerceptionError(f"cameras names one twice ({', '.join(cameras)}); give each its own namespace")
