# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Images on a page: each in its place, with its title above it."""

from pathlib import Path

import numpy as np
from PIL import Image

from fer_training.pictures.panels import panels
from fer_training.pictures.sheet import Sheet

DPI = 50


def test_each_image_is_where_it_belongs_with_its_title_above(tmp_path: Path) -> None:
    sheet = Sheet(2, 3, side=1.0, gap=(0.2, 0.4), left=0.5, top=0.8, title="")
    greys = np.arange(6).reshape(2, 3) * 40 + 20
    for row, column in np.ndindex(2, 3):
        sheet.face(row, column, np.full((48, 48), greys[row, column], np.uint8))
    sheet.title(1, 2, "W", fontsize=12, color="red")
    sheet.save(tmp_path / "sheet.png", DPI)
    page = np.asarray(Image.open(tmp_path / "sheet.png").convert("RGB")).astype(int)
    assert page.shape[:2] == (round((0.8 + 2 * 1.4) * DPI), round((0.5 + 3 * 1.2) * DPI))
    for row, column in np.ndindex(2, 3):
        top, left = round((0.8 + 1.4 * row) * DPI), round((0.5 + 1.2 * column) * DPI)
        assert (np.abs(page[top + 1 : top + DPI - 1, left + 1 : left + DPI - 1] - greys[row, column]) <= 1).all()
        assert (page[top + DPI + 2, left : left + DPI] == 255).all()
        assert (page[top : top + DPI, left - 3] == 255).all()
    rows, columns = np.nonzero((page[..., 0] > 200) & (page[..., 1] < 100))
    assert (0.8 + 1.4 - 0.4) * DPI < rows.min() <= rows.max() < (0.8 + 1.4) * DPI
    assert columns.mean() / DPI == np.clip(columns.mean() / DPI, 0.5 + 2.4 + 0.45, 0.5 + 2.4 + 0.55)


def test_panels_have_their_inches() -> None:
    figure, grid = panels(2, 2, size=(3, 2), gap=(0.5, 0.25), left=1, right=0.5, top=0.75, bottom=0.5)
    width, height = figure.get_size_inches()
    assert (width, height) == (1 + 3 + 0.5 + 3 + 0.5, 0.75 + 2 + 0.25 + 2 + 0.5)
    place = grid[1, 0].get_position()
    found = (place.x0 * width, place.y0 * height, place.width * width, place.height * height)
    np.testing.assert_allclose(found, (1, 0.5, 3, 2), atol=1e-9)
