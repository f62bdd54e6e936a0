"""The errors that two contracts declare, held against each other by their code on the wire."""

from __future__ import annotations

from collections.abc import Iterator

from harness.compare.contracts.error_mapping import compare_mapping
from harness.compare.contracts.model import Found
from harness.compare.contracts.walk import Walk
from harness.contract import Contract, Shape


def compare_errors(old: Contract, new: Contract, walk: Walk, *, moved: bool) -> Iterator[Found]:
    """Compare the declared errors, and walk the members of those on both sides.

    Args:
        old: The old contract.
        new: The new contract.
        walk: The walk over the two contracts.
        moved: Whether the service moved to another protocol.
    """
    pairs, gone, come = pair_errors(old, new)
    for name in gone:
        code = code_of(old, name)
        yield Found("error-removed", f"{new.name}#/errors/{code}", _about(old.shapes[name]), None, code)
    for name in come:
        code = code_of(new, name)
        yield Found("error-added", f"{new.name}#/errors/{code}", None, _about(new.shapes[name]), code)
    for before, after in pairs:
        code = code_of(new, after)
        place = f"{new.name}#/errors/{code}"
        yield from compare_mapping(place, code, old.shapes[before], new.shapes[after], moved=moved)
        kept = moved and "awsQueryCompatible" in new.metadata and new.shapes[after].query_error is None
        if code_of(old, before) != code and not kept and not _only_moved(old, before, new, after):
            yield Found("error-code-changed", f"{place}/code", code_of(old, before), code, code)
        elif before != after:
            yield Found("error-renamed", place, before, after, code)
        walk.compare("response", f"errors/{code}", before, after, code)


def pair_errors(old: Contract, new: Contract) -> tuple[list[tuple[str, str]], list[str], list[str]]:
    """Pair errors by code, those of one name first, then what is left by the name of the shape.

    Returns:
        Pairs of shape names, the names that are gone, the names that have come.
    """
    pairs: dict[str, str] = {}
    declared, come = list(dict.fromkeys(old.errors)), list(dict.fromkeys(new.errors))  # models repeat some
    for alike in (_same, _of_one_code, _of_one_name):
        for name in declared:
            partner = next((each for each in come if name not in pairs and alike(old, name, new, each)), None)
            if partner is not None:
                pairs[name] = partner
                come.remove(partner)
    paired = [(name, pairs[name]) for name in declared if name in pairs]
    return paired, [name for name in declared if name not in pairs], come


def _of_one_name(old: Contract, before: str, new: Contract, after: str) -> bool:  # noqa: ARG001
    return before == after


def _of_one_code(old: Contract, before: str, new: Contract, after: str) -> bool:
    return code_of(old, before) == code_of(new, after)


def _same(old: Contract, before: str, new: Contract, after: str) -> bool:
    return before == after and _of_one_code(old, before, new, after)


def code_of(contract: Contract, name: str) -> str:
    """Give the code of an error on the wire."""
    return contract.shapes[name].error_code or name


def _about(shape: Shape) -> dict[str, object]:
    return {"status": shape.http_error, "fault": shape.error}


def _only_moved(old: Contract, before: str, new: Contract, after: str) -> bool:
    """Say whether a code is now, or was, the query protocols' only, which the service says once for all."""
    codes = [
        {shape.error_code, shape.query_error.code if shape.query_error is not None else None} - {None}
        for shape in (old.shapes[before], new.shapes[after])
    ]
    return bool(codes[0]) and codes[0] == codes[1]
