# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A development tool in an environment of its own, which sees this one's packages; none of it comes into this one."""

import subprocess
import sysconfig
import venv
from pathlib import Path


def tool(folder: Path, *requirements: str) -> Path:
    """Return the Python of an environment that has the tools and sees this one's packages.

    Args:
        folder: where it is, or is made.
        requirements: as pip takes them, pinned; wheels alone are installed, since a build wants more than Python.

    Raises:
        OSError, subprocess.SubprocessError: it can't be had.
    """
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True, clear=True)
        site = next(folder.glob("lib/python*/site-packages"))
        (site / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n")
    asked = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
    subprocess.run([*asked, *requirements], check=True, timeout=300)
    return python
