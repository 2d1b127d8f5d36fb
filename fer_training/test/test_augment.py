"""Augmentation of batches."""

import pytest
import torch

from fer_training.augment import Augmentation

NOTHING = Augmentation(flip=False)
EVERYTHING = Augmentation(
    flip=True, rotation=30, scale=0.3, shift=0.2, elastic=0.05, contrast=1.0, gamma=1.0, erase=1.0
)


def faces(count: int = 32, side: int = 48) -> torch.Tensor:
    return torch.rand(count, 1, side, side, generator=torch.Generator().manual_seed(7))


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("side", [32, 48])
def test_no_strength_changes_nothing(side: int) -> None:
    images = faces(side=side)
    torch.testing.assert_close(NOTHING.apply(images, side, seeded()), images, atol=1e-5, rtol=0)


def test_flip_mirrors_about_half() -> None:
    images = faces(200)
    out = Augmentation(flip=True).apply(images, 48, seeded())
    same = (out - images).abs().amax(dim=(1, 2, 3)) < 1e-4
    mirrored = (out - images.flip(3)).abs().amax(dim=(1, 2, 3)) < 1e-4
    assert bool((same ^ mirrored).all())
    assert 60 < int(mirrored.sum()) < 140


@pytest.mark.parametrize("side", [32, 48])
def test_everything_stays_in_range(side: int) -> None:
    out = EVERYTHING.apply(faces(), side, seeded())
    assert out.shape == (32, 1, side, side)
    assert bool(out.isfinite().all())
    assert float(out.min()) >= 0
    assert float(out.max()) <= 1


def test_the_same_seed_gives_the_same_images() -> None:
    assert torch.equal(EVERYTHING.apply(faces(), 48, seeded(3)), EVERYTHING.apply(faces(), 48, seeded(3)))
    assert not torch.equal(EVERYTHING.apply(faces(), 48, seeded(3)), EVERYTHING.apply(faces(), 48, seeded(4)))


def test_a_shift_moves_a_dot_by_at_most_its_share() -> None:
    images = torch.zeros(64, 1, 48, 48)
    images[:, :, 22:26, 22:26] = 1
    out = Augmentation(flip=False, shift=0.1).apply(images, 48, seeded())
    places = torch.arange(48) + 0.5
    for direction in (2, 3):
        mass = out.sum(dim=(1, 5 - direction))
        moved = (mass * places).sum(dim=1) / mass.sum(dim=1) - 24
        assert 2 < float(moved.abs().max()) < 0.1 * 48 + 0.01


def test_erase_fills_a_rectangle_with_the_mean() -> None:
    images = faces(100)
    out = Augmentation(flip=False, erase=1.0).apply(images, 48, seeded())
    changed = (out - images).abs() > 1e-4
    assert 0.01 < float(changed.float().mean()) < 0.2
    for image, result, mask in zip(images, out, changed):
        # A long rectangle may be thinner than a pixel and hit none.
        torch.testing.assert_close(result[mask], image.mean().expand(int(mask.sum())), atol=1e-4, rtol=0)
    none = Augmentation(flip=False, erase=0.0).apply(images, 48, seeded())
    torch.testing.assert_close(none, images, atol=1e-5, rtol=0)


@pytest.mark.parametrize("wrong", [{"rotation": -1}, {"gamma": -0.1}, {"elastic": -0.1}, {"erase": 1.1}])
def test_strengths_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="not negative"):
        Augmentation(**wrong)
