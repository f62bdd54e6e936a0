"""XML bodies: a document to elements and back, after the shapes of a contract.

Serves the bodies of rest-xml and the responses of query and ec2. Writing is lenient: what does not fit its
shape is written as the text of its JSON. Reading a request is strict, for there every value is text; reading
a response keeps what does not fit for ``contract.check`` to report.
Source: Smithy 2.0, XML bindings (https://smithy.io/2.0/spec/xml-traits.html). Where the name of the element
of a flattened list differs from its member's, both are read, and written is what botocore writes and reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from harness.contract import Contract, Member, Shape
from harness.contract.checking import blob_length
from harness.errors import WireError
from harness.wire import texts, timestamps
from harness.wire.bodies.elements import Element
from harness.wire.interface import Unreadable

AGGREGATES = ("structure", "union", "list", "map")


def is_flattened(shape: Shape, member: Member) -> bool:
    """Say whether the entries of a list or map stand for themselves, without an element around them."""
    return shape.xml_flattened or member.xml_flattened


def name_of(contract: Contract, member: Member, key: str) -> str:
    """Name the element of a member; ``key`` is what it is called where no trait names it.

    The ``xml_name`` of a structure is its name as the root of a body only.
    """
    if member.xml_name is not None:
        return member.xml_name
    shape = contract.shapes[member.target]
    return shape.xml_name if shape.xml_name is not None and shape.type not in ("structure", "union") else key


class Writer:
    """Writes the values of one message.

    Args:
        contract: Where the shapes are.
        response: Whether the message is a response.
    """

    def __init__(self, contract: Contract, *, response: bool) -> None:
        self.contract, self.response = contract, response

    def structure(
        self, name: str, members: Mapping[str, Member], value: dict[str, Any], namespace: dict[str, str]
    ) -> Element:
        """Write a structure; nulls are absent, unknown members keep their own name.

        Args:
            name: The name of its element.
            members: The members that are parts of the element.
            value: The document.
            namespace: The attributes that declare the element's namespace.

        Raises:
            WireError: A list or map holds a null, for which XML has no form, or the value is nested too deep.
        """
        try:
            return self._structure(name, members, value, namespace)
        except RecursionError as error:
            raise _too_deep(self.contract) from error

    def element(self, member: Member, name: str, value: Any) -> Element:
        """Write a value as one element.

        Raises:
            WireError: As for ``structure``.
        """
        try:
            return self._element(member, name, value)
        except RecursionError as error:
            raise _too_deep(self.contract) from error

    def _structure(
        self, name: str, members: Mapping[str, Member], value: dict[str, Any], namespace: dict[str, str]
    ) -> Element:
        attributes, children = dict(namespace), []
        for key, item in value.items():
            member = members.get(key)
            if item is None:
                continue
            if member is None:
                children.append(_unknown(key, item))
            elif member.xml_attribute:
                attributes[member.xml_name or key] = self._text(member, item)
            else:
                children += self._member(member, key, item)
        return Element(name, attributes, tuple(children))

    def _member(self, member: Member, key: str, value: Any) -> list[Element]:
        """Write a member: one element, or one for each entry of a flattened list or map."""
        shape = self.contract.shapes[member.target]
        name = name_of(self.contract, member, key)
        if not is_flattened(shape, member):
            return [self._element(member, name, value)]
        if shape.type == "list" and shape.member is not None and isinstance(value, list):
            name = (shape.member.xml_name if self.response else None) or name
            return [self._entry_of_list(shape.member, name, item) for item in value]
        if shape.type == "map" and isinstance(value, dict):
            return [
                Element(name, namespace_of(member, shape), self._key_and_value(shape, key, item))
                for key, item in value.items()
            ]
        return [self._element(member, name, value)]

    def _element(self, member: Member, name: str, value: Any) -> Element:
        shape = self.contract.shapes[member.target]
        namespace = namespace_of(member, shape)
        if shape.type in ("structure", "union") and isinstance(value, dict):
            return self._structure(name, shape.members, value, namespace)
        if shape.type == "list" and shape.member is not None and isinstance(value, list):
            inner = shape.member.xml_name or "member"
            return Element(
                name, namespace, tuple(self._entry_of_list(shape.member, inner, item) for item in value)
            )
        if shape.type == "map" and isinstance(value, dict):
            entries = (self._key_and_value(shape, key, item) for key, item in value.items())
            return Element(name, namespace, tuple(Element("entry", {}, entry) for entry in entries))
        return Element(name, namespace, text=self._text(member, value))

    def _entry_of_list(self, element: Member, name: str, value: Any) -> Element:
        return self._element(element, name, _not_null(self.contract, value))

    def _key_and_value(self, shape: Shape, key: str, value: Any) -> tuple[Element, ...]:
        assert shape.key is not None  # noqa: S101  # a map has both
        assert shape.value is not None  # noqa: S101
        value = _not_null(self.contract, value)
        return (
            *self._member(shape.key, "key", key),
            *self._member(shape.value, "value", value),
        )

    def _text(self, member: Member, value: Any) -> str:
        return texts.write(self.contract, member, value, "query")


class Reader:
    """Reads the values of one message.

    Args:
        contract: Where the shapes are.
        response: Whether the message is a response: what does not fit its shape is kept as it is, and
            date-times may have an offset from UTC.
    """

    def __init__(self, contract: Contract, *, response: bool) -> None:
        self.contract, self.response = contract, response

    def structure(self, members: Mapping[str, Member], element: Element, where: str) -> dict[str, Any]:
        """Read the members that are parts of an element.

        Unknown elements are kept; one that has the name of a member which the wire calls otherwise is kept
        as ``wire:<name>``.

        Raises:
            Unreadable: A text does not spell a value of its shape, or an element is not of its shape's form.
        """
        children: dict[str, list[Element]] = {}
        for child in element.children:
            children.setdefault(child.name, []).append(child)
        document: dict[str, Any] = {}
        known: set[str] = set()
        for key, member in members.items():
            if member.xml_attribute:
                text = element.attributes.get((member.xml_name or key).rpartition(":")[2])
                if text is not None:
                    document[key] = self._leaf(member, Element(key, text=text), f"{where}/{key}")
                continue
            name = next((name for name in self._names(members, key, member) if name in children), None)
            if name is not None:
                found = children[name]
                if len(found) > 1 and not self._is_repeated(member) and self._is_shared(members, key, name):
                    found = found[:1]
                document[key] = self._value(member, found, f"{where}/{key}")
                known.add(name)
        for name, strangers in children.items():
            if name in known:
                continue
            kept = [_plain(stranger) for stranger in strangers]
            document[f"wire:{name}" if name in members else name] = kept if len(kept) > 1 else kept[0]
        return document

    def value(self, member: Member, element: Element, where: str) -> Any:
        """Read the value that one element stands for.

        Raises:
            Unreadable: As for ``structure``.
        """
        return self._value(member, [element], where)

    def _names(self, members: Mapping[str, Member], key: str, member: Member) -> list[str]:
        """Name the elements in which a member may stand, the likelier one first."""
        shape, name = self.contract.shapes[member.target], _local(name_of(self.contract, member, key))
        if shape.type != "list" or shape.member is None or not is_flattened(shape, member):
            return [name]
        other = shape.member.xml_name
        if other is None or other == name:
            return [name]
        taken = {_local(name_of(self.contract, sibling, k)) for k, sibling in members.items() if k != key}
        names = [other, name] if self.response else [name, other]
        return [n for n in names if n == name or n not in taken]

    def _is_shared(self, members: Mapping[str, Member], key: str, name: str) -> bool:
        """Say whether another member has the same name, as where S3 made a list of what was one value."""
        return any(name in self._names(members, k, member) for k, member in members.items() if k != key)

    def _is_repeated(self, member: Member) -> bool:
        shape = self.contract.shapes[member.target]
        return shape.type in ("list", "map") and is_flattened(shape, member)

    def _value(self, member: Member, found: list[Element], where: str) -> Any:
        shape = self.contract.shapes[member.target]
        if self._is_repeated(member):
            return self._entries(shape, found, where)
        if len(found) > 1:
            if self.response:
                return [_plain(element) for element in found]
            raise Unreadable(where, f"the element {found[0].name} comes {len(found)} times", "Send it once.")
        element = found[0]
        if shape.type not in AGGREGATES:
            return self._leaf(member, element, where)
        if element.text.strip() and not element.children:
            if self.response:
                return element.text
            problem = f"the element {element.name} holds text where a {shape.type} is asked for"
            raise Unreadable(where, problem, "Send elements.")
        if shape.type in ("list", "map"):
            return self._entries(shape, list(element.children), where)
        return self.structure(shape.members, element, where)

    def _entries(self, shape: Shape, found: list[Element], where: str) -> Any:
        if shape.type == "list" and shape.member is not None:
            return [self._value(shape.member, [element], f"{where}/member") for element in found]
        return dict(self._entry(shape, element, where) for element in found)

    def _entry(self, shape: Shape, entry: Element, where: str) -> tuple[str, Any]:
        assert shape.key is not None  # noqa: S101  # a map has both
        assert shape.value is not None  # noqa: S101
        names = [_local(shape.key.xml_name or "key"), _local(shape.value.xml_name or "value")]
        parts = [[child for child in entry.children if child.name == name] for name in names]
        if not parts[0] or not parts[1] or len(entry.children) != len(parts[0]) + len(parts[1]):
            problem = f"the element {entry.name} does not hold {names[0]} and {names[1]} and nothing else"
            raise Unreadable(where, problem, "Send both for each entry of the map.")
        key = self._leaf(shape.key, parts[0][0], f"{where}/key")
        return str(key), self._value(shape.value, parts[1], f"{where}/value")

    def _leaf(self, member: Member, element: Element, where: str) -> Any:
        """Read a value that is text; in a response, what is no such text is kept."""
        try:
            if element.children:
                problem = f"the element {element.name} holds elements where text is asked for"
                raise Unreadable(where, problem, "Send text.")
            return read_text(self.contract, member, element.text, where, offsets=self.response)
        except Unreadable:
            if not self.response:
                raise
            return _plain(element)


def read_text(contract: Contract, member: Member, text: str, where: str, *, offsets: bool = False) -> Any:
    """Read a simple value from the text of an element or form field.

    Args:
        contract: Where the shapes are.
        member: The member, whose target is the value's shape.
        text: The text; white space around anything but a string counts for nothing.
        where: What to name in an error.
        offsets: Whether date-times may have an offset from UTC.

    Raises:
        Unreadable: The text does not spell a value of the shape.
    """
    shape = contract.shapes[member.target]
    if shape.type == "blob":
        packed = "".join(text.split())
        if blob_length(packed) is None:
            raise Unreadable(where, f"{json.dumps(text[:60])} is not base64", "Send bytes in base64.")
        return packed
    bare = text if shape.type == "string" else text.strip()
    form = member.timestamp_format or shape.timestamp_format or timestamps.DATE_TIME
    if shape.type == "timestamp" and form == timestamps.DATE_TIME and offsets:
        try:
            return timestamps.read(bare, form, offsets=True)
        except (ValueError, OverflowError) as error:
            raise Unreadable(where, f"{json.dumps(text[:60])} is no {form}", "Send a timestamp.") from error
    return texts.read(contract, member, bare, "query", where)


def namespace_of(member: Member | None, shape: Shape) -> dict[str, str]:
    """Declare the namespace of an element, the member's before the shape's; nothing where neither has one."""
    namespace = (member.xml_namespace if member is not None else None) or shape.xml_namespace
    if namespace is None:
        return {}
    return {f"xmlns:{namespace.prefix}" if namespace.prefix else "xmlns": namespace.uri}


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _too_deep(contract: Contract) -> WireError:
    return WireError(contract.name, "the value is nested too deep", "Pass a flatter document.")


def _not_null(contract: Contract, value: Any) -> Any:
    if value is None:
        problem = "a list or map holds a null, for which XML has no form"
        raise WireError(contract.name, problem, "Leave the entry out.")
    return value


def _unknown(name: str, value: Any) -> Element:
    """Write what no shape describes: objects as elements in elements, everything else as text."""
    if isinstance(value, dict):
        return Element(name, {}, tuple(_unknown(key, item) for key, item in value.items()))
    return Element(name, text=value if isinstance(value, str) else json.dumps(value))


def _plain(element: Element) -> Any:
    """Read what no shape describes: text, or an object of the elements in it."""
    if not element.children:
        return element.text
    return dict(_plain_children(element))


def _plain_children(element: Element) -> Iterator[tuple[str, Any]]:
    found: dict[str, list[Any]] = {}
    for child in element.children:
        found.setdefault(child.name, []).append(_plain(child))
    for name, values in found.items():
        yield name, values if len(values) > 1 else values[0]
