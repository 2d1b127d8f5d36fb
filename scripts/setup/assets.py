# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The two files that are not ours to commit: YuNet's weights and the sample clip."""

import os
import subprocess
import sys
from pathlib import Path

import environment
import kept

SHARED = environment.TOP.parent / "shared"
YUNET, CLIP = kept.ASSETS


def data_folder() -> Path:
    """Return where fetched files lie; FER_DATA_DIR names another place."""
    share = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(os.environ.get("FER_DATA_DIR") or Path(share) / "fer")


def set_up() -> None:
    """Fetch what is missing; without it the program still runs, with less, and one line says so."""
    named = os.environ.get("FER_YUNET", "")
    copies = {YUNET: named or _if_there(SHARED / "models" / YUNET), CLIP: _if_there(SHARED / "media" / CLIP)}
    if not _fetch("fer_perception/fer_perception/fetch_yunet.py", YUNET, copies[YUNET], ["--yes"]):
        print(
            "setup: no YuNet weights: OpenCV's Haar cascade finds faces instead, about 74 of 100 where YuNet finds 95. "
            f"Put {YUNET} somewhere and run 'make fetch FER_YUNET=PATH'",
            file=sys.stderr,
        )
    _fetch("fer_bringup/fer_bringup/fetch_clip.py", CLIP, copies[CLIP], [])


def _fetch(script: str, name: str, copy: str, otherwise: "list[str]") -> bool:
    """Run a fetching script unless the file is there, or could not be had before: 'make fetch' tries anew."""
    tried = environment.STAMPS / f"tried-{name}"
    if (data_folder() / name).exists() or (tried.exists() and not copy):
        return True
    arguments = ["--from", copy] if copy else otherwise
    done = subprocess.run([str(environment.PYTHON), str(environment.TOP / script), *arguments]).returncode == 0
    if not done:
        tried.touch()
    return done


def _if_there(path: Path) -> str:
    return str(path) if path.exists() else ""
