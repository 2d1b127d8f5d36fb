# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""`python3 -m fer_color` is `color_node`."""

import sys

from fer_color.main import main

sys.exit(main())
