# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Lights over UDP: DDP, E1.31 and Art-Net."""
