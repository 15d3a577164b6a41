"""Tests of ``scanner.cel.functions.comparisons``."""

from __future__ import annotations

import pytest

from tests.cel.records import Role, User
from tests.cel.ways import Failed, evaluate


@pytest.mark.parametrize(
    "source",
    [
        *("1 == 1", "1 != 2", "1u == 1u", "1.5 == 1.5", "'a' == 'a'", "b'a' == b'a'", "true == true", "null == null"),
        *("timestamp(0) == timestamp('1970-01-01T00:00:00Z')", "duration('60m') == duration('1h')"),
        *("dyn(1) == 1u", "dyn(1) == 1.0", "dyn(1u) == 1.0", "dyn(1.0) == 1", "dyn(1.0) == 1u", "dyn(1u) == 1"),
        *("dyn(true) != 1", "dyn(1) != true", "dyn('1') != 1", "dyn(null) != 0", "dyn([]) != null", "dyn('a') != b'a'"),
        *("double('NaN') != double('NaN')", "[double('NaN')] != [double('NaN')]", "0.0 == -0.0"),
        *(
            "{'a': double('NaN')} != {'a': double('NaN')}",
            "[1, [2]] == [1, [2]]".replace("1, [2]", "[1], [2]"),
        ),
        *("[1, 2] != [2, 1]", "[1] != [1, 2]", "dyn([1]) == [1.0]", "dyn([1, 'a']) == dyn([1u, 'a'])", "[] == []"),
        *("{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", "{'a': 1} != {'b': 1}", "{'a': 1} != {'a': 2}", "{1: 'x'} != {}"),
        *("dyn({1: 2}) == {1u: 2}", "dyn({true: 1}) != dyn({1: 1})", "type(1) == int", "type(1) != dyn(type('a'))"),
        *(
            "optional.of(1) == optional.of(1)",
            "optional.of(1) != optional.none()",
            "optional.none() == optional.none()",
        ),
        *("dyn(9223372036854775807) == 9223372036854775808.0", "dyn(9223372036854775808.0) == 9223372036854775807"),
        *("1 < 2", "2 <= 2", "3 > 2", "2 >= 2", "1u < 2u", "1.0 < 1.5", "'a' < 'b'", "'Z' < 'a'", "b'a' < b'b'"),
        *("false < true", "timestamp(0) < timestamp(1)", "duration('1s') >= duration('1s')", "'é' < '🐱'"),
        *("dyn(1) < 2u", "dyn(1) < 1.5", "dyn(1.5) < 2", "dyn(1u) < 1.5", "dyn(-1) < 0u", "dyn(1.0) >= 1u"),
        *("!(dyn(9223372036854775807) < 9223372036854775808.0)", "!(1.0 < double('NaN'))", "!(1.0 >= double('NaN'))"),
        *(
            "1 in [1, 2]",
            "!(3 in [1, 2])",
            "'a' in ['a']",
            "dyn(1) in [1.0]",
            "!(dyn(true) in dyn([1]))",
            "1.0 in [1.0]",
        ),
        *("!(double('NaN') in [double('NaN')])", "[1] in [[1], [2]]", "'a' in {'a': 1}", "!('b' in {'a': 1})"),
        *(
            "true in {true: 1}",
            "!(dyn(true) in {1: 1})",
            "!(dyn(1) in {true: 1})",
            "dyn(1.0) in {1: 1}",
            "1u in {1u: 1}",
        ),
        *("!(1 in [])", "!('a' in {})", "timestamp(0) in [timestamp(0)]"),
    ],
)
def test_comparison_holds(source: str) -> None:
    assert evaluate(source) is True


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("dyn(1) < dyn('a')", "`<` is not defined for int, string"),
        ("dyn(true) < dyn(1)", "`<` is not defined for bool, int"),
        ("dyn([1]) < dyn([2])", "`<` is not defined for list, list"),
        ("dyn(b'') < dyn(duration('1s'))", "`<` is not defined for bytes, duration"),
        ("1 in dyn(2)", "`in` is not defined for int, int"),
        ("dyn([1]) in dyn({})", "`in` is not defined for list, map"),
    ],
)
def test_comparison_of_types_that_do_not_go_together_fails(source: str, reason: str) -> None:
    outcome = evaluate(source)
    assert isinstance(outcome, Failed)
    assert reason in outcome.text


@pytest.mark.parametrize(
    "source",
    [
        *(
            "user.roles[0] == user.roles[1]",
            "user.roles == user.roles",
            "user in user.reports",
            "dyn(user) != dyn(user)",
        ),
        *("user.manager == user",),
    ],
)
def test_records_cannot_be_compared(source: str) -> None:
    """Only what was loaded of them could be compared, so that different records would look the same."""
    user = User(id="1", roles=[Role(), Role()], reports=[User()], manager=User(id="2"))
    outcome = evaluate(source, user)
    assert isinstance(outcome, Failed)
    assert "whole records cannot be compared" in outcome.text
