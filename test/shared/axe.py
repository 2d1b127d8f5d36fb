# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""axe-core in the browser: which of its rules for accessible pages what is open breaks."""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from browser import Browser

AXE = "axe-core@4.10.3"
SHA256 = "880970c081707360e64f34cea25ff91892f5bc95675b0776925b9709dd8a68bb"
"""Of its axe.min.js."""
KEPT = Path(__file__).resolve().parents[2] / "runs" / "axe" / f"{AXE}.min.js"
PACK = ("pack", "--silent", "--fetch-retries=0", "--fetch-timeout=20000", AXE)


def axe_script(named: Path | None = None) -> str:
    """Return axe-core's source: the file that is named, else what is kept, else npm's.

    Raises:
        OSError, subprocess.SubprocessError, tarfile.TarError: it can't be had.
    """
    if named is None and not KEPT.is_file():
        _fetch()
    content = (named or KEPT).read_bytes()
    if named is None and hashlib.sha256(content).hexdigest() != SHA256:
        raise OSError(f"{KEPT} is not {AXE}; remove it")
    return content.decode()


def script_or_skip() -> str:
    """Return it, or skip the test with what was tried."""
    import pytest  # bench has none

    try:
        return axe_script()
    except (OSError, subprocess.SubprocessError, tarfile.TarError) as error:
        pytest.skip(
            f"{AXE} can't be had of npm ({type(error).__name__}: {error}): 'apt-get install npm', and a network"
        )


def violations(browser: Browser, script: str) -> list[str]:
    """Return a line for each rule that the page in the browser breaks."""
    browser.evaluate(f"{script}; 0")
    found = json.loads(str(browser.evaluate("axe.run(document).then(r => JSON.stringify(r.violations))")))
    return [f"{one['id']}: {one['help']}: {'; '.join(node['html'][:120] for node in one['nodes'])}" for one in found]


def _fetch() -> None:
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=KEPT.parent) as folder:
        npm = shutil.which("npm") or "npm"
        subprocess.run([npm, *PACK], cwd=folder, check=True, timeout=60, capture_output=True)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            member = archive.extractfile("package/axe.min.js")
            assert member is not None
            whole = Path(folder) / KEPT.name
            whole.write_bytes(member.read())
        os.replace(whole, KEPT)
