# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Measure cameras on hosts of their own, in network namespaces: what the network carries, what a lost link does.

    python3 docs/make/many_cameras.py CLIP --output docs/images/many_cameras  # table and plot: about five minutes
    python3 docs/make/many_cameras.py CLIP --link-loss                        # a link that drops for eight seconds

Each camera is a host (a network namespace on a bridge) that plays the clip; a hub fuses. The nodes find each other by a
discovery server on the hub, over UDP only. Needs root, `ip`, and the environment of scripts/env.bash.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np

WAYS = {
    "at_camera": "perception at the camera",
    "hub_each": "at the hub, one process each",
    "hub_shared": "at the hub, one shared process",
}
BRIDGE, HUB, PORT = "ferbr", "10.77.0.1", 11811
SETTLE, MEASURE = 8.0, 12.0
"""Seconds before and of a measurement."""
RATE = 24.0
"""Images a second of the sample clip."""
LISTENER = """
import sys, time, json, rclpy
from fer_msgs.msg import EmotionDistributionArray
rclpy.init(); node = rclpy.create_node("listener"); late = {name: [] for name in sys.argv[3:]}
def hear(name):
    def heard(message):
        stamp = message.header.stamp
        late[name].append(time.time() - stamp.sec - stamp.nanosec / 1e9)
    return heard
for name in late: node.create_subscription(EmotionDistributionArray, f"{name}/faces", hear(name), 10)
def spin(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end: rclpy.spin_once(node, timeout_sec=0.1)
spin(float(sys.argv[1])); [one.clear() for one in late.values()]; print("begin", flush=True)
spin(float(sys.argv[2])); print(json.dumps(late), flush=True)
"""


def run(*command: str) -> None:
    """Run a command that must succeed."""
    subprocess.run(command, check=True, capture_output=True, text=True)


class Hosts:
    """A bridge, a hub and cameras, each in a network namespace."""

    def __init__(self, cameras: int) -> None:
        """Make them."""
        self.names = [f"camera_{index}" for index in range(cameras)]
        self.close()
        run("ip", "link", "add", BRIDGE, "type", "bridge")
        run("ip", "link", "set", BRIDGE, "up")
        for index, name in enumerate(["hub", *self.names]):
            run("ip", "netns", "add", f"fer_{name}")
            run("ip", "link", "add", f"v{index}", "type", "veth", "peer", "name", "eth0", "netns", f"fer_{name}")
            run("ip", "link", "set", f"v{index}", "master", BRIDGE, "up")
            inside = ("ip", "-n", f"fer_{name}")
            run(*inside, "addr", "add", f"10.77.0.{index + 1}/24", "dev", "eth0")
            run(*inside, "link", "set", "eth0", "up")
            run(*inside, "link", "set", "lo", "up")
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, host: str, *command: str, **options: object) -> "subprocess.Popen[str]":
        """Start a process on a host ('hub', 'camera_0', ...)."""
        environment = os.environ | {
            "ROS_DISCOVERY_SERVER": f"{HUB}:{PORT}",
            "ROS_AUTOMATIC_DISCOVERY_RANGE": "SUBNET",
            "FASTDDS_BUILTIN_TRANSPORTS": "UDPv4",  # hosts share no memory
            "ROS_SUPER_CLIENT": "1",
            "PYTHONUNBUFFERED": "1",
        }
        options.setdefault("stdout", subprocess.DEVNULL)
        options.setdefault("stderr", subprocess.DEVNULL)
        process = subprocess.Popen(
            ["ip", "netns", "exec", f"fer_{host}", *command], text=True, env=environment, **options
        )  # type: ignore[call-overload]
        self.processes.append(process)
        return process

    def node(self, host: str, module: str, *arguments: str, **options: object) -> "subprocess.Popen[str]":
        """Start a node of ours on a host."""
        return self.start(host, sys.executable, "-m", module, "--ros-args", *arguments, **options)

    def carried(self) -> list[int]:
        """Return bytes that each camera's link has carried so far, both ways."""
        folder = Path("/sys/class/net")
        return [
            sum(int((folder / f"v{index}/statistics/{way}_bytes").read_text()) for way in ("rx", "tx"))
            for index in range(1, len(self.names) + 1)
        ]

    def link(self, camera: int, state: str) -> None:
        """Take a camera's link 'up' or 'down'."""
        run("ip", "link", "set", f"v{camera + 1}", state)

    def close(self) -> None:
        """End every process, take everything away."""
        for process in getattr(self, "processes", []):
            process.terminate()
        for process in getattr(self, "processes", []):
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
        for name in ["hub", *self.names]:
            subprocess.run(["ip", "netns", "del", f"fer_{name}"], capture_output=True)
        subprocess.run(["ip", "link", "del", BRIDGE], capture_output=True)


def begin(hosts: Hosts, way: str, clip: str, **fuser: object) -> "list[subprocess.Popen[str]]":
    """Start the discovery server, sources, perception and fuser; the processes of perception."""
    # `fastdds discovery -i 0 -l HUB -p PORT`, which wants psutil in the wheels; importing rclpy finds their libraries.
    server = ("fast-discovery-server", "42", "-i", "0", "-l", HUB, "-p", str(PORT))
    hosts.start("hub", sys.executable, "-c", "import rclpy, os, sys; os.execvp(sys.argv[1], sys.argv[1:])", *server)
    time.sleep(1.0)
    cameras = f"[{', '.join(hosts.names)}]"
    perception = []
    qos = ("-p", "qos_reliability:=reliable")
    for name in hosts.names:
        hosts.node(name, "fer_bringup.source_node", "-r", f"__ns:=/{name}", "-p", f"source:={clip}", "-p", "loop:=true")
        if way != "hub_shared":
            host = name if way == "at_camera" else "hub"
            perception.append(hosts.node(host, "fer_perception.node", "-r", f"__ns:=/{name}", *qos))
    if way == "hub_shared":
        perception.append(hosts.node("hub", "fer_perception.shared_node", "-p", f"cameras:={cameras}", *qos))
    hosts.node("hub", "fer_perception.fuser_node", "-p", f"cameras:={cameras}", **fuser)
    return perception


def used(process: "subprocess.Popen[str]") -> tuple[float, float]:
    """CPU seconds and MB of resident memory of a process (`ip netns exec` becomes it)."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds, int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(way: str, cameras: int, clip: str) -> dict[str, float]:
    """Return one row of the table."""
    with ExitStack() as stack:
        hosts = Hosts(cameras)
        stack.callback(hosts.close)
        perception = begin(hosts, way, clip)
        listener = hosts.start(
            "hub", sys.executable, "-c", LISTENER, str(SETTLE), str(MEASURE), *hosts.names, stdout=subprocess.PIPE
        )
        assert listener.stdout is not None
        listener.stdout.readline()
        carried, before = hosts.carried(), [used(one) for one in perception]
        answer = listener.stdout.readline()
        carried = [now - then for now, then in zip(hosts.carried(), carried)]
        after = [used(one) for one in perception]
        late = json.loads(answer)
    every = [value for values in late.values() for value in values] or [float("nan")]
    images, cores = sum(map(len, late.values())), sum(now[0] - then[0] for now, then in zip(after, before))
    return {
        "images_a_second": images / MEASURE / cameras,
        "network_mb_s": sum(carried) / MEASURE / cameras / 1e6,
        "cpu_ms_an_image": 1e3 * cores / max(1, images),
        "memory_mb": sum(now[1] for now in after),
        "latency_p50_ms": 1e3 * float(np.median(every)),
        "latency_p99_ms": 1e3 * float(np.percentile(every, 99)),
    }


def link_loss(clip: str) -> None:
    """Print what the fuser says while the link of one of two cameras is down for eight seconds."""
    with ExitStack() as stack:
        hosts = Hosts(2)
        stack.callback(hosts.close)
        begin(hosts, "at_camera", clip, stderr=None)
        time.sleep(15)
        for state, seconds in (("down", 8), ("up", 15)):
            print(f"--- {time.time():.1f}: the link of camera_1 goes {state}", flush=True)
            hosts.link(1, state)
            time.sleep(seconds)


def cost(row: "dict[str, float]", key: str, cameras: int) -> float:
    """Return what the plot shows: cores for the clip's full rate, from the CPU time that an image took; MB; MB/s of
    all."""
    if key == "cpu_ms_an_image":
        return cameras * RATE * row[key] / 1e3
    return cameras * row[key] if key == "network_mb_s" else row[key]


def draw(rows: "dict[str, dict[str, float]]", output: Path, most: int) -> None:
    """CPU, memory and network over cameras: measured as dots, reckoned past them as dashes."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(11, 3.4), layout="constrained")
    for axis, key, label in (
        (axes[0], "cpu_ms_an_image", f"perception, cores for {RATE:.0f} images a second each"),
        (axes[1], "memory_mb", "perception, memory in MB"),
        (axes[2], "network_mb_s", "all links, MB/s"),
    ):
        for way, name in WAYS.items():
            points = sorted(
                (int(row.split(",")[1]), values) for row, values in rows.items() if row.startswith(way + ",")
            )
            x = np.asarray([cameras for cameras, _ in points])
            y = np.asarray([cost(values, key, n) for n, values in points])
            (drawn,) = axis.plot(x, y, "o-", label=name)
            slope, start = np.polyfit(x, y, 1)
            beyond = np.asarray([x[-1], most])
            axis.plot(beyond, start + slope * beyond, "--", color=drawn.get_color())
        axis.set_xlabel("cameras")
        axis.set_title(label, fontsize=10)
        axis.set_ylim(bottom=0)
        axis.grid(alpha=0.3)
    axes[0].axhline(os.cpu_count() or 1, color="grey", linewidth=1)
    axes[0].text(0.02, (os.cpu_count() or 1) * 0.98, "this machine", color="grey", fontsize=8, va="top",
                 transform=axes[0].get_yaxis_transform())  # fmt: skip
    axes[0].legend(fontsize=8)
    figure.savefig(output.with_suffix(".png"), dpi=110)


def main() -> None:
    """Measure and print, or show a lost link."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip")
    parser.add_argument("--cameras", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--output", type=Path, help="writes OUTPUT.json and OUTPUT.png")
    parser.add_argument("--draw", action="store_true", help="only draw what OUTPUT.json holds")
    parser.add_argument("--link-loss", action="store_true")
    options = parser.parse_args()
    if options.link_loss:
        link_loss(options.clip)
        return
    if options.draw:
        draw(json.loads(options.output.with_suffix(".json").read_text()), options.output, 2 * max(options.cameras))
        return
    rows = {}
    print("| way | cameras | images a second each | network each | CPU an image | memory | latency, p50, p99 |")
    print("|---|---|---|---|---|---|---|")
    for way, name in WAYS.items():
        for cameras in options.cameras:
            row = rows[f"{way},{cameras}"] = measure(way, cameras, options.clip)
            print(
                f"| {name} | {cameras} | {row['images_a_second']:.1f} | {row['network_mb_s']:.3f} MB/s | "
                f"{row['cpu_ms_an_image']:.0f} ms | {row['memory_mb']:.0f} MB | {row['latency_p50_ms']:.0f}, "
                f"{row['latency_p99_ms']:.0f} ms |",
                flush=True,
            )
    if options.output:
        options.output.with_suffix(".json").write_text(json.dumps(rows, indent=1) + "\n")
        draw(rows, options.output, 2 * max(options.cameras))


if __name__ == "__main__":
    main()
