# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A camera on loopback that sends MJPEG, by Python's own HTTP server, and can be cut."""

import base64
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class MjpegCamera:
    """Sends one JPEG again and again on /stream; with `counted`, each part has its length."""

    def __init__(self, jpeg: bytes, *, port: int = 0, counted: bool = True, password: str = "") -> None:
        self.jpeg, self.cut = jpeg, threading.Event()
        self.authorizations: list[str | None] = []
        camera = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                camera.authorizations.append(self.headers.get("Authorization"))
                if self.path.startswith("/still"):
                    self.answer(200, "image/jpeg")
                    self.wfile.write(camera.jpeg)
                elif self.path.startswith("/unbounded"):
                    self.answer(200, "multipart/x-mixed-replace")
                elif not self.path.startswith("/stream"):
                    self.answer(404, "text/plain")
                elif password and camera.authorizations[-1] != f"Basic {base64.b64encode(password.encode()).decode()}":
                    self.answer(401, "text/plain")
                else:
                    self.answer(200, 'multipart/x-mixed-replace; boundary="--picture"')
                    self.stream()

            def answer(self, code: int, kind: str) -> None:
                self.send_response(code)
                if code == 401:
                    self.send_header("WWW-Authenticate", 'Basic realm="camera"')
                self.send_header("Content-Type", kind)
                self.end_headers()

            def stream(self) -> None:
                length = f"Content-Length: {len(camera.jpeg)}\r\n" if counted else ""
                head = f"--picture\r\nContent-Type: image/jpeg\r\n{length}\r\n".encode()
                try:
                    while not camera.cut.wait(0.02):
                        self.wfile.write(head + camera.jpeg + b"\r\n")
                except OSError:
                    pass  # whoever looked has gone

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/stream"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Cut every stream, and let nobody in any more."""
        self.cut.set()
        self._server.shutdown()
        self._server.server_close()
