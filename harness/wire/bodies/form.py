"""Form bodies: a document to the parameters of the query and ec2 protocols and back.

A parameter's name is the way to its value: ``Filter.1.Value.2``. Everything is text; an empty structure has
no parameter, nor has an empty list in ec2, while query spells it as a parameter without text. There is no
null.
Sources: AWS query (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html) and ec2 query
(https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html); written is what botocore writes. Where
botocore and Smithy name a flattened list differently, both names are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from harness.contract import Contract, Member, Shape
from harness.errors import WireError
from harness.wire import texts
from harness.wire.bodies import xml
from harness.wire.interface import Unreadable

Dialect = Literal["query", "ec2"]

MAX_DEPTH = 128
_POSITION = re.compile(r"[0-9]{1,9}")
_REMEDY = "Send the parameters of the operation."


class Writer:
    """Writes one input.

    Args:
        contract: Where the shapes are.
        dialect: Whose names to use.
    """

    def __init__(self, contract: Contract, dialect: Dialect) -> None:
        self.contract, self.dialect = contract, dialect

    def structure(
        self, members: Mapping[str, Member], value: dict[str, Any], prefix: str = ""
    ) -> Iterator[tuple[str, str]]:
        """Write the members of a structure; nulls are absent, unknown members keep their own name.

        Args:
            members: The members.
            value: The document.
            prefix: The name of the structure with a dot; empty for the input itself.

        Raises:
            WireError: A list or map holds a null, for which a form has no place.
        """
        for key, item in value.items():
            member = members.get(key)
            if member is None:
                yield f"{prefix}{key}", item if isinstance(item, str) else json.dumps(item)
            elif item is not None:
                yield from self._value(
                    member, item, prefix + name_of(self.contract, member, key, self.dialect)
                )

    def _value(self, member: Member, value: Any, name: str) -> Iterator[tuple[str, str]]:
        shape = self.contract.shapes[member.target]
        if value is None:
            problem = "a list or map holds a null, for which a form has no place"
            raise WireError(self.contract.name, problem, "Leave the entry out.")
        if shape.type in ("structure", "union") and isinstance(value, dict):
            yield from self.structure(shape.members, value, f"{name}.")
        elif shape.type == "list" and shape.member is not None and isinstance(value, list):
            if not value and self.dialect == "query":
                yield name, ""
            start = self._start_of_list(shape, member, shape.member, name)
            for position, item in enumerate(value, 1):
                yield from self._value(shape.member, item, f"{start}.{position}")
        elif shape.type == "map" and isinstance(value, dict):
            yield from self._map(shape, member, value, name)
        else:
            yield name, texts.write(self.contract, member, value, "query")

    def _start_of_list(self, shape: Shape, member: Member, element: Member, name: str) -> str:
        if self.dialect == "ec2":
            return name
        if not xml.is_flattened(shape, member):
            return f"{name}.{element.xml_name or 'member'}"
        if element.xml_name is None or member.xml_name is not None:
            return name
        return ".".join([*name.split(".")[:-1], element.xml_name])

    def _map(
        self, shape: Shape, member: Member, value: dict[str, Any], name: str
    ) -> Iterator[tuple[str, str]]:
        assert shape.key is not None  # noqa: S101  # a map has both
        assert shape.value is not None  # noqa: S101
        start = name if xml.is_flattened(shape, member) else f"{name}.entry"
        for position, (key, item) in enumerate(value.items(), 1):
            entry = f"{start}.{position}"
            yield from self._value(
                shape.key, key, f"{entry}.{name_of(self.contract, shape.key, 'key', self.dialect)}"
            )
            yield from self._value(
                shape.value, item, f"{entry}.{name_of(self.contract, shape.value, 'value', self.dialect)}"
            )


def name_of(contract: Contract, member: Member, key: str, dialect: Dialect) -> str:
    """Name the parameter of a member; ``key`` is what it is called where no trait names it."""
    name = xml.name_of(contract, member, key)
    if dialect == "query":
        return name
    return name[:1].upper() + name[1:] if member.query_name is None else member.query_name


class Node:
    """One step on the way to values; filled while a form is read, then only looked at.

    Attributes:
        name: The way to it, dots between the steps.
        text: The text that stands here; ``None`` where there is none.
        children: The further steps.
    """

    __slots__ = ("children", "name", "text")

    def __init__(self, name: str) -> None:
        self.name = name
        self.text: str | None = None
        self.children: dict[str, Node] = {}

    def at(self, way: str) -> Node | None:
        """Go on by one step or, where a name has dots, by several."""
        node: Node | None = self
        for step in way.split("."):
            node = node.children.get(step) if node is not None else None
        return node

    def leaves(self) -> Iterator[Node]:
        """Go through every step that has text, without recursion."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if node.text is not None:
                yield node
            waiting += reversed(node.children.values())


def tree(pairs: Iterable[tuple[str, str]], where: str) -> Node:
    """Put parameters in order by their names.

    Raises:
        Unreadable: A parameter comes twice, or its name has more than ``MAX_DEPTH`` steps.
    """
    root = Node("")
    for name, text in pairs:
        steps = name.split(".", MAX_DEPTH)
        if len(steps) > MAX_DEPTH:
            problem = f"the name of a parameter has more than {MAX_DEPTH} steps"
            raise Unreadable(where, problem, _REMEDY)
        node = root
        for step in steps:
            node = node.children.setdefault(step, Node(f"{node.name}.{step}" if node.name else step))
        if node.text is not None:
            raise Unreadable(where, f"the parameter {json.dumps(name[:60])} comes twice", "Send it once.")
        node.text = text
    return root


class Reader:
    """Reads one input.

    Args:
        contract: Where the shapes are.
        dialect: Whose names to read.
    """

    def __init__(self, contract: Contract, dialect: Dialect) -> None:
        self.contract, self.dialect = contract, dialect
        self._read: set[str] = set()

    def document(self, members: Mapping[str, Member], root: Node, where: str) -> dict[str, Any]:
        """Read an input; parameters of no member are kept under their whole name.

        Raises:
            Unreadable: A text does not spell a value of its shape, or stands where none can.
        """
        found = self._structure(members, root, where)
        for leaf in root.leaves():
            if leaf.name not in self._read:
                found[f"wire:{leaf.name}" if leaf.name in members else leaf.name] = leaf.text
        return found

    def _structure(self, members: Mapping[str, Member], node: Node, where: str) -> dict[str, Any]:
        document = {}
        for key, member in members.items():
            value = self._member(member, key, node, f"{where}/{key}")
            if value is not None:
                document[key] = value
        return document

    def _member(self, member: Member, key: str, above: Node, where: str) -> Any:
        """Read a member; ``None`` where it is absent."""
        shape = self.contract.shapes[member.target]
        name = self._name(member, key)
        node = above.at(name)
        element = shape.member if shape.type == "list" and xml.is_flattened(shape, member) else None
        if element is not None and element.xml_name is not None and self.dialect == "query":
            node = above.at(element.xml_name) or node
        return None if node is None else self._value(member, node, where)

    def _value(self, member: Member, node: Node, where: str) -> Any:
        shape = self.contract.shapes[member.target]
        if shape.type not in ("structure", "union", "list", "map"):
            return self._leaf(member, node, where)
        empty = self._is_empty(shape, node, where)
        if shape.type in ("structure", "union"):
            return None if empty else self._structure(shape.members, node, where)
        if empty:
            return ([] if shape.type == "list" else {}) if self.dialect == "query" else None
        flattened = xml.is_flattened(shape, member)
        if shape.type == "list":
            return self._list(shape, node, where, flattened=flattened)
        return self._map(shape, node if flattened else node.children.get("entry"), where)

    def _is_empty(self, shape: Shape, node: Node, where: str) -> bool:
        if node.text is None:
            return False
        if node.text or node.children:
            problem = f"{json.dumps(node.text[:60])} stands for a {shape.type}, which has no text of its own"
            raise Unreadable(where, problem, "Name each of its parts.")
        self._read.add(node.name)
        return True

    def _list(self, shape: Shape, node: Node, where: str, *, flattened: bool) -> list[Any] | None:
        assert shape.member is not None  # noqa: S101  # a list has elements
        start: Node | None = node
        if self.dialect == "query" and not flattened:
            start = node.children.get(shape.member.xml_name or "member")
        if start is None:
            return None
        items = (self._value(shape.member, item, f"{where}/member") for item in _in_order(start, where))
        return [item for item in items if item is not None]

    def _map(self, shape: Shape, node: Node | None, where: str) -> dict[str, Any] | None:
        assert shape.key is not None  # noqa: S101  # a map has both
        assert shape.value is not None  # noqa: S101
        if node is None:
            return None
        document = {}
        for entry in _in_order(node, where):
            key = entry.at(self._name(shape.key, "key"))
            value = entry.at(self._name(shape.value, "value"))
            if key is None or value is None:
                raise Unreadable(where, f"{entry.name} has no key or no value", "Send both for each entry.")
            document[str(self._leaf(shape.key, key, where))] = self._value(shape.value, value, where)
        return document

    def _name(self, member: Member, key: str) -> str:
        return name_of(self.contract, member, key, self.dialect)

    def _leaf(self, member: Member, node: Node, where: str) -> Any:
        if node.text is None:
            problem = f"{node.name} has parts, but is a {self.contract.shapes[member.target].type}"
            raise Unreadable(where, problem, "Send text.")
        self._read.add(node.name)
        return xml.read_text(self.contract, member, node.text, where)


def _in_order(node: Node, where: str) -> list[Node]:
    """List the entries of a list or map by their positions, which may have gaps."""
    for step in node.children:
        if not _POSITION.fullmatch(step):
            problem = f"{json.dumps(step[:60])} below {node.name} is no position"
            raise Unreadable(where, problem, "Number the entries from 1.")
    return [node.children[step] for step in sorted(node.children, key=int)]
