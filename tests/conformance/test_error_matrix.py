"""The error matrix over real botocore clients: the installed release, a planted one, and, slow, old ones.

The planted release is made of links to the installed one, so no registry is needed: its own interpreter, its
own folder, another version, one error less, one service less. The slow tests install what they name and fail
where they cannot.
"""

from __future__ import annotations

import ast
import gzip
import importlib.util
import json
import sys
import time
from pathlib import Path

import msgspec
import pytest

from harness.compare.error_matrix import RETRY_MODES, compare
from harness.contract.common_errors import category_of
from harness.emulator.app import Emulator
from harness.emulator.ondemand import status_of_shape
from harness.emulator.server import EmulatorServer
from harness.errors import UnfinishedError
from harness.importers.library import open_library
from harness.probe.earlier_codes import with_query_codes
from harness.probe.environments import INSTALLED, Environment, environment_for
from harness.probe.plan import Plan, plan_operations
from harness.probe.processes import SCRIPT, ask, ask_all
from harness.probe.raw_server import RawServer
from harness.session import errors

CONTRACTS = {contract.name: contract for contract in open_library().newest()}
OLD_RELEASES = ("botocore==1.20.18", "botocore==1.29.35", "botocore==1.38.45", "botocore==1.44.5")
NEWER = ("supplychain:SendDataIntegrationEvent", "iot-managed-integrations:SendConnectorEvent")
PLANTED = "9.1.2"
NO_QUEUE = "AWS.SimpleQueueService.NonExistentQueue"


def cell(matrix, operation, error, mode="standard", sdk=None):
    (found,) = [
        row for row in matrix.rows
        if (row.operation, row.error, row.retry_mode) == (operation, error, mode) and sdk in (None, row.sdk)
    ]  # fmt: skip
    return found


@pytest.fixture(scope="module")
def installed():
    return errors([])


def declared():
    return [
        pytest.param(contract, name, id=f"{contract.name}-{name}")
        for contract in CONTRACTS.values()
        for name in sorted(contract.errors)
    ]


@pytest.mark.parametrize(("contract", "error"), declared())
def test_every_declared_error_reaches_the_caller(installed, contract, error):
    """With its code and status, in every mode; throttling and faults are tried again, others are not."""
    shape = contract.shapes[error]
    code = shape.error_code or error
    tried_again = category_of(code) in ("throttling", "fault")
    for mode in RETRY_MODES:
        row = cell(installed, contract.name, error, mode)
        assert (row.code, row.wire_code, row.status) == (code, code, status_of_shape(shape, code))
        assert row.class_ in (error, "ClientError")
        assert row.modelled == (row.class_ == error)
        assert row.fault == ("server" if row.status >= 500 else "client")
        assert (row.attempts > 1) == tried_again
        assert len(row.delays) >= row.attempts - 1


def test_legacy_tries_five_times_and_the_others_three(installed):
    """And the default is the one the SDK names."""
    attempts = {mode: cell(installed, "events:PutEvents", "InternalException", mode) for mode in RETRY_MODES}
    assert attempts["legacy"].attempts == 5
    assert attempts["legacy"].delays == (1.0, 2.0, 4.0, 8.0)
    assert attempts["standard"].attempts == attempts["adaptive"].attempts == 3
    (default,) = installed.default_retry_modes.values()
    assert attempts["default"].attempts == attempts[default].attempts
    assert attempts["default"].delays == attempts[default].delays


@pytest.mark.parametrize(
    ("operation", "error", "code", "status", "class_", "attempts"),
    [
        ("events:PutEvents", "unknown-code-400", "NeverDeclaredException", 400, "ClientError", 1),
        ("events:PutEvents", "unknown-code-500", "NeverDeclaredException", 500, "ClientError", 3),
        ("events:PutEvents", "no-code-400", "400", 400, "ClientError", 1),
        ("events:PutEvents", "empty-body-500", "500", 500, "ClientError", 3),
        ("events:PutEvents", "html-502", "502", 502, "ClientError", 3),
        ("events:PutEvents", "truncated-400", "400", 400, "ClientError", 1),
        ("events:PutEvents", "type-uri", "ValidationException", 400, "ClientError", 1),
        ("events:PutEvents", "header-only", "400", 400, "ClientError", 1),
        ("events:PutEvents", "html-200", None, None, None, 1),
        ("events:PutEvents", "no-answer", None, None, "ConnectionClosedError", 3),
        ("connectparticipant:SendEvent", "header-only", "ValidationException", 400, "ValidationException", 1),
        ("connectparticipant:SendEvent", "header-uri", "ValidationException", 400, "ValidationException", 1),
        ("connectparticipant:SendEvent", "code-key", "ValidationException", 400, "ValidationException", 1),
    ],
)
def test_what_botocore_makes_of_the_wire(installed, operation, error, code, status, class_, attempts):
    """The same in the oldest release that is supported and in the newest: a json service reads no header."""
    row = cell(installed, operation, error)
    assert (row.code, row.status, row.class_, row.attempts) == (code, status, class_, attempts)


def test_the_same_is_said_twice(installed):
    """Delays and messages included: nothing is random, no port shows."""
    again = errors(["connectparticipant:SendEvent"])
    first = [row for row in installed.rows if row.operation == "connectparticipant:SendEvent"]
    assert list(again.rows) == first


OTHERS = [
    ("sts:AssumeRole", "PackedPolicyTooLargeException", "PackedPolicyTooLarge"),
    ("codecatalyst:GetUserDetails", "ConflictException", "ConflictException"),
]


@pytest.fixture(scope="module")
def others():
    return errors([operation for operation, _, _ in OTHERS])


@pytest.mark.parametrize(("operation", "error", "code"), OTHERS, ids=["query", "bearer"])
def test_operations_without_a_contract_file(others, operation, error, code):
    """In the protocol that the SDK speaks with them; bearer tokens, which go over HTTPS alone, are no bar."""
    assert cell(others, operation, error).code == code
    assert [row.error for row in others.rows if row.operation == operation and not row.attempts] == []


def test_what_an_sdk_asks_in_between_is_no_attempt():
    """After a 400 to a HEAD, s3's client asks where the bucket is, once, and tries nothing again."""
    (asked,) = plan_operations([open_library().load("s3", "HeadObject")])
    probes = tuple(each for each in asked.probes if each.error in ("no-code-400", "no-code-503"))
    with RawServer() as raw:
        plan = Plan((msgspec.structs.replace(asked, probes=probes),), {"raw": raw.url}, ("standard",))
        rows = ask(Environment(INSTALLED, None), plan).rows
    assert [(row.error, row.attempts) for row in rows] == [("no-code-400", 1), ("no-code-503", 3)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("operation", "error", "code"),
    [
        ("ec2:DescribeInstances", "ServiceUnavailable", "ServiceUnavailable"),
        ("s3:CreateBucket", "BucketAlreadyExists", "BucketAlreadyExists"),
        ("s3control:CreateAccessPoint", "InternalFailure", "InternalFailure"),
    ],
    ids=["ec2", "rest-xml", "label-before-host"],
)
def test_services_whose_clients_take_long_to_make(operation, error, code):
    """Each in its own protocol."""
    found = errors([operation])
    assert cell(found, operation, error).code == code
    assert [row.error for row in found.rows if not row.attempts] == []


def plant(folder):
    """Make a release out of links to the installed one, with a model changed and another gone."""
    for name in ("botocore", "urllib3", "jmespath", "dateutil", "six"):
        origin = Path(importlib.util.find_spec(name).origin)
        source = origin if origin.name != "__init__.py" else origin.parent
        if name != "botocore":
            folder.mkdir(parents=True, exist_ok=True)
            (folder / source.name).symlink_to(source)
            continue
        package = folder / "botocore"
        link_all(source, package, but=("__init__.py", "data", "__pycache__"))
        text = origin.read_text(encoding="utf-8")
        (package / "__init__.py").write_text(f"{text}\n__version__ = {PLANTED!r}\n", encoding="utf-8")
        link_all(source / "data", package / "data", but=(*CHANGED, "connectparticipant"))
        for service, change in CHANGED.items():
            for version in (source / "data" / service).iterdir():
                place = package / "data" / service / version.name
                link_all(version, place, but=("service-2.json.gz",))
                model = json.loads(gzip.decompress((version / "service-2.json.gz").read_bytes()))
                change(model)
                (place / "service-2.json").write_text(json.dumps(model), encoding="utf-8")


def without_internal_exception(model):
    del model["shapes"]["InternalException"]
    for operation in model["operations"].values():
        operation["errors"] = [
            each for each in operation.get("errors", []) if each["shape"] != "InternalException"
        ]


def as_before_json(model):
    """SQS as it was modelled while it spoke query: one error has a code that is not its name."""
    for name in ("awsQueryCompatible", "jsonVersion", "protocols", "targetPrefix"):
        model["metadata"].pop(name, None)
    model["metadata"] |= {"protocol": "query", "xmlNamespace": "http://queue.amazonaws.com/doc/2012-11-05/"}
    error = {"code": NO_QUEUE, "httpStatusCode": 400, "senderFault": True}
    model["shapes"]["QueueDoesNotExist"]["error"] = error


CHANGED = {"events": without_internal_exception, "sqs": as_before_json}


def link_all(source, target, but):
    target.mkdir(parents=True)
    for path in source.iterdir():
        if path.name not in but:
            (target / path.name).symlink_to(path)


@pytest.fixture
def planted(tmp_path, monkeypatch):
    """A cache that holds the planted release and a copy of the installed one's links."""
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path))
    python = f"py{sys.version_info.major}.{sys.version_info.minor}"
    plant(tmp_path / "sdk" / f"botocore-{PLANTED}-{python}")
    return f"botocore=={PLANTED}"


def test_what_a_release_lacks_shows_and_what_it_changes_is_found(planted, installed):
    """One service is absent, one error has lost its class; nothing else is another."""
    alone = errors(["events:PutEvents", "connectparticipant:SendEvent"], sdks=[planted])
    absent = [row for row in alone.rows if row.operation == "connectparticipant:SendEvent"]
    assert [(row.sdk, row.class_, row.error, row.attempts) for row in absent] == [
        (planted, "absent", None, 0)
    ]
    (other,) = installed.sdks
    wanted = [row for row in installed.rows if row.operation.startswith(("events:", "connectparticipant:"))]
    (finding,) = compare([*wanted, *alone.rows], [other, planted])
    assert finding.id == "changed-class@events:PutEvents#/errors/InternalException"
    assert finding.severity == "high"
    (change,) = finding.changes
    assert (change.old, change.new) == ("InternalException", "ClientError")
    assert change.retry_modes == RETRY_MODES


@pytest.mark.parametrize(
    ("error", "code"),
    [("QueueDoesNotExist", NO_QUEUE), ("UnsupportedOperation", "UnsupportedOperation")],
    ids=["a-code-of-its-own", "its-name"],
)
def test_codes_that_only_an_earlier_sdk_knows_reach_every_sdk(planted, error, code):
    """A service that spoke query before goes on sending its codes; a model of today may not have them."""
    places = [environment_for(planted.partition("==")[2]), Environment(INSTALLED, None)]
    library = open_library()
    chosen = with_query_codes([library.load("sqs", "DeleteQueue")], places)
    (asked,) = plan_operations(chosen)
    asked = msgspec.structs.replace(asked, probes=tuple(each for each in asked.probes if each.error == error))
    with EmulatorServer(Emulator(chosen, catalogue=library.catalogue).handle) as served, RawServer() as raw:
        plan = Plan((asked,), {"emulator": served.url, "raw": raw.url}, ("standard",))
        before, after = (answered.rows[0] for answered in ask_all(places, plan, lambda _: None))
    assert (before.protocol, after.protocol) == ("query", "json")
    assert (before.code, before.class_, before.wire_code) == (code, error, code)
    assert (after.code, after.class_, after.wire_code) == (code, error, error)


def test_an_environment_with_another_release_is_not_taken_for_it(planted):
    """What was found, and what to delete."""
    place = environment_for(PLANTED).folder
    with pytest.raises(UnfinishedError) as caught:
        ask(Environment("botocore==1.44.5", place), Plan((), {}))
    assert str(caught.value) == (
        f"botocore==1.44.5: its environment is damaged: it holds {planted}\n"
        f"  Delete {place}; it is made again."
    )


def test_a_damaged_environment_is_no_absent_operation(tmp_path):
    """Which release, what is missing, and what to delete."""
    (tmp_path / "botocore" / "data").mkdir(parents=True)
    chosen = [CONTRACTS["events:PutEvents"]]
    with pytest.raises(UnfinishedError) as caught:
        with_query_codes(chosen, [Environment("botocore==0.0.9", tmp_path)])
    assert str(caught.value) == (
        "botocore==0.0.9: its environment is damaged: there are no service models in it\n"
        f"  Delete {tmp_path}; it is made again."
    )


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("raise RuntimeError('no such thing')", "exit 1): RuntimeError: no such thing"),
        ("import sys; sys.exit(0)", "exit 0): it said nothing"),
        ("import os; print('words', flush=True); os._exit(7)", "exit 7): it said nothing"),
    ],
    ids=["raises", "leaves", "dies"],
)
def test_a_probe_that_ends_early_is_one_sentence(tmp_path, program, reason):
    """Which release, what it said, what to do."""
    (tmp_path / "botocore").mkdir()
    (tmp_path / "botocore" / "__init__.py").write_text(program)
    with pytest.raises(UnfinishedError) as caught:
        ask(Environment("botocore==0.0.9", tmp_path), Plan((), {}))
    python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    assert str(caught.value) == (
        f"botocore==0.0.9: the probe ended early ({reason}\n"
        f"  If this release works under {python}, delete {tmp_path}; it is made again."
    )


def test_the_end_of_one_is_the_end_of_all(tmp_path):
    """A release that cannot be asked is told at once; the other's probe is not waited for."""
    programs = {"slow": "while True: pass\n", "broken": "raise OSError('gone')\n"}
    for name, program in programs.items():
        (tmp_path / name / "botocore").mkdir(parents=True)
        (tmp_path / name / "botocore" / "__init__.py").write_text(program)
    places = [Environment(f"botocore=={name}", tmp_path / name) for name in ("broken", "slow")]
    started = time.monotonic()
    with pytest.raises(UnfinishedError, match="OSError: gone"):
        ask_all(places, Plan((), {}), lambda _: None)
    assert time.monotonic() - started < 30


def test_the_script_stands_alone():
    """It runs where this project is not: the standard library and botocore are all it knows."""
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    rooms = {name.partition(".")[0] for name in imported}
    assert rooms - sys.stdlib_module_names == {"botocore"}


@pytest.mark.slow
def test_old_releases_from_the_registry():
    """Four releases of five years, asked side by side."""
    matrix = errors([], sdks=OLD_RELEASES)
    assert list(matrix.default_retry_modes.values()) == ["legacy", "legacy", "legacy", "standard"]
    absent = {(row.sdk, row.operation) for row in matrix.rows if row.class_ == "absent"}
    assert absent == {(sdk, operation) for sdk in OLD_RELEASES[:2] for operation in NEWER}
    first, last = OLD_RELEASES[0], OLD_RELEASES[-1]
    known = {
        ("type-uri", first): "ValidationException:http://internal.amazon.com/coral/com.amazonaws.example/",
        ("type-uri", last): "ValidationException",
        ("query-error-header", first): "ValidationException",
        ("query-error-header", last): "AWS.Example.Compatible",
    }
    for (error, sdk), code in known.items():
        assert cell(matrix, "events:PutEvents", error, sdk=sdk).code == code
    moved = "changed-attempts@events:PutEvents#/errors/InternalException"
    (finding,) = [finding for finding in matrix.findings if finding.id == moved]
    (change,) = finding.changes
    assert (change.old, change.new, change.retry_modes) == (5, 3, ("default",))
