# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the launch files are made of: arguments, files of parameters, watched nodes. Only `stage` needs launch."""
