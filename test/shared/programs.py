# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How programs end by many arguments: in one process, which loads each once and runs it for every list.

For tests of what a program refuses, where three quarters of a start's time would go to its imports. How it starts, and
what it imports, has tests with starts of their own.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ENDS = """
import importlib, json, os, sys, traceback
asked = json.load(sys.stdin)
ends = []
for number, (module, *words) in enumerate(asked):
    main = importlib.import_module(module).main
    sys.argv[1:] = words
    for descriptor, name in ((1, "out"), (2, "err")):
        file = os.open(f"{number}.{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, descriptor)
        os.close(file)
    try:
        code = main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    ends.append(code)
with open("ends.json", "w") as file:
    json.dump(ends, file)
os._exit(0)  # as our programs end
"""


def ends(
    made_once: Callable[..., Path], module: str, asked: Sequence[Sequence[object]]
) -> "dict[tuple[str, ...], subprocess.CompletedProcess[str]]":
    """Give what a program ends with and says, by its arguments; none of them may let it run on.

    Args:
        made_once: the fixture, since several of a run's processes may ask.
        module: of the program, with its `main`.
        asked: the arguments, one list a run, no two alike.
    """
    found = ends_of_several(made_once, [(module, *words) for words in asked])
    return {tuple(words): done for (_, *words), done in found.items()}


def ends_of_several(
    made_once: Callable[..., Path], asked: Sequence[Sequence[object]]
) -> "dict[tuple[str, ...], subprocess.CompletedProcess[str]]":
    """Give the same of several programs, by each one's module and arguments."""
    runs = [[str(word) for word in words] for words in asked]

    def make(folder: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-c", ENDS],
            input=json.dumps(runs), cwd=folder, capture_output=True, text=True, timeout=250,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    folder = made_once(f"ends {hashlib.sha256(json.dumps(runs).encode()).hexdigest()}", make)
    codes = json.loads((folder / "ends.json").read_text())
    texts = [[(folder / f"{number}.{name}").read_text() for name in ("out", "err")] for number in range(len(runs))]
    return {
        tuple(words): subprocess.CompletedProcess(words, code, *text)
        for words, code, text in zip(runs, codes, texts, strict=True)
    }
