"""Tests of ``scanner.cel.functions.times``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.cel.functions.times import duration_of_text, duration_text, timestamp_of_text, timestamp_text
from scanner.cel.values import Value
from tests.cel.ways import Failed, evaluate

_TIMES = (("t", "timestamp"), ("d", "duration"))


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31t12:00:00z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31T12:00:00+02:00", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("2026-01-31T12:00:00-02:30", datetime(2026, 1, 31, 14, 30, tzinfo=UTC)),
        ("2026-01-31T12:00:00.5Z", datetime(2026, 1, 31, 12, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-01-31T12:00:00.123456789Z", datetime(2026, 1, 31, 12, 0, 0, 123_456, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_timestamp_reads(text: str, time: datetime) -> None:
    assert evaluate(f"timestamp('{text}')") == time


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026-01-31", "2026-01-31T12:00Z", "2026-01-31T12:00:00", "2026-01-31 12:00:00Z", "2026-1-31T12:00:00Z"),
        *(" 2026-01-31T12:00:00Z", "2026-01-31T12:00:00.Z", "2026-02-30T12:00:00Z", "2026-01-31T24:00:00Z"),
        *(
            "2026-01-31T12:00:00+24:00",
            "2026-01-31T12:00:00+02:60",
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+01:00",
        ),
        *("9999-12-31T23:59:59-01:00", "٢٠٢٦-01-31T12:00:00Z"),
    ],
)
def test_timestamp_refuses_other_text(text: str) -> None:
    outcome = evaluate(f"timestamp('{text}')")
    assert isinstance(outcome, Failed)
    assert f"'{text}'" in outcome.text


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("0", timedelta()),
        ("1h30m", timedelta(minutes=90)),
        ("5m1h", timedelta(minutes=65)),
        ("1.5h", timedelta(minutes=90)),
        (".5s", timedelta(milliseconds=500)),
        ("1.s", timedelta(seconds=1)),
        ("-1.5s", timedelta(milliseconds=-1500)),
        ("+2s", timedelta(seconds=2)),
        ("250ms", timedelta(milliseconds=250)),
        ("7us", timedelta(microseconds=7)),
        ("1999ns", timedelta(microseconds=1)),
        ("315576000000s", timedelta(days=3652500)),
    ],
)
def test_duration_reads(text: str, length: timedelta) -> None:
    assert evaluate(f"duration('{text}')") == length


@pytest.mark.parametrize(
    "text",
    ["", "1", "1d", "1H", "1 h", "1h ", "1h-1m", "h", "1.", "inf", "1e3s", "315576000001s", "99999999999999999999h"],
)
def test_duration_refuses_other_text(text: str) -> None:
    outcome = evaluate(f"duration('{text}')")
    assert isinstance(outcome, Failed)
    assert f"'{text}'" in outcome.text


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("t.getFullYear()", 2024),
        ("t.getMonth()", 1),
        ("t.getDate()", 29),
        ("t.getDayOfMonth()", 28),
        ("t.getDayOfWeek()", 4),
        ("t.getDayOfYear()", 59),
        ("t.getHours()", 23),
        ("t.getMinutes()", 30),
        ("t.getSeconds()", 15),
        ("t.getMilliseconds()", 678),
        ("t.getDate('Europe/Berlin')", 1),
        ("t.getMonth('+01:00')", 2),
        ("t.getHours('-02:30')", 21),
        ("t.getHours('2:00')", 1),
        ("t.getHours('UTC')", 23),
        ("t.getHours('')", 23),
        ("d.getHours()", -1),
        ("d.getMinutes()", -90),
        ("d.getSeconds()", -5401),
        ("d.getMilliseconds()", -250),
        ("(t - t).getHours()", 0),
        ("t + d == t - duration('5401.25s')", True),
        ("d + t == t + d", True),
        ("d + d == duration('-10802.5s')", True),
        ("d - d == duration('0s')", True),
        ("t - (t - duration('1h')) == duration('60m')", True),
        ("t > t + d && d < duration('0s')", True),
    ],
)
def test_parts_and_arithmetic_of_times(source: str, value: Value) -> None:
    time = datetime(2024, 2, 29, 23, 30, 15, 678_901, tzinfo=UTC)
    length = timedelta(seconds=-5401, microseconds=-250_000)
    assert evaluate(source, time, length, variables=_TIMES) == value


def test_parts_are_those_in_utc_whatever_zone_the_value_has() -> None:
    time = datetime(2024, 3, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    assert evaluate("[t.getDate(), t.getHours()]", time, variables=_TIMES) == [29, 23]
    assert evaluate("string(t)", time, variables=_TIMES) == "2024-02-29T23:00:00Z"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("t + duration('1h')", "not in the years 1 to 9999"),
        ("timestamp('0001-01-01T00:00:00Z') - duration('1s')", "not in the years 1 to 9999"),
        ("timestamp(253402300800)", "not in the years 1 to 9999"),
        ("timestamp(9223372036854775807)", "not in the years 1 to 9999"),
        ("t - timestamp('2000-01-01T00:00:00Z')", "longer than 292 years"),
        ("duration('9000000000s') + duration('9000000000s')", "longer than 292 years"),
        ("duration('-9000000000s') - duration('9000000000s')", "longer than 292 years"),
        ("t.getHours('Nowhere/City')", "'Nowhere/City' is no time zone known here"),
        ("t.getHours('../etc/passwd')", "is no time zone known here"),
        ("t.getHours('+02:00')", "out of range in that time zone"),
    ],
)
def test_times_out_of_range_fail(source: str, reason: str) -> None:
    outcome = evaluate(source, datetime(9999, 12, 31, 23, 30, tzinfo=UTC), variables=_TIMES)
    assert isinstance(outcome, Failed)
    assert reason in outcome.text


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_timestamp_written_and_read_again_is_the_same(time: datetime) -> None:
    assert timestamp_of_text(timestamp_text(time)) == time


@given(st.timedeltas(timedelta(days=-3_000_000), timedelta(days=3_000_000)))
def test_a_duration_written_and_read_again_is_the_same(length: timedelta) -> None:
    assert duration_of_text(duration_text(length)) == length
