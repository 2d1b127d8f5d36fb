# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The model files in other runtimes than ONNX Runtime: `python3 -m bench.runtimes`."""
