# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""docs/results.md out of run folders: Table 3 and Table 4 beside ours, and the paper's claims."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_models import create_model
from fer_training.pictures.trained_folds import Row
from fer_training.weights.initial_weights import normed_convolutions

PAPER_TABLE_3 = {
    "baseline_cnn": ("60.3 ± 1.2", "0.603", "2.1"),
    "deep_emotion": ("66.2 ± 0.8", "0.662", "4.9"),
    "vggfac_msa": ("78.86 ± 0.5", "0.792", "17.4"),
    "vggfac_stn_msa": ("82.54 ± 0.4", "0.820", "17.6"),
}
"""The paper's accuracy in percent, macro-F1 and millions of parameters."""

PAPER_TABLE_4 = (
    ("Deep-Emotion (Minaee et al., 2021)", "66.0", "4.9"),
    ("CLCM (Gursesli et al., 2024)", "71.0", "2.3"),
    ("RAN (Wang et al., 2020)", "80.4", "11.1"),
    ("DACL (Farzaneh and Qi, 2021)", "80.6", "23.8"),
    ("ACSI-Net (Li et al., 2025)", "81.9", "6.3"),
    ("the paper's VGGFac-STN-MSA", "82.5", "17.6"),
)

PAPER_EPOCHS = 300

MSA_PAIRS = (("vggfac", "vggfac_msa"), ("vggfac_stn", "vggfac_stn_msa"), ("deep_emotion", "deep_emotion_msa"))
CLAIMS = (
    ("STN: 5.9 points (Table 3)", 5.9, (("baseline_cnn", "deep_emotion"),)),
    ("STN: 3.7 points (Table 3)", 3.7, (("vggfac_msa", "vggfac_stn_msa"),)),
    ("MSA: 1 point (text)", 1.0, (("vggfac_stn", "vggfac_stn_msa"),)),
    ("MSA: 12.7 points (text)", 12.7, (("deep_emotion", "deep_emotion_msa"),)),
    ("STN, no figure there", 0.0, (("vggfac", "vggfac_stn"),)),
    ("MSA, no figure there", 0.0, (("vggfac", "vggfac_msa"),)),
)
"""What the paper says in short, its points, and the pairs of networks that it says it of.

12.7 points are the difference of Table 3's VGGFac-MSA and Deep-Emotion, which differ in more than MSA; the text calls
them the gain of MSA over Deep-Emotion's own head, and so they are asked of Deep-Emotion. For the last two pairs it
gives no figure; whether anything is gained is what is asked."""

T_975 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}
"""Student's t, 97.5 %, by degrees of freedom."""


def interval(differences: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 95 % interval of the mean of paired differences, by Student's t; infinite with one fold.

    The folds share their training faces, so it is somewhat too narrow (Bengio and Grandvalet, 2004).
    """
    count = len(differences)
    if count < 2:
        return -math.inf, math.inf
    half = T_975.get(count - 1, 1.96) * float(differences.std(ddof=1)) / math.sqrt(count)
    mean = float(differences.mean())
    return mean - half, mean + half


def page(rows: Sequence[Row], picture: str) -> str:
    """Return the page as Markdown."""
    first = rows[0]
    folds = max(len(row.accuracy) for row in rows)
    recipe, environment = first.about["recipe"], first.about["environment"]
    machine = ", ".join(f"{key} {value}" for key, value in environment.items())
    command = _command(first.about.get("arguments", []))
    partly = [row.name for row in rows if not row.whole or len(row.accuracy) < folds]
    return "\n".join(
        [
            "# Results by cross-validation",
            "",
            f"Written by `python3 -m fer_training.results {command}`.",
            "",
            f"Stratified folds over {first.about['data'].rpartition(', fold ')[0]} (FER2013Test takes no part), "
            f"protocol A, single crop, {_which_epoch(first)}. Every network has the same budget: "
            f"{recipe['epochs']} epochs, targets {recipe['targets']}, seed {first.about['seed']}, "
            f"{first.about['precision']}. Machine: {machine}.",
            "",
            f"Not trained to the end: {', '.join(partly)}." if partly else "Every fold was trained to its end.",
            *_caution(recipe["epochs"], rows),
            *_constrained(recipe, rows),
            "",
            *_networks(rows, picture),
            *_claims({row.name: row for row in rows}),
            *_methods(rows),
        ]
    )


def _which_epoch(row: Row) -> str:
    if not row.chosen:
        return "the last epoch of each fold"
    return "the epoch of each fold that was best on a tenth of its training faces (the fold's own were read once)"


def _networks(rows: Sequence[Row], picture: str) -> list[str]:
    return [
        "## The paper's Table 3",
        "",
        "| network | accuracy, % | macro-F1 | colour error | parameters | MMAC | epochs | the paper |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
        *(_table_3(row) for row in rows),
        "",
        "Mean ± standard deviation over the folds; the paper's accuracy, macro-F1 and parameters. Widths: "
        + _widths(rows)
        + ".",
        "",
        f"![confusion matrices]({picture})",
        "",
    ]


def _claims(rows: dict[str, Row]) -> list[str]:
    return [
        "## The paper's claims",
        "",
        "Paired by fold: networks that differ in one module only, same faces, budget and seed. "
        "Points of accuracy, mean and 95 % interval.",
        "",
        "| claim | pair | difference | holds here |",
        "|---|---|---:|---|",
        *(line for claim in CLAIMS for line in _claim(*claim, rows)),
        "",
        "| claim | pair | multiplications | parameters |",
        "|---|---|---:|---:|",
        *_costs(rows),
        "",
        "What it costs in time is the benchmark's `msa_overhead` (bench/results.json).",
        "",
    ]


def _methods(rows: Sequence[Row]) -> list[str]:
    return [
        "## The paper's Table 4",
        "",
        "Their figures are as the paper prints them, each by its own protocol; ours are those of Table 3 above.",
        "",
        "| method | accuracy, % | parameters, M |",
        "|---|---:|---:|",
        *(f"| {' | '.join(cells)} |" for cells in PAPER_TABLE_4),
        *(f"| {row.name}, ours | {_mean(100 * row.accuracy, 2)} | {row.parameters / 1e6:.2f} |" for row in rows),
        "",
    ]


def _command(arguments: Sequence[str]) -> str:
    """Return the arguments, with names in place of the folders of whoever wrote the page."""
    names = {"--data": "DATA", "--runs": "RUNS", "--output": "docs/results.md"}
    return " ".join(names.get(before, word) for before, word in zip(["", *arguments], arguments))


def _caution(epochs: int, rows: Sequence[Row]) -> list[str]:
    if epochs >= PAPER_EPOCHS and all(row.about["network"].get("width", 1.0) == 1.0 for row in rows):
        return []
    return [
        "",
        f"The paper trains up to {PAPER_EPOCHS} epochs at full width. Less tells how networks begin, not where they "
        "would end: a claim that does not hold here may hold there.",
    ]


def _constrained(recipe: Mapping[str, Any], rows: Sequence[Row]) -> list[str]:
    if recipe["optimizer"]["muon_rate"] == 0:
        return []
    names = [row.name for row in rows if not normed_convolutions(create_model(row.name, **row.about["network"]))]
    if not names:
        return []
    return [
        "",
        f"Orthogonalised steps keep each convolution's norm; no batch-norm makes that free in {', '.join(names)}.",
    ]


def _mean(values: NDArray[np.float64], digits: int) -> str:
    if len(values) < 2:
        return f"{values.mean():.{digits}f}"
    return f"{values.mean():.{digits}f} ± {values.std(ddof=1):.{digits}f}"


def _table_3(row: Row) -> str:
    epochs = f"{min(row.epochs)} of {row.planned}" + ("" if row.whole else " (in part)")
    if row.whole and min(row.epochs) < row.planned:
        epochs = f"{min(row.epochs)} to {max(row.epochs)} of {row.planned}, stopped early"
    paper = ", ".join(PAPER_TABLE_3[row.name]) + " M" if row.name in PAPER_TABLE_3 else "-"
    cells = [
        row.name,
        _mean(100 * row.accuracy, 2),
        _mean(row.macro_f1, 3),
        _mean(row.colour_error, 2),
        f"{row.parameters:,}",
        f"{row.multiplications / 1e6:.0f}",
        f"{epochs}, {len(row.accuracy)} folds",
        paper,
    ]
    return f"| {' | '.join(cells)} |"


def _widths(rows: Sequence[Row]) -> str:
    return ", ".join(f"{row.name} {row.about['network'].get('width', 1.0):g}" for row in rows)


def _claim(words: str, points: float, pairs: Sequence[tuple[str, str]], rows: dict[str, Row]) -> list[str]:
    lines = []
    for without, including in pairs:
        if without not in rows or including not in rows:
            lines.append(f"| {words} | {including} over {without} | not trained | - |")
            continue
        count = min(len(rows[without].accuracy), len(rows[including].accuracy))
        differences = 100 * (rows[including].accuracy[:count] - rows[without].accuracy[:count])
        low, high = interval(differences)
        verdict = "no" if high < points else ("yes" if low >= points else "cannot be told")
        if low > 0 and verdict == "no":
            verdict = "no, but it helps"
        measured = f"{differences.mean():+.2f} ({low:+.2f} to {high:+.2f})"
        lines.append(f"| {words} | {including} over {without} | {measured} | {verdict} |")
    return lines


def _costs(rows: dict[str, Row]) -> list[str]:
    return [
        f"| MSA: at most 4 % latency | {including} over {without} "
        f"| {100 * (rows[including].multiplications / rows[without].multiplications - 1):+.1f} % "
        f"| {100 * (rows[including].parameters / rows[without].parameters - 1):+.1f} % |"
        for without, including in MSA_PAIRS
        if without in rows and including in rows
    ]
