"""A contract laid out for a person: what ``harness show`` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from rich.console import Console

from harness.contract import Constraint, Contract, Source, constraints
from harness.reports.lines import write_folded, write_line
from harness.reports.printable import printable

LABEL = 12
LONGEST_VALUE = 72


def write_contract(contract: Contract, versions: Sequence[str], console: Console) -> None:
    """Write an operation: its wire form, authentication, constraints, errors, rules, sources and versions.

    Args:
        contract: The operation at one version.
        versions: Every version that is known of it.
        console: Where to write.
    """
    write_line(console, (contract.name, "bold"), f" {contract.version}")
    for label, text in _facts(contract, versions):
        write_folded(console, f"  {label:<{LABEL}}", printable(text))
    _section(console, "constraints", _constraints(contract))
    _section(console, "errors", _errors(contract))
    _section(console, "rules", _rules(contract))
    _section(console, "notes", list(contract.notes))
    _section(console, "sources", [line for item in contract.sources for line in _source(item)])


def _facts(contract: Contract, versions: Sequence[str]) -> Iterator[tuple[str, str]]:
    http = contract.http
    yield "wire", f"{contract.protocol}: {http.method} {http.uri} -> {http.code}"
    target = contract.metadata.get("targetPrefix")
    if target is not None:
        yield "target", f"X-Amz-Target: {target}.{contract.operation}"
    yield "auth", _auth(contract)
    validation = contract.validation
    yield "validation", f"{validation.code} ({validation.status}), {validation.source}"
    if contract.idempotency is not None:
        yield "idempotency", _idempotency(contract)
    if contract.batch is not None:
        yield "batch", f"result i of {contract.batch.results} answers entry i of {contract.batch.entries}"
    yield "versions", ", ".join(versions)


def _auth(contract: Contract) -> str:
    auth = contract.auth
    missing = f"without it {auth.missing.code} ({auth.missing.status})"
    if auth.scheme == "none":
        return "none"
    how = "SigV4" if auth.scheme == "sigv4" else f"token in {auth.header}"
    return "; ".join(part for part in (how, missing, auth.note) if part)


def _idempotency(contract: Contract) -> str:
    idempotency = contract.idempotency
    if idempotency is None:
        return ""
    window = f"for {idempotency.window} s" if idempotency.window is not None else "for an unknown time"
    text = f"{idempotency.token} is remembered {window} ({idempotency.source})"
    if idempotency.changed is None:
        return text
    changed = f"{idempotency.changed.code} ({idempotency.changed.status})"
    return f"{text}; another payload under it gets {changed}, {idempotency.changed_source}"


def _constraints(contract: Contract) -> list[str]:
    return [line for item in constraints(contract) if item.trait != "rule" for line in _constraint(item)]


def _constraint(item: Constraint) -> Iterator[str]:
    """A pointer and its value on one line where both fit, else on two: pointers are to be copied."""
    pointer = "#" + item.pointer.partition("#")[2]
    if item.value is True:
        yield pointer
        return
    value = (
        json.dumps(item.value, ensure_ascii=False)
        if isinstance(item.value, (list, tuple))
        else str(item.value)
    )
    shown = value if len(value) <= LONGEST_VALUE else f"{value[: LONGEST_VALUE - 3]}..."
    if len(pointer) + len(shown) <= LONGEST_VALUE:
        yield f"{pointer}  {shown}"
    else:
        yield from (pointer, f"  {shown}")


def _errors(contract: Contract) -> list[str]:
    shapes = contract.error_shapes()
    width = max((len(code) for code in shapes), default=0)
    lines = []
    for code, shape in shapes.items():
        status = "no status" if shape.http_error is None else str(shape.http_error)
        retry = ", retryable" if shape.retryable is not None else ""
        lines.append(f"{code:<{width}}  {status}  {shape.error} fault{retry}")
    return lines


def _rules(contract: Contract) -> list[str]:
    lines = []
    for rule in contract.rules:
        answer = rule.then.refuse or rule.then.entry
        where = "the entry fails with" if rule.then.entry is not None else "refused with"
        status = f" ({answer.status})" if answer is not None and answer.status is not None else ""
        code = answer.code if answer is not None else "nothing"
        lines.append(f"#/rules/{rule.id}  {rule.source}")
        lines.append(f"  {rule.summary}")
        lines.append(f"  {where} {code}{status}")
    return lines


def _source(source: Source) -> Iterator[str]:
    yield f"{source.title}, {source.published}" if source.published is not None else source.title
    if source.url is not None:
        yield f"  {source.url}"


def _section(console: Console, title: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    console.print()
    write_line(console, (title, "bold"))
    for line in lines:
        text = printable(line.lstrip())
        margin = " " * (2 + len(line) - len(line.lstrip()))
        if " " in text:
            write_folded(console, margin, text)
        else:  # a pointer, a pattern or an address stays whole
            write_line(console, margin + text)
