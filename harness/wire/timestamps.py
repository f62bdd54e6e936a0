"""Timestamps on the wire: three spellings of one instant.

In documents an instant is a number of seconds since 1970-01-01T00:00Z. Serves every body and text binding and
knows none of them.
Source: Smithy 2.0, ``timestampFormat`` trait
(https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait).
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from email.utils import format_datetime

DATE_TIME, HTTP_DATE, EPOCH_SECONDS = "date-time", "http-date", "epoch-seconds"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_HTTP_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-9]{1,2}) ([A-Z][a-z]{2}) ([0-9]{4}) "
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))? GMT"
)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")


def write(seconds: float, form: str) -> str | int | float:
    """Spell an instant.

    Args:
        seconds: Finite seconds since the epoch; digits beyond the microsecond are dropped.
        form: ``date-time``, ``http-date`` or ``epoch-seconds``.

    Returns:
        ``date-time``: text in UTC with as many digits of the second as needed. ``http-date``: text in GMT to
        the second. ``epoch-seconds``: the number, an ``int`` when the second is whole.

    Raises:
        ValueError: A text form is asked for an instant outside the years 1 to 9999.
    """
    if form == EPOCH_SECONDS:
        return int(seconds) if float(seconds).is_integer() else seconds
    instant = moment(seconds)
    if form == HTTP_DATE:
        return format_datetime(instant.replace(microsecond=0), usegmt=True)
    whole = instant.replace(microsecond=0, tzinfo=None).isoformat()
    if instant.microsecond == 0:
        return f"{whole}Z"
    digits = f"{instant.microsecond:06d}"
    return f"{whole}.{digits.removesuffix('000')}Z"


def write_text(seconds: float, form: str) -> str:
    """Spell an instant where everything is text; as ``write``, with numbers in plain decimal digits."""
    written = write(seconds, form)
    return written if isinstance(written, str) else format(Decimal(repr(written)), "f")


def moment(seconds: float) -> datetime:
    """Make the aware datetime of an instant, floored to the microsecond.

    Raises:
        ValueError: The instant lies outside the years 1 to 9999.
    """
    if not math.isfinite(seconds):
        raise ValueError(f"{seconds} names no moment")
    micros = int(Decimal(repr(seconds)).scaleb(6).to_integral_value(ROUND_FLOOR))
    try:
        return _EPOCH + timedelta(microseconds=micros)
    except OverflowError as error:
        raise ValueError(f"{seconds} lies outside the years 1 to 9999") from error


def seconds_of(instant: datetime) -> int | float:
    """Count the seconds since the epoch, an ``int`` when the second is whole; without a zone it is UTC."""
    aware = instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
    micros = (aware - _EPOCH) // timedelta(microseconds=1)
    return micros // 10**6 if micros % 10**6 == 0 else micros / 10**6


def read(text: str, form: str, *, offsets: bool = False) -> int | float:
    """Read an instant from text.

    Args:
        text: What stands on the wire.
        form: ``date-time``, ``http-date`` or ``epoch-seconds``.
        offsets: Whether a ``date-time`` may have an offset from UTC; clients accept them, servers do not.

    Returns:
        Seconds since the epoch, an ``int`` when the second is whole.

    Raises:
        ValueError: The text is not an instant in this form.
    """
    if form == EPOCH_SECONDS:
        return _read_number(text)
    return _read_date_time(text, offsets) if form == DATE_TIME else _read_http_date(text)


def _read_number(text: str) -> int | float:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is not a number of seconds")
    seconds = float(text)
    if not math.isfinite(seconds):
        raise ValueError(f"{text!r} names no moment")
    return int(seconds) if seconds.is_integer() else seconds


def _read_date_time(text: str, offsets: bool) -> int | float:
    found = _DATE_TIME.fullmatch(text)
    if found is None or not (offsets or text[-1] in "Zz"):
        raise ValueError(f"{text!r} is not a date-time such as 2014-04-29T18:30:38Z")
    year, month, day, hour, minute, second = (int(part) for part in found.group(1, 2, 3, 4, 5, 6))
    whole = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    zone = found.group(8)
    if zone not in "Zz":
        shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
        whole = whole - shift if zone[0] == "+" else whole + shift
    return _with_fraction(whole, found.group(7))


def _read_http_date(text: str) -> int | float:
    found = _HTTP_DATE.fullmatch(text)
    if found is None or found.group(2) not in _MONTHS:
        raise ValueError(f"{text!r} is not an http-date such as Tue, 29 Apr 2014 18:30:38 GMT")
    day, year, hour, minute, second = (int(part) for part in found.group(1, 3, 4, 5, 6))
    month = _MONTHS.index(found.group(2)) + 1
    return _with_fraction(datetime(year, month, day, hour, minute, second, tzinfo=UTC), found.group(7))


def _with_fraction(whole: datetime, fraction: str | None) -> int | float:
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    return seconds_of(whole + timedelta(microseconds=micros))
