# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A reverse proxy that puts a server below a path of its own, as nginx does by `location /path/ { proxy_pass ... }`."""

import contextlib
import socket
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def proxied(port: int, path: str, *, keeps_host: bool) -> Iterator[int]:
    """Put what listens on `port` of this machine below `path`; the port of the proxy.

    Not `keeps_host`: the Host becomes the server's own, which is nginx's default.
    """
    with socket.create_server(("127.0.0.1", 0)) as outside:
        threading.Thread(target=_accept, args=(outside, port, path, keeps_host), daemon=True).start()
        yield outside.getsockname()[1]


def _accept(outside: socket.socket, port: int, path: str, keeps_host: bool) -> None:
    with contextlib.suppress(OSError):
        while True:
            threading.Thread(target=_serve, args=(outside.accept()[0], port, path, keeps_host), daemon=True).start()


def _serve(client: socket.socket, port: int, path: str, keeps_host: bool) -> None:
    """Pass one request on, changed; what follows is a WebSocket's, or the end, for the connection is not kept."""
    with contextlib.suppress(OSError), client, socket.create_connection(("127.0.0.1", port)) as server:
        head = b""
        while b"\r\n\r\n" not in head:
            more = client.recv(4096)
            if not more:
                return
            head += more
        first, *lines = head.decode("latin-1").split("\r\n")
        method, asked, version = first.split(" ")
        if not asked.startswith(path):
            client.sendall(b"HTTP/1.1 404 no such place\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        if not keeps_host:
            lines = [f"Host: 127.0.0.1:{port}" if line.lower().startswith("host:") else line for line in lines]
        if "upgrade:" not in head.decode("latin-1").lower():
            lines = [line for line in lines if not line.lower().startswith("connection:")]
            lines.insert(0, "Connection: close")
        server.sendall("\r\n".join([f"{method} /{asked[len(path) :]} {version}", *lines]).encode("latin-1"))
        threading.Thread(target=_pour, args=(client, server), daemon=True).start()
        _pour(server, client)


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(65536):
            sink.sendall(part)
        sink.shutdown(socket.SHUT_WR)
