# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Every parameter of the source node: its default, its limits and its reason. Needs no ROS."""

from dataclasses import dataclass

from fer_bringup.errors import BringupError
from fer_bringup.sources.address import without_secrets
from fer_common.settings import Checked, setting


@dataclass(frozen=True, kw_only=True)
class SourceSettings(Checked, error=BringupError):
    """What the source node needs to know; BringupError, in one line, when a value is refused."""

    source: str = setting(
        "auto",
        "camera index or device (`/dev/v4l/by-id/...`), `http://` (MJPEG) or `rtsp://` address, video file, photograph "
        "or image folder; `auto`: the first camera that gives an image, else the sample clip",
        numbers=True,
        hide=without_secrets,
    )
    loop: bool = setting(False, "starts a file or a folder again at its end, after the last image's own time")
    pace: str = setting(
        "media",
        "`media`: at the medium's own times; `fast`: as fast as images can be read",
        choices=("media", "fast"),
    )
    rate: float = setting(
        10.0,
        "images a second of a folder or a photograph, which have no times of their own",
        unit="1/s",
        low=0.1,
        high=240.0,
    )
    camera_width: int = setting(
        640, "that a camera here is asked for; it may give another", unit="px", low=1, high=16384
    )
    camera_height: int = setting(480, "likewise", unit="px", low=1, high=16384)
    camera_rate: float = setting(
        0.0, "images a second that a camera here is asked for; 0: its own", unit="1/s", low=0.0, high=1000.0
    )
    compressed: bool = setting(
        False, "publish `image/compressed`, JPEGs as they come, in place of `image`: of an `http://` source alone"
    )
    frame_id: str = setting("camera", "of the images' headers")
