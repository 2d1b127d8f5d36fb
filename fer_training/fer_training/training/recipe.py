# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A training recipe: everything but the data, the architecture and the seed, read from a YAML file."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from fer_common.emotions import LABELS
from fer_common.errors import shown
from fer_common.yaml_file import read_mapping
from fer_training.data.sampling import SAMPLINGS
from fer_training.errors import TrainingError
from fer_training.training.augment import AUGMENTATIONS, Augmentation

METHODS = ("sgd", "adam", "adamw")
SPLITTINGS = ("own", "deep_emotion")
DECAYED = ("all", "last_two")
RECIPES = Path(__file__).parent.parent / "recipes"


@dataclass(frozen=True)
class Optimizer:
    """SGD with Nesterov momentum, its steps on the VGG's convolutions orthogonalised if asked for; Adam; or AdamW."""

    method: str = "sgd"
    """'sgd', 'adam' (Kingma and Ba, 2015), which the paper names beside it, or 'adamw' (Loshchilov and Hutter, 2019),
    whose decay is apart from the gradient."""

    learning_rate: float = 0.01
    """The first rate of a plateau schedule, the highest of the others."""
    momentum: float = 0.9
    """Of Adam: its first moment's decay."""
    weight_decay: float = 1e-4
    """L2 weight; not applied to batch-norm, biases and gamma."""
    decayed: str = "all"
    """Whose weights decay: 'all', or 'last_two': the classifier's last two linear layers' (Deep-Emotion)."""
    muon_rate: float = 0.0
    """The highest rate of orthogonalised steps on 3x3 convolutions (see muon.py); 0 leaves them to plain SGD."""
    localisation_rate: float = 0.1
    """The spatial transformer's rate as a share of the others'; at the full rate it collapses."""

    def __post_init__(self) -> None:
        """Raise ValueError for a value out of range."""
        if min(self.learning_rate, self.weight_decay, self.muon_rate, self.localisation_rate) < 0:
            raise ValueError("an optimizer's rates and weight_decay are not negative")
        if self.method not in METHODS:
            raise ValueError(f"method is '{self.method}', expected one of {', '.join(METHODS)}")
        if self.decayed not in DECAYED:
            raise ValueError(f"decayed is '{self.decayed}', expected one of {', '.join(DECAYED)}")
        if self.method != "sgd" and self.muon_rate > 0:
            raise ValueError("orthogonalised steps (muon_rate) go with method sgd; set muon_rate to 0")
        if not 0 < self.momentum < 1:
            raise ValueError(f"momentum is {self.momentum:g}, expected above 0 and below 1")


@dataclass(frozen=True)
class Recipe:
    """How to train. Every value is in the recipe file, or has the default below."""

    targets: str = "votes"
    """'votes': people's distribution; 'majority': one-hot."""
    optimizer: Optimizer = field(default_factory=Optimizer)
    schedule: str = "one_cycle"
    """'one_cycle' (rises, then a cosine to 0), 'stable' (rises, stands, then falls linearly to 0) or 'plateau' (lower
    when validation stands still)."""
    warmup: float = 0.2
    """Share of the steps in which a one-cycle or stable schedule rises."""
    cooldown: float = 0.3
    """Share of the steps in which a stable schedule falls."""
    plateau_factor: float = 0.5
    plateau_patience: int = 2
    """Epochs without a better validation before the rate is lowered."""
    lowest_rate: float = 0.0
    """Below which a plateau schedule does not lower the rate."""
    best_by: str = "accuracy"
    """What makes a validation better, for the best checkpoint, the plateau and the patience: 'accuracy' or 'loss'."""
    epochs: int = 50
    patience: int = 0
    """Stop after this many epochs without a better validation; 0 never stops early."""
    batch: int = 128
    dropout: float = 0.5
    dropped: float | None = None
    """The last block's share of stochastic depth, 0 to 1, for networks that have it; None leaves the network's own."""
    initial_deviation: float = 0.0
    """Weights begin as normal random numbers of this standard deviation; 0 leaves PyTorch's own beginning."""
    label_smoothing: float = 0.0
    """Share of the targets that is spread evenly over the seven emotions, 0 to 1."""
    own_loss: float = 1.0
    """Weight of the loss that a network brings itself: ResFace's compact branch, EmoNeXt's attention."""
    ema: float = 0.0
    """Decay of the weights' running mean per step; 0 keeps none. The mean is what is validated and exported."""
    sampling: str = "uniform"
    """'uniform', 'balanced': every class equally often (the paper's equations 7 and 8), or 'sqrt', half way."""
    teacher_share: float = 0.5
    """Share of a teacher's answers in the targets, 0 to 1, where one is given; the rest are the people's."""
    words: float = 0.0
    """Weight of the loss on the words under which pictures were found, beside that on the targets; above 0 the network
    gets a second head, `meant`. Faces without a word count for the targets alone."""
    words_teacher_share: float = 0.0
    """Share of a teacher's answers in what the second head learns, 0 to 1, where the teacher has such a head; the rest
    is the word. Above 0, faces without a word count by that share."""
    splits: str = "own"
    """'own': the data set's; 'deep_emotion': those of its authors, with one label a face (deep_emotion_splits.py)."""
    classes: tuple[str, ...] = LABELS
    """The emotions whose faces it learns from and is validated on; the others' are left out."""
    without_twins: bool = False
    """Leaves out of the training faces those that another split shows, too, to the last pixel."""
    sides: tuple[tuple[int, float], ...] = ((48, 1.0),)
    """Image side in pixels and the share of the epochs for which it holds, in order."""
    augmentation: Augmentation = field(default_factory=Augmentation)

    def __post_init__(self) -> None:
        """Raise ValueError for a value that is unknown or out of range."""
        for name, allowed in (
            ("targets", ("votes", "majority")),
            ("schedule", ("one_cycle", "stable", "plateau")),
            ("sampling", SAMPLINGS),
            ("splits", SPLITTINGS),
            ("best_by", ("accuracy", "loss")),
        ):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is '{getattr(self, name)}', expected one of {', '.join(allowed)}")
        if len(set(self.classes) & set(LABELS)) != len(self.classes) or len(self.classes) < 2:
            raise ValueError(f"classes is '{', '.join(map(str, self.classes))}', expected some of {', '.join(LABELS)}")
        for name in ("teacher_share", "words_teacher_share", "warmup", "cooldown", "plateau_factor"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name):g}, expected 0 to 1")
        for name in ("dropout", "ema", "dropped", "label_smoothing"):
            if not 0 <= (getattr(self, name) or 0) < 1:
                raise ValueError(f"{name} is {getattr(self, name):g}, expected at least 0 and below 1")
        for name in ("words", "own_loss", "lowest_rate", "initial_deviation"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name):g}, expected at least 0")
        if self.epochs < 1 or self.batch < 2:
            raise ValueError("epochs must be at least 1 and batch at least 2")
        if min(self.patience, self.plateau_patience) < 0:
            raise ValueError("patience and plateau_patience are not negative")
        if any(side < 32 for side, _ in self.sides):
            raise ValueError("sides must be at least 32 pixels: the networks halve them four times")
        if not self.sides or abs(sum(share for _, share in self.sides) - 1) > 1e-6:
            raise ValueError("the shares in sides must sum to 1")
        if any(share < 0 for _, share in self.sides):
            raise ValueError("the shares in sides are not negative")

    def may_go_on_as(self, other: "Recipe", epoch: int) -> bool:
        """Tell whether a run that has done `epoch` epochs by this recipe may go on by the other: only `epochs` may
        differ.

        Rates and sides go by shares of the epochs, so a stable schedule's may change only before its fall has begun,
        and a one-cycle's not at all.
        """
        if replace(self, epochs=other.epochs, patience=other.patience) != other:
            return False
        if self.epochs == other.epochs or self.schedule == "plateau":
            return True
        return self.schedule == "stable" and epoch <= (1 - self.cooldown) * min(self.epochs, other.epochs)

    def side(self, epoch: int) -> int:
        """Return the images' side in this epoch, counted from 0."""
        end = 0.0
        for side, share in self.sides:
            end += share * self.epochs
            if epoch < round(end):
                return side
        return self.sides[-1][0]


def load_recipe(name: str, **changes: Any) -> Recipe:
    """Load a recipe by the name of one that ships ('paper', 'ours', 'shipped/f') or by a file's path.

    Args:
        changes: values that replace the file's, such as `epochs=10`, with which `patience` keeps its share of them;
            None leaves the file's.

    Raises:
        TrainingError: there is no such file, or a value in it is unknown, of another type or out of range.
    """
    ships = RECIPES / f"{name}.yaml"
    path = ships if ships.is_file() else Path(name)
    if not path.exists():
        known = ", ".join(sorted(str(file.relative_to(RECIPES).with_suffix("")) for file in RECIPES.rglob("*.yaml")))
        raise TrainingError(f"no recipe '{name}'; there are: {known}, or a YAML file's path")
    content = read_mapping(path, "recipe", TrainingError, "epochs: 50")
    try:
        made = recipe_of({**content, **{key: value for key, value in changes.items() if value is not None}})
        if "patience" not in changes and made.patience and made.epochs != int(content.get("epochs", made.epochs)):
            # The paper's early stopping waits for a tenth of the epochs, however many they are.
            made = replace(made, patience=max(1, round(made.patience * made.epochs / int(content["epochs"]))))
        return made
    except (TypeError, ValueError) as error:
        raise TrainingError(f"recipe '{path}': {error}") from error


def recipe_of(content: Mapping[str, Any]) -> Recipe:
    """Return the recipe that a file's or a checkpoint's content stands for.

    Raises:
        TypeError, ValueError: a key is unknown, or a value is of another type or out of range.
    """
    if not isinstance(content, Mapping):
        raise ValueError(f"it is {shown(content)}, expected names with their values")
    known = {**content}
    known["optimizer"] = Optimizer(**_typed(Optimizer, known.get("optimizer") or {}))
    known["augmentation"] = _augmentation(known.get("augmentation") or {})
    known["classes"] = _classes(known.get("classes") or LABELS)
    known["sides"] = _sides(known.get("sides", [[48, 1.0]]))
    return Recipe(**_typed(Recipe, known))


def _classes(content: Any) -> tuple[Any, ...]:
    if not isinstance(content, list | tuple) or not all(isinstance(name, str) for name in content):
        raise ValueError(f"classes is {shown(content)}, expected a list of emotions' names")
    return tuple(content)


def _sides(content: Any) -> tuple[tuple[int, float], ...]:
    pairs = list(content) if isinstance(content, list | tuple) else []
    if not pairs or not all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in pairs):
        raise ValueError(f"sides is {shown(content)}, expected pairs of pixels and a share: [[32, 0.5], [48, 0.5]]")
    return tuple((_number("a side", side, int), _number("a side's share", share, float)) for side, share in pairs)


def _augmentation(content: Any) -> Augmentation:
    if not isinstance(content, str):
        return Augmentation(**_typed(Augmentation, content))
    if content not in AUGMENTATIONS:
        raise ValueError(f"no augmentation '{content}'; there are: {', '.join(AUGMENTATIONS)}, or strengths by name")
    return AUGMENTATIONS[content]


def _typed(kind: type, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content with each number as its field has it: YAML takes 5e-4, without a point, for a text."""
    if not isinstance(content, Mapping):
        raise ValueError(f"{kind.__name__.lower()} is {shown(content)}, expected names with their values")
    types = {item.name: item.type for item in fields(kind)}
    unknown = content.keys() - types.keys()
    if unknown:
        raise ValueError(f"unknown keys {', '.join(sorted(map(str, unknown)))}")
    return {name: _number(name, value, types[name]) for name, value in content.items()}


def _number(name: str, value: Any, kind: Any) -> Any:
    if kind == float | None:
        return None if value is None else _number(name, value, float)
    if kind is bool and not isinstance(value, bool):
        raise ValueError(f"{name} is '{value}', expected true or false")
    if kind not in (int, float):
        return value
    try:
        number = float("nan" if isinstance(value, bool) else value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or (kind is int and number != int(number)):
        raise ValueError(f"{name} is '{value}', expected a {'whole ' if kind is int else ''}number")
    return kind(number)
