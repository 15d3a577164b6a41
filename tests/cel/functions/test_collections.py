"""Tests of ``scanner.cel.functions.collections``."""

from __future__ import annotations

import pytest

from scanner.cel.values import Uint, Value
from tests.cel.records import Address, Role, User
from tests.cel.ways import Failed, evaluate

_ZEROS = ("0", "0u", "0.0", "-0.0", "''", "b''", "false", "null", "[]", "{}", "timestamp(0)", "duration('0')")

_ANY = (("x", "dyn"),)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("[1, 2][1]", 2),
        ("[1, 2][dyn(1u)]", 2),
        ("[1, 2][dyn(1.0)]", 2),
        ("{'a': 1}['a']", 1),
        ("{'a': 1}.a", 1),
        ("{1: 'x'}[dyn(1.0)]", "x"),
        ("{1: 'x'}[dyn(1u)]", "x"),
        ("{true: 'x', dyn(1): 'y'}[true]", "x"),
        ("{true: 'x', dyn(1): 'y'}[dyn(1)]", "y"),
        ("{true: 1}.map(k, k)", [True]),
        ("{'b': 1, 'a': 2}.map(k, k)", ["b", "a"]),
        ("size('é🐱')", 2),
        ("size(b'abc')", 3),
        ("size([1, 2])", 2),
        ("{'a': 1}.size()", 1),
        ("has({'a': 1}.a)", True),
        ("has({'a': 1}.b)", False),
        ("[?optional.of(1), 2, ?optional.none()]", [1, 2]),
        ("{?'a': optional.of(1), ?'b': optional.none(), 'c': 3}", {"a": 1, "c": 3}),
        ("[1, 2][?0].value()", 1),
        ("[1, 2][?2].hasValue()", False),
        ("[1, 2][?-1].hasValue()", False),
        ("{'a': 1}[?'a'].value()", 1),
        ("{'a': 1}[?'b'].hasValue()", False),
        ("{'a': 1}[?dyn(b'a')].hasValue()", False),
        ("{'a': {'b': 1}}.?a.?b.value()", 1),
        ("{'a': {'b': 1}}.?a.b.value()", 1),
        ("{'a': {'b': 1}}.?x.?b.hasValue()", False),
        ("optional.of([1, 2])[1].value()", 2),
        ("optional.of([1, 2])[?5].hasValue()", False),
        ("optional.of([1, 2])[5].hasValue()", False),
        ("optional.none()[?0].hasValue()", False),
        ("has({'a': {'b': 1}}.?a.b)", True),
        ("has({'a': {'b': 1}}.?a.c)", False),
        ("has({'a': {'b': 1}}.?x.b)", False),
        ("optional.of(1).or(optional.of(2)).value()", 1),
        ("optional.none().or(optional.of(2)).value()", 2),
        ("optional.of(1).orValue(2)", 1),
        ("optional.none().orValue(2)", 2),
        ("optional.of(1).orValue(1 / 0)", 1),
        ("optional.of(null).hasValue()", True),
        ("optional.of(20).optMap(x, x + 1).value()", 21),
        ("optional.none().optMap(x, x + 1).hasValue()", False),
        ("optional.of(20).optFlatMap(x, optional.none()).hasValue()", False),
        *(
            (f"optional.ofNonZeroValue({zero}).hasValue()", False)
            for zero in (
                "0",
                "0u",
                "0.0",
                "-0.0",
                "''",
                "b''",
                "false",
                "null",
                "[]",
                "{}",
                "timestamp(0)",
                "duration('0')",
            )
        ),
        ("optional.ofNonZeroValue(optional.none()).hasValue()", False),
        ("optional.ofNonZeroValue(int).hasValue()", True),
        ("optional.ofNonZeroValue(timestamp(1)).hasValue()", True),
        ("optional.ofNonZeroValue('a').value()", "a"),
    ],
)
def test_collection_gives(source: str, value: Value) -> None:
    assert evaluate(source) == value


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("[1, 2][2]", "the list has no element 2: it has 2"),
        ("[1, 2][-1]", "the list has no element -1: it has 2"),
        ("[1, 2][dyn(1.5)]", "a list has no element 1.5"),
        ("[1, 2][dyn('a')]", "`[]` is not defined for list, string"),
        ("[1, 2][dyn(true)]", "`[]` is not defined for list, bool"),
        ("dyn(1)[0]", "`[]` is not defined for int, int"),
        ("{'a': 1}['b']", "no such key: 'b'"),
        ("{'a': 1}.b", "no such key: 'b'"),
        ("{1: 1}[dyn(true)]", "no such key: True"),
        ("{1: 1}[dyn([1])]", "no such key: [1]"),
        ("{'a': 1, 'a': 2}", "the map has the key 'a' twice"),
        ("{dyn(1): 1, dyn(1u): 2}", "the map has the key 1u twice"),
        ("{dyn(1.5): 1}", "a value of type double cannot be the key of a map"),
        ("{dyn(null): 1}", "a value of type null cannot be the key of a map"),
        ("size(dyn(1))", "`size` is not defined for int"),
        ("dyn(1).a", "a list, a map or a record is needed, not int"),
        ("has(dyn(1).a)", "a list, a map or a record is needed, not int"),
        ("dyn(1).?a", "`?.` is not defined for int"),
        ("[1][?dyn('a')]", "`[?]` is not defined for list, string"),
        ("optional.none().value()", "the optional value is absent"),
        ("dyn(1).map(x, x)", "a list, a map or a record is needed, not int"),
        ("dyn(1).value()", "`value` is not defined for int"),
        ("dyn(1).orValue(2)", "`orValue` is not defined for int"),
        ("dyn(1).or(optional.of(1))", "`or` is not defined for int"),
    ],
)
def test_collection_fails_naming_the_reason(source: str, reason: str) -> None:
    outcome = evaluate(source)
    assert isinstance(outcome, Failed)
    assert reason in outcome.text


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("x.displayName", "Anna"),
        ("x.?displayName.value()", "Anna"),
        ("x.?logins.hasValue()", False),
        ("has(x.displayName)", True),
        ("has(x.logins)", False),
        ("x.address.city", "Bonn"),
        ("optional.ofNonZeroValue(x).hasValue()", True),
        ("optional.ofNonZeroValue(x.roles[0]).hasValue()", False),
    ],
)
def test_a_record_of_which_the_type_is_not_known_before_is_read_by_name(source: str, value: Value) -> None:
    user = User(displayName="Anna", address=Address(city="Bonn"), roles=[Role()])
    assert evaluate(source, user, variables=_ANY) == value


def test_a_property_that_was_not_loaded_is_an_error() -> None:
    outcome = evaluate("x.shoeSize == null", User(), variables=_ANY)
    assert outcome == Failed(
        "`x.shoeSize`: the record was loaded without its property 'shoeSize'; do not read it through dyn()."
    )


def test_unsigned_keys_and_values_stay_unsigned() -> None:
    outcome = evaluate("{1u: 2u}.map(k, k)")
    assert outcome == [Uint(1)]
    assert isinstance(outcome[0], Uint)
