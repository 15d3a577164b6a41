"""A real government tenant: its facts, and policies of one's own about it, beside what a person reads in its JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanner.errors import NotCollected
from scanner.model import Status
from scanner.snapshot import Snapshot
from scanner.tenant.base import Row
from scanner.tenant.break_glass.declared import BreakGlass
from scanner.tenant.conditional_access.exclusions import ExcludedPrincipal
from scanner.tenant.roles.holdings import RoleHolding
from scanner.tenant.tenant import Tenant
from tests.realreading import DEVICE_CODE, EXCLUDED, JOHN, MFA, NOT_PRIVILEGED, POLICIES, held
from tests.realtenant import SOURCE, collect, content, scan

pytestmark = pytest.mark.skipif(not SOURCE.is_dir(), reason="the responses of the real tenant are not here")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return collect(tmp_path_factory.mktemp("real"))


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("declared", [(), (EXCLUDED,)], ids=["nobody declared", "the excluded user declared"])
def test_what_each_conditional_access_policy_does(snapshot: Path, policy: str, declared: tuple[str, ...]) -> None:
    tenant = Tenant(Snapshot.open(snapshot), BreakGlass(accounts=declared))
    left_out = policy == DEVICE_CODE and not declared

    def fact(name: str) -> Any:
        return tenant.fact("conditionalAccessPolicy", name)(Row(id=policy))

    narrowed = set(POLICIES[policy].narrowed_by) - ({"users"} if declared else set())
    assert fact("narrowedBy") == sorted(narrowed)
    assert (fact("blocks"), fact("requiresMfa")) == (POLICIES[policy].asks == "block", POLICIES[policy].asks == "mfa")
    assert fact("excludedUsers") == ([ExcludedPrincipal(EXCLUDED, "unknown", None)] if left_out else [])


def test_the_holder_of_a_role_who_was_not_exported_is_not_taken_for_deleted(snapshot: Path) -> None:
    found, whole = _holdings(Tenant(Snapshot.open(snapshot)))
    assert not whole
    assert {_held(holding) for holding in found} == held()
    for one in found:
        assert (one.principalType, one.principalName, one.principalExists) == ("unknown", None, True)
        assert (one.via, one.is_tenant_wide, one.isActivated, one.isBreakGlass) == ("direct", True, False, False)
        assert one.isPrivileged is (one.roleName not in NOT_PRIVILEGED)


def _holdings(tenant: Tenant) -> tuple[list[RoleHolding], bool]:
    """The holdings that are certain, and whether there are no others."""
    found: list[RoleHolding] = []
    try:
        for holding in tenant.derived("roleHoldings"):
            assert isinstance(holding, RoleHolding)
            found.append(holding)
    except NotCollected:
        return found, False
    return found, True


def _held(holding: RoleHolding) -> tuple[str, str, str]:
    end = holding.endDateTime
    assert holding.assignment == ("timeBound" if end else "permanent")
    return holding.roleName, holding.principalId[:8], f"{end:%Y-%m-%d}" if end else ""


def test_licences_are_told_by_service_plans_under_government_names_too(snapshot: Path) -> None:
    """CDS_DB_CAPACITY_GOV carries AAD_PREMIUM and AAD_PREMIUM_P2; no plan of Workload ID, Governance or Windows 365."""
    tenant = Tenant(Snapshot.open(snapshot))
    assert tenant.fact("tenant", "licenses")() == ["P1", "P2"]
    assert tenant.fact("tenant", "cloudPcPlans")() == []
    assert tenant.fact("tenant", "initialDomain")() == "tqhjy.onmicrosoft.com"


@pytest.mark.parametrize("fact", [("user", "roles"), ("user", "registration"), ("tenant", "breakGlassCandidates")])
def test_a_fact_that_rests_on_what_was_not_exported_is_not_known(snapshot: Path, fact: tuple[str, str]) -> None:
    with pytest.raises(NotCollected):
        Tenant(Snapshot.open(snapshot), decode=lambda name, line: line).fact(*fact)(Row(id=JOHN))


# --- near misses and evidence -----------------------------------------------------------------------------------------

OWN = """
id: {id}
title: Own policy
severity: medium
description: A reason.
remediation: A way out.
resource: {resource}
require: {require}
assert: >-
  {rule}
"""

BLOCKS_DEVICE_CODE = """policy.state == "enabled" && policy.blocks &&
  policy.conditions.authenticationFlows.transferMethods == "deviceCodeFlow" &&
  policy.narrowedBy.all(condition, condition == "authenticationFlows")"""


def own(folder: Path, **parts: str) -> tuple[Path, ...]:
    """A folder with one policy."""
    folder.mkdir()
    (folder / f"{parts['id']}.yaml").write_text(OWN.format(**parts), encoding="utf-8")
    return (folder,)


@pytest.mark.parametrize("declared", [False, True])
def test_the_excluded_user_is_what_stops_the_device_code_policy(snapshot: Path, tmp_path: Path, declared: bool) -> None:
    policies = own(
        tmp_path / "own",
        id="device-code-blocked",
        resource="conditionalAccessPolicies",
        require="any",
        rule=BLOCKS_DEVICE_CODE,
    )
    config = f"breakGlass: {{accounts: [{EXCLUDED if declared else JOHN}]}}"
    result = scan(tmp_path, snapshot, config, policies)["device-code-blocked"]
    if declared:
        assert (result.status, result.near_miss) == (Status.PASS, None)
        return
    assert (result.status, result.considered) == (Status.FAIL, 7)
    assert result.near_miss is not None
    assert (result.near_miss.record.id, result.near_miss.met, result.near_miss.of) == (DEVICE_CODE, 3, 4)
    assert result.near_miss.failed == ('policy.narrowedBy.all(condition, condition == "authenticationFlows")',)


def _report_only(policy: dict[str, Any]) -> None:
    policy["state"] = "enabledForReportingButNotEnforced"


def _exclude_a_group(policy: dict[str, Any]) -> None:
    policy["conditions"]["users"]["excludeGroups"] = ["67f62883-f97a-4192-a300-8a1576af8056"]


def _let_a_password_do(policy: dict[str, Any]) -> None:
    strength = policy["grantControls"]["authenticationStrength"]
    strength["requirementsSatisfied"] = "none"
    strength["allowedCombinations"].append("password")


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        (_report_only, Status.FAIL, "would cover some of it, but is in report-only mode"),
        (_let_a_password_do, Status.FAIL, "sign-ins with browsers or mobile apps and desktop clients"),
        (_exclude_a_group, Status.UNKNOWN, ""),
    ],
)
def test_the_multifactor_policy_with_a_gap_no_longer_passes(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], status: Status, said: str
) -> None:
    """The group excluded is one that the data names elsewhere; who is in it was not exported."""
    tenant = content(SOURCE)
    [policy] = [one for one in tenant["conditionalAccessPolicies"] if one["id"] == MFA]
    change(policy)
    result = scan(tmp_path, tenant)["mfa-for-everybody"]
    assert result.status is status
    if not said:
        assert [one.resource for one in result.missing] == ["groups"]
        return
    assert any(said in finding.message for finding in result.findings)


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ('authenticationMethodsPolicy.policyMigrationState == "migrationComplete"', "migrationInProgress"),
        ('"everyone" == authenticationMethodsPolicy.policyVersion', "1.5"),
    ],
)
def test_a_finding_shows_the_value_that_stands_in_the_data(
    snapshot: Path, tmp_path: Path, rule: str, value: str
) -> None:
    policies = own(tmp_path / "own", id="own", resource="authenticationMethodsPolicy", require="all", rule=rule)
    [finding] = scan(tmp_path, snapshot, policies=policies)["own"].findings
    assert [one.value for one in finding.evidence] == [value]


def test_the_state_of_every_authentication_method_is_read(snapshot: Path, tmp_path: Path) -> None:
    """Four of twelve are enabled; those that only the beta knows (HardwareOath, QRCodePin …) disturb nothing."""
    rule = (
        "authenticationMethodsPolicy.authenticationMethodConfigurations.filter(method, "
        'method.state == "enabled").map(method, method.id) == '
        '["Fido2", "MicrosoftAuthenticator", "TemporaryAccessPass", "X509Certificate"] && '
        "size(authenticationMethodsPolicy.authenticationMethodConfigurations) == 12"
    )
    policies = own(tmp_path / "own", id="own", resource="authenticationMethodsPolicy", require="all", rule=rule)
    assert scan(tmp_path, snapshot, policies=policies)["own"].status is Status.PASS
