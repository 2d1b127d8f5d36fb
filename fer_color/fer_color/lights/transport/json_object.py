# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""JSON that others send, within bounds."""

import json
from typing import Any


def read_object(text: bytes, most: int) -> dict[str, Any]:
    """Read the JSON object that `text` is; ValueError, in one short line, when it is none or longer than `most`
    bytes."""
    if len(text) > most:
        raise ValueError(f"it is longer than {most} bytes")
    try:
        content = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise ValueError(f"'{excerpt(text)}' is no JSON object")
    return content


def excerpt(text: bytes, most: int = 80) -> str:
    """Return the beginning of what somebody sent, fit for a log: one line, `most` characters and whether there is
    more."""
    shown = "".join(part if part.isprintable() else " " for part in text[:most].decode(errors="replace"))
    return shown + ("..." if len(text) > most else "")
