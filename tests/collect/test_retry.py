from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.refusal import Broken
from scanner.collect.retry import FAULT_TRIES, LONGEST_BACKOFF, THROTTLE_TRIES, Clock, Retrying, retry_after
from tests.collect.fake import FakeClock

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("1", 1),
        (" 600 ", 600),
        ("Sun, 01 Mar 2026 08:10:00 GMT", 600),
        ("Sun, 01 Mar 2026 09:10:00 +0100", 600),
        ("Sun, 01 Mar 2026 08:10:00", 600),
        ("Sun, 01 Mar 2026 07:00:00 GMT", 0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("Sun, 99 Mar 2026 08:10:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": text}, NOW) == seconds


def test_retry_after_that_is_absent_says_nothing() -> None:
    assert retry_after({}, NOW) is None


@settings(max_examples=50)
@given(st.text(max_size=40))
def test_no_header_makes_the_reading_of_retry_after_fail(text: str) -> None:
    seconds = retry_after({"retry-after": text}, NOW)
    assert seconds is None or seconds >= 0


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_a_date_asks_for_as_long_as_the_seconds_do(seconds: int) -> None:
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry_after({"retry-after": date}, NOW) == retry_after({"retry-after": str(seconds)}, NOW) == seconds


def test_the_real_clock_tells_the_time_with_its_zone() -> None:
    assert abs(Clock().now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_what_is_asked_is_waited_exactly() -> None:
    assert Retrying(FakeClock().clock()).wait_after(Broken("x"), throttling=True, asked=600.0) == 600.0


def test_without_a_time_the_wait_doubles_up_to_a_minute() -> None:
    retrying = Retrying(FakeClock().clock())
    waits = [retrying.wait_after(Broken("x"), throttling=True) for _ in range(10)]
    assert waits == [1, 2, 4, 8, 16, 32, LONGEST_BACKOFF, LONGEST_BACKOFF, LONGEST_BACKOFF, LONGEST_BACKOFF]


def test_zero_seconds_are_not_asked_again_at_once() -> None:
    assert Retrying(FakeClock().clock()).wait_after(Broken("x"), throttling=True, asked=0.0) == 1


@pytest.mark.parametrize(("throttling", "tries"), [(False, FAULT_TRIES), (True, THROTTLE_TRIES)])
def test_it_ends_with_the_failure_after_a_bounded_number_of_tries(throttling: bool, tries: int) -> None:
    retrying = Retrying(FakeClock().clock())
    for _ in range(tries - 1):
        retrying.wait_after(Broken("x"), throttling=throttling)
    with pytest.raises(Broken, match=r"^x$"):
        retrying.wait_after(Broken("x"), throttling=throttling)


def test_more_than_a_day_is_not_waited() -> None:
    with pytest.raises(Broken, match="24,000 hours"):
        Retrying(FakeClock().clock()).wait_after(Broken("x"), throttling=True, asked=24_000 * 3600.0)


def test_a_date_is_understood_by_the_clock_of_the_service() -> None:
    """Ours may be wrong by hours."""
    headers = {"retry-after": "Sun, 01 Mar 2026 20:10:00 GMT", "date": "Sun, 01 Mar 2026 20:00:00 GMT"}
    assert retry_after(headers, NOW) == 600


def test_a_date_of_the_service_that_is_none_does_not_count() -> None:
    assert retry_after({"retry-after": "Sun, 01 Mar 2026 08:10:00 GMT", "date": "today"}, NOW) == 600


def test_a_token_is_renewed_again_when_another_answer_came_between() -> None:
    retrying = Retrying(FakeClock().clock())
    waits = [retrying.after(Broken("x"), status, {}) for status in (401, 503, 401, 200, 401, 429)]
    assert waits == [0, 1, 0, 2, 0, 1]


@pytest.mark.parametrize("status", [302, 400, 403, 404])
def test_what_will_not_change_is_not_asked_again(status: int) -> None:
    with pytest.raises(Broken):
        Retrying(FakeClock().clock()).after(Broken("x"), status, {"retry-after": "5"})


def test_a_token_that_is_refused_twice_in_a_row_is_final() -> None:
    retrying = Retrying(FakeClock().clock())
    retrying.after(Broken("x"), 401, {})
    with pytest.raises(Broken):
        retrying.after(Broken("x"), 401, {})
