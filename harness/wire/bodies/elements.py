"""XML text and the elements that it stands for; knows neither shapes nor protocols.

Reading is hardened: a document type declaration is refused, and with it every entity of a document's own, so
that no entity expands and nothing is fetched; nesting is bounded, and only UTF-8 is read.
Source: XML 1.0 (https://www.w3.org/TR/xml/) and Namespaces in XML (https://www.w3.org/TR/xml-names/).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from xml.parsers import expat

import msgspec

from harness.errors import WireError
from harness.wire.interface import Unreadable

MAX_DEPTH = 128  # deeper nesting is an attack on the parser, not a document
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_REMEDY = "Send an XML document in UTF-8."
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"[^\W\d][\w.\-]*(?::[^\W\d][\w.\-]*)?")
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_ATTRIBUTE = _TEXT | str.maketrans({'"': "&quot;", "\n": "&#xA;", "\t": "&#x9;"})


class Element(msgspec.Struct, frozen=True):
    """One element.

    Attributes:
        name: Its name. As read: without a prefix. To be written: as it shall stand there.
        attributes: Its attributes, named likewise; as read, without the declarations of namespaces.
        children: The elements in it.
        text: The text directly in it, parts between its children joined.
    """

    name: str
    attributes: dict[str, str] = {}
    children: tuple[Element, ...] = ()
    text: str = ""

    def child(self, name: str) -> Element | None:
        """Find the first element in it that has this name."""
        return next((child for child in self.children if child.name == name), None)


class _Builder:
    """Collects what the parser reports; an element is made where it ends."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._children: list[list[Element]] = [[]]
        self._heads: list[tuple[str, dict[str, str]]] = []
        self._texts: list[list[str]] = []

    @property
    def root(self) -> Element:
        return self._children[0][0]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._heads) >= MAX_DEPTH:
            raise Unreadable(self._where, f"the body is nested deeper than {MAX_DEPTH} levels", _REMEDY)
        self._heads.append((_local(name), {_local(key): value for key, value in attributes.items()}))
        self._children.append([])
        self._texts.append([])

    def text(self, text: str) -> None:
        if self._texts:
            self._texts[-1].append(text)

    def end(self, _name: str) -> None:
        name, attributes = self._heads.pop()
        children, text = self._children.pop(), "".join(self._texts.pop())
        self._children[-1].append(Element(name, attributes, tuple(children), text))

    def refuse_declaration(self, *_declared: object) -> None:
        raise Unreadable(self._where, "the body declares a document type, which is not allowed", _REMEDY)


def decode(body: bytes, where: str) -> Element:
    """Read the XML text of a body.

    Args:
        body: The bytes.
        where: What to name in an error.

    Returns:
        The root element.

    Raises:
        Unreadable: The bytes are not UTF-8, not well-formed, declare a document type, or are nested deeper
            than ``MAX_DEPTH``.
    """
    builder = _Builder(where)
    parser = expat.ParserCreate("utf-8", "}")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.refuse_declaration
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise Unreadable(where, f"the body is not XML: {error}", _REMEDY) from error
    return builder.root


def _local(name: str) -> str:
    """Drop the namespace that the parser put before a name."""
    return name.rpartition("}")[2]


def encode(root: Element, where: str, *, replace: bool = False) -> bytes:
    """Write an element as a document.

    Args:
        root: The root element.
        where: What to name in an error.
        replace: Whether characters that XML cannot hold become U+FFFD instead of an error.

    Raises:
        WireError: An element or attribute has a name, or a text has a character, that XML cannot hold, or
            the elements are nested too deep.
    """
    try:
        return (DECLARATION + "".join(_written(root, where, replace))).encode()
    except RecursionError as error:
        raise WireError(where, "the value is nested too deep", "Pass a flatter document.") from error


def _written(element: Element, where: str, replace: bool) -> Iterator[str]:
    name = _checked(element.name, where)
    yield f"<{name}"
    for key, value in element.attributes.items():
        yield f' {_checked(key, where)}="{_possible(value, where, replace).translate(_ATTRIBUTE)}"'
    if element.children or element.text:
        yield f">{_possible(element.text, where, replace).translate(_TEXT)}"
        for child in element.children:
            yield from _written(child, where, replace)
        yield f"</{name}>"
    else:
        yield "/>"


def _checked(name: str, where: str) -> str:
    if _NAME.fullmatch(name):
        return name
    raise WireError(where, f"{json.dumps(name)[:80]} is no name of an XML element", "Rename the member.")


def _possible(text: str, where: str, replace: bool) -> str:
    if replace:
        return _NOT_XML.sub("\ufffd", text)
    found = _NOT_XML.search(text)
    if found is None:
        return text
    problem = f"XML cannot hold the character U+{ord(found.group()):04X}"
    raise WireError(where, problem, "Use text without control characters and surrogates.")
