"""Every run has a DDS domain of its own and stays on this machine; set before rclpy is imported."""

import os

import pytest

os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"
os.environ["ROS_DOMAIN_ID"] = str(os.getpid() % 100 + 1)

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "test"))  # interface_packages

from fer_bringup.fetch_clip import FILE_NAME, default_path

SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture(scope="session")
def clip() -> Path:
    """A clip of a woman who is sad for some seconds, then wonders, then laughs."""
    for path in (SHARED / "media" / FILE_NAME, default_path()):
        if path.is_file():
            return path
    pytest.skip(f"the sample clip {FILE_NAME} is neither in ../shared/media nor fetched (make fetch)")
