# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the live page costs and how soon it shows what is: each module is a command."""
