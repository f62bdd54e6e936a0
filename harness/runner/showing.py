"""What reports may hold of an endpoint's answers: whatever recording them would keep.

An answer is judged as it came. What is written down of it afterwards - terminal, JSON, JUnit, comparisons -
is read from the answer without its secrets. This project's own emulator has none.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from harness.cases.verdict import CaseResult
from harness.cassettes.redaction import UnsearchableError, Vault
from harness.contract import Contract
from harness.exchange import Exchange, Outcome
from harness.wire import protocol_for


class Showing:
    """Takes the secrets out of the results of one operation.

    Args:
        contract: The operation.
        secrets: What the user supplied; see ``Vault``.
        patterns: Regular expressions of further secrets.
    """

    def __init__(self, contract: Contract, secrets: Iterable[str], patterns: Iterable[str]) -> None:
        self._contract = contract
        self._vault = Vault(secrets=secrets, patterns=patterns, keep_unparsed=True, ours="requests")

    def of(self, result: CaseResult, exchange: Exchange) -> CaseResult:
        """Give a result as it may be shown; what cannot be cleaned keeps neither output nor message."""
        outcome = result.outcome
        try:
            shown = self._read(self._vault.exchange(exchange, self._contract), outcome)
        except UnsearchableError:
            shown = msgspec.structs.replace(outcome, output=None, message=None, deviations=())
        suspicions = tuple(
            msgspec.structs.replace(each, got=self._vault.text(each.got))
            for each in result.verdict.suspicions
        )
        verdict = msgspec.structs.replace(result.verdict, suspicions=suspicions)
        return msgspec.structs.replace(result, outcome=shown, verdict=verdict)

    def _read(self, exchange: Exchange, outcome: Outcome) -> Outcome:
        if exchange.response is None:
            failure = self._vault.text(outcome.failure) if outcome.failure is not None else None
            return msgspec.structs.replace(outcome, failure=failure)
        return protocol_for(self._contract).read_response(self._contract, exchange.response)
