# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The environment of a set-up shell, kept in a file and read back: a start then looks at nothing else.

    .venv/bin/python -I -S scripts/setup/kept.py read LEVEL PYTHON     prints what env.bash evaluates
    .venv/bin/python -I -S scripts/setup/kept.py keep LEVEL PYTHON     keeps what env.bash came to for what is on stdin

It is read back where the same was asked for in the same surroundings, and no file that the set-up looks at has another
size or time than it had; a file's ctime cannot be set back by a copy or an archive. Else the set-up looks anew. For
speed it imports nothing else, and reads no other file.
"""

import os
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STAMPS = os.path.join(TOP, ".venv", "fer")
KEPT = "shell."
"""How the kept files' names begin, beside the stamps; then comes the level."""
CHANGED = ("AMENT_PREFIX_PATH", "CMAKE_PREFIX_PATH", "COLCON_PREFIX_PATH", "LD_LIBRARY_PATH", "PYTHONPATH")
"""The variables that colcon's scripts change. env.bash keeps nothing where they change another one."""
HEEDED = ("HOME", "ROS_DISTRO", "ROS_VERSION", "PYENV_VERSION", "XDG_DATA_HOME", "FER_DATA_DIR", "FER_YUNET")
"""Further variables that the set-up heeds."""
FOLDERS = ("msg", "srv", "launch", "config", "models", "resource", "profiles")
ENDINGS = (".xml", ".py", ".cfg", ".txt")
"""What of a package shapes the build: these folders, and files at its top that end so."""
ASSETS = ("face_detection_yunet_2023mar.onnx", "sad_to_happy.mp4")


def asked(level: str, python: str) -> "tuple[str, str]":
    """Return what was asked for in which surroundings, and what the set-up looks at; a line each.

    Args:
        level: the set-up's.
        python: the path of the interpreter that it would be run with.

    Raises:
        OSError: something is missing; the set-up says what.
    """
    surroundings = [os.environ.get(name) for name in CHANGED + HEEDED]
    files = sorted([*_of_the_set_up(), *_of_the_packages(), *_assets(), *_of_python(python)])
    return repr((level, python, surroundings)), repr([(path, _signature(path)) for path in files])


def read(level: str, python: str) -> str:
    """Return what a shell evaluates: the kept environment and fer_kept=1, or what is to be kept as fer_asked."""
    lines = ("", "")
    try:
        lines = asked(level, python)
        with open(os.path.join(STAMPS, KEPT + level)) as file:
            if (file.readline(), file.readline()) == (lines[0] + "\n", lines[1] + "\n"):
                return file.read() + "fer_kept=1"
    except (OSError, ValueError):  # nothing is kept yet, or something is missing or is not known
        pass
    return "fer_asked=" + _quoted("\n".join(lines).strip())


def keep(level: str, python: str, was_asked: str) -> None:
    """Keep the environment of this process for what was asked before the set-up, if nothing has changed meanwhile."""
    path = os.path.join(STAMPS, KEPT + level)
    if asked(level, python)[1] != was_asked.rstrip("\n").partition("\n")[2]:
        return
    there = [name for name in CHANGED if name in os.environ]
    with open(f"{path}.{os.getpid()}", "w") as file:
        file.write(was_asked.rstrip("\n") + "\n")
        file.writelines(f"export {name}={_quoted(os.environ[name])}\n" for name in there)
    os.replace(file.name, path)


def _of_the_set_up() -> "list[str]":
    found = [os.path.join(TOP, "install", name) for name in ("local_setup.bash", "_local_setup_util_sh.py")]
    found += [os.path.join(TOP, ".venv", name) for name in ("pyvenv.cfg", "bin/activate", "bin/python")]
    found += [os.path.join(STAMPS, name) for name in os.listdir(STAMPS) if not name.startswith((KEPT, "tried-"))]
    found.append(os.path.join(TOP, "scripts", "env.bash"))
    return found + _files(os.path.join(TOP, "scripts", "setup")) + _files(os.path.join(TOP, "requirements"))


def _of_the_packages() -> "list[str]":
    found: list[str] = []
    for package in os.scandir(TOP):
        if package.name.startswith("fer_") and package.is_dir():
            for entry in os.scandir(package.path):
                if entry.name in FOLDERS:
                    found += _files(entry.path)
                elif entry.name.endswith(ENDINGS):
                    found.append(entry.path)
    return found


def _assets() -> "list[str]":
    share = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    return [os.path.join(os.environ.get("FER_DATA_DIR") or os.path.join(share, "fer"), name) for name in ASSETS]


def _of_python(path: str) -> "list[str]":
    """Return the files that tell whether an interpreter is the same; of pyenv's shims, those that name a version."""
    with open(path, "rb") as file:
        if file.read(2) != b"#!":
            return [path, os.path.realpath(path)]
    root, shims, _ = path.rpartition("/shims/")
    if not (shims and os.path.isdir(os.path.join(root, "versions"))):
        raise ValueError(f"{path} is a script")  # what it starts is not known without running it
    names, folder = [os.path.join(root, "version")], os.getcwd()
    while folder != os.path.dirname(folder):
        names.append(os.path.join(folder, ".python-version"))
        folder = os.path.dirname(folder)
    return [path, *(name for name in names if os.path.exists(name))]


def _files(folder: str) -> "list[str]":
    return [
        os.path.join(inside, name)
        for inside, folders, names in os.walk(folder)
        if not inside.endswith("__pycache__")
        for name in names
    ]


def _signature(path: str) -> "tuple[int, int, int]":
    found = os.stat(path)
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


if __name__ == "__main__":
    if sys.argv[1] == "read":
        print(read(sys.argv[2], sys.argv[3]))
    else:
        keep(sys.argv[2], sys.argv[3], sys.stdin.read())
