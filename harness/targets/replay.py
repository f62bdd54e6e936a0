"""A cassette as a target: the recorded answers again, in the recorded order, without a socket."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from harness.cases.model import Case
from harness.cassettes.model import Cassette
from harness.contract import Contract
from harness.errors import RecordingMissing, UsageError
from harness.exchange import Exchange, Request


class ReplayTarget:
    """Answers each case with what was recorded for its id.

    Args:
        cassettes: Cassettes of one target.

    Attributes:
        name: The target that was recorded: ``emulator``, ``aws`` or ``host_port``.
        url: Empty: nothing is reached.
        strict: Whether the recordings are of this project's emulator.

    Raises:
        UsageError: The cassettes are of more than one target.
    """

    def __init__(self, cassettes: Iterable[Cassette]) -> None:
        self._answers: dict[tuple[str, str, str], deque[Exchange]] = {}
        targets = set()
        for cassette in cassettes:
            targets.add(cassette.target)
            for item in cassette.recorded:
                key = (item.case.operation, item.version, item.case.id)
                self._answers.setdefault(key, deque()).append(item.exchange)
        if len(targets) > 1:
            problem = f"one replay cannot answer for several targets: {', '.join(sorted(targets))}"
            raise UsageError("replay", problem, "Replay one target's directory at a time.")
        self.name = next(iter(targets), "replay")
        self.url = ""
        self.strict = targets == {"emulator"}

    def send(self, contract: Contract, case: Case, request: Request) -> Exchange:  # noqa: ARG002
        """Return the next recorded exchange of a case; the request is not looked at.

        Args:
            contract: The operation; it may be of another version than the recording.
            case: The case, of the version that was recorded.
            request: What a live target would send.

        Returns:
            The exchange as it was recorded, a failure included.

        Raises:
            RecordingMissing: The case was not recorded, or not so often.
        """
        answers = self._answers.get((case.operation, case.version, case.id))
        if answers is None:
            problem = f"no recording answers case {case.id} of version {case.version}"
            raise RecordingMissing(
                case.operation, problem, "Record the operation again with 'harness record'."
            )
        if not answers:
            problem = f"every recording of case {case.id} of version {case.version} has been replayed"
            raise RecordingMissing(case.operation, problem, "Record it as often as it is sent.")
        return answers.popleft()

    def close(self) -> None:
        """Nothing to give back."""


def replay_targets(cassettes: Iterable[Cassette]) -> tuple[ReplayTarget, ...]:
    """Make one target for each target that was recorded, by name."""
    by_target: dict[str, list[Cassette]] = {}
    for cassette in cassettes:
        by_target.setdefault(cassette.target, []).append(cassette)
    return tuple(ReplayTarget(by_target[name]) for name in sorted(by_target))
