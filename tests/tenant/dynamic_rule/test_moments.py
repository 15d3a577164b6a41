"""Dates and durations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.tenant.dynamic_rule.moments import date, is_duration, moment
from scanner.tenant.dynamic_rule.syntax import Now

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-01-01", datetime(2025, 1, 1, tzinfo=UTC)),
        ("2020-06-10T18:13:20Z", datetime(2020, 6, 10, 18, 13, 20, tzinfo=UTC)),
        ("2020-06-10t18:13z", datetime(2020, 6, 10, 18, 13, tzinfo=UTC)),
        ("2020-06-10T18:13:20", datetime(2020, 6, 10, 18, 13, 20, tzinfo=UTC)),
        ("2020-06-10T18:13:20.5+02:00", datetime(2020, 6, 10, 16, 13, 20, 500000, tzinfo=UTC)),
        ("2020-06-10T18:13:20.123456789Z", datetime(2020, 6, 10, 18, 13, 20, 123456, tzinfo=UTC)),
        ("2025-02-30", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("2025-1-1", None),
        ("01/02/2025", None),
        ("2025-01-01Z", None),
        ("٢٠٢٥-01-01", None),
        ("", None),
    ],
)
def test_a_date_is_a_moment_in_utc_or_none(text: str, expected: datetime | None) -> None:
    assert date(text) == expected


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        (Now(), NOW),
        (Now(1, "p1d"), NOW + timedelta(days=1)),
        (Now(-1, "P30D"), NOW - timedelta(days=30)),
        (Now(1, "P2WT1H30M5S"), NOW + timedelta(weeks=2, hours=1, minutes=30, seconds=5)),
        (Now(1, "p0m"), NOW),
        (Now(-1, "p1m"), None),
        (Now(-1, "p1y2d"), None),
    ],
)
def test_now_is_moved_by_what_has_a_fixed_length(moved: Now, expected: datetime | None) -> None:
    assert moment(moved, NOW) == expected


def test_a_moment_beyond_the_calendar_is_none() -> None:
    assert moment(Now(-1, "p9999w"), datetime(100, 1, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize("text", ["p", "pt", "p1", "1d", "p1dt", "p-1d", "p1.5d", "pd", "p1h", "p10000d", ""])
def test_what_is_no_duration_is_none(text: str) -> None:
    assert not is_duration(text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_moment_is_read_as_it_is_written(when: datetime) -> None:
    assert date(when.isoformat().replace("+00:00", "Z")) == when
