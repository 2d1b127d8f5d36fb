# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The README's parameter table, made of the settings: `python3 -m fer_bringup.tables [README]`. Needs no ROS."""

import sys

from fer_bringup.settings import SourceSettings
from fer_common.settings import print_or_write

if __name__ == "__main__":
    print_or_write([SourceSettings], sys.argv[1:])
