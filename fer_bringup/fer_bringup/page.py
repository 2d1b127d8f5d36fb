# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The live page beside the light, in a process of its own: what it does costs the light nothing."""

import contextlib
import subprocess
import sys
from collections.abc import Mapping

PORT = 8088
"""The page's own default."""
FOXGLOVE_PORT = 8765
"""Where Foxglove looks first."""
PICTURES = {"debug_rate": 5.0, "debug_width": 640}
"""Perception's parameters where the page shows the camera's picture: no more than a page takes is drawn."""
END_S = 5.0
"""Seconds that it has to end by itself."""


class PageProcess:
    """fer_dashboard's node, started with the light and ended with it; it prints the page's address itself."""

    def __init__(self, port: int, namespace: str = "", parameters: Mapping[str, object] | None = None) -> None:
        """Start it.

        Args:
            port: TCP port on 127.0.0.1; 0 takes a free one.
            namespace: of the nodes that it shows; empty: the root's.
            parameters: further ones of the node's.
        """
        command = [sys.executable, "-m", "fer_dashboard.main", "--ros-args", "-p", f"port:={port}"]
        for name, value in (parameters or {}).items():
            command += ["-p", f"{name}:={str(value).lower()}"]
        command += ["-r", f"__ns:=/{namespace}"] if namespace else []
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def close(self) -> None:
        """End it, and wait until it has."""
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_S)
        self._process.kill()
        self._process.wait()
