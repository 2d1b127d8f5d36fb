# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The live page beside the one-process runner."""

import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path


def test_the_page_is_served_with_the_light_and_ends_with_it(clip: Path) -> None:
    command = [sys.executable, "-m", "fer_bringup.ambient", "--source", str(clip), "--loop", "--light", "none"]
    process = subprocess.Popen([*command, "--page", "0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    said, address = [], ""
    for line in process.stdout:
        said.append(line)
        if found := re.search(r"the page: (http://127\.0\.0\.1:\d+/)", line):
            address = found[1]
            break
    assert address, said
    with urllib.request.urlopen(address, timeout=30) as answer:
        assert b"A light that answers a face" in answer.read()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0
    with_page = "fer_dashboard.main"
    left = subprocess.run(["pgrep", "-P", str(process.pid), "-f", with_page], capture_output=True, text=True)
    assert left.stdout == ""
