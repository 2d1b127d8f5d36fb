# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The runtimes side by side in one process, by the Python of runs/runtimes."""

import contextlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.timing import in_turns
from fer_common.onnx_runtime import onnxruntime

Faces = NDArray[np.uint8]
Answer = Callable[[Faces], NDArray[np.float32]]
"""Probabilities, float32 [N, 7], for grey faces, uint8 [N, 1, 48, 48]."""
COUNT = 64


def drawn(count: int) -> Faces:
    """Draw pictures of patches and noise, uint8 [count, 1, 48, 48], always the same."""
    numbers = np.random.default_rng(0)
    patches = np.kron(numbers.uniform(0, 255, (count, 1, 6, 6)), np.ones((1, 1, 8, 8)))
    return np.clip(patches + numbers.normal(0, 8, patches.shape), 0, 255).astype(np.uint8)


def by_onnxruntime(path: Path, _count: int) -> Answer:
    """Run it as perception does."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return lambda faces: session.run(["probabilities"], {"face": faces})[0]


def by_openvino(path: Path, _count: int, precision: str | None = "f32") -> Answer:
    """Ask for float32: on processors that have bfloat16 it takes that by itself, with None."""
    import openvino  # type: ignore[import-not-found]

    wanted = {"INFERENCE_NUM_THREADS": 1, **({"INFERENCE_PRECISION_HINT": precision} if precision else {})}
    compiled = openvino.Core().compile_model(str(path), "CPU", wanted)
    return lambda faces: np.asarray(compiled({"face": faces})["probabilities"])


def by_opencv(path: Path, _count: int) -> Answer:
    """Read it by OpenCV's module dnn."""
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    net = cv2.dnn.readNetFromONNX(str(path))

    def answer(faces: Faces) -> NDArray[np.float32]:
        net.setInput(faces)
        return np.asarray(net.forward("probabilities"), np.float32)

    return answer


def by_mnn(path: Path, _count: int) -> Answer:
    """Convert by the function behind mnnconvert, which reports nothing over the network (findings/)."""
    import _tools  # type: ignore[import-not-found]
    import MNN  # type: ignore[import-not-found]
    from MNN import expr

    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "model.mnn"
        _tools.mnnconvert(
            ["mnnconvert", "-f", "ONNX", "--modelFile", str(path), "--MNNModel", str(made), "--bizCode", "none"]
        )
        manager = MNN.nn.create_runtime_manager(({"backend": "CPU", "numThread": 1},))
        net = MNN.nn.load_module_from_file(str(made), ["face"], ["probabilities"], runtime_manager=manager)

    def answer(faces: Faces) -> NDArray[np.float32]:
        given = expr.const(np.ascontiguousarray(faces), list(faces.shape), expr.NCHW, expr.uint8)
        return np.array(net.forward([given])[0].read(), np.float32)

    return answer


def by_tract(path: Path, count: int) -> Answer:
    """Name the number of faces, which it wants to know."""
    import tract  # type: ignore[import-not-found]

    model = tract.onnx().load(str(path))
    model.set_input_fact(0, f"{count},1,48,48,u8")
    runnable = model.into_model().into_runnable()
    return lambda faces: runnable.run([faces])[0].to_numpy()


RUNTIMES: dict[str, Callable[[Path, int], Answer]] = {
    "ONNX Runtime": by_onnxruntime,
    "OpenVINO, float32": by_openvino,
    "OpenVINO, by itself": partial(by_openvino, precision=None),
    "OpenCV": by_opencv,
    "MNN": by_mnn,
    "tract": by_tract,
}


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Keep what C++ code prints from the terminal."""
    sys.stdout.flush()
    kept = os.dup(1)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        try:
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)


def in_parts(answer: Answer, faces: Faces, count: int) -> NDArray[np.float32]:
    """Answer `count` faces at a time, as the runtime was told; the last ones are asked twice where some are left over.

    Raises:
        ValueError: the answers have another shape than [count, 7].
    """
    answered = np.full((len(faces), 7), np.nan, np.float32)
    for start in (*range(0, len(faces) - count, count), len(faces) - count):
        part = np.asarray(answer(faces[start : start + count]), np.float32)
        if part.shape != (count, 7):
            raise ValueError(f"answers to {count} faces have the shape {list(part.shape)}")
        answered[start : start + count] = part
    return answered


def reason(error: Exception) -> str:
    """Shorten what a runtime says: OpenCV names the node that it can't take behind its own files."""
    node = re.search(r"\[(\w+)@", str(error))
    return f"no {node[1]}" if node else (str(error).splitlines() or [type(error).__name__])[0][:60]


def compare(path: Path, faces: Faces, rounds: int) -> Iterator[str]:
    """Give a row of the table for each runtime."""
    count = min(COUNT, len(faces))
    expected: NDArray[np.float32] | None = None  # ONNX Runtime's, which comes first
    able: dict[str, Callable[[], object]] = {}
    found = {}
    for name, make in RUNTIMES.items():
        try:
            with _silent():
                answered = in_parts(make(path, count), faces, count)
                one = make(path, 1)
        except Exception as error:  # each has its own
            if expected is None:
                raise  # there is nothing to compare with
            found[name] = f"none: {reason(error)} | "
            continue
        expected = answered if expected is None else expected
        apart = np.abs(answered - expected)
        same = 100 * (answered.argmax(axis=1) == expected.argmax(axis=1)).mean()
        found[name] = f"{apart.mean():.5f}, {apart.max():.5f} | {same:.2f} %"
        able[name] = partial(one, faces[:1])
    times = in_turns(able, rounds) if rounds else {}
    for name, cells in found.items():
        took = f"{times[name].median:.2f} ms" if name in times else ""
        yield f"| `{path.name}` | {name} | {cells} | {took} |"


def main(asked: str) -> None:
    """Print the table."""
    onnxruntime.set_default_logger_severity(3)
    work = json.loads(asked)
    faces = np.load(work["faces"]) if work["faces"] else drawn(COUNT)
    print("| file | runtime | a probability differs by: mean, most | same first emotion | a face, one thread |")
    print("|---|---|---|---:|---:|")
    for path in work["models"]:
        for row in compare(Path(path), faces, work["rounds"]):
            print(row, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
