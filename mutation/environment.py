# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""An environment of its own for a tool that judges the tests and must see all that they see."""

import subprocess
import sysconfig
import venv
from pathlib import Path


def python_with(folder: Path, *tools: str) -> Path:
    """Return the Python of an environment that has the tools and sees this one's packages.

    Args:
        folder: the environment's, made where it is not there.
        tools: packages as pip is told them, pinned.

    Raises:
        OSError, subprocess.SubprocessError: it can't be had.
    """
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True, clear=True)
        site = next(folder.glob("lib/python*/site-packages"))
        (site / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n")
    asked = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *tools]
    subprocess.run(asked, check=True, timeout=300)
    return python
