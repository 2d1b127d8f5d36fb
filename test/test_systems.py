# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""docs/systems.md says of every network what the registry builds."""

import re
from pathlib import Path

import pytest
import torch

from fer_models import create_model, multiply_accumulates, parameter_count

TEXT = (Path(__file__).resolve().parents[1] / "docs" / "systems.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if re.match(r"\| \w+_?\w* \| 20", line)
]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_counts(row: list[str]) -> None:
    with torch.device("meta"):
        network = create_model(row[0])
    assert row[4] == f"{parameter_count(network):,}"
    assert row[6] == f"{multiply_accumulates(network) / 1e6:,.1f}"
    for file in row[8].split(", "):
        assert (Path(__file__).resolve().parents[1] / "fer_models" / "fer_models" / file).is_file()


def test_every_described_network_is_in_the_table() -> None:
    assert len(ROWS) == 15
