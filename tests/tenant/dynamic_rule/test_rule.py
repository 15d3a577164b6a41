"""The fact ``group.rule``."""

from __future__ import annotations

import pytest

from scanner.tenant.dynamic_rule.rule import read_rule
from tests.tenant.sample import group, lacking, tenant_of, value

PLAN = "3efff3fe-528a-4fc5-b1ba-845802cc764f"
RULE = (
    f'(user.assignedPlans -any (assignedPlan.servicePlanId -eq "{PLAN}" -and '
    'assignedPlan.capabilityStatus -eq "Enabled"))'
)
FACT = "group.rule"


def test_a_rule_says_its_plans() -> None:
    rule = value(tenant_of(groups=[group("g", membershipRule=RULE)]), FACT, "g")
    assert rule.error is None
    assert [(plan.servicePlanId, plan.requiresEnabled) for plan in rule.plans] == [(PLAN, True)]
    assert rule.unsatisfiable == []


def test_a_wrong_rule_says_where() -> None:
    rule = value(tenant_of(groups=[group("g", membershipRule="user.city -is 1")]), FACT, "g")
    assert rule.error.startswith("column 11: expected an operator")
    assert (rule.plans, rule.unsatisfiable) == ([], [])


def test_a_condition_for_two_plans_at_once_selects_nobody_and_is_said() -> None:
    both = f'user.assignedPlans -any (_.servicePlanId -eq "{PLAN}" -and _.servicePlanId -eq "{PLAN[:-1]}0")'
    rule = value(tenant_of(groups=[group("g", membershipRule=f"({both})")]), FACT, "g")
    assert (rule.plans, rule.unsatisfiable) == ([], [both])


def test_a_group_without_a_rule_has_none() -> None:
    tenant = tenant_of(groups=[group("g", membershipRule=None), group("h", membershipRule="")])
    assert [value(tenant, FACT, key) for key in ("g", "h", "gone")] == [None, None, None]


def test_rules_are_unknown_without_groups() -> None:
    assert lacking(tenant_of(), FACT, "g") == "groups"


@pytest.mark.parametrize(
    ("rule", "others"),
    [
        (RULE, False),
        (f'{RULE} -and (user.country -eq "NL")', False),
        (f'{RULE} -or (user.country -eq "NL")', True),
        (f'(user.country -eq "NL") -and -not {RULE}', True),
        (f'{RULE} -or (user.assignedPlans -any (_.capabilityStatus -eq "Enabled"))', True),
        (f'{RULE} -or (user.assignedPlans -any (_.servicePlanId -startsWith "3ef"))', True),
        (f'{RULE} -and (user.assignedPlans -all (_.capabilityStatus -eq "Enabled"))', False),
        ('user.assignedPlans -all (_.capabilityStatus -eq "Enabled")', True),
        ('user.memberof -any (group.objectId -in ["x"])', True),
        ('Direct Reports for "62e19b97-8b3d-4d4a-a106-4ce66896a863"', True),
    ],
)
def test_a_rule_says_whether_it_selects_users_without_its_plans(rule: str, others: bool) -> None:
    assert value(tenant_of(groups=[group("g", membershipRule=rule)]), FACT, "g").selectsOthers is others


def test_a_rule_says_what_it_reads_and_what_it_selects() -> None:
    rule = read_rule(
        'user.EMPLOYEEHIREDATE -ge 2025-01-01 -and (user.otherMails -any (_ -eq "x")) -or user.city -eq "y"'
    )
    assert (rule.selects, rule.properties, rule.groups) == ("user", ["city", "employeeHireDate", "otherMails"], [])
    assert read_rule('device.deviceModel -eq "x"').selects == "device"
    of_groups = read_rule("user.memberof -any (group.objectId -in ['B', 'a'])")
    assert (of_groups.properties, of_groups.groups) == (["memberOf"], ["a", "b"])
    assert (read_rule('Direct Reports for "x"').selects, read_rule('Direct Reports for "x"').properties) == ("user", [])


def test_a_property_that_does_not_exist_is_a_mistake_with_a_column() -> None:
    rule = read_rule('user.city -eq "x" and user.departmint -eq "y"')
    assert (
        rule.error == "column 23: user.departmint is not a property that rules can read; did you mean user.department?"
    )
    assert (rule.errorColumn, rule.selects) == (23, None)
