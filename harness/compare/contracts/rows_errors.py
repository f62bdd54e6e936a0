"""The rules about declared errors; their members fall under the rules of responses."""

from __future__ import annotations

from harness.compare.contracts.model import Rule

GONE = "errors: {Gone: {error: client, httpError: 404}}"

ROWS: tuple[Rule, ...] = (
    Rule(
        "error-added", "response", "errors", "added", "warning",
        "A client may get an error that it does not know.",
        "errors: {}", GONE,
    ),
    Rule(
        "error-removed", "response", "errors", "removed", "warning",
        "Code that handles the error waits in vain, and cannot name it where no operation declares it.",
        GONE, "errors: {}",
    ),
    Rule(
        "error-renamed", "response", "errors", "changed", "warning",
        "Nothing on the wire; code that names the exception must be changed.",
        "errors: {Gone: {error: client, httpError: 404, errorCode: Gone.Code}}",
        "errors: {NotThere: {error: client, httpError: 404, errorCode: Gone.Code}}",
    ),
    Rule(
        "error-code-changed", "response", "errors", "changed", "breaking",
        "A client that recognises the error by its code does not any more.",
        "errors: {Gone: {error: client, httpError: 404, errorCode: Gone.Old}}",
        "errors: {Gone: {error: client, httpError: 404, errorCode: Gone.New}}",
    ),
    Rule(
        "error-status-changed", "response", "errors", "changed", "breaking",
        "A client that recognises the error by its status, or repeats by it, does something else.",
        GONE, GONE.replace("404", "410"),
    ),
    Rule(
        "error-status-stated", "response", "errors", "added", "compatible",
        "The model says now which status the error has; the service may well have answered so before.",
        "errors: {Gone: {error: client}}", GONE,
    ),
    Rule(
        "error-status-unstated", "response", "errors", "removed", "warning",
        "The model does not say any more which status the error has.",
        GONE, "errors: {Gone: {error: client}}",
    ),
    Rule(
        "error-fault-changed", "response", "errors", "changed", "breaking",
        "Whose fault it is decides whether clients try again and whom their alarms wake.",
        GONE, GONE.replace("client", "server"),
    ),
    Rule(
        "error-fault-stated", "response", "errors", "changed", "compatible",
        "The model says now what the status, which stays, has told all along.",
        "errors: {Broken: {error: client, httpError: 500}}",
        "errors: {Broken: {error: server, httpError: 500}}",
    ),
    Rule(
        "error-exception-changed", "response", "errors", "changed", "breaking",
        "SDKs make no exception of it any more, or one where there was none: code that names it fails.",
        "errors: {Gone: {error: client, httpError: 404}}",
        "errors: {Gone: {error: client, httpError: 404, traits: {exception: false}}}",
    ),
    Rule(
        "error-query-code-changed", "response", "errors", "changed", "breaking",
        "A client that recognises the error by its code of the query protocol does not any more.",
        "errors: {Gone: {error: client, httpError: 404, queryError: {code: NonExistent}}}",
        "errors: {Gone: {error: client, httpError: 404, queryError: {code: NotThere}}}",
    ),
    Rule(
        "error-retryable-added", "response", "errors", "added", "compatible",
        "Clients try again where they gave up.",
        GONE, "errors: {Gone: {error: client, httpError: 404, retryable: {}}}",
    ),
    Rule(
        "error-retryable-removed", "response", "errors", "removed", "breaking",
        "Clients give up where they tried again.",
        "errors: {Gone: {error: client, httpError: 404, retryable: {}}}", GONE,
    ),
    Rule(
        "error-throttling-changed", "response", "errors", "changed", "warning",
        "Clients wait for another time before they try again.",
        "errors: {Gone: {error: client, httpError: 404, retryable: {}}}",
        "errors: {Gone: {error: client, httpError: 404, retryable: {throttling: true}}}",
    ),
)  # fmt: skip
