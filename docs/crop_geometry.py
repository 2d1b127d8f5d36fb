"""What the crop's margin and alignment cost on FER2013Valid: python3 docs/crop_geometry.py FERPLUS [YUNET].

Faces pasted into 240x240 canvases, upright or turned by 12 degrees, are found by YuNet and cut as perception does.
"""

import sys
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from bench.pasted import paste
from fer_models import default_model
from fer_perception.classifier import EmotionClassifier
from fer_perception.crops import CropSpec, cut_all, face_square
from fer_perception.detectors.yunet import YuNet
from fer_training.data import load_ferplus
from fer_training.metrics import measure

MODEL = default_model()
MARGINS = (0.8, 0.9, 1.0, 1.1, 1.2, 1.3)
EVERY = 8


def main(root: str, weights: str = "") -> None:
    """Write docs/crop_geometry.md."""
    cv2.setNumThreads(1)
    faces = load_ferplus(Path(root), "valid").protocol_a()
    faces = faces.take(np.arange(0, len(faces), EVERY))
    detector, classifier = YuNet(weights), EmotionClassifier.load(str(MODEL))
    rows = []
    for turned in (0.0, 12.0):
        shown, kept = [], []
        for index, face in enumerate(tqdm(faces.images.reshape(-1, 48, 48), leave=False)):
            image = np.full((240, 240, 3), 128, np.uint8)
            paste(image, face, 120, 120, 120)
            turn = cv2.getRotationMatrix2D((120, 120), turned * (1 if index % 2 else -1), 1.0)
            image = cv2.warpAffine(image, turn, (240, 240), borderMode=cv2.BORDER_REPLICATE) if turned else image
            found = detector.detect(image)
            if found:
                shown.append((image, found[0]))
                kept.append(index)
        some = faces.take(np.asarray(kept))
        for align in ("none", "eyes"):
            for margin in MARGINS:
                spec = CropSpec(margin, align)
                crops = [cut_all(image, [face_square(one, detector.geometry, spec)]) for image, one in shown]
                answers = [classifier.backend.run(np.concatenate(crops[i : i + 64])) for i in range(0, len(crops), 64)]
                result = measure(np.concatenate(answers), some.labels(), some.shares())
                figures = f"{result.accuracy:.3f} | {result.kl:.3f} | {result.colour_error:.2f}"
                rows.append(f"| {turned:g} | {len(kept)} | {align} | {margin:g} | {figures} |")
    head = (
        "| turned, degrees | faces | align | margin | accuracy | KL | colour error |\n|---|---|---|---|---|---|---|\n"
    )
    about = f"Every {EVERY}th face of FER2013Valid, protocol A ({len(faces)}), of which YuNet finds `faces`.\n\n"
    page = "# Crop geometry\n`python3 docs/crop_geometry.py FERPLUS YUNET`\n\n" + about + head + "\n".join(rows) + "\n"
    (Path(__file__).parent / "crop_geometry.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
