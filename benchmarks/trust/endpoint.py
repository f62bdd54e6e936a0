"""A loopback endpoint in a process of its own that answers every AWS operation, and counts."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from types import TracebackType
from typing import Any, Self

import boto3
from botocore.config import Config

ENTRY = {"Source": "shop", "DetailType": "sale", "Detail": "{}"}
KEY_ID, SECRET_KEY, SESSION = (
    "AKIAPLANTEDKEY000001",
    "planted/secret+key0123456789ABCDEF",
    "planted-session/+ab==",
)
SERVICES = frozenset(boto3.Session().get_available_services())
"""What the installed release models; older ones model none that speaks RPC v2 CBOR."""


class Endpoint:
    """``harness serve``; ``count`` says how many requests arrived that were no question of how many."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "harness", "serve"]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().split()[-1]
        return self

    def __exit__(self, _: type | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait()

    @property
    def count(self) -> int:
        """How many requests of operations arrived; ask outside of any cassette."""
        with urllib.request.urlopen(f"{self.url}/_harness/requests") as answer:
            return len(json.load(answer)["requests"])


def client(service: str, url: str) -> Any:
    """Make a client that signs and does not retry."""
    config = Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}, connect_timeout=5)
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id=KEY_ID,
        aws_secret_access_key=SECRET_KEY,
        aws_session_token=SESSION,
        config=config,
    )
