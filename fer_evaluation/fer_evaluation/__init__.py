# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A bag in, a verdict out: how well perception and light did on a recording.

    python3 -m fer_evaluation.evaluate_bag BAG --labels CSV --output DIR
    python3 -m fer_evaluation.make_bag VIDEO_OR_FOLDER BAG
    python3 -m fer_evaluation.compare DIR_A DIR_B

A bag is replayed through the very cores that the nodes use, with its own clock, without ROS 2 and without a graph;
only `--live` needs them. docs/evaluation.md defines every figure.
"""

from fer_common.missing import name_missing
from fer_evaluation.errors import EvaluationError

__all__ = ["EvaluationError"]

name_missing(
    "fer_evaluation",
    ("rosbags", "mcap", "matplotlib", "tqdm", "yaml", "lz4", "zstandard", "onnxruntime", "cv2"),
    "'FER_LEVEL=evaluate . scripts/env.bash' sets up what evaluation needs, and so does pip with what "
    "requirements/run.in and evaluate.in name",
)
