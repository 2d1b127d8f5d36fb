# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a network learns from teachers: of votes, and of words where they have a second head."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from fer_models import default_model
from fer_training.data import Faces, load
from fer_training.errors import TrainingError
from fer_training.model_file.reader import OnnxModel
from fer_training.training.losses import Losses, words_of
from fer_training.training.recipe import Recipe
from fer_training.training.run import Run, train_run
from fer_training.training.teachers import Answers, teacher_answers

BOTH = default_model()
"""A model file with both heads."""


@pytest.fixture
def one_head(tmp_path: Path) -> Path:
    """The same file without its second head."""
    model = onnx.load(BOTH)
    kept = [output for output in model.graph.output if output.name != "meant"]
    del model.graph.output[:]
    model.graph.output.extend(kept)
    onnx.save(model, tmp_path / "one_head.onnx")
    return tmp_path / "one_head.onnx"


@pytest.fixture
def faces(tiny_data: Path) -> Faces:
    """Six faces, the last two without a word."""
    some = load(tiny_data, "train").protocol_a().take(np.arange(6))
    return replace(some, found_by=np.array([0, 3, 6, 3, -1, -1]))


def test_teachers_answer_with_both_heads_the_mean_of_face_and_mirror_image(faces: Faces, tmp_path: Path) -> None:
    model = OnnxModel(BOTH)
    mirrored = np.ascontiguousarray(faces.images[:, :, ::-1])
    for kept in (None, tmp_path / "kept", tmp_path / "kept"):  # asked, asked and kept, read back
        answers = teacher_answers((BOTH,), faces, kept)
        assert answers.meant is not None
        for ours, plain, mirror in zip((answers.seen, answers.meant), model.both(faces.images), model.both(mirrored)):
            assert plain is not None
            assert mirror is not None
            np.testing.assert_allclose(ours.numpy(), (plain + mirror) / 2, atol=1e-6)
    assert not torch.allclose(answers.seen, answers.meant, atol=0.05)


def test_one_teacher_without_a_second_head_leaves_the_words_to_themselves(faces: Faces, one_head: Path) -> None:
    answers = teacher_answers((BOTH, one_head), faces)
    assert answers.meant is None
    torch.testing.assert_close(answers.seen, teacher_answers((BOTH,), faces).seen, atol=1e-6, rtol=0)


def test_kept_answers_to_other_faces_or_of_a_broken_file_are_not_taken(faces: Faces, tmp_path: Path) -> None:
    teacher_answers((BOTH,), faces, tmp_path)
    (kept,) = tmp_path.iterdir()
    np.save(kept, np.zeros((6, 7), np.float32))
    with pytest.raises(TrainingError, match=r"shape \[6, 7\], expected \[6, 14\]; remove it"):
        teacher_answers((BOTH,), faces, tmp_path)
    kept.write_bytes(b"none")
    with pytest.raises(TrainingError, match="holds no teacher's answers"):
        teacher_answers((BOTH,), faces, tmp_path)


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_of_the_words_targets_a_teachers_answers_are_their_share(faces: Faces, share: float) -> None:
    answers = torch.softmax(torch.arange(42.0).reshape(6, 7).sin(), dim=1)
    targets = words_of(faces, Recipe(words=1, words_teacher_share=share), answers)
    word = torch.eye(7)[[0, 3, 6, 3]]
    torch.testing.assert_close(targets[:4], (1 - share) * word + share * answers[:4])
    torch.testing.assert_close(targets[4:], share * answers[4:])


def test_without_a_teacher_a_face_without_a_word_teaches_the_second_head_nothing(faces: Faces) -> None:
    recipe = Recipe(words=1, words_teacher_share=0.5)
    losses = Losses.of(recipe, faces, None, torch.device("cpu"))
    logits = torch.zeros(6, 14, requires_grad=True)
    losses(torch.nn.Identity(), logits, torch.arange(6)).backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    assert logits.grad[:4, 7:].abs().sum() > 0
    assert not logits.grad[4:, 7:].any()


def test_a_teachers_word_reaches_the_second_heads_loss_and_not_the_firsts(faces: Faces) -> None:
    recipe = Recipe(words=2, words_teacher_share=1, teacher_share=0)
    one = Answers(torch.eye(7)[torch.zeros(6, dtype=int)], torch.eye(7)[torch.full((6,), 3)])
    losses = Losses.of(recipe, faces, one, torch.device("cpu"))
    logits = torch.zeros(6, 14)
    rows = torch.arange(6)
    before = float(losses(torch.nn.Identity(), logits, rows))
    logits[:, 7 + 3] = 50
    votes_alone = float(Losses.of(replace(recipe, words=0), faces, one, torch.device("cpu"))(
        torch.nn.Identity(), logits, rows
    ))  # fmt: skip
    assert float(losses(torch.nn.Identity(), logits, rows)) == pytest.approx(votes_alone, rel=1e-5)
    assert before == pytest.approx(votes_alone + 2 * 6 * np.log(7), rel=1e-5)


def test_a_recipe_that_wants_words_of_teachers_who_have_none_says_so(
    tiny_data: Path, faces: Faces, one_head: Path, tmp_path: Path
) -> None:
    recipe = Recipe(epochs=1, batch=2, words=1, words_teacher_share=0.5)
    run = Run(tmp_path / "run", "baseline_cnn", recipe, precision="float32", teachers=(one_head,))
    with pytest.raises(TrainingError, match="not all of them have one; name others with --teacher"):
        train_run(run, faces, load(tiny_data, "valid").protocol_a())
