"""A source by what the user wrote."""

from pathlib import Path

from fer_bringup.errors import BringupError
from fer_bringup.fetch_clip import default_path
from fer_bringup.sources.base import Source
from fer_bringup.sources.camera import CameraSource
from fer_bringup.sources.folder import FolderSource
from fer_bringup.sources.video import VideoSource


def open_source(spec: str, *, rate: float = 10.0) -> Source:
    """A source by its name: a camera's index, a video file, a folder of images, or 'auto'.

    Args:
        spec: what the user wrote; 'auto' is the first camera, else the sample clip.
        rate: images a second of a folder.

    Raises:
        BringupError: there is no such camera, file or folder, or nothing to see in it.
    """
    spec = default_source() if spec == "auto" else spec
    if spec.isdigit():
        return CameraSource(int(spec))
    path = Path(spec).expanduser()
    if path.is_dir():
        return FolderSource(path, rate=rate)
    if path.is_file():
        return VideoSource(path)
    raise BringupError(f"no source '{spec}': give a camera's index, a video file, an image folder or ros:TOPIC")


def default_source() -> str:
    """The first camera's index, else the sample clip's path.

    Raises:
        BringupError: neither is there.
    """
    cameras = sorted(int(path.name[5:]) for path in Path("/dev").glob("video*") if path.name[5:].isdigit())
    if cameras:
        return str(cameras[0])
    clip = default_path()
    if not clip.is_file():
        raise BringupError(
            "no camera, and no sample clip ('python3 -m fer_bringup.fetch_clip' fetches it); name a --source"
        )
    return str(clip)
