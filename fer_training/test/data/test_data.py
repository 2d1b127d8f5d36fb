# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Reading FER+: folders, zips, and everything that may be wrong with them."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fer_common.emotions import LABELS
from fer_training.data import Faces, load_ferplus, load_labels
from fer_training.data.ferplus_columns import FERPLUS_COLUMNS
from fer_training.errors import TrainingError


@pytest.fixture
def root(tmp_path: Path, write_split, draw_faces) -> Path:
    write_split(tmp_path / "FER2013Train", draw_faces(16, 3))
    return tmp_path


def zipped(root: Path, pieces: int) -> Path:
    """The same files in `pieces` zips; the labels are in the first, as in the official ones."""
    target = root / "zips"
    target.mkdir()
    files = sorted((root / "FER2013Train").iterdir(), key=lambda path: (path.suffix != ".csv", path.name))
    for piece in range(pieces):
        suffix = f"-{piece + 1}" if pieces > 1 else ""
        with zipfile.ZipFile(target / f"FER2013Train{suffix}.zip", "w") as archive:
            for file in files[piece * len(files) // pieces : (piece + 1) * len(files) // pieces]:
                archive.write(file, f"FER2013Train/{file.name}")
    return target


def refusal(root: Path, split: str = "train") -> str:
    with pytest.raises(TrainingError) as caught:
        load_ferplus(root, split)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_a_folder_is_read_as_it_is(root: Path, draw_faces) -> None:
    faces, expected = load_ferplus(root, "train"), draw_faces(16, 3)
    assert faces.names == tuple(sorted(expected))
    for row, name in enumerate(faces.names):
        np.testing.assert_array_equal(faces.images[row], expected[name][0])
        np.testing.assert_array_equal(faces.votes[row], expected[name][1])


@pytest.mark.parametrize("pieces", [1, 2, 3])
def test_zips_are_the_folder_in_pieces(root: Path, pieces: int) -> None:
    folder, zips = load_ferplus(root, "train"), load_ferplus(zipped(root, pieces), "train")
    assert zips.names == folder.names
    np.testing.assert_array_equal(zips.images, folder.images)
    np.testing.assert_array_equal(zips.votes, folder.votes)


def test_labels_alone_are_the_same_labels(root: Path) -> None:
    whole, labels = load_ferplus(root, "train").protocol_a(), load_labels(root, "train").protocol_a()
    assert labels.names == whole.names
    np.testing.assert_array_equal(labels.votes, whole.votes)
    assert labels.images.shape == (0, 48, 48)


def test_protocol_a_by_hand() -> None:
    columns = {name: place for place, name in enumerate(FERPLUS_COLUMNS)}

    def votes(**counts: int) -> list[int]:
        return [counts.get(name, 0) for name in columns]

    rows = [
        votes(anger=6, disgust=4),
        votes(contempt=5, anger=5),  # a tie with an eighth class: anger comes first
        votes(neutral=4, contempt=6),  # dropped
        votes(NF=10),  # dropped
        votes(happiness=5, neutral=5),  # a tie: neutral comes first
        votes(fear=5, surprise=5),  # a tie: surprise comes first
        votes(sadness=5, unknown=5),
    ]
    names = tuple(f"{row}.png" for row in range(len(rows)))
    kept = Faces(names, np.zeros((len(rows), 48, 48), np.uint8), np.array(rows)).protocol_a()
    assert kept.names == ("0.png", "1.png", "4.png", "5.png", "6.png")
    assert [LABELS[label] for label in kept.labels()] == ["angry", "angry", "neutral", "surprise", "sad"]
    shares = dict(zip(LABELS, kept.shares()[0]))
    assert shares["angry"] == pytest.approx(0.6)
    assert shares["disgust"] == pytest.approx(0.4)
    np.testing.assert_allclose(kept.shares().sum(axis=1), 1)
    assert kept.shares()[1].max() == 1  # contempt is no colour and does not count


def test_faces_that_another_split_shows_too_can_be_left_out() -> None:
    images = np.random.default_rng(0).integers(0, 256, (5, 48, 48), dtype=np.uint8)
    votes = np.zeros((5, 10), np.int64)
    train = Faces(("a", "b", "c"), images[:3], votes[:3])
    valid = Faces(("d", "e"), images[2:4].copy(), votes[:2])
    assert train.without(valid).names == ("a", "b")
    assert train.without(train.take(np.array([], int))).names == train.names
    assert len(train.without(train)) == 0


def test_protocol_a_has_the_published_size(real_data: Path) -> None:
    assert len(load_labels(real_data, "test").protocol_a()) == 3517


def damage_no_folder(root: Path) -> None:
    for path in (root / "FER2013Train").iterdir():
        path.unlink()
    (root / "FER2013Train").rmdir()


def damage_labels_missing(root: Path) -> None:
    (root / "FER2013Train" / "label.csv").unlink()


def damage_labels_binary(root: Path) -> None:
    (root / "FER2013Train" / "label.csv").write_bytes(b"\xff\xfe\x00\xd8")


def damage_labels_short(root: Path) -> None:
    labels = root / "FER2013Train" / "label.csv"
    labels.write_text(labels.read_text().replace("fer0030002.png,", "fer0030002.png\n#,", 1))


def damage_image_missing(root: Path) -> None:
    (root / "FER2013Train" / "fer0030005.png").unlink()


def damage_image_torn(root: Path) -> None:
    path = root / "FER2013Train" / "fer0030005.png"
    path.write_bytes(path.read_bytes()[:700])


def damage_image_empty(root: Path) -> None:
    (root / "FER2013Train" / "fer0030005.png").write_bytes(b"")


def damage_image_unlabelled(root: Path) -> None:
    path = root / "FER2013Train" / "fer0030005.png"
    (path.parent / "other.png").write_bytes(path.read_bytes())


DAMAGES: dict[Callable[[Path], None], str] = {
    damage_no_folder: "neither a folder FER2013Train",
    damage_labels_missing: r"FER2013Train/label\.csv is missing",
    damage_labels_binary: r"label\.csv is no text in CSV",
    damage_labels_short: r"label\.csv, line 3",
    damage_image_missing: r"1 images that .* missing, first fer0030005\.png",
    damage_image_torn: r"fer0030005\.png is not a readable image",
    damage_image_empty: r"fer0030005\.png is not a readable image",
    damage_image_unlabelled: r"no line in .*other\.png",
}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damage_is_one_line_that_names_the_file(root: Path, damage: Callable[[Path], None]) -> None:
    damage(root)
    with pytest.raises(TrainingError, match=DAMAGES[damage]) as caught:
        load_ferplus(root, "train")
    assert "\n" not in str(caught.value)


def test_an_image_of_another_size_is_refused(tmp_path: Path, write_split) -> None:
    write_split(tmp_path / "FER2013Train", {"a.png": (np.zeros((40, 50), np.uint8), [10] + [0] * 9)})
    assert "a.png is 50x40 pixels" in refusal(tmp_path)


@pytest.mark.parametrize("cut", [0, 100, 5000])
def test_a_cut_zip_is_one_line(root: Path, cut: int) -> None:
    path = zipped(root, 1) / "FER2013Train.zip"
    path.write_bytes(path.read_bytes()[:cut])
    assert "not a whole zip" in refusal(path.parent)


def test_a_zip_with_flipped_bytes_is_one_line(root: Path) -> None:
    path = zipped(root, 1) / "FER2013Train.zip"
    content = bytearray(path.read_bytes())
    for place in range(1500, 4000):
        content[place] ^= 0x55
    path.write_bytes(bytes(content))
    assert "FER2013Train" in refusal(path.parent)


def test_wrong_names_say_what_there_is(root: Path) -> None:
    assert "train, valid, test" in refusal(root, "validation")
    assert "FER2013Train" in refusal(root / "nowhere")
