# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Build the documentation as a site, strictly: python3 scripts/site_pages.py, which is `make site` and what CI runs.

The pages are the repository's own; the reference is made from parameters, messages and docstrings. MkDocs and its
theme come at the versions of requirements/site.txt, into an environment of their own (runs/site/tools); without an
index to fetch them from this says so and ends with 0.
"""

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
PLACE = TOP / "runs" / "site"
REQUIREMENTS = TOP / "requirements" / "site.txt"
LONGEST_S = 200
LINK = re.compile(r"(\]\()([^()\s#]+)((?:#[^()\s]*)?\))")
FOLDERS = {"fer_msgs/msg": "reference/messages.md", "fer_msgs/srv": "reference/messages.md"}
"""Folders that pages lead to, and the page of the site that has what is in them."""
LANGUAGES = {".py": "python", ".toml": "toml", ".yaml": "yaml"}
"""What a folder without a page of its own shows of its files."""


def main() -> int:
    """Run the command: 1 where a page, a link or a docstring is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages-only", action="store_true", help="put the pages together and build nothing")
    given = parser.parse_args()
    pages = gather(TOP, PLACE / "pages")
    print(f"site: {pages} pages")
    if given.pages_only:
        return 0
    try:
        python = tools(PLACE / "tools")
    except (OSError, subprocess.SubprocessError) as error:
        print(f"site: not built, MkDocs can't be had here ({type(error).__name__})")
        return 0
    build = [python, "-m", "mkdocs", "build", "--strict", "--quiet"]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}  # an advertisement of a successor
    done = subprocess.run(build, cwd=TOP, env=quiet, timeout=LONGEST_S)
    if done.returncode == 0:
        print(f"site: {PLACE / 'html' / 'index.html'}")
    return 1 if done.returncode else 0


def tools(folder: Path) -> Path:
    """Return a Python that has MkDocs, made once.

    Raises:
        OSError, subprocess.SubprocessError: it can't be had, or not in time.
    """
    python, stamp = folder / "bin" / "python", folder / "installed.txt"
    wanted = REQUIREMENTS.read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    venv.create(folder, with_pip=True, clear=True)
    quiet = ["--quiet", "--disable-pip-version-check"]
    install = [python, "-m", "pip", "install", *quiet, "-r", REQUIREMENTS]
    subprocess.run(install, check=True, timeout=LONGEST_S)
    stamp.write_text(wanted)
    return python


def gather(top: Path, place: Path) -> int:
    """Put all pages where MkDocs finds them, links mended, and return how many they are."""
    shutil.rmtree(place, ignore_errors=True)
    listed = ["git", "-C", str(top), "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    names = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split()
    pages = [name for name in names if not name.startswith(".") and (top / name).is_file()]
    for name in pages:
        text = (top / name).read_text(encoding="utf-8")
        _write(place / name, LINK.sub(lambda found, name=name: _mended(found, name, top, place), text))
    made = reference(top)
    for name, text in made.items():
        _write(place / "reference" / name, text)
    return len(pages) + len(made)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _mended(found: "re.Match[str]", page: str, top: Path, place: Path) -> str:
    """Return a link as the site has it: a folder's is its README or what stands for it, and a file comes along."""
    target = found[2]
    if "://" in target or target.startswith("mailto:"):
        return found[0]
    folder = (top / page).parent
    there = (folder / target).resolve()
    if not there.is_relative_to(top):
        return found[0]
    inside = there.relative_to(top).as_posix()
    depth = page.count("/")
    if there.is_dir():
        if inside not in FOLDERS and not (there / "README.md").is_file():
            _write(place / inside / "README.md", _listing(there))
        inside = FOLDERS.get(inside, f"{inside}/README.md")
        return f"{found[1]}{'../' * depth}{inside}{found[3]}"
    if there.is_file() and there.suffix != ".md":
        (place / inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(there, place / inside)
    return found[0]


def _listing(folder: Path) -> str:
    """Return a page for a folder that has none: its files, and what is in them."""
    parts = [f"# {folder.name}"]
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix in LANGUAGES:
            parts += [
                f"## {path.name}",
                f"```{LANGUAGES[path.suffix]}\n{path.read_text(encoding='utf-8').strip()}\n```",
            ]
    return "\n\n".join(parts) + "\n"


def reference(top: Path) -> "dict[str, str]":
    """Return the reference's pages by name: parameters, messages, and one a package."""
    made = {"parameters.md": _parameters(top), "messages.md": _messages(top)}
    for setup in sorted(top.glob("fer_*/setup.py")):
        made[f"{setup.parent.name}.md"] = _package(setup.parent / setup.parent.name)
    return made


def _parameters(top: Path) -> str:
    """Collect the tables that the settings make and tests hold the READMEs to."""
    parts = ["# Parameters", "Every node's parameters, as its package's README has them; tests hold them to the code."]
    for readme in sorted(top.glob("fer_*/README.md")):
        text = readme.read_text(encoding="utf-8")
        tables = re.findall(r"^(\| (?:name|parameter) \|.*\n(?:\|.*\n)+)", text, flags=re.MULTILINE)
        if tables:
            parts += [f"## {readme.parent.name}", *tables]
    return "\n\n".join(parts) + "\n"


def _messages(top: Path) -> str:
    parts = ["# Messages and services"]
    for path in sorted(top.glob("fer_msgs/*/*.msg")) + sorted(top.glob("fer_msgs/*/*.srv")):
        parts += [f"## fer_msgs/{path.stem}", f"```\n{path.read_text(encoding='utf-8').strip()}\n```"]
    return "\n\n".join(parts) + "\n"


def _package(package: Path) -> str:
    """Return what a package offers, by docstrings, and its modules, each with its line."""
    tree = ast.parse((package / "__init__.py").read_text(encoding="utf-8"))
    homes = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("fer_"):
            homes |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    offered = [
        name
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
        for name in ast.literal_eval(node.value)
    ]
    parts = [f"# {package.name}", ast.get_docstring(tree) or ""]
    parts += [f"::: {homes[name]}" for name in offered if name in homes]
    parts += ["## Modules", "| module | |\n|---|---|\n" + "\n".join(_lines(package))]
    return "\n\n".join(parts) + "\n"


def _lines(package: Path) -> "list[str]":
    lines = []
    for path in sorted(package.rglob("*.py")):
        says = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]
        name = ".".join(path.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__")
        if says and not path.stem.startswith("_"):
            lines.append(f"| `{name}` | {says.replace('|', chr(92) + '|')} |")
    return lines


if __name__ == "__main__":
    sys.exit(main())
