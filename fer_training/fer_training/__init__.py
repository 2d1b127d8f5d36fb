"""People's votes in, a calibrated model file out: data, training, evaluation and export. No ROS in here.

    python3 -m fer_training.data DATA
    python3 -m fer_training.train --data DATA --run RUN --arch NETWORK --recipe RECIPE
    python3 -m fer_training.export --checkpoint RUN --data DATA --output MODEL.onnx
    python3 -m fer_training.evaluate --model MODEL.onnx --data DATA --split valid

Each has --help, and README.md the others: calibrate, explain, quantize, results, votes.
"""

from fer_training.errors import TrainingError

__all__ = ["TrainingError"]
