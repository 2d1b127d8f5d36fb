# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Which file holds the labels of which bag."""

from collections.abc import Mapping, Sequence
from glob import escape
from pathlib import Path

from fer_evaluation.bags.bag import bag_name, name_on_disk
from fer_evaluation.errors import EvaluationError
from fer_evaluation.scores.labels import Labels, load_labels


def find_labels(bags: Sequence[Path], given: Path | None) -> dict[Path, Labels | None]:
    """Find the labels of each bag: a file for one bag; a folder's NAME.labels.csv for several; None for a bag without.

    Raises:
        EvaluationError: a file is odd, one file was given for several bags, or the folder has none for these bags.
    """
    if given is None:
        return dict.fromkeys(bags)
    if not given.is_dir():
        if len(bags) > 1:
            raise EvaluationError(
                f"'{given}' is one label file for {len(bags)} bags; name a folder that holds NAME.labels.csv for each"
            )
        return {bags[0]: load_labels(given)}
    found: dict[Path, Labels | None] = {}
    for bag in bags:
        name = name_on_disk(bag)
        file = given / f"{name}.labels.csv"
        files = [file] if file.exists() else sorted(given.glob(f"{escape(name)}.labels.*"))
        found[bag] = load_labels(files[0]) if files else None
    if not any(found.values()):
        there = "; it holds: " + _shown(names) if (names := _names(given)) else ""
        raise EvaluationError(f"'{given}' holds no NAME.labels.csv for any of the bags, such as '{file.name}'{there}")
    return found


def without_each_other(found: Mapping[Path, Labels | None], given: Path | None) -> list[str]:
    """Say in a line each which bags have no labels where others have, and which label files have no bag.

    Args:
        found: of `find_labels`.
        given: what the user named; only a folder may hold more than is wanted.
    """
    if given is None or not given.is_dir():
        return []
    lines = []
    bare = [bag_name(path) for path, labels in found.items() if labels is None]
    if bare:
        lines.append(f"{len(bare)} of {len(found)} bags have no labels in '{given}': {_shown(bare)}")
    bags = {name_on_disk(path) for path in found}
    spare = [name for name in _names(given) if name.rpartition(".labels.")[0] not in bags]
    if spare:
        lines.append(f"{len(spare)} label files in '{given}' are called like none of the bags: {_shown(spare)}")
    return lines


def _names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.glob("*.labels.*"))


def _shown(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names[:5]) + (", ..." if len(names) > 5 else "")
