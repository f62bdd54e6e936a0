"""What the harness refuses to do, and the exit code each refusal ends with.

Every error states three facts: where, what is wrong, what to do. Foreign exceptions are translated into
these once, in the room that owns the foreign package.
"""

from __future__ import annotations


class HarnessError(Exception):
    """Anything the harness refuses to do. Catch this to catch them all.

    Attributes:
        where: What was being read, e.g. ``contracts/events/PutEvents/2021-03-02.yaml``.
        problem: What is wrong with it, with the value found.
        remedy: What the reader can do next.
        exit_code: What the command line ends with: 2 for what the user gave, 3 for what could not be done.
    """

    exit_code = 2

    def __init__(self, where: str, problem: str, remedy: str) -> None:
        super().__init__(where, problem, remedy)  # as args: the error survives pickling
        self.where, self.problem, self.remedy = where, problem, remedy

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}\n  {self.remedy}"


class UsageError(HarnessError):
    """A flag, an argument or a combination of them makes no sense."""


class SelectorError(HarnessError):
    """A selector names no service, operation or version that is known."""


class ConfigurationError(HarnessError):
    """A configuration file or environment variable cannot be used."""


class ContractError(HarnessError):
    """A contract file or model is unreadable or contradicts itself."""


class WireError(HarnessError):
    """A value cannot be put on, or read from, the wire as asked."""


class LiveRefused(HarnessError):
    """A live target was named without ``--yes-live``."""


class UnfinishedError(HarnessError):
    """The work could not be finished for a reason outside the harness."""

    exit_code = 3


class TargetUnreachable(UnfinishedError):
    """The target does not answer at all."""


class RegistryUnreachable(UnfinishedError):
    """A release had to be fetched and the package registry did not give it."""


class CassetteMissing(UnfinishedError):
    """There is no recording where one was asked for."""


class CassetteCorrupt(UnfinishedError):
    """A recording is truncated, malformed or not a recording; it is left as it is."""


class ResultsCorrupt(UnfinishedError):
    """A file of results, cases or accepted findings cannot be read; it is left as it is."""


class RecordingMissing(UnfinishedError):
    """A replayed request has no recorded answer; the message names the operation."""


class RecordingStale(UnfinishedError):
    """A recording no longer agrees with the contract of its operation."""


class NotRecordedWarning(UserWarning):
    """An exchange was not recorded, or a recording was cut off; the text says why."""


class StaleRecordingWarning(UserWarning):
    """A recording that was played no longer agrees with the contract of its operation."""
