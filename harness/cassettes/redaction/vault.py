"""The face of redaction: what is secret in one open cassette, and what stands for it.

Two kinds of recordings use it. A user's own (``harness.use_cassette``): whatever is secret gets a pseudonym.
A run's: what the harness generated is kept, since verdicts rest on it, and only what a service made up is
taken out.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

import msgspec

from harness.cassettes.redaction.encoded import ENCODED_FORMS, ENCODED_PSEUDONYMS
from harness.cassettes.redaction.exchanges import Ours, Redaction, Rules
from harness.cassettes.redaction.known import Known
from harness.cassettes.redaction.leaves import BASE64_OF_JSON, Leaves
from harness.cassettes.redaction.plan import plan_of, rewritten
from harness.cassettes.redaction.pseudonyms import MARKS
from harness.contract import Contract
from harness.exchange import Exchange


class Vault:
    """What is secret in one open cassette and what stands for it; many threads may ask at once.

    Args:
        secrets: Every value that the user supplied and that may travel: access key ids, secret keys, session
            and bearer tokens. They become ``REDACTED``; empty ones are passed over.
        patterns: Regular expressions of further secrets; group 1, where there is one, is kept.
        keep_unparsed: Whether what no parser of its protocol reads is recorded all the same, searched as
            text.
        issued: Values that are no secrets although they stand where secrets do, e.g. because the harness made
            them up.
        ours: What the harness generated. The values of its ``requests`` are kept, and so is a value of an
            answer that repeats one of its request; of its ``exchanges`` everything is kept but what the user
            supplied and what is secret by form.

    Raises:
        ConfigurationError: A pattern is no regular expression, or matches where there is nothing.
    """

    def __init__(
        self,
        *,
        secrets: Iterable[str] = (),
        patterns: Iterable[str] = (),
        keep_unparsed: bool = False,
        issued: Iterable[str] = (),
        ours: Ours = "nothing",
    ) -> None:
        self._known = Known(secrets, patterns, linked=ours == "nothing")
        self._rules = Rules(keep_unparsed, frozenset(issued), ours)
        self._lock = threading.RLock()

    @property
    def count(self) -> int:
        """How many secrets are known; where it grew, what was recorded before may be redacted again."""
        return len(self._known)

    def exchange(
        self, exchange: Exchange, contract: Contract | None, protocol: str | None = None
    ) -> Exchange:
        """Take every secret out of an exchange.

        Args:
            exchange: What was sent and what came.
            contract: The operation; ``None`` for a request of no operation, in which names and forms decide.
            protocol: The protocol that was really spoken; the contract's own where it is ``None``.

        Returns:
            The exchange without secrets; unchanged to the byte where it has none.

        Raises:
            UnsearchableError: A message is not of its protocol and ``keep_unparsed`` is off, or a secret
                cannot be taken out of it.
        """
        with self._lock:
            return Redaction(self._known, self._rules, contract, protocol).of(exchange)

    def sealed(self, contract: Contract | None, document: Any) -> Any:
        """Give an input for matching, the same for a live request and for its recording.

        Secrets become ``"*"``, but for pseudonyms of received ones, which stay: so a replay with another
        password matches, and a token that the recording returned still tells its request from others.

        Args:
            contract: The operation; ``None`` where there is none.
            document: The input, live or as recorded.

        Returns:
            A document without the length and the digests of the body; the very same one where it has none of
            them and no secret.
        """
        plan = plan_of(contract) if contract is not None else None
        may_hold = plan is None or plan.is_input_secret or plan.has_blobs
        if plan is not None and not may_hold and not self._is_suspicious(document):
            return plan.without_digests(document)
        with self._lock:
            leaves = Leaves(
                self._known, "sent", self._rules.issued, plan.common if plan is not None else frozenset()
            )
            node = plan.input if plan is not None else None
            # Twice: what stands at a secret place becomes known, and may stand elsewhere before it.
            before = len(self._known)
            sealed = rewritten(node, document, leaves.sealed, leaves.sealed_text)
            if len(self._known) != before:
                sealed = rewritten(node, document, leaves.sealed, leaves.sealed_text)
            return sealed if plan is None else plan.without_digests(sealed)

    def alike(self, contract: Contract | None, output: Any) -> Any:
        """Give an output for holding it against another one: in both, all secrets of a type are the same.

        Args:
            contract: The operation; ``None`` where there is none.
            output: The output, live or as recorded.
        """
        plan = plan_of(contract) if contract is not None else None
        with self._lock:
            leaves = Leaves(self._known, "received", common=plan.common if plan is not None else frozenset())
            node = plan.output if plan is not None else None
            return rewritten(node, output, leaves.alike, leaves.alike_text)

    def text(self, text: str) -> str:
        """Take every known secret, and what is secret by form, out of a message."""
        with self._lock:
            return self._known.text(text, "sent")

    def _is_suspicious(self, document: Any) -> bool:
        """Say quickly whether an input that its contract finds harmless may hold a secret all the same."""
        if len(self._known):
            return True
        try:
            seen = msgspec.json.encode(document).decode("utf-8", "replace").lower()
        except (ValueError, TypeError):
            return True
        if self._known.may_hold(seen):
            return True
        for hint in _NAME_HINTS:  # noqa: SIM110  # asked for every request of a replay
            if hint in seen:
                return True
        return False


# In lower case: one of these stands in every name that a row takes for secret, in every pseudonym, and where
# a text begins that is base64 of JSON.
_NAME_HINTS = (
    "token", "pass", "pwd", "otp", "onetime", "one_time", "one-time", "secret", "bearer", "auth", "key",
    "activation", "assertion", "signed", "signature", "credential", "upload",
    *(f'"{beginning.lower()}' for beginning in BASE64_OF_JSON),
    *MARKS, *(core.lower() for core in (*ENCODED_PSEUDONYMS, *ENCODED_FORMS)),
)  # fmt: skip
