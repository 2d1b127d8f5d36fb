# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A FER+ of a few drawn faces, and a tiny network trained on it."""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

# torch and what imports it come late: the process that deals out the tests needs none of it.

# label.csv's ten columns for each of the seven emotions in the messages' order: the majority, and doubt beside it.
CERTAIN = {"angry": 4, "disgust": 5, "fear": 6, "happy": 1, "neutral": 0, "sad": 3, "surprise": 2}

TINY_RECIPE = """
targets: votes
optimizer: {learning_rate: 0.05, muon_rate: 0.02, weight_decay: 0.0005}
schedule: stable
epochs: 2
batch: 16
dropout: 0.2
ema: 0.9
sides: [[32, 0.5], [48, 0.5]]
augmentation: {flip: true, rotation: 10, scale: 0.1, shift: 0.05, elastic: 0.01, contrast: 0.2, gamma: 0.2, erase: 0.1}
"""

Split = Mapping[str, tuple[np.ndarray, Sequence[int]]]


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    import torch

    # The networks here are tiny: threads only get in each other's way, the more so on a busy machine.
    torch.set_num_threads(1)


@pytest.fixture(autouse=True, scope="session")
def _exports_are_remembered(export_once: Callable[..., object]) -> Iterator[None]:
    """The tests write many files of one checkpoint, with the same graph: torch exports it once for all processes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fer_training.release.writer.export_graph", export_once)
        yield


@pytest.fixture(autouse=True, scope="session")
def _curves_are_remembered(made_once: Callable[..., Path]) -> Iterator[None]:
    """Runs of one network and as many epochs have curves that differ in their values alone: one is drawn, in 0.2 s."""
    from fer_training.pictures import scores

    def draw(path: Path, rows: Sequence[Mapping[str, float]], title: str) -> None:
        shown = [[(name, np.isfinite(value).tolist()) for name, value in sorted(row.items())] for row in rows]
        key = hashlib.sha256(repr((title, shown)).encode()).hexdigest()
        drawn = made_once(f"curves {key}", lambda folder: scores.draw_curves(folder / "curves.png", rows, title))
        shutil.copyfile(drawn / "curves.png", path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fer_training.training.run.draw_curves", draw)
        yield


@pytest.fixture(scope="session")
def write_split() -> Callable[[Path, Split], None]:
    """Writes a folder as FER+ has them: name to face and ten votes."""

    from PIL import Image

    def write(folder: Path, faces: Split) -> None:
        folder.mkdir(parents=True)
        for name, (pixels, _) in faces.items():
            Image.fromarray(pixels).save(folder / name)
        lines = [f'{name},"(0, 0, 48, 48)",{",".join(map(str, votes))}' for name, (_, votes) in faces.items()]
        (folder / "label.csv").write_text("\n".join(lines) + "\n")

    return write


@pytest.fixture(scope="session")
def draw_faces() -> Callable[[int, int], dict[str, tuple[np.ndarray, list[int]]]]:
    """So many faces, whose emotion is where the bright stripe lies; every eighth is one that protocol A drops."""

    def draw(count: int, seed: int) -> dict[str, tuple[np.ndarray, list[int]]]:
        generator = np.random.default_rng(seed)
        faces = {}
        for number in range(count):
            emotion = number % len(CERTAIN)
            pixels = generator.integers(0, 90, (48, 48), dtype=np.uint8)
            pixels[6 * emotion : 6 * emotion + 6] += 120
            votes = [0] * 10
            votes[list(CERTAIN.values())[emotion]] = 7
            votes[generator.integers(7)] += 3
            if number % 8 == 7:
                votes = [2, 0, 0, 0, 0, 0, 0, 0, 8, 0]  # most people could not tell
            faces[f"fer{seed:03d}{number:04d}.png"] = (pixels, votes)
        return faces

    return draw


@pytest.fixture(scope="session")
def tiny_data(made_once: Callable[..., Path], write_split, draw_faces) -> Path:
    """64 faces to train on and 40 to choose by. Not to be changed."""

    def make(root: Path) -> None:
        write_split(root / "FER2013Train", draw_faces(64, 1))
        write_split(root / "FER2013Valid", draw_faces(40, 2))

    return made_once("ferplus", make)


@pytest.fixture(scope="session")
def tiny_recipe(made_once: Callable[..., Path]) -> Path:
    return made_once("recipe", lambda folder: (folder / "tiny.yaml").write_text(TINY_RECIPE)) / "tiny.yaml"


@pytest.fixture(scope="session")
def plateau_recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a schedule that does not know its end: such a run may be given more epochs at any time."""
    path = tmp_path_factory.mktemp("recipe") / "plateau.yaml"
    path.write_text(TINY_RECIPE.replace("stable", "plateau"))
    return path


@pytest.fixture(scope="session")
def tiny_arguments(tiny_data: Path, tiny_recipe: Path) -> list[str]:
    """What `train.main` is given, all but --run."""
    network = ["--arch", "vggfac_msa", "--width", "0.0625", "--hidden", "16"]
    device = ["--precision", "float32", "--device", "cpu"]
    return ["--data", str(tiny_data), "--recipe", str(tiny_recipe), *network, *device]


def trained_once(made_once: Callable[..., Path], name: str, arguments: list[str]) -> Path:
    from fer_training import train

    def make(folder: Path) -> None:
        assert train.main([*arguments, "--run", str(folder / "run")]) == 0

    return made_once(name, make) / "run"


@pytest.fixture(scope="session")
def tiny_run(made_once: Callable[..., Path], tiny_arguments: list[str]) -> Path:
    """The folder of a run of two epochs, the first on smaller images. Not to be changed."""
    return trained_once(made_once, "tiny_run", tiny_arguments)


@pytest.fixture(scope="session")
def plain_arguments(tiny_arguments: list[str]) -> list[str]:
    """The same without MSA, whose graph takes half as long to export."""
    return [*tiny_arguments, "--arch", "vggfac"]


@pytest.fixture(scope="session")
def plain_run(made_once: Callable[..., Path], plain_arguments: list[str]) -> Path:
    """The folder of such a run. Not to be changed."""
    return trained_once(made_once, "plain_run", plain_arguments)


@pytest.fixture(scope="session")
def file_of_several(
    made_once: Callable[..., Path], tiny_run: Path, tiny_data: Path, plain_run: Path
) -> Callable[..., tuple[Path, list[Path]]]:
    """`file_of_several(*options)`: a model file of three networks, the first and the last with MSA; their checkpoints.

    `options` are `export`'s, such as --float16. Not to be changed.
    """

    import torch

    from fer_training import export
    from fer_training.runs.checkpoint import BEST, load_checkpoint, save_checkpoint

    def make_networks(folder: Path) -> None:
        groups, state = load_checkpoint(tiny_run / BEST)
        generator = torch.Generator().manual_seed(5)
        for number in (1, 3):  # their heads far from the zeros that they began with; equal weights a file has but once
            weights = {
                name: torch.randn(value.shape, generator=generator) / 4
                if any(part in name for part in ("heads.", ".conv.", ".fc."))
                else value * (1 + number / 50)
                for name, value in groups["mean"].items()
            }
            save_checkpoint(folder / f"{number}.safetensors", {**groups, "mean": weights}, state)
        shutil.copyfile(plain_run / BEST, folder / "2.safetensors")

    def made(*options: str) -> tuple[Path, list[Path]]:
        checkpoints = [made_once("three networks", make_networks) / f"{number}.safetensors" for number in (1, 2, 3)]

        def make(folder: Path) -> None:
            output = ["--output", str(folder / "three.onnx"), "--run", str(folder / "record"), "--anyway", *options]
            assert export.main(["--checkpoint", *map(str, checkpoints), "--data", str(tiny_data), *output]) == 0

        return made_once(" ".join(["three", *options]), make) / "three.onnx", checkpoints

    return made


@pytest.fixture(scope="session")
def real_answers(made_once: Callable[..., Path], real_data: Path) -> Callable[[str], np.ndarray]:
    """`real_answers(name)`: what a model that ships answers to FER2013Valid, [N, 7]; kept, or asked once in a run."""

    import kept_answers

    from fer_models import default_model
    from fer_training.model_file.reader import OnnxModel

    def made(name: str) -> np.ndarray:
        if name in kept_answers.KEPT:
            return kept_answers.kept(name)
        model = default_model().with_name(f"{name}.onnx")

        def make(folder: Path) -> None:
            answers = kept_answers.answer(OnnxModel(model), kept_answers.faces(real_data).images)
            np.save(folder / "answers.npy", answers)

        return np.asarray(np.load(made_once(f"answers of {name}", make) / "answers.npy"))

    return made


@pytest.fixture(scope="session")
def real_data() -> Path:
    """FER+ as it lies beside the repository."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "data" / "ferplus"
    if not folder.is_dir():
        pytest.skip("needs FER+ in ../shared/data/ferplus beside the repository")
    return folder


@pytest.fixture(scope="session")
def many_faces(tmp_path_factory: pytest.TempPathFactory, write_split, draw_faces) -> Path:
    root = tmp_path_factory.mktemp("many")
    write_split(root / "FER2013Train", draw_faces(16, 1))
    write_split(root / "FER2013Valid", draw_faces(120, 3))
    return root
