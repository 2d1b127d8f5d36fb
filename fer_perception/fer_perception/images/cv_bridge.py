# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""cv_bridge, where it is installed and works."""

import functools
import importlib.util
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

ENCODINGS = frozenset({"rgb8", "rgba8", "bgra8", "yuv422", "yuv422_yuy2"})
"""What is left to cv_bridge: the colour conversions that it knows by these names.

bgr8 and mono8 need no conversion, mono16 and nv12 have none in every cv_bridge."""

_TRY = """
import numpy, cv_bridge
from types import SimpleNamespace
image = SimpleNamespace(height=2, width=2, encoding="rgb8", is_bigendian=0, step=6, data=bytes(range(12)))
answer = cv_bridge.CvBridge().imgmsg_to_cv2(image, "bgr8")
assert answer.tobytes() == numpy.arange(12, dtype="u1").reshape(4, 3)[:, ::-1].tobytes()
"""


@functools.cache
def cv_bridge_converter() -> Callable[[Any], NDArray[np.uint8]] | None:
    """Return a function from a sensor_msgs/Image to BGR uint8 [H, W, 3]; None where cv_bridge is not to be used.

    Tried once, in a process of its own: a cv_bridge that was built for NumPy 1 may not only fail to import
    under NumPy 2 but take the process down with it.
    """
    if importlib.util.find_spec("cv_bridge") is None:
        return None
    try:
        tried = subprocess.run([sys.executable, "-c", _TRY], capture_output=True, timeout=30)
        if tried.returncode != 0:
            return None
        from cv_bridge import CvBridge
    except (ImportError, AttributeError, OSError, subprocess.SubprocessError):
        return None
    bridge = CvBridge()

    def convert(message: Any) -> NDArray[np.uint8]:
        return np.asarray(bridge.imgmsg_to_cv2(message, "bgr8"), dtype=np.uint8)

    return convert
