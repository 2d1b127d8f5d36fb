# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A camera over RTSP: GStreamer's server on loopback, cut and back."""

import os
import socket
import subprocess
import threading
from pathlib import Path

import pytest
from waiting import Patience

from fer_bringup.errors import BringupError
from fer_bringup.sources import open_source

CAMERA = Path(__file__).with_name("rtsp_camera.py")
NEEDS = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer, Gst; \
Gst.init(None); assert Gst.ElementFactory.find('rtpjpegpay') and Gst.ElementFactory.find('jpegenc')"


def camera(port: int) -> "tuple[subprocess.Popen[str], int]":
    """Start it; a port that was just let go of may be kept by the kernel for a while."""
    patience = Patience(90)
    while patience.lasts():
        process = subprocess.Popen(["/usr/bin/python3", CAMERA, str(port)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        if said := process.stdout.readline().strip():
            return process, int(said)
        ended(process)
    raise AssertionError("the camera does not start")


def ended(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.wait()


def test_cut_and_back() -> None:
    try:
        subprocess.run(["/usr/bin/python3", "-c", NEEDS], check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        pytest.skip("no RTSP server: apt-get install gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-good")
    process, port = camera(0)
    again = None
    try:
        source = open_source(f"rtsp://127.0.0.1:{port}/live")
        frame = source.read()
        assert frame is not None
        assert frame.image is not None
        assert frame.image.shape == (48, 64, 3)
        assert frame.image.std() > 20, "the test card has colours"
        ended(process)
        with pytest.raises(BringupError, match="stopped giving images"):
            list(iter(source.read, None))
        assert not source.reopen()
        again, _ = camera(port)
        assert source.reopen()
        assert source.read() is not None
        source.close()
    finally:
        ended(process)
        if again is not None:
            ended(again)


def test_nobody_there_is_one_line() -> None:
    with pytest.raises(BringupError, match="gives no video") as caught:
        open_source("rtsp://me:secret@127.0.0.1:9/live")
    assert "secret" not in str(caught.value)


def test_the_images_go_past_a_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """FFmpeg's rtsps:// heeds http_proxy and checks no certificate: the proxy could read along."""
    with socket.create_server(("127.0.0.1", 0)) as proxy, socket.create_server(("127.0.0.1", 0)) as here:
        asked: list[bytes] = []

        def answer() -> None:
            line, _ = here.accept()
            with line:
                asked.append(line.recv(1))

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        monkeypatch.setenv("no_proxy", "elsewhere.local")
        with pytest.raises(BringupError, match="gives no video"):
            open_source(f"rtsps://me:secret@127.0.0.1:{here.getsockname()[1]}/live")
        proxy.setblocking(False)
        with pytest.raises(BlockingIOError):
            proxy.accept()
        thread.join(30)
        assert asked == [b"\x16"], "a TLS handshake, with the camera itself"
        assert os.environ["no_proxy"] == "elsewhere.local,127.0.0.1"
