#!/usr/bin/env bash
# PyAV reads AV1 from a file, but CodecContext.create("av1", "r"), by the codec's own name, gives a decoder that refuses every
# packet ("Function not implemented"), although one that works is within the same wheel: FFmpeg chooses by number where it opens a
# file (dav1d's, which is registered first) and by name here (its own, which only hands on to a graphics card). Creating it
# raises nothing. H.264, HEVC and VP9 are decoded by their names. "libdav1d" decodes the very same packets.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check av==18.1.0 numpy==2.2.6 2> /dev/null
cd "$work"
cat > decode.py << 'PYTHON'
import av
import numpy as np

ENCODERS = {"h264": "libx264", "hevc": "libx265", "vp9": "libvpx-vp9", "av1": "libsvtav1"}


def packets(encoder):
    coder = av.CodecContext.create(encoder, "w")
    coder.width, coder.height, coder.pix_fmt, coder.framerate = 320, 240, "yuv420p", 10
    coder.time_base = 1 / coder.framerate
    frames = [av.VideoFrame.from_ndarray(np.full((240, 320, 3), 20 * k, np.uint8), format="bgr24") for k in range(5)]
    for k, frame in enumerate(frames):
        frame.pts = k
    return [bytes(packet) for frame in [*frames, None] for packet in coder.encode(frame)]


def decoded(name, parts):
    decoder = av.CodecContext.create(name, "r")
    try:
        return str(sum(len(decoder.decode(packet)) for packet in [*map(av.Packet, parts), None]))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


for codec, encoder in ENCODERS.items():
    parts = packets(encoder)
    print(f"{codec} by its name: {decoded(codec, parts)}")
    if codec == "av1":
        print(f"av1 by libdav1d: {decoded('libdav1d', parts)}")
        with av.open("five.mkv", "w") as out:
            stream = out.add_stream(encoder, rate=10)
            stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
            for k in range(5):
                frame = av.VideoFrame.from_ndarray(np.full((240, 320, 3), 20 * k, np.uint8), format="bgr24")
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
        with av.open("five.mkv") as file:
            print(f"av1 from a file: {len(list(file.decode(video=0)))}, by {file.streams.video[0].codec_context.name}")
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -E '^av '
SVT_LOG=0 "$work/venv/bin/python" decode.py 2> /dev/null | tee said
grep -qx 'h264 by its name: 5' said
grep -qx 'hevc by its name: 5' said
grep -qx 'vp9 by its name: 5' said
grep -q 'av1 by its name: .*Function not implemented' said
grep -qx 'av1 by libdav1d: 5' said
grep -qx 'av1 from a file: 5, by libdav1d' said
