"""Every parameter of the source node: its default, its limits and its reason. Needs no ROS."""

from dataclasses import dataclass

from fer_bringup.errors import BringupError
from fer_common.settings import Checked, setting


@dataclass(frozen=True, kw_only=True)
class SourceSettings(Checked, error=BringupError):
    """What the source node needs to know; BringupError, in one line, when a value is refused."""

    source: str = setting(
        "auto",
        "camera index, video file or image folder; `auto`: the first camera that gives an image, else the sample clip",
        numbers=True,
    )
    loop: bool = setting(False, "starts a file or a folder again at its end, after the last image's own time")
    pace: str = setting(
        "media",
        "`media`: at the medium's own times; `fast`: as fast as images can be read",
        choices=("media", "fast"),
    )
    rate: float = setting(
        10.0, "images a second of a folder, which has no times of its own", unit="1/s", low=0.1, high=240.0
    )
    frame_id: str = setting("camera", "of the images' headers")
