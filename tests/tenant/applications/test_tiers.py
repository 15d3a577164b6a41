"""The list of permissions by the harm they can do: its form, and what is said of single permissions."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from scanner.collect.catalogue import RESOURCES, WELL_KNOWN_APIS
from scanner.demo.contoso.permissions import EXCHANGE_ROLES, GRAPH_ROLES, GRAPH_SCOPES, SHAREPOINT_ROLES
from scanner.tenant.applications.tiers import APPLICATION, DELEGATED, Tier, TieredApi, TierRow, judge, tiers

GRAPH = "00000003-0000-0000-c000-000000000000"
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
SHAREPOINT = "00000003-0000-0ff1-ce00-000000000000"

ROWS = [(api, row) for api in tiers().apis for row in api.permissions]
JUDGED = (Tier.CONTROL_PLANE, Tier.MANAGEMENT_PLANE, Tier.BULK_DATA, Tier.REST)

TOO_POWERFUL = {
    "Directory.ReadWrite.All": Tier.CONTROL_PLANE,
    "User.ReadWrite.All": Tier.MANAGEMENT_PLANE,
    "Policy.ReadWrite.ConditionalAccess": Tier.CONTROL_PLANE,
    "Mail.ReadWrite": Tier.BULK_DATA,
    "Application.ReadWrite.All": Tier.CONTROL_PLANE,
    "PrivilegedAccess.ReadWrite.AzureResources": Tier.CONTROL_PLANE,
    "RoleManagement.ReadWrite.Directory": Tier.CONTROL_PLANE,
    "AppRoleAssignment.ReadWrite.All": Tier.CONTROL_PLANE,
}
"""The permissions that the project's pages name as too powerful, with what each allows by Microsoft's reference."""

PATHS_TO_GLOBAL_ADMINISTRATOR = (
    "PrivilegedAccess.ReadWrite.AzureADGroup",
    "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
    "RoleAssignmentSchedule.ReadWrite.Directory",
    "RoleManagement.ReadWrite.Directory",
    "User.DeleteRestore.All",
    "User.EnableDisableAccount.All",
    "UserAuthenticationMethod.ReadWrite.All",
    "Policy.ReadWrite.ConditionalAccess",
    "AdministrativeUnit.ReadWrite.All",
    "Application.ReadWrite.All",
    "Application.ReadWrite.OwnedBy",
    "AppRoleAssignment.ReadWrite.All",
    "DeviceManagementConfiguration.ReadWrite.All",
    "DeviceManagementRBAC.ReadWrite.All",
    "Directory.ReadWrite.All",
    "EntitlementManagement.ReadWrite.All",
    "Group.ReadWrite.All",
    "GroupMember.ReadWrite.All",
    "Policy.ReadWrite.AuthenticationMethod",
    "Policy.ReadWrite.PermissionGrant",
    "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
    "RoleEligibilitySchedule.ReadWrite.Directory",
    "RoleManagementPolicy.ReadWrite.AzureADGroup",
    "RoleManagementPolicy.ReadWrite.Directory",
    "User.ReadWrite.All",
    "User-PasswordProfile.ReadWrite.All",
    "Domain.ReadWrite.All",
    "Organization.ReadWrite.All",
)
"""Application permissions that Maester's MT.1050 and MT.1051 know a path to Global Administrator from."""


def test_each_permission_stands_in_one_row() -> None:
    times = Counter((api.appId, value.lower(), kind) for api, row in ROWS for value in row.values for kind in row.types)
    assert [key for key, count in times.items() if count > 1] == []


def test_every_api_is_one_whose_grants_are_collected_and_is_documented() -> None:
    assert {api.appId for api in tiers().apis} == set(WELL_KNOWN_APIS)
    assert all(api.source.startswith("https://learn.microsoft.com/") for api in tiers().apis)


def test_every_tier_that_is_given_is_explained_and_no_other() -> None:
    assert set(tiers().tiers) == {row.tier for _, row in ROWS} == set(JUDGED)


@pytest.mark.parametrize(("api", "row"), ROWS, ids=lambda one: one.values[0] if isinstance(one, TierRow) else "")
def test_a_row_gives_its_reason_and_names_permissions_as_microsoft_forms_them(api: TieredApi, row: TierRow) -> None:
    assert re.fullmatch(r"[A-Z][^.]{15,}\.", row.reason)
    assert row.types in (("application",), ("delegated",), ("application", "delegated"))
    assert row.values
    for value in row.values:
        assert re.fullmatch(
            r"[A-Za-z-]+(\.[A-Za-z][A-Za-z0-9]*)*|full_access_as_app|user_impersonation|offline_access", value
        )
        if row.tier is Tier.REST:
            assert "ReadWrite" not in value


def test_the_permissions_that_the_demo_tenant_has_real_ids_of_exist_in_their_kind() -> None:
    known = {
        (GRAPH, APPLICATION): set(GRAPH_ROLES),
        (GRAPH, DELEGATED): set(GRAPH_SCOPES),
        (EXCHANGE, APPLICATION): set(EXCHANGE_ROLES),
        (SHAREPOINT, APPLICATION): set(SHAREPOINT_ROLES),
    }
    unlisted = {
        value for (api, kind), values in known.items() for value in values if judge(api, value, kind).tier not in JUDGED
    }
    assert unlisted == set()


def test_the_permissions_that_tenantlint_asks_for_itself_change_nothing() -> None:
    own = {resource.permission for resource in RESOURCES if resource.permission and "." in resource.permission}
    risky = {
        name for name in own if judge(GRAPH, name, APPLICATION).tier in (Tier.CONTROL_PLANE, Tier.MANAGEMENT_PLANE)
    }
    assert risky == set()


@pytest.mark.parametrize(("value", "tier"), TOO_POWERFUL.items())
def test_the_permissions_named_as_too_powerful_have_their_tiers(value: str, tier: Tier) -> None:
    assert judge(GRAPH, value, APPLICATION).tier is judge(GRAPH, value, DELEGATED).tier is tier


@pytest.mark.parametrize("value", PATHS_TO_GLOBAL_ADMINISTRATOR)
def test_whatever_others_know_a_path_to_global_administrator_from_is_administration(value: str) -> None:
    assert judge(GRAPH, value, APPLICATION).tier in (Tier.CONTROL_PLANE, Tier.MANAGEMENT_PLANE)


@pytest.mark.parametrize(
    ("api", "value", "kind", "tier"),
    [
        (GRAPH.upper(), "rolemanagement.readwrite.DIRECTORY", APPLICATION, Tier.CONTROL_PLANE),
        (GRAPH, "Directory.AccessAsUser.All", DELEGATED, Tier.CONTROL_PLANE),
        (GRAPH, "Directory.AccessAsUser.All", APPLICATION, Tier.UNLISTED),
        (GRAPH, "Sites.Selected", APPLICATION, Tier.REST),
        (GRAPH, "PrivilegedAssignmentSchedule.ReadWrite.EntraAppRole", APPLICATION, Tier.CONTROL_PLANE),
        (GRAPH, "PrivilegedEligibilitySchedule.ReadWrite.EntraAppRole", APPLICATION, Tier.CONTROL_PLANE),
        (GRAPH, "RoleManagementPolicy.ReadWrite.EntraAppRole", APPLICATION, Tier.CONTROL_PLANE),
        (GRAPH, "Directory.Write.Restricted", APPLICATION, Tier.MANAGEMENT_PLANE),
        (GRAPH, "Files.Read", DELEGATED, Tier.BULK_DATA),
        (GRAPH, "MailboxItem.Export.All", APPLICATION, Tier.BULK_DATA),
        (GRAPH, "Brandnew.ReadWrite.All", APPLICATION, Tier.UNLISTED),
        (GRAPH, "Brandnew.Read", DELEGATED, Tier.UNLISTED),
        (GRAPH, "", DELEGATED, Tier.UNLISTED),
        (EXCHANGE, "full_access_as_app", APPLICATION, Tier.BULK_DATA),
        (SHAREPOINT, "AllSites.FullControl", DELEGATED, Tier.BULK_DATA),
        ("00000002-0000-0000-c000-000000000000", "Directory.ReadWrite.All", APPLICATION, Tier.CONTROL_PLANE),
        ("797f4846-ba00-4fd7-ba43-dac1f8f63013", "user_impersonation", DELEGATED, Tier.MANAGEMENT_PLANE),
        ("fc780465-2017-40d4-a0c5-307022471b92", "Machine.LiveResponse", APPLICATION, Tier.MANAGEMENT_PLANE),
        ("aaaaaaaa-0000-4000-8000-000000000001", "RoleManagement.ReadWrite.Directory", APPLICATION, Tier.OTHER_API),
        (None, "Mail.Read", DELEGATED, Tier.OTHER_API),
    ],
)
def test_a_permission_is_judged_by_api_name_and_kind(api: str | None, value: str, kind: str, tier: Tier) -> None:
    assert judge(api, value, kind).tier is tier


def test_the_reason_of_a_delegated_permission_says_whom_it_acts_for() -> None:
    alone, for_user = (judge(GRAPH, "Application.ReadWrite.All", kind).reason for kind in (APPLICATION, DELEGATED))
    assert for_user.startswith(alone)
    assert "signed-in user" in for_user.removeprefix(alone)
