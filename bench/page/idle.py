# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python -m bench.page.idle: the dashboard beside the running pipeline, nobody watching.

The goal is under 1 % of a core.
"""

import argparse
import sys
import time

from bench.page.running import Pipeline, cpu_s, sample_clip

GOAL = 0.01


def main() -> int:
    """Run the command: 1 where it costs more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    seconds: float = parser.parse_args().seconds
    with Pipeline(sample_clip()) as pipeline:
        time.sleep(5)  # what loading leaves behind
        begun, cpu = time.monotonic(), cpu_s(pipeline.page)
        time.sleep(seconds)
        share = (cpu_s(pipeline.page) - cpu) / (time.monotonic() - begun)
    print(f"nobody watches: {100 * share:.2f} % of a core over {seconds:.0f} s (goal: under {100 * GOAL:.0f})")
    return 0 if share < GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
