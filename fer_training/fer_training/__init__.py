# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""People's votes in, a calibrated model file out: data, training, evaluation and export. No ROS in here.

    python3 -m fer_training.data DATA
    python3 -m fer_training.train --data DATA --run RUN --arch NETWORK --recipe RECIPE
    python3 -m fer_training.export --checkpoint RUN --data DATA --output MODEL.onnx
    python3 -m fer_training.evaluate --model MODEL.onnx --data DATA --split valid

Each has --help, and README.md the others: calibrate, explain, quantize, results, votes.
"""

from fer_common.missing import name_missing
from fer_training.errors import TrainingError

__all__ = ["TrainingError"]

name_missing(
    "fer_training",
    ("torch", "onnx", "onnxscript", "safetensors", "tensorboardX", "matplotlib", "PIL", "tqdm", "colour"),
    "'FER_LEVEL=train . scripts/env.bash' sets up what training needs (PyTorch, 2.5 GB), and so does pip with what "
    "requirements/train.in names",
)
