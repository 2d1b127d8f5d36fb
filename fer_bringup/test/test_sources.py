import cv2
import numpy as np
import pytest

from fer_bringup.errors import BringupError
from fer_bringup.fetch_clip import FILE_NAME
from fer_bringup.sources import open_source
from fer_bringup.sources.factory import default_source


@pytest.fixture
def folder(tmp_path):
    for number in range(3):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full((4, 6, 3), 10 * number, np.uint8))
    (tmp_path / "1b.png").write_bytes(b"no image")
    (tmp_path / "notes.txt").write_text("not an image")
    return tmp_path


def test_folder_gives_its_readable_images_in_order(folder, capsys):
    source = open_source(str(folder), rate=4.0)
    frames = [source.read() for _ in range(4)]
    assert [int(frame.image[0, 0, 0]) for frame in frames[:3]] == [0, 10, 20]
    assert [frame.due for frame in frames[:3]] == [0.0, 0.25, 0.75]
    assert frames[3] is None
    assert "1b.png" in capsys.readouterr().out
    source.rewind()
    assert source.read().image[0, 0, 0] == 0


def test_video_gives_every_image_at_its_time_and_again(tmp_path):
    path = tmp_path / "v.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 20, (64, 48))
    for number in range(10):
        writer.write(np.full((48, 64, 3), 20 * number, np.uint8))
    writer.release()
    source = open_source(str(path))
    for _ in range(2):
        frames = list(iter(source.read, None))
        assert [frame.due for frame in frames] == pytest.approx([number / 20 for number in range(10)], abs=1e-3)
        assert [round(frame.image.mean() / 20) for frame in frames] == list(range(10))
        source.rewind()
    source.close()


@pytest.mark.parametrize(
    ("spec", "said"),
    [("/no/such/file.mp4", "no source"), ("4711", "no camera 4711"), ("nonsense", "no source 'nonsense'")],
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
    with pytest.raises(BringupError, match="holds no image"):
        open_source(str(tmp_path))


def test_default_is_the_clip_where_there_is_no_camera(tmp_path, monkeypatch):
    if not default_source_is_a_file():
        pytest.skip("this machine has a camera, which comes before the clip")
    monkeypatch.setenv("FER_DATA_DIR", str(tmp_path))
    with pytest.raises(BringupError, match="fetch_clip"):
        default_source()
    (tmp_path / FILE_NAME).touch()
    assert default_source() == str(tmp_path / FILE_NAME)


def default_source_is_a_file() -> bool:
    try:
        return not default_source().isdigit()
    except BringupError:
        return True
