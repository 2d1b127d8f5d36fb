# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The README's parameter table, made of the settings: `python3 -m fer_color.tables [README]`. Needs no ROS."""

import sys

from fer_color.settings import Settings
from fer_common.settings import print_or_write

if __name__ == "__main__":
    print_or_write([Settings], sys.argv[1:])
