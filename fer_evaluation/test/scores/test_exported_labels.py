# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Exports of several people, tiers or observations, and emotions that stand in BORIS' modifiers."""

import numpy as np
import pytest
from made_series import one_hot, series
from praatio import textgrid

from fer_common.emotions import LABELS
from fer_evaluation.errors import EvaluationError
from fer_evaluation.scores.labels import load_labels, parse_labels
from fer_evaluation.scores.samples import with_label_notices

BOTH = [(2.0, 6.5, "sad", "Ann"), (3.0, 9.0, "happy", "Bob"), (11.0, 19.625, "happy", "Ann")]
AGGREGATED = (
    "Observation id,Subject,Behavior,Behavioral category,Modifiers,Behavior type,Start (s),Stop (s),Duration (s)\n"
)
TABULAR = "Observation id,Observation type,Subject,Behavior,Modifier #1,Behavior type,Time,Comment\n"
THE_OBSERVER = "Time_Relative_sf;Duration_sf;Observation;Subject;Behavior;Modifier_1;Event_Type\n"
ELAN_TABLE = "Tier\tParticipant\tBegin Time - ss.msec\tEnd Time - ss.msec\tAnnotation\n"
TWO_PEOPLE = {
    "BORIS, aggregated": AGGREGATED + "one,Ann,sad,,,STATE,2.0,6.5,4.5\none,Bob,happy,,,STATE,3.0,9.0,6.0\n"
    "one,Ann,happy,,,STATE,11.0,19.625,8.625\none,Bob,waves,,,POINT,4,NA,NA\n",
    "BORIS, tabular": TABULAR + "one,Media,Ann,sad,,START,2.0,\none,Media,Bob,happy,,START,3.0,\n"
    "one,Media,Ann,sad,,STOP,6.5,\none,Media,Bob,happy,,STOP,9,\none,Media,Ann,happy,,START,11.0,\n"
    "one,Media,Ann,happy,,STOP,19.625,\n",
    "The Observer": THE_OBSERVER + "2,00;4,50;one;Ann;Sad;;State start\n3,00;6,00;one;Bob;Happy;;State start\n"
    "6,50;0;one;Ann;Sad;;State stop\n9,00;0;one;Bob;Happy;;State stop\n11,00;8,625;one;Ann;Happy;;State start\n",
    "ELAN, a table": ELAN_TABLE + "mood A\tAnn\t2.0\t6.5\tsad\nmood A\tAnn\t11.0\t19.625\thappy\n"
    "mood B\tBob\t3.0\t9.0\thappy\n",
    "ELAN, by tier": ELAN_TABLE + "Ann\t\t2.0\t6.5\tsad\nAnn\t\t11.0\t19.625\thappy\nBob\t\t3.0\t9.0\thappy\n",
    "ELAN, without names": "Ann\t\t2000\t6500\t4500\tsad\nAnn\t\t11000\t19625\t8625\thappy\n"
    "Bob\t\t3000\t9000\t6000\thappy\n",
    "ELAN, a column for each tier": "Begin Time - ss.msec\tEnd Time - ss.msec\tAnn\tBob\n2.0\t6.5\tsad\t\n"
    "3.0\t9.0\t\thappy\n11.0\t19.625\thappy\t\n",
}


def whole(given):
    return [(row.start, row.end, LABELS[row.emotion], row.face_id) for row in given.rows]


@pytest.mark.parametrize("text", TWO_PEOPLE.values(), ids=TWO_PEOPLE)
def test_labels_of_several_people_at_a_time_are_each_one_s_own(text):
    given = parse_labels(text.encode(), "L")
    assert whole(given) == BOTH
    assert "overlap, of several people or tiers (Ann, Bob): each counts for the face of that name" in given.notices[-1]
    said = with_label_notices(series(np.arange(20) / 1.0, one_hot(*[5] * 20)), given).notices
    assert any("'Ann'" in line and "does not show" in line for line in said)


@pytest.mark.parametrize("text", TWO_PEOPLE.values(), ids=TWO_PEOPLE)
def test_labels_of_several_people_one_after_the_other_are_of_whoever_is_seen(text):
    after = text.replace("3.0", "7.0").replace("3,00;6,00", "7,00;2,00").replace("3000", "7000")
    given = parse_labels(after.encode(), "L")
    assert whole(given) == [(2.0, 6.5, "sad", ""), (7.0, 9.0, "happy", ""), (11.0, 19.625, "happy", "")]


def tier(name, participant, *spans):
    told = f' PARTICIPANT="{participant}"' if participant else ""
    ones = "".join(
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="{name}{start}" TIME_SLOT_REF1="t{start}" '
        f'TIME_SLOT_REF2="t{end}"><ANNOTATION_VALUE>{word}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>'
        for start, end, word in spans
    )
    return f'<TIER TIER_ID="{name}"{told}>{ones}</TIER>'


@pytest.mark.parametrize("participants", [("Ann", "Bob"), ("", "")])
def test_two_tiers_of_elan_s_own_file(participants):
    times = (2000, 3000, 6500, 9000, 11000, 19625)
    slots = "".join(f'<TIME_SLOT TIME_SLOT_ID="t{time}" TIME_VALUE="{time}"/>' for time in times)
    names = ("A", "B") if participants[0] else ("Ann", "Bob")
    tiers = tier(names[0], participants[0], (2000, 6500, "sad"), (11000, 19625, "joy"))
    tiers += tier(names[1], participants[1], (3000, 9000, "happy"))
    text = f"<ANNOTATION_DOCUMENT><TIME_ORDER>{slots}</TIME_ORDER>{tiers}</ANNOTATION_DOCUMENT>"
    assert whole(parse_labels(text.encode(), "mood.eaf")) == BOTH


@pytest.mark.parametrize("form", ["short_textgrid", "long_textgrid"])
def test_two_tiers_of_a_textgrid(tmp_path, form):
    grid = textgrid.Textgrid()
    grid.addTier(textgrid.IntervalTier("Ann", [(2, 6.5, "sad"), (11, 19.625, "happy")], 0, 30))
    grid.addTier(textgrid.IntervalTier("Bob", [(3, 9, "happy")], 0, 30))
    grid.addTier(textgrid.IntervalTier("words", [(3, 9, "well"), (10, 11, "sure")], 0, 30))
    grid.save(str(tmp_path / "mood.TextGrid"), form, includeBlankSpaces=True)
    given = load_labels(tmp_path / "mood.TextGrid")
    assert whole(given) == BOTH


@pytest.mark.parametrize("subject", ["", "No focal subject"])
def test_who_has_no_name_is_whoever_is_seen(subject):
    text = AGGREGATED + f"one,{subject},sad,,,STATE,2,6.5,4.5\none,Ann,happy,,,STATE,11,19.625,8.625\n"
    assert [row[3] for row in whole(parse_labels(text.encode(), "L"))] == ["", ""]
    text = AGGREGATED + f"one,{subject},sad,,,STATE,2,6.5,4.5\none,Ann,happy,,,STATE,3,9,6\n"
    assert [row[3] for row in whole(parse_labels(text.encode(), "L"))] == ["", "Ann"]


MODIFIED = {
    "BORIS, aggregated": AGGREGATED + "one,Ann,face,,Sad|strong,STATE,2,6.5,4.5\none,Ann,waves,,,POINT,4,NA,NA\n"
    "one,Ann,face,,happy,STATE,11,19.625,8.6\n",
    "BORIS, tabular": TABULAR + "one,Media,Ann,face,sad,START,2,\none,Media,Ann,waves,,POINT,4,\n"
    "one,Media,Ann,face,sad,STOP,6.5,\none,Media,Ann,face,happy,START,11,\none,Media,Ann,face,happy,STOP,19.625,\n",
    "The Observer": THE_OBSERVER
    + "2,00;4,50;one;Ann;Face;Sadness;State start\n6,50;0;one;Ann;Face;Sadness;State stop\n"
    "11,00;8,625;one;Ann;Face;Joy;State start\n",
}


@pytest.mark.parametrize("text", MODIFIED.values(), ids=MODIFIED)
def test_emotions_that_are_modifiers_of_one_behaviour(text):
    given = parse_labels(text.encode(), "L")
    assert [row[:3] for row in whole(given)] == [(2.0, 6.5, "sad"), (11.0, 19.625, "happy")]


def test_modifiers_of_behaviours_that_are_emotions_say_nothing_of_them():
    text = AGGREGATED + "one,Ann,sad,,neutral,STATE,2,6.5,4.5\n"
    assert whole(parse_labels(text.encode(), "L")) == [(2.0, 6.5, "sad", "")]


def test_modifiers_of_several_behaviours_are_named():
    text = AGGREGATED + "one,Ann,face,,happy,STATE,2,6.5,4.5\none,Ann,voice,,neutral,STATE,2,6.5,4.5\n"
    with pytest.raises(EvaluationError, match=r"several behaviours name emotions \(face, voice\); export one$"):
        parse_labels(text.encode(), "L")


@pytest.mark.parametrize("text", [TWO_PEOPLE["BORIS, aggregated"], TWO_PEOPLE["The Observer"]])
def test_several_observations_are_several_bags(text):
    last = text.splitlines()[-1]
    more = text + last.replace("one", "two").replace("waves", "sad").replace("POINT", "STATE") + "\n"
    with pytest.raises(
        EvaluationError, match=r"are of 2 observations \(one, two\); export each into a file of its own"
    ):
        parse_labels(more.encode(), "L")
    assert (
        whole(parse_labels((text + last.replace("one", "two").replace("Happy", "nods") + "\n").encode(), "L")) == BOTH
    )


@pytest.mark.parametrize(
    "head", ["Begin Time - SMPTE 25\tEnd Time - SMPTE 25\tmood", "Begin Time - PAL\tEnd Time - PAL"]
)
def test_times_that_count_images_are_named(head):
    with pytest.raises(EvaluationError, match=r"count images in their times; export them as hh:mm:ss\.ms"):
        parse_labels(f"{head}\n00:00:02:05\t00:00:04:00\tsad\n".encode(), "L")


def test_columns_that_count_images_are_passed_over_beside_others():
    head = "Begin Time - PAL\tBegin Time - msec\tEnd Time - PAL\tEnd Time - msec\tmood\n"
    given = parse_labels(f"{head}00:00:02:05\t2200\t00:00:04:00\t4000\tsad\n".encode(), "L")
    assert whole(given) == [(2.2, 4.0, "sad", "")]
    assert given.notices == ()


def test_a_state_of_no_length_is_said():
    text = THE_OBSERVER + "2,00;4,50;one;Ann;Sad;;State start\n7,00;0;one;Ann;Happy;;State point\n"
    given = parse_labels(text.encode(), "L")
    assert whole(given) == [(2.0, 6.5, "sad", "")]
    assert "1 labels begin and end at one moment" in given.notices[0]


@pytest.mark.parametrize("head", ["início;fim;emoção", "Begin;Einde;Emotie", "von;bis;Gefühl", "inicio;fin;emoción"])
def test_columns_may_have_names_in_the_tongues_of_the_emotions(head):
    assert whole(parse_labels(f"{head}\n2,0;6,5;sad\n".encode(), "L")) == [(2.0, 6.5, "sad", "")]


@pytest.mark.parametrize("head", ["Valenz;Erregung", "valencia;activación", "valenza;attivazione", "valence;arousal"])
def test_valence_and_arousal_too(head):
    (row,) = parse_labels(f"start_s;end_s;{head}\n2;6,5;-0,5;0,25\n".encode(), "L").rows
    assert (row.valence, row.arousal) == (-0.5, 0.25)
