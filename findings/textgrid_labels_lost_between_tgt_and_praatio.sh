#!/usr/bin/env bash
# TextGrids between tgt and praatio lose labels without a word. tgt writes no line's end after the last label, and of a short
# file without one praatio drops the last interval (of the last tier). tgt itself reads the label of a long file up to the
# first " = " in it, less one more letter: "happy = 0.7, sad = 0.3" is "happ", and a tier "mood = felt" is "moo", also in files
# that it wrote; its short ones come back whole, as do labels with "=" alone. Praat and pympi read every one of them whole.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check tgt==1.5 praatio==6.2.2 pympi-ling==1.71 \
    praat-parselmouth==0.4.7 2> /dev/null
cd "$work"
cat > labels.py << 'PYTHON'
import parselmouth
import tgt
from praatio import textgrid
from pympi.Praat import TextGrid

def praat(path):
    grid = parselmouth.read(path)
    return parselmouth.praat.call(grid, "Get tier name", 1), [
        parselmouth.praat.call(grid, "Get label of interval", 1, i) for i in (1, 2)]


def by_tgt(path):
    (tier,) = tgt.read_textgrid(path).tiers
    return tier.name, [interval.text for interval in tier]


def by_praatio(path):
    (tier,) = textgrid.openTextgrid(path, includeEmptyIntervals=True).tiers
    return tier.name, [entry.label for entry in tier.entries]


def by_pympi(path):
    (tier,) = TextGrid(path).get_tiers()
    return tier.name, [label for _, _, label in tier.get_all_intervals()]


for name, label in (("mood", "valence=3"), ("mood", "happy = 0.7, sad = 0.3"), ("mood = felt", "happy")):
    tier = tgt.IntervalTier(0, 3, name)
    tier.add_intervals([tgt.Interval(0, 1, label), tgt.Interval(1, 3, "calm")])
    grid = tgt.TextGrid()
    grid.add_tier(tier)
    for form in ("long", "short"):
        tgt.write_to_file(grid, "file.TextGrid", format=form)
        for by, read in (("Praat", praat), ("pympi", by_pympi), ("praatio", by_praatio), ("tgt", by_tgt)):
            got = read("file.TextGrid")
            if got != (name, [label, "calm"]):
                print(f"{name}, [{label}, calm], {form}, read by {by}: {got[0]}, [{', '.join(got[1])}]")
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(tgt|praatio|pympi-ling|praat-parselmouth) '
"$work/venv/bin/python" labels.py | tee said
cat > wanted << 'TEXT'
mood, [valence=3, calm], short, read by praatio: mood, [valence=3]
mood, [happy = 0.7, sad = 0.3, calm], long, read by tgt: mood, [happ, calm]
mood, [happy = 0.7, sad = 0.3, calm], short, read by praatio: mood, [happy = 0.7, sad = 0.3]
mood = felt, [happy, calm], long, read by tgt: moo, [happy, calm]
mood = felt, [happy, calm], short, read by praatio: mood = felt, [happy]
TEXT
diff said wanted
