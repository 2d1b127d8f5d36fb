# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The prior of the place: Saerens, Latinne and Decaestecker (2002)."""

import json

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_perception import Detection, PerceptionError
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.classification.prior import apply_prior, parse_prior, prior_factors
from fer_perception.detectors.base import BoxGeometry

TRAINED = np.array([0.1, 0.02, 0.03, 0.3, 0.35, 0.12, 0.08])
SHARES = st.lists(st.floats(0.01, 1.0), min_size=7, max_size=7)
FACES = [Detection((0.0, 0.0, 48.0, 48.0), 0.9)]


def distribution(numbers: list[float]) -> np.ndarray:
    return (np.array(numbers) / sum(numbers)).astype(np.float32)[None]


@given(SHARES)
def test_as_trained_and_strength_zero_change_nothing(numbers: list[float]) -> None:
    answer = distribution(numbers)
    for text in ("as_trained", "0", "0.0"):
        assert apply_prior(answer, prior_factors(text, TRAINED, "m")) is answer


@given(SHARES, SHARES)
def test_the_rule_is_bayes(likelihoods: list[float], wanted: list[float]) -> None:
    """From the same likelihoods, the posterior under one prior becomes that under the other."""
    new = np.array(wanted) / sum(wanted)
    under_trained, under_new = np.array(likelihoods) * TRAINED, np.array(likelihoods) * new
    got = apply_prior(distribution(list(under_trained)), prior_factors(",".join(map(str, wanted)), TRAINED, "m"))
    np.testing.assert_allclose(got[0], under_new / under_new.sum(), rtol=1e-4)


def test_full_strength_is_seven_even_numbers() -> None:
    answer = distribution([3, 1, 1, 5, 7, 2, 2])
    even = apply_prior(answer, prior_factors("[1, 1, 1, 1, 1, 1, 1]", TRAINED, "m"))
    np.testing.assert_allclose(apply_prior(answer, prior_factors("1", TRAINED, "m")), even, rtol=1e-5)
    by_hand = answer[0] / TRAINED
    np.testing.assert_allclose(even[0], by_hand / by_hand.sum(), rtol=1e-5)


@given(SHARES, st.floats(0, 1), st.floats(0, 1))
def test_a_higher_strength_favours_the_rare(numbers: list[float], one: float, other: float) -> None:
    answer, (low, high) = distribution(numbers), sorted((one, other))
    rare, common = int(TRAINED.argmin()), int(TRAINED.argmax())

    def ratio(strength: float) -> float:
        mixed = apply_prior(answer, prior_factors(f"{strength:.9f}", TRAINED, "m"))[0]
        np.testing.assert_allclose(mixed.sum(), 1, rtol=1e-5)
        return float(mixed[rare] / mixed[common])

    assert ratio(low) <= ratio(high) * (1 + 1e-5)


def test_what_a_place_rules_out_is_never_answered() -> None:
    answer = distribution([1, 1, 1, 1, 1, 1, 1])
    mixed = apply_prior(answer, prior_factors("0,0,0,1,1,0,0", TRAINED, "m"))
    assert set(np.flatnonzero(mixed[0])) == {3, 4}
    certain = np.eye(7, dtype=np.float32)[:1]  # surely angry, where nobody can be: the model's word stands
    np.testing.assert_array_equal(apply_prior(certain, prior_factors("0,0,0,1,1,0,0", TRAINED, "m")), certain)


@pytest.mark.parametrize(
    "text",
    [
        *("", "even", "-0.1", "1.1", "nan", "1,2", "1,1,1,1,1,1,-1", "0,0,0,0,0,0,0", "inf,1,1,1,1,1,1"),
        *("nan,1,1,1,1,1,1", ",".join(["1e308"] * 7)),
    ],
)
def test_nonsense_is_one_line(text: str) -> None:
    with pytest.raises(PerceptionError, match="as_trained") as caught:
        parse_prior(text)
    assert "\n" not in str(caught.value)


@pytest.fixture(scope="module")
def model_with_prior(tmp_path_factory, make_model, tiny_model) -> str:
    path = tmp_path_factory.mktemp("prior") / "prior.onnx"
    model = onnx.load(tiny_model)
    model.metadata_props.add(key="prior", value=json.dumps(TRAINED.tolist()))
    onnx.save(model, path)
    return str(path)


def test_the_classifier_answers_under_it(model_with_prior) -> None:
    classifier = EmotionClassifier.load(model_with_prior)
    image = np.full((48, 48), 60, np.uint8)
    before = classifier.classify(image, FACES, BoxGeometry(side=1.0))
    classifier.set_prior("1")
    after = classifier.classify(image, FACES, BoxGeometry(side=1.0))
    np.testing.assert_allclose(after, (before / TRAINED) / (before / TRAINED).sum(), rtol=1e-4)


def test_a_model_that_does_not_say_is_refused_in_one_line_and_goes_on(tiny_model) -> None:
    classifier = EmotionClassifier.load(tiny_model)
    with pytest.raises(PerceptionError, match="does not say what its training votes were like"):
        classifier.set_prior("0.5")
    assert classifier.classify(np.zeros((48, 48), np.uint8), FACES, BoxGeometry(side=1.0)).shape == (1, 7)


@pytest.mark.parametrize("prior", ["[0.5, 0.5]", "[0, 0, 0, 0.5, 0.5, 0, 0]", "even", "[1, 1, 1, 1, 1, 1, 1]"])
def test_a_wrong_prior_in_the_file_is_one_line(tmp_path, tiny_model, prior: str) -> None:
    model = onnx.load(tiny_model)
    model.metadata_props.add(key="prior", value=prior)
    onnx.save(model, tmp_path / "wrong.onnx")
    with pytest.raises(PerceptionError, match="seven shares above 0") as caught:
        EmotionClassifier.load(str(tmp_path / "wrong.onnx"))
    assert "\n" not in str(caught.value)
