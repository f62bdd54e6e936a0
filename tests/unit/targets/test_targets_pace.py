"""The rate limit and the backing off, with a clock that the test turns."""

from __future__ import annotations

import pytest

from harness.exchange import Headers, Response
from harness.targets.pace import TokenBucket, backoff_delays, is_throttled


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


@pytest.mark.parametrize(
    ("rate", "burst", "taken", "ends"),
    [(2, 1, 5, 2.0), (10, 1, 31, 3.0), (2, 3, 5, 1.0), (None, 1, 1000, 0.0)],
    ids=["two-a-second", "ten-a-second", "burst", "no-limit"],
)
def test_lets_through_so_many_a_second(rate, burst, taken, ends):
    """The first ones of a burst pass at once, then one each 1/rate seconds."""
    clock = Clock()
    bucket = TokenBucket(rate, clock, clock.sleep, burst)
    for _ in range(taken):
        bucket.take()
    assert clock.now == pytest.approx(ends)


def test_an_idle_bucket_saves_no_more_than_its_burst():
    """An hour of rest does not allow a flood."""
    clock = Clock()
    bucket = TokenBucket(1, clock, clock.sleep)
    bucket.take()
    clock.now += 3600
    for _ in range(3):
        bucket.take()
    assert clock.now == pytest.approx(3602)


def test_delays_double_stay_below_the_cap_and_repeat_with_the_seed():
    """Each delay is between half its longest and its longest; a seed always draws the same."""
    delays = tuple(backoff_delays(7, tries=8))
    longest = (0.5, 1, 2, 4, 8, 16, 20, 20)
    assert all(top / 2 <= delay <= top for delay, top in zip(delays, longest, strict=True))
    assert delays == tuple(backoff_delays(7, tries=8)) != tuple(backoff_delays(8, tries=8))


@pytest.mark.parametrize(
    ("status", "headers", "body", "throttled"),
    [
        (429, {}, b"", True),
        (400, {"X-Amzn-ErrorType": "ThrottlingException:http://internal.amazon.com/"}, b"{}", True),
        (400, {}, b'{"__type":"ThrottlingException","message":"Rate exceeded"}', True),
        (400, {}, b'{"__type": "com.amazon.coral#RequestLimitExceeded"}', True),
        (400, {}, b'{"code":"TooManyRequestsException"}', True),
        (503, {}, b"<Error><Code>SlowDown</Code></Error>", True),
        (400, {}, b"<Errors><Error><Code>Throttling</Code></Error></Errors>", True),
        (400, {}, b"\xbf\x66__type\x73ThrottlingException\xff", True),
        (400, {}, b'{"__type":"ValidationException","message":"ThrottlingException is no value"}', False),
        (400, {}, b'{"__type":"LimitExceededException"}', False),
        (500, {}, b'{"__type":"InternalFailure"}', False),
        (200, {}, b'{"Code":"Throttling"}', False),
    ],
    ids=[
        "429", "header", "json", "namespace", "rest-json", "xml-503", "xml-400", "cbor", "word-in-message",
        "quota", "server-error", "success",
    ],
)  # fmt: skip
def test_knows_throttling_in_every_protocol(status, headers, body, throttled):
    """By status, by header, by the code in the body; never by words in a message."""
    assert is_throttled(Response(status, Headers.of(headers), body)) is throttled
