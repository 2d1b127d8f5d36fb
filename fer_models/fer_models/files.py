# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Where the shipped model file lies; needs neither torch nor ROS 2."""

from pathlib import Path

DEFAULT_MODEL = "fast.onnx"
"""File name of the model that is used when none is named."""


def default_model() -> Path:
    """Return the shipped model file: from the installed package's share folder, else from the source tree.

    Raises:
        FileNotFoundError: neither holds it; one line that says what to do.
    """
    folders = model_folders()
    for folder in folders:
        if (folder / DEFAULT_MODEL).is_file():
            return folder / DEFAULT_MODEL
    places = ", ".join(str(folder) for folder in folders)
    raise FileNotFoundError(
        f"no model file {DEFAULT_MODEL} in {places}: rebuild fer_models, name another model file, "
        "or make one with python3 -m fer_training.export"
    )


def model_folders() -> list[Path]:
    """Return where the shipped models may lie, the likeliest place first.

    That is the share folder that ROS 2 knows; the one of the prefix (PREFIX/lib/pythonX.Y/site-packages) or of the
    folder (pip's --target) into which this package was installed; and the source tree.
    """
    here = Path(__file__).resolve()
    share = Path("share", "fer_models", "models")
    prefix = [here.parents[4] / share] if len(here.parents) > 4 else []
    return [*_share(), *prefix, here.parents[1] / share, here.parents[1] / "models"]


def _share() -> list[Path]:
    try:
        from ament_index_python.packages import get_package_share_directory

        return [Path(get_package_share_directory("fer_models")) / "models"]
    except (ImportError, LookupError, ValueError, OSError):  # no ROS 2, none sourced, or not installed there
        return []
