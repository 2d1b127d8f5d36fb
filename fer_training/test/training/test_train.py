# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The training command: ends, stops, goes on, and refuses."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from same_run import assert_same

from fer_models import create_model
from fer_training import train
from fer_training.data import load_ferplus
from fer_training.data.sampling import sampling_weights
from fer_training.measures.metrics import Metrics
from fer_training.measures.predict import normalise, predict_logits
from fer_training.runs.checkpoint import BEST, LAST, load_checkpoint, save_checkpoint
from fer_training.runs.run_log import LOG, TENSORBOARD, read_log
from fer_training.training.optimization import rate_at
from fer_training.training.recipe import load_recipe
from fer_training.training.trainer import PROGRESS, Trainer
from fer_training.weights.trained_network import load_trained


def interrupt_at(monkeypatch: pytest.MonkeyPatch, epoch: int, step: int) -> None:
    """Ctrl-C in the middle of an epoch, both counted from 0."""
    whole, seen = Trainer._step, {"steps": 0}

    def stepped(self: Trainer, *arguments: Any) -> torch.Tensor:
        if self.epoch == epoch:
            if seen["steps"] == step:
                raise KeyboardInterrupt
            seen["steps"] += 1
        return whole(self, *arguments)

    monkeypatch.setattr(Trainer, "_step", stepped)


def test_a_run_leaves_its_arguments_log_and_pictures(tiny_run: Path) -> None:
    assert {file.name for file in tiny_run.iterdir()} == {"run.json", LOG, LAST, BEST, TENSORBOARD, "curves.png"}
    about = json.loads((tiny_run / "run.json").read_text())
    assert about["architecture"] == "vggfac_msa"
    assert about["network"] == {"width": 0.0625, "dropout": 0.2, "hidden": [16]}
    assert about["environment"]["torch"] == torch.__version__
    rows = read_log(tiny_run)
    assert [(row["epoch"], row["side"]) for row in rows] == [(1, 32), (2, 48)]
    assert {"loss", "accuracy", "macro_f1", "kl", "calibration_error", "colour_error"} <= rows[0].keys()
    assert all(0 <= row["train_accuracy"] <= 1 for row in rows)
    # The people's own uncertainty is what the validation's loss has above its KL.
    assert all(row["valid_loss"] > row["kl"] > 0 for row in rows)


def test_interrupted_and_resumed_ends_with_the_same_weights(
    tmp_path: Path, tiny_run: Path, tiny_arguments: list[str], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    arguments = [*tiny_arguments, "--run", str(tmp_path / "run")]
    with monkeypatch.context() as patched:
        interrupt_at(patched, epoch=1, step=2)
        assert train.main(arguments) == 130
    assert "--resume goes on" in capsys.readouterr().err
    assert [row["epoch"] for row in read_log(tmp_path / "run")] == [1]
    assert (tmp_path / "run" / "curves.png").is_file()  # also drawn where an epoch takes no time
    assert train.main([*arguments, "--resume"]) == 0
    assert_same(tmp_path / "run", tiny_run)


def test_killed_between_log_and_checkpoint_repeats_the_epoch(
    tmp_path: Path, tiny_run: Path, tiny_arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = [*tiny_arguments, "--run", str(tmp_path / "run")]
    whole = Trainer._save

    def save(self: Trainer, name: str) -> None:
        if name == LAST and self.epoch == 2:
            raise KeyboardInterrupt
        whole(self, name)

    with monkeypatch.context() as patched:
        patched.setattr(Trainer, "_save", save)
        assert train.main(arguments) == 130
    with open(tmp_path / "run" / LOG, "a") as log:
        log.write('{"epoch": 3, "lo')  # and a row that was cut short
    assert train.main([*arguments, "--resume"]) == 0
    assert_same(tmp_path / "run", tiny_run)


def test_a_checkpoint_of_before_there_were_steps_is_resumed(
    tmp_path: Path, tiny_run: Path, tiny_arguments: list[str], plateau_recipe: Path
) -> None:
    groups, state = load_checkpoint(tiny_run / LAST)
    state["recipe"]["schedule"] = "plateau"
    sums = ("loss_sum", "answered_rightly")
    assert set(state["progress"]) == {*PROGRESS, *sums}
    for key in ("step", "faces_seen", "seconds", "least_loss", *sums):
        del state["progress"][key]
    save_checkpoint(tmp_path / LAST, groups, state)
    options = ["--recipe", str(plateau_recipe), "--run", str(tmp_path), "--resume", "--epochs", "3"]
    assert train.main([*tiny_arguments, *options]) == 0
    assert load_trained(tmp_path / LAST).epoch == 3


def trained_with(
    accuracies: list[float], folder: Path, tiny_arguments: list[str], recipe: Path, monkeypatch: pytest.MonkeyPatch
) -> list[int]:
    """The sides that were validated in a run whose validation says these accuracies."""
    sides: list[int] = []

    def validate(self: Trainer, side: int) -> Metrics:
        sides.append(side)
        return Metrics(accuracies[self.epoch], 0.5, 0.5, 0.5, 0.1, 10.0, np.eye(7, dtype=np.int64))

    monkeypatch.setattr(Trainer, "validate", validate)
    options = [*tiny_arguments, "--run", str(folder)]
    options[options.index("--recipe") + 1] = str(recipe)
    assert train.main(options) == 0
    return sides


def test_the_best_is_of_the_final_side(
    tmp_path: Path, tiny_recipe: Path, tiny_arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = tmp_path / "four.yaml"
    recipe.write_text(tiny_recipe.read_text().replace("epochs: 2", "epochs: 4"))
    sides = trained_with([0.7, 0.9, 0.5, 0.4], tmp_path / "run", tiny_arguments, recipe, monkeypatch)
    assert sides == [32, 32, 48, 48]
    assert load_trained(tmp_path / "run" / BEST).epoch == 3
    _, state = load_checkpoint(tmp_path / "run" / LAST)
    assert (state["progress"]["best_accuracy"], state["progress"]["epochs_since_best"]) == (0.5, 1)


def test_patience_runs_out_only_on_the_final_side(
    tmp_path: Path,
    tiny_recipe: Path,
    tiny_arguments: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    recipe = tmp_path / "patient.yaml"
    text = tiny_recipe.read_text().replace("epochs: 2", "epochs: 10\npatience: 2")
    recipe.write_text(text)
    accuracies = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0]
    sides = trained_with(accuracies, tmp_path / "run", tiny_arguments, recipe, monkeypatch)
    assert sides == [32] * 5 + [48] * 3  # the first of the larger side is its best, then two are worse
    assert "ended early, after 8 of 10 epochs: the last 2 brought nothing better" in capsys.readouterr().out
    trained = load_trained(tmp_path / "run" / BEST)
    assert (trained.epoch, trained.epochs_done, trained.finished) == (6, 8, True)


def test_validation_resizes_bilinearly(tiny_data: Path) -> None:
    torch.manual_seed(0)
    network = create_model("vggfac", width=1 / 16).eval()
    faces = load_ferplus(tiny_data, "valid")
    pixels = torch.from_numpy(faces.images)[:, None].float() / 255
    with torch.no_grad():
        small = network(normalise(F.interpolate(pixels, size=(32, 32), mode="bilinear", align_corners=False)))
        whole = network(normalise(pixels))
    cpu = torch.device("cpu")
    torch.testing.assert_close(predict_logits(network, faces.images, cpu, batch=9, side=32), small, atol=1e-5, rtol=0)
    torch.testing.assert_close(predict_logits(network, faces.images, cpu, side=48), whole, atol=1e-5, rtol=0)


def test_balanced_sampling_draws_every_class_equally(tiny_data: Path) -> None:
    faces = load_ferplus(tiny_data, "train").protocol_a().take(np.arange(40))
    weights = sampling_weights(faces, "balanced")
    assert weights is not None
    totals = np.bincount(faces.labels(), weights.numpy(), 7)
    np.testing.assert_allclose(totals, len(faces) / 7)


def test_a_run_may_be_given_other_epochs_until_its_rate_falls() -> None:
    one, other = load_recipe("ours", epochs=20), load_recipe("ours", epochs=40)
    falls = next(epoch for epoch in range(1, 20) if rate_at(one, 5 * epoch, 5) < 1)
    assert [rate_at(one, step, 5) for step in range(10, 5 * falls - 5)] == [1.0] * (5 * falls - 15)
    assert [rate_at(other, step, 5) for step in range(10, 5 * falls - 5)] == [1.0] * (5 * falls - 15)
    assert [one.may_go_on_as(other, epoch) for epoch in range(1, 20)] == [epoch < falls for epoch in range(1, 20)]
    assert one.may_go_on_as(one, 20)
    assert not one.may_go_on_as(replace(one, batch=64), 1)
    assert not load_recipe("from_dlib").may_go_on_as(load_recipe("from_dlib", epochs=13), 1)


def refusal(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> str:
    capsys.readouterr()
    try:
        code = train.main(arguments)
    except SystemExit as error:
        code = int(error.code or 0)
    assert code == 2
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.strip()]
    assert line.startswith("train: ")
    return line


def test_an_existing_run_is_not_overwritten(
    tiny_run: Path, tiny_arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = {file: file.read_bytes() for file in tiny_run.rglob("*") if file.is_file()}
    assert "add --resume" in refusal(capsys, [*tiny_arguments, "--run", str(tiny_run)])
    assert {file: file.read_bytes() for file in tiny_run.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("--hidden", "0", "give at least 1"),
        ("--faces", "-3", "give at least 1"),
        ("--threads", "two", "no whole number"),
        ("--recipe", "theirs", "no recipe 'theirs'"),
        ("--data", "nowhere", "no folder 'nowhere'"),
        ("--width", "0", "width"),
        ("--epochs", "0", "give at least 1"),
        ("--device", "abacus", "device 'abacus' cannot be used"),
    ],
)
def test_a_wrong_argument_is_one_line(
    tmp_path: Path, tiny_arguments: list[str], capsys: pytest.CaptureFixture[str], option: str, value: str, reason: str
) -> None:
    assert reason in refusal(capsys, [*tiny_arguments, "--run", str(tmp_path / "run"), option, value])


def test_a_run_folder_that_cannot_be_made_is_one_line(
    tmp_path: Path, tiny_arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert "name another --run" in refusal(capsys, [*tiny_arguments, "--run", str(tmp_path / "file" / "run")])


def test_resuming_another_network_is_one_line_and_changes_nothing(
    tmp_path: Path, tiny_run: Path, tiny_arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / LAST).write_bytes((tiny_run / LAST).read_bytes())
    line = refusal(capsys, [*tiny_arguments, "--run", str(tmp_path), "--width", "0.125", "--resume"])
    assert "has network" in line
    assert [file.name for file in tmp_path.iterdir()] == [LAST]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--seed", "1"], "has seed 0, not 1 (--seed)"),
        (["--arch", "vggfac"], "has architecture 'vggfac_msa', not 'vggfac' (--arch)"),
        (["--faces", "20"], "learned from 56 faces, not 20"),
        (["--folds", "2"], ""),
        (["--recipe", "from_dlib"], "another recipe (optimizer, schedule"),
        (["--epochs", "3"], "did 2 of 2 epochs and is too far for 3 in all"),
    ],
)
def test_a_run_does_not_go_on_as_another(
    tmp_path: Path, tiny_run: Path, tiny_arguments: list[str], capsys: pytest.CaptureFixture[str],
    options: list[str], reason: str,
) -> None:  # fmt: skip
    place = tmp_path / "fold1" if "--folds" in options else tmp_path
    place.mkdir(exist_ok=True)
    (place / LAST).write_bytes((tiny_run / LAST).read_bytes())
    line = refusal(capsys, [*tiny_arguments, "--run", str(tmp_path), "--resume", *options])
    assert (reason or "not 'FER2013Train and FER2013Valid, fold 1 of 2 held out' (--data and --folds)") in line
    assert (place / LAST).read_bytes() == (tiny_run / LAST).read_bytes()
    assert [file.name for file in place.iterdir()] == [LAST]


def test_resuming_without_the_running_mean_is_one_line(
    tmp_path: Path, tiny_run: Path, tiny_arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    groups, state = load_checkpoint(tiny_run / LAST)
    save_checkpoint(tmp_path / LAST, {name: groups[name] for name in ("model", "momentum")}, state)
    assert "resume with the run's own" in refusal(capsys, [*tiny_arguments, "--run", str(tmp_path), "--resume"])


def test_an_unknown_architecture_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        train.main(["--data", "d", "--run", "r", "--arch", "mlp"])
    assert caught.value.code == 2
    assert "vggfac_stn_msa" in capsys.readouterr().err
