# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Score a bag against its labels: python3 examples/score_a_bag.py BAG LABELS.csv OUTPUT."""

import sys

from fer_evaluation import EvaluationError
from fer_evaluation.options import parse
from fer_evaluation.session import run


def main(bag: str, labels: str, output: str) -> int:
    """Write the report into `output` and print what it comes to."""
    try:
        evaluated = run(parse([bag, "--labels", labels, "--output", output]))  # as evaluate_bag takes them
    except EvaluationError as error:
        print(f"score_a_bag: {error}", file=sys.stderr)
        return 2
    found = evaluated.content  # what metrics.json holds; docs/evaluation.md defines each figure
    low, high = found["intervals"]["accuracy"]
    print(f"{found['samples']} labelled moments, {found['accuracy']:.1%} answered right ({low:.1%} to {high:.1%})")
    print(f"colour error {found['colour_error']:.1f}; flash promise {'kept' if found['flash']['kept'] else 'BROKEN'}")
    frames = evaluated.series[0].frames  # columns over time, NumPy arrays
    print(f"the first face was seen {frames.t[frames.faces > 0][0]:.2f} s after the bag's start")
    return 0


if __name__ == "__main__":
    usage = "usage: python3 examples/score_a_bag.py BAG LABELS.csv OUTPUT"
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 4 else usage)
