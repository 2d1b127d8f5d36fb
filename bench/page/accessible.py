# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python -m bench.page.accessible: axe-core on the live page, and on an evaluation's report.

Takes axe-core from npm at a pinned version, once (runs/axe); `--axe FILE` names a copy. The page is looked at while the
sample clip runs: wide and narrow, light and dark, with the camera's picture and without it.
"""

import argparse
import subprocess
import sys
import tarfile
from pathlib import Path

from bench.page.running import Pipeline, sample_clip

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "test" / "shared"))
from axe import AXE, axe_script, violations  # noqa: E402
from browser import Browser, find_browser  # noqa: E402

READY = """new Promise((done, fail) => { let left = 600; const look = () =>
  document.querySelector('#lamps').innerText.includes('#') && document.querySelector('[data-set] label')
  && !document.querySelector('#numbers').innerText.startsWith('0.0') ? done(true)
  : left-- ? setTimeout(look, 100) : fail('the page shows nothing'); look(); })"""


def looks(browser: Browser, script: str, name: str) -> int:
    """Look at what is open, four ways; print and count what is broken."""
    count = 0
    for width in (1280, 390):
        for scheme in ("light", "dark"):
            browser.look(width=width, scheme=scheme)
            found = violations(browser, script)
            count += len(found)
            print(f"{name}, {width} px, {scheme}: {len(found)} violations")
            for line in found:
                print(f"  {line}")
    return count


def main() -> int:
    """Run the command: 1 where a rule is broken, 2 where axe-core or a browser can't be had."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--axe", type=Path, help="axe.min.js")
    parser.add_argument("--report", type=Path, action="append", default=[], help="an evaluation's report.html, too")
    given = parser.parse_args()
    executable = find_browser()
    if executable is None:
        print("accessible: no browser: apt-get install chromium", file=sys.stderr)
        return 2
    try:
        script = axe_script(given.axe)
    except (OSError, subprocess.SubprocessError, tarfile.TarError) as error:
        print(f"accessible: {AXE} can't be had ({type(error).__name__}): --axe FILE", file=sys.stderr)
        return 2
    browser = Browser(executable)
    count = 0
    try:
        for name, options in (("page", []), ("page with the camera's picture", ["--show-camera"])):
            with Pipeline(sample_clip(), *options) as pipeline:
                browser.visit(pipeline.link)
                browser.evaluate(READY)
                count += looks(browser, script, name)
        for report in given.report:
            browser.open(report)
            count += looks(browser, script, str(report))
    finally:
        browser.close()
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
