# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What goes wrong, made to go wrong: faults on the real graph, what follows, and how long it takes to be right again.

    python -m faults --seconds 3600     the soak: make soak
    python -m faults.table              docs/reliability.md's table, by the suite

A test of the tests' suite goes through the same catalogue once (fer_bringup/test/faults).
"""
