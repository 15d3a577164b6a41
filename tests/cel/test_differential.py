"""Random expressions on random records give what Google's runtime gives, and fail where it fails."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scanner.cel.compile import Bindings
from scanner.cel.tree import decode
from scanner.cel.values import Value
from tests.cel.expressions import TEMPLATES, expressions, users
from tests.cel.records import RECORD, environment, message, tree_of
from tests.cel.ways import Failed, evaluate_tree, same

_CONSTANTS = {"now": datetime(2026, 11, 1, tzinfo=UTC), "domain": "contoso.com"}

_KINDS = ("bool", "string", "int", "uint", "double", "bytes", "time", "duration", "texts", "ints")


def _plain(value: Any) -> Value:
    """A value of the runtime as one of ours; unsigned integers are plain ones there."""
    if isinstance(value, bytearray):
        return bytes(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _signed(value: Value) -> Value:
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


@given(
    st.sampled_from(["bool", *_KINDS]).flatmap(lambda kind: expressions(kind, 4)),
    st.lists(users, min_size=1, max_size=3),
)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_way_gives_what_the_runtime_gives(source: str, records: list[Value]) -> None:
    try:
        expression = environment(RECORD).compile(source)
    except RuntimeError:
        assume(False)
    tree = decode(expression.serialize())
    for record in records:
        ours = evaluate_tree(tree, source, (record,), ("user",), Bindings(constants=_CONSTANTS))
        theirs = expression.eval(data={"user": message(record), **_CONSTANTS})
        if theirs.type().name() == "ERROR":
            assert isinstance(ours, Failed), f"the runtime fails with {theirs.plain_value()}"
        else:
            assert same(_signed(ours), _plain(theirs.plain_value()))


@pytest.mark.parametrize(("kind", "form"), [(kind, form) for kind, forms in TEMPLATES.items() for form in forms])
def test_every_form_of_random_expressions_is_valid(kind: str, form: str) -> None:
    source = re.sub(r"<v:\w+>", "v", form)
    while (filled := re.sub(r"<(\w+)>", lambda hole: f"({TEMPLATES[hole[1]][0]})", source)) != source:
        source = filled
    assert tree_of(source).root
