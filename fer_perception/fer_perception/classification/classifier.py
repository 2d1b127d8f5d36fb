# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Faces in an image to distributions over the seven emotions."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_perception.backends import Backend, create_backend, create_other
from fer_perception.backends.answers import ask
from fer_perception.backends.model_file import ModelInfo, find_model
from fer_perception.classification.crops import cut_all, face_square
from fer_perception.classification.prior import apply_prior, prior_factors
from fer_perception.classification.reading import check_reading, pooled_prior
from fer_perception.detectors.base import BoxGeometry, Detection
from fer_perception.errors import PerceptionError
from fer_perception.images.encodings import Pixels


class EmotionClassifier:
    """Cuts the faces as the model asks for, and runs it on all of them at once."""

    def __init__(self, backend: Backend, again: "Callable[[], EmotionClassifier] | None" = None) -> None:
        """Use a loaded model file; `load` loads one, and then knows how to load it `again`."""
        self.backend, self._again = backend, again
        self._factors: NDArray[np.float32] | None = None
        self._reading = 0.0
        self.calls = 0
        """Calls of the network so far, for the benchmark: one for all faces of an image."""

    @classmethod
    def load(
        cls, model: str = "", *, backend: str = "onnxruntime", provider: str = "cpu", threads: int = 1
    ) -> "EmotionClassifier":
        """Load a model file, or another package's classifier of that name.

        Args:
            model: the file, a shipped model's name or that of a classifier that another package has registered; empty
                takes what is shipped for that backend and provider.
            backend: 'onnxruntime' or 'torch'.
            provider: where ONNX Runtime computes.
            threads: for one call.

        Raises:
            PerceptionError: the file is missing or not kept to the contract, or the backend can't be had.
        """
        again = partial(cls.load, model, backend=backend, provider=provider, threads=threads)
        other = create_other(model, threads=threads)
        if other is not None:
            return cls(other, again)
        file = find_model(model, backend=backend, provider=provider)
        return cls(create_backend(backend, file, provider=provider, threads=threads), again)

    def again(self) -> "EmotionClassifier":
        """Load the same once more, for another thread: backends are for one.

        Raises:
            PerceptionError: it can't be had any more, or was not made by `load`.
        """
        if self._again is None:
            raise PerceptionError(f"{self.info.path.name} was not loaded by a name and can't be loaded again; name it")
        return self._again()

    def answer_as(self, other: "EmotionClassifier") -> None:
        """Take over another's prior and reading; both are of the same model."""
        self._factors, self._reading = other._factors, other._reading

    @property
    def info(self) -> ModelInfo:
        """What the model file says of itself."""
        return self.backend.info

    def check_prior(self, prior: str, reading: float = 0.0) -> NDArray[np.float32] | None:
        """Return what `prior` (see prior.py) means for this model's answers under this `reading` (see reading.py).

        Raises:
            PerceptionError: it is malformed, the model does not say what it was trained on, or has but one reading.
        """
        check_reading(reading, has_meant=self.info.has_meant, model=self.info.path.name)
        trained = pooled_prior(self.info.prior, self.info.prior_meant, reading)
        return prior_factors(prior, trained, self.info.path.name)

    def set_prior(self, prior: str, reading: float = 0.0) -> None:
        """Answer under these from now on; raises as `check_prior` does, and keeps those before."""
        self._factors = self.check_prior(prior, reading)
        self._reading = reading

    def classify(self, image: Pixels, faces: Sequence[Detection], geometry: BoxGeometry) -> NDArray[np.float32]:
        """Distributions over `LABELS`, float32 [N, 7], each row summing to 1, one call for all faces.

        Args:
            image: BGR uint8 [H, W, 3] or grey uint8 [H, W].
            faces: found in it; none gives [0, 7].
            geometry: of the detector that found them.

        Raises:
            PerceptionError: the model answers what is no distribution.
        """
        return self.classify_all([(image, faces)], geometry)

    def classify_all(
        self, images: Sequence[tuple[Pixels, Sequence[Detection]]], geometry: BoxGeometry
    ) -> NDArray[np.float32]:
        """Classify the faces of several images in one call, as `classify`, one image's after the other's."""
        crops = [self.crops(image, faces, geometry) for image, faces in images if faces]
        if not crops:
            return np.empty((0, len(LABELS)), dtype=np.float32)
        return self.read(np.concatenate(crops))

    def crops(self, image: Pixels, faces: Sequence[Detection], geometry: BoxGeometry) -> NDArray[np.uint8]:
        """Cut what the network is to see of an image's faces, uint8 [N, 1, 48, 48]; arguments as for `classify`."""
        return cut_all(image, [face_square(face, geometry, self.info.crop) for face in faces])

    def read(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return distributions over `LABELS`, float32 [N, 7], for crops, uint8 [N, 1, 48, 48], N at least 1; as
        `classify`."""
        self.calls += 1
        return apply_prior(ask(self.backend, crops, self._reading), self._factors)
