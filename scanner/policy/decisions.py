"""What people declared and decided, read from ``tenantlint.yaml``, the files beside it, and tests of policies.

Functions take a document that has passed its schema, and the steps to the part within it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from scanner.errors import Problem
from scanner.policy.document import Document, Steps
from scanner.policy.overrides import Setting, Settings, Spot
from scanner.policy.waivers import Attestation, Waiver
from scanner.tenant.break_glass.declared import BreakGlass, Drill

T = TypeVar("T")

LONGEST = timedelta(days=366)
"""How far ahead the end of a waiver may be that is not marked as long-lived."""


def break_glass(part: dict[str, Any], tests: Iterable[Drill] = ()) -> BreakGlass:
    """The declared break-glass accounts, and when they are tested."""
    return BreakGlass(
        accounts=tuple(part.get("accounts", ())),
        groups=tuple(part.get("groups", ())),
        protection_policies=tuple(part.get("protectionPolicies", ())),
        test_windows=tuple(tests),
    )


def drills(document: Document, steps: Steps, problems: list[Problem]) -> Iterator[Drill]:
    """The test windows in a list, without those whose times no calendar has or that end before they begin."""
    for number, part in enumerate(document.value(steps)):
        here = (*steps, number)
        begin = _moment(document, (*here, "from"), part["from"], problems)
        end = _moment(document, (*here, "to"), part["to"], problems)
        if begin and end and end < begin:
            problems.append(document.at((*here, "to"), "The test ends before it begins.", "Exchange the two times."))
        elif begin and end:
            yield Drill(begin, end, part["reason"].strip())


def _moment(document: Document, steps: Steps, text: str, problems: list[Problem]) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        problems.append(document.at(steps, f"There is no time {text}.", "Write a time as 2026-06-30T12:00:00Z."))
        return None


def settings(document: Document, steps: Steps) -> Settings:
    """The values of a mapping, each with its place."""
    part: dict[str, object] = document.value(steps)
    return {key: setting(document, (*steps, key), value) for key, value in part.items()}


def setting(document: Document, steps: Steps, value: T) -> Setting[T]:
    """``value``, which was made from what stands under ``steps``, with its place."""
    place = document.place(steps)
    key, at = (Spot(document.path, *document.position(index)) for index in (place.key, place.start))
    return Setting(value, key, at)


def waivers(document: Document, steps: Steps, problems: list[Problem], today: date | None = None) -> Iterator[Waiver]:
    """The waivers in a list, without those whose end is no date or that waive what another does.

    One that ends more than ``LONGEST`` after ``today`` (default: of the clock) without being marked is a problem: it
    would be forgotten.
    """
    latest = (today or date.today()).toordinal() + LONGEST.days
    seen: dict[tuple[str, str], int] = {}
    for number, part in enumerate(document.value(steps)):
        here = (*steps, number)
        key, line = (part["policy"], part["record"]), document.line(here)
        if key in seen:
            text = f"The waiver in line {seen[key]} is for the same policy and record."
            problems.append(document.at(here, text, "Keep one of the two."))
            continue
        seen[key] = line
        expires = day(document, (*here, "expires"), part["expires"], problems)
        if expires and expires.toordinal() > latest and not part.get("longLived"):
            text = f"The waiver ends on {expires}, more than {LONGEST.days} days from now."
            hint = "Choose an earlier day, or add longLived: true to the waiver."
            problems.append(document.at((*here, "expires"), text, hint))
        elif expires:
            yield Waiver(
                policy=part["policy"],
                record=part["record"],
                reason=part["reason"].strip(),
                approver=part["approver"],
                expires=expires,
                ticket=part.get("ticket", ""),
                name=part.get("name", "").strip(),
                long_lived=part.get("longLived", False),
                path=document.path,
                line=line,
            )


def attestations(document: Document, steps: Steps, problems: list[Problem]) -> Iterator[Attestation]:
    """The attestations in a list, without those whose day is no date."""
    for number, part in enumerate(document.value(steps)):
        here = (*steps, number)
        given = day(document, (*here, "date"), part["date"], problems)
        if given:
            yield Attestation(
                policy=part["policy"],
                person=part["person"],
                date=given,
                statement=part.get("statement", "").strip(),
                reference=part.get("reference", ""),
                valid_days=part.get("validDays", 0),
                path=document.path,
                line=document.line(here),
            )


def day(document: Document, steps: Steps, text: str, problems: list[Problem]) -> date | None:
    """A date such as 2026-12-31; None, and a problem, for a day that no calendar has."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(document.at(steps, f"There is no day {text}.", "Write a date as 2026-12-31."))
        return None
