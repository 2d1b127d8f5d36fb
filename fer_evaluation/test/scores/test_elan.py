# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""ELAN's files as ELAN writes them: boundaries without a time, and annotations that refer to others."""

import pytest

from fer_common.emotions import LABELS
from fer_evaluation.errors import EvaluationError
from fer_evaluation.scores.labels import parse_labels


def slots(*values):
    return "".join(
        f'<TIME_SLOT TIME_SLOT_ID="ts{k}"' + (f' TIME_VALUE="{value}"/>' if value is not None else "/>")
        for k, value in enumerate(values, 1)
    )


def aligned(name, start, end, word):
    return (
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="{name}" TIME_SLOT_REF1="ts{start}" TIME_SLOT_REF2="ts{end}">'
        f"<ANNOTATION_VALUE>{word}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
    )


def refers(name, of, word, before=None):
    previous = f' PREVIOUS_ANNOTATION="{before}"' if before else ""
    return (
        f'<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="{name}" ANNOTATION_REF="{of}"{previous}>'
        f"<ANNOTATION_VALUE>{word}</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>"
    )


def labelled(times, *tiers):
    body = "".join(f'<TIER LINGUISTIC_TYPE_REF="x" TIER_ID="t{k}">{tier}</TIER>' for k, tier in enumerate(tiers))
    text = f"<ANNOTATION_DOCUMENT><TIME_ORDER>{slots(*times)}</TIME_ORDER>{body}</ANNOTATION_DOCUMENT>"
    rows = parse_labels(text.encode(), "mood.eaf").rows
    return sorted((round(one.start, 6), round(one.end, 6), LABELS[one.emotion]) for one in rows)


def test_boundaries_without_a_time_lie_evenly_between_those_that_have_one():
    tier = aligned("a1", 1, 2, "happy") + aligned("a2", 2, 3, "sad") + aligned("a3", 3, 4, "neutral")
    assert labelled([1000, None, None, 4000], tier) == [(1, 2, "happy"), (2, 3, "sad"), (3, 4, "neutral")]


def test_a_chain_stands_by_itself_whatever_the_file_s_order_and_its_neighbours():
    """ELAN lists all tiers' slots together, and annotations in the order of their making."""
    tier = aligned("a2", 4, 5, "sad") + aligned("a1", 1, 4, "happy")
    other = aligned("b1", 2, 3, "coughs")
    assert labelled([0, 100, 300, None, 3000], tier, other) == [(0, 1.5, "happy"), (1.5, 3, "sad")]


def test_annotations_that_refer_have_the_time_of_what_they_refer_to():
    speech = aligned("a1", 1, 2, "good morning")
    mood = refers("r1", "a1", "happy")
    assert labelled([500, 2500], speech, mood) == [(0.5, 2.5, "happy")]


def test_annotations_that_divide_one_share_its_time_in_the_order_that_they_name():
    speech = aligned("a1", 1, 2, "good morning")
    halves = refers("r2", "a1", "a sigh", before="r1") + refers("r1", "a1", "happy")
    deeper = refers("d1", "r2", "disgust")
    assert labelled([0, 2000], deeper, halves, speech) == [(0, 1, "happy"), (1, 2, "disgust")]


@pytest.mark.parametrize("tiers", [[aligned("a1", 1, 2, "happy")], [refers("r1", "a9", "happy")]])
def test_an_emotion_without_a_time_is_named(tiers):
    with pytest.raises(EvaluationError, match="annotation 1, 'happy', has no time; align it in ELAN"):
        labelled([0, None], *tiers)


def test_annotations_that_refer_to_each_other_end():
    with pytest.raises(EvaluationError, match="has no time"):
        labelled([0, 1000], refers("r1", "r2", "happy"), refers("r2", "r1", "sad"))


@pytest.mark.parametrize("digits", [400, 5000])
def test_a_time_of_many_digits_is_one_line(digits: int) -> None:
    with pytest.raises(EvaluationError, match="line 1: end_s is 'inf'"):
        labelled([1000, "9" * digits], aligned("a1", 1, 2, "happy"))
