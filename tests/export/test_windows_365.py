"""The export of groups for Windows 365."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.errors import NotCollected
from scanner.export.windows_365 import WINDOWS_365
from scanner.snapshot import Snapshot
from scanner.tenant.tenant import Tenant
from tests.policies.conftest import DemoScan
from tests.tenant.sample import Json, group, members_of, refused, tenant_of, user

SMALL = "3efff3fe-528a-4fc5-b1ba-845802cc764f"
LARGE = "2de9c682-ca3f-4f2b-b360-dfc4775db133"
RULE = f'user.assignedPlans -any (_.servicePlanId -eq "{SMALL}" -and _.capabilityStatus -eq "Enabled")'
BOTH_AT_ONCE = f'user.assignedPlans -any (_.servicePlanId -eq "{SMALL}" -and _.servicePlanId -eq "{LARGE}")'


def content(**given: object) -> Json:
    sku = {
        "id": "s", "skuId": "s", "prepaidUnits": {"enabled": 1},
        "servicePlans": [{"servicePlanId": SMALL, "servicePlanName": "CPC_2", "provisioningStatus": "Success"}],
    }  # fmt: skip
    plan = {"servicePlanId": SMALL, "capabilityStatus": "Enabled"}
    return {
        "subscribedSkus": [sku],
        "users": [user("ann", assignedPlans=[plan]), user("bob", assignedPlans=[])],
        "groups": [dynamic(RULE)],
        "groupMembers": [members_of("g", ["ann"])],
        "cloudPcProvisioningPolicies": [
            {"id": "p", "displayName": "Staff", "assignments": [{"id": "a", "target": {"groupId": "g"}}]}
        ],
        **given,
    }


def dynamic(rule: str, state: str = "On") -> Json:
    return group(
        "g",
        groupTypes=["DynamicMembership"],
        membershipRule=rule,
        membershipRuleProcessingState=state,
        assignedLicenses=[],
    )


def rows(tenant: Tenant) -> tuple[list[Any], NotCollected | None]:
    """The rows, and what was missing after them."""
    found: list[Any] = []
    iterator = WINDOWS_365.rows(tenant)
    while True:
        try:
            found.append(next(iterator))
        except StopIteration:
            return found, None
        except NotCollected as lack:
            return found, lack


def test_a_right_group_has_no_problem() -> None:
    (row,), lack = rows(tenant_of(**content()))
    assert lack is None
    assert (row.group, row.groupId, row.provisioningPolicies, row.givesLicense) == ("G", "g", ["Staff"], False)
    assert (row.membership, row.processingState) == ("dynamic", "On")
    assert (row.planId, row.planName, row.isOwned, row.requiresEnabled) == (SMALL, "CPC_2", True, True)
    assert (row.members, row.selected, row.missing, row.surplus) == (1, 1, 0, 0)
    assert (row.problem, row.membershipRule) == (None, RULE)


@pytest.mark.parametrize(
    ("group_record", "problem"),
    [
        (dynamic(RULE, "Paused"), "processing is Paused"),
        (dynamic("user.assignedPlans -any ("), "the rule is wrong in column 26"),
        (dynamic('user.city -eq "Delft"'), "the rule selects by no plan; 1 too many"),
        (dynamic(f'{RULE} -or (user.displayName -eq "Bob")'), "the rule selects users without a plan too; 1 missing"),
        (dynamic(RULE.replace("-eq \"Enabled\"", "-ne null")), "the rule does not ask for Enabled"),
        (dynamic(RULE.replace(SMALL, LARGE)), "the plan is no Cloud PC plan of this tenant; 1 too many"),
        (dynamic(BOTH_AT_ONCE), "a condition asks one plan for what no plan can be; 1 too many"),
        (group("g", groupTypes=[], assignedLicenses=[]), "members are chosen by hand"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_words(group_record: Json, problem: str) -> None:
    (row,), lack = rows(tenant_of(**content(groups=[group_record])))
    assert lack is None
    assert row.problem.startswith(problem)


def test_each_plan_has_a_row() -> None:
    both = f"{RULE} -or ({RULE.replace(SMALL, LARGE)})"
    found, _ = rows(tenant_of(**content(groups=[dynamic(both)])))
    assert [(row.planId, row.isOwned) for row in found] == [(LARGE, False), (SMALL, True)]


def test_a_plan_that_users_share_needs_no_rule() -> None:
    target = {"groupId": "g", "servicePlanId": SMALL.upper()}
    policies = [{"id": "p", "displayName": "Shifts", "assignments": [{"id": "a", "target": target}]}]
    rule = dynamic('user.displayName -eq "Ann"')
    (row,), _ = rows(tenant_of(**content(groups=[rule], cloudPcProvisioningPolicies=policies)))
    assert (row.planId, row.requiresEnabled, row.problem) == (SMALL, None, None)


def test_what_is_missing_is_said_after_the_rows() -> None:
    (row,), lack = rows(tenant_of(**content(users=[], outcomes={})))
    assert (row.selected, lack) == (0, None)
    without_users = content(outcomes={"users": refused("denied")})
    del without_users["users"]
    (row,), lack = rows(tenant_of(**without_users))
    assert (row.selected, row.members) == (None, 1)
    assert row.problem.startswith("members cannot be compared: denied")
    assert lack is not None
    assert lack.resource == "users"


def test_a_group_that_only_passes_on_a_licence_may_lack_its_members() -> None:
    licence = group("g", groupTypes=[], assignedLicenses=[{"skuId": "s", "disabledPlans": []}])
    some = content(groups=[licence], groupMembers=[], cloudPcProvisioningPolicies=[])
    (row,), lack = rows(tenant_of(**some))
    assert (row.givesLicense, row.members, row.problem, lack) == (True, None, "members are chosen by hand", None)


def test_the_demo_tenant_has_every_kind_of_problem(demo: DemoScan) -> None:
    found, lack = rows(Tenant(Snapshot.open(demo.snapshot)))
    assert lack is None
    problems = {row.group: row.problem for row in found}
    assert problems["Windows 365 users"] is problems["Windows 365 engineers"] is None
    assert problems["Windows 365 stale"] == "1 missing; 1 too many"
    assert problems["Windows 365 by hand"] == problems["Windows 365 licence"] == "members are chosen by hand"
    assert problems["Windows 365 paused"] == "processing is Paused"
    assert problems["Windows 365 any state"] == "the rule does not ask for Enabled"
    assert problems["Windows 365 other size"] == "the plan is no Cloud PC plan of this tenant"
    assert len([row for row in found if row.group == "Windows 365 users"]) == 2
