"""What a probe is to ask: every error of an operation, declared or not, as one frozen plan.

The plan is made once and given to every SDK, so that all are asked the same. Declared and common errors are
provoked on the emulator with its header ``x-harness-error``; what no emulator would answer comes from
``harness.probe.raw_server``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from harness.compare.error_matrix import RETRY_MODES
from harness.contract import Contract
from harness.contract.common_errors import category_of, status_of
from harness.contract.examples import smallest
from harness.contract.model import Shape
from harness.emulator.ondemand import HEADER as EMULATOR_HEADER
from harness.emulator.ondemand import status_of_shape
from harness.probe.answers import ANSWERS, ASKED, HEADER

COMMON = (
    "ThrottlingException", "TooManyRequestsException", "RequestTimeout", "ExpiredTokenException",
    "InternalFailure", "ServiceUnavailable",
)  # fmt: skip

Source = Literal["declared", "common", "wire"]


class Probe(msgspec.Struct, frozen=True):
    """One answer to provoke.

    Attributes:
        error: What the row is called: the declared error's name, a common code, or the answer's name.
        source: Whether the operation declares it, any service may answer it, or only the wire brings it.
        wire_code: The code that stands in the answer; ``None`` where there is none or none can be read.
        endpoint: Who answers.
        headers: What the client sends beside its request; ``{protocol}`` becomes what it speaks.
        protocols: The protocols in which the answer can be given; empty for all.
        otherwise: The headers that get the same from the raw server, for an SDK that speaks a protocol in
            which the emulator does not answer.
        query_code: The code in the query protocols, where that is another.
    """

    error: str
    source: Source
    wire_code: str | None
    endpoint: Literal["emulator", "raw"]
    headers: dict[str, str]
    protocols: tuple[str, ...] = ()
    otherwise: dict[str, str] = {}
    query_code: str | None = None


class Asked(msgspec.Struct, frozen=True):
    """Everything that is asked of one operation.

    Attributes:
        service: botocore's name of the service.
        operation: The operation's name.
        input: A document that the operation takes.
        headers: How a request proves who sent it, where the SDK cannot sign.
        spoken: The protocols in which the emulator answers for it; older SDKs may speak others.
        probes: What is provoked, in the order of the report.
    """

    service: str
    operation: str
    input: Any
    headers: dict[str, str]
    spoken: tuple[str, ...]
    probes: tuple[Probe, ...]


class Plan(msgspec.Struct, frozen=True):
    """What one process is given.

    Attributes:
        operations: What is asked.
        endpoints: URLs by the names that probes use.
        retry_modes: What each probe is repeated with; ``default`` chooses none.
        paths: Folders that Python imports from before all others.
    """

    operations: tuple[Asked, ...]
    endpoints: dict[str, str]
    retry_modes: tuple[str, ...] = RETRY_MODES
    paths: tuple[str, ...] = ()


def plan_operations(contracts: Iterable[Contract]) -> tuple[Asked, ...]:
    """Plan every probe of some operations.

    Args:
        contracts: One version of each operation.

    Raises:
        ContractError: No input can be made for an operation.
    """
    return tuple(
        Asked(
            service=contract.service,
            operation=contract.operation,
            input={} if contract.input is None else smallest(contract, contract.input),
            headers=_proof(contract),
            spoken=tuple(dict.fromkeys((contract.protocol, *contract.metadata.get("protocols", ())))),
            probes=(*_declared(contract), *_common(contract), *_of_the_wire(contract)),
        )
        for contract in contracts
    )


def _declared(contract: Contract) -> list[Probe]:
    made = []
    for name in sorted(contract.errors):
        shape = contract.shapes[name]
        code = shape.error_code or name
        made.append(_on_emulator(name, "declared", code, status_of_shape(shape, code), _query_code(shape)))
    return made


def _query_code(shape: Shape) -> str | None:
    return shape.query_error.code if shape.query_error is not None else None


def _common(contract: Contract) -> list[Probe]:
    declared = contract.error_shapes()
    return [
        _on_emulator(code, "common", code, status_of(code) or 400)
        for code in COMMON
        if code not in declared and code not in contract.errors
    ]


def _on_emulator(error: str, source: Source, code: str, status: int, query_code: str | None = None) -> Probe:
    otherwise = {HEADER: f"{ASKED};{{protocol}};{query_code or code};{status}"}
    headers = {EMULATOR_HEADER: code}
    return Probe(error, source, code, "emulator", headers, otherwise=otherwise, query_code=query_code)


def _of_the_wire(contract: Contract) -> list[Probe]:
    code = ordinary_code(contract)
    return [
        Probe(
            error=answer.name,
            source="wire",
            wire_code=answer.code.replace("CODE", code) if answer.code is not None else None,
            endpoint="raw",
            headers={HEADER: f"{answer.name};{{protocol}};{code}"},
            protocols=answer.protocols,
        )
        for answer in ANSWERS
    ]


def ordinary_code(contract: Contract) -> str:
    """Choose the error whose spellings are tried: one the operation declares and no SDK retries."""
    codes = sorted(code for code, shape in contract.error_shapes().items() if _is_ordinary(code, shape))
    preferred = [code for code in codes if category_of(code) == "validity"]
    return next(iter([*preferred, *codes]), "ValidationException")


def _is_ordinary(code: str, shape: Shape) -> bool:
    status = shape.http_error or 400
    return category_of(code) not in ("throttling", "fault") and status < 500 and status != 429


def _proof(contract: Contract) -> dict[str, str]:
    """Make headers of the right form; the emulator verifies nothing else here."""
    if contract.auth.scheme == "bearer":
        name = contract.auth.header or "Authorization"
        return {name: "Bearer probe"} if name.lower() == "authorization" else {}
    if contract.auth.scheme == "none":
        return {}
    name = contract.metadata.get("signingName") or contract.metadata.get("endpointPrefix") or contract.service
    scope = f"AKIDEXAMPLE/20200101/us-east-1/{name}/aws4_request"
    signature = f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}"
    return {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, {signature}",
        "X-Amz-Date": "20200101T000000Z",
    }
