# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""docs/palettes.md says what the palettes are, and its example works."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from fer_color.palette import PALETTES, load_palette

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "palettes.md").read_text(encoding="utf-8")

# G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, A physiologically-based model for simulation of color vision
# deficiency, IEEE TVCG 15 (2009): their matrices of linear sRGB at full severity.
MACHADO = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ],
}


def script():
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    spec = importlib.util.spec_from_file_location("docs_palettes", DOCS / "make" / "palettes.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_is_what_the_script_prints():
    assert script().table() in TEXT, "python3 docs/make/palettes.py prints it"


def test_the_colour_blind_safe_palette_is_farther_apart_than_the_others_for_every_vision():
    module = script()
    for vision in module.VISIONS:
        distances = {name: module.least(palette, vision)[0] for name, palette in PALETTES.items()}
        assert max(distances, key=distances.get) == "colorblind_safe"
        assert distances["colorblind_safe"] > 19


def test_the_simulation_agrees_with_another_model():
    """Machado's published matrices are another model of the same eyes; they come out close."""
    module = script()
    for vision, matrix in MACHADO.items():
        for rgb in PALETTES["colorblind_safe"].colors:
            values = np.array(rgb) / 255
            linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
            seen = (np.array(matrix) @ linear).clip(0, 1)
            theirs = np.where(seen <= 0.0031308, seen * 12.92, 1.055 * seen ** (1 / 2.4) - 0.055)
            ours = module.seen(rgb, vision)
            assert ours.delta_e(ours.new("srgb", list(theirs)), method="2000") < 15


def test_the_example_is_a_palette(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(TEXT.split("```yaml\n")[1].split("```")[0])
    assert load_palette(str(path)).name == "evening"


@pytest.mark.parametrize("name", PALETTES)
def test_every_palette_has_its_picture(name):
    assert f"(images/palette_{name}.png)" in TEXT
    assert (DOCS / "images" / f"palette_{name}.png").is_file()
