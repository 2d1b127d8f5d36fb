# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a test process needs of its own, so that several may run side by side, in one run or in several at once.

To be set before rclpy, NumPy, OpenCV or torch is imported, which read it once.
"""

import contextlib
import fcntl
import os
import shutil
import socket
import sys
from collections.abc import Callable
from pathlib import Path

# DDS draws its ports from the domain (7400 and 250 for each): from 102 on they reach into those that the system gives
# to anybody. 0 is where people's own graphs are.
DOMAINS = range(1, 100)

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")

_claims: list[socket.socket] = []


def claim(domain: int) -> socket.socket:
    """Claim one DDS domain on this machine for as long as the socket is open.

    It is one without a file (Linux's abstract names): it goes when its process goes, however that ends, and is known as
    far as the network reaches that the domain is on.

    Raises:
        OSError: another process has it.
    """
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        made.bind(f"\0fer-test-domain-{domain}")
    except OSError:
        made.close()
        raise
    return made


def claim_domain() -> int:
    """Claim a DDS domain that no other test process on this machine has, until this one ends."""
    for number in range(len(DOMAINS)):
        domain = DOMAINS[(os.getpid() + number) % len(DOMAINS)]
        with contextlib.suppress(OSError):
            _claims.append(claim(domain))
            return domain
    raise RuntimeError(f"all {len(DOMAINS)} DDS domains are claimed by other test runs: end some of them first")


def set_up() -> None:
    """Give this process and its children a graph of their own, on this machine only, and one thread each."""
    os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"
    os.environ["ROS_DOMAIN_ID"] = str(claim_domain())
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # tests import ONNX Runtime by itself, too
    os.environ["ROS_PYTHON_CHECK_FIELDS"] = "1"  # else rclpy sends Bool(data=numpy.True_) as false
    for name in ONE_THREAD:
        os.environ[name] = "1"
    # Hundreds of programs are started here, and each would compile all of ours anew where bytecode is not kept.
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def once(folder: Path, name: str, make: Callable[[Path], object]) -> Path:
    """Give `folder`/`name`, which `make` fills: once for all processes that share the folder; who comes later waits."""
    made, done = folder / name, folder / f"{name}.done"
    with open(folder / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(made, ignore_errors=True)  # half filled, by somebody who failed
            made.mkdir()
            make(made)
            done.touch()
    return made
