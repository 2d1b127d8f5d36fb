# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Score a bag against its labels: python3 examples/score_a_bag.py BAG LABELS.csv OUTPUT."""

import sys

from fer_color.errors import ColorError
from fer_evaluation import EvaluationError
from fer_evaluation.options import parse
from fer_evaluation.session import run
from fer_perception import PerceptionError


def main(bag: str, labels: str, output: str) -> int:
    """Write the report into `output` and print what it comes to."""
    try:
        evaluated = run(parse([bag, "--labels", labels, "--output", output]))  # as evaluate_bag takes them
    except (EvaluationError, PerceptionError, ColorError) as error:
        print(f"score_a_bag: {error}", file=sys.stderr)
        return 2
    found = evaluated.content  # what metrics.json holds; docs/evaluation.md defines each figure
    if found["samples"]:
        low, high = found["intervals"].get("accuracy", (0, 0))  # none of a recording that is too short for one
        reach = f" ({low:.1%} to {high:.1%})" if low < high else ""  # alike: nothing or everything was wrong
        print(f"{found['samples']} labelled moments, {found['accuracy']:.1%} answered right{reach}")
        print(f"colour error {found['colour_error']:.1f}")
    else:
        print("no labelled moment has an answer")  # no face was seen where the labels are: these figures are None
    if found["flash"]:
        print(f"flash promise {'kept' if found['flash']['kept'] else 'BROKEN'}")
    frames = evaluated.series[0].frames  # columns over time, NumPy arrays
    seen = frames.t[frames.faces > 0]
    print(f"the first face was seen {seen[0]:.2f} s after the bag's start" if len(seen) else "no face was seen")
    return 0


if __name__ == "__main__":
    usage = "usage: python3 examples/score_a_bag.py BAG LABELS.csv OUTPUT"
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 4 else usage)
