"""Manners towards real endpoints: a rate limit, and backing off when they throttle.

Used by the live target for ``aws`` only. Clock and sleep are passed in, jitter is seeded.
Source: "Exponential Backoff And Jitter" (https://aws.amazon.com/builders-library/
timeouts-retries-and-backoff-with-jitter/); the codes are those that botocore's standard retry mode counts as
throttling, but for ``LimitExceededException``, which most operations use for quotas.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from harness.exchange import Response

THROTTLING_CODES = (
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
    "RequestThrottled", "TooManyRequestsException", "ProvisionedThroughputExceededException",
    "TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded", "SlowDown",
    "PriorRequestNotComplete", "EC2ThrottledException",
)  # fmt: skip
# Where the protocols spell a code: "__type" or "code" in JSON and CBOR, <Code> in XML; a namespace may
# stand before it.
_CODE = re.compile(
    rf"(?:__type|[Cc]ode).{{1,6}}?(?:[\w.]+#)?(?:{'|'.join(THROTTLING_CODES)})\b".encode(), re.DOTALL
)
_LOOK_AT = 4096


class TokenBucket:
    """A rate limit: one token a request, refilled evenly.

    Args:
        rate: Tokens a second; ``None`` for no limit.
        clock: Seconds on a clock that never goes back.
        sleep: Waits for some seconds.
        burst: How many tokens may be saved up.
    """

    def __init__(
        self, rate: float | None, clock: Callable[[], float], sleep: Callable[[float], None], burst: int = 1
    ) -> None:
        self._rate, self._clock, self._sleep = rate, clock, sleep
        self._burst = float(burst)
        self._tokens, self._read_at = self._burst, clock()

    def take(self) -> None:
        """Take one token, and wait for it where there is none."""
        if self._rate is None or self._rate <= 0:
            return
        self._refill(self._rate)
        while self._tokens < 1 - 1e-9:  # a float's worth of a token is never waited for
            self._sleep((1 - self._tokens) / self._rate)
            self._refill(self._rate)
        self._tokens = max(0.0, self._tokens - 1)

    def _refill(self, rate: float) -> None:
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._read_at) * rate)
        self._read_at = now


def backoff_delays(seed: int, tries: int = 4, first: float = 0.5, cap: float = 20.0) -> Iterator[float]:
    """Say how long to wait before each further try.

    Args:
        seed: What the jitter is drawn with.
        tries: How many further tries there are.
        first: The longest first delay in seconds; each further one is twice as long.
        cap: No delay is longer, in seconds.

    Yields:
        Delays in seconds, each between half its longest and its longest.
    """
    jitter = random.Random(seed)  # noqa: S311 - spreads requests, guards nothing
    for attempt in range(tries):
        longest = min(cap, first * 2**attempt)
        yield longest / 2 + jitter.random() * longest / 2


def is_throttled(response: Response) -> bool:
    """Say whether a response asks the client to slow down: status 429, or a throttling code in an error."""
    if response.status == 429:
        return True
    if response.status < 400:
        return False
    in_header = (response.headers.get("x-amzn-errortype") or "").partition(":")[0].rpartition("#")[2]
    return in_header in THROTTLING_CODES or _CODE.search(response.body[:_LOOK_AT]) is not None
