# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The figures of `bench/results.json` out of what was measured, and how they are shown."""

import os
import platform
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from bench.timing import Times

LIMITS = {
    "frame_cpu_over_yardstick": 1.0,
    "latency_p50_over_bare": 1.0,
    "latency_p99_over_p50": 3.0,
    "rss_growth": 0.02,
    "msa_overhead": 0.04,
}
"""What each is meant to stay under."""
LEAST_FPS = {"1": 60, "5": 30, "10": 20}
"""Images a second with so many faces, on two cores."""


INSTRUCTIONS = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "asimddp")
"""Those that convolutions in float32 and int8 gain by."""
PACKAGES = ("numpy", "onnxruntime", "opencv-python-headless", "ros-rclpy", "ros-rmw-fastrtps-cpp", "torch")


def machine() -> dict[str, Any]:
    """Return the machine in words, without its name."""
    told: dict[str, str] = {}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        told.setdefault(name.strip(), value.strip())
    model, flags = told.get("model name", "unknown"), told.get("flags", told.get("Features", "")).split()
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "instructions": [name for name in INSTRUCTIONS if name in flags],
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "architecture": platform.machine(),
        "system": platform.system() + " " + platform.release(),
        "python": platform.python_version(),
        "packages": _versions(),
        "threads": "ONNX Runtime 1 (intra_op and inter_op), OpenCV 1, torch 1, OpenMP 1",
        "date": date.today().isoformat(),
        "load": round(os.getloadavg()[0], 2),
    }


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def ratio(times: Mapping[str, Times], name: str, base: str) -> float:
    """Return one median over another."""
    return times[name].median / times[base].median


def rss_growth(resident: Mapping[str, int], first: int, last: int) -> float | None:
    """Share of resident memory gained between two counts of images; None where the run was too short."""
    counts = sorted(int(count) for count in resident)
    if not counts or counts[-1] < last:
        return None
    begin = next(count for count in counts if count >= first)
    end = next(count for count in counts if count >= last)
    return resident[str(end)] / resident[str(begin)] - 1


def table(results: Mapping[str, Any]) -> str:
    """Return a table for the terminal: every figure beside its limit."""
    lines = [f"{'figure':<28} {'value':>9}   limit"]
    for name, limit in LIMITS.items():
        value = results.get(name)
        shown = "-" if value is None else f"{value:.3f}"
        mark = "" if value is None or value <= limit else "   missed"
        lines.append(f"{name:<28} {shown:>9}   at most {limit:g}{mark}")
    for faces, least in LEAST_FPS.items():
        value = results["frames_per_second"].get(faces)
        shown = "-" if value is None else f"{value:.1f}"
        mark = "" if value is None or value >= least else "   missed"
        lines.append(f"{'frames_per_second, ' + faces + ' faces':<28} {shown:>9}   at least {least}{mark}")
    lines.append(f"{'stn_overhead':<28} {results['stn_overhead']:9.3f}")
    lines.append(f"{'yardstick_ms':<28} {results['yardstick_ms']:9.2f}")
    lines += ["", f"{'one face, times the yardstick':<44} ratio   spread"]
    for name, row in sorted(results["times"].items(), key=lambda item: item[1]["over_yardstick"]):
        lines.append(f"{name:<44} {row['over_yardstick']:5.2f}   ±{100 * row['spread']:.0f} %")
    lines += ["", "counted work an image: " + ", ".join(f"{key} {value:g}" for key, value in results["work"].items())]
    return "\n".join(lines)


def beside(now: Mapping[str, Any], committed: Mapping[str, Any]) -> str:
    """Return the committed ratios beside this run's, for continuous integration."""
    names: Sequence[str] = [*LIMITS, "stn_overhead"]
    rows = [f"{'ratio':<28} {'now':>9} {'committed':>9}"]
    for name in names:
        values = [run.get(name) for run in (now, committed)]
        rows.append(
            f"{name:<28} " + " ".join(f"{value:9.3f}" if value is not None else f"{'-':>9}" for value in values)
        )
    return "\n".join(rows)


def draw(path: Path, results: Mapping[str, Any]) -> None:
    """Write bars of the pipelines' ratios as a PNG."""
    rows = sorted(results["times"].items(), key=lambda item: -item[1]["over_yardstick"])
    shown = [(name, row["over_yardstick"]) for name, row in rows if row["kind"] == "pipeline"]
    shown.append(("ours, whole graph (processor time)", results["frame_cpu_over_yardstick"]))
    shown.sort(key=lambda item: -item[1])
    figure = Figure(figsize=(9, 0.6 * len(shown) + 1.4), layout="constrained")
    axes = figure.subplots()
    colors = ["#1a61af" if name.startswith("ours") else "#9ca3af" for name, _ in shown]
    bars = axes.barh([name for name, _ in shown], [value for _, value in shown], color=colors)
    axes.bar_label(bars, fmt="%.2f", padding=4)
    axes.set_xlabel("one face in 640x480, times the yardstick (a plain VGG for one face, one thread)")
    axes.set_xlim(0, 1.15 * max(value for _, value in shown))
    axes.spines[["top", "right"]].set_visible(False)
    about = results["machine"]
    axes.set_title(f"{about['processor']}, {about['cores']} cores, {about['date']}", fontsize=9, loc="left")
    figure.savefig(path, dpi=120)
