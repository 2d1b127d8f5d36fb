# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Answers that hold, beside those that were read anew."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fer_perception import Detection
from fer_perception.classification.held import HeldAnswers


def face(reading):
    return Detection((0.0, 0.0, 10.0, 10.0), 0.9, None, reading)


def read(faces):
    """A network that answers each number with its own distribution."""
    rows = [np.roll([0.7, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05], one.reading) for one in faces]
    return np.asarray(rows, np.float32).reshape(len(rows), 7)


@given(st.lists(st.lists(st.integers(0, 6), max_size=5), max_size=6))
def test_every_face_has_its_own_answer_and_what_was_in_the_image_before_is_not_read_again(images):
    held, before = HeldAnswers(), set()
    for numbers in images:
        found = [face(number) for number in numbers]
        unread = held.unread(found)
        assert [one.reading for one in unread] == [number for number in numbers if number not in before]
        answers = held.complete(found, read(unread))
        assert answers.dtype == np.float32
        assert np.array_equal(answers, read(found))
        before = {*numbers} - {0}


def test_what_was_forgotten_is_read_again_and_so_is_what_could_not_be_read():
    held = HeldAnswers()
    found = [face(1), face(2)]
    held.complete(found, read(held.unread(found)))
    assert held.unread(found) == []
    held.forget()
    assert held.unread(found) == found
    assert held.unread(found) == found, "asked and not answered: the network failed"
