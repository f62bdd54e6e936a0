"""The journal of a run: whole lines count, another run is refused, damage is named."""

import msgspec
import pytest

from harness.cases.model import Case
from harness.cases.verdict import CaseResult, Verdict
from harness.errors import ResultsCorrupt, UsageError
from harness.exchange import Outcome
from harness.results.journal import Journal
from harness.results.model import Finished, Judged, OperationCoverage, Planned, Skipped

RUN = {"target": "emulator", "depth": "smoke", "seed": "0"}


def events(operation):
    case = Case("0123456789abcdef", operation, "2021-03-02", "boundary", "d", input={"A": [1, None, "é"]})
    outcome = Outcome("output", 200, {"B": 1.5})
    return (
        Planned(operation, "2021-03-02", 2),
        Judged(CaseResult(case, outcome, Verdict("as-contracted", (), ("answered",)), "sent", "curl")),
        Skipped(operation, "2021-03-02", "fedcba9876543210", "no such header"),
        Finished(operation, "2021-03-02", OperationCoverage(operation, "2021-03-02", 3, 2, 1)),
    )


def written(path, *operations):
    journal = Journal(path, RUN)
    seen = []
    note = journal.noting(seen.append)
    for operation in operations:
        for event in events(operation):
            note(event)
    journal.close()
    return seen


def test_what_is_finished_comes_back(tmp_path):
    """Every event passes through, and every finished operation is there again."""
    seen = written(tmp_path / "j.jsonl", "a:One", "a:Two")
    assert seen == [*events("a:One"), *events("a:Two")]
    again = Journal(tmp_path / "j.jsonl", RUN)
    assert again.done == {name: {"2021-03-02": events(name)} for name in ("a:One", "a:Two")}
    again.close()


def test_every_cut_loses_at_most_the_last_operation(tmp_path):
    """A process killed at any byte leaves a journal that opens and goes on."""
    path = tmp_path / "j.jsonl"
    written(path, "a:One", "a:Two")
    content = path.read_bytes()
    header = content.index(b"\n") + 1
    first = content.index(b"\n", header) + 1
    for cut in range(header, len(content), 7):
        path.write_bytes(content[:cut])
        journal = Journal(path, RUN)
        assert sorted(journal.done) == (["a:One"] if cut >= first else [])
        journal.close()
        assert path.read_bytes() == content[: first if cut >= first else header]


def test_another_run_is_refused(tmp_path):
    """The message names the flag that differs; the file stays as it is."""
    path = tmp_path / "j.jsonl"
    written(path, "a:One")
    before = path.read_bytes()
    with pytest.raises(UsageError) as caught:
        Journal(path, {**RUN, "seed": "7"})
    assert str(caught.value) == (
        f"{path}: it belongs to a run with another seed\n  Give the same flags as then, or name another file."
    )
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"{}\n", b"nonsense\n", b'{"format":1', msgspec.json.encode([1]) + b"\n"]
)
def test_what_is_no_journal_is_refused(tmp_path, content):
    """Nothing of it is overwritten."""
    path = tmp_path / "j.jsonl"
    path.write_bytes(content)
    with pytest.raises(ResultsCorrupt, match="Name another file with --resume"):
        Journal(path, RUN)
    assert path.read_bytes() == content
