"""docs/palettes.md says what the palettes are, and its example works."""

import importlib.util
from pathlib import Path

import pytest

from fer_color.palette import PALETTES, load_palette

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "palettes.md").read_text(encoding="utf-8")


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


def test_the_simulation_agrees_with_another_library():
    """Machado's matrices as colour-science has them are another model of the same eyes; they come out close."""
    colour = pytest.importorskip("colour", reason="colour-science is not installed")
    module = script()
    for vision, name in (("protanopia", "Protanomaly"), ("deuteranopia", "Deuteranomaly")):
        matrix = colour.matrix_cvd_Machado2009(name, 1.0)
        for rgb in PALETTES["colorblind_safe"].colors:
            linear = colour.cctf_decoding([value / 255 for value in rgb], "sRGB")
            theirs = colour.cctf_encoding((matrix @ linear).clip(0, 1), "sRGB")
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
