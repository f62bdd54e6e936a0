"""What the tests of client recordings share: an endpoint that counts, and clients of it."""

from __future__ import annotations

import threading
from contextlib import contextmanager

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


def client(service, url, region="us-east-1", **config):
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=url,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="wJalrXUtnFEMI",
        config=Config(**{"retries": {"max_attempts": 0}, "s3": {"addressing_style": "path"}, **config}),
    )
