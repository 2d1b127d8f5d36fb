# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""`--help` of an executable that is a node."""

import json
import sys
from collections.abc import Sequence
from dataclasses import fields

from fer_common.settings import Checked, choices_of, default_of


def asks_for_help(arguments: Sequence[str] | None = None) -> bool:
    """Tell whether `--help` or `-h` stands before `--ros-args`; None: in this process's command line."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    before = words[: words.index("--ros-args")] if "--ros-args" in words else words
    return bool({"-h", "--help"} & set(before))


def shows_help(name: str, kind: type[Checked], arguments: Sequence[str] | None = None) -> bool:
    """Print what a node is told and by what, where `--help` or `-h` stands before `--ros-args`; whether it was so.

    Args:
        name: of the executable.
        kind: its parameters.
        arguments: of the command line; None: this process's.
    """
    if not asks_for_help(arguments):
        return False
    print(f"usage: {name} [--ros-args [-p PARAMETER:=VALUE]... [-r FROM:=TO]... [--params-file FILE]]\n\nparameters:")
    for entry in fields(kind):
        about = entry.metadata
        limits = f", {about['low']:.12g} to {about['high']:.12g}" if about["low"] is not None else ""
        unit = f" {about['unit']}" if about["unit"] else ""
        choices = f" (one of {', '.join(choices_of(entry))})" if about["choices"] else ""
        default = json.dumps(default_of(entry))
        print(f"  {entry.name}:={default}{unit}{limits}\n      {about['reason']}{choices}")
    return True
