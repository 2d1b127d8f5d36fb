# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The same view for Foxglove: a WebSocket on loopback, in schemas that it shows without set-up."""
