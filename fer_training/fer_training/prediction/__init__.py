# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Photographs and videos to a table of answers, and pictures with the answers drawn in."""
