# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a training process needs of its machine: memory, precision, other processes, seeds."""
