#!/usr/bin/env bash
# The block length for a bootstrap of right and wrong answers (Politis and White's rule, as arch computes it) means nothing
# where errors are rare: of one error in 1,000 answers it is 0.002 answers where that is the first and 0.16 in the middle;
# no error gives NaN with a warning of NumPy's, not of its own; three errors ask for blocks of 9 answers side by side and of
# a third of one apart. Blocks below 1 have to be caught by the caller.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check arch==8.0.0 numpy==2.2.6 scipy==1.15.3 pandas==2.3.3 2> /dev/null
cd "$work"
cat > length.py << 'PYTHON'
import warnings

import numpy as np
from arch.bootstrap import optimal_block_length

warnings.simplefilter("ignore")
for name, errors in (("none", []), ("one, first", [0]), ("one, in the middle", [500]), ("three apart", [200, 500, 800]),
                     ("three together", [500, 501, 502])):
    wrong = np.zeros(1000)
    wrong[errors] = 1
    print(f"{name}: {optimal_block_length(wrong)['stationary'].iloc[0]:.3f}")
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(arch|numpy) '
"$work/venv/bin/python" length.py | tee said
grep -qx 'none: nan' said
awk -F': ' '/one, first/ {a = $2} /one, in/ {b = $2} /apart/ {c = $2} /together/ {d = $2}
    END {exit !(a < 0.01 && b < 1 && c < 1 && d > 8 && a != b)}' said
