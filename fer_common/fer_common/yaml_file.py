# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""YAML that users write, read strictly: nothing in it is lost, and nothing in it can cost more than its length.

PyYAML takes the last of two equal keys, follows aliases that multiply, and waits for ever at a pipe; here all
three are refused.
"""

from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

import yaml

from fer_common.errors import FerError
from fer_common.whole_file import read_whole

LARGEST = 1 << 16
"""Bytes of a file; what we read has a few hundred, and PyYAML takes about a second for so many."""
DEEPEST = 20
"""Mappings and lists within each other."""
_SHOWN = 200
"""Characters of PyYAML's own words, which quote the file."""


def read_mapping(
    path: str | Path,
    what: str,
    error: type[FerError] = FerError,
    example: str = "name: value",
    *,
    as_written: bool = False,
) -> dict[Any, Any]:
    """Read a YAML file that holds one mapping.

    Args:
        path: may begin with `~`.
        what: what the file is, for the error's text, such as 'palette file'.
        error: the exception to raise.
        example: a line of such a file.
        as_written: every word and number stays the text that it is: `no` is no False, `010` no 8.

    Raises:
        FerError: as `error`: the file can't be read, is no regular file or too large, is no YAML, gives a key twice,
            has an anchor or an alias, or holds something else than a mapping.
    """
    try:
        text = read_whole(Path(path).expanduser(), LARGEST).decode("utf-8")
        content = yaml.load(text, _TextLoader if as_written else _StrictLoader)
    except Exception as reason:  # no home of that name; PyYAML lets through whatever a date or a number raises
        raise error(f"{what} '{path}' cannot be read: {_brief(reason)}") from reason
    if not isinstance(content, dict):
        raise error(f"{what} '{path}' is no mapping: give lines such as '{example}'")
    return content


def read_value(text: str, what: str, error: type[FerError] = FerError) -> Any:
    """Read a value that a user wrote in YAML, such as `0.5` or `[1, 2]`.

    Args:
        text: the value.
        what: what it is, for the error's text, such as "--param 'color.show=x'".
        error: the exception to raise.

    Raises:
        FerError: as `error`: it is no YAML value, or none that `read_mapping` would take.
    """
    try:
        if len(text) > LARGEST:
            raise ValueError(f"it has more than {LARGEST} characters")
        return yaml.load(text, _StrictLoader)
    except Exception as reason:
        raise error(f"{what}: no YAML value ({_brief(reason)})") from reason


def _brief(reason: Exception) -> str:
    line = " ".join(str(reason).split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}..."


class _StrictLoader(yaml.SafeLoader):
    """Refuses what would be lost (a key given twice, which YAML forbids) and what would multiply (aliases)."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if event.anchor is not None:
            raise yaml.YAMLError(f"write out what '{event.anchor[:40]}' stands for: anchors and aliases are not taken")
        if self.depth > DEEPEST:
            raise yaml.YAMLError(f"it is nested deeper than {DEEPEST}")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        given = Counter((key.tag, key.value) for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        for (_, key), times in given.most_common(1):
            if times > 1:
                raise yaml.YAMLError(f"'{key[:40]}' is given {times} times")
        mapping = super().construct_mapping(node, deep)
        if len(mapping) < len(node.value):  # the same number or date, written in two ways
            raise yaml.YAMLError("a key is given twice")
        return mapping


class _TextLoader(_StrictLoader):
    """Takes no word for anything but a text."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]
