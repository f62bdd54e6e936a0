"""Patterns as Java reads them, and the texts made for them."""

from __future__ import annotations

import pytest

from harness.contract import patterns
from harness.contract.patterns.java import fully_matches
from harness.errors import ContractError

PAIRED = "[\\uD800\\uDC00-\\uDBFF\\uDFFF]"
BUS = r"(arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[\.\-_A-Za-z0-9]+"
DATASET = (
    r"arn:aws:scn:([a-z0-9-]+):([0-9]+):instance/"
    r"([a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})/namespaces/[^/]+/datasets/[^/]+"
)


@pytest.mark.parametrize(
    ("pattern", "taken", "refused"),
    [
        pytest.param("[a-z]+", ["a", "abc"], ["", "abc1", "1abc", "a\n"], id="whole-text"),
        pytest.param("^a$", ["a"], ["a\n"], id="dollar-takes-no-line-break"),
        pytest.param("a$\\n", ["a\n"], ["a"], id="dollar-stands-before-the-last-line-break"),
        pytest.param(r"\w\d\s", ["a1 "], ["é1 ", "a١ ", "a1\u00a0"], id="escapes-are-ascii"),
        pytest.param(r"\p{L}\p{N}", ["é١"], ["1a"], id="categories-are-unicode"),
        pytest.param(r"\p{Alnum}+", ["aZ9"], ["é", "_"], id="posix-names-are-ascii"),
        pytest.param(r"\p{Punct}+", ["!$+<=>^`|~"], ["a", "¿"], id="punctuation-has-symbols"),
        pytest.param(r"\p{IsAlphabetic}\P{C}", ["éa"], ["1a", "a\x01"], id="properties"),
        pytest.param(r"\p{LD}\p{all}\pL", ["1!a"], ["-!a"], id="java-names"),
        pytest.param(r"\p{IsLatin}\p{InGreek}\p{sc=Greek}", ["aαα"], ["αaα"], id="scripts-and-blocks"),
        pytest.param("[\\P{M}\\p{M}]+", ["a\u0301\n😀"], [""], id="everything"),
        pytest.param(PAIRED, ["\U00010000", "\U0010ffff"], ["a", "\ud800"], id="surrogate-pairs"),
        pytest.param("[\\uD800\\uDBFF-\\uDC00\\uDFFF]", ["\udbff"], ["\U00010000"], id="lone-surrogates"),
        pytest.param(r"\x{60}\x41\u0042\0103\t", ["`ABC\t"], ["`abc\t"], id="code-points"),
        pytest.param(r"\Qa.b\E+", ["a.b", "a.bb"], ["axb"], id="quotation"),
        pytest.param(r"[\w-.]+", ["a-.b"], ["a,"], id="hyphen-behind-a-set"),
        pytest.param("[A-Za-z0-9-_]+", ["a-_9"], ["a."], id="hyphen-behind-a-range"),
        pytest.param("[a[bc]]+", ["abc"], ["[", "d"], id="nested-class"),
        pytest.param("[a-z&&[^b]]+", ["ac"], ["b", "&"], id="intersection"),
        pytest.param("[^ab&&bc]", ["a", "c"], ["b"], id="negated-intersection"),
        pytest.param(r"[\p{L}||\p{N}]+", ["a|1"], ["-"], id="bars-stand-for-themselves"),
        pytest.param("[]a]+}]", ["]a}]"], ["a"], id="closing-signs-stand-for-themselves"),
        pytest.param("[0-9]{2}{0,3}", ["11"], ["1111", ""], id="second-repetition-repeats-nothing"),
        pytest.param("([a-z]*)${1,128}", ["", "abc"], ["a{1,128}"], id="repetition-behind-an-anchor"),
        pytest.param("(?i)true|é", ["TRUE", "True", "é"], ["É"], id="ignore-case-is-ascii"),
        pytest.param("(?!(?i)AWS_)[a-z_A-Z]+", ["abc"], ["aws_a", "Aws_a"], id="flag-within-a-group"),
        pytest.param("(?s).", ["\n"], [""], id="dot-takes-everything"),
        pytest.param(".", ["\x0b"], ["\n", "\r", "\x85", "\u2028"], id="dot-takes-no-line-break"),
        pytest.param("a++a", [], ["aa"], id="possessive"),
        pytest.param("(?>a+)a", [], ["aa"], id="atomic"),
        pytest.param(r"(?<n>a|b)\k<n>", ["aa", "bb"], ["ab"], id="named-reference"),
        pytest.param(r"(a)\11", ["aa1"], ["aa"], id="reference-ends-at-the-last-group"),
        pytest.param(r"(a)\2", [], ["aa", "a"], id="reference-to-no-group"),
        pytest.param(r"\Aa\Z|b\z", ["a", "b"], ["a\n"], id="edges"),
        pytest.param(r"a\b-\Bb?\R", ["a-\r\n"], ["a-b\n"], id="word-edges"),
        pytest.param("(?m)^a$\n^b$", ["a\nb"], ["a b"], id="lines"),
    ],
)
def test_matches_as_java_does(pattern, taken, refused):
    """Every verdict is the one that ``java.util.regex.Matcher.matches`` gives."""
    assert [patterns.matches(pattern, text) for text in taken] == [True] * len(taken)
    assert [patterns.matches(pattern, text) for text in refused] == [False] * len(refused)


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        pytest.param("(a", "a group does not end, at position 2", id="open-group"),
        pytest.param("a)", "a closing parenthesis has no opening one, at position 1", id="closing"),
        pytest.param("[a", "a character class does not end, at position 2", id="open-class"),
        pytest.param("[z-a]", "the range z-a runs backwards, at position 4", id="range"),
        pytest.param(r"[a-\d]", "a range ends in a set, at position 5", id="range-to-a-set"),
        pytest.param("a**", "there is nothing for * to repeat, at position 3", id="dangling"),
        pytest.param("a{3,2}", "the repetition {3,2} runs backwards, at position 6", id="repetition"),
        pytest.param(r"\y", r"there is no escape \y, at position 2", id="escape"),
        pytest.param(r"\x4", "an escape lacks its hexadecimal digits, at position 2", id="digits"),
        pytest.param(r"\x{110000}", "there is no code point 110000, at position 10", id="code-point"),
        pytest.param(r"\N{NO SUCH}", "there is no character NO SUCH, at position 11", id="character"),
        pytest.param(r"\p{Nope}", "there is no property Nope, at position 8", id="property"),
        pytest.param(r"\p", "a property has no name, at position 2", id="nameless-property"),
        pytest.param("(?P<n>a)", "a group has an unknown kind, at position 1", id="group"),
        pytest.param(r"\k<n>", "a reference names no group, at position 5", id="reference"),
        pytest.param("(?x)a", "the flag x is not supported, at position 4", id="flag"),
        pytest.param("\\", "ends in the middle of an expression, at position 1", id="end"),
    ],
)
def test_refuses_what_is_no_pattern(pattern, problem):
    """The message shows the pattern, the place and the way out."""
    with pytest.raises(ContractError) as caught:
        patterns.compile_pattern(pattern)
    assert str(caught.value) == (
        f"pattern {pattern}: {problem}\n"
        "  Correct the pattern in the model, or leave the value without a pattern."
    )
    assert not patterns.is_supported(pattern)


def test_shows_the_beginning_of_a_long_pattern():
    """A message stays readable however long the pattern is."""
    with pytest.raises(ContractError) as caught:
        patterns.compile_pattern("a" * 200 + "(")
    assert caught.value.where == "pattern " + "a" * 79 + "…"


def test_gives_up_a_match_without_end():
    """A pattern that backtracks for ever is refused, not waited for."""
    with pytest.raises(ContractError) as caught:
        fully_matches(r"(a|a|aa)+\1[bc]", "a" * 60 + "b!", patience=0.05)
    assert caught.value.problem == "matching a text of 62 characters did not end in time"


@pytest.mark.parametrize(
    ("pattern", "minimum", "maximum", "expected"),
    [
        pytest.param("[a-z]*", 0, None, "", id="shortest"),
        pytest.param("[a-z]*", 3, 5, "aaa", id="minimum"),
        pytest.param(r"\d{12}", 1, 20, "1" * 12, id="digits"),
        pytest.param(
            "arn:aws:iam::[0-9]{12}:role/.+", 20, 2048, "arn:aws:iam::111111111111:role/a", id="arn"
        ),
        pytest.param(BUS, 1, 1600, "a", id="option-left-out"),
        pytest.param("0[xX][0-9a-fA-F]+$|^[0-9]+", 0, None, "1", id="anchors-inside"),
        pytest.param(r"(?=.*\d)(?=.*[A-Z])[A-Za-z\d]+", 8, 8, None, id="conditions"),
        pytest.param(r"(?=\d|T\d)(\d+Y)?(T(\d+H)?)?", 0, None, "1Y", id="condition-ahead"),
        pytest.param(r"\p{IsGreek}", 0, None, "Α", id="beyond-ascii"),
        pytest.param(r"[\x01-\x08]", 0, None, "\x01", id="control-on-demand"),
        pytest.param("(.)\\1{2}", 0, None, "aaa", id="reference"),
        pytest.param("PENDING|ACTIVE", 0, None, "ACTIVE", id="words"),
    ],
)
def test_writes_a_short_example(pattern, minimum, maximum, expected):
    """An example is the shortest readable text, the same every time."""
    found = patterns.example(pattern, minimum, maximum)
    assert found is not None
    assert patterns.matches(pattern, found)
    assert expected is None or found == expected


@pytest.mark.parametrize(
    ("pattern", "minimum", "maximum"),
    [
        pytest.param("a{3}", 4, 9, id="too-short"),
        pytest.param("/^a$/", 0, None, id="anchors-in-the-way"),
        pytest.param("[a&&b]", 0, None, id="empty-class"),
        pytest.param("a*", 3, 2, id="no-length"),
    ],
)
def test_writes_no_example_where_there_is_none(pattern, minimum, maximum):
    """What cannot be is ``None``, not a guess."""
    assert patterns.example(pattern, minimum, maximum) is None


@pytest.mark.parametrize(
    ("pattern", "length"),
    [
        pytest.param(DATASET, 1011, id="arn-at-its-longest"),
        pytest.param(BUS, 1600, id="bus-at-its-longest"),
        pytest.param("([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==)?", 1024, id="multiples"),
        pytest.param(r"([a-z]{1,63}\.)+[a-z]{2,63}", 253, id="labels"),
        pytest.param("(ab|abc){2,40}", 97, id="two-lengths"),
        pytest.param(".*(^/[a-z/]*$|(^$)).*", 2048, id="only-the-middle-grows"),
        pytest.param(r"[\s\S]*", 1_048_576, id="very-long"),
        pytest.param(r"(\w|-)+", 1_048_576, id="very-long-alternation"),
    ],
)
def test_writes_an_example_of_an_exact_length(pattern, length):
    """The surplus goes where the pattern has room for it."""
    found = patterns.example_of_length(pattern, length)
    assert found is not None
    assert len(found) == length
    assert patterns.matches(pattern, found)


@pytest.mark.parametrize(
    ("pattern", "length"),
    [("(abcd)*", 6), (r"vol-[0-9a-f]{8}", 13), ("a*", -1), ("(?=.{1,9}$).*", 10)],
    ids=["multiples", "too-long", "negative", "condition"],
)
def test_knows_lengths_that_cannot_be(pattern, length):
    """A pattern without a text of this length has no example of it."""
    assert patterns.example_of_length(pattern, length) is None


@pytest.mark.parametrize(
    ("pattern", "minimum", "maximum", "expected"),
    [
        pytest.param("[a-z]+", 1, 9, "!", id="one-character-replaced"),
        pytest.param("arn:aws:iam::.*", 0, None, "!rn:aws:iam::", id="same-length"),
        pytest.param("[^a]+", 1, 9, "a", id="the-one-that-is-left-out"),
        pytest.param("!{3}", 1, 3, "~!!", id="marks"),
        pytest.param(".{5}", 5, 5, "a\naaa", id="control-inside"),
        pytest.param(".{5}", 1, 9, "aaaaa!", id="other-length"),
        pytest.param(r"\p{ASCII}{3}", 3, 3, "éaa", id="beyond-ascii"),
        pytest.param("(?s).+", 0, 9, "", id="empty"),
        pytest.param("/^a$/", 2, 9, "!!", id="nothing-fits"),
        pytest.param("[^.]*.*", 0, 9, None, id="broken-lines"),
    ],
)
def test_writes_a_counterexample(pattern, minimum, maximum, expected):
    """It differs from an example by as little as possible and keeps to the bounds."""
    found = patterns.counterexample(pattern, minimum, maximum)
    assert found is not None
    assert not patterns.matches(pattern, found)
    assert expected is None or found == expected


@pytest.mark.parametrize(
    ("pattern", "minimum", "maximum"),
    [(r"[\s\S]*", 0, None), ("(?s).{0,9}", 0, 9), (r"[\P{M}\p{M}]+", 1, None), ("a", 3, 2)],
    ids=["everything", "within-bounds", "categories", "no-length"],
)
def test_writes_no_counterexample_where_everything_fits(pattern, minimum, maximum):
    """A pattern that constrains nothing cannot be broken."""
    assert patterns.counterexample(pattern, minimum, maximum) is None
