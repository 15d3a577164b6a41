"""Timestamps and durations: reading and writing their text, arithmetic, and the parts of a date.

Both are kept in microseconds. Text with more digits is cut, as Python's protobuf conversion does.
Sources: https://github.com/google/cel-spec/blob/master/doc/langdef.md#timestamps-and-durations,
https://protobuf.dev/reference/protobuf/google.protobuf/#timestamp, RFC 3339.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scanner.cel.functions.dispatch import Function, Overloaded
from scanner.cel.values import Fault

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SECOND = timedelta(seconds=1)
_LONGEST = timedelta(seconds=315_576_000_000)
"""The longest duration that protobuf has: 10,000 years."""
_LONGEST_SUM = timedelta(microseconds=(2**63 - 1) // 1000)
"""The longest result of arithmetic: as many nanoseconds as fit into 64 bits, about 292 years."""

_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6})\d*)?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)
_UNITS = {"h": 3_600_000_000_000, "m": 60_000_000_000, "s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}
_DURATION = re.compile(r"[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:h|ms|us|ns|m|s))+)", re.ASCII)
_DURATION_PART = re.compile(r"(\d*)\.?(\d*)(h|ms|us|ns|m|s)", re.ASCII)


def timestamp_of_text(text: str) -> datetime:
    """An RFC 3339 time with zone, in UTC. Raises Fault for other text and outside the years 1 to 9999."""
    found = _TIMESTAMP.fullmatch(text)
    if found is None:
        raise Fault(f"{text!r} is no RFC 3339 time such as 2026-01-31T12:00:00Z")
    *fields, fraction, sign, hours, minutes = found.groups()
    year, month, day, hour, minute, second = map(int, fields)
    try:
        local = datetime(year, month, day, hour, minute, second, int((fraction or "0").ljust(6, "0")), tzinfo=UTC)
        if not sign:
            return local
        if int(hours) > 23 or int(minutes) > 59:
            raise Fault(f"{text!r} has a UTC offset that does not exist")
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return local - offset if sign == "+" else local + offset
    except (ValueError, OverflowError):
        raise Fault(f"{text!r} is out of range: no such day, or not in the years 1 to 9999") from None


def timestamp_of_int(seconds: int) -> datetime:
    """Seconds since 1970. Raises Fault outside the years 1 to 9999."""
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        raise Fault(f"{seconds} seconds since 1970 is out of range: not in the years 1 to 9999") from None


def duration_of_text(text: str) -> timedelta:
    """``1h30m``, ``-1.5s``, ``250ms``. Raises Fault for other text and for more than 10,000 years."""
    if not _DURATION.fullmatch(text):
        raise Fault(f"{text!r} is no duration such as 720h or 1h30m (units h, m, s, ms, us, ns; a day is 24h)")
    nanoseconds = 0
    for whole, fraction, unit in _DURATION_PART.findall(text):
        nanoseconds += int(whole or "0") * _UNITS[unit]
        nanoseconds += int(fraction or "0") * _UNITS[unit] // 10 ** len(fraction)
    try:
        length = timedelta(microseconds=nanoseconds // 1000)
    except OverflowError:
        length = timedelta.max
    if length > _LONGEST:
        raise Fault(f"{text!r} is out of range: longer than 10,000 years")
    return -length if text.startswith("-") else length


def seconds_since_epoch(time: datetime) -> int:
    """Whole seconds since 1970, rounded down."""
    return (time - _EPOCH) // _SECOND


def _text(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")


def timestamp_text(time: datetime) -> str:
    """RFC 3339 in UTC, with 0, 3 or 6 digits after the second."""
    if time.microsecond % 1000:
        return f"{_text(time)}.{time.microsecond:06}Z"
    return f"{_text(time)}.{time.microsecond // 1000:03}Z" if time.microsecond else f"{_text(time)}Z"


def short_timestamp_text(time: datetime) -> str:
    """RFC 3339 in UTC, with as many digits after the second as it has."""
    return (
        f"{_text(time)}.{time.microsecond:06}".rstrip("0").rstrip(".") + "Z" if time.microsecond else f"{_text(time)}Z"
    )


def duration_text(length: timedelta) -> str:
    """Seconds, with 0, 3 or 6 digits: ``5400s``, ``-1.500s``."""
    microseconds = abs(length) // _MICROSECOND
    seconds, rest = divmod(microseconds, 1_000_000)
    sign = "-" if length < timedelta() else ""
    if rest % 1000:
        return f"{sign}{seconds}.{rest:06}s"
    return f"{sign}{seconds}.{rest // 1000:03}s" if rest else f"{sign}{seconds}s"


def _in_range(length: timedelta) -> timedelta:
    if abs(length) > _LONGEST_SUM:
        raise Fault("the duration is out of range: longer than 292 years")
    return length


def add_durations(left: timedelta, right: timedelta) -> timedelta:
    """Raises Fault where the sum is longer than 292 years."""
    return _in_range(left + right)


def subtract_durations(left: timedelta, right: timedelta) -> timedelta:
    """Raises Fault where the difference is longer than 292 years."""
    return _in_range(left - right)


def subtract_times(left: datetime, right: datetime) -> timedelta:
    """Raises Fault where the times are more than 292 years apart."""
    return _in_range(left - right)


def later(time: datetime, length: timedelta) -> datetime:
    """Raises Fault where the result is not in the years 1 to 9999."""
    try:
        return time + length
    except OverflowError:
        raise Fault("the timestamp is out of range: not in the years 1 to 9999") from None


def earlier(time: datetime, length: timedelta) -> datetime:
    """Raises Fault where the result is not in the years 1 to 9999."""
    return later(time, -length)


_OFFSET = re.compile(r"([+-]?)(\d{1,2}):(\d\d)", re.ASCII)


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo | timedelta:
    """A zone by its IANA name, or a fixed offset from UTC: ``Europe/Berlin``, ``-02:30``."""
    offset = _OFFSET.fullmatch(name)
    if offset:
        sign, hours, minutes = offset.groups()
        length = timedelta(hours=int(hours), minutes=int(minutes))
        return -length if sign == "-" else length
    if name in ("", "UTC"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Fault(f"{name!r} is no time zone known here (IANA names need the package tzdata on Windows)") from None


def _local(time: datetime, zone: str) -> datetime:
    place = _zone(zone)
    try:
        return time.astimezone(UTC) + place if isinstance(place, timedelta) else time.astimezone(place)
    except OverflowError:
        raise Fault("the timestamp is out of range in that time zone") from None


def _part(read: Callable[[datetime], int]) -> dict[tuple[str, ...], Function]:
    return {
        ("timestamp",): lambda time: read(time.astimezone(UTC)),
        ("timestamp", "string"): lambda time, zone: read(_local(time, zone)),
    }


def _whole(length: timedelta, unit: timedelta) -> int:
    return length // unit if length >= timedelta() else -(-length // unit)


def _milliseconds(length: timedelta) -> int:
    return _whole(length, timedelta(milliseconds=1)) - 1000 * _whole(length, _SECOND)


TIMES = {
    "getDate": Overloaded(_part(lambda time: time.day)),
    "getDayOfMonth": Overloaded(_part(lambda time: time.day - 1)),
    "getDayOfWeek": Overloaded(_part(lambda time: time.isoweekday() % 7)),
    "getDayOfYear": Overloaded(_part(lambda time: time.timetuple().tm_yday - 1)),
    "getFullYear": Overloaded(_part(lambda time: time.year)),
    "getMonth": Overloaded(_part(lambda time: time.month - 1)),
    "getHours": Overloaded(
        _part(lambda time: time.hour) | {("duration",): lambda length: _whole(length, timedelta(hours=1))}
    ),
    "getMinutes": Overloaded(
        _part(lambda time: time.minute) | {("duration",): lambda length: _whole(length, timedelta(minutes=1))}
    ),
    "getSeconds": Overloaded(_part(lambda time: time.second) | {("duration",): lambda length: _whole(length, _SECOND)}),
    "getMilliseconds": Overloaded(_part(lambda time: time.microsecond // 1000) | {("duration",): _milliseconds}),
}
"""Parts of a timestamp (in UTC, or in the zone that is given), and a duration in whole hours, minutes and seconds, or
the milliseconds beyond its seconds. Months and days of year, month and
week count from 0; ``getDate`` counts from 1; Sunday is day 0."""
