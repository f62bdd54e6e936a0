r"""What Java's named character classes hold: ``\d``, ``\p{L}``, ``\p{Alnum}``.

Serves the parser. POSIX names and the lower-case escapes are ASCII only, as in Java without
``UNICODE_CHARACTER_CLASS``; categories, scripts, blocks and ``Is`` properties are Unicode.
"""

from __future__ import annotations

from harness.contract.patterns.engine import compile_syntax
from harness.contract.patterns.nodes import CharacterSet, Combined, Property, Span, single, union

ASCII_UPPER, ASCII_LOWER, ASCII_DIGIT = Span(0x41, 0x5A), Span(0x61, 0x7A), Span(0x30, 0x39)
ANYTHING = Span(0, 0x10FFFF)
LINE_BREAKS = union(single("\n"), single("\r"), single("\x85"), Span(0x2028, 0x2029))
VERTICAL_SPACE = union(Span(0x0A, 0x0D), single("\x85"), Span(0x2028, 0x2029))
ASCII_PUNCTUATION = union(Span(0x21, 0x2F), Span(0x3A, 0x40), Span(0x5B, 0x60), Span(0x7B, 0x7E))
ASCII_SPACE = union(Span(0x09, 0x0D), single(" "))
WORD = union(ASCII_UPPER, ASCII_LOWER, ASCII_DIGIT, single("_"))

HORIZONTAL_SPACE = union(
    single(" "), single("\t"), single("\xa0"), single("\u1680"), single("\u180e"),
    Span(0x2000, 0x200A), single("\u202f"), single("\u205f"), single("\u3000"),
)  # fmt: skip

PREDEFINED: dict[str, CharacterSet] = {
    "d": ASCII_DIGIT,
    "w": WORD,
    "s": ASCII_SPACE,
    "h": HORIZONTAL_SPACE,
    "v": VERTICAL_SPACE,
}
"""The escapes that stand for a set; in upper case, for everything outside it."""

NAMED: dict[str, CharacterSet] = {
    "Lower": ASCII_LOWER,
    "Upper": ASCII_UPPER,
    "ASCII": Span(0, 0x7F),
    "Alpha": union(ASCII_UPPER, ASCII_LOWER),
    "Digit": ASCII_DIGIT,
    "Alnum": union(ASCII_UPPER, ASCII_LOWER, ASCII_DIGIT),
    "Punct": ASCII_PUNCTUATION,
    "Graph": Span(0x21, 0x7E),
    "Print": Span(0x20, 0x7E),
    "Blank": union(single(" "), single("\t")),
    "Cntrl": union(Span(0, 0x1F), single("\x7f")),
    "XDigit": union(ASCII_DIGIT, Span(0x41, 0x46), Span(0x61, 0x66)),
    "Space": ASCII_SPACE,
    "all": ANYTHING,
    "L1": Span(0, 0xFF),
    "LC": union(Property(r"\p{Lu}"), Property(r"\p{Ll}"), Property(r"\p{Lt}")),
    "LD": union(Property(r"\p{L}"), Property(r"\p{Nd}")),
    "javaLowerCase": Property(r"\p{Lowercase}"),
    "javaUpperCase": Property(r"\p{Uppercase}"),
    "javaDigit": Property(r"\p{Nd}"),
    "javaLetter": Property(r"\p{L}"),
    "javaLetterOrDigit": union(Property(r"\p{L}"), Property(r"\p{Nd}")),
}

UNCASED = {"Lower": "Alpha", "Upper": "Alpha", "Lu": "LC", "Ll": "LC", "Lt": "LC"}
"""What a name means where case does not count."""

SUBCATEGORIES = {"C": "cfnos", "L": "lmotu", "M": "cen", "N": "dlo", "P": "cdefios", "S": "ckmo", "Z": "lps"}
CATEGORIES = frozenset(major + minor for major, minors in SUBCATEGORIES.items() for minor in ("", *minors))
IS_PROPERTIES = {
    "alphabetic": r"\p{Alphabetic}",
    "ideographic": r"\p{Ideographic}",
    "letter": r"\p{L}",
    "lowercase": r"\p{Lowercase}",
    "uppercase": r"\p{Uppercase}",
    "titlecase": r"\p{Lt}",
    "whitespace": r"\p{White_Space}",
    "control": r"\p{Cc}",
    "punctuation": r"\p{P}",
    "hexdigit": r"\p{Hex_Digit}",
    "assigned": r"\P{Cn}",
    "digit": r"\p{Nd}",
}
VALUED = {"sc": "Script", "script": "Script", "blk": "Block", "block": "Block"}


def predefined(letter: str) -> CharacterSet | None:
    r"""Look up the set of an escape such as ``\d`` or ``\S``; ``None`` when it names no set."""
    found = PREDEFINED.get(letter.lower())
    return found if found is None or letter.islower() else union(found, negated=True)


def named(name: str, ignore_case: bool) -> CharacterSet | None:
    r"""Look up the set that ``\p{name}`` stands for.

    Args:
        name: What stands between the braces, e.g. ``L``, ``IsAlphabetic``, ``script=Greek``, ``InGreek``.
        ignore_case: Whether the name stands where case does not count.

    Returns:
        The set; ``None`` when Java or the matching engine has no such property.
    """
    if "=" in name:
        key, value = name.split("=", 1)
        if key.lower() in ("gc", "general_category"):
            return _category(value, ignore_case)
        kind = VALUED.get(key.lower())
        return None if kind is None else _known(f"\\p{{{kind}={value}}}")
    if name.startswith("Is"):
        spelling = IS_PROPERTIES.get(name[2:].lower().replace("_", ""))
        if spelling is not None:
            return Property(spelling)
        return _category(name[2:], ignore_case) or _known(f"\\p{{Script={name[2:]}}}")
    if name.startswith("In"):
        return _known(f"\\p{{Block={name[2:]}}}")
    return _category(name, ignore_case)


def _category(name: str, ignore_case: bool) -> CharacterSet | None:
    name = UNCASED.get(name, name) if ignore_case else name
    if name in CATEGORIES:
        return Property(f"\\p{{{name}}}")
    return NAMED.get(name)


def _known(spelling: str) -> Property | None:
    try:
        compile_syntax(spelling)
    except ValueError:
        return None
    return Property(spelling)


def without_case(allowed: CharacterSet) -> CharacterSet:
    """Add to a set the other case of its ASCII letters; other letters keep their case, as in Java."""
    if not isinstance(allowed, Span):
        return allowed
    others: list[CharacterSet] = []
    for letters, distance in ((ASCII_UPPER, 32), (ASCII_LOWER, -32)):
        first, last = max(allowed.first, letters.first), min(allowed.last, letters.last)
        if first <= last:
            others.append(Span(first + distance, last + distance))
    return Combined((allowed, *others)) if others else allowed
