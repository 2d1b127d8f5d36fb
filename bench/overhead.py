# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python -m bench.overhead VGG OTHER...: what each other network's time is more than the first's, as shares.

In a process of its own: where a process's memory comes to lie moves the time of 70 MB of weights by some hundredths.
"""

import json
import sys
from pathlib import Path

import numpy as np

from bench.networks import OneFace
from bench.timing import in_turns

ROUNDS = 15


def main() -> int:
    """Print a JSON list, one share a network."""
    names = sys.argv[1:]
    times = in_turns({name: OneFace(Path(name)) for name in names}, rounds=ROUNDS)
    base = np.array(times[names[0]].milliseconds)
    shares = [float(np.median(np.array(times[name].milliseconds) / base)) - 1 for name in names[1:]]
    json.dump(shares, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
