# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Examples, damaged: what hypothesis draws."""

from collections.abc import Sequence

from hypothesis import strategies as st

INTERESTING = (
    b"\0",
    b"\xff" * 4,
    b"\x7f\xff\xff\xff",
    b"\x80",
    b"1e999",
    b"NaN",
    b"null",
    b"{}",
    b"[[",
    b"-1",
    b"\r\n",
)
"""What readers stumble over: ends, the largest numbers, what is no number, nothing, depth."""


@st.composite
def damaged(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """Draw an example with up to eight places cut out, put in, doubled or overwritten; or bytes of no example."""
    if draw(st.integers(0, 15)) == 0:
        return draw(st.binary(max_size=256))
    content = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, len(content)))
        length = draw(st.integers(0, 16))
        kind = draw(st.sampled_from(("cut", "put", "over", "double", "end")))
        new = draw(st.sampled_from(INTERESTING) | st.binary(max_size=8))
        if kind == "cut":
            del content[at : at + length]
        elif kind == "put":
            content[at:at] = new
        elif kind == "over":
            content[at : at + len(new)] = new
        elif kind == "double":
            content[at:at] = content[at : at + length] * draw(st.integers(1, 8))
        else:
            del content[at:]
    return bytes(content)
