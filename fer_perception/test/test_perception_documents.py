# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The parameter file and the README say what the code does."""

import dataclasses
from pathlib import Path

import pytest
import yaml

from fer_common.settings import parameter_table
from fer_perception.settings import FuserSettings, NodeSettings

PACKAGE = Path(__file__).parents[1]
FIELDS = dataclasses.fields(NodeSettings)


def test_the_parameter_file_holds_the_defaults():
    given = yaml.safe_load((PACKAGE / "config" / "perception.yaml").read_text())["/**/perception"]["ros__parameters"]
    assert NodeSettings(**given) == NodeSettings()
    assert set(given) == {field.name for field in FIELDS}


def test_the_readme_holds_the_table_that_the_settings_make():
    lines = (PACKAGE / "README.md").read_text().splitlines()
    starts = [index for index, line in enumerate(lines) if line == "| name | type | default | unit, range | reason |"]
    for start, kind in zip(starts, (NodeSettings, FuserSettings)):
        end = next(index for index in range(start, len(lines)) if not lines[index].startswith("|"))
        assert "\n".join(lines[start:end]) == parameter_table(kind), "python3 -m fer_perception.tables README writes it"
    assert len(starts) == 2


@pytest.mark.parametrize("name", [field.name for field in FIELDS])
def test_every_setting_is_in_the_table_once(name):
    rows = [line for line in parameter_table(NodeSettings).splitlines() if line.startswith(f"| `{name}` |")]
    assert len(rows) == 1
    assert rows[0].count(" | ") == 4
