"""What rules mean for service plans, against users made up and evaluated one by one."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.tenant.dynamic_rule.parser import parse
from scanner.tenant.dynamic_rule.plans import STATES, named_plans, selected_plans, unsatisfiable
from scanner.tenant.dynamic_rule.syntax import And, Comparison, Node, Not, Operator, Or, Quantified

A = "aaaaaaaa-0000-4000-8000-00000000000a"
B = "bbbbbbbb-0000-4000-8000-00000000000b"


def has(plan: str, *more: str) -> str:
    """A user has the plan, and further conditions on it."""
    conditions = [f'assignedPlan.servicePlanId -eq "{plan}"', *more]
    return f"user.assignedPlans -any ({' -and '.join(conditions)})"


ON = 'assignedPlan.capabilityStatus -eq "Enabled"'


@pytest.mark.parametrize(
    ("rule", "plans"),
    [
        (has(A, ON), [(A, True)]),
        (has(A.upper(), ON.lower()), [(A, True)]),
        (has(A), [(A, False)]),
        (has(A, 'assignedPlan.capabilityStatus -ne "Deleted"'), [(A, False)]),
        (has(A, 'assignedPlan.capabilityStatus -in ["Enabled"]'), [(A, True)]),
        (has(A, 'assignedPlan.capabilityStatus -in ["Enabled", "Warning"]'), [(A, False)]),
        (has(A, '-not (assignedPlan.capabilityStatus -ne "Enabled")'), [(A, True)]),
        (has(A, 'assignedPlan.capabilityStatus -startsWith "Ena"'), [(A, True)]),
        (has(A, 'assignedPlan.capabilityStatus -match "^Enabled$"'), [(A, True)]),
        (has(A, 'assignedPlan.capabilityStatus -eq "Suspended"'), []),
        (has(A, 'assignedPlan.service -eq "SCO"', ON), [(A, True)]),
        (f'user.assignedPlans -any (_.servicePlanId -eq "{A}" -and _.capabilityStatus -eq "Enabled")', [(A, True)]),
        (f'USER.assignedplans -any (assignedPlan.serviceplanid -eq "{A}" -and {ON})', [(A, True)]),
        (f"{has(A, ON)} -or {has(B, ON)}", [(A, True), (B, True)]),
        (f"{has(A, ON)} -or {has(B)}", [(A, True), (B, False)]),
        (f"{has(A, ON)} -and {has(B, ON)}", []),
        (f"({has(A)}) -and (user.assignedPlans -any ({ON}))", [(A, False)]),
        (f"({has(A)}) -and (user.assignedPlans -all ({ON}))", [(A, True)]),
        (f'({has(A, ON)}) -and (user.assignedPlans -any (assignedPlan.service -eq "SCO"))', [(A, True)]),
        (f'({has(A)}) -and (user.assignedPlans -any (assignedPlan.servicePlanId -ne "{A}"))', [(A, False)]),
        (f"user.accountEnabled -eq true -and ({has(A, ON)})", [(A, True)]),
        (f'user.department -eq "IT" -or {has(A, ON)}', [(A, True)]),
        (f"-not ({has(A, ON)})", []),
        (f'user.assignedPlans -any (assignedPlan.servicePlanId -in ["{A}", "{B}"] -and {ON})', [(A, True), (B, True)]),
        (
            f'user.assignedPlans -any ((assignedPlan.servicePlanId -eq "{A}" -or assignedPlan.servicePlanId -eq "{B}")'
            f" -and {ON})",
            [(A, True), (B, True)],
        ),
        (f'user.assignedPlans -all (assignedPlan.servicePlanId -eq "{A}")', []),
        (f'user.assignedPlans -any (assignedPlan.servicePlanId -ne "{A}")', []),
        (f'user.assignedPlans -any (assignedPlan.servicePlanId -contains "{A}" -and {ON})', [(A, True)]),
        ('user.assignedPlans -any (assignedPlan.servicePlanId -startsWith "aaaa")', []),
        (
            'user.assignedPlans -any (assignedPlan.service -eq "SCO" -and assignedPlan.capabilityStatus -eq "Enabled")',
            [],
        ),
        ("user.objectId -ne null", []),
        (f'user.memberOf -any (group.objectId -in ["{A}"])', []),
        (f'Direct Reports for "{A}"', []),
        (has(A, f'assignedPlan.servicePlanId -eq "{B}"', ON), []),
    ],
)
def test_the_plans_of_a_rule_are_those_that_make_a_user_a_member(rule: str, plans: list[tuple[str, bool]]) -> None:
    assert selected_plans(parse(rule)) == plans


@pytest.mark.parametrize(
    ("rule", "parts"),
    [
        (has(A, ON), []),
        (has(A, f'assignedPlan.servicePlanId -eq "{B}"'), [has(A, f'assignedPlan.servicePlanId -eq "{B}"')]),
        (f"({has(A, ON)}) -or ({has(A, 'assignedPlan.servicePlanId -eq null')})",
         [has(A, "assignedPlan.servicePlanId -eq null")]),
        (has(A, f'-not (assignedPlan.servicePlanId -eq "{A}")'),
         [has(A, f'-not (assignedPlan.servicePlanId -eq "{A}")')]),
        (has(A, ON, 'assignedPlan.capabilityStatus -eq "Warning"'),
         [has(A, ON, 'assignedPlan.capabilityStatus -eq "Warning"')]),
        (f"-not ({has(A, 'assignedPlan.servicePlanId -eq null')})", [has(A, "assignedPlan.servicePlanId -eq null")]),
        (f'user.assignedPlans -any (assignedPlan.servicePlanId -ne "{A}")', []),
        ('user.assignedPlans -any (assignedPlan.servicePlanId -match "^a")', []),
        ('user.assignedPlans -any (assignedPlan.capabilityStatus -eq "AStateOfTheFuture")', []),
        ("user.assignedPlans -all (assignedPlan.servicePlanId -eq null)", []),
        ('user.proxyAddresses -any (_ -eq "a" -and _ -eq "b")', []),
    ],
)  # fmt: skip
def test_conditions_that_no_plan_can_meet_are_said(rule: str, parts: list[str]) -> None:
    assert [rule[one.start : one.end] for one in unsatisfiable(parse(rule))] == parts


def test_long_conditions_are_judged_quickly() -> None:
    each = " -or ".join(f'assignedPlan.service -eq "{number}"' for number in range(80))
    assert selected_plans(parse(has(A, ON, f"({each})"))) == [(A, True)]


FREE = ("user.a", "user.b", "user.c")
OTHER = "cccccccc-0000-4000-8000-00000000000c"
BESIDE: list[list[tuple[str, str]]] = [[], *([(OTHER, state)] for state in STATES)]
"""Plans that a user may have beside the one that is asked about."""


def joined(leaves: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Nodes made of leaves with and, or and not."""
    return st.recursive(
        leaves,
        lambda inner: (
            st.builds(Not, inner)
            | st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple))
            | st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple))
        ),
        max_leaves=5,
    )


BODIES = joined(
    st.builds(
        Comparison,
        st.sampled_from(["assignedPlan.servicePlanId", "assignedPlan.capabilityStatus"]),
        st.sampled_from([Operator.EQ, Operator.NE]),
        st.sampled_from([A, B, *STATES[:3]]),
    )
)
"""Conditions on one service plan."""

PLAN_CONDITIONS = joined(
    st.builds(Quantified, st.just("user.assignedPlans"), st.booleans(), BODIES, st.just(0), st.just(0))
)


@st.composite
def rules(draw: st.DrawFn) -> Node:
    """Rules over plans and other properties, in which no other property stands twice."""
    node = draw(PLAN_CONDITIONS)
    for name in FREE[: draw(st.integers(0, 3))]:
        other = Comparison(name, Operator.EQ, "x")
        shapes: list[Node] = [And((node, other)), Or((node, other)), And((node, Not(other)))]
        node = draw(st.sampled_from(shapes))
    return node


def evaluate(node: Node, plans: list[tuple[str, str]], true: set[str]) -> bool:
    """A rule on one user, word by word."""
    match node:
        case Not(part):
            return not evaluate(part, plans, true)
        case And(parts):
            return all(evaluate(part, plans, true) for part in parts)
        case Or(parts):
            return any(evaluate(part, plans, true) for part in parts)
        case Quantified(_, every, body):
            items = [evaluate(body, [plan], true) for plan in plans]
            return all(items) if every else any(items)
        case Comparison(name, operator, value):
            if name in FREE:
                return name in true
            actual = plans[0][0 if name.endswith("Id") else 1]
            return (actual == value) is (operator is Operator.EQ)
        case _:
            raise AssertionError(node)


@settings(deadline=None)
@given(rules())
def test_selected_plans_agree_with_users_evaluated_one_by_one(rule: Node) -> None:
    others = [
        {name for name, chosen in zip(FREE, choice, strict=True) if chosen}
        for choice in product([False, True], repeat=len(FREE))
    ]
    expected = []
    for plan in sorted(named_plans(rule)):
        gained = [
            (plans, true)
            for plans, true in product(BESIDE, others)
            if evaluate(rule, [(plan, "Enabled"), *plans], true) and not evaluate(rule, plans, true)
        ]
        if gained:
            lax = any(evaluate(rule, [(plan, state), *plans], true) for plans, true in gained for state in STATES[1:])
            expected.append((plan, not lax))
    assert selected_plans(rule) == expected
