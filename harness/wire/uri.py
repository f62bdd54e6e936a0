"""URI templates and percent-encoding: where an operation lives, and which labels a path fills.

Used by the REST bindings to write targets, and by a router to find the operation of a request.
Source: Smithy 2.0, ``http`` trait (https://smithy.io/2.0/spec/http-bindings.html#http-trait); what is encoded
and what is not follows botocore character for character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import quote, unquote, unquote_plus

import msgspec

from harness.errors import WireError

_LABEL = re.compile(r"\{([^{}]+)\}")
_REMEDY = "Give the member a text of at least one character."


def percent_encode(text: str, safe: str = "-._~") -> str:
    """Encode a text for one place of a URI; everything but letters, digits and ``safe`` is encoded.

    Raises:
        UnicodeEncodeError: The text holds half a surrogate pair, which has no UTF-8.
    """
    return quote(text, safe=safe)


def encode_query(pairs: Iterable[tuple[str, str]]) -> str:
    """Write query parameters in the order given."""
    return "&".join(f"{percent_encode(name)}={percent_encode(value)}" for name, value in pairs)


def decode_query(query: str) -> list[tuple[str, str]]:
    """Read query parameters in wire order; a parameter without ``=`` has the empty text.

    Bytes that are not UTF-8 become lone surrogates, which ``has_surrogates`` finds.
    """
    parts = (part.partition("=") for part in query.split("&") if part)
    return [(_decoded_plus(name), _decoded_plus(value)) for name, _, value in parts]


def has_surrogates(text: str) -> bool:
    """Say whether a decoded text held bytes that are not UTF-8."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def _decoded_plus(text: str) -> str:
    return unquote_plus(text, errors="surrogateescape")


class UriTemplate(msgspec.Struct, frozen=True):
    """A compiled URI template.

    Attributes:
        text: The template as the contract spells it, e.g. ``/events/{Id}/{Rest+}?list-type=2``.
        labels: Its labels in order, without the ``+`` of a greedy one.
        constants: The query parameters that are part of it, with the empty text where they have no value.
    """

    text: str
    labels: tuple[str, ...]
    constants: tuple[tuple[str, str], ...]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, text: str) -> UriTemplate:
        """Compile a template; the same text gives the same object."""
        return _compiled(text)

    @property
    def specificity(self) -> tuple[int, int, int, int]:
        """How narrowly it matches: of two templates that match, the one with the greater value is meant."""
        path = self.text.partition("?")[0]
        literal = len(_LABEL.sub("", path))
        greedy = path.count("+}")
        return (-greedy, path.count("/"), literal, len(self.constants))

    def match(self, path: str, query: str = "") -> dict[str, str] | None:
        """Match a request target.

        Args:
            path: The path as sent, percent-encoded.
            query: The query as sent, percent-encoded.

        Returns:
            The decoded text of each label, or ``None`` when the target is not of this template. Bytes that
            are not UTF-8 become lone surrogates.
        """
        found = self.pattern.fullmatch(path)
        if found is None or not self._has_constants(query):
            return None
        return {
            label: unquote(text, errors="surrogateescape")
            for label, text in zip(self.labels, found.groups(), strict=True)
        }

    def expand(self, labels: Mapping[str, str], where: str) -> str:
        """Write the target, constants of the query included.

        Args:
            labels: The text of each label, not yet encoded.
            where: What to name in an error.

        Returns:
            The percent-encoded path, with ``?`` and the constants where there are any.

        Raises:
            WireError: A label is missing or empty, which would name another path, or has no UTF-8.
        """

        def fill(found: re.Match[str]) -> str:
            label = found.group(1)
            return _encoded_label(label.removesuffix("+"), label.endswith("+"), labels, where)

        return _LABEL.sub(fill, self.text)

    def _has_constants(self, query: str) -> bool:
        if not self.constants:
            return True
        sent = decode_query(query)
        return all(pair in sent for pair in self.constants)


def _encoded_label(label: str, greedy: bool, labels: Mapping[str, str], where: str) -> str:
    text = labels.get(label)
    if not text:
        problem = f"the label {label!r} of the URI is {'missing' if text is None else 'empty'}"
        raise WireError(where, f"{problem}, which names another path", _REMEDY)
    try:
        return percent_encode(text, safe="/~" if greedy else "-._~")
    except UnicodeEncodeError as error:
        problem = f"the label {label!r} holds half a surrogate pair, which has no UTF-8"
        raise WireError(where, problem, "Give the member a text of whole characters.") from error


@lru_cache(maxsize=16384)
def _compiled(text: str) -> UriTemplate:
    path, _, query = text.partition("?")
    parts = _LABEL.split(path)
    pattern = "".join(
        _literal_pattern(part) if index % 2 == 0 else "(.+)" if part.endswith("+") else "([^/]+)"
        for index, part in enumerate(parts)
    )
    labels = tuple(part.removesuffix("+") for part in parts[1::2])
    return UriTemplate(text, labels, tuple(decode_query(query)), re.compile(pattern, re.DOTALL))


def _literal_pattern(text: str) -> str:
    """Match a literal whether or not its punctuation comes percent-encoded."""
    return "".join(
        re.escape(character)
        if character.isalnum() or character == "/" or not character.isascii()
        else f"(?:{re.escape(character)}|%{ord(character):02X}|%{ord(character):02x})"
        for character in text
    )
