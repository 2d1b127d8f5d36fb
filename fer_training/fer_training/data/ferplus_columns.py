# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The vote columns of FER+, and where the seven emotions stand among them."""

FERPLUS_COLUMNS = (
    "neutral",
    "happiness",
    "surprise",
    "sadness",
    "anger",
    "disgust",
    "fear",
    "contempt",
    "unknown",
    "NF",
)
"""The ten vote columns of FER+'s files, in their order."""

FERPLUS_INDEX = (4, 5, 6, 1, 0, 3, 2)
"""Where each of `LABELS` stands among `FERPLUS_COLUMNS`."""
