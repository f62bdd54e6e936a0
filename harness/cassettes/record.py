"""Recording a run: exchanges go in one by one, a cassette comes out when an operation is finished.

The one who runs cases holds a recorder. Secrets are taken out as an exchange comes in, so that nothing of
them waits in memory either.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import msgspec

from harness.cases.model import Case
from harness.cassettes.files import write_atomically
from harness.cassettes.format import (
    FORMAT,
    FailurePart,
    Head,
    InteractionPart,
    cassette_path,
    entry_of,
    request_part,
    response_part,
)
from harness.cassettes.redaction import UnsearchableError, Vault
from harness.cassettes.redaction.exchanges import Ours
from harness.cassettes.stock import in_order
from harness.contract import Contract, contract_digest
from harness.exchange import Exchange

EMULATOR = "emulator"  # the target that the harness answers for itself


class Refusal(msgspec.Struct, frozen=True):
    """An exchange that was not recorded.

    Attributes:
        operation: ``service:Operation``.
        version: The contract's version.
        case: The case's id.
        reason: Why, in words, without the secret.
    """

    operation: str
    version: str
    case: str
    reason: str


class _Tape:
    """What was recorded of one operation at one version so far."""

    def __init__(self, contract: Contract) -> None:
        self.digest = contract_digest(contract)
        self.interactions: list[InteractionPart] = []
        self.failures: list[FailurePart] = []
        self.refused = 0


class Recorder:
    """Writes a cassette for each operation and version: ``<target>/<service>/<Operation>/<version>.yaml``.

    Args:
        directory: Where the directory of the target lies or shall lie.
        target_name: ``emulator``, ``aws`` or ``host_port``.
        secrets: The credentials and tokens that the user supplied; removed from everywhere.
        patterns: Regular expressions of what else is secret; group 1, where there is one, is kept.
        url: Scheme and authority of the target, for requests without a ``Host`` header.
    """

    def __init__(
        self,
        directory: Path,
        target_name: str,
        *,
        secrets: tuple[str, ...] = (),
        patterns: tuple[str, ...] = (),
        url: str = "",
    ) -> None:
        self._directory, self._target = directory, target_name
        # The emulator's answers are the harness's own as well. What nobody can parse is what runs are about.
        ours: Ours = "exchanges" if target_name == EMULATOR else "requests"
        self._vault = Vault(secrets=secrets, patterns=patterns, keep_unparsed=True, ours=ours)
        self._url = url or f"http://{target_name}"
        self._tapes: dict[tuple[str, str], _Tape] = {}
        self._refusals: list[Refusal] = []

    @property
    def refused(self) -> tuple[Refusal, ...]:
        """The exchanges that were not recorded because a secret could not be taken out of them."""
        return tuple(self._refusals)

    def add(self, contract: Contract, case: Case, exchange: Exchange, recorded_at: datetime) -> None:
        """Take an exchange in, without its secrets.

        Args:
            contract: The operation, at the version that the case was made from.
            case: The case that was sent.
            exchange: What was sent and what came.
            recorded_at: When it ended, an aware datetime.
        """
        key = (contract.name, contract.version)
        tape = self._tapes.get(key)
        if tape is None:
            tape = self._tapes[key] = _Tape(contract)
        try:
            kept = self._vault.exchange(exchange, contract)
        except UnsearchableError as refusal:
            tape.refused += 1
            self._refusals.append(Refusal(*key, case.id, str(refusal)))
            return
        self._keep(tape, self._described(case), kept, recorded_at)

    def save(self, contract: Contract) -> Path | None:
        """Write the cassette of a finished operation, replacing an older one whole.

        Args:
            contract: The operation at its version.

        Returns:
            The file, or ``None`` when nothing was exchanged and so nothing was written.

        Raises:
            UsageError: The contract's or the target's name cannot name a file.
            UnfinishedError: The file cannot be written; an older one is untouched.
        """
        tape = self._tapes.get((contract.name, contract.version))
        if tape is None or not (tape.interactions or tape.failures):
            return None
        path = cassette_path(self._directory, self._target, contract)
        head = Head(
            format=FORMAT,
            contract=contract.name,
            version=contract.version,
            target=self._target,
            refused=tape.refused,
        )
        from harness.cassettes import door  # vcrpy is slow to import and not needed before

        write_atomically(path, door.spelled(head, in_order(tape.interactions, tuple(tape.failures))))
        del self._tapes[contract.name, contract.version]
        return path

    def close(self) -> tuple[str, ...]:
        """Let go of operations that were never finished, and name them; their old cassettes stay."""
        unfinished = tuple(f"{name} {version}" for name, version in self._tapes)
        self._tapes.clear()
        return unfinished

    def _keep(self, tape: _Tape, case: Case, exchange: Exchange, recorded_at: datetime) -> None:
        entry = entry_of(case, exchange, tape.digest, recorded_at)
        request = request_part(exchange.request, self._url_of(exchange))
        if exchange.response is None:
            failure = exchange.failure or "no answer"
            tape.failures.append(FailurePart(entry, request, failure, len(tape.interactions)))
        else:
            tape.interactions.append(InteractionPart(entry, request, response_part(exchange.response)))

    def _described(self, case: Case) -> Case:
        """The case with a description that holds no secret and can be written."""
        words = case.description.encode("utf-8", "backslashreplace").decode("utf-8")
        return msgspec.structs.replace(case, description=self._vault.text(words))

    def _url_of(self, exchange: Exchange) -> str:
        scheme, authority = re.match(r"(?:([a-z]+)://)?([^/?#]*)", self._url).groups()  # type: ignore[union-attr]
        host = exchange.request.headers.get("Host")
        if host is not None and re.fullmatch(r"[^/?#@\s]+", host):
            authority = host
        return self._vault.text(f"{scheme or 'http'}://{authority}")
