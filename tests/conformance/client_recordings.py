"""What the tests of client recordings share: an endpoint that counts, and clients of it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
from botocore.config import Config

from harness.emulator.app import Emulator
from harness.emulator.server import EmulatorServer
from harness.exchange import Headers, Response
from harness.importers.catalogue import Catalogue

# The services that the installed release models; older ones model none that speaks RPC v2 CBOR.
SERVICES = frozenset(boto3.Session().get_available_services())
ENTRY = {"Source": "shop", "DetailType": "sale", "Detail": "{}"}
CATALOGUE = Catalogue()


class Endpoint:
    """An emulator of everything that counts its requests and answers as it is told."""

    def __init__(self):
        self.emulator = Emulator((), catalogue=CATALOGUE)
        self.count = 0
        self.script = []
        self._lock = threading.Lock()
        self.server = EmulatorServer(self.handle, "127.0.0.1", 0)
        self.server.start()
        self.url = self.server.url

    def handle(self, request):
        with self._lock:
            self.count += 1
            scripted = self.script.pop(0) if self.script else None
        return scripted if scripted is not None else self.emulator.handle(request)

    def fail(self, status, times=1):
        body = b'{"__type":"InternalFailure","message":"asked for"}'
        fields = Headers.of({"Content-Type": "application/x-amz-json-1.1", "Content-Length": str(len(body))})
        self.script += [Response(status, fields, body)] * times


@contextmanager
def endpoint():
    made = Endpoint()
    try:
        yield made
    finally:
        made.server.stop()


class Answering(BaseHTTPRequestHandler):
    """Answers with status, fields and bytes as a test gives them, without a word of its own."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.server.lock:
            self.server.asked.append((self.command, self.path, body))
        status, fields, content = self.server.answer(self.command, self.path, body)
        self.send_response_only(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = answer  # the names that http.server looks for

    def log_message(self, *said):
        pass


@contextmanager
def answering(answer):
    """A server that answers method, path and body with status, fields and content."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads, server.lock, server.asked, server.answer = True, threading.Lock(), [], answer
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def client(service, url, region="us-east-1", **config):
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=url,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="wJalrXUtnFEMI",
        config=Config(**{"retries": {"max_attempts": 0}, "s3": {"addressing_style": "path"}, **config}),
    )
