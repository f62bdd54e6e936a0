"""The secrets that are known so far, and the texts that they are taken out of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

import msgspec

from harness.cassettes.redaction import pseudonyms
from harness.cassettes.redaction.encoded import (
    ENCODED_FORMS,
    ENCODED_PSEUDONYMS,
    Place,
    levels_of_pseudonyms,
    without_secrets,
)
from harness.cassettes.redaction.pseudonyms import MARKS, PSEUDONYM
from harness.cassettes.redaction.rows import FORMS, REPLACEMENT, SecretForm
from harness.cassettes.redaction.spellings import (
    GRAM,
    SHORTEST_ANYWHERE,
    Spelling,
    replaced,
    runs_of_text,
    runs_with,
)
from harness.errors import ConfigurationError

StandIn = Callable[["Secret"], str]

# What everybody writes is no secret text, whatever member it stood in: it is taken out there alone.
_COMMON = re.compile(
    r"[a-z]{2}(?:-[a-z]+)+-\d|(?:application|text|image|audio|video)/[A-Za-z0-9.+-]+|https?://|\W*"
    r"|\d{4}-\d\d-\d\d(?:T.*)?|(?i:default|enabled?|disabled?|active|inactive|string|binary|number|unknown)"
    r"|(?i:username|password|passphrase|passwd|secret|token|(?:access|api)[_-]?(?:token|key)|client[_-]?secret)"
)
# Found as whole words only: what else might hold them by chance.
_WORDLIKE = re.compile(r"[A-Za-z]{1,9}|\d{1,9}")
_SEARCHES = 4  # for each secret: as it is, and in base64 at three alignments
_MOST_OPEN = 100_000
_OF_PSEUDONYMS = (f"{REPLACEMENT}-received-", f"{REPLACEMENT}-sent-")


class Secret:
    """One secret text.

    Attributes:
        text: The secret.
        standing: What stands for it wherever nothing says otherwise.
        origin: Where it was first seen.
        number: The random part of its pseudonym; empty where ``standing`` is the same for every secret.
        is_everywhere: Whether it is taken out wherever it stands, or in secret places only.
    """

    __slots__ = ("is_everywhere", "number", "origin", "spelling", "standing", "text")

    def __init__(self, text: str, origin: str, number: str) -> None:
        self.text, self.origin, self.number = text, origin, number
        self.is_everywhere = True
        self.standing = pseudonyms.plain(origin, number) if number else REPLACEMENT
        self.spelling = Spelling(text, word=bool(_WORDLIKE.fullmatch(text)))

    @property
    def level(self) -> str:
        """What stands for it at a secret place of a matching key."""
        return pseudonyms.level(self.standing)

    @property
    def text_level(self) -> str:
        """What stands for it elsewhere in a matching key: as recorded, but for pseudonyms of sent ones."""
        is_own = self.number and pseudonyms.recognised(self.standing) is None
        return self.standing if is_own else self.level


class Way(msgspec.Struct, frozen=True):
    """In which way secrets are taken out: for a recording, or for a matching key.

    Attributes:
        standing: What stands for a known secret.
        others: Finds what else is to go, known or not; ``None`` for nothing.
        is_level: Whether it is for a matching key.
    """

    standing: StandIn
    others: Callable[[str], list[Place]] | None = None
    is_level: bool = False


class Known:
    """What is secret so far.

    Args:
        secrets: What the user supplied; found everywhere, whatever its length, and all alike ``REDACTED``.
        patterns: Further forms; group 1, where there is one, is kept.
        linked: Whether texts that are secret by form get pseudonyms of their own.

    Raises:
        ConfigurationError: A pattern is no regular expression, or one that matches nothing at all.
    """

    def __init__(
        self, secrets: Iterable[str] = (), patterns: Iterable[str] = (), *, linked: bool = True
    ) -> None:
        self._by_text: dict[str, Secret] = {}
        self._everywhere: list[Secret] = []
        self._grams: dict[str, list[Secret]] = {}
        self._ungrammed: list[Secret] = []
        self._linked = linked
        added = tuple(_row_of(pattern) for pattern in patterns)
        self._forms = tuple((re.compile(row.pattern), row) for row in (*FORMS, *added))
        self._has_unhinted = bool(added)
        self._hints = tuple({hint for _, row in self._forms for hint in row.hints})
        self._open: set[str] = set()
        for text in {secret for secret in secrets if secret}:
            self._add(Secret(text, "sent", ""), everywhere=True)

    def __len__(self) -> int:
        return len(self._by_text)

    def get(self, text: str) -> Secret | None:
        """Look a whole text up."""
        return self._by_text.get(text)

    def learn(self, text: str, origin: str, common: frozenset[str] = frozenset()) -> Secret:
        """Remember a secret text.

        Args:
            text: The secret; not empty.
            origin: Where it was seen.
            common: Texts that are no secrets elsewhere, e.g. the names of members.

        Returns:
            What is known of it, the first time and every time.
        """
        secret = self._by_text.get(text)
        if secret is None:
            secret = Secret(text, origin, pseudonyms.digits())
            self._add(secret, everywhere=text not in common and is_telling(text))
        return secret

    def note_open(self, texts: Iterable[str]) -> None:
        """Remember what was sent where nothing marks it as secret: it is no secret when an answer repeats it.

        It stands in the recording already, and a client that sends it again must find its recording.
        """
        if len(self._open) < _MOST_OPEN:
            self._open.update(text for text in texts if text not in self._by_text)

    def is_open(self, text: str) -> bool:
        """Say whether a text was sent in the open before it was known for a secret."""
        return text in self._open and text not in self._by_text

    def settle(self, text: str, standing: str) -> None:
        """Let what a client got in a secret's place stand for it everywhere, since the client sends that."""
        secret = self._by_text.get(text)
        if secret is not None and secret.origin == "received":
            secret.standing = standing

    def supplied(self, text: str) -> str:
        """Take out of a text what the user supplied, and nothing else."""
        return replaced(text, list(self._named(text, Way(_standing), only_supplied=True)))

    def may_hold(self, text: str) -> bool:
        """Say quickly whether a text in lower case may hold something secret by form."""
        if self._has_unhinted:
            return True
        for hint in self._hints:  # noqa: SIM110  # asked for every text of every exchange
            if hint in text:
                return True
        return False

    def is_form(self, text: str) -> bool:
        """Say whether a whole text is secret by its form."""
        return self.may_hold(text.lower()) and any(
            row.linked and (found := pattern.fullmatch(text)) is not None and found.start() == _start(found)
            for pattern, row in self._forms
        )

    def text(self, text: str, origin: str, extra: tuple[str, ...] = ()) -> str:
        """Take every secret out of a text.

        Args:
            text: The text.
            origin: Where it was seen, for what is secret by form.
            extra: Further texts to take out, of this exchange alone.
        """
        way = Way(_standing, lambda view: self._formed(view, origin))
        places = [*self._formed(text, origin), *self._named(text, way)]
        for each in extra:
            places += [(at.start(), at.end(), REPLACEMENT) for at in re.finditer(re.escape(each), text)]
        return replaced(text, _outside_pseudonyms(text, places)) if places else text

    def of_bytes(self, raw: bytes, origin: str, extra: tuple[str, ...] = ()) -> bytes:
        """Take every secret out of bytes that are no text."""
        view = raw.decode("latin-1")
        way = Way(_standing, lambda within: self._formed(within, origin))
        places = [*self._named(view, way, is_text=False), *self._formed(view, origin)]
        for each in extra:
            seen = each.encode("utf-8", "surrogatepass").decode("latin-1")
            places += [(at.start(), at.end(), REPLACEMENT) for at in re.finditer(re.escape(seen), view)]
        if not places:
            return raw
        return replaced(view, _outside_pseudonyms(view, places)).encode("latin-1", "replace")

    def levelled(self, text: str, *, is_text: bool = True) -> str:
        """Give a text for matching: secrets levelled, the pseudonyms of received ones in their place.

        Args:
            text: The text, or bytes that are none, seen as one character each.
            is_text: Which of the two.
        """
        way = Way(lambda secret: secret.text_level, self._other_levels, is_level=True)
        places = [*self._named(text, way, is_text=is_text), *self._other_levels(text)]
        return replaced(text, places) if places else text

    def _other_levels(self, text: str) -> list[Place]:
        """The levels of what is secret by form, and of pseudonyms."""
        lower = text.lower()
        places = self._formed_levels(text) if self.may_hold(lower) else []
        if any(mark in lower for mark in MARKS):
            places += levels_of_pseudonyms(text)
        return places

    def _add(self, secret: Secret, *, everywhere: bool) -> None:
        self._by_text[secret.text] = secret
        secret.is_everywhere = everywhere
        if everywhere:
            self._everywhere.append(secret)
            grams = secret.spelling.grams()
            for gram in grams or ():
                self._grams.setdefault(gram, []).append(secret)
            if grams is None:
                self._ungrammed.append(secret)

    def _candidates(self, text: str) -> Iterable[Secret]:
        """The secrets that may stand in a text; found by what they begin with, where they are many."""
        if len(self._everywhere) * _SEARCHES < len(text):
            return self._everywhere
        seen = {text[at : at + GRAM] for at in range(len(text) - GRAM + 1)}
        found = {id(secret): secret for gram in seen & self._grams.keys() for secret in self._grams[gram]}
        return [*found.values(), *self._ungrammed]

    def _named(
        self, text: str, way: Way, *, is_text: bool = True, only_supplied: bool = False
    ) -> Iterator[Place]:
        """Find the known secrets as they are written, and the runs of base64 that hold something secret."""
        runs: dict[tuple[int, int], Secret | None] = dict.fromkeys(self._runs(text, way))
        for secret in self._candidates(text):
            if only_supplied and secret.number:
                continue
            found = secret.spelling.written(text) if is_text else secret.spelling.in_bytes(text)
            for start, end in found:
                yield start, end, way.standing(secret)
            for run in secret.spelling.in_base64(text):
                runs[run] = _weightier(runs.get(run), secret)
        for (start, end), inside in runs.items():
            made = self._run_without(text[start:end], inside, way)
            if made is not None:
                yield start, end, made

    def _runs(self, text: str, way: Way) -> Iterator[tuple[int, int]]:
        """Find the runs of base64 that may hold something secret that is not known yet."""
        if way.others is None:
            return
        yield from runs_with(text, ENCODED_FORMS)
        if way.is_level:
            yield from runs_with(text, ENCODED_PSEUDONYMS)
        if self._has_unhinted:
            yield from runs_of_text(text)

    def _run_without(self, run: str, inside: Secret | None, way: Way) -> str | None:
        """A run of base64 without secrets; all of a known one's goes where it cannot be written again."""
        if inside is not None and not inside.number:
            return way.standing(inside)
        made = without_secrets(run, lambda view: self._view_without(view, way), is_level=way.is_level)
        return way.standing(inside) if made is None and inside is not None else made

    def _view_without(self, view: str, way: Way) -> str:
        places = [
            (start, end, way.standing(secret).encode().decode("latin-1"))
            for secret in self._candidates(view)
            for start, end in secret.spelling.in_bytes(view)
        ]
        found = way.others(view) if way.others is not None else []
        return replaced(view, [*places, *(found if way.is_level else _outside_pseudonyms(view, found))])

    def _formed(self, text: str, origin: str) -> list[Place]:
        if not self.may_hold(text.lower()):
            return []
        return [
            (start, end, self._standing_of(text[start:end], row, origin))
            for start, end, row in self._matches(text)
        ]

    def _standing_of(self, text: str, row: SecretForm, origin: str) -> str:
        known = pseudonyms.recognised(text)
        if known is not None or text == REPLACEMENT:
            return text
        if not (row.linked and self._linked):
            return REPLACEMENT
        return self.learn(text, origin).standing

    def _formed_levels(self, text: str) -> list[Place]:
        places = []
        for start, end, _ in self._matches(text):
            known = self._by_text.get(text[start:end])
            level = known.level if known is not None else pseudonyms.level(text[start:end])
            places.append((start, end, level))
        return places

    def _matches(self, text: str) -> Iterable[tuple[int, int, SecretForm]]:
        lower = text.lower()
        for pattern, row in self._forms:
            if row.hints and not any(hint in lower for hint in row.hints):
                continue
            for found in pattern.finditer(text):
                if _start(found) < found.end():
                    yield _start(found), found.end(), row


def check_patterns(patterns: Iterable[str]) -> None:
    """Refuse patterns that cannot be used.

    Raises:
        ConfigurationError: One is no regular expression, or matches where there is nothing.
    """
    for pattern in patterns:
        _row_of(pattern)


def is_telling(text: str) -> bool:
    """Say whether a text is so much its own that it is the secret wherever it stands."""
    if len(text) < SHORTEST_ANYWHERE or _COMMON.fullmatch(text):
        return False
    return not (PSEUDONYM.search(text) or any(text.lower() in each.lower() for each in _OF_PSEUDONYMS))


def _standing(secret: Secret) -> str:
    return secret.standing


def _weightier(one: Secret | None, other: Secret) -> Secret:
    """Of two secrets in one run the one that decides: a supplied one, else the longer."""
    if one is None or (one.number and not other.number):
        return other
    return other if one.number and len(one.text) < len(other.text) else one


def _start(found: re.Match[str]) -> int:
    """Where the secret part of a match begins."""
    return found.end(1) if found.re.groups and found.start(1) >= 0 else found.start()


def _outside_pseudonyms(text: str, places: list[Place]) -> list[Place]:
    """Leave out what was found inside of a pseudonym, by chance."""
    taken = [found.span() for found in PSEUDONYM.finditer(text)] if places else []
    if not taken:
        return places
    return [
        (start, end, standing) for start, end, standing in places
        if not any(first <= start and end <= last for first, last in taken)
    ]  # fmt: skip


def _row_of(pattern: str) -> SecretForm:
    """Make a row of a pattern that the user gave.

    Raises:
        ConfigurationError: It is no regular expression, or matches nothing at all.
    """
    try:
        matches_nothing = re.compile(pattern).match("") is not None
    except re.error as error:
        problem = f"{pattern!r} is no regular expression: {error}"
        raise ConfigurationError("redact", problem, "Write it as Python's re takes it.") from error
    if matches_nothing:
        problem = f"{pattern!r} matches where there is nothing"
        raise ConfigurationError("redact", problem, "Ask for at least one character.")
    return SecretForm(f"redact {pattern}", pattern, "what the user said is secret", linked=True)
