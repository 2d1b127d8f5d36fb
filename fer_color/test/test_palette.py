# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Palettes by name and from a file."""

import pytest

from fer_color.errors import ColorError
from fer_color.palette import PALETTES, PAPER, load_palette
from fer_common.emotions import LABELS

GOOD = "name: mine\n" + "".join(f"{label}: [{index}, 0, 255]\n" for index, label in enumerate(LABELS))


def test_paper_is_table_5():
    assert load_palette("paper") is PAPER
    named = dict(zip(LABELS, PAPER.colors))
    assert named["sad"] == (26, 97, 175)
    assert named["happy"] == (74, 184, 71)
    assert named["neutral"] == (255, 255, 255)


def test_file(tmp_path):
    path = tmp_path / "evening.yaml"
    path.write_text(GOOD)
    palette = load_palette(str(path))
    assert palette.name == "mine"
    assert palette.colors[6] == (6, 0, 255)
    path.write_text(GOOD.replace("name: mine\n", ""))
    assert load_palette(str(path)).name == "evening"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD.replace("happy:", "hapy:"), "lacks happy"),
        (GOOD + "joy: [1, 2, 3]\n", "more than"),
        (GOOD.replace("[3, 0, 255]", "[3, 0, 256]"), "happy: give three whole numbers"),
        (GOOD.replace("[3, 0, 255]", "[3, 0]"), "happy"),
        (GOOD.replace("[3, 0, 255]", "green"), "happy"),
        (GOOD.replace("[3, 0, 255]", "[0.5, 0, 0]"), "happy"),
        (GOOD + "happy: [1, 2, 3]\n", "'happy' is given 2 times"),
        (GOOD.replace("[3, 0, 255]", "[true, 0, 255]"), "happy: give three whole numbers"),
        (GOOD.replace("[3, 0, 255]", "[-1, 0, 255]"), "happy: give three whole numbers"),
        (GOOD.replace("[3, 0, 255]", "[[1], 0, 255]"), "happy: give three whole numbers"),
        (GOOD.replace("[3, 0, 255]", ""), "happy: give three whole numbers"),
        ("? [a, b]\n: 1\n", "cannot be read"),
        ("!!python/object/apply:os.system ['true']\n", "cannot be read"),
        ("", "mapping"),
        ("- a\n- b\n", "mapping"),
        ("angry: [1, 2\nx", "cannot be read"),
        ("\x00", "cannot be read"),
        (GOOD.replace("[3, 0, 255]", "2001-99-99"), "cannot be read: month must be in 1..12"),
        (GOOD.replace("[3, 0, 255]", "!!timestamp noon"), "cannot be read"),
        (GOOD.replace("[3, 0, 255]", "[" * 2000), "cannot be read"),
    ],
)
def test_wrong_file_is_named_in_one_line(tmp_path, text, says):
    path = tmp_path / "palette.yaml"
    path.write_text(text)
    with pytest.raises(ColorError, match=says) as caught:
        load_palette(str(path))
    assert "\n" not in str(caught.value)


def test_unknown_palette_lists_what_exists():
    with pytest.raises(
        ColorError, match=r"unknown palette 'pastel': use one of colorblind_safe, paper, plutchik, or the path"
    ):
        load_palette("pastel")


def test_every_named_palette_has_seven_different_colours():
    for name, palette in PALETTES.items():
        assert load_palette(name) is palette
        assert palette.name == name
        assert len(set(palette.colors)) == 7


def test_home_of_nobody():
    with pytest.raises(ColorError, match=r"palette file '~no\.such\.user/p\.yaml' cannot be read"):
        load_palette("~no.such.user/p.yaml")


def test_missing_file():
    with pytest.raises(ColorError, match="cannot be read"):
        load_palette("/nowhere/palette.yaml")
