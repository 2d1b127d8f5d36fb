# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""JSON that others send, within bounds."""

import json
import re
from typing import Any

MOST_DEPTH = 64
"""Objects and lists within each other. WLED's answers have five; Python's own limit depends on its version."""
_STRING, _BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL), re.compile(rb"[\[\]{}]")


def read_object(text: bytes, most: int) -> dict[str, Any]:
    """Read the JSON object that `text` is; ValueError, in one short line, when it is none, longer than `most` bytes or
    deeper than `MOST_DEPTH`."""
    if len(text) > most:
        raise ValueError(f"it is longer than {most} bytes")
    if _depth(text) > MOST_DEPTH:
        raise ValueError("it is nested too deeply")
    try:
        content = json.loads(text)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise ValueError(f"'{excerpt(text)}' is no JSON object")
    return content


def _depth(text: bytes) -> int:
    """Return how many brackets are open at once, at most; those within strings don't count."""
    deepest = depth = 0
    for bracket in _BRACKETS.findall(_STRING.sub(b"", text)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def excerpt(text: bytes, most: int = 80) -> str:
    """Return the beginning of what somebody sent, fit for a log: one line, `most` characters and whether there is
    more."""
    shown = "".join(part if part.isprintable() else " " for part in text[:most].decode(errors="replace"))
    return shown + ("..." if len(text) > most else "")
