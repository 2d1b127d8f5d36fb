# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the C library does with freed images, for who looks for it here; it lives in `fer_common.ros.memory`."""

from fer_common.ros.memory import keep_freed_images

__all__ = ["keep_freed_images"]
