"""Every way in which a text may be written: escaped, percent-encoded, with entities, in base64.

A spelling is found by a regular expression; whoever searches asks first for letters and digits that no way
of writing changes, since that is quick.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cached_property

# A shorter secret is searched as a whole word, or it would be found inside innocent words.
SHORTEST_ANYWHERE = 6
_SHORTEST_BASE64 = 6
GRAM = 4

_JSON_ESCAPES = {"\n": "n", "\r": "r", "\t": "t", '"': '"', "/": "/", "\b": "b", "\f": "f"}
_ENTITIES = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
_BASE64_RUN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
_BLOCK = 4096
_BASE64_WAYS = {
    "+": r"(?:[+-]|%(?:25)*2[bB]|\\+u002[bB])",
    "/": r"(?:_|\\*/|%(?:25)*2[fF]|\\+u002[fF])",
}
_RUN = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_UNCHANGED = re.compile(r"[A-Za-z0-9]+")

Edit = Callable[[bytes], bytes | None]


class Spelling:
    """One secret text, ready to be found however it is written.

    Args:
        text: The secret.
        word: Whether it is found as a whole word only.
    """

    def __init__(self, text: str, *, word: bool = False) -> None:
        self.text = text
        self.raw = text.encode("utf-8", "surrogatepass")
        self._word = word or len(text) < SHORTEST_ANYWHERE
        self._core = _longest_core(text)

    def written(self, text: str) -> Iterator[tuple[int, int]]:
        """Find where it is written in a text, base64 aside."""
        if self._core in text:
            for found in self._pattern.finditer(text):
                yield found.span()

    def grams(self) -> set[str] | None:
        """What a text must hold one of to hold the secret; ``None`` where that cannot be said."""
        cores = [self._core, *(core for core, _ in self._encoded)]
        return {core[:GRAM] for core in cores} if all(len(core) >= GRAM for core in cores) else None

    def in_bytes(self, view: str) -> Iterator[tuple[int, int]]:
        """Find where its UTF-8 bytes stand in bytes that are seen as one character each."""
        seen = self.raw.decode("latin-1")
        start = view.find(seen)
        while start >= 0:
            yield start, start + len(seen)
            start = view.find(seen, start + len(seen))

    def in_base64(self, text: str) -> Iterator[tuple[int, int]]:
        """Find the runs of base64 that hold it, each whole: no half of a secret's bytes is left."""
        for core, whole in self._encoded:
            if core in text:
                pattern = "".join(_BASE64_WAYS.get(character, character) for character in whole)
                for found in re.finditer(pattern, text):
                    yield run_around(text, *found.span())

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        pattern = "".join(_spellings(character) for character in self.text)
        if self._word:
            pattern = rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])"
        return re.compile(pattern)

    @cached_property
    def _encoded(self) -> tuple[tuple[str, str], ...]:
        return tuple((_longest_core(core), core) for core in base64_cores(self.raw))


def base64_cores(raw: bytes, least: int = _SHORTEST_BASE64) -> list[str]:
    """What base64 makes of bytes that stand among others, at each of the three alignments.

    Args:
        raw: The bytes.
        least: How many characters it must make; fewer stand everywhere.
    """
    cores = []
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + raw).decode("ascii").rstrip("=")
        # Characters that share bits with what stands before or after the secret say nothing.
        core = text[(shift * 8 + 5) // 6 : (shift + len(raw)) * 8 // 6]
        if len(core) >= least:
            cores.append(core)
    return cores


def runs_with(text: str, cores: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Find the runs of base64 in which one of these stands."""
    for core in cores:
        start = text.find(core)
        while start >= 0:
            run = run_around(text, start, start + len(core))
            yield run
            start = text.find(core, run[1])


def runs_of_text(text: str) -> Iterator[tuple[int, int]]:
    """Find the runs of base64 that stand for text, whatever it says."""
    for found in _RUN.finditer(text):
        raw = _raw(found.group())
        with suppress(UnicodeDecodeError):
            if raw is not None and raw.decode("utf-8"):
                yield found.span()


def run_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a place to the whole run of base64 around it, padding included."""
    start = _run_start(text, start)
    while start > 0 and text[start - 1 : start + 1] == "\\/":
        start = _run_start(text, start - 1)
    end = _run_end(text, end)
    while text[end : end + 2] == "\\/":
        end = _run_end(text, end + 1)
    for _ in range(2):
        if end < len(text) and text[end] == "=":
            end += 1
    return start, end


def _run_start(text: str, start: int) -> int:
    """Where the characters of base64 before a place begin; asked for in blocks, since runs may be long."""
    while start > 0:
        block = text[max(0, start - _BLOCK) : start]
        others = len(block.rstrip(_BASE64_RUN))
        start -= len(block) - others
        if others:
            break
    return start


def _run_end(text: str, end: int) -> int:
    while end < len(text):
        block = text[end : end + _BLOCK]
        others = len(block.lstrip(_BASE64_RUN))
        end += len(block) - others
        if others:
            break
    return end


def edited_run(run: str, edit: Edit) -> str | None:
    """Change the bytes that a run of base64 stands for.

    Args:
        run: The run, of either alphabet, with padding or without.
        edit: Gives the new bytes; ``None`` where there is nothing to change.

    Returns:
        The new run in the alphabet of the old one; ``None`` where it is no base64 or was not changed.
    """
    raw = _raw(run)
    changed = edit(raw) if raw is not None else None
    if changed is None or changed == raw:
        return None
    encoded = base64.b64encode(changed, altchars=_alphabet(run)).decode("ascii")
    is_padded = run.endswith("=") or len(run) % 4 == 0
    return encoded if is_padded else encoded.rstrip("=")


def levelled_run(run: str) -> str:
    """Spell a run in one alphabet and without padding: which of them a short text used does not show."""
    return run.rstrip("=").replace("-", "+").replace("_", "/")


def _raw(run: str) -> bytes | None:
    digits = run.rstrip("=")
    try:
        return base64.b64decode(digits + "=" * (-len(digits) % 4), altchars=_alphabet(run), validate=True)
    except (binascii.Error, ValueError):
        return None


def _alphabet(run: str) -> bytes:
    return b"-_" if "-" in run or "_" in run else b"+/"


def _longest_core(text: str) -> str:
    """The longest stretch of ASCII letters and digits; empty where there is none."""
    return max(_UNCHANGED.findall(text), key=len, default="")


def _spellings(character: str) -> str:
    """Every way one character may be written; backslashes and percent signs may be escaped again."""
    if character.isascii() and character.isalnum():
        return character
    code = ord(character)
    percent = "".join(
        f"%(?:25)*{_any_case(f'{byte:02x}')}" for byte in character.encode("utf-8", "surrogatepass")
    )
    units = character.encode("utf-16-be", "surrogatepass").hex()
    unicode = "".join(rf"\\+u{_any_case(units[at : at + 4])}" for at in range(0, len(units), 4))
    ways = [re.escape(character), percent, unicode]
    if character == "\\":
        ways.append(r"\\{1,7}")  # bounded: a secret of many backslashes must not make the search explode
    if character in _JSON_ESCAPES:
        ways.append(rf"\\+{_JSON_ESCAPES[character]}")
    if not character.isalnum():
        ways.append(rf"&#(?:0*{code}|[xX]0*{_any_case(f'{code:x}')});")
    if character in _ENTITIES:
        ways.append(f"&{_ENTITIES[character]};")
    if character == " ":
        ways.append(r"\+")
    return f"(?:{'|'.join(ways)})"


def _any_case(digits: str) -> str:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in digits)


def without_overlaps(places: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Give places with what shall stand there, in order; of those that overlap the first, widened to all."""
    merged: list[tuple[int, int, str]] = []
    for start, end, text in sorted(places, key=lambda place: (place[0], -place[1])):
        if merged and start < merged[-1][1]:
            first = merged[-1]
            merged[-1] = (first[0], max(first[1], end), first[2])
        else:
            merged.append((start, end, text))
    yield from merged


def replaced(text: str, places: list[tuple[int, int, str]]) -> str:
    """Put texts in the given places of a text."""
    kept, done = [], 0
    for start, end, standing in without_overlaps(places):
        kept += [text[done:start], standing]
        done = end
    return "".join([*kept, text[done:]])
