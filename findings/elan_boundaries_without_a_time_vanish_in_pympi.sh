#!/usr/bin/env bash
# ELAN lets annotations that follow each other share a boundary that has no time (a TIME_SLOT without TIME_VALUE, optional
# by its schema) and shows it evenly between its neighbours. pympi reads such an end as None, and its conversion to Praat
# leaves both annotations out without a word: two labelled emotions become one empty interval.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pympi-ling==1.71 2> /dev/null
cd "$work"
cat > mood.eaf << 'XML'
<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="2026-01-01T00:00:00+00:00" FORMAT="3.0" VERSION="3.0"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"/>
<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="0"/><TIME_SLOT TIME_SLOT_ID="ts2"/>
<TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="3000"/></TIME_ORDER>
<TIER LINGUISTIC_TYPE_REF="default-lt" TIER_ID="emotion">
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">
<ANNOTATION_VALUE>happy</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="ts2" TIME_SLOT_REF2="ts3">
<ANNOTATION_VALUE>sad</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
</TIER>
<LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="default-lt" TIME_ALIGNABLE="true"/>
</ANNOTATION_DOCUMENT>
XML
cat > read.py << 'PYTHON'
from pympi.Elan import Eaf

eaf = Eaf("mood.eaf")
print("annotations:", eaf.get_annotation_data_for_tier("emotion"))
(tier,) = eaf.to_textgrid().get_tiers()
print("as a TextGrid:", list(tier.get_all_intervals()))
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -i '^pympi'
"$work/venv/bin/python" read.py | tee said
grep -qF "annotations: [(0, None, 'happy'), (None, 3000, 'sad')]" said
grep -qF "as a TextGrid: [(0, 3.0, '')]" said
