# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Stamps of messages as one number."""

from typing import Any


def stamp_ns(header: Any) -> int:
    """Return the stamp of a std_msgs/Header, or of anything with its fields, in nanoseconds."""
    return int(header.stamp.sec) * 1_000_000_000 + int(header.stamp.nanosec)
