# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The parameter file and the README say what the code does."""

from pathlib import Path

import yaml

from fer_color.settings import Settings
from fer_common.settings import parameter_table


def test_parameter_file_holds_the_defaults():
    path = Path(__file__).parents[1] / "config" / "color.yaml"
    given = yaml.safe_load(path.read_text())["/**/color"]["ros__parameters"]
    assert Settings(**{name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}) == (
        Settings()
    )
    assert set(given) == set(Settings.__dataclass_fields__)


def test_the_readme_holds_the_table_that_the_settings_make():
    text = (Path(__file__).parents[1] / "README.md").read_text()
    assert f"\n{parameter_table(Settings)}\n\n" in text, "python3 -m fer_color.tables README writes it"
