# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""`make ambient` in a process of its own."""

import os
import subprocess
import sys

LEDS = 16


def start(*arguments, **environment):
    return subprocess.Popen(
        [sys.executable, "-m", "fer_bringup.ambient", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


def run(*arguments, **environment):
    process = start(*arguments, **environment)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err
