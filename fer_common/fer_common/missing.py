# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One line in place of a traceback where a command's library is not installed."""

import sys
from collections.abc import Collection
from types import TracebackType


def name_missing(package: str, modules: Collection[str], remedy: str) -> None:
    """Have a command of `package` say in one line which of these `modules` it lacks, and what to do.

    To be called by the package's `__init__`, before the command's own imports. It concerns `python3 -m` alone: to
    whoever imports the package as a library, Python's own ImportError is of more use.

    Args:
        package: whose command it is, for the line.
        modules: names of top-level modules that may be missing; whatever else goes wrong stays as it is.
        remedy: what to do, in words.
    """
    if sys.argv[:1] != ["-m"]:  # what Python has there while it looks for the module
        return
    before = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        name = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
        if name in modules:
            print(f"{package}: '{name}' is not installed: {remedy}", file=sys.stderr)
        else:
            before(kind, error, trace)

    sys.excepthook = hook
