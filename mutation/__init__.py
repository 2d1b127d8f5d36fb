# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the tests see: faults made one at a time in our own code (`make mutation`), and its branches (`make coverage`)."""
