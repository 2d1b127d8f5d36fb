# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Labels as spreadsheets and annotation programs write them."""

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_series import labels, one_hot, series
from praatio import textgrid

from fer_common.emotions import LABELS
from fer_evaluation.errors import EvaluationError
from fer_evaluation.scores.label_cells import number
from fer_evaluation.scores.labels import load_labels, parse_labels
from fer_evaluation.scores.samples import with_label_notices

MISSPELT = "surprise".replace("r", "", 1)
WANTED = [(2.0, 6.5, "sad"), (11.0, 19.625, "happy")]


def spans(given):
    return [(row.start, row.end, LABELS[row.emotion]) for row in given.rows]


@pytest.mark.parametrize(
    "text",
    [
        "start_s;end_s;emotion\r\n2,0;6,5;sad\r\n11,0;19,625;happy\r\n",
        "sep=;\nstart_s;end_s;emotion\n2;6,5;sad\n11;19,625;happy\n",
        '"sep=,"\nstart_s,end_s,emotion\n2,6.5,sad\n11,19.625,happy\n',
        "start_s\tend_s\temotion\n2\t6.5\tsad\n11\t19.625\thappy\n",
        "start_s,end_s,emotion\n00:00:02,00:00:06.5,sad\n0:11,0:19.625,happy\n",
        "start_s,end_s,emotion\n00:00:02.000,00:06.500,sadness\n00:00:11,00:00:19.625,Joy\n",
        "start,end,label\n2,6.5,Sad\n11,19.625,HAPPINESS\n",
        "2.000000\t6.500000\tsad\n11.000000\t19.625000\thappy\n",  # Audacity
        "2.000000\t6.500000\tsad\n\\\t100.0\t2000.0\n11.000000\t19.625000\thappy\n",  # with its frequencies
        "mood\t\t00:00:02.000\t2.0\t00:00:06.500\t6.5\t00:00:04.500\t4.5\tsad\n"
        "mood\t\t00:00:11.000\t11.0\t00:00:19.625\t19.625\t00:00:08.625\t8.625\thappy\n",  # ELAN, tab-delimited
        "Tier\tBegin Time - ss.msec\tEnd Time - ss.msec\tAnnotation\nmood\t2.0\t6.5\tsad\nmood\t11.0\t19.625\thappy\n"
        "mood\t20.0\t21.0\tcoughs\n",
        "Observation id,Subject,Behavior,Behavior type,Start (s),Stop (s),Duration (s)\n"
        "one,Ann,sad,STATE,2.0,6.5,4.5\none,Ann,happy,STATE,11.0,19.625,8.625\none,Ann,points,POINT,12.0,12.0,0\n",
        "Observation id\tone\n\nTime\tMedia file path\tSubject\tBehavior\tComment\tStatus\n"
        "2.0\tx.mp4\tAnn\tsad\t\tSTART\n"
        "6.5\tx.mp4\tAnn\tsad\t\tSTOP\n11.0\tx.mp4\tAnn\thappy\t\tSTART\n12.0\tx.mp4\tAnn\tpoints\t\tPOINT\n"
        "19.625\tx.mp4\tAnn\thappy\t\tSTOP\n",  # BORIS, tabular events
        "Time_Relative_hmsf;Time_Relative_sf;Duration_sf;Observation;Behavior;Event_Type\n"
        "00:00:02;2,00;4,50;one;Sad;State start\n00:00:06;6,50;0,00;one;Sad;State stop\n"
        "00:00:11;11,00;8,625;one;Happy;State start\n00:00:19;19,625;0,00;one;Happy;State stop\n",  # The Observer
        "start_s,end_s,emotion,,\n2,6.5,sad,,\n,,,,\n11,19.625,happy,,,\n",  # cells that were once touched
        "start_s,end_s,emotion,face_id\n2,6.5,sad\n11,19.625,happy\n",
        ",start_s,end_s,emotion\n0,2.0,6.5,sad\n1,11.0,19.625,happy\n",  # pandas, with its rows' numbers
        "# by Ann; 3,4\nstart_s,end_s,emotion,comment\n2,6.5,sad,looks down; sighs\n11,19.625,happy,\n",
        "Start Time\tEnd Time\tEmotion\n2\t6,5\tSAD\n11\t19,625\thap\n",
        "start_ms|end_ms|label\n2000|6500|sad\n11000|19625|happy\n",
        "onset\tduration\ttrial_type\n2\t4.5\tsad\n11\t8.625\thappy\n",  # BIDS
        "start (s);duration (s);emotion\n2,0E+00;4,5;sad\n11;8,625;happy\n",
        "start_s;end_s;anger;disgust;fear;happiness;neutral;sadness;surprise;contempt\n2;6,5;0;0;0;0;1;9;0;0\n"
        "11;19,625;0;0;0;0,9;0,1;0;0;0\n",
        "0,0\t1,0\t\n2,0\t6,5\tsad\n7,0\t8,0\tclaps\n11,0\t19,625\thappy\n",  # Audacity, the first without a word
        "mood\t\t2000\t6500\t4500\tsad\nmood\t\t11000\t19625\t8625\thappy\nhappy\t\t20000\t21000\t1000\t\n",
        '"talk","A","00:00:01.000","00:00:01.500","00:00:00.500","hello, you"\n'
        '"mood","A","00:00:02.000","00:00:06.500","00:00:04.500","sad"\n'
        '"mood","A","00:00:11.000","00:00:19.625","00:00:08.625","happy"\n',  # ELAN, as CSV
        "Tier\tBegin Time - msec\tEnd Time - msec\tDuration - msec\tAnnotation\nmood\t2000\t6500\t4500\tsad\n"
        "mood\t11000\t19625\t8625\thappy\n",
        "Begin Time - ss.msec\tEnd Time - ss.msec\tDuration - ss.msec\ttalk\tmood\n2.0\t6.5\t4.5\t\tsad\n"
        "11.0\t19.625\t8.625\thello\thappy\n",  # ELAN, a column for each tier
        "Observation id,Subject,Behavior,Behavior type,Start (s),Stop (s),Comment start\n"
        "one,Ann,sad,STATE,2.0,6.5,looks; sighs\none,Ann,happy,STATE,11.0,19.625,a;b;c;d;e;f;g\n",
        "Observation id,Subject,Behavior,Behavior type,Time\none,Ann,sad,START,2.0\none,Bob,reads,START,3\n"
        "one,Ann,reads,START,4\none,Bob,reads,STOP,5\none,Ann,sad,STOP,6.5\none,Ann,reads,STOP,7\n"
        "one,Bob,happy,START,11\none,Bob,happy,STOP,19.625\n",  # two people's, each by itself
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tables_of_other_programs(text, encoding):
    assert spans(parse_labels(text.encode(encoding), "labels")) == WANTED


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_two_bytes_a_letter_without_a_mark(encoding):
    text = "start_s\tend_s\temotion\r\n2\t6.5\tsad\r\n11\t19.625\thappy\r\n"
    assert spans(parse_labels(text.encode(encoding), "labels")) == WANTED


BORIS = "Subject,Behavior,Behavior type,Time\nAnn,sad,START,2\nAnn,sad,STOP,6.5\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BORIS + "Ann,happy,START,11\n", "line 4 of L: 'happy' starts and never stops, and is left out"),
        (BORIS + "Ann,sad,START,7\nAnn,sad,START,8\nAnn,sad,STOP,9\n", "line 4 of L: 'sad' starts and never stops"),
        (BORIS + "Ann,happy,POINT,11\n", "1 labels begin and end at one moment"),
        ("Behavior,Behavior type,Start (s),Stop (s)\nsad,STATE,2,6.5\nhappy,POINT,11,NA\n", "(the first in line 3)"),
        ("Event_Type;Behavior;Time_Relative_sf;Duration_sf\nState start;sad;2;4,5\nPoint;happy;3;0\n", "one moment"),
        ("2.0\t6.5\tsad\n7.0\t7.0\thappy\n8\t9\tclaps\n", "is left out: 'claps' (1)"),
        (f"start_s,end_s,{','.join(LABELS)},contempt\n2,6.5{',0' * 5},1,0,3\n", "is left out: 'contempt' (1)"),
    ],
)
def test_what_of_an_export_does_not_count_is_said(text, said):
    given = parse_labels(text.encode(), "L")
    assert spans(given)[0] == WANTED[0]
    assert said in " ".join(given.notices)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04" + bytes(range(200)), "are a workbook .* save the sheet as CSV"),
        (b'<?xml version="1.0"?><annotation><body/></annotation>', r"are XML, but not ELAN's \('annotation'\)"),
        (b"WEBVTT\n\n00:02.000 --> 00:06.500\nsad\n", "are subtitles; save them as a table: start_s,end_s,emotion"),
        (b"1\n00:00:02,000 --> 00:00:06,500\nsad\n", "are subtitles; save them as a table"),
        (b'{"project_name": "x"}', "are JSON; export a table"),
        (b"ooBinaryFile\x08TextGrid\0\0", "are Praat's binary form; save it as a text file"),
        (b"start_s,end_s,emotion\n00:00:02:12,00:00:06:00,sad\n", "give a number; images are not counted"),
        (b"2.0\t6.5\tsad face\n", "hold no row .*'sad face'"),
        (b"start_s,end_s,emotion\n2,0,6,5,sad\n", "line 2: 5 values under 3 columns"),
        (b"start,emotion,duration\n0,happy,1.5\n2,sad\n", "line 3: 2 values under 3 columns"),
    ],
)
def test_what_is_no_table_of_labels_is_named(content, said):
    with pytest.raises(EvaluationError, match=said):
        parse_labels(content, "L")


def test_a_spreadsheet_of_windows():
    text = "start_s;end_s;emotion\n# für später\n2;6,5;sad\n11;19,625;happy\n".encode("cp1252")
    assert spans(parse_labels(text, "labels")) == WANTED


EAF = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="2026-01-01T00:00:00+00:00" FORMAT="3.0" VERSION="3.0">
<HEADER TIME_UNITS="milliseconds"/>
<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="2000"/><TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="6500"/>
<TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="11000"/><TIME_SLOT TIME_SLOT_ID="ts4" TIME_VALUE="19625"/></TIME_ORDER>
<TIER LINGUISTIC_TYPE_REF="default-lt" TIER_ID="mood">
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">
<ANNOTATION_VALUE>sad</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="ts3" TIME_SLOT_REF2="ts4">
<ANNOTATION_VALUE>joy</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER></ANNOTATION_DOCUMENT>
"""


def test_elan_s_own_file():
    assert spans(parse_labels(EAF.encode(), "mood.eaf")) == WANTED
    with pytest.raises(EvaluationError, match="no whole ELAN file"):
        parse_labels(EAF[:700].encode(), "mood.eaf")


@pytest.mark.parametrize("form", ["short_textgrid", "long_textgrid"])
def test_praat_s_textgrids_by_its_own_writer(tmp_path, form):
    grid = textgrid.Textgrid()
    entries = [(2, 6.5, "sad"), (11, 19.625, "happy"), (20, 21, "laughs")]
    grid.addTier(textgrid.IntervalTier("mood", entries, 0, 30))
    grid.addTier(textgrid.PointTier("moments", [(3, "happy"), (4, "blinks")], 0, 30))
    grid.save(str(tmp_path / "mood.TextGrid"), form, includeBlankSpaces=True)
    given = load_labels(tmp_path / "mood.TextGrid")
    assert spans(given) == WANTED
    assert "'laughs' (1), 'blinks' (1)" in given.notices[0]
    assert "1 labels begin and end at one moment" in given.notices[1]


@pytest.mark.parametrize("form", ["short_textgrid", "long_textgrid"])
def test_the_last_label_of_a_textgrid_without_a_line_s_end_is_kept(tmp_path, form):
    """As tgt 1.5 writes it; praatio 6.2.2 alone drops it from a short one (findings/textgrid_labels_lost_...)."""
    grid = textgrid.Textgrid()
    grid.addTier(textgrid.IntervalTier("mood", [(2, 6.5, "sad"), (11, 19.625, "happy")], 0, 19.625))
    grid.save(str(tmp_path / "mood.TextGrid"), form, includeBlankSpaces=True)
    whole = (tmp_path / "mood.TextGrid").read_bytes()
    assert spans(parse_labels(whole.rstrip(), "mood.TextGrid")) == spans(parse_labels(whole, "mood.TextGrid")) == WANTED


def test_contempt_is_named_and_left_out():
    given = labels("0,1,sad", "1,2,contempt", "2,3,Contempt", "3,4,happy")
    assert [row.emotion for row in given.rows] == [5, 3]
    assert (
        "2 labels of labels say 'contempt', which is none of the seven, and are left out (the first in line 3)"
        in (given.notices[0])
    )
    with pytest.raises(EvaluationError, match=r"hold no row .*contempt"):
        labels("0,1,contempt")


def test_labels_in_other_tongues():
    text = "start_s;end_s;emotion\r\n2,0;6,5;Trauer\r\n11,0;19,625;fröhlich\r\n"
    for encoding in ("utf-8", "cp1252", "utf-16"):
        assert spans(parse_labels(text.encode(encoding), "labels")) == WANTED
    votes = "start_s,end_s,colère,dégoût,peur,joie,neutre,tristesse,surprise,mépris\n2,6.5,0,0,0,1,0,9,0,0\n"
    assert spans(parse_labels(votes.encode(), "labels")) == WANTED[:1]
    with pytest.raises(
        EvaluationError, match=r"line 2: unknown emotion 'radość'; there are: angry, .* usual words in Eng"
    ):
        parse_labels("start_s,end_s,emotion\n2,6.5,radość\n".encode(), "labels")


@pytest.mark.parametrize("heads", ["Beginn;Ende;Gefühl", "ANFANG (s);Ende (s);Emotion", "début;fin;émotion",
                                   "inicio;fin;emoción", "inizio;fine;emozione", "von;bis;label"])  # fmt: skip
def test_names_of_columns_in_other_tongues(heads):
    text = f"{heads}\n2,0;6,5;traurig\n11,0;19,625;feliz\n"
    assert spans(parse_labels(text.encode(), "labels")) == WANTED


def test_what_a_program_rounds_is_no_overlap():
    assert spans(labels("0,2.501,sad", "2.5,4,happy", "3.97,5,sad")) == [
        (0, 2.5, "sad"), (2.5, 3.97, "happy"), (3.97, 5, "sad")]  # fmt: skip
    for text in (("0,2.6,sad", "2.5,4,happy"), ("2.5,2.51,sad", "2.5,4,happy")):
        with pytest.raises(EvaluationError, match="overlap"):
            labels(*text)


def test_a_misspelt_emotion_is_named_with_what_was_meant():
    with pytest.raises(EvaluationError, match=f"line 2: unknown emotion '{MISSPELT}', did you mean 'surprise'"):
        labels(f"0,1,{MISSPELT}")


def test_a_state_that_stops_and_never_started():
    with pytest.raises(EvaluationError, match="line 2: 'sad' stops and never started"):
        parse_labels(b"Time,Behavior,Status\n2,sad,STOP\n", "labels")


def test_labels_that_meet_nothing_are_said():
    one = series(np.arange(20) / 10, one_hot(*[5] * 20))
    said = with_label_notices(one, labels("0,1,sad", "30,40,happy")).notices
    assert said == ("1 of 2 labels cover no image of /image, the first in line 3 (30 to 40 s)",)
    given = labels("0,1,sad,f9", columns="start_s,end_s,emotion,face_id")
    said = with_label_notices(one, given).notices
    assert "labels name the face 'f9', which /image does not show" in said[0]
    assert with_label_notices(one, None) is one


@given(st.floats(0, 86_000, allow_nan=False))
def test_clocks_are_seconds(seconds):
    whole = round(seconds, 3)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    assert float(number(f"{int(hours):02}:{int(minutes):02}:{left:06.3f}")) == pytest.approx(whole, abs=2e-3)
    assert float(number(f"{whole:.3f}".replace(".", ","))) == pytest.approx(whole)


def test_a_row_without_names_that_lacks_a_time_is_named():
    with pytest.raises(EvaluationError, match="line 2: end_s is ''; give a number"):
        parse_labels(b"0\t1.5\tsad\n3\tsad\n", "labels")


def test_an_hour_of_any_number_of_digits_is_no_time():
    with pytest.raises(EvaluationError, match=r"end_s is .*give a number"):
        parse_labels(b"start_s,end_s,emotion\n0," + b"9" * 5000 + b":00:01,sad\n", "labels")


@given(st.binary(max_size=200))
def test_any_bytes_are_labels_or_our_own_error(content):
    with contextlib.suppress(EvaluationError):
        parse_labels(content, "labels")


CELLS = st.sampled_from(
    ["", "0", "1.5", "2,5", "00:01:02.5", "-1", "1e999", "nan", "sad", "happy", "contempt", "tier", "#", "\\"]
)
HEADS = st.sampled_from(
    ["start_s", "end_s", "emotion", "Time", "Behavior", "Status", "Event_Type", "START", "STOP", "tmin", "sad"]
)


@given(st.lists(st.lists(CELLS | HEADS, max_size=6), max_size=6), st.sampled_from(",;\t"))
def test_any_table_is_labels_or_our_own_error(rows, delimiter):
    with contextlib.suppress(EvaluationError):
        parse_labels("\n".join(delimiter.join(row) for row in rows).encode(), "labels")


def test_labels_without_an_end_are_refused_before_they_fill_the_memory(monkeypatch):
    monkeypatch.setattr("fer_evaluation.scores.labels.LARGEST", 1000)
    with pytest.raises(EvaluationError, match=r"^labels '/dev/zero' can't be read: it has more than 1000 bytes$"):
        load_labels(Path("/dev/zero"))
