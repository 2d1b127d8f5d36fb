# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The virtual environment and the built workspace; each step is skipped while what it came from is unchanged."""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import kept
import lock
import machine
import pip_progress

TOP = Path(__file__).resolve().parent.parent.parent
VENV = TOP / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "fer"
REQUIREMENTS = TOP / "requirements"
LOCK = REQUIREMENTS / "lock.txt"
ALONE = REQUIREMENTS / "alone.txt"
NUMPY_1 = REQUIREMENTS / "numpy1.txt"
LEVELS = {"run": ("run",), "evaluate": ("run", "evaluate")}
LEVELS |= {"train": (*LEVELS["evaluate"], "train"), "test": (*LEVELS["evaluate"], "train", "dev")}
MODULES = {"numpy": "numpy", "cv2": "opencv-python-headless", "onnxruntime": "onnxruntime", "serial": "pyserial"}
MODULES |= {"yaml": "pyyaml", "coloraide": "coloraide", "sacn": "sacn"}
MODULES |= {"paho.mqtt.enums": "paho-mqtt"}  # which Ubuntu's 1.6 lacks
OF_TORCH = re.compile("(torch|triton)$|nvidia-|cuda-")
"""What comes with torch's own build: another build of it needs others, or none."""


@contextlib.contextmanager
def alone() -> "Iterator[None]":
    """Let one set-up run at a time: two shells that start together would build into the same folders."""
    with open(TOP / ".setup.lock", "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            _say("another set-up is at work here; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def set_up(level: str) -> None:
    """Make the environment for a level and build the workspace, as far as they are not there."""
    machine.check_folder(TOP)
    ros = machine.ros_distribution()
    if not ros:
        machine.check_ros_wheels()
    kind = f"{sys.version_info[:2]} {sys.base_prefix} {ros or 'wheels'}"
    if _stamp("kind") != kind:
        machine.check_venv()
        machine.check_compiler()
        _say(f"making .venv with Python {sys.version.split()[0]}, ROS 2 " + (f"from {ros}" if ros else "from wheels"))
        # The stamps first: interrupted from here on, what is left must not pass for a whole environment.
        for folder in (STAMPS, VENV, TOP / "build", TOP / "install", TOP / "log"):
            shutil.rmtree(folder, ignore_errors=True)
        # The distribution's Python packages are Debian's, outside any environment.
        _run([_base_python(), "-m", "venv", *(["--system-site-packages"] if ros else []), str(VENV)], "venv")
        STAMPS.mkdir()
        _write_stamp("kind", kind)
    for name in LEVELS[level]:
        if ros and name == "run":
            _install_beside_ros(ros)
        else:
            _install([name] if ros or name != "run" else ["ros", "build", "run"], name, ros)
    _build(kind, wheels=not ros)


def _base_python() -> str:
    """Return the interpreter outside any environment: ours, where it runs this, has just been removed."""
    path = Path(sys.base_prefix, "bin", f"python{sys.version_info[0]}.{sys.version_info[1]}")
    return str(path) if path.exists() else sys.executable


def _install(files: list[str], name: str, ros: str) -> None:
    sources = [REQUIREMENTS / f"{file}.in" for file in files]
    fingerprint = _digest([*sources, LOCK, NUMPY_1, *([ALONE] if name == "dev" else [])])
    if _stamp(name) == fingerprint:
        return
    _say(f"installing what '{name}' needs ({pip_progress.about(name)}; {', '.join(f'{file}.in' for file in files)})")
    if name == "train" and not _has_torch():
        print(
            "       torch's ordinary build brings CUDA along (2.5 GB); for a CPU alone set PIP_EXTRA_INDEX_URL to the\n"
            "       CPU address that pytorch.org/get-started names, and start again",
            flush=True,
        )
    _install_locked(name, [f"-r requirements/{file}.in" for file in files], ros)
    if name == "dev":
        _pip(["install", "--no-deps", "--require-hashes", "-r", str(ALONE)])
    if "ros" in files:
        _mend_wheels()
    _write_stamp(name, fingerprint)


def _install_locked(name: str, roots: list[str], ros: str) -> None:
    """Install what the roots need, each file by its hash."""
    pins, without = _beside_ros() if ros else (lock.pins(LOCK), set[str]())
    some = lock.needed(pins, roots, without)
    of_torch = [pin for pin in some if OF_TORCH.match(pin.package)] if _looks_elsewhere() else []
    path, torch = VENV / f"{name}.txt", VENV / "torch.txt"
    lock.write(path, [pin for pin in some if pin not in of_torch])
    _pip(["install", "--no-deps", "--require-hashes", "-r", str(path)])
    if of_torch:
        # Another place has builds of its own (2.13.0+cpu), whose hashes are not among the index's.
        torch.write_text("".join(pin.line + "\n" for pin in of_torch))
        _pip(["install", "torch", "-c", str(torch)])


def _install_beside_ros(ros: str) -> None:
    """Only the modules that the distribution's Python lacks, without replacing what its packages were built on."""
    wanted = _requirements(REQUIREMENTS / "run.in")
    fingerprint = _digest([REQUIREMENTS / "run.in", LOCK, NUMPY_1])
    if _stamp("run") == fingerprint:
        return
    missing = [wanted[package] for module, package in MODULES.items() if not _imports(module)]
    if not _imports("colcon_core"):
        missing += ["colcon-common-extensions"]
    if missing:
        _say(f"installing what the ROS 2 installation lacks: {', '.join(missing)}")
        _install_locked("run", [lock.package(line) for line in missing], ros)
    _write_stamp("run", fingerprint)


def _beside_ros() -> "tuple[list[lock.Pin], set[str]]":
    """Return the lock as it is beside a distribution, and what that has of its own and pip would put newer ones over.

    cv_bridge and apt's OpenCV are compiled against the distribution's NumPy; a newer major breaks them.
    """
    numpy = subprocess.run(
        [str(PYTHON), "-c", "import numpy; print(numpy.__version__.split('.')[0])"], capture_output=True, text=True
    ).stdout.strip()
    pins = lock.pins(LOCK)
    if numpy == "1":
        pins = lock.instead(pins, lock.pins(NUMPY_1))
    return pins, ({"numpy"} if numpy else set()) | ({"opencv-python-headless"} if _imports("cv2") else set())


def _looks_elsewhere() -> bool:
    """Tell whether pip is told to look for packages in another place than the Python Package Index."""
    done = subprocess.run([str(PYTHON), "-m", "pip", "config", "list"], capture_output=True, text=True)
    return any(word in done.stdout for word in ("index-url=", "find-links="))


def _requirements(path: Path) -> "dict[str, str]":
    """Return a file's requirements by their packages' names."""
    lines = [line.split("#")[0].strip() for line in path.read_text().splitlines()]
    return {lock.package(line): line for line in lines if line}


def _mend_wheels() -> None:
    """Put this machine's folders into the wheels' CMake files, which name the one that they were built on."""
    include = sysconfig.get_paths()["include"]
    numpy = subprocess.check_output([str(PYTHON), "-c", "import numpy; print(numpy.get_include())"], text=True).strip()
    tag = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    built = f"/opt/python/{tag}-{tag}"
    for path in (VENV / "share").rglob("*.cmake"):
        text = path.read_text(errors="surrogateescape")
        mended = text.replace(f"{built}/lib/{version}/site-packages/numpy/_core/include", numpy)
        mended = mended.replace(f"{built}/include/{version}", include)
        if mended != text:
            path.write_text(mended, errors="surrogateescape")


def _build(kind: str, *, wheels: bool) -> None:
    packages = sorted(path.parent for path in TOP.glob("fer_*/package.xml"))
    sources = [path for package in packages for path in sorted(package.rglob("*")) if _shapes_the_build(path, package)]
    # Python files are linked, not copied: only what colcon reads or links by name asks for a new build.
    fingerprint = _digest([p for p in sources if p.suffix not in (".onnx", ".yaml", ".md")], kind, *map(str, sources))
    if _stamp("build") == fingerprint:
        return
    _say("building the workspace (colcon build)")
    for folder in ("build", "install"):
        for path in (TOP / folder).rglob("*"):
            if path.is_symlink() and not path.exists():  # of a file that a newer version no longer has
                path.unlink()
    environment = dict(os.environ)
    environment["PATH"] = f"{VENV / 'bin'}:{environment['PATH']}"
    if wheels:
        environment["AMENT_PREFIX_PATH"] = environment["CMAKE_PREFIX_PATH"] = str(VENV)
    _run(
        [
            *[str(PYTHON), "-m", "colcon", "build", "--symlink-install", "--event-handlers", "console_cohesion-"],
            *["--base-paths", *map(str, packages), "--cmake-args", f"-DPython3_EXECUTABLE={PYTHON}"],
            *["-DBUILD_TESTING=OFF", "--no-warn-unused-cli"],
        ],
        "colcon build",
        environment,
        quiet=True,
    )
    _write_stamp("build", fingerprint)


def _shapes_the_build(path: Path, package: Path) -> bool:
    parts = path.relative_to(package).parts
    if not path.is_file() or "__pycache__" in parts or parts[0].endswith(".egg-info"):
        return False
    return parts[0] in kept.FOLDERS or (len(parts) == 1 and path.suffix in kept.ENDINGS)


def _run(command: list[str], name: str, environment: "dict[str, str] | None" = None, *, quiet: bool = False) -> None:
    if quiet:
        with tempfile.TemporaryFile("w+") as output:
            code = subprocess.run(command, cwd=TOP, env=environment, stdout=output, stderr=subprocess.STDOUT).returncode
            if code:
                output.seek(0)
                sys.stderr.write(output.read()[-3000:])
    else:
        code = subprocess.run(command, cwd=TOP, env=environment).returncode
    if code:
        raise machine.SetupError(f"{name} failed with exit code {code}; its last lines stand above")


def _pip(arguments: list[str]) -> None:
    code = pip_progress.run([str(PYTHON), "-m", "pip", "--disable-pip-version-check", *arguments])
    if code:
        raise machine.SetupError(f"pip failed with exit code {code}; its last lines stand above")


def _imports(module: str) -> bool:
    return subprocess.run([str(PYTHON), "-c", f"import {module}"], capture_output=True).returncode == 0


def _has_torch() -> bool:
    return _imports("torch")


def _digest(paths: "list[Path]", *more: str) -> str:
    digest = hashlib.sha256(json.dumps(more).encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _stamp(name: str) -> str:
    with contextlib.suppress(OSError):
        return (STAMPS / name).read_text()
    return ""


def _write_stamp(name: str, text: str) -> None:
    (STAMPS / name).write_text(text)


def _say(text: str) -> None:
    print(f"setup: {text}", flush=True)
