# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The one order of the seven, which messages and model files have too."""

from pathlib import Path

import pytest

from fer_common.emotions import LABELS, VALENCE_AROUSAL

MESSAGE = Path(__file__).resolve().parents[2] / "fer_msgs" / "msg" / "EmotionDistribution.msg"


def test_the_order_is_the_messages():
    constants = [line.split() for line in MESSAGE.read_text().splitlines() if line.startswith("uint8 ")]
    order = {
        name.lower(): int(value) for _, name, value in ((*parts[0:1], *parts[1].split("=")) for parts in constants)
    }
    assert order == {label: index for index, label in enumerate(LABELS)}


@pytest.mark.parametrize(("label", "place"), list(zip(LABELS, VALENCE_AROUSAL)))
def test_valence_and_arousal_have_the_signs_that_the_words_have(label, place):
    valence, arousal = place
    assert (valence > 0) == (label in ("happy", "surprise"))
    assert (arousal < 0) == (label == "sad")
