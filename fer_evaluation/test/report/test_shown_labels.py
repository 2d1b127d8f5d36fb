# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a timeline shows of the labels: of several faces each, of one for each image no more than can be seen."""

import numpy as np
from made_series import labels, one_hot, series

from fer_common.emotions import LABELS
from fer_evaluation.report.picture import Named
from fer_evaluation.report.stretches import STEPS, timeline_of
from fer_evaluation.report.timeline import draw_timeline

MINUTE = series(np.linspace(0, 60, 61), one_hot(*[3] * 61))


def test_labels_of_several_faces_do_not_hide_each_other():
    rows = ["0,30,sad,f1", "30,60,happy,f1", "0,60,neutral,f2"]
    figure = draw_timeline(timeline_of(MINUTE, labels(*rows, columns="start_s,end_s,emotion,face_id")))
    boxes = [path.get_extents() for bars in figure.axes[0].collections for path in bars.get_paths()]
    spans = sorted((box.x0, box.x1, round(box.y0, 6), round(box.y1, 6)) for box in boxes)
    assert spans == [(0, 30, 0.5, 1), (0, 60, 0, 0.5), (30, 60, 0.5, 1)]


def test_a_label_for_each_image_is_shown_as_the_spans_that_they_make():
    step = 60 / 3000
    rows = [f"{k * step:.4f},{(k + 1) * step:.4f},{'sad' if k < 1000 else 'happy'}" for k in range(3000)]
    sad, happy = LABELS.index("sad"), LABELS.index("happy")
    assert timeline_of(MINUTE, labels(*rows)).labels == (Named(0, 20, sad, ""), Named(20, 60, happy, ""))


def test_what_lies_apart_is_not_joined():
    found = timeline_of(MINUTE, labels("0,10,sad", "11,20,sad")).labels
    assert [(one.start, one.end) for one in found] == [(0, 10), (11, 20)]


def test_labels_that_are_too_short_to_be_seen_are_shown_by_what_is_said_in_the_middle_of_each_stretch():
    step = 60 / 6000
    rows = [f"{k * step:.4f},{(k + 1) * step:.4f},{LABELS[k % 7]}" for k in range(3000)]
    found = timeline_of(MINUTE, labels(*rows)).labels
    assert 100 < len(found) <= STEPS
    for one in found:
        middle = (one.start + min(one.end, one.start + 60 / STEPS)) / 2
        assert one.emotion == int(middle / step + 1e-6) % 7
    assert found[-1].end <= 30 + 60 / STEPS, "none where nothing is labelled"
