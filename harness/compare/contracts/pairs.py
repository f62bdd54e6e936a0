"""Rows that stand for both directions: the same fact, sent and received."""

from __future__ import annotations

from harness.compare.contracts.model import Action, Rule, Severity

Judgement = tuple[Severity, str]
BODY = "BODY"


def pair(
    stem: str,
    aspect: str,
    action: Action,
    before: str,
    after: str,
    *,
    request: Judgement,
    response: Judgement,
) -> tuple[Rule, Rule]:
    """Make the rows of a fact for requests and for responses.

    Args:
        stem: The rules' ids without ``request-`` and ``response-``.
        aspect: The part of a contract.
        action: What happened to it.
        before: The example's old side, with ``BODY`` for ``input`` or ``output``.
        after: The example's new side, likewise.
        request: Severity and harm where clients send it.
        response: Severity and harm where clients get it.
    """
    return (
        Rule(
            f"request-{stem}", "request", aspect, action, *request,
            before.replace(BODY, "input"), after.replace(BODY, "input"),
        ),
        Rule(
            f"response-{stem}", "response", aspect, action, *response,
            before.replace(BODY, "output"), after.replace(BODY, "output"),
        ),
    )  # fmt: skip
