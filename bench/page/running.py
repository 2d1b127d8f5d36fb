# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The pipeline on a looped clip with its page, and what one of its processes costs."""

import os
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

TICK = os.sysconf("SC_CLK_TCK")
PAGE = re.compile(r"the page: (http://[\d.]+:(\d+)/)(\S*)")


class Pipeline:
    """`make ambient` on a clip, over and over, in a process of its own; `page` is the dashboard's process.

    Raises:
        RuntimeError: it ended before the page was served.
    """

    def __init__(self, clip: Path, *more: str) -> None:
        """Start it and wait until the page is served."""
        command = [sys.executable, "-m", "fer_bringup.ambient", "--source", str(clip), "--loop", "--light", "none"]
        self._process = subprocess.Popen(
            [*command, "--page", "0", "--preview", *more], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        said = self._process.stdout
        assert said is not None
        for line in said:
            if found := PAGE.search(line):
                self.address, self.port, self.link = found[1], int(found[2]), found[1] + found[3]
                break
        else:
            raise RuntimeError("the pipeline ended before its page was served")
        threading.Thread(target=said.read, daemon=True).start()  # what it says later must not fill the pipe
        self.page = _child(self._process.pid, "fer_dashboard")

    def __enter__(self) -> "Pipeline":
        """Nothing is left to do."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it as Ctrl-C does."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(60)


def _child(parent: int, words: str) -> int:
    """Return the id of a process's child whose command has these words."""
    for number in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        if words in Path(f"/proc/{number}/cmdline").read_text():
            return int(number)
    raise RuntimeError(f"no child of {parent} is called '{words}'")


def cpu_s(process: int) -> float:
    """Return the seconds of processor time that a process has taken."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def resident_mb(process: int) -> float:
    """Return a process's resident memory in MB of 10^6 bytes."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


class Listener:
    """A node of its own on the graph that hears one topic, in a thread."""

    def __init__(self, kind: Any, topic: str, heard: Callable[[Any], None]) -> None:
        """Join the graph; `heard` gets each message of that kind."""
        import rclpy

        from fer_common.ros.executor import make_executor

        rclpy.init()
        self._node = rclpy.create_node(f"hears_{topic}")
        self._node.create_subscription(kind, topic, heard, 10)
        self._executor, self._stop = make_executor(), threading.Event()
        self._executor.add_node(self._node)
        self._thread = threading.Thread(target=self._spin)
        self._thread.start()

    def _spin(self) -> None:
        while not self._stop.is_set():
            self._executor.spin_once(timeout_sec=0.1)

    def close(self) -> None:
        """Leave the graph."""
        import rclpy

        self._stop.set()
        self._thread.join()
        self._executor.shutdown()
        self._node.destroy_node()
        rclpy.shutdown()


class Heard(Listener):
    """Counts the processed images, by `faces`."""

    def __init__(self) -> None:
        """Join the graph."""
        from fer_msgs.msg import EmotionDistributionArray

        self.count = 0
        super().__init__(EmotionDistributionArray, "faces", self._heard)

    def _heard(self, message: object) -> None:
        self.count += 1

    def rate(self, seconds: float) -> float:
        """Count for so long, and return images a second."""
        first, begun = self.count, time.monotonic()
        time.sleep(seconds)
        return (self.count - first) / (time.monotonic() - begun)


def spread(values: Sequence[float], unit: str, digits: int = 0) -> str:
    """Say a median and a range."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"median {middle:.{digits}f} {unit} ({low:.{digits}f} to {high:.{digits}f}, {len(values)} values)"


def sample_clip() -> Path:
    """Return the clip that the set-up fetched; FileNotFoundError: `make fetch` has it."""
    share = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    path = Path(os.environ.get("FER_DATA_DIR") or share / "fer") / "sad_to_happy.mp4"
    if not path.is_file():
        raise FileNotFoundError(f"{path}: make fetch")
    return path
