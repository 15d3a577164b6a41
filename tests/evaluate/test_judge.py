"""A judge against a count done by hand: whatever the requirement, the answers and the chunks they come in."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import CelError, NotCollected
from scanner.evaluate.judge import EVERYTHING, Judge, finding_id, name_of
from scanner.evaluate.verdict import Tally, decide
from scanner.model import Evidence, Missing, Outcome, Severity, Status
from scanner.policy.model import Between, Every, Never, Policy, Requirement, Rule, Some
from scanner.policy.vocabulary import vocabulary

ASSERTION = vocabulary().checker.check(" user.accountEnabled == true ", {"user": "user"})
CLAUSES = 3
SKIP, YES, NO, NULL, FAILS, LACKS = ANSWERS = ("skip", "yes", "no", "null", "fails", "lacks")
UNJUDGED = (NULL, FAILS, LACKS)
MISSING = Missing("groups", Outcome.DENIED, "denied")


class Row(NamedTuple):
    """A record, and what the policy makes of it."""

    id: str
    answer: str = YES
    clauses: int = 0
    """How many clauses hold."""


@dataclass
class Told:
    """An explainer that remembers whom it was asked about."""

    asked: list[str] = field(default_factory=list)

    def evidence(self, record: Any) -> tuple[Evidence, ...]:
        self.asked.append(record.id)
        return (Evidence("row.answer", record.answer),)

    def message(self, record: Any) -> str:
        return f"about {record.id}"

    def failed(self, record: Any) -> tuple[str, ...]:
        return tuple(f"clause {number}" for number in range(record.clauses, CLAUSES))

    def clauses(self) -> int:
        return CLAUSES


def answer(record: Row) -> object:
    if record.answer == FAILS:
        raise CelError("no such overload")
    if record.answer == LACKS:
        raise NotCollected("groups", "denied")
    return {YES: True, NO: False, NULL: None}[record.answer]


def concerned(record: Row) -> object:
    return record.answer != SKIP


def judge(require: Requirement, where: Callable[[Any], object] | None = concerned) -> Judge:
    """A judge that takes a row's own answer for the assertion's."""
    rule = Rule("users", require, ASSERTION)
    policy = Policy("a-policy", "", Severity.HIGH, "", "", rule, Path("a-policy.yaml"))
    return Judge(policy, rule, where, answer, Told())


def judged(require: Requirement, *rows: Row) -> Tally:
    one = judge(require)
    one.feed(rows)
    return one.close()


def settled(row: Row, one: str) -> Row:
    """A row that could not be judged, as if it could."""
    return row._replace(answer=one) if row.answer in UNJUDGED else row


def expected_findings(require: Requirement, rows: Sequence[Row]) -> list[str]:
    yes = [row.id for row in rows if row.answer == YES]
    no = [row.id for row in rows if row.answer == NO]
    match require:
        case Every():
            return no
        case Never():
            return yes
        case Some():
            return [] if yes else [EVERYTHING]
        case Between(_, int(maximum)) if len(yes) > maximum:
            return yes
        case Between(minimum) if len(yes) < minimum:
            return [EVERYTHING]
    return []


ROWS = st.lists(st.sampled_from(ANSWERS), max_size=12).map(
    lambda given: [Row(f"r{number:02}", one) for number, one in enumerate(given)]
)
REQUIREMENTS = st.sampled_from(
    [Every(), Some(), Never(), Between(0, 0), Between(0, 2), Between(1, None), Between(2, 3), Between(3, 3)]
)


@given(REQUIREMENTS, ROWS, st.sets(st.integers(0, 12)))
def test_it_counts_as_one_would_by_hand_however_the_records_are_cut(
    require: Requirement, rows: list[Row], cuts: set[int]
) -> None:
    one = judge(require)
    places = [0, *sorted(cuts), len(rows)]
    for begin, end in itertools.pairwise(places):
        one.feed(rows[begin:end])
    tally = one.close()
    assert tally.considered == sum(row.answer != SKIP for row in rows)
    assert tally.met == sum(row.answer == YES for row in rows)
    assert [finding.record.id for finding in tally.findings] == expected_findings(require, rows)
    assert [(unjudged.record.id, unjudged.status) for unjudged in tally.unjudged] == [
        (row.id, Status.UNKNOWN if row.answer == LACKS else Status.ERROR)
        for row in rows
        if row.answer in (NULL, FAILS, LACKS)
    ]
    assert tally.lacking == ({"groups": "denied"} if any(row.answer == LACKS for row in rows) else {})


@given(REQUIREMENTS, ROWS)
def test_a_failure_always_has_a_finding_and_never_another_verdict_for_what_is_certain(
    require: Requirement, rows: list[Row]
) -> None:
    """An unjudged record may turn out either way: the verdict is a failure only if it is one both ways."""
    tally = judged(require, *rows)
    verdict = decide(require, tally, [])
    either_way = [decide(require, judged(require, *(settled(row, one) for row in rows)), []) for one in (YES, NO)]
    if verdict.status is Status.FAIL:
        assert tally.findings
        assert all(other.status is Status.FAIL for other in either_way)
    if verdict.status is Status.PASS:
        assert not tally.unjudged


def test_a_finding_has_message_evidence_and_what_does_not_hold() -> None:
    (finding,) = judged(Every(), Row("a"), Row("b", NO, clauses=1)).findings
    assert finding.message == "about b"
    assert finding.evidence == (Evidence("row.answer", NO),)
    assert finding.failed == ("clause 1", "clause 2")
    assert finding.id == finding_id("a-policy", "users", "b")


@pytest.mark.parametrize("require", [Never(), Between(0, 0)])
def test_where_meeting_the_rule_is_the_violation_no_clause_is_said_to_fail(require: Requirement) -> None:
    (finding,) = judged(require, Row("a")).findings
    assert finding.failed == ()


def test_nothing_is_explained_of_records_that_do_not_count() -> None:
    for require, one in ((Every(), YES), (Never(), NO), (Between(1, 9), YES), (Some(), YES)):
        counted = judge(require)
        counted.feed([Row("a", one), Row("b", SKIP)])
        counted.close()
        assert isinstance(counted.explainer, Told)
        assert counted.explainer.asked == []


def test_a_where_that_is_neither_true_nor_false_makes_the_record_unjudged() -> None:
    one = judge(Every(), where=lambda _: "perhaps")
    one.feed([Row("a")])
    (unjudged,) = one.close().unjudged
    assert unjudged.status is Status.ERROR
    assert "'perhaps' where yes or no is needed" in unjudged.reason


def test_without_a_where_every_record_is_concerned() -> None:
    one = judge(Every(), where=None)
    one.feed([Row("a"), Row("b")])
    assert one.close().considered == 2


def test_an_error_shows_the_assertion_and_something_missing_does_not() -> None:
    error, missing = judged(Every(), Row("a", FAILS), Row("b", LACKS)).unjudged
    assert (error.expression, error.reason) == ("user.accountEnabled == true", "no such overload")
    assert (missing.expression, missing.reason) == ("", "groups: denied")


def test_the_near_miss_is_the_first_that_met_most() -> None:
    rows = [Row("a", NO, 1), Row("b", NO, 2), Row("c", NO, 2), Row("d", NO, 0)]
    near = judged(Some(), *rows).nearest
    assert near is not None
    assert (near.record.id, near.met, near.of, near.failed) == ("b", 2, CLAUSES, ("clause 2",))
    assert near.evidence == (Evidence("row.answer", NO),)


def test_who_meets_nothing_is_no_near_miss() -> None:
    assert judged(Some(), Row("a", NO, 0)).nearest is None


def test_once_a_record_meets_the_rule_nobody_looks_for_a_near_miss() -> None:
    one = judge(Some())
    one.feed([Row("a")])
    one.feed([Row("b", NO, 2)])
    assert one.close().nearest is None


def test_too_few_is_said_of_all_records_together() -> None:
    (finding,) = judged(Between(3, None), Row("a"), Row("b", NO), Row("c", LACKS)).findings
    assert finding.record.id == EVERYTHING
    assert finding.message == "1 of 3 users meet the rule"


def test_a_record_that_is_skipped_counts_as_concerned_and_in_error() -> None:
    one = judge(Every())
    one.skip(Row("a"), "city has a value of another type")
    tally = one.close()
    assert (tally.considered, tally.unjudged[0].status) == (1, Status.ERROR)


def test_where_more_records_may_be_nothing_is_certain_but_a_violation() -> None:
    for row, status in ((Row("a"), Status.UNKNOWN), (Row("a", NO), Status.FAIL)):
        one = judge(Every())
        one.feed([row])
        one.lack(NotCollected("groups", "denied"))
        one.lack(NotCollected("groups", "another reason"))
        tally = one.close()
        assert tally.open_ended
        assert tally.lacking == {"groups": "denied"}
        assert decide(Every(), tally, [MISSING]).status is status


def test_finding_ids_differ_by_policy_resource_and_record_and_take_any_text() -> None:
    ids = {
        finding_id("p", "users", "a"),
        finding_id("q", "users", "a"),
        finding_id("p", "groups", "a"),
        finding_id("p", "users", "b"),
        finding_id("p", "users", "\ud800"),
        finding_id("p", "usersa", ""),
    }
    assert len(ids) == 6
    assert all(len(one) == 16 and set(one) <= set("0123456789abcdef") for one in ids)


class Named(NamedTuple):
    id: str = "id"
    userPrincipalName: object = None
    displayName: object = None
    principalName: object = None


@pytest.mark.parametrize(
    ("record", "name"),
    [
        (Named(userPrincipalName="u", displayName="d", principalName="p"), "u"),
        (Named(displayName="d", principalName="p"), "d"),
        (Named(userPrincipalName="", principalName="p"), "p"),
        (Named(displayName=17), ""),
        (Row("only-an-id"), ""),
    ],
)
def test_a_record_is_named_by_what_a_person_knows_best(record: Any, name: str) -> None:
    assert name_of(record) == name


def test_everything_that_is_missing_is_told_at_once() -> None:
    one = judge(Every())
    one.lack(NotCollected("roles", "denied", [NotCollected("groups", "denied too")]))
    assert one.close().lacking == {"roles": "denied", "groups": "denied too"}
