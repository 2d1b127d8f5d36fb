"""Files that users write."""

from pathlib import Path
from typing import Any

import yaml

from fer_color.errors import ColorError


def read_mapping(path: str, what: str) -> dict[Any, Any]:
    """A YAML file that holds one mapping; ColorError, which calls it `what`, when it does not or cannot be read."""
    try:
        content = yaml.load(Path(path).expanduser().read_text(encoding="utf-8"), _OnceLoader)
    except Exception as error:  # no home of that name; PyYAML lets through whatever a date or a number raises
        raise ColorError(f"{what} '{path}' cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise ColorError(f"{what} '{path}' is no mapping: give lines of the form 'name: value'")
    return content


class _OnceLoader(yaml.SafeLoader):
    """Refuses a key that is given twice, which YAML forbids and PyYAML takes: the first value would be lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.YAMLError(f"'{key}' is given {keys.count(key)} times")
        return super().construct_mapping(node, deep)
