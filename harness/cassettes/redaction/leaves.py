"""What becomes of one value of a document: a pseudonym, a text without secrets, or a level for matching."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from harness.cassettes.redaction import pseudonyms
from harness.cassettes.redaction.known import Known, Secret
from harness.cassettes.redaction.plan import Node, Part, rewritten
from harness.cassettes.redaction.pseudonyms import LEVEL, PSEUDONYM
from harness.cassettes.redaction.rows import REPLACEMENT
from harness.contract.checking import blob_length
from harness.contract.constraint import trait_of

# What base64 of JSON begins with: ``{"`` and ``{ ``, ``{`` and a line's end, ``[{``, ``["``.
BASE64_OF_JSON = ("ey", "ew", "W3", "Wy")
_NOTHING: frozenset[str] = frozenset()


class Leaves:
    """Makes the leaves of documents that came from one side.

    Args:
        known: The secrets.
        origin: ``sent`` or ``received``.
        issued: Texts that are no secrets wherever they stand.
        common: Texts that are secret in their own place only.
    """

    def __init__(
        self,
        known: Known,
        origin: str,
        issued: frozenset[str] = _NOTHING,
        common: frozenset[str] = _NOTHING,
    ) -> None:
        self._known, self._origin = known, origin
        self._issued, self._common = issued, common
        self.carried: tuple[str, ...] = ()  # what is secret in this exchange alone

    def learn(self, text: str) -> None:
        """Remember that a text is secret."""
        if text and not self._is_free(text) and not _is_done(text):
            self._known.learn(text, self._origin, self._common)

    def learn_within(self, value: str) -> None:
        """Remember what a text that is JSON, or base64 of it, says under the name of a secret."""
        if value[:2] in BASE64_OF_JSON and (raw := _raw_of(value)) is not None:
            value = raw.decode("utf-8", "replace")
        if value[:1] not in ("{", "["):
            return
        with suppress(ValueError, RecursionError):
            rewritten(None, json.loads(value), self._heard, self._heard_text)

    def _heard(self, _node: Node | None, value: Any, part: Part) -> Any:
        if isinstance(value, str):
            self.learn(value.partition("?")[2] if part == "query" else value)
        return value

    def _heard_text(self, _node: Node | None, value: str) -> str:
        self.learn_within(value)
        return value

    def _is_free(self, text: str) -> bool:
        """Say whether a text is kept although it stands in a secret place."""
        return text in self._issued or (self._origin == "received" and self._known.is_open(text))

    # --- for a recording ----------------------------------------------------------------------------

    def standing(self, node: Node | None, value: Any, part: Part) -> Any:
        """Make what stands for a secret value; of the same type, and valid where the value was."""
        if not isinstance(value, str):
            return self._number(node, value)
        if value == "" or self._is_free(value) or _is_done(value):
            return value
        if node is not None and value == node.smallest:
            return value
        if part == "query":
            return self._address(node, value)
        if node is not None and node.shape.type == "blob":
            return self._blob(node, value)
        enum = trait_of(node.shape, node.member, "enum") if node is not None else None
        if enum and value in enum:
            return enum[0]
        return self._spelled(node, value) or self._named(node, value)

    def text(self, node: Node | None, value: str) -> str:
        """Take the secrets out of a text that is not secret itself."""
        if value in self._issued:
            return value
        if node is not None and self._known.get(value) is None and self._known.is_form(value):
            self.learn(value)
        self.learn_within(value)
        whole = self._known.get(value)
        if whole is not None and whole.number and whole.is_everywhere and self._origin == "received":
            return self._fitting(node, whole)
        if node is not None and node.shape.type == "blob":
            return self._inside(value, self._clean_bytes)
        return self._known.text(value, self._origin, self.carried)

    def _clean_bytes(self, raw: bytes) -> bytes:
        try:
            return self._known.text(raw.decode("utf-8"), self._origin, self.carried).encode()
        except UnicodeDecodeError:
            return self._known.of_bytes(raw, self._origin, self.carried)

    def _inside(self, value: str, edit: Callable[[bytes], bytes]) -> str:
        """Change the bytes of a blob that is not secret itself."""
        raw = _raw_of(value)
        if raw is None:
            return self._known.text(value, self._origin, self.carried)
        edited = edit(raw)
        return value if edited == raw else base64.b64encode(edited).decode("ascii")

    def _number(self, node: Node | None, value: Any) -> Any:
        """Make a number or boolean, the same for every secret."""
        if isinstance(value, bool):
            return False
        smallest = node.smallest if node is not None else None
        if node is None or not pseudonyms.fits(node.shape, node.member, value):
            return 0
        if not isinstance(smallest, (int, float)):  # a document may hold a number, and is none
            return 0
        return float(smallest) if isinstance(value, float) else smallest

    def _named(self, node: Node | None, value: str) -> str:
        secret = self._known.learn(value, self._origin, self._common)
        return self._fitting(node, secret)

    def _fitting(self, node: Node | None, secret: Secret) -> str:
        # What was received stands in requests as the client got it.
        is_returned = self._origin == "sent" and secret.origin == "received"
        if node is None or not secret.number or is_returned:
            return secret.standing
        made = pseudonyms.text_for(node.shape, node.member, secret.text, secret.origin, secret.number)
        if made is not None:
            return made
        if not isinstance(node.smallest, str):
            return secret.standing
        if self._origin == "received":
            self._known.settle(secret.text, node.smallest)
        return node.smallest

    def _address(self, node: Node | None, value: str) -> str:
        address, mark, query = value.partition("?")
        if not mark or not query:
            return self.text(node, value)
        if not _is_done(query):
            query = self._known.learn(query, self._origin, self._common).standing
        return f"{self._known.text(address, self._origin)}?{query}"

    def _spelled(self, node: Node | None, value: str) -> str | None:
        """Keep the form of a JSON object or array, whose leaves are the secrets; readers parse it."""
        if value[:1] not in ("{", "[", '"'):
            return None
        try:
            document = json.loads(value)
        except (ValueError, RecursionError):
            return None
        made = json.dumps(self._below(document), separators=(",", ":"))
        if node is not None and pseudonyms.fits(node.shape, node.member, value) != pseudonyms.fits(
            node.shape, node.member, made
        ):
            return None
        return made

    def _below(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._below(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._below(item) for item in value]
        return None if value is None else self.standing(None, value, "whole")

    def _blob(self, node: Node, value: str) -> str:
        """Make what stands for a secret blob: of its text where it is text."""
        raw = _raw_of(value)
        if raw is None:
            return self._named(node, value)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            return self._named(node, value)
        if _is_done(text):
            return value
        spelled = self._spelled(None, text)
        if spelled is not None:
            return base64.b64encode(spelled.encode()).decode("ascii")
        secret = self._known.learn(text, self._origin, self._common)
        if not secret.number:
            return base64.b64encode(secret.standing.encode()).decode("ascii")
        return self._fitting_blob(node, value, secret.origin, secret.number)

    def _fitting_blob(self, node: Node, value: str, origin: str, number: str) -> str:
        if self._origin == "sent" and origin == "received":
            return base64.b64encode(pseudonyms.plain(origin, number).encode()).decode("ascii")
        made = pseudonyms.text_for(node.shape, node.member, value, origin, number)
        return made or node.smallest or value

    # --- for matching -------------------------------------------------------------------------------

    def sealed(self, node: Node | None, value: Any, part: Part) -> Any:
        """Level a secret value; a text that was received keeps its pseudonym."""
        if not isinstance(value, str) or value == "":
            return LEVEL
        if value in self._issued:
            return value
        if part == "query":
            address, mark, query = value.partition("?")
            if not mark or not query:
                return self.sealed_text(node, value)
            return f"{self._known.levelled(address)}?{self._level(None, query)}"
        if node is not None and node.shape.type == "blob":
            raw = _raw_of(value)
            with suppress(UnicodeDecodeError):
                value = raw.decode("utf-8") if raw is not None else value
        return self._level(node, value)

    def sealed_text(self, node: Node | None, value: str) -> str:
        """Level what is secret in a text."""
        if value in self._issued:
            return value
        self.learn_within(value)
        if node is not None and node.shape.type == "blob" and _raw_of(value) is not None:
            return self._inside(value, self._level_bytes)
        return self._known.levelled(value)

    def alike(self, node: Node | None, value: Any, part: Part) -> Any:
        """Make all secret values of one type the same."""
        if isinstance(value, (bool, int, float)):
            return type(value)()
        if not isinstance(value, str) or value == "":
            return value
        address, mark, query = value.partition("?") if part == "query" else ("", "", value)
        self.learn(query)
        return f"{self.alike_text(node, address)}{mark}{LEVEL}" if query else self.alike_text(node, value)

    def alike_text(self, node: Node | None, value: str) -> str:
        """Make what is secret in a text, or stands for it, the same as in any other."""
        return PSEUDONYM.sub(LEVEL, self.sealed_text(node, value))

    def _level_bytes(self, raw: bytes) -> bytes:
        try:
            return self._known.levelled(raw.decode("utf-8")).encode()
        except UnicodeDecodeError:
            return self._known.levelled(raw.decode("latin-1"), is_text=False).encode("latin-1")

    def _level(self, node: Node | None, value: str) -> str:
        secret = self._known.get(value)
        if secret is not None:
            return secret.level
        if pseudonyms.recognised(value) is not None:
            return pseudonyms.level(value)
        is_smallest = node is not None and value == node.smallest
        if not is_smallest and self._spelled(node, value) is None:
            self.learn(value)
        return LEVEL


def _is_done(text: str) -> bool:
    return text == REPLACEMENT or pseudonyms.recognised(text) is not None


def _raw_of(value: str) -> bytes | None:
    if blob_length(value) is None:
        return None
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
