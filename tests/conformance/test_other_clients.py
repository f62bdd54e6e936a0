"""Clients that are not botocore's: whichever asks is recorded, played, told apart and kept in."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import gzip
import http.client
import io
import ipaddress
import ssl
import zlib

import aiohttp
import httpcore
import httplib2
import httpx
import pytest
import requests
import tornado.httpclient
import urllib3
import vcr
from client_recordings import answering, client
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import harness
from harness.errors import RecordingMissing

MOVED = {"Location": "/final", "Content-Length": "0"}


def answer(method, path, body):
    """Send on what starts with ``/moved``; repeat to all others what they asked."""
    if path.startswith("/moved"):
        return 302, MOVED, b""
    said = f"{method} {path} ".encode() + body + b"\xff"
    return 200, {"Content-Length": str(len(said))}, said


def of_requests(method, url, body=None):
    return requests.request(method, url, data=body, timeout=9).content


def of_urllib3(method, url, body=None):
    return urllib3.PoolManager().request(method, url, body=body).data


def of_http_client(method, url, body=None):
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host)
    connection.request(method, f"/{path}", body)
    answered = connection.getresponse()
    content = answered.read()
    connection.close()
    moved = answered.getheader("Location")
    return of_http_client("GET", f"http://{host}{moved}") if moved else content


def of_httpx(method, url, body=None):
    with httpx.Client(follow_redirects=True) as made:
        return made.request(method, url, content=body).content


def of_httpx_later(method, url, body=None):
    async def ask():
        async with httpx.AsyncClient(follow_redirects=True) as made:
            return (await made.request(method, url, content=body)).content

    return asyncio.run(ask())


def of_aiohttp(method, url, body=None, **given):
    async def ask():
        data = {} if body is None else {"data": body}
        async with aiohttp.ClientSession() as made, made.request(method, url, **data, **given) as answered:
            return await answered.read()

    return asyncio.run(ask())


def of_httplib2(method, url, body=None):
    with contextlib.closing(httplib2.Http()) as made:
        return made.request(url, method, body=body)[1]


def of_tornado(method, url, body=None):
    async def ask():
        made = tornado.httpclient.AsyncHTTPClient(force_instance=True)
        answered = await made.fetch(url, method=method, body=body)
        made.close()
        return answered.body

    return asyncio.run(ask())


CLIENTS = [
    of_requests,
    of_urllib3,
    of_http_client,
    of_httpx,
    of_httpx_later,
    of_aiohttp,
    of_httplib2,
    of_tornado,
]
REQUESTS = [
    pytest.param("GET", "/orders?id=", None, id="query"),
    pytest.param("POST", "/orders#", b"\xfe of ", id="body"),
    pytest.param("GET", "/moved?id=", None, id="redirect"),
]


@pytest.mark.parametrize("ask", CLIENTS, ids=lambda ask: ask.__name__.removeprefix("of_"))
@pytest.mark.parametrize(("method", "path", "body"), REQUESTS)
def test_every_client_is_recorded_and_played_and_kept_in(tmp_path, ask, method, path, body):
    """What differs in query or body is another request, and none leaves while a cassette only plays."""
    path_to = tmp_path / "x.yaml"

    def order(number):
        sent = None if body is None else body + number.encode()
        return ask(method, f"{served.url}{path.replace('#', '') if body else path + number}", sent)

    with answering(answer) as served:
        live = order("1")
        with harness.use_cassette(path_to, mode="once"):
            assert order("1") == live
        count = len(served.asked)
        with harness.use_cassette(path_to):
            with pytest.raises(RecordingMissing):
                order("2")
            assert order("1") == live
        assert len(served.asked) == count


def of_httpcore(method, url, body=None):
    return httpcore.request(method, url, content=body).content


@pytest.mark.parametrize(
    "ask", [*CLIENTS[:-1], of_httpcore], ids=lambda ask: ask.__name__.removeprefix("of_")
)
def test_no_other_recorder_lets_a_request_out(tmp_path, ask):
    """A block of stock vcrpy that would record inside of one that only plays, and what no recorder covers."""
    with answering(answer) as served:
        with harness.use_cassette(tmp_path / "x.yaml", mode="once"):
            requests.get(f"{served.url}/other", timeout=9)
        with (
            harness.use_cassette(tmp_path / "x.yaml"),
            vcr.use_cassette(str(tmp_path / "y.yaml")),
            pytest.raises(RecordingMissing, match="or of another recorder, which it does not cover"),
        ):
            ask("GET", f"{served.url}/orders")
        assert len(served.asked) == 1


def form(value):
    made = aiohttp.FormData()
    made.add_field("of", io.BytesIO(value.encode()), filename="a.bin")
    return made


GIVEN = [
    pytest.param(lambda value: {"json": {"of": value}}, id="document"),
    pytest.param(lambda value: {"json": int(value)}, id="number"),
    pytest.param(lambda value: {"data": {"of": value}}, id="mapping"),
    pytest.param(lambda value: {"data": [("of", value)]}, id="pairs"),
    pytest.param(lambda value: {"data": form(value)}, id="form with a file"),
    pytest.param(lambda value: {"data": io.BytesIO(value.encode())}, id="file"),
]


@pytest.mark.parametrize("given", GIVEN)
def test_bodies_of_aiohttp_are_what_is_sent(tmp_path, given):
    """Whatever the caller gives for a body, its values count, and the server gets what it always got."""
    path = tmp_path / "x.yaml"
    with answering(answer) as served:
        with harness.use_cassette(path, mode="once"):
            recorded = of_aiohttp("POST", served.url, **given("1"))
        assert b"1" in served.asked[0][2]
        with harness.use_cassette(path):
            with pytest.raises(RecordingMissing):
                of_aiohttp("POST", served.url, **given("2"))
            assert of_aiohttp("POST", served.url, **given("1")) == recorded
        assert len(served.asked) == 1


DAY = datetime.timedelta(days=1)
PACKED = {"gzip": gzip.compress(b"light " * 9, mtime=0), "deflate": zlib.compress(b"light " * 9)}


def packed(method, path, body):
    coding = path.removeprefix("/")
    content = PACKED[coding]
    return 200, {"Content-Encoding": coding, "Content-Length": str(len(content))}, content


def text_of(content):
    """What a client gives; http.client leaves the coding to its caller."""
    unpack = next((each for mark, each in UNPACKERS.items() if content.startswith(mark)), bytes)
    return unpack(content)


UNPACKERS = {b"\x1f\x8b": gzip.decompress, b"\x78": zlib.decompress}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for loopback and its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - DAY, now + DAY)
    signed = made.add_extension(address, critical=False).sign(key, hashes.SHA256())
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = tmp_path_factory.mktemp("tls") / "loopback.pem"
    pem = serialization.Encoding.PEM
    path.write_bytes(signed.public_bytes(pem) + key.private_bytes(pem, *plain))
    return str(path)


SAFE_CLIENTS = {
    "requests": lambda url, pem: requests.get(url, verify=pem, timeout=9).content,
    "urllib3": lambda url, pem: urllib3.PoolManager(ca_certs=pem).request("GET", url).data,
    "httpx": lambda url, pem: httpx.get(url, verify=ssl.create_default_context(cafile=pem)).content,
}


@pytest.mark.parametrize("record", SAFE_CLIENTS)
def test_packed_answers_over_tls_are_played_to_any_client(tmp_path, certificate, record):
    """Their stubs are others than those without TLS."""
    path, context = tmp_path / "x.yaml", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with answering(packed) as served:
        served.socket = context.wrap_socket(served.socket, server_side=True)
        url = f"{served.url.replace('http', 'https')}/gzip"
        with harness.use_cassette(path, mode="once"):
            assert SAFE_CLIENTS[record](url, certificate) == b"light " * 9
        for play in SAFE_CLIENTS.values():
            with harness.use_cassette(path):
                assert play(url, certificate) == b"light " * 9
        assert len(served.asked) == 1


@pytest.mark.parametrize("coding", PACKED)
@pytest.mark.parametrize("record", CLIENTS[:-1], ids=lambda ask: ask.__name__.removeprefix("of_"))
def test_packed_answers_are_played_to_any_client(tmp_path, record, coding):
    """Some clients are given bodies packed and some unpacked; what one recorded, each of them reads."""
    path = tmp_path / "x.yaml"
    with answering(packed) as served:
        with harness.use_cassette(path, mode="once"):
            assert text_of(record("GET", f"{served.url}/{coding}")) == b"light " * 9
        for play in CLIENTS[:-1]:
            with harness.use_cassette(path):
                assert text_of(play("GET", f"{served.url}/{coding}")) == b"light " * 9, play
        assert len(served.asked) == 1


def of_boto3(method, url, body=None):
    return client("s3", url).get_object(Bucket="photos", Key="a.jpg")["Body"].read()


@pytest.mark.parametrize("ask", [*CLIENTS, of_boto3], ids=lambda ask: ask.__name__.removeprefix("of_"))
@pytest.mark.parametrize("named", ["127.0.0.1", "127.0.0.1:{port}"], ids=["host", "host and port"])
def test_requests_to_ignored_hosts_are_let_through(tmp_path, ask, named):
    """While recording and while only playing, and no other host with them."""
    path = tmp_path / "x.yaml"
    with answering(answer) as served, answering(answer) as other:
        ignore = [named.format(port=served.server_port)]
        live = ask("GET", f"{served.url}/orders")
        with harness.use_cassette(path, mode="once", ignore=ignore) as cassette:
            assert ask("GET", f"{served.url}/orders") == live
            other_host = other.url.replace("127.0.0.1", "localhost")
            of_requests("GET", f"{other_host}/recorded")
        assert cassette.recorded == 1
        with harness.use_cassette(path, ignore=ignore) as cassette:
            assert ask("GET", f"{served.url}/orders") == live
            with pytest.raises(RecordingMissing):
                ask("GET", f"{served.url.replace('127.0.0.1', 'localhost')}/orders")
        assert (len(served.asked), cassette.played) == (3, 0)
