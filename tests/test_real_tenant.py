"""A real government tenant, collected over HTTP and scanned: every verdict beside what a person reads in its JSON.

The data is partial: three users of whom only the name is known, 26 role assignments whose holders were not exported,
seven Conditional Access policies. What it does not show must end as ``unknown``, naming what was missing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.collect.catalogue import BY_NAME
from scanner.model import Missing, Outcome, Result, Status
from scanner.snapshot import Snapshot
from tests.realreading import EXCLUDED, JANE, JOHN, LEGACY, MFA, NOT_PRIVILEGED, POLICIES, ROLES, VERDICTS, held
from tests.realtenant import SOURCE, collect, completed, content, scan

pytestmark = pytest.mark.skipif(not SOURCE.is_dir(), reason="the responses of the real tenant are not here")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return collect(tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="module")
def results(snapshot: Path) -> dict[str, Result]:
    """Of all shipped policies, with nothing declared."""
    return scan(snapshot.parent, snapshot)


def test_the_data_is_what_was_read_by_hand() -> None:
    tenant = content(SOURCE)
    assert set(tenant) == {path.stem for path in SOURCE.glob("*.json")}
    assert {policy["id"] for policy in tenant["conditionalAccessPolicies"]} == set(POLICIES)
    assert {role["id"]: role["displayName"] for role in tenant["roleDefinitions"]} == ROLES
    assert len(tenant["roleAssignmentScheduleInstances"]) == len(held()) == 26
    assert not {user["id"] for user in tenant["users"]} & {
        one["principalId"] for one in tenant["roleAssignmentScheduleInstances"]
    }


def test_the_snapshot_says_whose_it_is_and_what_did_not_come(snapshot: Path) -> None:
    manifest = Snapshot.open(snapshot).manifest
    assert (manifest.tenant_id, manifest.tenant_name) == ("ca08493a-c9c8-4db0-a9e8-d3b4bafac269", "tqhjy")
    assert manifest.collected_at == "2026-05-10T00:00:00Z"
    assert manifest.resources["users"].properties == ("displayName", "id", "onPremisesImmutableId")


def test_every_shipped_policy_has_the_verdict_that_a_person_gives(results: dict[str, Result]) -> None:
    assert _statuses(results) == {name: read.status for name, read in VERDICTS.items()}


@pytest.mark.parametrize("policy", [name for name, read in VERDICTS.items() if read.lacking])
def test_an_unknown_verdict_names_what_was_missing(results: dict[str, Result], policy: str) -> None:
    result = results[policy]
    for lacking in VERDICTS[policy].lacking:
        resource, _, name = lacking.partition(".")
        found = [one for one in result.missing if one.resource == resource and name in one.reason]
        assert found, lacking
        assert resource in result.summary
        assert all(_is_explained(one, name) for one in found)


def _statuses(results: dict[str, Result]) -> dict[str, Status]:
    return {name: result.status for name, result in results.items()}


def _is_explained(missing: Missing, name: str) -> bool:
    """A property that simply did not come is not blamed on the one that was refused."""
    if BY_NAME[missing.resource].azure:
        return missing.outcome is Outcome.SKIPPED
    if not name:
        return missing.outcome is Outcome.DENIED and BY_NAME[missing.resource].permission in missing.reason
    return ("AuditLog.Read.All" in missing.reason) is ("signInActivity" in missing.reason)


@pytest.mark.parametrize(("policy", "verdict"), [(MFA, "mfa-for-everybody"), (LEGACY, "legacy-auth-blocked")])
def test_a_verdict_rests_on_one_conditional_access_policy(tmp_path: Path, policy: str, verdict: str) -> None:
    tenant = content(SOURCE)
    [rested_on] = [one for one in tenant["conditionalAccessPolicies"] if one["id"] == policy]
    before = _statuses(scan(tmp_path, tenant))
    rested_on["state"] = "disabled"
    assert before[verdict] is Status.PASS
    assert _statuses(scan(tmp_path, tenant)) == before | {verdict: Status.FAIL}


# --- break-glass accounts declared ------------------------------------------------------------------------------------


def test_a_property_that_did_not_come_decides_nothing_about_a_declared_account(snapshot: Path, tmp_path: Path) -> None:
    """Of John and Jane only the names are known. All seven policies reach them, six of which can refuse a sign-in."""
    results = scan(tmp_path, snapshot, f"breakGlass: {{accounts: [{JOHN}, {JANE}]}}")
    expected = {name: read.status for name, read in VERDICTS.items()}
    expected |= {"break-glass-declared": Status.PASS, "break-glass-two-to-four": Status.UNKNOWN}
    expected |= {"break-glass-outside-ca": Status.FAIL, "break-glass-permanent-admin": Status.UNKNOWN}
    asked = ("key-attested", "not-reviewed-away", "sign-in-alert", "sign-ins-explained")
    expected |= {f"break-glass-{policy}": Status.UNKNOWN for policy in asked}
    assert _statuses(results) == expected
    findings = results["break-glass-outside-ca"].findings
    assert [(finding.record.id, finding.record.name) for finding in findings] == [
        (JOHN, "John Public"),
        (JANE, "Jane Doe"),
    ]
    for finding in findings:
        assert finding.message.count("MS.AAD.") == 6
        assert "Session Length" not in finding.message


def test_an_account_declared_by_a_name_that_did_not_come_is_nobody_for_sure(snapshot: Path, tmp_path: Path) -> None:
    """Without userPrincipalName anyone can be the account; the excluded user is no user of the list, so not the one."""
    results = scan(tmp_path, snapshot, "breakGlass: {accounts: [glass@tqhjy.onmicrosoft.com]}")
    assert results["break-glass-two-to-four"].status is Status.UNKNOWN
    assert results["break-glass-two-to-four"].missing[0].resource == "users"
    assert results["legacy-auth-blocked"].status is Status.PASS


# --- Privileged Identity Management -----------------------------------------------------------------------------------


def test_the_roles_that_may_be_assigned_without_an_end_are_found(snapshot: Path, tmp_path: Path) -> None:
    """isExpirationRequired of Expiration_Admin_Assignment is false for Exchange (P30D) and SharePoint (P180D), and in
    the first of two rules of that id for Cloud Application Administrator; it is true for the other five."""
    params = f"params: {{global-admin-assignments-expire: {{roles: [{', '.join(ROLES)}]}}}}"
    result = scan(tmp_path, snapshot, params)["global-admin-assignments-expire"]
    assert (result.status, result.considered) == (Status.FAIL, 8)
    assert {ROLES[finding.record.id.rpartition("_")[2]] for finding in result.findings} == {
        "Exchange Administrator",
        "SharePoint Administrator",
        "Cloud Application Administrator",
    }


# --- the rest of the directory made up: what the 26 assignments come to -----------------------------------------------

LASTING = {f"{key} permanently holds {role}" for role, key, end in held() if not end and role not in NOT_PRIVILEGED}
ADMINS = {key for role, key, _ in held() if role == "Global Administrator"}


def test_permanent_privileged_roles_are_found_one_by_one(tmp_path: Path) -> None:
    assert len(LASTING) == 12
    results = scan(tmp_path, completed(SOURCE))
    assert _told(results["privileged-roles-not-permanent"]) == LASTING
    assert results["role-holders-exist"].status is Status.PASS
    cloud_only = results["privileged-users-cloud-only"]
    assert (cloud_only.status, cloud_only.considered) == (Status.PASS, 13)


def _told(result: Result) -> set[str]:
    assert result.status is Status.FAIL
    return {finding.message.partition(" (")[0] for finding in result.findings}


def test_the_excluded_user_declared_may_hold_its_role_permanently(tmp_path: Path) -> None:
    results = scan(tmp_path, completed(SOURCE), f"breakGlass: {{accounts: [{EXCLUDED}]}}")
    lasting = results["privileged-roles-not-permanent"]
    assert _told(lasting) == LASTING - {"2d9a50a8 permanently holds Global Administrator"}
    assert results["break-glass-permanent-admin"].status is Status.PASS
    too_few = results["break-glass-two-to-four"]
    assert (too_few.status, too_few.considered) == (Status.FAIL, 1)
    reached = results["break-glass-outside-ca"]
    assert [finding.record.id for finding in reached.findings] == [EXCLUDED]
    assert reached.findings[0].message.count("MS.AAD.") == 5
    assert "Device code" not in reached.findings[0].message


@pytest.mark.parametrize(("maximum", "status"), [(8, Status.PASS), (7, Status.PASS), (6, Status.FAIL)])
def test_there_are_seven_global_administrators(tmp_path: Path, maximum: int, status: Status) -> None:
    params = f"params: {{global-admins-limited: {{maximum: {maximum}}}}}"
    result = scan(tmp_path, completed(SOURCE), params)["global-admins-limited"]
    assert (result.status, result.considered) == (status, 25)
    assert {finding.record.id[:8] for finding in result.findings} == (ADMINS if status is Status.FAIL else set())


def test_a_holder_is_deleted_where_the_whole_directory_does_not_have_it(tmp_path: Path) -> None:
    tenant = completed(SOURCE)
    tenant["users"] = [user for user in tenant["users"] if not user["id"].startswith(("76bf9abe", "25322f83"))]
    gone = "25322f83-b243-4417-82dc-87ce0d767fb4, which no longer exists"
    assert {finding.message for finding in scan(tmp_path, tenant)["role-holders-exist"].findings} == {
        "User Administrator is assigned to 76bf9abe-42d9-4f59-99e2-9de36a2705e0, which no longer exists",
        f"Exchange Administrator is assigned to {gone}",
        f"SharePoint Administrator is assigned to {gone}",
    }
