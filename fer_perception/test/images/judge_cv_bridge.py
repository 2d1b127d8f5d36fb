# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What Debian's cv_bridge makes of images; run by the system's Python with a folder of them, as .npz."""

import sys
from pathlib import Path

import numpy as np
from cv_bridge import CvBridge
from sensor_msgs.msg import Image

for path in sorted(Path(sys.argv[1]).glob("*.npz")):
    given = np.load(str(path))
    message = Image(
        height=int(given["height"]), width=int(given["width"]), encoding=path.stem, is_bigendian=0,
        step=int(given["step"]), data=given["data"].tobytes(),
    )  # fmt: skip
    grey = path.stem.startswith("mono")
    np.save(str(path.with_suffix(".npy")), CvBridge().imgmsg_to_cv2(message, "mono8" if grey else "bgr8"))
