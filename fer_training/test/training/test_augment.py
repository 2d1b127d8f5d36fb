# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Augmentation of batches."""

from dataclasses import replace

import pytest
import torch

from fer_training.training.augment import AUGMENTATIONS, Augmentation

NOTHING = Augmentation(flip=False)
EVERYTHING = Augmentation(
    flip=True, rotation=30, scale=0.3, shift=0.2, elastic=0.05, contrast=1.0, gamma=1.0, blur=1.0, noise=0.2, erase=1.0
)


def faces(count: int = 32, side: int = 48) -> torch.Tensor:
    return torch.rand(count, 1, side, side, generator=torch.Generator().manual_seed(7))


def changed(augmentation: Augmentation, images: torch.Tensor, side: int = 48, seed: int = 0) -> torch.Tensor:
    return augmentation.apply(images, side, augmentation.draw(len(images), side, torch.Generator().manual_seed(seed)))


@pytest.mark.parametrize("side", [32, 48])
def test_no_strength_changes_nothing(side: int) -> None:
    images = faces(side=side)
    torch.testing.assert_close(changed(NOTHING, images, side), images, atol=1e-5, rtol=0)


def test_flip_mirrors_about_half() -> None:
    images = faces(200)
    out = changed(Augmentation(flip=True), images)
    same = (out - images).abs().amax(dim=(1, 2, 3)) < 1e-4
    mirrored = (out - images.flip(3)).abs().amax(dim=(1, 2, 3)) < 1e-4
    assert bool((same ^ mirrored).all())
    assert 60 < int(mirrored.sum()) < 140


@pytest.mark.parametrize("side", [32, 48])
def test_everything_stays_in_range(side: int) -> None:
    out = changed(EVERYTHING, faces(), side)
    assert out.shape == (32, 1, side, side)
    assert bool(out.isfinite().all())
    assert float(out.min()) >= 0
    assert float(out.max()) <= 1


def test_the_same_seed_gives_the_same_images() -> None:
    assert torch.equal(changed(EVERYTHING, faces(), 48, 3), changed(EVERYTHING, faces(), 48, 3))
    assert not torch.equal(changed(EVERYTHING, faces(), 48, 3), changed(EVERYTHING, faces(), 48, 4))


def test_a_shift_moves_a_dot_by_at_most_its_share() -> None:
    images = torch.zeros(64, 1, 48, 48)
    images[:, :, 22:26, 22:26] = 1
    out = changed(Augmentation(flip=False, shift=0.1), images)
    places = torch.arange(48) + 0.5
    for direction in (2, 3):
        mass = out.sum(dim=(1, 5 - direction))
        moved = (mass * places).sum(dim=1) / mass.sum(dim=1) - 24
        assert 2 < float(moved.abs().max()) < 0.1 * 48 + 0.01


def test_erase_fills_a_rectangle_with_the_mean() -> None:
    images = faces(100)
    out = changed(Augmentation(flip=False, erase=1.0), images)
    masks = (out - images).abs() > 1e-4
    assert 0.01 < float(masks.float().mean()) < 0.2
    for image, result, mask in zip(images, out, masks):
        # A long rectangle may be thinner than a pixel and hit none.
        torch.testing.assert_close(result[mask], image.mean().expand(int(mask.sum())), atol=1e-4, rtol=0)
    none = changed(Augmentation(flip=False, erase=0.0), images)
    torch.testing.assert_close(none, images, atol=1e-5, rtol=0)


def test_a_part_of_the_draws_changes_a_part_of_the_images_alike() -> None:
    images = faces(10)
    draws = EVERYTHING.draw(10, 48, torch.Generator().manual_seed(5))
    whole = EVERYTHING.apply(images, 48, draws)
    for part in (slice(0, 3), slice(3, 10)):
        some = EVERYTHING.apply(images[part], 48, {name: values[part] for name, values in draws.items()})
        torch.testing.assert_close(some, whole[part])


def test_blur_takes_away_what_is_fine_and_leaves_what_is_coarse() -> None:
    fine = torch.zeros(32, 1, 48, 48)
    fine[..., ::2] = 1
    blurred = changed(Augmentation(flip=False, blur=1.0), fine)
    assert float(blurred.std(dim=3).amin()) < 0.1
    coarse = torch.linspace(0, 1, 48).expand(32, 1, 48, 48)
    torch.testing.assert_close(changed(Augmentation(flip=False, blur=1.0), coarse), coarse, atol=0.02, rtol=0)


def test_noise_is_as_strong_as_it_says_at_most() -> None:
    grey = torch.full((64, 1, 48, 48), 0.5)
    deviations = changed(Augmentation(flip=False, noise=0.1), grey).std(dim=(2, 3))
    assert 0.09 < float(deviations.max()) < 0.11
    assert float(deviations.min()) < 0.02


def test_damage_touches_about_its_share_of_the_images() -> None:
    grey = torch.full((400, 1, 48, 48), 0.5)
    deviations = changed(Augmentation(flip=False, noise=0.1, damage=0.25), grey).std(dim=(1, 2, 3))
    assert 70 < int((deviations > 0).sum()) < 130
    fine = torch.zeros(400, 1, 48, 48)
    fine[..., ::2] = 1
    differences = (changed(Augmentation(flip=False, blur=1.0, damage=0.25), fine) - fine).abs().amax(dim=(1, 2, 3))
    assert 70 < int((differences > 1e-3).sum()) < 130


@pytest.mark.parametrize(
    "wrong", [{"rotation": -1}, {"gamma": -0.1}, {"elastic": -0.1}, {"erase": 1.1}, {"damage": -0.1}, {"damage": 1.1}]
)
def test_strengths_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="not negative"):
        Augmentation(**wrong)


def test_a_vertical_flip_turns_about_half_upside_down() -> None:
    image = torch.linspace(0, 1, 48)[:, None].expand(48, 48)
    images = image.expand(400, 1, 48, 48)
    draws = AUGMENTATIONS["vertical"].draw(400, 48, torch.Generator().manual_seed(5))
    out = AUGMENTATIONS["vertical"].apply(images, 48, draws)
    turned = torch.isclose(out, image.flip(0), atol=1e-5).all(dim=(1, 2, 3))
    straight = torch.isclose(out, image, atol=1e-5).all(dim=(1, 2, 3))
    assert bool((turned | straight).all())
    assert 150 < int(turned.sum()) < 250


def test_brightness_is_added_up_to_its_strength() -> None:
    images = torch.full((300, 1, 48, 48), 0.5)
    only = Augmentation(flip=False, brightness=0.2)
    out = only.apply(images, 48, only.draw(300, 48, torch.Generator().manual_seed(6)))
    change = (out - images)[:, 0, 0, 0]
    torch.testing.assert_close(out - images, change[:, None, None, None].expand_as(images))
    assert -0.2 <= float(change.min()) < -0.15
    assert 0.15 < float(change.max()) <= 0.2


@pytest.mark.parametrize(
    ("strengths", "share"), [({"rotation": 15.0, "moved": 0.3}, 0.3), ({"gamma": 0.5, "lit": 0.2}, 0.2)]
)
def test_a_share_of_the_images_is_touched(strengths: dict[str, float], share: float) -> None:
    images = torch.rand(1, 1, 48, 48, generator=torch.Generator().manual_seed(7)).expand(500, 1, 48, 48)
    only = Augmentation(flip=False, **strengths)
    out = only.apply(images, 48, only.draw(500, 48, torch.Generator().manual_seed(8)))
    touched = ((out - images).abs() > 1e-4).any(dim=3).any(dim=2).float().mean()
    assert float(touched) == pytest.approx(share, abs=0.07)


def test_older_recipes_draw_what_they_drew() -> None:
    seed = 9
    old = EVERYTHING.draw(4, 48, torch.Generator().manual_seed(seed))
    more = replace(EVERYTHING, brightness=0.1, vertical_flip=True).draw(4, 48, torch.Generator().manual_seed(seed))
    assert all(torch.equal(old[name], more[name]) for name in old)
    assert more.keys() - old.keys() == {"brightness", "upright"}
