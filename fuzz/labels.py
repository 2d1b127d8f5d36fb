# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What people label with, as small whole files: tables of their own, ELAN, Praat, BORIS, The Observer, Audacity."""

from fer_evaluation.scores.labels import parse_labels
from fuzz.target import Target

TABLE = b"start_s,end_s,emotion\n0,1.5,happy\n2,3,sad\n"
AUDACITY = b"0.0\t1.5\thappy\n\\\t100\t200\n2.0\t3.0\tsad\n"
BORIS = b"""Observation id,Subject,Behavior,Modifiers,Behavior type,Start (s),Stop (s),Duration (s)
one,Ann,smiles,happy|loud,STATE,0.0,1.5,1.5
one,Bob,smiles,sad,STATE,2.0,3.0,1.0
"""
BORIS_EVENTS = b"""Observation id\tone

Time\tMedia file path\tSubject\tBehavior\tComment\tStatus
0.0\ta.mp4\tAnn\thappy\t\tSTART
1.5\ta.mp4\tAnn\thappy\t\tSTOP
"""
OBSERVER = b"""Time_Relative_sf;Duration_sf;Subject;Behavior;Event_Type
0,00;1,50;Ann;happy;State start
1,50;0,00;Ann;happy;State stop
"""
ELAN = b"""<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT FORMAT="3.0" VERSION="3.0"><TIME_ORDER>
<TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="0"/><TIME_SLOT TIME_SLOT_ID="ts2"/>
<TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="3000"/>
</TIME_ORDER><TIER LINGUISTIC_TYPE_REF="a" PARTICIPANT="Ann" TIER_ID="one"><ANNOTATION>
<ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">
<ANNOTATION_VALUE>happy</ANNOTATION_VALUE>
</ALIGNABLE_ANNOTATION></ANNOTATION><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="ts2"
TIME_SLOT_REF2="ts3"><ANNOTATION_VALUE>sad</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER LINGUISTIC_TYPE_REF="b" PARENT_REF="one" TIER_ID="two"><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a3"
ANNOTATION_REF="a1"><ANNOTATION_VALUE>fear</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER></ANNOTATION_DOCUMENT>
"""
PRAAT = b"""File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 3
tiers? <exists>
size = 1
item []:
    item [1]:
        class = "IntervalTier"
        name = "Ann"
        xmin = 0
        xmax = 3
        intervals: size = 2
        intervals [1]:
            xmin = 0
            xmax = 1.5
            text = "happy"
        intervals [2]:
            xmin = 1.5
            xmax = 3
            text = "sad"
"""

LABELS = Target(
    lambda content: parse_labels(content, "labels"),
    (TABLE, TABLE.replace(b",", b";"), b"\xef\xbb\xbf" + TABLE, AUDACITY, BORIS, BORIS_EVENTS, OBSERVER, ELAN, PRAAT),
)
