# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What bloom and rosdistro want of every package: says what is missing, or sets what only its publisher knows.

python3 scripts/metadata.py                              what is missing, or differs between packages
python3 scripts/metadata.py --url URL --email ADDRESS    writes both into every package.xml and setup.py
python3 scripts/metadata.py --release 0.3.0              what is unreleased becomes this version of today, everywhere
"""

import argparse
import re
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

TOP = Path(__file__).resolve().parents[1]
PLACEHOLDER = ".example"
"""The reserved end of addresses that reach nobody: what stands here until there is a public place."""
SAID_TO_HOMES = Path("fer_color") / "fer_color" / "lights" / "mqtt" / "home_assistant.py"
SAYS = r'^_VERSION = "([^"]*)"$'
"""What Home Assistant shows of a light."""
SAME = ("version", "license", "maintainer", "author")
"""What all packages share."""


def packages(top: Path = TOP) -> list[Path]:
    """Return the packages' folders."""
    return sorted(path.parent for path in top.glob("fer_*/package.xml"))


def faults(top: Path = TOP) -> list[str]:
    """Return a line for each thing that a release would stumble over."""
    found, license_text, first = [], (top / "LICENSE").read_bytes(), None
    for folder in packages(top):
        root = ElementTree.parse(folder / "package.xml").getroot()
        if not (folder / "LICENSE").is_file() or (folder / "LICENSE").read_bytes() != license_text:
            found.append(f"{folder.name}: LICENSE is not the repository's: cp LICENSE {folder.name}")
        if not (folder / "CHANGELOG.rst").is_file():
            found.append(f"{folder.name}: no CHANGELOG.rst")
        said = {name: [one.text for one in root.findall(name)] for name in SAME}
        said["url"] = sorted(f"{one.get('type')} {one.text}" for one in root.findall("url"))
        said["email"] = [one.get("email") for one in root.findall("maintainer")]
        first = first or said
        for name, value in said.items():
            if not value:
                found.append(f"{folder.name}: package.xml: no {name}")
            elif value != first[name]:
                found.append(f"{folder.name}: package.xml: {name} is {value}, elsewhere {first[name]}")
        found += _differing(folder, root)
    return found + [fault for version in (first or {}).get("version", [])[:1] for fault in _of_repository(top, version)]


def _of_repository(top: Path, version: str | None) -> list[str]:
    """Tell where the whole's version, its changelogs' newest or the citation's, is another one than the packages'."""
    places = [(top / "CHANGELOG.md", r"^## \[([0-9][^\]]*)\]"), (top / "CITATION.cff", r"^version: (\S+)$")]
    places += [(top / SAID_TO_HOMES, SAYS)]
    places += [(folder / "CHANGELOG.rst", r"^(\d\S*) \(\d{4}-\d\d-\d\d\)$") for folder in packages(top)]
    found = []
    for path, pattern in places:
        if path.is_file():
            newest = re.search(pattern, path.read_text(encoding="utf-8"), flags=re.MULTILINE)
            if newest is None or newest[1] != version:
                where = path.relative_to(top)
                found.append(f"{where}: the newest version is {newest and newest[1]!r}, package.xml has {version!r}")
    return found


def _differing(folder: Path, root: ElementTree.Element) -> list[str]:
    """Tell where setup.py says something else than package.xml."""
    setup = folder / "setup.py"
    if not setup.is_file():
        return []
    text, found = setup.read_text(encoding="utf-8"), []
    website = next((one.text for one in root.findall("url") if one.get("type") == "website"), None)
    maintainer = root.find("maintainer")
    wanted = {"version": root.findtext("version"), "license": root.findtext("license"), "url": website}
    wanted |= {"author": root.findtext("author"), "maintainer": root.findtext("maintainer")}
    wanted["maintainer_email"] = None if maintainer is None else maintainer.get("email")
    for name, value in wanted.items():
        said = re.search(rf'^    {name}="([^"]*)",$', text, flags=re.MULTILINE)
        if said is None or said[1] != value:
            found.append(f"{folder.name}: setup.py: {name} is {said and said[1]!r}, package.xml has {value!r}")
    return found


def publish(url: str, email: str, top: Path = TOP) -> None:
    """Write the place and the address of whoever publishes into every package.

    Args:
        url: the repository's, without a slash at its end; its issues are looked for below it.
        email: the maintainers' address.
    """
    for folder in packages(top):
        path = folder / "package.xml"
        text = path.read_text(encoding="utf-8")
        for kind, place in (("website", url), ("repository", url), ("bugtracker", f"{url}/issues")):
            text = re.sub(rf'(<url type="{kind}">)[^<]*', rf"\g<1>{place}", text)
        path.write_text(re.sub(r'(<maintainer email=")[^"]*', rf"\g<1>{email}", text), encoding="utf-8")
        setup = folder / "setup.py"
        if setup.is_file():
            text = re.sub(r'^(    url=")[^"]*', rf"\g<1>{url}", setup.read_text(encoding="utf-8"), flags=re.MULTILINE)
            text = re.sub(r'^(    maintainer_email=")[^"]*', rf"\g<1>{email}", text, flags=re.MULTILINE)
            setup.write_text(text, encoding="utf-8")


def release(version: str, day: str, top: Path = TOP) -> None:
    """Make what is unreleased this version: in every package.xml, setup.py and changelog, and in the citation.

    Args:
        version: three numbers with points between them.
        day: YYYY-MM-DD.
    """
    heading = f"{version} ({day})"
    for folder in packages(top):
        _replace(folder / "package.xml", r"<version>[^<]*", f"<version>{version}")
        _replace(folder / "setup.py", r'^    version="[^"]*', f'    version="{version}')
        _replace(folder / "CHANGELOG.rst", r"^Forthcoming\n-+$", f"{heading}\n{'-' * len(heading)}")
    _replace(top / "CHANGELOG.md", r"^## \[Unreleased\]$", f"## [Unreleased]\n\n## [{version}] - {day}")
    _replace(top / SAID_TO_HOMES, SAYS, f'_VERSION = "{version}"')
    _replace(top / "CITATION.cff", r"^version: .*$", f"version: {version}")


def _replace(path: Path, pattern: str, by: str) -> None:
    """Replace the first match in a file, if there is one."""
    if path.is_file():
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(pattern, lambda _: by, text, count=1, flags=re.MULTILINE), encoding="utf-8")


def main() -> int:
    """Run the command: 1 where something is missing or differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="the repository's public place")
    parser.add_argument("--email", help="the maintainers' address")
    parser.add_argument("--release", metavar="VERSION", help="three numbers: what is unreleased becomes this version")
    given = parser.parse_args()
    if given.release is not None:
        if not re.fullmatch(r"\d+\.\d+\.\d+", given.release):
            parser.error(f"--release {given.release}: give three numbers, such as 0.3.0")
        if f"## [{given.release}]" in (TOP / "CHANGELOG.md").read_text(encoding="utf-8"):
            parser.error(f"--release {given.release}: CHANGELOG.md has that version already")
        release(given.release, time.strftime("%Y-%m-%d", time.gmtime()))
    if (given.url is None) != (given.email is None):
        parser.error("give --url and --email together")
    if given.url is not None:
        publish(given.url.rstrip("/"), given.email)
    told = faults()
    for line in told:
        print(f"metadata: {line}")
    if any(PLACEHOLDER in (folder / "package.xml").read_text(encoding="utf-8") for folder in packages()):
        print("metadata: address and mail are placeholders; --url and --email set them before a release")
    print(f"metadata: {len(packages())} packages, {len(told)} faults")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
