# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""YuNet through ONNX Runtime, on images of any size."""

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_common.onnx_runtime import onnxruntime
from fer_perception.detectors.boxes import NMS, TOP
from fer_perception.errors import PerceptionError
from fer_perception.images.encodings import Pixels

STRIDES = (8, 16, 32)
OUTPUTS = [f"{kind}_{stride}" for stride in STRIDES for kind in ("cls", "obj", "bbox", "kps")]
FIXED_SIDE = b"\x0a\x03\x08\x80\x05"
"""A dimension of 640 in the file (protobuf: TensorShapeProto.dim of 3 bytes, dim_value 640)."""
FREE_SIDES = (b"\x0a\x03\x12\x01h", b"\x0a\x03\x12\x01w")
"""The same length with a name in place of the number (dim_param 'h', 'w')."""


class OnnxEngine:
    """Runs the network and decodes its answers as OpenCV's FaceDetectorYN does."""

    name = "onnxruntime"

    def __init__(self, content: bytes, threads: int) -> None:
        """Load `content`, the pinned file.

        Its input is fixed to 640x640, and that alone: its reshapes and resizes follow any size. So the two
        numbers are replaced by names, byte for byte, which needs no `onnx` package.

        Raises:
            PerceptionError: the file is another one, or ONNX Runtime refuses it.
        """
        for free in FREE_SIDES:
            content = content.replace(FIXED_SIDE, free, 1)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3  # it would warn that the outputs' sizes are not those of 640x640
        try:
            self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise PerceptionError(
                f"ONNX Runtime can't load YuNet: {error}; set the parameter detector to haar"
            ) from error

    def rows(self, image: Pixels, threshold: float) -> NDArray[np.float64]:
        """Return the faces as `Engine.rows` does."""
        blob, columns = _blob(image)
        answers = self._session.run(OUTPUTS, {"input": blob})
        found = []
        for index, stride in enumerate(STRIDES):
            cls, obj, bbox, kps = (answer[0] for answer in answers[4 * index : 4 * index + 4])
            rows = _decode(cls, obj, bbox, kps, stride, columns // stride, threshold)
            if rows is not None:
                found.append(rows)
        if not found:
            return np.empty((0, 15))
        rows = np.concatenate(found)
        if len(rows) == 1:
            return rows
        rows = rows[np.argsort(-rows[:, 14], kind="stable")]
        kept = cv2.dnn.NMSBoxes(rows[:, :4].tolist(), rows[:, 14].tolist(), threshold, NMS, top_k=TOP)
        return rows[np.asarray(kept, dtype=np.intp).ravel()]


def _blob(image: Pixels) -> tuple[NDArray[np.float32], int]:
    """Return `image`, BGR uint8 [H, W, 3], as float32 [1, 3, H', W'], padded below and right to multiples of 32; and
    W'."""
    height, width = image.shape[:2]
    rows, columns = -(-height // 32) * 32, -(-width // 32) * 32
    blob = np.empty((1, 3, rows, columns), dtype=np.float32)
    blob[0, :, :height, :width] = image.transpose(2, 0, 1)
    blob[0, :, height:] = 0
    blob[0, :, :height, width:] = 0
    return blob, columns


def _decode(
    cls: NDArray[np.float32],
    obj: NDArray[np.float32],
    bbox: NDArray[np.float32],
    kps: NDArray[np.float32],
    stride: int,
    columns: int,
    threshold: float,
) -> NDArray[np.float64] | None:
    """Decode the faces of one stride: [N, 15], box, landmarks, score, in pixels of the padded image; None without
    any."""
    squares = cls[:, 0] * obj[:, 0]  # both come out of a sigmoid, so lie between 0 and 1
    # A little below, so that what is at the threshold is left to the exact comparison.
    places = np.flatnonzero(squares >= 0.999 * threshold * threshold)
    if not len(places):
        return None
    scores = np.sqrt(squares[places])
    reach = scores >= threshold
    places, scores = places[reach], scores[reach]
    if not len(places):
        return None
    cells = np.stack([places % columns, places // columns], axis=1).astype(np.float64)
    offsets, sizes = bbox[places, :2], bbox[places, 2:]
    size = np.exp(sizes.astype(np.float64)) * stride
    corner = (cells + offsets) * stride - size / 2
    landmarks = (kps[places].reshape(-1, 5, 2) + cells[:, None]) * stride
    return np.concatenate([corner, size, landmarks.reshape(-1, 10), scores[:, None]], axis=1)
