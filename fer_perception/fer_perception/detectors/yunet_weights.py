# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""YuNet's weights: where they lie, and that they are the pinned file."""

from pathlib import Path

from fer_perception.errors import PerceptionError
from fer_perception.wording import PATH, reason, shown

REMEDY = (
    "fetch them with 'python3 -m fer_perception.fetch_yunet' (or --from PATH, if you have "
    "face_detection_yunet_2023mar.onnx)"
)


def load_yunet_weights(path: str = "") -> tuple[Path, bytes]:
    """Read the weights and check them against the pinned checksum, once.

    Args:
        path: the file; empty takes `fetch_yunet.default_path()`.

    Returns:
        The file and its content.

    Raises:
        PerceptionError: there is no such file, or it is another one.
    """
    # Not above: `python3 -m fer_perception.fetch_yunet` would find itself imported already, and warn of it.
    from fer_perception.fetch_yunet import SIZE_LIMIT, checksum_matches, default_path

    file = Path(path)
    try:
        file = file.expanduser() if path else default_path()
        if not file.is_file():  # a pipe would be waited for
            raise PerceptionError(f"no YuNet weights at {shown(file, PATH)}; {REMEDY}")
        with file.open("rb") as stream:
            content = stream.read(SIZE_LIMIT)
    except (OSError, RuntimeError, ValueError) as error:  # no such user's home, a NUL byte
        raise PerceptionError(f"no YuNet weights at {shown(file, PATH)} ({reason(error)}); {REMEDY}") from error
    if not checksum_matches(content):
        raise PerceptionError(f"{file} is not YuNet's pinned file (its checksum differs); {REMEDY}")
    return file, content
