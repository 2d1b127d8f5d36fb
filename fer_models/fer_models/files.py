"""Where the shipped model file lies; needs neither torch nor ROS 2."""

from pathlib import Path

DEFAULT_MODEL = "fast.onnx"
"""File name of the model that is used when none is named."""


def default_model() -> Path:
    """Return the shipped model file: from the installed package's share folder, else from the source tree.

    Raises:
        FileNotFoundError: neither holds it; one line that says what to do.
    """
    folders = [*_share(), Path(__file__).resolve().parent.parent / "models"]
    for folder in folders:
        if (folder / DEFAULT_MODEL).is_file():
            return folder / DEFAULT_MODEL
    places = ", ".join(str(folder) for folder in folders)
    raise FileNotFoundError(
        f"no model file {DEFAULT_MODEL} in {places}: rebuild fer_models, name another model file, "
        "or make one with python3 -m fer_training.export"
    )


def _share() -> list[Path]:
    """Return the installed package's models folder, where there is an ament index that knows the package."""
    try:
        from ament_index_python.packages import get_package_share_directory

        return [Path(get_package_share_directory("fer_models")) / "models"]
    except (ImportError, LookupError, OSError):  # no ROS 2; not installed there; AMENT_PREFIX_PATH unset
        return []
