"""Finding the REST operations whose URI template a path may be of, among thousands, without trying each.

A tree over the segments of the templates; what it finds is then matched for certain. Source: Smithy 2.0,
``http`` trait (https://smithy.io/2.0/spec/http-bindings.html#http-trait).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar
from urllib.parse import unquote

from harness.wire.uri import UriTemplate

Item = TypeVar("Item")


class _Node(Generic[Item]):
    """One place in the tree: what follows as a literal, what follows as a label, what ends here."""

    __slots__ = ("ends", "greedy", "label", "literals")

    def __init__(self) -> None:
        self.literals: dict[str, _Node[Item]] = {}
        self.label: _Node[Item] | None = None
        self.ends: list[tuple[str, Item]] = []
        self.greedy: list[tuple[str, Item]] = []


class Templates(Generic[Item]):
    """A tree of URI templates for one method, each with what it stands for."""

    def __init__(self) -> None:
        self._root: _Node[Item] = _Node()

    def add(self, uri: str, item: Item) -> None:
        """Add a template."""
        node = self._root
        for segment in _segments(uri.partition("?")[0]):
            if "+}" in segment:
                node.greedy.append((uri, item))
                return
            if "{" in segment:
                node.label = node.label or _Node()
                node = node.label
            else:
                node = node.literals.setdefault(segment, _Node())
        node.ends.append((uri, item))

    def matching(self, path: str, query: str) -> Iterator[tuple[UriTemplate, Item]]:
        """Find every template that a request target is of.

        Args:
            path: The path as sent, percent-encoded.
            query: The query as sent, percent-encoded.

        Yields:
            The template and what it stands for.
        """
        segments = [unquote(part, errors="surrogateescape") for part in _segments(path)]
        for uri, item in _found(self._root, segments, 0):
            template = UriTemplate.of(uri)
            if template.match(path, query) is not None:
                yield template, item


def _segments(path: str) -> list[str]:
    return path.split("/")[1:]


def _found(node: _Node[Item], segments: list[str], position: int) -> Iterator[tuple[str, Item]]:
    yield from node.greedy
    if position == len(segments):
        yield from node.ends
        return
    literal = node.literals.get(segments[position])
    if literal is not None:
        yield from _found(literal, segments, position + 1)
    if node.label is not None:
        yield from _found(node.label, segments, position + 1)
