# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_evaluation.compare: what got better and what worse from evaluation A to evaluation B."""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fer_color.errors import ColorError
from fer_color.palette import load_palette
from fer_common.whole_file import write_whole
from fer_evaluation.bags.folder import readable
from fer_evaluation.comparison.paired_moments import Comparison, Span, compare
from fer_evaluation.comparison.thresholds import Check, check, junit, load_metrics, load_thresholds, look_up
from fer_evaluation.errors import EvaluationError
from fer_evaluation.options import in_limits

SHOWN = 5
LEAST = 0.05
"""Gain of the label's probability from which a block of time is worth a line."""
ALONE = ("detection_rate", "steadiness.changes_a_minute", "steadiness.variation_a_second", "light.colour_error")
"""Figures that are no means over pairs: shown side by side, without an interval."""


def text(comparison: Comparison, a: dict[str, Any], b: dict[str, Any]) -> str:
    """Return the comparison as tables for people."""
    lines = [
        f"{comparison.pairs} moments that both answered, in {comparison.blocks} blocks of {comparison.block_s:g} s "
        f"(only A: {comparison.alone_a}, only B: {comparison.alone_b})",
        "",
        f"{'':<28} {'A':>9} {'B':>9} {'B - A':>9}   95 % interval of it   B is",
    ]
    for item in comparison.differences:
        lines.append(
            f"{item.name.replace('_', ' '):<28} {item.a:9.4f} {item.b:9.4f} {item.b - item.a:+9.4f}   "
            f"{item.low:+8.4f} to {item.high:+8.4f}   {item.verdict}" + (f": {item.why_none}" if item.why_none else "")
        )
    for name in ALONE:
        one, other = look_up(a, name), look_up(b, name)
        if one is not None and other is not None:
            lines.append(f"{name.replace('_', ' '):<28} {one:9.4f} {other:9.4f} {other - one:+9.4f}")
    better = [span for span in comparison.spans if span.gain >= LEAST][:SHOWN]
    worse = [span for span in reversed(comparison.spans) if span.gain <= -LEAST][:SHOWN]
    lines += _span_lines("better", better) + _span_lines("worse", worse)
    return "\n".join(lines)


def _span_lines(word: str, spans: Sequence[Span]) -> list[str]:
    if not spans:
        return []
    head = ["", f"B is {word} (the label's probability, B - A)"]
    return head + [f"  {s.bag} {s.topic} {s.start:9.1f} to {s.end:.1f} s  {s.gain:+.2f}" for s in spans]


def check_lines(checks: Sequence[Check]) -> list[str]:
    """Return a line for each limit."""
    return [f"{'met   ' if item.met else 'NOT MET'} {item.name}: {item.value}, wanted {item.limit}" for item in checks]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command: 0, 1 when a limit of the threshold file is not met, 2 after one line on what was wrong.

    130 on Ctrl-C.
    """
    parser = argparse.ArgumentParser(prog="python3 -m fer_evaluation.compare", description=__doc__)
    add = parser.add_argument
    add("a", type=Path, metavar="DIR_A", help="a folder of evaluate_bag")
    add("b", type=Path, metavar="DIR_B", help="another one, of the same recordings and labels")
    add(
        "--thresholds",
        type=Path,
        metavar="YAML",
        help="limits, as 'accuracy: {min: 0.7, worse_by: 0.02}'; 1 if not met",
    )
    add("--junit", type=Path, metavar="XML", help="write the limits as a JUnit file")
    add("--output", type=Path, metavar="JSON", help="write the comparison as JSON")
    add(
        "--block",
        type=float,
        metavar="S",
        help="length of a block of the bootstrap; default: chosen by how differences hang together and by the labels",
    )
    add("--palette", default="paper", help="for the colour error: paper (default), or a YAML file")
    add("--by-stamp", action="store_true", help="pair by stamps alone, whatever the bags and topics are called")
    given = parser.parse_args(arguments)
    try:
        return _run(given)
    except (EvaluationError, ColorError) as error:
        print(f"compare: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("compare: stopped", file=sys.stderr)
        return 130


def _run(given: argparse.Namespace) -> int:
    if given.block is not None:
        in_limits("--block", given.block)
    if given.junit and not given.thresholds:
        raise EvaluationError("--junit writes the limits of a threshold file; give --thresholds, too")
    thresholds = load_thresholds(given.thresholds) if given.thresholds else {}
    a, b = load_metrics(given.a), load_metrics(given.b)
    comparison = compare(given.a, given.b, load_palette(given.palette), given.block, by_stamp_alone=given.by_stamp)
    checks = check(thresholds, b, comparison)
    print(text(comparison, a, b))
    if checks:
        print("\n" + "\n".join(check_lines(checks)))
    if given.output:
        content = asdict(comparison) | {"checks": [asdict(item) for item in checks]}
        for item, shown in zip(comparison.differences, content["differences"]):
            shown |= {"verdict": item.verdict, "why_none": item.why_none}
        _write(given.output, json.dumps(content, indent=1) + "\n")
    if given.junit:
        _write(given.junit, junit(checks, readable(f"{given.a.name} to {given.b.name}")))
    return 0 if all(item.met for item in checks) else 1


def _write(path: Path, content: str) -> None:
    try:
        write_whole(path, content, private=False)
    except OSError as error:
        raise EvaluationError(f"'{path}' can't be written: {error.strerror}") from error


if __name__ == "__main__":
    program.loaded()
    program.run(main)
