# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Model files of the registry's small networks, whose graphs one of a run's processes exports."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
from small_networks import lively, options_of

from fer_common.emotions import LABELS

MEAN, DEVIATION = 0.5, 0.25
"""By which `lively` normalises."""
CROP = json.dumps({"margin": 1.0, "align": "none"})


def write_model(name: str, path: Path, export: Callable[[Any], Any]) -> Path:
    """Write `lively(name)` as a model file that can be read back, its graph by `export`, the fixture `export_once`."""
    model = export(lively(name))
    about = {"labels": ",".join(LABELS), "crop": CROP, "architecture": name, "network": json.dumps(options_of(name))}
    for key, value in about.items():
        model.metadata_props.add(key=key, value=value)
    onnx.save(model, path)
    return path
