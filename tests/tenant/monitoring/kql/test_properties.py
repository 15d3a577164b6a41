"""The reader of queries against a naive evaluation of the same queries on rows, and against arbitrary text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.tenant.monitoring.kql.signin import Account, Answer, log_query

FIVE = timedelta(minutes=5)
RowOfLog: TypeAlias = dict[str, str]
Holds: TypeAlias = Callable[[RowOfLog], bool]

NAMES = ("orchid@contoso.com", "juniper@contoso.com", "or@contoso.com", "birch@fabrikam.com")
IDS = ("aaaa-1", "bbbb-2", "cccc-3", "dddd-4")
PARTS = (
    "orchid",
    "or",
    "contoso",
    "ORCHID@contoso.com",
    "juniper@contoso.com",
    "com",
    "aaaa",
    "1",
    "b",
    "@",
    "birch@f",
)
RESULTS = ("0", "50126", "50053")


@dataclass(frozen=True)
class Naive:
    """A condition as text, and as a function of a row."""

    text: str
    holds: Holds


def words(text: str) -> list[str]:
    """Terms of a text."""
    return re.findall(r"[0-9a-z]+", text.lower())


def has(text: str, part: str) -> bool:
    """The terms of ``part`` one after the other among those of ``text``: right for a part that begins and ends with a
    letter or a digit, and whose terms are joined by the same signs in both."""
    mine, wanted = words(text), words(part)
    return any(mine[at : at + len(wanted)] == wanted for at in range(len(mine))) and part.lower() in text.lower()


OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "==": lambda text, part: text == part,
    "!=": lambda text, part: text != part,
    "=~": lambda text, part: text.lower() == part.lower(),
    "!~": lambda text, part: text.lower() != part.lower(),
    "has": has,
    "!has": lambda text, part: not has(text, part),
    "contains": lambda text, part: part.lower() in text.lower(),
    "!contains": lambda text, part: part.lower() not in text.lower(),
    "contains_cs": lambda text, part: part in text,
    "startswith": lambda text, part: text.lower().startswith(part.lower()),
    "!startswith": lambda text, part: not text.lower().startswith(part.lower()),
    "endswith": lambda text, part: text.lower().endswith(part.lower()),
    "startswith_cs": lambda text, part: text.startswith(part),
    "matches regex": lambda text, part: re.search(part, text) is not None,
}


@st.composite
def comparisons(draw: st.DrawFn) -> Naive:
    """A column compared with a text."""
    column = draw(st.sampled_from(("UserPrincipalName", "UserId")))
    operator = draw(st.sampled_from(sorted(OPERATORS)))
    part = draw(st.sampled_from([one for one in PARTS if one != "@" or "has" not in operator]))
    compare = OPERATORS[operator]
    return Naive(f'{column} {operator} "{part}"', lambda row: compare(row[column], part))


@st.composite
def lists(draw: st.DrawFn) -> Naive:
    """A column compared with several texts."""
    operator = draw(st.sampled_from(("in", "!in", "in~", "!in~", "has_any", "has_all")))
    parts = draw(st.lists(st.sampled_from([one for one in (*PARTS, *NAMES) if one != "@"]), min_size=1, max_size=3))
    text = ", ".join(f'"{part}"' for part in parts)

    def holds(row: RowOfLog) -> bool:
        name = row["UserPrincipalName"]
        match operator.removeprefix("!"):
            case "in":
                found = name in parts
            case "in~":
                found = name.lower() in [part.lower() for part in parts]
            case "has_any":
                found = any(has(name, part) for part in parts)
            case _:
                found = all(has(name, part) for part in parts)
        return found is not operator.startswith("!")

    return Naive(f"UserPrincipalName {operator} ({text})", holds)


@st.composite
def results(draw: st.DrawFn) -> Naive:
    """The result of the sign-in."""
    code = draw(st.sampled_from(RESULTS))
    form = draw(st.sampled_from(('ResultType == "{}"', "ResultType == {}", "toint(ResultType) == {}")))
    is_negated = draw(st.booleans())
    text = form.format(code).replace("==", "!=" if is_negated else "==")
    return Naive(text, lambda row: (row["ResultType"] == code) is not is_negated)


def joined(parts: list[Naive], word: str, combine: Callable[[list[bool]], bool]) -> Naive:
    """Conditions joined by ``and`` or ``or``."""
    text = f" {word} ".join(f"({part.text})" for part in parts)
    return Naive(text, lambda row: combine([part.holds(row) for part in parts]))


def negated(part: Naive) -> Naive:
    """The opposite."""
    return Naive(f"not({part.text})", lambda row: not part.holds(row))


CONDITIONS: st.SearchStrategy[Naive] = st.recursive(
    st.one_of(comparisons(), lists(), results()),
    lambda inner: st.one_of(
        inner.map(negated),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: joined(parts, "and", all)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: joined(parts, "or", any)),
    ),
    max_leaves=6,
)

HARMLESS = (
    "",
    "| extend Name = tolower(UserPrincipalName)",
    "| project UserPrincipalName, UserId, ResultType",
    "| sort by TimeGenerated desc",
    "| distinct UserPrincipalName, UserId, ResultType",
)
ENDS = (
    "",
    "| summarize count() by UserId",
    "| summarize n = count() by UserPrincipalName | where n > 0",
    "| count | where Count >= 1",
    "| take 100",
)


@st.composite
def rows_of_logs(draw: st.DrawFn) -> RowOfLog:
    """A sign-in of somebody."""
    who = draw(st.integers(0, len(NAMES) - 1))
    return {"UserPrincipalName": NAMES[who], "UserId": IDS[who], "ResultType": draw(st.sampled_from(RESULTS))}


@settings(max_examples=300, deadline=None)
@given(
    st.lists(CONDITIONS, min_size=1, max_size=3),
    st.lists(st.sampled_from(HARMLESS), min_size=3, max_size=3),
    st.sampled_from(ENDS),
    st.lists(rows_of_logs(), max_size=5),
    st.integers(0, len(NAMES) - 1),
)
def test_agrees_with_a_naive_evaluation(
    conditions: list[Naive], between: list[str], end: str, others: list[RowOfLog], who: int
) -> None:
    steps = [f"{step} | where {condition.text}" for step, condition in zip(between, conditions, strict=False)]
    query = log_query(f"SigninLogs {' '.join(steps)} {end}")
    mine = {"UserPrincipalName": NAMES[who], "UserId": IDS[who], "ResultType": "0"}
    is_selected = all(condition.holds(mine) for condition in conditions)
    answer = query.selects(Account(IDS[who], NAMES[who], None), FIVE).answer
    assert answer is (Answer.YES if is_selected else Answer.NO), query.text
    if answer is Answer.YES:
        assert any(all(condition.holds(row) for condition in conditions) for row in [*others, mine])


PIECES = """
SigninLogs | where extend summarize by count ( ) [ ] { } , ; let = == =~ != ! in ~ has "a" 'b' @"c" ``` // 5m 1d 12 .
.. + - * / and or not( ago( dynamic([ union join kind materialize( project-away project distinct take top parse with
UserPrincipalName UserId ResultType "orchid@contoso.com" $left : datatable(a:string) matches regex between
\u00e9 \u0130 \\ " ' #
"""


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES.split()), max_size=40).map(" ".join)))
def test_no_text_raises(text: str) -> None:
    found = log_query(text).selects(Account("id", "Orchid@contoso.com", "Orchid"), FIVE)
    assert bool(found.reason) is (found.answer is not Answer.YES)
