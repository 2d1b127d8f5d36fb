# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What blur and smallness cost on FER2013Valid: python3 docs/make/face_quality.py FERPLUS.

Every third image, blurred or made smaller and larger again: the accuracy by protocol A, the mean KL(people || model),
and what `fer_perception.classification.quality` measures of it.
"""

import sys
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.classification.quality import SHARPNESS, sharpness
from fer_training.data import load_ferplus
from fer_training.measures.metrics import measure

BLURS = (0.0, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
SIDES = (32, 24, 16, 12, 8)


def blurred(sigma):
    """Blur a crop: Gaussian, sigma in its pixels."""
    return lambda crop: cv2.GaussianBlur(crop, (0, 0), sigma) if sigma else crop


def smaller(side):
    """Show a crop as it is seen with so many pixels."""

    def change(crop):
        small = cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA)
        return cv2.resize(small, (48, 48), interpolation=cv2.INTER_LINEAR)

    return change


def main(root: str) -> None:
    """Print the table."""
    faces = load_ferplus(Path(root), "valid").protocol_a()
    faces = faces.take(np.arange(0, len(faces), 3))
    classifier = EmotionClassifier.load()
    changes = {f"blur, sigma {sigma:g} px of 48": blurred(sigma) for sigma in BLURS}
    changes |= {f"seen with {side} px": smaller(side) for side in SIDES}
    print("| faces | accuracy | KL | sharpness, 5 % to 95 % | mean weight |\n|---|---|---|---|---|")
    for name, change in tqdm(changes.items(), leave=False):
        crops = np.stack([change(image.reshape(48, 48)) for image in faces.images])
        answers = [classifier.backend.run(part[:, None]) for part in np.array_split(crops, len(crops) // 64)]
        result = measure(np.concatenate(answers), faces.labels(), faces.shares())
        values = np.asarray([sharpness(crop) for crop in crops])
        low, high = np.percentile(values, (5, 95))
        weight = np.mean([SHARPNESS(value) for value in values])
        print(f"| {name} | {result.accuracy:.3f} | {result.kl:.3f} | {low:.4f} to {high:.4f} | {weight:.2f} |")


if __name__ == "__main__":
    main(sys.argv[1])
