"""Laws of the texts made for patterns, over patterns of real models."""

from __future__ import annotations

import random
from functools import lru_cache

import pytest
from botocore.loaders import Loader
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.contract import patterns

INTERESTING = (
    r"$|^[0-9\p{IsAlphabetic}+:,.@'\" -]*",
    r"(?! )[\p{L}\p{N}\p{Z}-_]*(?<! )",
    r"(?!(?i)AWS_)[a-zA-Z_][a-zA-Z0-9_]*",
    "(?!.*[/:\\\\])[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]+",
    r"(?:(?!\$\{[a-zA-Z]+:)[\P{C}\r\n])*",
    r"(?=.{1,128}$)([\p{L}\p{Z}\p{N}_.:/=+\-@]*)",
    r"([\p{L}\p{Z}\p{N}_.:\/=+\-@]*)${1,128}",
    r"([\w!$&()*+,./:;=?@\x{60}-]|%([\dA-Fa-f]{2}|[\dA-Fa-f]?\*))+",
    r".*[\w-.~]+.*",
    r"[A-Za-z0-9](?:[\w- &]*[A-Za-z0-9])?",
    r"[\P{C}\n\r\t\f\v\p{Cf}]*",
    r"[\P{M}\p{M}]{1,1024}[^/]$",
    r"[\p{Graph}\x20]*",
    r"[\p{L}||\p{M}||\p{Z}||\p{S}||\p{N}||\p{P}]+",
    r"[\p{Print}&&[^|:/]]+",
    r"[\p{Upper}\p{Digit}_]+",
    r"[^-A-Za-z0-9+/=]|=[^=]|={3,}${1,4096}",
    r"[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+",
    r"\A(25[0-5]|2[0-4]\d|[0-1]?\d?\d)(\.(25[0-5]|2[0-4]\d|[0-1]?\d?\d)){3}\z",
    r"^(\p{LD}|\p{Punct}| )+$",
    r"^[a-zA-Z0-9\s-_()\[\]]+$",
    r"^arn:\S+:rbin:[a-z\-0-9]{0,63}:[0-9]{12}:rule/[0-9a-zA-Z]{11}{0,1011}$",
    r"^arn:aws[a-z\-]*:config:[a-z\-\d]+:\d+:stored-query/[a-zA-Z0-9-_]+/query-[a-zA-Z\d-_/]+$",
    r"^urn:tdm:(([a-z]{2}-(gov-)?[a-z]{4,9}-[0-9]{1,3}/[0-9]+/)*[\p{Alnum}_]+(/[\p{Alnum}_]+)*):([\p{Alpha}]*):x$",
    r"0[xX][0-9a-fA-F]+$|^[0-9]+",
    r"((25[0-5]|(2[0-4]|1\d|[1-9]|)\d)\.?\b){4}",
    r"(\bTSTALIASID\b|[0-9a-zA-Z]+)",
    r"^(?!.*?(.)\1{3})[-_!@#$a-zA-Z0-9]*$",
    r"(-?)P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)([DW]))?(?:T(?:(\d+)H)?(?:(\d+)M)?)?",
    r"(?!(^xn--|.+-s3alias$))^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$",
    r"(?!.* {2})[a-zA-Z0-9_-][ a-zA-Z0-9_-]*[a-zA-Z0-9_-]",
    r"(?:(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])(\.(?!$)|$)){4}",
    r"(?=^.{8,64}$)((?=.*\d)(?=.*[A-Z])(?=.*[a-z])|(?=.*\d)(?=.*[^A-Za-z0-9\s])(?=.*[a-z]))^.*",
    r"(?=.{4,255}$)((http|https)://)??(www[.])??([a-zA-Z0-9]|-)+?([.][a-zA-Z0-9(-|/|=|?)??]+?)+?",
    r"(\d{17}|[A-Za-z]{3}\d{13}|(?=[^A-Za-z]*[A-Za-z][^A-Za-z]*$)[0-9A-Za-z]{17})",
    r"(|[a-zA-Z0-9]?((?!-)([A-Za-z0-9-]*[A-Za-z0-9])\.)+[a-zA-Z0-9]+)",
    r".*(^/[a-zA-Z0-9@:%_+.~#?&/=-]*$|(^$)).*",
    r"P(?!$)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?",
    r"\{%[\s\S]+?%\}(?![\s\S]).*",
    r"^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$",
    r"^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?!.*[@'\\\"/])[a-zA-Z0-9\S]*$",
    r"^(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])$",
    r"^(?=^\$)(?=^\S+$).*$",
    r"cron\((\b[0-5]?[0-9]\b) (\b2[0-3]\b|\b[0-1]?[0-9]\b) ([-?*,/\dLW]){1,83} ([^\)]+)\)",
    r"[0-9A-Z]{2}+",
    r"(?i)all|[0-9]{12}",
    r"(?s).{20,2000}",
    r"^(?![^:\\]*/action/|(?i).*<script>.*</script>.*)[^:\\]+$",
    r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
    r"(\S([\s\S]*\S)?)?(?![\s\S]).*",
    r"[0-9A-Za-z\.\-_]*(?<!\.)",
    r"(arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[\.\-_A-Za-z0-9]+",
    r"aws\.partner(/[\.\-_A-Za-z0-9]+){2,}",
    r"vol-([0-9a-fA-F]{8}|[0-9a-fA-F]{17})",
    r"^[\p{Alnum}\p{Punct}\p{Blank}]*$",
    r"\p{XDigit}{8}-\p{XDigit}{4}-\p{XDigit}{4}-\p{XDigit}{4}-\p{XDigit}{12}",
    r"(.*[\n\r\t\f\ ]?)*",
    r"[^<>]*",
    r".{36}",
    r"[\s\S]*",
)
SEED = 20260801
SAMPLE = 150


@lru_cache(maxsize=1)
def modelled() -> tuple[tuple[str, int, int | None], ...]:
    """A fixed sample of the patterns of all installed models, with the lengths of their shapes."""
    loader = Loader()
    found = set()
    for service in loader.list_available_services("service-2"):
        shapes = loader.load_service_model(service, "service-2")["shapes"].values()
        found |= {
            (shape["pattern"], shape.get("min", 0), shape.get("max"))
            for shape in shapes
            if "pattern" in shape
        }
    ordered = sorted(found, key=repr)
    return tuple(random.Random(SEED).sample(ordered, SAMPLE))


def hold(pattern: str, minimum: int, maximum: int | None) -> None:
    """State the laws of one pattern with bounds."""
    assert patterns.is_supported(pattern)
    example = patterns.example(pattern, minimum, maximum)
    if example is not None:
        assert patterns.matches(pattern, example)
        assert minimum <= len(example) <= (len(example) if maximum is None else maximum)
    counterexample = patterns.counterexample(pattern, minimum, maximum)
    if counterexample is not None:
        assert not patterns.matches(pattern, counterexample)
        assert minimum <= len(counterexample) <= (len(counterexample) if maximum is None else maximum)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(INTERESTING), st.integers(0, 80), st.none() | st.integers(0, 300))
def test_texts_keep_to_the_pattern_and_the_bounds(pattern, minimum, room):
    """Whatever is found is right, for any bounds."""
    hold(pattern, minimum, None if room is None else minimum + room)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(INTERESTING), st.integers(0, 1100))
def test_an_exact_length_is_exact(pattern, length):
    """A text of a length has it and fits the pattern."""
    found = patterns.example_of_length(pattern, length)
    if found is not None:
        assert len(found) == length
        assert patterns.matches(pattern, found)


@pytest.mark.parametrize("pattern", INTERESTING)
def test_every_interesting_pattern_has_an_example(pattern):
    """Without bounds, a text is found for each of these patterns."""
    found = patterns.example(pattern)
    assert found is not None
    assert patterns.matches(pattern, found)


def test_the_laws_hold_for_installed_models():
    """A sample of real shapes keeps the laws, and nearly all of them have an example."""
    missing = []
    for pattern, minimum, maximum in modelled():
        hold(pattern, minimum, maximum)
        if patterns.example(pattern, minimum, maximum) is None:
            missing.append(pattern)
    assert len(missing) <= SAMPLE // 100
