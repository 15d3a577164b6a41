"""Single conditions of a rule as functions of a value: true, false, or None where it cannot be told."""

from __future__ import annotations

from datetime import datetime

from scanner.errors import NotCollected
from scanner.tenant.dynamic_rule.check import subject
from scanner.tenant.dynamic_rule.column import Test
from scanner.tenant.dynamic_rule.columns import Plan
from scanner.tenant.dynamic_rule.compare import (
    any_of,
    date_holds,
    flag_holds,
    opposite,
    text_test,
    version_holds,
)
from scanner.tenant.dynamic_rule.properties import PLAN_ATTRIBUTES, Property, Type
from scanner.tenant.dynamic_rule.syntax import And, Comparison, Node, Not, Operator, Or, Quantified

_ATTRIBUTES = {name.lower(): name for name in PLAN_ATTRIBUTES}


def value_test(found: Property, node: Comparison, now: datetime | None) -> Test:
    """The comparison as a function of the property's value; ``now`` is the time of the snapshot, if it has one."""
    operator, value = node.operator, node.value
    if found.type is Type.BOOLEAN:
        return lambda flag: flag_holds(flag, operator, value)
    if found.type is Type.DATE:
        return lambda date: date_holds(date, operator, value, now)
    if found.type is Type.VERSION:
        return lambda version: version_holds(version, operator, value)
    test = text_test(operator, value)
    return _agreed(test, found.absent) if found.absent else test


def _agreed(test: Test, absent: str) -> Test:
    """The test where null may be read as the text ``absent``: told of null where both come to the same."""
    of_null = test(None) if test(None) is test(absent) else None
    return lambda value: of_null if value is None else test(value)


def item_test(body: Node) -> Test:
    """The condition on one item of a list, a text or a service plan."""
    match body:
        case Not(part):
            inner = item_test(part)
            return lambda item: opposite(inner(item))
        case And(parts):
            every = [item_test(part) for part in parts]
            return lambda item: opposite(any_of({opposite(test(item)) for test in every}))
        case Or(parts):
            each = [item_test(part) for part in parts]
            return lambda item: any_of({test(item) for test in each})
        case Comparison(name, operator, value):
            attribute = _ATTRIBUTES.get(subject(name)[1].lower(), "")
            test = text_test(operator, value)
            return lambda item: test(_attribute(item, attribute))
        case _:
            raise LookupError("the rule was not checked")


def _attribute(item: str | Plan, name: str) -> str | None:
    """What ``assignedPlan.service`` or ``_`` stands for, or the list itself where it is compared without -any."""
    if isinstance(item, str):
        return item
    found: str | None = getattr(item, name)
    return found


def doubt(found: Property, node: Comparison | Quantified, absent: bool) -> NotCollected:
    """Why it cannot be told of a value, or where there is none."""
    if isinstance(node, Comparison) and node.operator in (Operator.MATCH, Operator.NOT_MATCH) and not absent:
        return NotCollected("groups", f"the regular expression for {found.name} is one that only .NET can run")
    what = f"no value in {found.name}" if absent else f"some values in {found.name}"
    how = f"-{node.operator}" if isinstance(node, Comparison) else "its condition"
    return NotCollected("groups", f"Microsoft does not document what {how} makes of {what}")
