"""The probe: asks one botocore what it makes of answers, and prints what it was given.

Runs alone, in an interpreter that ``harness.probe.processes`` starts, under any botocore that has retry modes
(1.15 and newer); it imports nothing of this project. A plan comes as JSON on stdin, rows go as JSON lines to
stdout: first ``{"sdk", "default_retry_mode"}``, then a row for each probe, at last ``{"done": N}``.

No time passes while botocore waits: ``time.sleep`` notes the delay and moves the clocks on, and the random
part of every delay is its longest, so that the same plan gives the same rows. Client-side rate limiting
(adaptive) waits in the same way.
"""

from __future__ import annotations

import base64
import importlib
import json
import random
import socket
import sys
import time
import warnings
from collections.abc import Iterator
from email.message import Message
from importlib.util import spec_from_loader
from types import ModuleType
from typing import Any

LONGEST = 1.0  # what ``random.random`` says: no delay is longer
REGION = "us-east-1"
SECONDS = 5  # that an answer over loopback may take


class Clock:
    """A clock that sleeping moves on at once.

    Attributes:
        delays: The seconds of every sleep since the list was last emptied.
    """

    def __init__(self) -> None:
        self.delays: list[float] = []
        self._ahead = 0.0
        self._time, self._monotonic = time.time, time.monotonic

    def sleep(self, seconds: Any) -> None:
        """Take the place of ``time.sleep``."""
        self.delays.append(round(float(seconds), 6))
        self._ahead += max(float(seconds), 0.0)

    def time(self) -> float:
        """Take the place of ``time.time``."""
        return self._time() + self._ahead

    def monotonic(self) -> float:
        """Take the place of ``time.monotonic``."""
        return self._monotonic() + self._ahead

    def install(self) -> None:
        """Replace the clocks and the dice; before botocore is imported, which takes them as defaults."""
        time.sleep, time.time, time.monotonic = self.sleep, self.time, self.monotonic
        random.random = lambda: LONGEST


class Prober:
    """Asks one botocore.

    Args:
        plan: What to ask; see ``harness.probe.plan``.
        clock: The clock that is installed.
    """

    def __init__(self, plan: dict[str, Any], clock: Clock) -> None:
        import botocore
        import botocore.session

        self.plan, self.clock = plan, clock
        self.session = botocore.session.Session()
        self.session.set_credentials("AKIDEXAMPLE", "secret")
        self.sdk = f"botocore=={botocore.__version__}"

    def rows(self) -> Iterator[dict[str, Any]]:
        """Make every row of the plan."""
        for operation in self.plan["operations"]:
            yield from self._of_operation(operation)

    def default_retry_mode(self) -> str:
        """Name the retry mode that is used where nobody chooses one."""
        return str(self.session.get_config_variable("retry_mode") or "legacy")

    def _of_operation(self, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
        name = f"{asked['service']}:{asked['operation']}"
        model = self._model(asked["service"])
        if model is None or asked["operation"] not in model.operation_names:
            yield {"operation": name, "absent": "service" if model is None else "operation"}
            return
        protocol = _protocol(model)
        for probe in asked["probes"]:
            if probe["protocols"] and protocol not in probe["protocols"]:
                continue
            for mode in self.plan["retry_modes"]:
                row = {"operation": name, "error": probe["error"], "retry_mode": mode, "protocol": protocol}
                yield {**row, **self._ask(asked, probe, mode, protocol)}

    def _model(self, service: str) -> Any:
        from botocore.exceptions import DataNotFoundError

        try:
            return self.session.get_service_model(service)
        except DataNotFoundError:  # UnknownServiceError is one of these
            return None

    def _ask(self, asked: dict[str, Any], probe: dict[str, Any], mode: str, protocol: str) -> dict[str, Any]:
        """Send one probe with a client of its own: retry quotas and rate limits belong to the client."""
        said = self._call(asked, probe, mode, protocol, signed=True)
        if said["attempts"] == 0:  # it cannot sign (a token, a missing extension) or cannot build the request
            again = self._call(asked, probe, mode, protocol, signed=False)
            said = again if again["attempts"] else said
        return said

    def _call(
        self, asked: dict[str, Any], probe: dict[str, Any], mode: str, protocol: str, *, signed: bool
    ) -> dict[str, Any]:
        sent: list[str] = []
        own = probe["endpoint"] == "raw" or protocol in asked["spoken"]
        endpoint = self.plan["endpoints"][probe["endpoint"] if own else "raw"]
        headers = probe["headers"] if own else probe["otherwise"]
        headers = {name: text.replace("{protocol}", protocol) for name, text in headers.items()}
        if not signed:
            headers.update(asked["headers"])

        def before_send(request: Any, event_name: str, **_: Any) -> None:
            if event_name.endswith(f".{asked['operation']}"):  # s3 asks for a bucket's region in between
                sent.append(request.url)
            for name, text in headers.items():
                request.headers[name] = text

        self.clock.delays = []
        try:
            client = self._client(asked["service"], endpoint, mode, signed)
        except Exception as error:
            return _seen(error, None, 0, ())
        client.meta.events.register("before-send", before_send)
        shape = client.meta.service_model.operation_model(asked["operation"]).input_shape
        given = _python(shape, asked["input"]) if shape is not None else {}
        caught: Exception | None = None
        try:
            client._make_api_call(asked["operation"], given)
        except Exception as error:  # whatever the SDK makes of the answer is what is wanted
            caught = error
        finally:
            close = getattr(client, "close", None)
            if close is not None:
                close()
        return _seen(caught, client, len(sent), tuple(self.clock.delays))

    def _client(self, service: str, endpoint: str, mode: str, signed: bool) -> Any:
        from botocore import UNSIGNED
        from botocore.config import Config

        chosen: dict[str, Any] = {} if mode == "default" else {"retries": {"mode": mode}}
        if not signed:
            chosen["signature_version"] = UNSIGNED
        config = Config(
            connect_timeout=SECONDS, read_timeout=SECONDS, parameter_validation=False, proxies={},
            s3={"addressing_style": "path"}, **chosen,
        )  # fmt: skip
        return self.session.create_client(service, REGION, endpoint_url=endpoint, config=config)


def _protocol(model: Any) -> str:
    """Name the protocol that this botocore speaks with a service."""
    return str(getattr(model, "resolved_protocol", None) or model.metadata.get("protocol"))


def _seen(caught: Exception | None, client: Any, attempts: int, delays: tuple[float, ...]) -> dict[str, Any]:
    """Say what a caller of the SDK is given."""
    from botocore.exceptions import ClientError

    answer = getattr(caught, "response", None)
    answer = answer if isinstance(answer, dict) else {}
    error = answer.get("Error") or {}
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
    modelled = isinstance(caught, ClientError) and type(caught) is not ClientError
    code = error.get("Code")
    return {
        "code": code if code is None or isinstance(code, str) else json.dumps(code, default=str),
        "status": status,
        "class": None if caught is None else type(caught).__name__,
        "modelled": modelled,
        "fault": _fault(client, caught if modelled else None, error.get("Type"), status),
        "attempts": attempts,
        "delays": list(delays),
        "message": None if caught is None else str(caught)[:300],
    }


def _fault(client: Any, caught: Any, sender: Any, status: Any) -> str | None:
    """Say whose fault the SDK holds it to be: by its model, else by the answer, else by the status."""
    if caught is not None:
        metadata = client.meta.service_model.shape_for(type(caught).__name__).metadata
        if metadata.get("fault"):
            return "server"
        if metadata.get("error", {}).get("senderFault"):
            return "client"
    if sender in ("Sender", "Receiver"):
        return "client" if sender == "Sender" else "server"
    if isinstance(status, int) and status >= 400:
        return "server" if status >= 500 else "client"
    return None


def _python(shape: Any, value: Any) -> Any:
    """Turn a document into what this botocore's model takes; members that the model lacks are left out."""
    if (
        shape.type_name == "structure"
        and isinstance(value, dict)
        and not getattr(shape, "is_document_type", 0)
    ):
        return {key: _python(shape.members[key], part) for key, part in value.items() if key in shape.members}
    if shape.type_name == "list" and isinstance(value, list):
        return [_python(shape.member, part) for part in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: _python(shape.value, part) for key, part in value.items()}
    if shape.type_name == "blob" and isinstance(value, str):
        return base64.b64decode(value)
    return value


def stay_at_home() -> None:
    """Let every name lead to 127.0.0.1: some clients put labels before the host; nothing else is reached."""
    look_up = socket.getaddrinfo

    def at_home(_: Any, port: Any, *__: Any, **___: Any) -> Any:
        return look_up("127.0.0.1", port, socket.AF_INET, socket.SOCK_STREAM)

    socket.getaddrinfo = at_home  # type: ignore[assignment]


def fill_gaps() -> None:
    """Give an old botocore what newer Pythons have done away with: two things at import."""
    if sys.version_info >= (3, 13):
        sys.modules["cgi"] = ModuleType("cgi")
        sys.modules["cgi"].parse_header = _parse_header  # type: ignore[attr-defined]
    try:
        six = importlib.import_module("botocore.vendored.six")
    except ImportError:  # newer releases have none
        return
    importer = type(six._importer)
    if not hasattr(importer, "find_spec"):

        def find_spec(self: Any, name: str, path: Any = None, target: Any = None) -> Any:  # noqa: ARG001
            return spec_from_loader(name, self) if name in self.known_modules else None

        importer.find_spec = find_spec
        importer.create_module = lambda self, spec: self.load_module(spec.name)
        importer.exec_module = lambda self, module: None  # noqa: ARG005


def _parse_header(line: str) -> tuple[str, dict[str, str]]:
    """Take the place of ``cgi.parse_header``."""
    message = Message()
    message["content-type"] = line
    return message.get_content_type(), dict((message.get_params() or [])[1:])


def main() -> None:
    """Read the plan, ask, print."""
    plan = json.load(sys.stdin)
    for folder in reversed(plan["paths"]):
        sys.path.insert(0, folder)
    warnings.simplefilter("ignore")  # of what an old package thinks of a new Python
    clock = Clock()
    clock.install()
    stay_at_home()
    fill_gaps()
    stdout, sys.stdout = sys.stdout, sys.stderr  # what old packages print is not a row
    prober = Prober(plan, clock)
    count = 0
    head = {"sdk": prober.sdk, "default_retry_mode": prober.default_retry_mode()}
    print(json.dumps(head), file=stdout)
    for row in prober.rows():
        count += 1
        print(json.dumps(row), file=stdout)
    print(json.dumps({"done": count}), file=stdout, flush=True)


if __name__ == "__main__":
    main()
