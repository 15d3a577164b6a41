"""Dates and durations in membership rules: ``2025-01-01``, ``system.now -minus p30d``.

The page has ``p1d`` as its only example of a duration; others are read as XML Schema has them, which .NET follows.
A date without an offset is taken as UTC, in which Graph gives ``employeeHireDate``:
https://learn.microsoft.com/graph/api/resources/user
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from scanner.tenant.dynamic_rule.syntax import Now

_DURATION = re.compile(
    r"p(?=[\dt])(?:(?P<years>\d{1,4})y)?(?:(?P<months>\d{1,4})m)?(?:(?P<weeks>\d{1,4})w)?(?:(?P<days>\d{1,4})d)?"
    r"(?:t(?=\d)(?:(?P<hours>\d{1,4})h)?(?:(?P<minutes>\d{1,4})m)?(?:(?P<seconds>\d{1,4})s)?)?",
    re.IGNORECASE | re.ASCII,
)
_DATE = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?:t(?P<time>\d\d:\d\d(?::\d\d)?)(?P<part>\.\d{1,9})?(?P<zone>z|[+-]\d\d:\d\d)?)?",
    re.IGNORECASE | re.ASCII,
)


def is_duration(text: str) -> bool:
    """Whether it is a duration such as ``p1d`` or ``P1Y2M3DT4H``."""
    return _DURATION.fullmatch(text) is not None


def date(text: str) -> datetime | None:
    """The moment, or None for a text that is none."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    part = (match["part"] or "")[:7]
    written = f"{match['day']}T{match['time'] or '00:00:00'}{part.ljust(7, '0') if part else ''}{match['zone'] or 'Z'}"
    try:
        return datetime.fromisoformat(written.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def moment(moved: Now, now: datetime) -> datetime | None:
    """``system.now``, moved; None where that is not certain: months and years have no fixed length."""
    match = _DURATION.fullmatch(moved.duration) if moved.duration else None
    if match is None:
        return now
    parts = {name: int(text) for name, text in match.groupdict().items() if text}
    if parts.pop("years", 0) or parts.pop("months", 0):
        return None
    try:
        return now + moved.sign * timedelta(**parts)
    except OverflowError:
        return None
