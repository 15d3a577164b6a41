"""Which service plans a rule selects users by, found by asking what it makes of users with and without the plan.

A rule is evaluated on users who have one service plan, in each state it can be in, and on one without it; all of them
have no plan beside it, or one that the rule does not name: an -any for the id and another one for the state can each be
met by another plan. What the rule says of other properties may be true or false, so the result for each part is the set
of its possible truth values: one bit for each of these users. Equal conditions in two places are taken for independent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from functools import reduce
from itertools import product
from typing import TypeVar

from scanner.tenant.dynamic_rule.compare import holds
from scanner.tenant.dynamic_rule.syntax import And, Comparison, Node, Not, Operator, Or, Quantified

V = TypeVar("V", bool, int)

STATES = ("Enabled", "Warning", "Suspended", "Deleted", "LockedOut")
"""Values of ``capabilityStatus``: https://learn.microsoft.com/graph/api/resources/assignedplan"""

_ENABLED = 1
_NO_PLAN = 1 << len(STATES)
_OTHER_STATES = _NO_PLAN - 1 - _ENABLED
_EVERYBODY = _NO_PLAN * 2 - 1
_BESIDE = (None, *STATES)
"""The state of the plan that they all have beside it; None: they have none."""
_EITHER = frozenset({0, _EVERYBODY})
"""What another property says is the same for all these users, and either true or false."""

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_PLANS = "user.assignedplans"
_PLAN_ID = "serviceplanid"
_STATUS = "capabilitystatus"


def selected_plans(rule: Node) -> list[tuple[str, bool]]:
    """The plans the rule names by which a user can become a member, sorted by id.

    Each with whether it must be enabled: no user with the plan in another state is selected for having it.
    """
    found: list[tuple[str, bool]] = []
    for plan in sorted(named_plans(rule)):
        possible = (users for beside in _BESIDE for users in _possible(rule, plan, beside))
        outcomes = [users for users in possible if users & _ENABLED and not users & _NO_PLAN]
        if outcomes:
            found.append((plan, not any(users & _OTHER_STATES for users in outcomes)))
    return found


def selects_others(rule: Node) -> bool:
    """Whether a user without any of the plans that the rule names can become a member."""
    return any(users for beside in _BESIDE for users in _possible(rule, None, beside))


def named_plans(rule: Node) -> frozenset[str]:
    """Ids of the service plans that stand in the rule, in lower case; parts of ids and patterns are none."""
    texts = (text for one in _plan_conditions(rule) for text in _texts(one.body, _PLAN_ID))
    return frozenset(text for text in texts if _ID.fullmatch(text))


def unsatisfiable(rule: Node) -> Iterator[Quantified]:
    """The ``-any`` conditions that no service plan can meet, such as those that ask one plan for two ids."""
    for one in _plan_conditions(rule):
        if not one.every and not _can_hold(one.body):
            yield one


def _possible(node: Node, plan: str | None, beside: str | None) -> Set[int]:
    """The possible truth values of a part of a rule; the plan None is one that the rule does not name."""
    match node:
        case Not(part):
            return {users ^ _EVERYBODY for users in _possible(part, plan, beside)}
        case And(parts):
            return reduce(_both, (_possible(part, plan, beside) for part in parts))
        case Or(parts):
            return reduce(_one, (_possible(part, plan, beside) for part in parts))
        case Quantified() if _is_about_plans(node):
            return _possible_items(node, plan, beside)
        case _:
            return _EITHER


def _possible_items(node: Quantified, plan: str | None, beside: str | None) -> Set[int]:
    """The same for an ``-any`` or ``-all``."""
    each = [[bool(value) for value in _item_values(node.body, plan, state)] for state in STATES]
    of_plan = {sum(value << bit for bit, value in enumerate(values)) for values in product(*each)}
    if node.every:
        of_plan = {users | _NO_PLAN for users in of_plan}
    if beside is None:
        return of_plan
    of_other = {_EVERYBODY if value else 0 for value in _item_values(node.body, None, beside)}
    return (_both if node.every else _one)(of_plan, of_other)


def _item_values(body: Node, plan: str | None, state: str | None) -> Set[bool]:
    """What a condition can say of one service plan; None is an id or state that the rule does not name."""
    match body:
        case Not(part):
            return {not value for value in _item_values(part, plan, state)}
        case And(parts):
            return reduce(_both, (_item_values(part, plan, state) for part in parts))
        case Or(parts):
            return reduce(_one, (_item_values(part, plan, state) for part in parts))
        case Comparison(subject) if _attribute(subject) in (_PLAN_ID, _STATUS):
            known = _compare(body, plan if _attribute(subject) == _PLAN_ID else state)
            return {True, False} if known is None else {known}
        case _:
            return {True, False}


def _compare(condition: Comparison, actual: str | None) -> bool | None:
    if actual is not None:
        return holds(actual, condition.operator, condition.value)
    return {Operator.EQ: False, Operator.IN: False, Operator.NE: True, Operator.NOT_IN: True}.get(condition.operator)


def _can_hold(body: Node) -> bool:
    """Whether a condition is true of any service plan at all."""
    plans = {*_texts(body, _PLAN_ID), None}
    states = {*_texts(body, _STATUS), *STATES, None}
    return any(True in _item_values(body, plan, state) for plan, state in product(plans, states))


def _plan_conditions(node: Node) -> Iterator[Quantified]:
    match node:
        case Not(part):
            yield from _plan_conditions(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _plan_conditions(part)
        case Quantified() if _is_about_plans(node):
            yield node
        case _:
            return


def _texts(node: Node, attribute: str) -> Iterator[str]:
    """The texts that an attribute of a service plan is compared with, in lower case."""
    match node:
        case Not(part):
            yield from _texts(part, attribute)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _texts(part, attribute)
        case Comparison(subject, _, value) if _attribute(subject) == attribute:
            items = value if isinstance(value, tuple) else (value,)
            yield from (item.lower() for item in items if isinstance(item, str))
        case _:
            return


def _both(left: Set[V], right: Set[V]) -> Set[V]:
    return {one & other for one, other in product(left, right)}


def _one(left: Set[V], right: Set[V]) -> Set[V]:
    return {one | other for one, other in product(left, right)}


def _is_about_plans(node: Quantified) -> bool:
    return node.property.lower() == _PLANS


def _attribute(subject: str) -> str:
    """``assignedPlan.servicePlanId`` or ``_.servicePlanId`` → ``serviceplanid``."""
    return subject.rpartition(".")[2].lower()
