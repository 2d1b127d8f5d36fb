# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The faces whose expressions arrive, and what they are together."""

import numpy as np

from fer_color.inputs.people import FORGET, Faces


def test_faces_come_and_go():
    faces = Faces()
    assert faces.room(0.0) is None
    sad, happy = np.eye(7)[5], np.eye(7)[3]
    faces.see("a", sad, 0.0)
    assert np.array_equal(faces.room(0.1), sad)
    faces.see("b", happy, 0.5)
    assert np.allclose(faces.room(0.6), (sad + happy) / 2)
    assert np.array_equal(faces.room(FORGET + 0.1), happy), "a was not heard of for too long"
    faces.see("a", sad, 3.0)
    faces.keep({"a", "c"})
    assert np.array_equal(faces.room(3.1), sad)
    faces.keep(set())
    assert faces.room(3.1) is None
