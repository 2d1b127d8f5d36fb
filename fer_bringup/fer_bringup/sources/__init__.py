# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Where images come from: a camera, a video file or a folder of images."""

from fer_bringup.sources.base import Frame, Source
from fer_bringup.sources.factory import default_source, open_source

__all__ = ["Frame", "Source", "default_source", "open_source"]
