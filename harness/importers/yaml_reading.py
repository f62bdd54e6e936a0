"""YAML text to plain values, strictly: no key twice, keys are text, dates stay text, no aliases.

Source: YAML 1.1 as PyYAML reads it (https://pyyaml.org/wiki/PyYAMLDocumentation).
"""

from __future__ import annotations

from typing import Any

import yaml

from harness.errors import ContractError

_Fast: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Fast):  # type: ignore[misc]  # PyYAML's C classes carry no types
    """A safe loader that refuses what a contract file must not say twice or unclearly."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
        """Build a mapping whose keys are distinct texts."""
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            text = key is not None and key_node.tag == "tag:yaml.org,2002:str"
            if key is None or not text:
                raise _Refused(key_node, f"the key {key!r} is not text; put it in quotes")
            if key in seen:
                raise _Refused(key_node, f"the key {key!r} stands twice in one mapping; keep one of them")
            seen.add(key)
        built: dict[str, Any] = super().construct_mapping(node, deep=deep)
        return built


# Without its resolver an unquoted date is the text it looks like.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Fast.yaml_implicit_resolvers.items()
}


class _Refused(yaml.YAMLError):
    def __init__(self, node: Any, problem: str) -> None:
        super().__init__(problem)
        self.problem, self.problem_mark = problem, node.start_mark


def _refuse_aliases(text: str) -> None:
    """Aliases can make a value that contains itself, and hide what a file says."""
    if "*" not in text or "&" not in text:
        return
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(event, f"the alias *{event.anchor} is not allowed; write the value out")


def read_yaml(text: str, where: str) -> Any:
    """Read one YAML document.

    Args:
        text: The document.
        where: What to name in an error, e.g. the file's path.

    Returns:
        What JSON can say.

    Raises:
        ContractError: The text is no YAML, says a key twice, has a key that is not text, or uses aliases.
    """
    try:
        _refuse_aliases(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506  # a safe loader underneath
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark is not None else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ContractError(where, f"{place}{problem}", "Correct the YAML; see docs/contracts.md.") from error
    except (ValueError, RecursionError) as error:
        problem = f"the YAML cannot be read ({error})"
        raise ContractError(where, problem, "Correct the YAML; see docs/contracts.md.") from error
