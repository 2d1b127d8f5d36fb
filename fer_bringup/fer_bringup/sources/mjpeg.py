# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A camera that sends MJPEG over HTTP."""

import contextlib
import http.client
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from fer_bringup.errors import BringupError
from fer_bringup.sources.address import Address
from fer_bringup.sources.base import Frame, Source
from fer_bringup.sources.multipart import KIND, Parts, boundary_of, is_stream
from fer_perception.images.compressed import MAX_PIXELS
from fer_perception.images.picture_file import decode_picture

STALL_S = 3.0
"""Seconds without a byte after which the stream counts as cut."""
ANSWER_S = 8.0
"""Seconds that it may take to answer, with all redirections, however steadily its header trickles."""
PICTURE_S = 10.0
"""Seconds that one picture may take, however steadily it trickles."""
PIECE = 1 << 16


class MjpegSource(Source):
    """The newest images of a `multipart/x-mixed-replace` stream, which end only with it."""

    live = True
    gives_jpeg = True

    def __init__(self, address: Address) -> None:
        """Ask the camera for its stream.

        Raises:
            BringupError: it does not answer, refuses, or sends something else.
        """
        self._address = address
        self.description = f"camera at {address.shown}"
        self._response: Any = None
        self._deadline = 0.0
        self._parts = self._asked()

    def _asked(self) -> Parts:
        shown = self._address.shown
        lines: list[socket.socket] = []
        # A time-out of the socket's begins anew with each byte.
        cut = threading.Timer(ANSWER_S, _cut, (lines,))
        cut.daemon = True
        cut.start()
        try:
            self._response = _opener(self._address, lines.append).open(self._address.plain, timeout=STALL_S)
        except urllib.error.HTTPError as error:
            error.close()
            hint = "; write http://NAME:PASSWORD@HOST/…" if error.code == 401 else ""
            raise BringupError(f"{shown} answers {error.code} {str(error.reason)[:80]}{hint}") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise BringupError(
                f"{shown} does not answer ({str(reason)[:120]}): is the camera on, is it its address?"
            ) from error
        finally:
            cut.cancel()
        kind = self._response.headers.get("Content-Type", "")
        boundary = boundary_of(kind)
        if boundary is None:
            self.close()
            what = (
                f"'{kind[:60]}' without a boundary=..., by which its pictures are told apart"
                if is_stream(kind)
                else f"'{kind[:60]}', no MJPEG stream ({KIND})"
            )
            raise BringupError(
                f"{shown} sends {what}: look for another path in the camera's manual, or give its rtsp:// address"
            )
        return Parts(boundary, self._piece)

    def _piece(self) -> bytes:
        if time.monotonic() > self._deadline:
            raise TimeoutError(f"no whole picture in {PICTURE_S:g} s")
        return bytes(self._response.read1(PIECE))

    def read(self) -> Frame | None:
        """Return the next image; due at once. What is no JPEG is passed over.

        Raises:
            BringupError: the stream was cut, or stands still.
        """
        self._deadline = time.monotonic() + PICTURE_S
        while True:
            try:
                content = self._parts.next()
            except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:  # a closed one, too
                raise BringupError(f"{self.description} stopped giving images ({str(error)[:80]})") from error
            if content is None:
                raise BringupError(f"{self.description} stopped giving images: it closed the stream")
            if not content.startswith(b"\xff\xd8\xff"):
                continue
            if self.keep_jpeg:
                return Frame(None, 0.0, content)
            image = decode_picture(content, MAX_PIXELS)
            if image is not None:
                return Frame(image, 0.0)

    def rewind(self) -> None:
        """Do nothing: a camera has no beginning."""

    def reopen(self) -> bool:
        """Ask for the stream again."""
        self.close()
        try:
            self._parts = self._asked()
        except BringupError:
            return False
        return True

    def close(self) -> None:
        """Close the connection."""
        if self._response is not None:
            self._response.close()


def _cut(lines: list[socket.socket]) -> None:
    for line in lines:
        with contextlib.suppress(OSError):
            socket.socket.shutdown(line, socket.SHUT_RDWR)  # of TLS, too, past what its own way of closing waits for


def _noted(kind: type[http.client.HTTPConnection], note: Callable[[socket.socket], None]) -> Any:
    """Make a kind of connections that tells of each one's socket."""

    class Noted(kind):  # type: ignore[misc, valid-type]
        def connect(self) -> None:
            super().connect()
            note(self.sock)

    return Noted


class _Http(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    def __init__(self, note: Callable[[socket.socket], None]) -> None:
        urllib.request.HTTPSHandler.__init__(self)
        self._note = note

    def http_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(_noted(http.client.HTTPConnection, self._note), req)

    def https_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(_noted(http.client.HTTPSConnection, self._note), req)


def _opener(address: Address, note: Callable[[socket.socket], None]) -> urllib.request.OpenerDirector:
    """Make what opens it: HTTP alone (a redirect leads to no file), straight to the camera, with its password; `note`
    is told of each connection's socket."""
    opener = urllib.request.OpenerDirector()
    handlers: list[urllib.request.BaseHandler] = [
        _Http(note),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
    ]
    if address.user:
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, address.plain, address.user, address.password)
        handlers += [urllib.request.HTTPDigestAuthHandler(passwords), urllib.request.HTTPBasicAuthHandler(passwords)]
    for handler in handlers:
        opener.add_handler(handler)
    return opener
