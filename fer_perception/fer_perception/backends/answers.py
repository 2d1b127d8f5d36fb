# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Whether what a network answers is distributions: one check, at loading and for every face. Needs no ROS."""

import numpy as np
from numpy.typing import NDArray

from fer_common.distribution import pooled
from fer_common.emotions import LABELS
from fer_perception.backends.base import Backend
from fer_perception.backends.crop_spec import SIDE
from fer_perception.errors import PerceptionError
from fer_perception.wording import reason

GREY = 128
TOLERANCE = 0.01
"""By which probabilities may miss a sum of 1: what int8 and float16 leave."""


def ask(backend: Backend, crops: NDArray[np.uint8], reading: float = 0.0) -> NDArray[np.float32]:
    """Ask a network: its answers, float32 [N, 7], each row scaled to sum to 1.

    Args:
        backend: a loaded model file.
        crops: uint8 [N, 1, 48, 48], N at least 1.
        reading: 0, what people see, to 1, what was meant; in between `pooled`. Above 0 for files that tell both.

    Raises:
        PerceptionError: it fails, or what it answers are no distributions.
    """
    name = backend.info.path.name
    try:
        answers = [backend.run(crops)] if reading == 0 else list(backend.run_both(crops))
    except Exception as error:  # the backends' libraries have no common root
        raise PerceptionError(f"{name} can't be run: {reason(error)}; export it again, or name another file") from error
    checked = [_checked(answer, len(crops), name) for answer in answers]
    if len(checked) == 1:
        return checked[0]
    seen, meant = checked
    return pooled(seen, meant, reading).astype(np.float32)


def _checked(answers: NDArray[np.float32], count: int, name: str) -> NDArray[np.float32]:
    """Return the answers to `count` crops, each row scaled to sum to 1."""
    if answers.shape != (count, len(LABELS)):
        raise PerceptionError(
            f"{name} answers {count} faces with {list(answers.shape)} numbers, not {[count, len(LABELS)]}; "
            "export it again"
        )
    if not np.isfinite(answers).all():
        raise PerceptionError(f"{name} answers what is no number; export or train it again")
    sums = answers.sum(axis=1, keepdims=True)
    if np.min(answers) < 0 or np.max(abs(sums - 1.0)) > TOLERANCE:
        raise PerceptionError(
            f"{name}'s probabilities reach from {np.min(answers):.3g} to {np.max(answers):.3g} and sum to "
            f"{float(sums.flat[0]):.3f}, not 1: these may be logits; export it again with "
            "'python3 -m fer_training.export', or end its graph in a Softmax"
        )
    return np.asarray(answers / sums, dtype=np.float32)


def check_on_grey(backend: Backend) -> None:
    """Ask a network for two grey faces at once, by both readings where it has them; raises as `ask`."""
    ask(backend, np.full((2, 1, SIDE, SIDE), GREY, np.uint8), 0.5 if backend.info.has_meant else 0.0)
