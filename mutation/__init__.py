# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the tests see: small faults in our own code, one at a time (`make mutation`), and branches (`make coverage`)."""
