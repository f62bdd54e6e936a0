"""What each recording is of, and the contract that is said of it today.

A run's recording has the contract file of its operation and version; a client's, and one of stock vcrpy, has
the installed model.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from harness.cassettes.format import Head, exchange_of
from harness.cassettes.imports import is_foreign
from harness.cassettes.interface import Part, Stored
from harness.cassettes.meaning import KEYS, Meanings
from harness.cassettes.modelled import Modelled
from harness.cassettes.redaction import UnsearchableError, Vault
from harness.contract import Contract, contract_digest
from harness.errors import CassetteCorrupt, HarnessError
from harness.exchange import Exchange, Outcome, Request
from harness.importers.library import Library
from harness.wire import protocol_named


class Subject(msgspec.Struct, frozen=True):
    """One recording and what is known of its operation today.

    Attributes:
        file: The file it stands in.
        number: Its place in the file, from one.
        part: The recording.
        exchange: What was sent and what came.
        url: Scheme and authority that it was sent to.
        operation: ``service:Operation``, or method and URL of a request that is no operation of AWS.
        contract: The operation as it is today; ``None`` where there is none.
        protocol: The protocol that was spoken.
        digest: The name of today's contract, as the recording would bear it.
        problem: Why an operation has no contract today.
        document: The recorded input without what clients make up; ``None`` for a run's recording.
        key: What the request means today; ``None`` for a run's recording.
        request: The request as its protocol reads it; ``None`` for a run's recording.
        target: Who answered: ``emulator``, ``aws`` or ``host_port``.
        cleaned: The exchange without secrets, which another tool recorded with them.
    """

    file: Path
    number: int
    part: Part
    exchange: Exchange
    url: str
    operation: str
    contract: Contract | None = None
    protocol: str | None = None
    digest: str | None = None
    problem: str | None = None
    document: Any = None
    key: str | None = None
    request: Request | None = None
    target: str | None = None
    cleaned: Exchange | None = None

    @property
    def shown(self) -> Exchange:
        """The exchange as it may be shown."""
        return self.cleaned or self.exchange

    @property
    def is_of_a_run(self) -> bool:
        """Whether a run recorded it: it answers a case."""
        return self.part.harness is not None and self.part.harness.case is not None

    @property
    def was_edited(self) -> bool:
        """Whether its request no longer means what its key says."""
        entry = self.part.harness
        known = entry is not None and (entry.key or "").startswith(f"{KEYS}:")
        return known and entry is not None and self.key is not None and entry.key != self.key

    @property
    def outcome(self) -> Outcome | None:
        """What the answer means by today's contract; ``None`` without an answer or a contract."""
        response = self.shown.response
        if response is None or self.contract is None or self.protocol is None:
            return None
        return protocol_named(self.protocol).read_response(self.contract, response)


class Today:
    """The contracts of today.

    Args:
        modelled: The contracts of the installed release.
        library: Contract files, and the release behind them.
    """

    def __init__(self, modelled: Modelled, library: Library) -> None:
        self._modelled, self._library = modelled, library
        self._meanings = Meanings(Vault(), modelled)
        self._filed: dict[tuple[str, str], tuple[Contract | None, str | None, str | None]] = {}

    def subjects(self, path: Path, stored: Stored) -> Iterator[Subject]:
        """Say of each recording of a file what it is of.

        Raises:
            CassetteCorrupt: A recording is none of an HTTP request.
        """
        for number, part in enumerate(stored.parts, 1):
            try:
                url, exchange = exchange_of(part)
            except ValueError as error:
                remedy = "Take the file from version control again, or delete it and record anew."
                raise CassetteCorrupt(f"{path}, interaction {number}", str(error), remedy) from error
            subject = Subject(path, number, part, exchange, url, f"{part.request.method} {part.request.uri}")
            if subject.is_of_a_run and stored.head.contract is not None:
                yield self._of_run(subject, stored.head)
            else:
                yield self._of_client(subject)

    def errors(self, subject: Subject) -> frozenset[str]:
        """Name the errors that the operations of a recording's service declare."""
        if subject.contract is None:
            return frozenset()
        try:
            if subject.is_of_a_run:
                return frozenset(self._library.service_errors(subject.contract))
            return frozenset(self._modelled.catalogue.errors(subject.contract.service))
        except HarnessError:
            return frozenset()

    def _of_run(self, subject: Subject, head: Head) -> Subject:
        entry = subject.part.harness
        version = (entry.version if entry is not None else None) or head.version or ""
        name = head.contract or ""
        if (name, version) not in self._filed:
            self._filed[name, version] = self._file(name, version)
        contract, digest, problem = self._filed[name, version]
        return msgspec.structs.replace(
            subject,
            operation=name,
            contract=contract,
            protocol=contract.protocol if contract is not None else None,
            digest=digest,
            problem=problem,
            target=head.target,
        )

    def _file(self, name: str, version: str) -> tuple[Contract | None, str | None, str | None]:
        service, _, operation = name.partition(":")
        library = self._library
        try:
            if library.has_file(service, operation):
                contract = library.files.load(service, operation, version)
            else:  # the release may be another one than the version names
                contract = msgspec.structs.replace(library.load(service, operation), version=version)
        except HarnessError as error:
            return None, None, error.problem
        return contract, contract_digest(contract), None

    def _of_client(self, subject: Subject) -> Subject:
        entry = subject.part.harness
        named = entry.operation if entry is not None else None
        meaning = self._meanings.of_recording(subject.part)
        contract = meaning.contract
        missing = f"botocore {self._modelled.release} has no such operation"
        return msgspec.structs.replace(
            subject,
            operation=meaning.name,
            contract=contract,
            protocol=meaning.protocol,
            digest=self._modelled.digest(contract) if contract is not None else None,
            problem=missing if named is not None and contract is None else None,
            document=meaning.document,
            key=meaning.key,
            request=meaning.request,
            target=entry.against if entry is not None else None,
            cleaned=without_secrets(contract, meaning.protocol, subject.exchange)
            if is_foreign(subject.part)
            else None,
        )


def without_secrets(contract: Contract | None, protocol: str | None, exchange: Exchange) -> Exchange:
    """Take the secrets out of an exchange as recording it would; as it is where that cannot be done."""
    try:
        return Vault(keep_unparsed=True).exchange(exchange, contract, protocol)
    except UnsearchableError:
        return exchange
