# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""MJPEG's parts out of bytes that arrive in pieces."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_bringup.errors import BringupError
from fer_bringup.sources.multipart import MOST_HEADER, Parts, boundary_of


def pieces(content: bytes, cuts: list[int]):
    places = sorted({cut % (len(content) + 1) for cut in cuts} | {0, len(content)})
    rest = iter([content[a:b] for a, b in itertools.pairwise(places)])
    return lambda: next(rest, b"")


PICTURES = st.lists(st.binary(max_size=40).map(lambda middle: b"\xff\xd8\xff" + middle + b"\xff\xd9"), max_size=4)


@given(pictures=PICTURES, counted=st.booleans(), line=st.sampled_from([b"\r\n", b"\n"]), cuts=st.lists(st.integers(0)))
def test_the_pictures_come_whole_however_they_are_cut(pictures, counted, line, cuts) -> None:
    stream = b""
    for one in pictures:
        length = b"Content-Length: %d%s" % (len(one), line) if counted else b""
        stream += b"--b0undary" + line + b"Content-Type: image/jpeg" + line + length + line + one + line
    stream += b"--b0undary--" + line
    parts = Parts(b"b0undary", pieces(stream, cuts))
    assert list(iter(parts.next, None)) == pictures


@given(st.binary(max_size=300), st.lists(st.integers(0)))
def test_whatever_arrives_it_ends_or_is_refused_in_one_line(content, cuts) -> None:
    parts = Parts(b"b", pieces(content, cuts))
    try:
        found = list(iter(parts.next, None))
    except BringupError as error:
        found = [str(error).encode()]
    assert b"\n" not in found[-1] if found and found[-1].startswith(b"the stream") else len(found) <= len(content)


def test_what_is_endless_is_refused() -> None:
    with pytest.raises(BringupError, match="no MJPEG"):
        Parts(b"b", lambda: b"x" * MOST_HEADER).next()
    announced = b"--b\r\nContent-Length: 99999999999\r\n\r\n"
    with pytest.raises(BringupError, match="announces a picture of 99999999999 bytes"):
        Parts(b"b", pieces(announced, [])).next()


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/x-mixed-replace;boundary=frame", b"frame"),
        ('Multipart/X-Mixed-Replace; charset=x; boundary="--a b"', b"a b"),
        ("multipart/x-mixed-replace; boundary=--", None),
        ("multipart/x-mixed-replace", None),
        ("image/jpeg", None),
        ("", None),
    ],
)
def test_the_boundary(content_type: str, boundary: bytes | None) -> None:
    assert boundary_of(content_type) == boundary
