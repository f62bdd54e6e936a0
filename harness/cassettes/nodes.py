"""A YAML cassette as plain values, with the lines they stand on.

libyaml parses; the values are made here, since only so are doubled keys refused, lines known, and ten
megabytes read in a few seconds. No tag makes anything but text, bytes, numbers, lists and mappings.
"""

from __future__ import annotations

import base64
import binascii
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml

_TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset({_TAG + "str", _TAG + "python/str", _TAG + "python/unicode"})
_PLAIN_TAGS = frozenset({_TAG + "map", _TAG + "seq", _TAG + "python/tuple"})
# The two that vcrpy writes for bodies and reads again, and where their content stands; nothing is executed.
_STREAMS = {"python/object/new:_io.BytesIO": "state", "python/object/apply:builtins.iter": "args"}
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
# A cassette is six levels deep; a document that loops through an alias is endlessly so.
_DEEPEST = 24
TOO_DEEP = "nested too deeply"

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Parser):
    """libyaml's loader, which would end the process on a file that is nested deeply enough."""

    depth = 0

    def descend_resolver(self, parent: Any, index: Any) -> None:  # noqa: ARG002
        self.depth += 1
        if self.depth > _DEEPEST:
            raise yaml.YAMLError(TOO_DEEP)

    def ascend_resolver(self) -> None:
        self.depth -= 1


class UnusableError(Exception):
    """The text is not YAML of a cassette's kind; ``line`` counts from one."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(problem, line)
        self.problem, self.line = problem, line


@contextmanager
def without_collection() -> Iterator[None]:
    """Hold Python's garbage collector back: a parse makes many objects, none of them garbage.

    Collecting again and again among them costs more than half of the time of a large cassette.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


class Document:
    """One parsed document: its values, and where the elements of its lists stand."""

    def __init__(self, text: bytes) -> None:
        try:
            self._root = _Loader(text).get_single_node()
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", None) or str(error)
            problem = (
                TOO_DEEP if "nesting depth" in problem else problem
            )  # newer releases of libyaml count too
            raise UnusableError(f"not YAML: {problem}", mark.line + 1 if mark else 1) from error
        self._made: dict[int, Any] = {}

    def values(self) -> Any:
        """Return the document as plain values; ``None`` for an empty one.

        Raises:
            UnusableError: A key stands twice, or a value is of a kind that cassettes do not hold.
        """
        return None if self._root is None else self._make(self._root, 0)

    def line(self, *path: str | int) -> int:
        """Return the line of the value at a path of keys and positions, or of its nearest holder."""
        node = self._root
        for step in path:
            if isinstance(node, yaml.MappingNode):
                node = next((value for key, value in node.value if key.value == step), node)
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
        return int(node.start_mark.line) + 1 if node is not None else 1

    def _make(self, node: Any, depth: int) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return node.value if node.tag in _TEXT_TAGS else _scalar(node)
        # An alias is the same node again; made once, a thousand of them cost nothing.
        if id(node) in self._made:
            return self._made[id(node)]
        if depth > _DEEPEST:
            raise UnusableError(TOO_DEEP, node.start_mark.line + 1)
        if node.tag not in _PLAIN_TAGS:
            return self._python_value(node, depth)
        if isinstance(node, yaml.SequenceNode):
            made: Any = [self._make(item, depth + 1) for item in node.value]
        else:
            made = {self._key(key): self._make(value, depth + 1) for key, value in node.value}
            if len(made) != len(node.value):
                raise UnusableError("a key stands twice in one mapping", node.start_mark.line + 1)
        self._made[id(node)] = made
        return made

    def _python_value(self, node: Any, depth: int) -> Any:
        """The body of a request that stock vcrpy wrote down as a Python object: a file, a list of parts."""
        kind = node.tag.removeprefix(_TAG)
        if isinstance(node, yaml.MappingNode) and kind in _STREAMS:
            state = next((value for key, value in node.value if key.value == _STREAMS[kind]), None)
            if isinstance(state, yaml.SequenceNode) and state.value:
                held = self._make(state.value[0], depth + 1)
                if not isinstance(held, list):
                    return held
                if all(isinstance(part, (str, bytes)) for part in held):
                    return _joined(held)
        raise UnusableError(f"a value of kind {kind} has no place in a cassette", node.start_mark.line + 1)

    def _key(self, node: Any) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise UnusableError("a key is not text", node.start_mark.line + 1)
        return str(node.value)


def _joined(parts: list[Any]) -> Any:
    """The parts of a body as one."""
    return b"".join(part.encode("utf-8") if isinstance(part, str) else part for part in parts)


def _scalar(node: Any) -> Any:
    """A scalar that is not text."""
    tag, text = node.tag.removeprefix(_TAG), node.value
    try:
        if tag == "int":
            return int(text)
        if tag == "null":
            return None
        if tag == "bool":
            return _WORDS[text.lower()]
        if tag == "binary":
            return base64.b64decode("".join(text.split()), validate=True)
        if tag in ("timestamp", "float"):
            return text
    except (ValueError, KeyError, binascii.Error):
        raise UnusableError(f"{text[:40]!r} is no {tag}", node.start_mark.line + 1) from None
    raise UnusableError(f"a value of kind {node.tag} has no place in a cassette", node.start_mark.line + 1)
