#!/usr/bin/env bash
# OpenCV has a writer and a reader of Motion JPEG of its own, for builds and machines without FFmpeg (CAP_OPENCV_MJPEG). The
# writer takes any rate, says isOpened() and stores the nearest whole number: 29.97 becomes 30, 3.6 s an hour too fast; 12.5
# becomes 12, 2.5 becomes 2. The reader's CAP_PROP_POS_MSEC after a read is the time of the next frame, where FFmpeg's backend
# gives that of the frame that was read: the same program stamps the same file one frame later. And of an odd size the FFmpeg
# writer keeps no last column and row.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check opencv-python-headless==4.14.0.94 numpy 2> /dev/null
cd "$work"
cat > video.py << 'PYTHON'
import cv2
import numpy as np

OWN, FFMPEG = (cv2.CAP_OPENCV_MJPEG, "OpenCV's own"), (cv2.CAP_FFMPEG, "FFmpeg")
for writer, written in (OWN, FFMPEG):
    for rate in (30000 / 1001, 12.5, 2.5):
        video = cv2.VideoWriter("video.avi", writer, cv2.VideoWriter_fourcc(*"MJPG"), rate, (65, 49))
        assert video.isOpened()
        for i in range(3):
            video.write(np.full((49, 65, 3), 80 * i, np.uint8))
        video.release()
        for reader, read in (OWN, FFMPEG):
            video = cv2.VideoCapture("video.avi", reader)
            times = []
            while (frame := video.read())[0]:
                times.append(f"{video.get(cv2.CAP_PROP_POS_MSEC):.1f}")
                height, width = frame[1].shape[:2]
            print(f"65x49 at {rate:.3f} by {written}, read by {read}: {width}x{height} at "
                  f"{video.get(cv2.CAP_PROP_FPS):.3f}, frames at {', '.join(times)} ms")
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -i '^opencv'
"$work/venv/bin/python" video.py 2> /dev/null | tee said
for line in "65x49 at 29.970 by OpenCV's own, read by OpenCV's own: 65x49 at 30.000, frames at 33.3, 66.7, 100.0 ms" \
    "65x49 at 12.500 by OpenCV's own, read by FFmpeg: 65x49 at 12.000, frames at 0.0, 83.3, 166.7 ms" \
    "65x49 at 2.500 by OpenCV's own, read by FFmpeg: 65x49 at 2.000, frames at 0.0, 500.0, 1000.0 ms" \
    "65x49 at 12.500 by FFmpeg, read by OpenCV's own: 64x48 at 12.500, frames at 80.0, 160.0, 240.0 ms" \
    "65x49 at 12.500 by FFmpeg, read by FFmpeg: 64x48 at 12.500, frames at 0.0, 80.0, 160.0 ms"; do
    grep -qxF "$line" said || { echo "no longer so: $line"; exit 1; }
done
