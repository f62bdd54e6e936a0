"""What models tell clients beyond requests and responses: how to turn pages, what to wait for.

Source: ``paginators-1.json`` and ``waiters-2.json`` as botocore reads them
(https://github.com/boto/botocore/blob/develop/botocore/paginate.py and ``waiter.py``).
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.compare.contracts.model import Found
from harness.contract.service import Service

PAGINATION = {
    "input_token": "pagination-token-changed",
    "output_token": "pagination-token-changed",
    "result_key": "pagination-result-changed",
    "non_aggregate_keys": "pagination-extras-changed",
    "limit_key": "pagination-limit-changed",
    "more_results": "pagination-end-changed",
}
WAITERS = {
    "operation": "waiter-operation-changed",
    "acceptors": "waiter-acceptors-changed",
    "delay": "waiter-timing-changed",
    "maxAttempts": "waiter-timing-changed",
}
WORDS = frozenset({"description", "documentation"})


def compare_paginators(old: Service, new: Service) -> Iterator[Found]:
    """Compare pagination, where both sides know it; that of a removed operation goes with it."""
    if old.paginators is None or new.paginators is None:
        return
    for name in sorted({*old.paginators, *new.paginators}):
        before, after = old.paginators.get(name), new.paginators.get(name)
        place = f"{new.name}:{name}#/pagination"
        if before is None or after is None:
            if (name in old.operations) == (name in new.operations):
                rule = "pagination-added" if before is None else "pagination-removed"
                yield Found(rule, place, before, after)
            continue
        for key in sorted({*before, *after} - WORDS):
            if _bare(before.get(key)) != _bare(after.get(key)):
                rule = PAGINATION.get(key, "pagination-changed")
                if key == "result_key" and _listed(before.get(key)) < _listed(after.get(key)):
                    rule = "pagination-result-added"
                yield Found(rule, f"{place}/{key}", before.get(key), after.get(key))


def _bare(keys: object) -> object:
    """Take a list of one for what it holds, as clients do."""
    return keys[0] if isinstance(keys, list) and len(keys) == 1 else keys


def _listed(keys: object) -> set[object]:
    return set(keys) if isinstance(keys, list) else {keys}


def compare_waiters(old: Service, new: Service) -> Iterator[Found]:
    """Compare waiters, where both sides know them."""
    if old.waiters is None or new.waiters is None:
        return
    for name in sorted({*old.waiters, *new.waiters}):
        before, after = old.waiters.get(name), new.waiters.get(name)
        place = f"{new.name}#/waiters/{name}"
        if before is None or after is None:
            rule = "waiter-added" if before is None else "waiter-removed"
            yield Found(rule, place, (before or {}).get("operation"), (after or {}).get("operation"))
            continue
        for key in sorted({*before, *after} - WORDS):
            if before.get(key) != after.get(key):
                yield Found(
                    WAITERS.get(key, "waiter-changed"), f"{place}/{key}", before.get(key), after.get(key)
                )
