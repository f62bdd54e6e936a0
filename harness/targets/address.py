"""Addresses of endpoints: a URL that a person gave, taken apart and found fit.

Used by every target that opens a connection; knows no socket.
Source: RFC 3986 (https://www.rfc-editor.org/rfc/rfc3986), section 3.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

import msgspec

from harness.errors import UsageError

PORTS = {"http": 80, "https": 443}
REMEDY = "Give a URL such as http://127.0.0.1:8080, or 'emulator' or 'aws'."


class Address(msgspec.Struct, frozen=True):
    """Where an endpoint listens.

    Attributes:
        scheme: ``http`` or ``https``.
        host: The host name or IP address in lower case, without brackets.
        port: The port, the scheme's own when the URL names none.
        prefix: What stands before every request target, e.g. ``/stage``; without a slash at its end.
    """

    scheme: str
    host: str
    port: int
    prefix: str = ""

    @property
    def host_field(self) -> str:
        """The value of the ``Host`` field: the port is left out where it is the scheme's own."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == PORTS[self.scheme] else f"{name}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port as a URL without a path."""
        return f"{self.scheme}://{self.host_field}"

    @property
    def url(self) -> str:
        """The whole address as a URL; a request target is appended to it as it stands."""
        return self.origin + self.prefix

    @property
    def directory(self) -> str:
        """The target's directory below ``cassettes``: host and port, e.g. ``127.0.0.1_8080``."""
        name = f"ipv6{self.host.replace(':', '-')}" if ":" in self.host else self.host
        return f"{name}_{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine itself, as its name or number says."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def below(self, host_prefix: str) -> Address:
        """Put an operation's host prefix before the host, e.g. ``data.``."""
        return msgspec.structs.replace(self, host=host_prefix.lower() + self.host) if host_prefix else self


def parse_address(url: str) -> Address:
    """Take a URL apart.

    Args:
        url: Scheme, host, port and an optional path prefix.

    Returns:
        The address.

    Raises:
        UsageError: The URL names no endpoint over HTTP, or says more than an endpoint can use.
    """
    parts = _split(url)
    for problem, found in _faults(url, parts):
        if found:
            raise UsageError(f"target {_shown(url, parts)}", problem, REMEDY)
    port = parts.port if parts.port is not None else PORTS[parts.scheme]
    return Address(parts.scheme, (parts.hostname or "").lower(), port, parts.path.rstrip("/"))


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # read here because it is checked only when it is read
    except ValueError as error:
        problem = f"the URL cannot be read: {str(error).rstrip('.')}"
        raise UsageError(f"target {url.rpartition('@')[2]}", problem, REMEDY) from error
    return parts


def _faults(url: str, parts: SplitResult) -> tuple[tuple[str, bool], ...]:
    """What may be wrong with a URL, in the order in which it is said."""
    return (
        ("the URL is empty", not url),
        ("the URL holds a space or a control character", any(ord(letter) <= 32 for letter in url)),
        ("the URL has no scheme", "://" not in url),
        (f"the scheme {parts.scheme!r} is neither http nor https", parts.scheme not in PORTS),
        ("the URL names no host", not parts.hostname),
        ("the URL holds a user name or password, which are not used here", "@" in parts.netloc),
        ("the URL has a query or a fragment, which no endpoint has", bool(parts.query or parts.fragment)),
    )


def _shown(url: str, parts: SplitResult) -> str:
    """The URL without a password, for messages; quoted where it would not be seen."""
    shown = url.replace(parts.netloc, parts.netloc.rpartition("@")[2]) if "@" in parts.netloc else url
    return shown if shown.strip() == shown and shown else repr(shown)
