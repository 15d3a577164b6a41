"""Tests of ``scanner.cel.trace``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import assume, given, settings

from scanner.cel.compile import Bindings, compile_node
from scanner.cel.shown import shown
from scanner.cel.trace import MAX_PARTS, Part, trace
from scanner.cel.values import Value
from scanner.errors import CelError
from tests.cel.expressions import expressions, users
from tests.cel.records import Address, Role, User, tree_of
from tests.cel.ways import Failed, outcome

_CONSTANTS = {"now": datetime(2026, 11, 1, tzinfo=UTC), "domain": "contoso.com"}


def _trace(source: str, record: Value) -> Part:
    checked = SimpleNamespace(tree=tree_of(source), source=source)
    part = trace(checked, Bindings("user", constants=_CONSTANTS), record)
    json.dumps(asdict(part))
    return part


def _lines(part: Part, depth: int = 0) -> Iterator[tuple[int, str, object]]:
    yield depth, part.text, part.error or part.value
    for inner in part.parts:
        yield from _lines(inner, depth + 1)


def test_every_part_is_shown_with_its_value() -> None:
    user = User(displayName="Anna", createdDateTime=datetime(2026, 10, 1, tzinfo=UTC), address=Address(city="Bonn"))
    source = (
        "user.displayName.endsWith('@' + domain) && "
        "(user.createdDateTime > now - duration('720h')) && has(user.address.city)"
    )
    assert list(_lines(_trace(source, user))) == [
        (0, source, False),
        (1, "user.displayName.endsWith('@' + domain)", False),
        (2, "user.displayName", "Anna"),
        (2, "'@' + domain", "@contoso.com"),
        (3, "domain", "contoso.com"),
        (1, "user.createdDateTime > now - duration('720h')", False),
        (2, "user.createdDateTime", "2026-10-01T00:00:00Z"),
        (2, "now - duration('720h')", "2026-10-02T00:00:00Z"),
        (3, "now", "2026-11-01T00:00:00Z"),
        (1, "has(user.address.city)", True),
    ]


def test_a_macro_is_shown_with_its_range_and_its_body_for_each_element() -> None:
    part = _trace("user.roles.exists(r, r.level > 5)", User(roles=[Role(level=1), Role(level=9), Role()]))
    null = "`r.level` is null, where `>` needs a value. Test it with `!= null` first."
    assert list(_lines(part)) == [
        (0, "user.roles.exists(r, r.level > 5)", True),
        (1, "user.roles", [{"level": 1}, {"level": 9}, {}]),
        (1, "r.level > 5", False),
        (2, "r.level", 1),
        (1, "r.level > 5", True),
        (2, "r.level", 9),
        (1, "r.level > 5", null),
        (2, "r.level", None),
    ]
    assert [dict(inner.given) for inner in part.parts] == [{}, {"r": {"level": 1}}, {"r": {"level": 9}}, {"r": {}}]


def test_condition_and_value_of_map_are_both_shown() -> None:
    part = _trace("user.roles.map(r, r.level > 5, r.name)", User(roles=[Role(name="a", level=9)]))
    assert [inner.text for inner in part.parts] == ["user.roles", "r.level > 5", "r.name"]
    assert [inner.text for inner in _trace("user.mails.filter(m, m == 'a')", User(mails=["a"])).parts] == [
        "user.mails",
        "m == 'a'",
    ]


def test_a_range_that_cannot_be_had_has_no_elements() -> None:
    part = _trace("user.extra.exists(x, x == 1)", User())
    assert part.error
    assert [inner.text for inner in part.parts] == ["user.extra"]
    assert [inner.text for inner in _trace("user.extra.a.exists(x, x == 1)", User()).parts] == ["user.extra.a"]


def test_what_a_macro_of_optionals_expands_to_is_not_shown() -> None:
    source = "user.?displayName.optMap(n, n + '!').orValue('none')"
    assert list(_lines(_trace(source, User(displayName="Anna")))) == [
        (0, source, "Anna!"),
        (1, "user.?displayName.optMap(n, n + '!')", "Anna!"),
        (2, "user.?displayName", "Anna"),
        (2, "n + '!'", "Anna!"),
    ]
    assert [inner.text for inner in _trace(source, User()).parts[0].parts] == ["user.?displayName"]


def test_at_most_fifty_elements_are_shown() -> None:
    part = _trace("user.mails.all(m, m == 'a')", User(mails=["a"] * 60))
    assert len(part.parts) == 51


def test_the_number_of_parts_is_bounded() -> None:
    source = "user.counts.all(a, user.counts.all(b, user.counts.all(c, a + b + c == 0)))"
    assert len(list(_lines(_trace(source, User(counts=[0] * 50))))) <= MAX_PARTS + 1


def test_an_operand_that_did_not_matter_is_shown_too() -> None:
    part = _trace("user.displayName == 'Anna' || 1 / user.logins == 1", User(displayName="Anna", logins=0))
    assert part.value is True
    assert part.parts[1].error == "`1 / user.logins`: division by zero."


@given(expressions("bool", 3), users)
@settings(max_examples=60, deadline=None)
def test_each_part_outside_macros_gives_what_it_gives_by_itself(source: str, user: Value) -> None:
    try:
        tree_of(source)
    except RuntimeError:
        assume(False)
    pending = [_trace(source, user)]
    while pending:
        part = pending.pop()
        if part.given:
            continue
        pending.extend(part.parts)
        alone = _alone(part.text, user)
        assert part.error if isinstance(alone, Failed) else shown(alone) == part.value


def _alone(text: str, user: Value) -> Any:
    return outcome(compile_node(tree_of(text), text, Bindings(constants=_CONSTANTS), ("user",)), user)


def test_the_error_of_the_whole_is_that_of_its_evaluation() -> None:
    source = "user.accountEnabled && user.logins == 1"
    with pytest.raises(CelError) as caught:
        compile_node(tree_of(source), source, Bindings(), ("user",))(User(logins=1))
    assert _trace(source, User(logins=1)).error == str(caught.value)
