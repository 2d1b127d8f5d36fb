# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python -m bench: the benchmark. Prints a table, writes results.json and a plot."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch

from bench import results as shown
from bench.graph import FIRST, LAST
from bench.measure import FACES, Bench, image_copies
from fer_bringup.fetch_clip import default_path
from fer_perception.errors import PerceptionError

HERE = Path(__file__).resolve().parent
COMMITTED = HERE / "results.json"
SHARED_CLIP = HERE.parent.parent / "shared" / "media" / "sad_to_happy.mp4"
WORK_LIMITS = {"calls": 2.1, "pixels": 0.4 * 640 * 480, "network_calls": 1.0, "copies": 0}
"""Counted work an image with one face, from which on the short form fails; times it only prints."""
REPEATS = 3


def measure(bench: Bench, *, short: bool, neighbours: bool = False) -> dict[str, Any]:
    """Return all figures, in the form of results.json."""
    others = bench.neighbours() if neighbours else {}
    networks, added, pipelines = bench.networks(), bench.overheads(), bench.pipelines()
    yardsticks, steady = [], []
    for _ in range(1 if short else REPEATS):
        before = bench.yardstick_now()
        steady.append(bench.graph(1, 30, 90 if short else 450))
        yardsticks.append((before + bench.yardstick_now()) / 2)
    cpu = [run["cpu_ms"] / yardstick for run, yardstick in zip(steady, yardsticks)]
    latencies = [np.percentile(run["latency_ms"], [50, 99]) for run in steady]
    bare, bare_int8 = (
        pipelines[name].median / pipelines["yardstick"].median
        for name in ("bare: YuNet (ONNX Runtime) + fast", "YuNet (ONNX Runtime) + fast_int8")
    )
    p50 = [float(row[0]) / yardstick / bare for row, yardstick in zip(latencies, yardsticks)]
    fps, seen = {}, {}
    for faces in FACES[:1] if short else FACES:
        run = bench.graph(faces, 150, 100 if short else 600)
        fps[str(faces)] = round(run["processed"] / run["seconds"], 1)
        seen[str(faces)] = round(run["faces"], 2)
    plain = None if short else bench.graph(1, 30, 300, profile=False)
    growth = None if short else shown.rss_growth(bench.graph(1, 150, LAST)["resident"], FIRST, LAST)
    times = {
        name: {
            "over_yardstick": round(row.median / timed["yardstick"].median, 4),
            "spread": round(row.spread, 4),
            "kind": kind,
        }
        for kind, timed in (("network", networks), ("pipeline", pipelines), ("pipeline", others))
        for name, row in timed.items()
        if name != "yardstick"
    }
    yardstick_ms = float(np.median([networks["yardstick"].median, *yardsticks]))
    latency_ms = {name: float(np.median([row[i] for row in latencies])) for i, name in enumerate(("p50", "p99"))}
    return {
        "machine": shown.machine(),
        "short": short,
        "yardstick_ms": round(yardstick_ms, 3),
        "frame_cpu_over_yardstick": round(float(np.median(cpu)), 4),
        "frame_cpu_over_yardstick_repeats": [round(value, 4) for value in cpu],
        "latency_p50_over_bare": round(float(np.median(p50)), 4),
        "latency_p50_over_bare_repeats": [round(value, 4) for value in p50],
        "latency_p50_over_bare_int8": round(float(np.median(p50)) * bare / bare_int8, 4),
        "latency_p99_over_p50": round(float(np.median([row[1] / row[0] for row in latencies])), 4),
        "latency_ms": {name: round(value, 2) for name, value in latency_ms.items()},
        "latency_over_yardstick": {name: round(value / yardstick_ms, 4) for name, value in latency_ms.items()},
        "without_transport_profile": None if plain is None else _latency(plain, yardstick_ms),
        "frames_per_second": fps,
        "faces_seen_at_speed": seen,
        "rss_growth": None if growth is None else round(growth, 4),
        "msa_overhead": round(float(np.median(added["msa"])), 4),
        "stn_overhead": round(float(np.median(added["stn"])), 4),
        "overhead_repeats": {name: [round(share, 4) for share in shares] for name, shares in added.items()},
        "times": times,
        "work": {**{key: round(value, 3) for key, value in steady[0]["work"].items()}, "copies": image_copies()},
        "faces_seen": round(steady[0]["faces"], 3),
    }


def _latency(run: dict[str, Any], yardstick_ms: float) -> dict[str, float]:
    p50, p99 = np.percentile(run["latency_ms"], [50, 99])
    return {
        "p50_ms": round(float(p50), 2),
        "p99_ms": round(float(p99), 2),
        "p50_over_yardstick": round(float(p50) / yardstick_ms, 4),
        "p99_over_yardstick": round(float(p99) / yardstick_ms, 4),
        "a_second": round(run["processed"] / run["seconds"], 1),
    }


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 1 where the short form counted more work than it should, 2 after one line on what was wrong."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--clip", type=Path, help="a video with one face (default: the sample clip)")
    parser.add_argument("--output", type=Path, help="default: bench/results.json; of the short form runs/bench.json")
    parser.add_argument("--short", action="store_true", help="a minute, for CI: fails on counted work, never on a time")
    parser.add_argument("--neighbours", action="store_true", help="install the package fer apart and run it, too")
    parser.add_argument("--if-possible", action="store_true", help="0 where the clip or YuNet's weights are not there")
    options = parser.parse_args(arguments)
    clip = options.clip or (default_path() if default_path().is_file() else SHARED_CLIP)
    output = options.output or (HERE.parent / "runs" / "bench.json" if options.short else COMMITTED)
    torch.set_num_threads(1)
    try:
        bench = Bench(clip, short=options.short, say=lambda text: print(f"bench: {text}", file=sys.stderr, flush=True))
        try:
            found = measure(bench, short=options.short, neighbours=options.neighbours)
        finally:
            bench.close()
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(json.dumps(found, indent=2) + "\n")
        shown.draw(output.with_suffix(".png"), found)
    except (OSError, RuntimeError, PerceptionError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 0 if options.if_possible and isinstance(error, FileNotFoundError | PerceptionError) else 2
    print(shown.table(found))
    if options.short and COMMITTED.is_file():
        print("\n" + shown.beside(found, json.loads(COMMITTED.read_text())))
    print(f"\nwritten: {output}, {output.with_suffix('.png')}")
    too_much = {name: found["work"][name] for name, limit in WORK_LIMITS.items() if found["work"][name] > limit}
    if options.short and too_much:
        print(f"bench: more work an image than allowed: {too_much}, limits {WORK_LIMITS}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
