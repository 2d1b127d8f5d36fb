# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The live page beside the light, in a process of its own: what it does costs the light nothing."""

import contextlib
import subprocess
import sys

PORT = 8088
"""The page's own default."""
PICTURES = {"debug_rate": 5.0, "debug_width": 640}
"""Perception's parameters where the page shows the camera's picture: no more than a page takes is drawn."""
END_S = 5.0
"""Seconds that it has to end by itself."""


class PageProcess:
    """fer_dashboard's node, started with the light and ended with it; it prints the page's address itself."""

    def __init__(self, port: int, namespace: str = "", *, show_camera: bool = False, browse: bool = False) -> None:
        """Start it.

        Args:
            port: TCP port on 127.0.0.1; 0 takes a free one.
            namespace: of the nodes that it shows; empty: the root's.
            show_camera: whether it shows the camera's picture, to whoever has the token that it prints.
            browse: whether it opens a browser, where there is a desktop.
        """
        command = [sys.executable, "-m", "fer_dashboard.main", "--ros-args", "-p", f"port:={port}"]
        command += ["-p", "show_camera:=true"] if show_camera else []
        command += ["-p", "open_browser:=true"] if browse else []
        command += ["-r", f"__ns:=/{namespace}"] if namespace else []
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def close(self) -> None:
        """End it, and wait until it has."""
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_S)
        self._process.kill()
        self._process.wait()
