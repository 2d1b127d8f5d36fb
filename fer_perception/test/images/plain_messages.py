# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Messages without ROS: namespaces with the same fields."""

from types import SimpleNamespace


def image(encoding, height, width, data, step=None, bigendian=0):
    step = step if step is not None else len(data) // max(1, height)
    return SimpleNamespace(
        height=height, width=width, encoding=encoding, is_bigendian=bigendian, step=step, data=bytes(data)
    )


def compressed(data, kind="jpeg"):
    return SimpleNamespace(format=kind, data=bytes(data))
