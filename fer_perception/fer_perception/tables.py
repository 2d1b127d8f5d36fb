# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The README's parameter tables, made of the settings: `python3 -m fer_perception.tables [README]`. Needs no ROS."""

import sys

from fer_common.settings import print_or_write
from fer_perception.settings import FuserSettings, NodeSettings

if __name__ == "__main__":
    print_or_write([NodeSettings, FuserSettings], sys.argv[1:])
