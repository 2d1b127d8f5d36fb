# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a detector's recall is counted on, and how: backgrounds, pasted faces, tallies."""
