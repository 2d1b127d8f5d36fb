# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Our own code, made wrong in one place at a time: do the tests see it? What `make mutation` runs, by mutmut."""
