"""The table of verdicts, row by row."""

from __future__ import annotations

from itertools import product

import pytest

from scanner.evaluate.verdict import Tally, decide
from scanner.model import Finding, Missing, Outcome, Record, Status, Unjudged
from scanner.policy.model import Between, Every, Never, Requirement, Some

MISSING = Missing("users", Outcome.DENIED, "denied: needs the application permission User.Read.All")


def record(name: str) -> Record:
    return Record("users", name, name)


def unjudged(status: Status, count: int) -> list[Unjudged]:
    return [Unjudged(record(f"u{number}"), status, "because") for number in range(count)]


def tally(*, met: int = 0, offending: int = 0, unknown: int = 0, errors: int = 0, open_ended: bool = False) -> Tally:
    return Tally(
        considered=met + offending + unknown + errors,
        met=met,
        findings=[Finding(f"f{n}", record(f"r{n}"), "", (), ()) for n in range(offending)],
        unjudged=unjudged(Status.UNKNOWN, unknown) + unjudged(Status.ERROR, errors),
        open_ended=open_ended,
    )


CASES: list[tuple[str, Requirement, Tally, bool, Status]] = [
    ("all hold", Every(), tally(met=3), False, Status.PASS),
    ("one does not", Every(), tally(met=2, offending=1), False, Status.FAIL),
    ("nothing concerned", Every(), tally(), False, Status.NOT_APPLICABLE),
    ("a certain violation counts over what is unknown", Every(), tally(offending=1, unknown=5), False, Status.FAIL),
    ("a certain violation counts over errors", Every(), tally(offending=1, errors=5), True, Status.FAIL),
    ("one unknown is never a pass", Every(), tally(met=9, unknown=1), False, Status.UNKNOWN),
    ("error counts over unknown", Every(), tally(met=9, unknown=1, errors=1), False, Status.ERROR),
    ("error counts over missing", Every(), tally(met=9, errors=1), True, Status.ERROR),
    ("missing is never a pass", Every(), tally(met=9), True, Status.UNKNOWN),
    ("missing is never not applicable", Every(), tally(), True, Status.UNKNOWN),
    ("none is there", Never(), tally(), False, Status.NOT_APPLICABLE),
    ("one is there", Never(), tally(met=1, offending=1), False, Status.FAIL),
    ("any is met", Some(), tally(met=1), False, Status.PASS),
    ("any over nothing fails", Some(), tally(), False, Status.FAIL),
    ("any met but one unknown is not complete", Some(), tally(met=1, unknown=1), False, Status.UNKNOWN),
    ("any not met but one unknown may meet it", Some(), tally(unknown=1), False, Status.UNKNOWN),
    ("any not met and more may be there", Some(), tally(open_ended=True), True, Status.UNKNOWN),
    ("any not met and other data missing", Some(), tally(), True, Status.FAIL),
    ("within", Between(2, 4), tally(met=2), False, Status.PASS),
    ("too few", Between(2, 4), tally(met=1), False, Status.FAIL),
    ("too few of none", Between(2, 4), tally(), False, Status.FAIL),
    ("too many", Between(2, 4), tally(met=5), False, Status.FAIL),
    ("too many whatever the rest is", Between(2, 4), tally(met=5, unknown=3), True, Status.FAIL),
    ("enough only with the unknown", Between(2, 4), tally(met=1, unknown=1), False, Status.UNKNOWN),
    ("perhaps too many with the unknown", Between(2, 4), tally(met=4, unknown=1), False, Status.UNKNOWN),
    ("too few even with the unknown", Between(3, 4), tally(met=1, unknown=1), False, Status.FAIL),
    ("too few but more may be there", Between(3, 4), tally(met=1, open_ended=True), True, Status.UNKNOWN),
    ("at most, with none", Between(0, 4), tally(), False, Status.NOT_APPLICABLE),
    ("at least, without upper end", Between(1, None), tally(met=900), False, Status.PASS),
]


@pytest.mark.parametrize(
    ("require", "counted", "missing", "status"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_verdict(require: Requirement, counted: Tally, missing: bool, status: Status) -> None:
    assert decide(require, counted, [MISSING] if missing else []).status is status


REQUIREMENTS: list[Requirement] = [Every(), Some(), Never(), Between(0, 2), Between(1, None), Between(2, 3)]


@pytest.mark.parametrize(
    ("require", "met", "unknown", "errors", "missing"),
    list(product(REQUIREMENTS, range(4), range(3), range(2), (False, True))),
)
def test_nothing_unread_is_ever_a_pass(
    require: Requirement, met: int, unknown: int, errors: int, missing: bool
) -> None:
    verdict = decide(require, tally(met=met, unknown=unknown, errors=errors), [MISSING] if missing else [])
    if unknown or errors or missing:
        assert verdict.status not in (Status.PASS, Status.NOT_APPLICABLE)


def test_summary_of_unknown_names_the_resource_and_the_permission() -> None:
    summary = decide(Every(), tally(met=1), [MISSING]).summary
    assert "users" in summary
    assert "User.Read.All" in summary


def test_summary_of_a_failure_counts_what_could_not_be_judged() -> None:
    assert "2 more records could not be judged" in decide(Every(), tally(offending=1, unknown=2), []).summary
