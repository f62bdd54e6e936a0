"""Endpoints' addresses: what a person may write, and what is refused."""

from __future__ import annotations

import pytest

from harness.errors import UsageError
from harness.targets.address import parse_address


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("http://127.0.0.1:8080", ("http://127.0.0.1:8080", "127.0.0.1:8080", "127.0.0.1_8080", True)),
        ("http://localhost", ("http://localhost", "localhost", "localhost_80", True)),
        ("HTTPS://A.Example.COM/", ("https://a.example.com", "a.example.com", "a.example.com_443", False)),
        ("https://example.com:8443/stage/", (
            "https://example.com:8443/stage", "example.com:8443", "example.com_8443", False
        )),
        ("http://[::1]:9", ("http://[::1]:9", "[::1]:9", "ipv6--1_9", True)),
        ("http://m.localhost:50", ("http://m.localhost:50", "m.localhost:50", "m.localhost_50", True)),
        ("http://10.0.0.1:80", ("http://10.0.0.1", "10.0.0.1", "10.0.0.1_80", False)),
    ],
    ids=["loopback", "default-port", "case", "prefix", "ipv6", "localhost-name", "own-port-named"],
)  # fmt: skip
def test_takes_a_url_apart(url, parts):
    """The URL, the Host field, the directory of cassettes, and whether it is this machine."""
    address = parse_address(url)
    assert (address.url, address.host_field, address.directory, address.is_loopback) == parts


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "target '': the URL is empty"),
        ("127.0.0.1:8080", "target 127.0.0.1:8080: the URL has no scheme"),
        ("localhost", "target localhost: the URL has no scheme"),
        ("ftp://example.com", "target ftp://example.com: the scheme 'ftp' is neither http nor https"),
        ("http://", "target http://: the URL names no host"),
        ("http://:80", "target http://:80: the URL names no host"),
        ("http://a b", "target http://a b: the URL holds a space or a control character"),
        (
            "http://me:pa55@example.com",
            "target http://example.com: the URL holds a user name or password, which are not used here",
        ),
        (
            "http://example.com/?a=b",
            "target http://example.com/?a=b: the URL has a query or a fragment, which no endpoint has",
        ),
        (
            "http://example.com:99999",
            "target http://example.com:99999: the URL cannot be read: Port out of range 0-65535",
        ),
        ("http://[::1", "target http://[::1: the URL cannot be read: Invalid IPv6 URL"),
    ],
    ids=[
        "empty", "no-scheme-with-port", "no-scheme", "unknown-scheme", "no-host", "no-host-with-port",
        "space", "password", "query", "port", "bracket",
    ],
)  # fmt: skip
def test_refuses_what_names_no_endpoint(url, message):
    """One sentence, the way out, and no password in it."""
    with pytest.raises(UsageError) as caught:
        parse_address(url)
    remedy = "Give a URL such as http://127.0.0.1:8080, or 'emulator' or 'aws'."
    assert str(caught.value) == f"{message}\n  {remedy}"
    assert caught.value.exit_code == 2


def test_a_host_prefix_goes_before_the_host():
    """As the endpoint trait of an operation asks."""
    address = parse_address("https://iot.us-east-1.amazonaws.com").below("Data.")
    assert address.origin == "https://data.iot.us-east-1.amazonaws.com"
