# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Fetching YuNet's weights, without a network."""

import subprocess
import sys
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fer_perception import fetch_yunet
from fer_perception.fetch_yunet import FILE_NAME, FetchError


@pytest.fixture
def target(tmp_path):
    return tmp_path / "new" / "folder" / FILE_NAME


@pytest.fixture
def own_file(monkeypatch):
    """Stands for the pinned file, so that the tests need no weights."""
    content = b"the authors' file" * 100
    monkeypatch.setattr(fetch_yunet, "SHA256", fetch_yunet.hashlib.sha256(content).hexdigest())
    return content


class Answer(BaseHTTPRequestHandler):
    def __init__(self, content, asked, *args):
        self.content, self.asked = content, asked
        super().__init__(*args)

    def do_GET(self):
        self.asked.append(self.path)
        if "missing" in self.path:
            self.send_error(404)
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, *_):
        pass


@pytest.fixture
def serve():
    servers = []

    def start(content):
        asked = []
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Answer, content, asked))
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}", asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def one_line(error):
    assert "\n" not in str(error)
    return str(error)


def leftovers(target):
    return [path.name for path in target.parent.iterdir()] if target.parent.exists() else []


@pytest.mark.parametrize("folder", [True, False])
def test_from_a_path(tmp_path, target, own_file, folder):
    source = tmp_path / (FILE_NAME if folder else "another name.onnx")
    source.write_bytes(own_file)
    assert fetch_yunet.fetch_yunet(tmp_path if folder else source, target) == target
    assert target.read_bytes() == own_file
    assert leftovers(target) == [FILE_NAME]
    assert target.stat().st_mode & 0o777 == 0o644


def test_from_an_address(target, own_file, serve):
    url, asked = serve(own_file)
    fetch_yunet.fetch_yunet(None, target, url=url)
    assert target.read_bytes() == own_file
    assert len(asked) == 1
    fetch_yunet.fetch_yunet(None, target, url=url)
    assert len(asked) == 1, "what is there is not fetched again"


@pytest.mark.parametrize("content", [b"", b"<html>sign in</html>", b"x" * (5 << 20)])
def test_another_content_is_never_written(target, own_file, serve, content):
    url, _ = serve(content)
    with pytest.raises(FetchError) as caught:
        fetch_yunet.fetch_yunet(None, target, url=url)
    assert "not the pinned file" in one_line(caught.value)
    assert leftovers(target) == []


def test_a_wrong_file_at_the_target_is_replaced(target, own_file, serve):
    target.parent.mkdir(parents=True)
    target.write_bytes(b"half of it")
    fetch_yunet.fetch_yunet(None, target, url=serve(own_file)[0])
    assert target.read_bytes() == own_file


@pytest.mark.parametrize(
    ("source", "url", "says"),
    [
        ("nowhere", "", "cannot read"),
        (None, "http://127.0.0.1:9/x", "cannot download"),
        (None, "http://name.invalid/x", "cannot download"),
        (None, "no address", "cannot download"),
    ],
)
def test_what_cannot_be_had_is_named_in_one_line(tmp_path, target, source, url, says):
    with pytest.raises(FetchError) as caught:
        fetch_yunet.fetch_yunet(tmp_path / source if source else None, target, url=url)
    assert says in one_line(caught.value)
    assert "--from" in str(caught.value)
    assert leftovers(target) == []


def test_a_page_that_is_missing_is_named(target, serve):
    with pytest.raises(FetchError, match="cannot download"):
        fetch_yunet.fetch_yunet(None, target, url=serve(b"")[0] + "/missing")


def test_a_target_that_cannot_be_written_is_named(tmp_path, own_file):
    source = tmp_path / "weights.onnx"
    source.write_bytes(own_file)
    with pytest.raises(FetchError) as caught:
        fetch_yunet.fetch_yunet(source, source / "below a file" / FILE_NAME)
    assert "--to" in one_line(caught.value)


def test_the_place_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("FER_DATA_DIR", str(tmp_path / "a"))
    assert fetch_yunet.default_path() == tmp_path / "a" / FILE_NAME
    monkeypatch.delenv("FER_DATA_DIR")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "b"))
    assert fetch_yunet.default_path() == tmp_path / "b" / "fer" / FILE_NAME
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert fetch_yunet.default_path() == tmp_path / ".local" / "share" / "fer" / FILE_NAME


def run(*arguments):
    """As the set-up does it: the file itself, with nothing of the package importable."""
    return subprocess.run(
        [sys.executable, "-I", str(Path(fetch_yunet.__file__)), *arguments],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60,
    )  # fmt: skip


def test_the_command_shows_the_licence_and_asks(target):
    done = run("--to", str(target))
    assert done.returncode == 2
    assert "MIT" in done.stdout
    assert done.stderr.count("\n") == 1
    assert "--yes" in done.stderr
    assert leftovers(target) == []


def test_the_command_fails_in_one_line(target, tmp_path):
    done = run("--from", str(tmp_path), "--to", str(target))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("fetch_yunet: cannot read")


def test_the_command_takes_the_real_file(target, weights):
    done = run("--from", weights, "--to", str(target))
    assert done.returncode == 0, done.stderr
    assert fetch_yunet.checksum_matches(target.read_bytes())
    assert "already there" in run("--to", str(target)).stdout
