"""Which applications app management policies are assigned to."""

from __future__ import annotations

import pytest

from tests.tenant.sample import Json, lacking, tenant_of, value

FACT = "appManagementPolicy.targets"
CONTENT: Json = {
    "appManagementPolicyTargets": [
        {"id": "lax", "appliesTo": [{"id": "app"}, {"id": "sp"}, {"id": "gone"}]},
        {"id": "idle", "appliesTo": []},
        {"id": "unsaid", "appliesTo": None},
    ],
    "applications": [{"id": "app", "displayName": "Payroll"}, {"id": "unrelated", "displayName": "Other"}],
    "servicePrincipals": [{"id": "sp", "displayName": "Partner"}],
}


def test_targets_are_named_and_one_that_is_gone_keeps_its_id() -> None:
    tenant = tenant_of(**CONTENT)
    assert value(tenant, FACT, "lax") == ["Payroll", "Partner", "gone"]
    assert value(tenant, FACT, "idle") == []


@pytest.mark.parametrize("policy", ["unsaid", "absent"])
def test_what_was_not_collected_is_unknown(policy: str) -> None:
    assert lacking(tenant_of(**CONTENT), FACT, policy) == "appManagementPolicyTargets"


@pytest.mark.parametrize("absent", CONTENT)
def test_every_list_is_needed_to_name_them(absent: str) -> None:
    assert lacking(tenant_of(**_without(absent)), FACT, "lax") == absent


def _without(absent: str) -> Json:
    return {name: rows for name, rows in CONTENT.items() if name != absent}
