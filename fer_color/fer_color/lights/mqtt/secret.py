# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A broker's password: out of a file or the environment, so that no parameter, log or list of processes has it."""

import os
import stat
from pathlib import Path

from fer_color.errors import ColorError

VARIABLE = "FER_MQTT_PASSWORD"
"""The environment's variable that is read where no file is named."""
_MOST = 4096
"""Bytes of a password's file."""


def find_password(path: str) -> tuple[str, str]:
    """Find the password, and a line of warning, which may be empty.

    Args:
        path: of a file whose first line it is; empty: the environment's variable.

    Raises:
        ColorError: the file can't be read, is no plain file, or has no first line of text. No error quotes its content.
    """
    if not path:
        word = os.environ.get(VARIABLE, "")
        if any("\ud800" <= letter <= "\udfff" for letter in word):
            raise ColorError(f"{VARIABLE} is no text: write the password in UTF-8")
        return word, ""
    try:
        file = Path(path).expanduser()
        status = file.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST:
            raise ColorError(
                f"password_file '{path}' is no file of up to {_MOST} bytes: name one that holds the password"
            )
        word = file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ColorError(f"password_file '{path}' cannot be read ({reason}): name one that you may read") from None
    except ValueError:
        raise ColorError(f"password_file '{path}' is no text: name one whose first line is the password") from None
    if not word:
        raise ColorError(f"password_file '{path}' has an empty first line: write the password there")
    if status.st_mode & (stat.S_IRGRP | stat.S_IROTH):
        return word, f"others on this machine can read '{path}': chmod 600 it"
    return word, ""
