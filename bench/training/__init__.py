# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a training step costs, beside another commit: `python3 -m bench.training --against COMMIT`."""
