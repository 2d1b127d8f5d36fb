# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Says where the code outgrows its limits: python3 scripts/limits.py, a part of `make lint`.

No function over 60 lines, no file over 300, no folder with more than 16 Python files; no two modules of tests of one
name, since all their folders are on one path. What stands in several files is not looked for: `ours` does in six
setup.py, since each package must build when it is copied alone.
"""

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

FUNCTION, FILE, FOLDER = 60, 300, 16

NOTICE = "# Copyright 2026 The fer_ambient maintainers\n# SPDX-License-Identifier: Apache-2.0\n\n"
"""Not counted."""


def faults(top: Path) -> list[str]:
    """Return a line for each limit that a file below `top`, as git lists them, does not keep."""
    listed = ["git", "-C", str(top), "ls-files", "--cached", "--others", "--exclude-standard", "*.py"]
    try:
        names = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        return []  # no checkout, or one of another user: what is ours can't be told
    names = [name for name in names if (top / name).is_file()]
    found = [
        f"{folder}: {count} Python files, of at most {FOLDER}: make rooms"
        for folder, count in Counter(str(Path(name).parent) for name in names).items()
        if count > FOLDER
    ]
    found += [
        f"{name}.py stands in several packages' tests, which import each other's: rename all but one"
        for name, count in Counter(Path(name).stem for name in names if "test" in Path(name).parts[:-1]).items()
        if count > 1 and name not in ("conftest", "__init__")
    ]
    for name in names:
        text = (top / name).read_text(encoding="utf-8")
        lines = len(text.removeprefix(NOTICE).splitlines())
        if lines > FILE:
            found.append(f"{name}: {lines} lines, of at most {FILE}: split it")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                long = (node.end_lineno or node.lineno) - node.lineno + 1
                if long > FUNCTION:
                    found.append(f"{name}:{node.lineno}: {node.name} has {long} lines, of at most {FUNCTION}")
    return found


if __name__ == "__main__":
    told = faults(Path(__file__).resolve().parents[1])
    print(*told, sep="\n") if told else print("limits of length are kept")
    sys.exit(bool(told))
