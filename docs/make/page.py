# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Draw docs/images/dashboard_*.png and dashboard.webp from the sample clip: python3 docs/make/page.py. Needs Chromium.

The page in a headless browser while the light runs: wide and narrow, light and dark, and a short animation of one pass.
"""

import sys
import time
from io import BytesIO
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP), str(TOP / "test" / "shared")]

from browser import Browser, find_browser  # noqa: E402
from PIL import Image  # noqa: E402

from bench.page.accessible import READY  # noqa: E402
from bench.page.running import Pipeline, sample_clip  # noqa: E402

IMAGES = TOP / "docs" / "images"
SIZES = {1280: 800, 390: 844}
FRAMES, PERIOD_S, WIDE = 48, 0.33, 640
"""Of the animation: one pass of the clip, at a third of its pixels."""


def main() -> int:
    """Run the command: 2 where there is no browser."""
    executable = find_browser()
    if executable is None:
        print("page: no browser: apt-get install chromium", file=sys.stderr)
        return 2
    browser = Browser(executable)
    try:
        with Pipeline(sample_clip()) as pipeline:
            browser.look(width=1280, scheme="dark")
            browser.visit(pipeline.address)
            browser.evaluate(READY)
            animate(browser, IMAGES / "dashboard.webp")
            for width, height in SIZES.items():
                for scheme in ("light", "dark"):
                    browser.look(width=width, scheme=scheme)
                    shot(browser, height).save(IMAGES / f"dashboard_{scheme}_{width}.png", optimize=True)
    finally:
        browser.close()
    return 0


def shot(browser: Browser, height: int) -> Image.Image:
    """Return the upper part of the page as it is now."""
    import base64

    width = int(browser.evaluate("innerWidth"))
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    picture = browser.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
    return Image.open(BytesIO(base64.b64decode(picture["data"]))).convert("RGB")


def animate(browser: Browser, path: Path) -> None:
    """Write a pass of the clip as an animation that goes round."""
    begun, frames = time.monotonic(), []
    for number in range(FRAMES):
        time.sleep(max(0.0, begun + number * PERIOD_S - time.monotonic()))
        whole = shot(browser, SIZES[1280])
        frames.append(whole.resize((WIDE, SIZES[1280] * WIDE // 1280), Image.Resampling.LANCZOS))
    frames[0].save(
        path, save_all=True, append_images=frames[1:], duration=int(1000 * PERIOD_S), loop=0, quality=55, method=4
    )


if __name__ == "__main__":
    sys.exit(main())
