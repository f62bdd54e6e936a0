"""Timestamps: Smithy's own examples, and what is refused."""

from datetime import UTC, datetime

import pytest

from harness.wire import timestamps

SPELLINGS = [
    pytest.param(482196050.52, "date-time", "1985-04-12T23:20:50.520Z", id="date-time-millis"),
    pytest.param(1398796238, "date-time", "2014-04-29T18:30:38Z", id="date-time-whole"),
    pytest.param(0.000001, "date-time", "1970-01-01T00:00:00.000001Z", id="date-time-micros"),
    pytest.param(-1, "date-time", "1969-12-31T23:59:59Z", id="before-the-epoch"),
    pytest.param(-62135596800, "date-time", "0001-01-01T00:00:00Z", id="first-second"),
    pytest.param(1398796238, "http-date", "Tue, 29 Apr 2014 18:30:38 GMT", id="http-date"),
    pytest.param(1515531081.123, "epoch-seconds", "1515531081.123", id="epoch-millis"),
    pytest.param(1515531081, "epoch-seconds", "1515531081", id="epoch-whole"),
    pytest.param(-0.5, "epoch-seconds", "-0.5", id="epoch-negative"),
]


@pytest.mark.parametrize(("seconds", "form", "text"), SPELLINGS)
def test_spells_and_reads_what_the_specification_prints(seconds, form, text):
    """Each spelling is written character for character and read back."""
    assert timestamps.write_text(seconds, form) == text
    assert timestamps.read(text, form) == seconds


def test_epoch_seconds_stay_numbers_in_bodies():
    """A whole second is an integer, whatever type it came as."""
    written = timestamps.write(1515531081.0, "epoch-seconds")
    assert (written, type(written)) == (1515531081, int)
    assert timestamps.write(0.25, "epoch-seconds") == 0.25


def test_an_http_date_drops_the_fraction():
    assert timestamps.write(1398796238.999, "http-date") == "Tue, 29 Apr 2014 18:30:38 GMT"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("2014-04-29T19:30:38+01:00", 1398796238, id="east"),
        pytest.param("2014-04-29T10:30:38.5-08:00", 1398796238.5, id="west"),
        pytest.param("2014-04-29t18:30:38z", 1398796238, id="lower-case"),
    ],
)
def test_clients_accept_offsets(text, seconds):
    assert timestamps.read(text, "date-time", offsets=True) == seconds


@pytest.mark.parametrize(
    ("text", "form"),
    [
        pytest.param("2014-04-29T19:30:38+01:00", "date-time", id="offset-on-a-server"),
        pytest.param("2014-04-29", "date-time", id="day-only"),
        pytest.param("2014-13-29T18:30:38Z", "date-time", id="thirteenth-month"),
        pytest.param("1398796238", "date-time", id="number-for-date-time"),
        pytest.param("Tue, 29 Abc 2014 18:30:38 GMT", "http-date", id="no-month"),
        pytest.param("Tuesday, 29 April 2014 18:30:38 GMT", "http-date", id="long-names"),
        pytest.param("0x10", "epoch-seconds", id="hexadecimal"),
        pytest.param("NaN", "epoch-seconds", id="not-a-number"),
        pytest.param("1e999", "epoch-seconds", id="infinite"),
        pytest.param("", "epoch-seconds", id="nothing"),
    ],
)
def test_refuses_other_texts(text, form):
    with pytest.raises(ValueError):
        timestamps.read(text, form)


@pytest.mark.parametrize("seconds", [float("inf"), 1e18], ids=["infinite", "far"])
def test_refuses_instants_that_no_calendar_has(seconds):
    with pytest.raises(ValueError):
        timestamps.write(seconds, "date-time")


def test_a_datetime_without_a_zone_counts_as_utc():
    assert timestamps.seconds_of(datetime(1970, 1, 1, 0, 0, 1)) == 1
    assert timestamps.seconds_of(datetime(1970, 1, 1, 0, 0, 1, 500_000, UTC)) == 1.5
