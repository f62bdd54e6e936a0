"""Single edits of the errors that operations declare."""

from __future__ import annotations

import random
from functools import partial
from typing import Any

from diff_edits import Edit, Files, changed, code_of, users
from diff_mutation import Mutator, backwards, pick, protocols
from diff_mutators_operations import pointed

QUERY = frozenset({"query", "ec2"})


def error_added(files: Files, choice: random.Random) -> Edit | None:
    """Let an operation declare one more error."""
    shapes = files.model["shapes"]
    name = pick(choice, files.model["operations"])
    said = [each["shape"] for each in files.model["operations"][name].get("errors", ())]
    codes = {code_of(files, each) for each in said} | set(said)
    other = pick(
        choice,
        (
            each
            for each, shape in shapes.items()
            if shape.get("exception") and code_of(files, each) not in codes and each not in codes
        ),
    )
    if other is None:
        return None
    new = changed(files, "operations", name, errors=[*({"shape": each} for each in said), {"shape": other}])
    if files.model["operations"][name].get("errors", []) != [{"shape": each} for each in said]:
        return None
    return Edit(files, new, (("error-added", pointed(files, name, f"errors/{code_of(files, other)}")),))


def of_errors(files: Files) -> list[str]:
    """Name the shapes of errors that operations declare and that are nothing else."""
    known = users(files)
    return [
        name
        for name, shape in files.model["shapes"].items()
        if shape.get("exception")
        and known.operations.get(name)
        and {side for _, side in known.operations[name]} == {"errors"}
        and not known.parts.get(name)
    ]


def meaning(files: Files, choice: random.Random, *, what: str) -> Edit | None:
    """Change what an error means: status, fault, code, whether to try again."""
    shapes = files.model["shapes"]
    compatible = "awsQueryCompatible" in files.model["metadata"]

    def fits(shape: dict[str, Any]) -> bool:
        status = shape.get("error", {}).get("httpStatusCode")
        return {
            "status": status is not None and status not in (500,),
            "status-unstated": status not in (None, 500 if shape.get("fault") else 400),
            "status-default": status is None and not shape.get("fault"),
            "sender": "senderFault" not in shape.get("error", {}) and not shape.get("fault"),
            "fault": not shape.get("fault")
            and not shape.get("error", {}).get("senderFault")
            and status is not None
            and status < 500,
            "fault-stated": not shape.get("fault")
            and not shape.get("error", {}).get("senderFault")
            and status is not None
            and status >= 500,
            "retryable": "retryable" not in shape,
            "throttling": "retryable" in shape and not shape["retryable"].get("throttling"),
            "exception": True,
            "code": bool(protocols(files) & QUERY) or compatible,
        }[what]

    repeated = {
        each["shape"]
        for spec in files.model["operations"].values()
        for each in spec.get("errors", ())
        if "exception" in each
    }
    name = pick(
        choice,
        (
            each
            for each in of_errors(files)
            if fits(shapes[each]) and not (what == "exception" and each in repeated)
        ),
    )
    if name is None:
        return None
    code, error = code_of(files, name), shapes[name].get("error", {})
    facts, rule, word = {
        "status": ({"error": {**error, "httpStatusCode": 418}}, "error-status-changed", "httpError"),
        "status-unstated": (
            {"error": {key: value for key, value in error.items() if key != "httpStatusCode"}},
            "error-status-unstated",
            "httpError",
        ),
        "exception": ({"exception": None}, "error-exception-changed", "exception"),
        "status-default": ({"error": {**error, "httpStatusCode": 400}}, "", ""),
        "sender": ({"error": {**error, "senderFault": True}}, "", ""),
        "fault": ({"fault": True}, "error-fault-changed", "error"),
        "fault-stated": ({"fault": True}, "error-fault-stated", "error"),
        "retryable": ({"retryable": {"throttling": False}}, "error-retryable-added", "retryable"),
        "throttling": ({"retryable": {"throttling": True}}, "error-throttling-changed", "retryable"),
        "code": (
            {"error": {**error, "code": "StrangeCode"}},
            "error-query-code-changed" if compatible else "error-code-changed",
            "queryError" if compatible else "code",
        ),
    }[what]
    shown = "StrangeCode" if what == "code" and not compatible else code
    told = (
        tuple(
            (rule, pointed(files, operation, f"errors/{shown}/{word}"))
            for operation, _ in users(files).operations[name]
        )
        if rule
        else ()
    )
    return Edit(files, changed(files, "shapes", name, **facts), told)


ERRORS = {
    "error-status-changed": "error-status-changed",
    "error-status-unstated": "error-status-stated",
    "error-fault-changed": "error-fault-stated",
    "error-fault-stated": "error-fault-changed",
    "error-retryable-added": "error-retryable-removed",
    "error-throttling-changed": "error-throttling-changed",
    "error-added": "error-removed",
    "error-exception-changed": "error-exception-changed",
}


def errors_in_order(files: Files, choice: random.Random) -> Edit | None:
    """Declare errors in another order: no change."""
    name = pick(
        choice, (name for name, spec in files.model["operations"].items() if len(spec.get("errors", ())) > 1)
    )
    return (
        None
        if name is None
        else Edit(
            files, changed(files, "operations", name, errors=files.model["operations"][name]["errors"][::-1])
        )
    )


def _kinds() -> dict[str, Mutator]:
    made: dict[str, Mutator] = {}
    made["operation.errors"] = error_added
    made["operation.errors.undone"] = backwards(error_added, ERRORS.__getitem__)
    for what in (
        "status",
        "status-unstated",
        "fault",
        "fault-stated",
        "retryable",
        "throttling",
        "code",
        "exception",
    ):
        made[f"error.{what}"] = partial(meaning, what=what)
        if what != "code":
            made[f"error.{what}.undone"] = backwards(made[f"error.{what}"], ERRORS.__getitem__)
    made["same.errors-in-another-order"] = errors_in_order
    made["same.error-status-default"] = partial(meaning, what="status-default")
    made["same.senderFault-of-a-client's-error"] = partial(meaning, what="sender")
    return made


KINDS = _kinds()
