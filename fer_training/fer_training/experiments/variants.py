# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is compared: ways of training that differ in one thing, and the paper's claims about the difference."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fer_training.training.augment import AUGMENTATIONS
from fer_training.training.recipe import Recipe, load_recipe

PAPER, REPORT, SYSTEMS = "paper", "residual_se", "systems"
"""The recipes that variants are, but for their changes: the paper's Table 2, that of the residual + SE report, and that
by which all systems are compared."""
RATE = {"sgd": 0.05, "adam": 2e-3}
"""Highest rates of one cycle; the paper's 1e-2 until validation stands still would learn little in a few epochs."""
QUICK = {"schedule": "one_cycle", "batch": 64, "dropout": 0.2}
"""What the paper's recipe has otherwise here, for the same reason; sampling, augmentation and loss are the paper's."""
NOTHING = {"flip": False}
"""No augmentation at all."""


@dataclass(frozen=True)
class Variant:
    """One way of training."""

    name: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    """What its recipe has in place of the base's."""
    architecture: str = "vggfac"
    base: str = PAPER
    network: Mapping[str, Any] = field(default_factory=dict)
    """What `create_model` is given beside the width."""
    taught: bool = False
    """Whether it learns what a teacher answers."""

    def recipe(self, epochs: int) -> Recipe:
        """Return its recipe for so many epochs, none of them left out."""
        return load_recipe(self.base, epochs=epochs, patience=0, **self.changes)


@dataclass(frozen=True)
class Question:
    """Two variants that differ in one thing."""

    words: str
    """What is asked, and what the paper says, where it does."""
    one: str
    other: str
    figure: str = "accuracy"
    """A scalar of the log: 'accuracy', 'macro_f1', 'colour_error'."""
    halfway: bool = False
    """Whether it is asked half way through the epochs in place of at their end."""


def _quick(method: str = "sgd", localisation_rate: float = 0.1, **changes: Any) -> dict[str, Any]:
    """Return the paper's recipe for a few epochs, and what is changed in it."""
    rates = {"method": method, "learning_rate": RATE[method], "localisation_rate": localisation_rate}
    return QUICK | {"optimizer": rates | {"momentum": 0.9, "weight_decay": 1e-4}} | changes


SETS = {
    "paper": (
        Variant("balanced, augmented", _quick()),
        Variant("as they come, augmented", _quick(sampling="uniform")),
        Variant("balanced, plain", _quick(augmentation=NOTHING)),
        Variant("as they come, plain", _quick(sampling="uniform", augmentation=NOTHING)),
        Variant("Adam", _quick("adam")),
        Variant("STN at 0.1 of the rate", _quick(), "vggfac_stn"),
        Variant("STN at the full rate", _quick(localisation_rate=1.0), "vggfac_stn"),
    ),
    "report": tuple(Variant(name, {"augmentation": name}, "residual_se_cnn", REPORT) for name in AUGMENTATIONS),
    "targets": (
        Variant("people's votes", {}, "resface18", SYSTEMS, {"side": 64}),
        Variant("one label", {"targets": "majority"}, "resface18", SYSTEMS, {"side": 64}),
        Variant("a fixed teacher", {"teacher_share": 1.0}, "resface18", SYSTEMS, {"side": 64}, taught=True),
    ),
}
"""The paper's questions; the rows of the residual + SE report's Table 1, six classes without neutral; and what ResFace
learns: people's distributions, one label, or those of a network that is trained already, as its authors have it."""
VARIANTS = {one.name: one for variants in SETS.values() for one in variants}

QUESTIONS = (
    Question(
        "classes drawn equally often, with augmentation (the paper: 2 to 3 points of macro-F1)",
        "balanced, augmented",
        "as they come, augmented",
        "macro_f1",
    ),
    Question("the same, accuracy", "balanced, augmented", "as they come, augmented"),
    Question("the same without augmentation", "balanced, plain", "as they come, plain", "macro_f1"),
    Question("augmentation, classes as they come", "as they come, augmented", "as they come, plain"),
    Question("augmentation, classes equally often", "balanced, augmented", "balanced, plain", "macro_f1"),
    Question("SGD over Adam (the paper: SGD converges faster)", "balanced, augmented", "Adam"),
    Question("the same half way", "balanced, augmented", "Adam", halfway=True),
    Question("STN at the full rate over a tenth of it", "STN at the full rate", "STN at 0.1 of the rate"),
    Question("an STN at a tenth of the rate over none", "STN at 0.1 of the rate", "balanced, augmented"),
    Question("an STN at the full rate over none", "STN at the full rate", "balanced, augmented"),
    Question("mirror images over no augmentation (the report, FER2013: +2.3)", "horizontal", "none"),
    Question("upside down over no augmentation (the report, FER2013: -3.0)", "vertical", "none"),
    Question("moderate over no augmentation (the report, FER2013: +9.9)", "moderate", "none"),
    Question("ResFace: votes over one label", "people's votes", "one label"),
    Question("the same, colour error", "people's votes", "one label", "colour_error"),
    Question("ResFace: a fixed teacher over one label", "a fixed teacher", "one label"),
    Question("ResFace: a fixed teacher over votes", "a fixed teacher", "people's votes"),
    Question("the same, colour error", "a fixed teacher", "people's votes", "colour_error"),
    Question("aggressive over moderate (the report: +2.0 on FER2013, +0.7 on FER+)", "aggressive", "moderate"),
)
