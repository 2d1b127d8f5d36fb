"""The parameter file and the README say what the code does."""

import json
from pathlib import Path

import yaml

from fer_color.settings import Settings


def test_parameter_file_holds_the_defaults():
    path = Path(__file__).parents[1] / "config" / "color.yaml"
    given = yaml.safe_load(path.read_text())["/**/color"]["ros__parameters"]
    assert Settings(**{name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}) == (
        Settings()
    )
    assert set(given) == set(Settings.__dataclass_fields__)


def test_readme_names_every_parameter_with_its_default():
    text = (Path(__file__).parents[1] / "README.md").read_text()
    for name, item in Settings.__dataclass_fields__.items():
        default = list(item.default) if isinstance(item.default, tuple) else item.default
        shown = json.dumps(default) if not isinstance(default, str) else default
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name}` |"))
        assert f"| `{shown}` |" in row, row
