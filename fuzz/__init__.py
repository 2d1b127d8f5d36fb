# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Bytes from outside against everything of ours that reads them: `make fuzz`. Only our own errors may come out."""
