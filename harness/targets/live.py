"""A live endpoint: requests go out exactly as they were made, answers come back exactly as they came.

The one place that opens connections for cases. Nothing is normalised on the way: the request target, the
header values and a lying ``Content-Length`` are sent as given, redirects are not followed, cookies are not
kept.
Source: RFC 9112 (https://www.rfc-editor.org/rfc/rfc9112).
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
import requests
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy
from urllib3 import HTTPConnectionPool, HTTPHeaderDict, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError

import harness
from harness.cases.model import Case
from harness.contract import Contract
from harness.errors import TargetUnreachable, WireError
from harness.exchange import Exchange, Headers, Request, Response
from harness.targets.address import Address, parse_address
from harness.targets.interface import TargetSpec
from harness.targets.pace import TokenBucket, backoff_delays, is_throttled
from harness.targets.signing import BEARER_VARIABLE, Chain, Endpoint, KeyPair, Signer, resolve_endpoint

USER_AGENT = f"aws-contract-harness/{harness.__version__}"
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})

# Why there is no answer: the first exception of these in the chain of causes says it.
FAILURES: tuple[tuple[type[BaseException], str], ...] = (
    (requests.exceptions.ContentDecodingError, "the answer's body cannot be decompressed"),
    (http.client.RemoteDisconnected, "connection closed without an answer"),
    (http.client.IncompleteRead, "the answer breaks off"),
    (requests.exceptions.ChunkedEncodingError, "the answer breaks off"),
    (ConnectionResetError, "connection reset"),
    (BrokenPipeError, "connection closed while the request was being sent"),
    (http.client.HTTPException, "the answer is no HTTP"),
)
# What the libraries let out when an answer does not come or cannot be read.
NO_ANSWER = (
    requests.exceptions.RequestException, HTTPError, http.client.HTTPException, OSError, ValueError,
)  # fmt: skip
# What ends a request line or a header field early (RFC 9112, sections 3 and 5).
UNCARRIABLE = (
    ("method", re.compile(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]|^$")),
    ("request target", re.compile(r"[^\x21-\x7e]|^$")),
    ("header name", re.compile(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]|^$")),
    ("header value", re.compile(r"[\r\n\ud800-\udfff]")),
)


class _Verbatim:
    """Takes back, at the last moment, the request target that ``_VerbatimAdapter`` hid in hexadecimal."""

    def putrequest(
        self, method: str, url: str, skip_host: bool = False, skip_accept_encoding: bool = False
    ) -> None:
        target = bytes.fromhex(url.removeprefix("/")).decode("ascii")
        super().putrequest(method, target, skip_host, skip_accept_encoding)  # type: ignore[misc]


class _HTTPConnection(_Verbatim, HTTPConnection):
    pass


class _HTTPSConnection(_Verbatim, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


class _VerbatimAdapter(HTTPAdapter):
    """Carries the request target past the normalising of requests and urllib3, in hexadecimal."""

    def request_url(self, request: requests.PreparedRequest, proxies: Mapping[str, str] | None) -> str:
        target: str = request.verbatim_target  # type: ignore[attr-defined]
        url = request.url or ""
        if url.startswith("http:") and select_proxy(url, proxies):
            target = url.rstrip("/") + target  # a proxy is asked with the whole URL
        return "/" + target.encode("ascii").hex()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
        return manager


class LiveTarget:
    """An endpoint that requests are really sent to. For one thread at a time.

    Args:
        spec: What to open: kind ``url`` or ``aws``.
        name: Its directory below ``cassettes``; made from the URL when left out.
        strict: Whether it is known to be this project's emulator.
        credentials: Credentials to use instead of botocore's chain.
        clock: Seconds on a clock that never goes back.
        sleep: Waits for some seconds.
        seed: What the jitter of backing off is drawn with.

    Raises:
        UsageError: The URL names no endpoint.
    """

    def __init__(
        self,
        spec: TargetSpec,
        *,
        name: str | None = None,
        strict: bool = False,
        credentials: KeyPair | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        seed: int = 0,
    ) -> None:
        self._spec, self._sleep, self._seed = spec, sleep, seed
        self._address = parse_address(spec.url) if spec.kind == "url" else None
        local = self._address is not None and self._address.is_loopback
        self.name = name or (self._address.directory if self._address else "aws")
        self.url = self._address.url if self._address else ""
        self.strict = strict
        chain = Chain(spec.profile, f"target {self.url or 'aws'}", local=local, fixed=credentials)
        self._signer = Signer(spec.region, chain, None if credentials else os.environ.get(BEARER_VARIABLE))
        self._bucket = TokenBucket(spec.requests_per_second, clock, sleep)
        self._endpoints: dict[str, Endpoint] = {}
        self._session = requests.Session()
        self._session.trust_env = not local
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _VerbatimAdapter(max_retries=0))
        self._fresh = True

    @property
    def secrets(self) -> tuple[str, ...]:
        """What a recording must not hold, see ``Signer.secrets``."""
        return self._signer.secrets

    def url_of(self, contract: Contract) -> str:
        """Say where the requests of an operation go: for ``aws`` every service has its own endpoint."""
        return self._place(contract)[0].url

    def send(self, contract: Contract, case: Case, request: Request) -> Exchange:
        """Send one request; see ``Target.send``. Answers of ``aws`` that throttle are waited out a few times.

        Raises:
            TargetUnreachable: Nothing listens there, or no secure connection comes about.
            UsageError: The request has to be signed and there are no credentials.
            WireError: The request holds what no HTTP request can carry.
        """
        address, endpoint = self._place(contract)
        if self._spec.kind == "aws":
            address = address.below(request.host_prefix)
        delays = backoff_delays(self._seed) if self._spec.kind == "aws" else iter(())
        while True:
            self._bucket.take()
            exchange = self._once(contract, case, request, address, endpoint)
            delay = next(delays, None)
            if exchange.response is None or delay is None or not is_throttled(exchange.response):
                return exchange
            self._sleep(delay)

    def get(self, path: str) -> Response | None:
        """Ask for a path of the endpoint itself, unsigned; ``None`` when there is no readable answer.

        Raises:
            TargetUnreachable: Nothing listens there.
        """
        if self._address is None:
            return None
        plain = Request("GET", path)
        return self._transmit(_complete(plain, self._address), self._address).response

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def _place(self, contract: Contract) -> tuple[Address, Endpoint | None]:
        if self._address is not None:
            return self._address, None
        if contract.service not in self._endpoints:
            self._endpoints[contract.service] = resolve_endpoint(
                contract, self._spec.region, self._spec.profile
            )
        endpoint = self._endpoints[contract.service]
        return parse_address(endpoint.url), endpoint

    def _once(
        self, contract: Contract, case: Case, request: Request, address: Address, endpoint: Endpoint | None
    ) -> Exchange:
        complete = _complete(request, address, user_agent(contract))
        signed = self._signer.sign(contract, case, complete, address.origin, endpoint)
        return self._transmit(signed, address)

    def _transmit(self, request: Request, address: Address) -> Exchange:
        """Send what is complete; a connection that went stale between two requests is replaced once."""
        was_fresh, self._fresh = self._fresh, False
        exchange = self._attempt(request, address)
        if exchange.response is None and not was_fresh and exchange.failure in _STALE:
            self._session.close()
            with contextlib.suppress(TargetUnreachable):  # then the first failure is what there is to tell
                exchange = self._attempt(request, address)
        if exchange.response is None or _declares_another_length(request):
            self._session.close()  # what else is on that connection belongs to nobody
            self._fresh = True
        return exchange

    def _attempt(self, request: Request, address: Address) -> Exchange:
        _refuse_what_no_request_carries(request, address)
        try:
            answer = self._open(_prepared(request, address), address)
            try:
                fields = tuple((name, value.strip(" \t")) for name, value in answer.raw.headers.items())
                return Exchange(request, Response(answer.status_code, Headers(fields), answer.content))
            finally:
                answer.close()
        except NO_ANSWER as error:
            return Exchange(request, failure=self._failure(error, address))

    def _open(self, prepared: requests.PreparedRequest, address: Address) -> requests.Response:
        settings = self._session.merge_environment_settings(address.origin + "/", {}, True, None, None)
        adapter = self._session.get_adapter(address.origin + "/")
        return adapter.send(
            prepared,
            stream=True,
            timeout=self._spec.timeout,
            verify=True if settings["verify"] is None else settings["verify"],
            cert=settings["cert"],
            proxies=settings["proxies"],
        )

    def _failure(self, error: BaseException, address: Address) -> str:
        """Say why there is no answer.

        Raises:
            TargetUnreachable: There was no connection to begin with.
        """
        chain = tuple(_causes(error))
        if isinstance(error, requests.exceptions.SSLError):
            remedy = "Check the certificate and the scheme of the URL."
            raise TargetUnreachable(
                address.url, f"no secure connection: {_innermost(chain)}", remedy
            ) from error
        unreachable = (NewConnectionError, requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError)
        if any(isinstance(cause, unreachable) for cause in chain):
            remedy = "Start the endpoint, or correct the URL."
            problem = f"nothing answers there: {_innermost(chain)}"
            raise TargetUnreachable(address.url, problem, remedy) from error
        if isinstance(error, requests.exceptions.Timeout) or "timed out" in str(error):
            return f"no answer within {self._spec.timeout:g} s"
        for kind, words in FAILURES:
            if any(isinstance(cause, kind) for cause in chain):
                return words
        return f"no answer: {_innermost(chain)}"


_STALE = frozenset({
    "connection closed without an answer", "connection reset",
    "connection closed while the request was being sent",
})  # fmt: skip


def user_agent(contract: Contract) -> str:
    """Name the service as SDKs do: at a shared endpoint nothing else tells the services apart."""
    service = str(contract.metadata.get("serviceId") or contract.service)
    return f"{USER_AGENT} api/{service.replace(' ', '_').lower()}"


def _complete(request: Request, address: Address, agent: str = USER_AGENT) -> Request:
    """Add what every request needs on its way, where it does not bring it: host, agent, coding, length."""
    fields = request.headers.fields
    if "Host" not in request.headers:
        fields = (("Host", address.host_field), *fields)
    for name, value in (("User-Agent", agent), ("Accept-Encoding", "identity")):
        if name not in request.headers:
            fields = (*fields, (name, value))
    framed = "Content-Length" in request.headers or "Transfer-Encoding" in request.headers
    if not framed and (request.body or request.method in WITH_BODY):
        fields = (*fields, ("Content-Length", str(len(request.body))))
    return msgspec.structs.replace(request, target=address.prefix + request.target, headers=Headers(fields))


def _refuse_what_no_request_carries(request: Request, address: Address) -> None:
    """Tell a request that cannot be sent from an endpoint that does not answer.

    Raises:
        WireError: The request would end before its end.
    """
    names, values = zip(*request.headers, strict=True) if request.headers.fields else ((), ())
    for (part, fault), texts in zip(
        UNCARRIABLE, ((request.method,), (request.target,), names, values), strict=True
    ):
        for text in texts:
            if fault.search(text):
                problem = f"no request can carry the {part} {text[:60]!r}"
                raise WireError(address.url, problem, "Leave the case out, or encode the value.")


def _prepared(request: Request, address: Address) -> requests.PreparedRequest:
    """Make a prepared request by hand, because preparing is normalising."""
    prepared = requests.PreparedRequest()
    prepared.method = request.method
    prepared.url = address.origin + "/"
    fields = HTTPHeaderDict()
    for name, value in request.headers:
        fields.add(
            name, value.encode("utf-8").decode("latin-1")
        )  # http.client writes latin-1: UTF-8 stays UTF-8
    prepared.headers = fields  # type: ignore[assignment]  # repeated fields have no place in a plain mapping
    prepared.body = request.body or None
    prepared.verbatim_target = request.target  # type: ignore[attr-defined]
    return prepared


def _declares_another_length(request: Request) -> bool:
    declared = request.headers.get("Content-Length")
    return declared is not None and declared.strip() != str(len(request.body))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk from an exception to everything that brought it about, outermost first."""
    waiting, seen = [error], set[int]()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        related = (current.__cause__, current.__context__, getattr(current, "reason", None), *current.args)
        waiting += [cause for cause in related if isinstance(cause, BaseException)]


def _innermost(chain: tuple[BaseException, ...]) -> str:
    """Say in one line what the operating system, or else the outermost library, says."""
    system = next((cause for cause in chain if isinstance(cause, OSError) and cause.strerror), None)
    text = system.strerror if system is not None else str(chain[0])
    return " ".join(str(text).split())[:200]
