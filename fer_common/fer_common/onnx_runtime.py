# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""ONNX Runtime, told to report to nobody: import it from here, never by itself.

Its own wheels for Linux since 1.29 write an id of the machine and a queue of events (processor, model file's name, how
often and how long it ran) into ~/.cache/Microsoft as soon as they are imported, and send them to Microsoft over HTTPS.
The variable is read then; what can be called afterwards comes too late for the files.
Source: Privacy.md in the wheel, version 1.31.1, "Disabling Telemetry"; tried with 1.31.1.
"""

import os

SWITCH = "ORT_DISABLE_TELEMETRY"

os.environ.setdefault(SWITCH, "1")

import onnxruntime  # noqa: E402

if os.environ[SWITCH] == "1" and hasattr(onnxruntime, "disable_telemetry_events"):
    onnxruntime.disable_telemetry_events()  # somebody else in this process may have imported it first

__all__ = ["onnxruntime"]
