# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_evaluation.evaluate_bag: a bag in, a verdict out."""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

    from fer_evaluation.report import drawers

    drawers.begin()

import sys
from collections.abc import Sequence

from fer_color.errors import ColorError
from fer_evaluation.bags.folder import readable
from fer_evaluation.errors import EvaluationError
from fer_evaluation.options import parse
from fer_evaluation.session import run
from fer_perception import PerceptionError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command: 0 when the results lie in their folder, 2 after one line on what was wrong, 130 on Ctrl-C."""
    try:
        options = parse(arguments)
        evaluated = run(options)
    except (EvaluationError, PerceptionError, ColorError) as error:
        print(f"evaluate_bag: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("evaluate_bag: stopped; nothing was written", file=sys.stderr)
        return 130
    for line in evaluated.notes:
        print(f"note: {line}")
    print(readable(f"written to {options.output}"))
    return 0


if __name__ == "__main__":
    program.loaded()
    program.run(main)
