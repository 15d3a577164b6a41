"""Comparisons of texts, without regard to letter case."""

from __future__ import annotations

import pytest

from scanner.tenant.dynamic_rule.compare import holds
from scanner.tenant.dynamic_rule.syntax import Bare, Now, Operator, Value


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        (Operator.EQ, "enabled", True),
        (Operator.EQ, "Suspended", False),
        (Operator.EQ, None, False),
        (Operator.EQ, True, False),
        (Operator.EQ, Bare("ENABLED"), True),
        (Operator.EQ, Now(), False),
        (Operator.NE, "ENABLED", False),
        (Operator.NE, None, True),
        (Operator.STARTS_WITH, "en", True),
        (Operator.NOT_STARTS_WITH, "en", False),
        (Operator.ENDS_WITH, "BLED", True),
        (Operator.NOT_ENDS_WITH, "x", True),
        (Operator.CONTAINS, "nab", True),
        (Operator.NOT_CONTAINS, "nab", False),
        (Operator.IN, ("x", "enabled"), True),
        (Operator.IN, ("x", None), False),
        (Operator.NOT_IN, ("x",), True),
        (Operator.MATCH, "^e", True),
        (Operator.MATCH, "able", True),
        (Operator.NOT_MATCH, "^able", True),
        (Operator.MATCH, r"^(E)\1", None),
        (Operator.GE, "A", None),
        (Operator.CONTAINS, None, None),
        (Operator.CONTAINS, "", True),
        (Operator.NOT_CONTAINS, Bare("1"), True),
    ],
)
def test_a_text_is_compared_as_the_page_says_or_not_at_all(
    operator: Operator, value: Value, expected: bool | None
) -> None:
    assert holds("Enabled", operator, value) is expected


def test_a_boolean_is_compared_with_its_name() -> None:
    assert holds("true", Operator.EQ, True) is True
