# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a soak came to: samples of the processes, what was injected and what followed; as a page and as a picture."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

MOST_GROWTH = 0.02
"""Of resident memory, from when it has settled until `LAST`."""
LAST = 0.95
"""Of a soak's time; behind it come the faults that end a process, or that fill its memory on purpose."""


@dataclass(frozen=True)
class Sample:
    """One look at the processes."""

    at: float
    """Seconds since the beginning."""
    megabytes: Mapping[str, float]
    threads: Mapping[str, int]
    descriptors: Mapping[str, int]
    pids: Mapping[str, int]
    latency_ms: float
    """Median from an image's stamp to its colour's arrival at another process, since the last look; NaN: none."""


@dataclass
class Happened:
    """One fault."""

    at: float
    name: str
    recovered: float = float("nan")
    """Seconds from its end until the light was right again."""
    failure: str = ""


@dataclass
class Soaked:
    """All of a soak."""

    seconds: float
    seed: int
    settled: float
    samples: list[Sample] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)
    broken: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What was broken of the flash promise, by lamp."""
    frames: Mapping[str, int] = field(default_factory=dict)
    gammas: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """Of what each lamp may make of a colour; 1 alone: it tells its light."""
    codes: Sequence[int] = ()
    """What the processes ended with at last."""

    def grown(self, name: str) -> tuple[float, int, int]:
        """Return a process's growth: of memory as a share, of threads and descriptors in numbers.

        Medians of a minute (at most a tenth of the whole) are compared: from when it has settled, and before `LAST`, of
        the same process. After a fault that sends images of 48 MB the middleware keeps room for one.
        """
        calm = [one for one in self.samples if self.settled <= one.at <= LAST * self.seconds]
        if not calm:
            return 0.0, 0, 0
        calm = [one for one in calm if one.pids[name] == calm[0].pids[name]]
        span = min(60.0, self.seconds / 10)
        first = [one for one in calm if one.at <= calm[0].at + span]
        last = [one for one in calm if one.at >= calm[-1].at - span]
        memory = [float(np.median([one.megabytes[name] for one in part])) for part in (first, last)]
        more = [
            int(
                np.median([getattr(one, kind)[name] for one in last])
                - np.median([getattr(one, kind)[name] for one in first])
            )
            for kind in ("threads", "descriptors")
        ]
        return memory[1] / memory[0] - 1, more[0], more[1]

    def holds(self) -> bool:
        """Whether everything held."""
        names = self.samples[0].pids if self.samples else ()
        grown = [self.grown(name) for name in names]
        return (
            not any(one.failure for one in self.happened)
            and not any(self.broken.values())
            and not any(self.codes)
            and all(memory <= MOST_GROWTH and threads <= 0 and files <= 0 for memory, threads, files in grown)
        )


def sample(at: float, pids: Mapping[str, int], latency_s: Sequence[float]) -> Sample:
    """Look at processes; what has just ended counts as nothing."""
    return Sample(
        at,
        {name: _status(pid, "VmRSS") / 1024 for name, pid in pids.items()},
        {name: _status(pid, "Threads") for name, pid in pids.items()},
        {name: _descriptors(pid) for name, pid in pids.items()},
        dict(pids),
        1000 * float(np.median(latency_s)) if latency_s else float("nan"),
    )


def _status(pid: int, key: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{key}:")), 0)


def _descriptors(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


def page(done: Soaked) -> str:
    """Write what was injected and what followed as Markdown."""
    lines = ["| fault | times | got over | right again after, median (s) | longest (s) |", "|---|---|---|---|---|"]
    for name in dict.fromkeys(sorted(one.name for one in done.happened)):
        ones = [one for one in done.happened if one.name == name]
        times = [one.recovered for one in ones if not one.failure]
        shown = f"{np.median(times):.2f} | {max(times):.2f}" if times else "none | none"
        lines.append(f"| {name} | {len(ones)} | {len(times)} | {shown} |")
    good = sum(not one.failure for one in done.happened)
    lines += ["", f"{len(done.happened)} faults in {done.seconds:.0f} s (seed {done.seed}), {good} got over."]
    for name, found in done.broken.items():
        tells = tuple(done.gammas[name]) == (1.0,)
        held = "for the light that it makes of it" if tells else "at gamma 1, 2.2 and 2.8"
        worst = f"BROKEN: {found[0]}" if found else f"the flash promise held {held}"
        lines.append(f"- `{name}`: {done.frames[name]:,} frames, {worst}.")
    for name in done.samples[0].pids if done.samples else ():
        memory, threads, files = done.grown(name)
        lines.append(
            f"- {name}: resident memory {memory:+.1%} from {done.settled:.0f} s to {LAST * done.seconds:.0f} s, "
            f"threads {threads:+d}, descriptors {files:+d}."
        )
    lines.append(f"- Ended with the codes {', '.join(map(str, done.codes))}.")
    failures = [f"- {one.at:.0f} s, {one.name}: {one.failure}" for one in done.happened if one.failure]
    return "\n".join([*lines, *failures]) + "\n"


def table(done: Soaked) -> str:
    """Return the samples as CSV: seconds, and for each process megabytes, threads, descriptors and its number."""
    names = list(done.samples[0].pids) if done.samples else []
    kinds = ("megabytes", "threads", "descriptors", "pids")
    lines = [",".join(["at_s", "latency_ms", *(f"{name}_{kind}" for name in names for kind in kinds)])]
    for one in done.samples:
        values = [getattr(one, kind)[name] for name in names for kind in kinds]
        lines.append(",".join(f"{value:.1f}" for value in (one.at, one.latency_ms, *values)))
    return "\n".join(lines) + "\n"


def picture(done: Soaked, path: Path) -> None:
    """Draw memory, threads, descriptors and latency over time, with the faults as lines."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(4, 1, sharex=True, figsize=(9, 8), layout="constrained")
    minutes = np.array([one.at / 60 for one in done.samples])
    for axis, kind, label in zip(
        axes, ("megabytes", "threads", "descriptors"), ("MB resident", "threads", "descriptors")
    ):
        for name in done.samples[0].pids:
            axis.plot(minutes, [getattr(one, kind)[name] or np.nan for one in done.samples], label=name)
        axis.set_ylabel(label)
        axis.set_ylim(bottom=0)
    axes[0].legend(loc="lower right")
    axes[3].semilogy(minutes, [one.latency_ms for one in done.samples])
    axes[3].set_ylabel("ms, stamp to colour")
    axes[3].set_xlabel("minutes; grey: a fault, red: one that was not got over")
    for axis in axes:
        for one in done.happened:
            axis.axvline(one.at / 60, color="red" if one.failure else "0.85", linewidth=0.6, zorder=0)
    figure.savefig(path, dpi=90)
    plt.close(figure)
