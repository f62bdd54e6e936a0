"""What one error means: status, fault, the query protocols' words for it, whether to try again.

Serves declared errors and those that come inside a stream of events.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.compare.contracts.model import Found
from harness.contract import Shape
from harness.contract.digests import plain

DEFAULT_STATUS = {"client": 400, "server": 500}


def compare_mapping(place: str, code: str | None, old: Shape, new: Shape, *, moved: bool) -> Iterator[Found]:
    """Compare what an error means on either side.

    Args:
        place: Its pointer.
        code: Its code, where it is a declared one.
        old: The old structure.
        new: The new structure.
        moved: Whether the service moved to another protocol.
    """
    raised = _is_raised(old), _is_raised(new)
    if raised[0] != raised[1]:
        yield Found("error-exception-changed", f"{place}/exception", *raised, code)
        if None in (old.error, new.error):
            return  # without it the rest is not read as an error's at all
    if old.http_error != new.http_error:
        yield from _status(place, code, old, new, moved=moved)
    if _fault(old) != _fault(new):
        rule = "error-fault-stated" if _was_said_by_status(old, new) else "error-fault-changed"
        yield Found(rule, f"{place}/error", _fault(old), _fault(new), code)
    if not moved and not _same_query_error(old, new):
        said = plain(old.query_error), plain(new.query_error)
        yield Found("error-query-code-changed", f"{place}/queryError", *said, code)
    if (old.retryable is None) != (new.retryable is None):
        rule = f"error-retryable-{'added' if new.retryable is not None else 'removed'}"
        yield Found(rule, f"{place}/retryable", plain(old.retryable), plain(new.retryable), code)
    elif old.retryable != new.retryable:
        yield Found(
            "error-throttling-changed", f"{place}/retryable", plain(old.retryable), plain(new.retryable), code
        )


def _is_raised(shape: Shape) -> bool:
    """Say whether SDKs make an exception of an error."""
    return shape.error is not None and shape.traits.get("exception") is not False


def _fault(shape: Shape) -> str | None:
    """Say whose fault an error is; ``senderFault`` may say otherwise than the shape."""
    sender = shape.traits.get("senderFault")
    return shape.error if sender is None else f"{shape.error}, but senderFault is {str(sender).lower()}"


def _was_said_by_status(old: Shape, new: Shape) -> bool:
    """Say whether the new fault is the one that the status, which stays, has told of all along."""
    status = old.http_error
    if status is None or status != new.http_error or "senderFault" in {**old.traits, **new.traits}:
        return False
    return new.error == ("server" if status >= 500 else "client")


def _same_query_error(old: Shape, new: Shape) -> bool:
    """Say whether the query protocols' words are the same; where they are said is the service's fact."""
    if old.query_error is None or new.query_error is None:
        missing = old if old.query_error is None else new
        stated = old.query_error or new.query_error
        return stated is None or stated.code == missing.error_code
    same_status = old.query_error.http_response_code == new.query_error.http_response_code
    return old.query_error.code == new.query_error.code and (same_status or old.http_error != new.http_error)


def _status(place: str, code: str | None, old: Shape, new: Shape, *, moved: bool) -> Iterator[Found]:
    """Compare statuses; one that only a move to another protocol makes explicit is none."""
    if moved and None in (old.http_error, new.http_error):
        return
    if old.http_error is None:
        if new.http_error == DEFAULT_STATUS.get(new.error or ""):
            return
        rule = "error-status-stated"
    elif new.http_error is None:
        if old.http_error == DEFAULT_STATUS.get(old.error or ""):
            return
        rule = "error-status-unstated"
    else:
        rule = "error-status-changed"
    yield Found(rule, f"{place}/httpError", old.http_error, new.http_error, code)
