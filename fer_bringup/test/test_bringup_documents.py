# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The README says what the code does."""

from pathlib import Path

from fer_bringup.settings import SourceSettings
from fer_common.settings import parameter_table


def test_the_readme_holds_the_table_that_the_settings_make():
    readme = Path(__file__).resolve().parents[1] / "README.md"
    assert f"\n{parameter_table(SourceSettings)}\n\n" in readme.read_text(), (
        "python3 -m fer_bringup.tables README writes it"
    )
