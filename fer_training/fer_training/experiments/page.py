# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What was measured, as Markdown."""

from collections.abc import Mapping

from fer_training.experiments.measured import FIGURES, Budget, Measured, difference
from fer_training.experiments.variants import QUESTIONS, VARIANTS
from fer_training.measures.ten_crop import Gain

POINTS = {"train_accuracy": (100.0, "points of accuracy in training"),
          "accuracy": (100.0, "points of accuracy"), "macro_f1": (100.0, "points of macro-F1"),
          "colour_error": (1.0, "colour error")}  # fmt: skip


def variants_table(measured: Mapping[str, Measured]) -> list[str]:
    """Return a row a variant: mean and standard deviation over the seeds at the last epoch."""
    rows = [
        "| variant | accuracy in training, % | accuracy, % | macro-F1, % | colour error |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, one in measured.items():
        cells = []
        for figure in FIGURES:
            values = one.values(figure) * POINTS[figure][0]
            spread = f" ± {values.std(ddof=1):.1f}" if len(values) > 1 else ""
            cells.append(f"{values.mean():.1f}{spread}")
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return rows


def questions_table(measured: Mapping[str, Measured]) -> list[str]:
    """Return a row a question whose variants were measured: the difference, its interval, and what follows."""
    rows = ["| question | difference | 95 % interval | |", "|---|---:|---:|---|"]
    for question in QUESTIONS:
        found = difference(question, measured)
        if found is None:
            continue
        factor, unit = POINTS[question.figure]
        mean, low, high = (factor * value for value in found)
        rows.append(f"| {question.words} | {mean:+.1f} {unit} | {low:+.1f} to {high:+.1f} | {verdict(low, high)} |")
    return rows


def verdict(low: float, high: float) -> str:
    """Say what an interval of a difference allows to say."""
    return "more" if low > 0 else "less" if high < 0 else "cannot be told"


def warps_table(measured: Mapping[str, Measured]) -> list[str]:
    """Return a row a variant with an STN: how its warps spread over the faces and where the mean one lies, by seed."""
    rows = ["| variant | theta's largest deviation over faces, by seed | the mean map moves a corner by, px of 48 |",
            "|---|---|---|"]  # fmt: skip
    for name, one in measured.items():
        if one.theta:
            spread, moved = zip(*one.theta)
            rows.append(
                f"| {name} | {', '.join(f'{value:.3f}' for value in spread)} | "
                f"{', '.join(f'{value:.1f}' for value in moved)} |"
            )
    return rows if len(rows) > 2 else []


def ten_crop_table(found: Mapping[str, Mapping[str, Gain]]) -> list[str]:
    """Return a row a model: ten crops and the mirror image, each against one look."""
    rows = ["| model | way | points of accuracy | 95 % interval | colour error | 95 % interval |",
            "|---|---|---:|---:|---:|---:|"]  # fmt: skip
    for name, gains in found.items():
        accuracy, colour = gains["accuracy"], gains["colour_error"]
        model, _, way = name.partition("|")
        rows.append(
            f"| {model} | {way} | {100 * accuracy.mean:+.2f} | {100 * accuracy.low:+.2f} to {100 * accuracy.high:+.2f} "
            f"| {colour.mean:+.2f} | {colour.low:+.2f} to {colour.high:+.2f} |"
        )
    return rows


def page(budget: Budget, measured: Mapping[str, Measured], crops: Mapping[str, Mapping[str, Gain]]) -> str:
    """Return everything that was measured, with the budget in words."""
    parts: list[list[str]] = []
    if measured:
        networks = " and ".join(sorted({VARIANTS[name].architecture for name in measured}))
        parts.append([
            f"{budget.faces:,} faces of FER2013Train, {budget.epochs} epochs, {networks} at width {budget.width:g}, "
            f"{budget.seeds} seeds, each of which draws the faces, the first weights and the order; FER2013Valid, the "
            "last epoch; intervals over the seeds (Student's t, paired)."
        ])  # fmt: skip
        parts += [variants_table(measured), questions_table(measured), warps_table(measured)]
    if crops:
        parts.append(ten_crop_table(crops))
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"
