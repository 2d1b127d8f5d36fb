# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Draw docs/images/networks.png, the paper's Figures 1 to 6 as this code builds them: python3 docs/make/networks.py.

Every box is a module of the network, and every shape what it gave for one face of 48x48 pixels.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from torch import nn

from fer_models import create_model
from fer_models.parts.attention import MultipleSelfAttention, SelfAttention
from fer_models.parts.stn import SpatialTransformer

INK, PALE = "#22303c", "#6b7885"
COLOURS = {"conv": "#dbe9f6", "fc": "#fdebd0", "pool": "#e9ecef", "attention": "#e3f1e1", "none": "#ffffff"}
WIDE, HIGH, GAP = 1.7, 0.76, 0.22
BOXES = (SpatialTransformer, MultipleSelfAttention, SelfAttention)
"""Modules that are one box in the networks that hold them; each has a picture of its own."""
PASSING = (nn.BatchNorm2d, nn.ReLU, nn.Dropout, nn.Identity)
"""Modules that change no shape: named in the box before them."""


@dataclass
class Box:
    """One module, with those behind it that change no shape."""

    text: str
    kind: str
    shape: str
    name: str = ""
    """That of the module within its own."""


def shape_of(output: torch.Tensor) -> str:
    """Return a shape without the batch, as in 64x24x24."""
    return "x".join(map(str, output.shape[1:]))


def words(module: nn.Module) -> tuple[str, str]:
    """Return what a module is, with its sizes, and which colour it has."""
    if isinstance(module, nn.Conv2d):
        return f"Conv {module.kernel_size[0]}x{module.kernel_size[1]}, {module.out_channels}", "conv"
    if isinstance(module, nn.Linear):
        return f"FC {module.in_features} → {module.out_features}", "fc"
    if isinstance(module, (nn.MaxPool2d, nn.AvgPool2d)):
        return (
            f"{'Max' if isinstance(module, nn.MaxPool2d) else 'Mean'}-pool {module.kernel_size}x{module.kernel_size}",
            "pool",
        )
    if isinstance(module, SpatialTransformer):
        return "STN", "attention"
    if isinstance(module, MultipleSelfAttention):
        return f"MSA, N = {len(module.heads)}", "attention"
    if isinstance(module, SelfAttention):
        return "SA", "attention"
    raise TypeError(f"no words for {type(module).__name__}")


def called(network: nn.Module, part: nn.Module | None = None) -> list[Box]:
    """Run a face through the network and return the boxes of `part`, or of the whole, in the order of their calls."""
    part = part or network
    boxes: list[Box] = []
    names = {module: name for name, module in part.named_modules()}

    def note(module: nn.Module, _: object, output: torch.Tensor) -> None:
        if isinstance(module, PASSING):
            if boxes and not isinstance(module, nn.Identity):
                boxes[-1].text += {"BatchNorm2d": "\n+ BN", "Dropout": "\n+ dropout"}.get(
                    type(module).__name__, " + ReLU"
                )
        else:
            text, kind = words(module)
            boxes.append(Box(text, kind, shape_of(output), names[module]))

    def leaves(module: nn.Module) -> list[nn.Module]:
        found = []
        for child in module.children():
            found += [child] if isinstance(child, BOXES) or not list(child.children()) else leaves(child)
        return found

    handles = [leaf.register_forward_hook(note) for leaf in leaves(part)]
    network.train()(torch.zeros(2, 1, 48, 48, device="meta"))  # in training the heads are called one by one
    for handle in handles:
        handle.remove()
    return boxes


def draw_box(axes: Axes, left: float, low: float, box: Box) -> None:
    """Draw a box, its shape below."""
    style = "round,pad=0,rounding_size=0.08"
    patch = FancyBboxPatch((left, low), WIDE, HIGH, boxstyle=style, facecolor=COLOURS[box.kind], edgecolor=INK)
    axes.add_patch(patch)
    axes.text(left + WIDE / 2, low + HIGH / 2, box.text, ha="center", va="center", fontsize=9.5, color=INK)
    axes.text(left + WIDE / 2, low - 0.05, box.shape, ha="center", va="top", fontsize=9, color=PALE)


def arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw an arrow."""
    axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1})


def chain(axes: Axes, left: float, low: float, boxes: list[Box], title: str = "") -> float:
    """Draw boxes side by side with arrows between; return where the next would begin."""
    axes.text(left, low + HIGH + 0.12, title, fontsize=12, weight="bold", color=INK)
    for number, box in enumerate(boxes):
        here = left + number * (WIDE + GAP)
        draw_box(axes, here, low, box)
        if number:
            arrow(axes, (here - GAP, low + HIGH / 2), (here, low + HIGH / 2))
    return left + len(boxes) * (WIDE + GAP)


def draw_head(axes: Axes, low: float, network: nn.Module, head: SelfAttention) -> None:
    """Draw Figure 3: one head of self-attention, equations 2 to 4."""
    boxes = {box.name: box for box in called(network, head)}
    for name, box in boxes.items():
        box.text = f"{name}: {box.text}"
    f, g, h, v = (boxes[name] for name in "fghv")
    places = int(f.shape.split("x")[1]) * int(f.shape.split("x")[2])
    step = WIDE + GAP
    chain(axes, 0, low + 2.4, [f], "Figure 3: self-attention (SA), one head of vggfac_stn_msa")
    draw_box(axes, 0, low + 1.2, g)
    draw_box(axes, 0, low, h)
    draw_box(axes, step, low + 1.8, Box("softmax of gᵀf:\nβ, equation 2", "attention", f"{places}x{places}"))
    draw_box(axes, 2 * step, low + 0.9, Box("h weighed by β", "attention", h.shape))
    draw_box(axes, 3 * step, low + 0.9, v)
    draw_box(axes, 4 * step, low + 0.9, Box("gamma · v + x\n(gamma begins at 0)", "attention", v.shape))
    half = HIGH / 2
    for begin in (2.4, 1.2):
        arrow(axes, (WIDE, low + begin + half), (step, low + 1.8 + half))
    arrow(axes, (WIDE, low + half), (2 * step, low + 0.9 + half))
    arrow(axes, (step + WIDE, low + 1.8 + half), (2 * step, low + 0.9 + half))
    for number in (2, 3):
        arrow(axes, (number * step + WIDE, low + 0.9 + half), ((number + 1) * step, low + 0.9 + half))


def draw_msa(axes: Axes, left: float, low: float, network: nn.Module, msa: MultipleSelfAttention) -> None:
    """Draw Figure 4: the heads and the branch that weighs them, equations 5 and 6."""
    weighing, heads = [], []
    for box in called(network, msa):
        (heads if box.text == "SA" else weighing).append(box)
    step, count = WIDE + GAP, len(heads)
    heads[0].text = f"{count} SA heads,\nside by side"
    end = chain(axes, left, low + 1.8, weighing, "Figure 4: multiple self-attention (MSA) of vggfac_stn_msa")
    chain(axes, end - step, low + 0.3, heads[:1])
    draw_box(axes, end, low + 1.8, Box("sigmoid, each over\ntheir sum: w", "attention", str(count)))
    draw_box(axes, end + step, low + 0.9, Box("Σ w · SA(x),\nequation 5", "attention", heads[0].shape))
    half = HIGH / 2
    arrow(axes, (end - GAP, low + 1.8 + half), (end, low + 1.8 + half))
    arrow(axes, (end + WIDE, low + 1.8 + half), (end + step, low + 0.9 + half))
    arrow(axes, (end - GAP, low + 0.3 + half), (end + step, low + 0.9 + half))


def main() -> None:
    """Draw the picture."""
    with torch.device("meta"):
        baseline, deep, vgg = (create_model(name) for name in ("baseline_cnn", "deep_emotion", "vggfac_stn_msa"))
    (msa,) = [module for module in vgg.modules() if isinstance(module, MultipleSelfAttention)]
    stn = deep.stn
    figure = Figure(figsize=(22, 12), layout="constrained")
    axes = figure.subplots()
    chain(axes, 0, 11.6, called(baseline), "Figure 1: baseline_cnn")
    chain(axes, 0, 9.9, called(deep), "Figure 2: deep_emotion, the baseline behind a spatial transformer")
    localisation = called(deep, stn)
    next(box for box in localisation if box.name == "hidden").text += " + ReLU"  # a function there, and no module
    end = chain(axes, 0, 8.2, localisation, "The spatial transformer (STN), equation 1; the same in vggfac_stn_msa")
    last = Box("grid of θ, sampled\nbilinearly", "attention", called(deep)[0].shape)
    arrow(axes, (end - GAP, 8.2 + HIGH / 2), (end, 8.2 + HIGH / 2))
    draw_box(axes, end, 8.2, last)
    head = msa.heads[0]
    assert isinstance(head, SelfAttention)
    draw_head(axes, 4.1, vgg, head)
    draw_msa(axes, 11.5, 4.1, vgg, msa)
    boxes = called(vgg)
    half = (len(boxes) + 1) // 2
    chain(axes, 0, 2.2, boxes[:half], "Figure 6: vggfac_stn_msa (without STN and MSA: vggfac, the 'custom VGG')")
    chain(axes, 0, 0.6, boxes[half:])
    axes.set_xlim(-0.1, 21.5)
    axes.set_ylim(0.2, 12.9)
    axes.set_axis_off()
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "images" / "networks.png"
    figure.savefig(path, dpi=72)


if __name__ == "__main__":
    main()
