"""A bag in, a verdict out: how well perception and light did on a recording.

    python3 -m fer_evaluation.evaluate_bag BAG --labels CSV --output DIR
    python3 -m fer_evaluation.make_bag VIDEO_OR_FOLDER BAG
    python3 -m fer_evaluation.compare DIR_A DIR_B

A bag is replayed through the very cores that the nodes use, with its own clock, without ROS 2 and without a graph;
only `--live` needs them. docs/evaluation.md defines every figure.
"""

from fer_evaluation.errors import EvaluationError

__all__ = ["EvaluationError"]
