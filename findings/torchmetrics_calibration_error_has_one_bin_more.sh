#!/usr/bin/env bash
# torchmetrics' calibration error of n bins has n + 1: a confidence of exactly 1, which float32's softmax gives as soon as one
# class leads by some 17, goes into a bin of its own behind the last. Where certain answers are too certain and the next ones
# too doubtful, which cancel within one bin, the figure is about twice that of the definition; n_bins=1 shows it plainest: it
# should be the distance of accuracy and mean confidence. With nothing at exactly 1 the two agree.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile --disable-pip-version-check torchmetrics==1.9.0 torch==2.13.0 numpy 2> /dev/null
cd "$work"
cat > calibration.py << 'PYTHON'
import numpy as np
import torch
from torchmetrics.functional.classification import multiclass_calibration_error

right = np.array([0] + [1] * 15)  # of 16 answers that all say class 0


def by_definition(confidence, bins):
    """The expected calibration error: bins of one width over 0 to 1, the last with 1 in it."""
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    held = [number == i for i in range(bins) if (number == i).any()]
    return sum(abs(right[mask].mean() - confidence[mask].mean()) * mask.mean() for mask in held)


for lead in (30.0, 8.0):
    logits = torch.tensor([[lead, 0.0]] * 8 + [[3.3, 0.0]] * 8)
    answers = logits.softmax(1)
    confidence = answers[:, 0].double().numpy()
    for bins in (1, 10, 15):
        told = multiclass_calibration_error(answers, torch.tensor(1 - right), num_classes=2, n_bins=bins).item()
        print(f"confidences {confidence[0]:.6g} and {confidence[-1]:.6g}, n_bins={bins}: torchmetrics {told:.4f}, "
              f"by definition {by_definition(confidence, bins):.4f}")
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(torchmetrics|torch|numpy) '
"$work/venv/bin/python" calibration.py | tee said
[ "$(grep -cE '^confidences 1 and 0.964429, n_bins=(1|10|15): torchmetrics 0.0803, by definition 0.0447$' said)" = 3 ]
[ "$(grep -cE '^confidences 0.999665 and 0.964429, n_bins=(1|10|15): torchmetrics 0.0445, by definition 0.0445$' said)" = 3 ]
