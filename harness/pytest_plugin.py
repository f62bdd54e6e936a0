"""The pytest plugin: a running emulator as a fixture, and contract cases for parametrizing.

Loaded by pytest through its entry point; everything heavy is imported when a test asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import pytest

from harness.cassettes.policy import POLICIES, WARN, met, note, set_default

if TYPE_CHECKING:
    from harness.cases.model import Case, Expectation
    from harness.contract import Contract
    from harness.emulator.app import Emulator

MARKER = "contract_version(date): serve this contract version from `contract_endpoint` in place of the newest"
STALE = "harness_stale"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini options, and the flag that goes before one of them."""
    parser.addini(
        "harness_contracts", "directory of contract files; the harness's own when left out", default=""
    )
    parser.addini(STALE, "what stale recordings do: fail, warn or ignore", default=WARN)
    parser.getgroup("harness").addoption(
        "--harness-stale",
        choices=POLICIES,
        default=None,
        help="what stale recordings do where use_cassette is told nothing; the ini option "
        f"{STALE}, else {WARN}, when left out",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker that chooses a contract version; tell recordings what to do when they are stale."""
    config.addinivalue_line("markers", MARKER)
    wanted = config.getoption("--harness-stale") or config.getini(STALE)
    if wanted not in POLICIES:
        choices = ", ".join(POLICIES)
        raise pytest.UsageError(f"{STALE}: there is no policy {wanted!r}; choose one of {choices}")
    set_default(wanted)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let the worker of a run that is spread over processes say which stale recordings it played."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[STALE] = [list(each) for each in met()]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Hear it from a worker of pytest-xdist."""
    for path, operation, problem in getattr(node, "workeroutput", {}).get(STALE, ()):
        note(path, operation, problem)


def pytest_unconfigure() -> None:
    """Take back what recordings were told."""
    set_default(WARN)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the stale recordings that were played, each once."""
    stale = met()
    if not stale:
        return
    terminalreporter.section("stale recordings", sep="=", yellow=True)
    for path, operation, problem in stale:
        terminalreporter.line(f"{path}: {operation}: {problem}")
    terminalreporter.line("'harness cassette lint' says more; mode='all' records them anew.")


class ContractCase(msgspec.Struct, frozen=True):
    """One case of an operation, for a test of somebody's own client, service or emulator.

    Attributes:
        operation: ``service:Operation``.
        version: The contract's version.
        description: What is special about the case.
        input: The input document: timestamps are epoch seconds, blobs base64 text.
        valid: Whether the whole request must be accepted.
        codes: The error codes of which one must come; empty for a valid case. For a batch that fails inside
            a success, the code of each failing entry.
        constraint: The pointer of what the input breaks first; ``None`` for a valid case.
        id: The case's stable id.
    """

    operation: str
    version: str
    description: str
    input: dict[str, Any]
    valid: bool
    codes: tuple[str, ...]
    constraint: str | None
    id: str
    case: Case
    contract: Contract

    @property
    def params(self) -> dict[str, Any]:
        """The input as keyword arguments of a boto3 method: timestamps as datetimes, blobs as bytes."""
        from harness.wire.sdk import params

        found: dict[str, Any] = params(self.contract, self.input)
        return found

    def verify(self, url: str) -> None:
        """Send the case to an endpoint and fail the test unless the answer is as contracted.

        Args:
            url: The endpoint, e.g. ``contract_endpoint.url`` or that of an emulator under test.
        """
        __tracebackhide__ = True
        from harness.session import verify_case

        complaint = verify_case(self.contract, self.case, url)
        if complaint is not None:
            pytest.fail(complaint, pytrace=False)


def contract_cases(
    selector: str,
    *,
    version: str | None = None,
    valid: bool | None = None,
    seed: int = 0,
    depth: Literal["smoke", "coverage", "deep"] = "coverage",
    contracts: str | None = None,
) -> list[Any]:
    """Make the cases of an operation, for ``pytest.mark.parametrize``.

    Args:
        selector: ``service:Operation``, ``service`` or ``service:Put*``.
        version: ``None`` for the newest contract version, ``all``, or a date.
        valid: Only requests that must be accepted (``True``) or not (``False``); ``None`` for both.
        seed: What the cases are made from.
        depth: How many cases to make; ``smoke`` needs no schemathesis and takes milliseconds.
        contracts: The directory of contract files; ``None`` for ``./contracts`` or the harness's own.

    Returns:
        ``pytest.param`` objects, each with one ``ContractCase`` and a stable id.

    Raises:
        SelectorError: The selector names nothing.
    """
    from harness.cases.oracle import expect
    from harness.generate.plan import generate
    from harness.session import load_contracts

    found = []
    for contract in load_contracts([selector], version=version, root=contracts):
        for case in generate(contract, depth, seed):
            if case.input is None or case.repeats is not None or case.error is not None:
                continue  # these need the order of a run, or an endpoint that errors can be asked of
            made = _contract_case(contract, case, expect(contract, case))
            if valid is None or made.valid is valid:
                found.append(pytest.param(made, id=f"{case.operation}-{case.version}-{case.id}"))
    return found


def _contract_case(contract: Contract, case: Case, expectation: Expectation) -> ContractCase:
    answers = (*expectation.answers, *(entry for entry in expectation.entries if entry is not None))
    return ContractCase(
        operation=contract.name,
        version=contract.version,
        description=case.description,
        input=case.input,
        valid=expectation.kind == "accept",
        codes=tuple(dict.fromkeys(answer.code for answer in answers)),
        constraint=next(iter(expectation.broken), None),
        id=case.id,
        case=case,
        contract=contract,
    )


class ContractEndpoint:
    """A running emulator, as fresh as the test that asked for it.

    Attributes:
        url: Its address, for ``endpoint_url``.
    """

    def __init__(self, url: str, emulator: Emulator) -> None:
        self.url = url
        self._emulator = emulator

    @property
    def requests(self) -> list[dict[str, Any]]:
        """What was asked so far: service, operation, status and the client's violations, oldest first."""
        return [msgspec.json.decode(msgspec.json.encode(seen)) for seen in self._emulator.seen]

    def inject_error(self, code: str, times: int = 1) -> None:
        """Answer the next requests with an error.

        Args:
            code: Any code that the operation or service declares, or one common to all services.
            times: How many requests get it.
        """
        self._emulator.inject_error(code, times)


class _Server:
    """One server for the whole test session; the emulator behind it is exchanged for every test."""

    def __init__(self) -> None:
        from harness.emulator.server import EmulatorServer

        self.emulator: Emulator | None = None
        self.server = EmulatorServer(self._handle)

    def _handle(self, request: Any) -> Any:
        assert self.emulator is not None  # noqa: S101  # set before the URL is handed out
        return self.emulator.handle(request)


@pytest.fixture(scope="session")
def _contract_server() -> Iterator[_Server]:
    holder = _Server()
    with holder.server:
        yield holder


@pytest.fixture
def contract_endpoint(request: pytest.FixtureRequest, _contract_server: _Server) -> ContractEndpoint:
    """A running emulator of every contract: ``.url``, ``.requests``, ``.inject_error(code, times=1)``."""
    from harness.emulator.app import Emulator
    from harness.session import load_contracts

    root = str(request.config.getini("harness_contracts")) or None
    chosen = {item.name: item for item in load_contracts((), root=root)}
    marker = request.node.get_closest_marker("contract_version")
    if marker is not None:
        chosen |= {item.name: item for item in load_contracts((), version=marker.args[0], root=root)}
    _contract_server.emulator = Emulator(tuple(chosen.values()))
    return ContractEndpoint(_contract_server.server.url, _contract_server.emulator)
