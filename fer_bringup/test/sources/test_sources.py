# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

import os

import cv2
import numpy as np
import pytest

from fer_bringup.errors import BringupError
from fer_bringup.fetch_clip import FILE_NAME
from fer_bringup.sources import open_source
from fer_bringup.sources.camera import CameraSource, index_of, lasting_name
from fer_bringup.sources.factory import default_source
from fer_bringup.sources.folder import FolderSource


@pytest.fixture
def folder(tmp_path):
    for number in range(3):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full((4, 6, 3), 10 * number, np.uint8))
    (tmp_path / "1b.png").write_bytes(b"no image")
    (tmp_path / "notes.txt").write_text("not an image")
    return tmp_path


@pytest.fixture
def devices(tmp_path, monkeypatch):
    """An empty folder in place of /dev, and one in place of where the clip lies."""
    monkeypatch.setenv("FER_DATA_DIR", str(tmp_path))
    (tmp_path / "dev").mkdir()
    return tmp_path / "dev"


def test_folder_gives_its_readable_images_in_order(folder, capsys):
    source = open_source(str(folder), rate=4.0)
    frames = [source.read() for _ in range(4)]
    assert [int(frame.image[0, 0, 0]) for frame in frames[:3]] == [0, 10, 20]
    assert [frame.due for frame in frames[:3]] == [0.0, 0.25, 0.75]
    assert frames[3] is None
    assert "1b.png" in capsys.readouterr().out
    assert source.length == 1.0
    source.rewind()
    assert [int(frame.image[0, 0, 0]) for frame in iter(source.read, None)] == [0, 10, 20]
    assert capsys.readouterr().out == "", "said once, not in every pass"


def write_video(path, code="MJPG", suffix=".avi"):
    """Ten images, 20 a second."""
    written = path.with_suffix(suffix)
    writer = cv2.VideoWriter(str(written), cv2.VideoWriter_fourcc(*code), 20, (64, 48))
    for number in range(10):
        writer.write(np.full((48, 64, 3), 20 * number, np.uint8))
    writer.release()
    written.rename(path)


def test_video_gives_every_image_at_its_time_and_again(tmp_path):
    path = tmp_path / "v.avi"
    write_video(path)
    source = open_source(str(path))
    for _ in range(2):
        frames = list(iter(source.read, None))
        assert [frame.due for frame in frames] == pytest.approx([number / 20 for number in range(10)], abs=1e-3)
        assert [round(frame.image.mean() / 20) for frame in frames] == list(range(10))
        assert source.length == pytest.approx(0.5, abs=1e-3)
        source.rewind()
    source.close()


def test_a_video_named_by_the_time_of_day_is_read_where_one_stands(tmp_path, monkeypatch):
    """FFmpeg would take what stands before the first colon for a protocol; OpenCV's own reader of AVI does not."""
    write_video(tmp_path / "2026-11-30T12:30:05.mp4", "mp4v", ".mp4")
    monkeypatch.chdir(tmp_path)
    source = open_source("2026-11-30T12:30:05.mp4")
    for _ in range(2):
        assert len(list(iter(source.read, None))) == 10
        source.rewind()
    assert source.description == "video '2026-11-30T12:30:05.mp4'"
    source.close()


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("/no/such/file.mp4", "no source"),
        ("4711", "no camera 4711"),
        ("nonsense", "no source 'nonsense'"),
        ("~nobody-has-this-home/x.mp4", "home directory"),
        ("a" * 300, "File name too long"),
        ("9" * 5000, "File name too long"),
        ("²", "no source '²'"),
        ("a\0b.png", "no source 'a�b.png'"),
        (os.fsdecode(b"\xff.mp4"), "no source '�.mp4'"),
        ("/dev/zero", "no camera '/dev/zero'"),
    ],
)
def test_sources_that_are_not_there(spec, said):
    with pytest.raises(BringupError, match=said):
        open_source(spec)


def test_file_that_is_no_video(tmp_path):
    path = tmp_path / "x.mp4"
    path.write_text("hello")
    with pytest.raises(BringupError, match="no video that OpenCV can read"):
        open_source(str(path))


def test_folder_without_images(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")  # that nobody will ever write to
    with pytest.raises(BringupError, match="holds no image"):
        open_source(str(tmp_path))


def test_what_has_no_end_is_no_video(tmp_path):
    os.mkfifo(tmp_path / "pipe.mp4")  # that nobody will ever write to
    (tmp_path / "away.mp4").symlink_to(tmp_path / "nowhere")
    for name in ("pipe.mp4", "away.mp4"):
        with pytest.raises(BringupError, match="no source"):
            open_source(str(tmp_path / name))


def test_a_name_that_is_no_text_is_an_image_like_others(folder, capsys):
    (folder / os.fsdecode(b"\xff.png")).write_bytes((folder / "2.png").read_bytes())
    (folder / os.fsdecode(b"\xfe\x1b.png")).write_bytes(b"no image")
    source = open_source(str(folder))
    assert [int(frame.image[0, 0, 0]) for frame in iter(source.read, None)] == [0, 10, 20, 20]
    assert "��.png' is no readable image" in capsys.readouterr().out


def test_default_is_the_clip_where_there_is_no_camera(tmp_path, devices, capsys):
    with pytest.raises(BringupError, match=r"^no camera, and no sample clip .*fetch_clip"):
        default_source(devices)
    write_video(tmp_path / FILE_NAME)
    assert default_source(devices).description == f"video '{tmp_path / FILE_NAME}'"
    assert capsys.readouterr().out == ""


def test_devices_that_give_no_image_leave_the_clip_and_a_line(tmp_path, devices, capsys):
    """As on a Raspberry Pi without a camera, whose codecs are video10 and up."""
    for name in ("video4711", "video4712", "video-dec0"):
        (devices / name).touch()
    with pytest.raises(
        BringupError, match=r"no device here gives an image \(video4711, video4712\), and no sample clip"
    ):
        default_source(devices)
    write_video(tmp_path / FILE_NAME)
    assert default_source(devices).description == f"video '{tmp_path / FILE_NAME}'"
    (line,) = capsys.readouterr().out.splitlines()
    assert "video4711, video4712" in line


class Dark(FolderSource):
    """Opens, and gives no image."""

    closed = False

    def read(self):
        raise BringupError("stopped giving images")

    def close(self):
        self.closed = True


def test_the_first_device_that_gives_an_image_is_taken(folder, devices):
    for number in (2, 4711, 10):
        (devices / f"video{number}").touch()
    dark, light = Dark(folder), FolderSource(folder)
    opened = []

    def open_camera(number):
        opened.append(number)
        return {2: dark, 10: light}.get(number) or CameraSource(number)

    assert default_source(devices, open_camera) is light
    assert opened == [2, 10]
    assert dark.closed


def test_a_camera_is_known_by_its_port_when_its_number_changes(tmp_path):
    names = tmp_path / "by-path"
    names.mkdir()
    (tmp_path / "video0").touch()
    (names / "usb-port-2-index0").symlink_to("../video0")
    (names / "usb-port-3-index0").symlink_to("../video4")
    name = lasting_name(0, names)
    assert name == names / "usb-port-2-index0"
    assert index_of(name) == 0
    name.unlink()
    assert index_of(name) is None
    (tmp_path / "video7").touch()
    name.symlink_to("../video7")
    assert index_of(name) == 7
    assert lasting_name(9, names) is lasting_name(0, tmp_path / "none") is None
