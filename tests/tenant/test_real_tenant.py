"""Facts of a real tenant of the US government, compared with what its settings say to a reader."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from scanner.errors import NotCollected
from scanner.tenant.break_glass.declared import BreakGlass
from scanner.tenant.roles.holdings import RoleHolding
from scanner.tenant.tenant import Tenant
from tests.tenant.sample import GLOBAL_ADMINISTRATOR, lacking, tenant_of, value

FOLDER = Path(__file__).parents[2] / "../shared/data/real-tenant"

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the real tenant's data is not here")

EXCLUDED = "2d9a50a8-6688-48eb-8646-86acb74e2f05"


def response(name: str) -> list[Any]:
    """The records of one file."""
    content = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["response"]["value"]
    assert isinstance(content, list)
    return content


def real(declared: BreakGlass | None = None) -> Tenant:
    """The tenant, as far as it was published."""
    names = ("conditionalAccessPolicies", "roleAssignmentScheduleInstances", "roleDefinitions", "users", "domains")
    return tenant_of(declared, **{name: response(name) for name in names})


def test_its_conditional_access_policies_say_what_their_titles_promise() -> None:
    tenant = real()
    found = {}
    for policy in response("conditionalAccessPolicies"):
        facts = (value(tenant, f"conditionalAccessPolicy.{name}", policy["id"]) for name in ("blocks", "requiresMfa"))
        narrowed = value(tenant, "conditionalAccessPolicy.narrowedBy", policy["id"])
        found[policy["displayName"].partition(" ")[0], policy["createdDateTime"][:4]] = (*facts, narrowed)
    assert found == {
        ("Live", "2022"): (False, False, []),
        ("MS.AAD.1.1v1", "2023"): (True, False, ["clientAppTypes"]),
        ("MS.AAD.2.1v1", "2023"): (True, False, ["userRiskLevels"]),
        ("MS.AAD.2.1v1", "2026"): (True, False, ["userRiskLevels"]),
        ("MS.AAD.2.3v1", "2023"): (True, False, ["signInRiskLevels"]),
        ("MS.AAD.3.2v1", "2023"): (False, True, []),
        ("MS.AAD.3.9v1", "2025"): (True, False, ["authenticationFlows", "users"]),
    }


def test_the_one_exclusion_is_of_an_account_that_the_published_users_do_not_have() -> None:
    (policy,) = (one for one in response("conditionalAccessPolicies") if "Device code" in one["displayName"])
    fact = "conditionalAccessPolicy.excludedUsers"
    assert [(one.id, one.type) for one in value(real(), fact, policy["id"])] == [(EXCLUDED, "unknown")]
    assert value(real(BreakGlass(accounts=(EXCLUDED,))), fact, policy["id"]) == []


def test_its_role_assignments_are_all_listed_and_what_was_not_published_is_missing() -> None:
    found: list[RoleHolding] = []
    with pytest.raises(NotCollected, match="roleEligibilityScheduleInstances"):
        for row in real().derived("roleHoldings"):
            assert isinstance(row, RoleHolding)
            found.append(row)
    instances = response("roleAssignmentScheduleInstances")
    assert sorted(row.assignmentId for row in found) == sorted(one["id"] for one in instances)
    permanent = sum(one["endDateTime"] is None for one in instances)
    kinds = Counter(row.assignment for row in found)
    assert kinds == {"permanent": permanent, "timeBound": len(instances) - permanent}
    administrators = [one for one in instances if one["roleDefinitionId"] == GLOBAL_ADMINISTRATOR]
    assert len([row for row in found if row.roleName == "Global Administrator"]) == len(administrators)
    assert lacking(real(), "user.roles", EXCLUDED) == "roleEligibilityScheduleInstances"


def test_its_policies_reach_everyone_but_the_excluded_account() -> None:
    assert len(value(real(), "user.conditionalAccessPolicies", "anybody")) == 7
    assert len(value(real(), "user.conditionalAccessPolicies", EXCLUDED)) == 6
