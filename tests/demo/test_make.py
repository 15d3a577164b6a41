"""The committed files of the demo tenant: they come from the generator, hold together, and fit Graph's types."""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from scanner.cel.types import GraphType, Property, service_types
from scanner.collect.catalogue import BY_NAME, REQUESTED, WELL_KNOWN_APIS, Resource
from scanner.config import load_config
from scanner.demo import make
from scanner.demo.contoso import hostile, licenses, roles
from scanner.demo.contoso.ids import role_assignment_id
from scanner.demo.emulator import Emulator
from scanner.shipped import policies_folder

Json = dict[str, Any]

TENANT: Mapping[str, list[Json]] = {
    name: content if isinstance(content, list) else [content] for name, content in make.contoso().items()
}
TYPES = service_types()


def ids(*resources: str) -> set[str]:
    """Ids of records; Graph sends some singletons without one."""
    return {record.get(BY_NAME[name].key, name) for name in resources for record in TENANT[name]}


def named(resource: str, name: str) -> Json:
    return next(record for record in TENANT[resource] if record["displayName"] == name)


def test_the_committed_files_are_what_the_generator_makes() -> None:
    committed = {path.name: path.read_bytes() for kind in ("json", "csv") for path in make.FOLDER.glob(f"*.{kind}")}
    assert committed == make.files()


def test_run_as_a_module_it_writes_a_folder_that_the_emulator_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["make", str(tmp_path / "tenant")])
    runpy.run_path(make.__file__, run_name="__main__")
    Emulator.of(tmp_path / "tenant")


def test_the_files_are_small_enough_to_ship() -> None:
    assert sum(map(len, make.files().values())) < 2_000_000


def test_every_resource_of_the_catalogue_has_a_file() -> None:
    assert sorted(TENANT) == sorted(resource.name for resource in REQUESTED)


@pytest.mark.parametrize("name", TENANT)
def test_no_two_records_share_an_id(name: str) -> None:
    assert len(ids(name)) == len(TENANT[name])


BEYOND = {
    # Sent in v1.0 too, as null, without being documented there.
    ("conditionalAccessConditionSet", "times"),
    ("conditionalAccessConditionSet", "deviceStates"),
    # As real tenants show (../shared/data/real-tenant/roleManagementPolicyAssignments.json).
    ("subjectSet", "id"),
    ("subjectSet", "isBackup"),
}


def misfits(value: object, type_name: str, path: str) -> Iterable[str]:
    """Where ``value`` is not of the record type."""
    if not isinstance(value, dict):
        yield f"{path}: {value!r} is not a {type_name}"
        return
    known = {prop.key or prop.name: prop for prop in TYPES[type_name].properties}
    for key, inner in value.items():
        prop = known.get(key)
        if prop is None:
            if key != "@odata.type" and (type_name, key) not in BEYOND:
                yield f"{path}.{key}: no such property of {type_name}"
        elif inner is not None:
            yield from _misfits_of(inner, prop, f"{path}.{key}")


def _misfits_of(value: object, prop: Property, path: str) -> Iterable[str]:
    if prop.many:
        if not isinstance(value, list):
            yield f"{path}: not a list"
            return
        for number, item in enumerate(value):
            yield from _misfits_one(item, prop, f"{path}[{number}]")
    else:
        yield from _misfits_one(value, prop, path)


PYTHON_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "timestamp": (str,),
    "duration": (str,),
    "bytes": (str,),
    "any": (object,),
}


def _misfits_one(value: object, prop: Property, path: str) -> Iterable[str]:
    if prop.type in TYPES:
        yield from misfits(value, prop.type, path)
        return
    if not isinstance(value, PYTHON_TYPES[prop.type]) or (prop.type == "integer" and isinstance(value, bool)):
        yield f"{path}: {value!r} is not a {prop.type}"
    elif prop.type == "timestamp":
        datetime.fromisoformat(str(value))
    elif prop.values and not {part.strip().lower() for part in str(value).split(",")} <= set(
        map(str.lower, prop.values)
    ):
        yield f"{path}: {value!r} is none of {prop.values}"


@pytest.mark.parametrize("resource", REQUESTED, ids=lambda resource: str(resource.name))
def test_every_record_is_of_its_graph_type(resource: Resource) -> None:
    assert isinstance(TYPES[resource.type], GraphType)
    found = [text for record in TENANT[resource.name] for text in misfits(record, resource.type, resource.name)]
    assert not found, "\n".join(sorted(set(found))[:20])


@pytest.mark.parametrize("resource", REQUESTED, ids=lambda resource: str(resource.name))
def test_every_record_has_the_same_properties_but_for_those_that_graph_leaves_out(resource: Resource) -> None:
    by_type: dict[str, set[frozenset[str]]] = {}
    for record in TENANT[resource.name]:
        present = frozenset(record) - resource.omitted_when_null
        by_type.setdefault(record.get("@odata.type", ""), set()).add(present)
    assert {kind: len(shapes) for kind, shapes in by_type.items()} == dict.fromkeys(by_type, 1)


def test_members_of_groups_exist_and_are_of_the_type_they_say() -> None:
    types = {
        **dict.fromkeys(ids("users"), "#microsoft.graph.user"),
        **dict.fromkeys(ids("groups"), "#microsoft.graph.group"),
        **dict.fromkeys(ids("servicePrincipals"), "#microsoft.graph.servicePrincipal"),
    }
    assert ids("groupMembers") == ids("groups")
    members = [member for record in TENANT["groupMembers"] for member in record["members"]]
    assert [member for member in members if types.get(member["id"]) != member["@odata.type"]] == []


@pytest.mark.parametrize(
    ("name", "parents", "owners"),
    [
        ("groupOwners", "groups", {"users", "servicePrincipals"}),
        ("applicationOwners", "applications", {"users"}),
        ("servicePrincipalOwners", "servicePrincipals", {"users"}),
    ],
)
def test_owners_exist(name: str, parents: str, owners: set[str]) -> None:
    assert ids(name) == ids(parents)
    assert {owner["id"] for record in TENANT[name] for owner in record["owners"]} <= ids(*owners)
    assert {bool(record["owners"]) for record in TENANT[name]} == {True, False}


def test_groups_that_privileged_identity_management_governs_exist() -> None:
    governed = ids("privilegedAccessGroups")
    assert governed <= ids("groups")
    for name in ("groupEligibilityScheduleInstances", "groupAssignmentScheduleInstances"):
        assert ids(name) == governed
        instances = [instance for record in TENANT[name] for instance in record["instances"]]
        assert {instance["groupId"] for instance in instances} <= governed
        absent = {instance["principalId"] for instance in instances} - ids("users", "groups")
        assert len(absent) == (1 if name.startswith("groupEligibility") else 0), "one was deleted"


def test_break_glass_accounts_have_methods_and_sign_ins_of_their_own() -> None:
    accounts = {named("users", name)["id"] for name in ("Orchid", "Emergency Admin (break-glass)", "Juniper")}
    assert ids("breakGlassMethods") == ids("breakGlassSignIns") == accounts
    for record in TENANT["breakGlassSignIns"]:
        assert {sign_in["userId"] for sign_in in record["signIns"]} <= {record["id"]}


def test_a_deleted_user_has_the_immutable_id_of_an_active_one() -> None:
    immutable = {user["onPremisesImmutableId"] for user in TENANT["users"]} - {None}
    assert immutable & {user["onPremisesImmutableId"] for user in TENANT["deletedUsers"]}
    assert not ids("deletedUsers") & ids("users")


def test_access_packages_give_what_their_catalogue_has() -> None:
    offered = {one["originId"] for record in TENANT["accessPackageCatalogResources"] for one in record["resources"]}
    given = {one["scope"]["originId"] for package in TENANT["accessPackages"] for one in package["resourceRoleScopes"]}
    assert given <= offered & ids("groups")
    assert {policy["accessPackage"]["id"] for policy in TENANT["accessPackageAssignmentPolicies"]} <= ids(
        "accessPackages"
    )


def test_groups_stand_in_a_circle_below_an_exclusion_group() -> None:
    members = {record["id"]: {member["id"] for member in record["members"]} for record in TENANT["groupMembers"]}
    one, two = (named("groups", f"Legacy systems {letter}")["id"] for letter in "AB")
    assert two in members[one] and one in members[two]
    assert one in members[named("groups", "CA exclusions")["id"]]


def test_conditional_access_names_only_what_exists() -> None:
    words = {"All", "None", "GuestsOrExternalUsers"}
    for policy in TENANT["conditionalAccessPolicies"]:
        users, locations = policy["conditions"]["users"], policy["conditions"]["locations"] or {}
        assert {*users["includeUsers"], *users["excludeUsers"]} <= ids("users") | words
        assert {*users["includeGroups"], *users["excludeGroups"]} <= ids("groups")
        assert {*users["includeRoles"], *users["excludeRoles"]} <= ids("roleDefinitions")
        assert {*locations.get("excludeLocations", [])} <= ids("namedLocations") | {"AllTrusted"}
    states = {policy["state"] for policy in TENANT["conditionalAccessPolicies"]}
    assert states == {"enabled", "disabled", "enabledForReportingButNotEnforced"}


ROLE_RESOURCES = ("roleAssignments", "roleAssignmentScheduleInstances", "roleEligibilityScheduleInstances")


@pytest.mark.parametrize("name", ROLE_RESOURCES)
def test_roles_are_held_by_principals_that_exist_but_for_the_deleted(name: str) -> None:
    principals = {record["principalId"] for record in TENANT[name]}
    gone = principals - ids("users", "groups", "servicePrincipals")
    assert gone <= set(roles.DELETED)
    assert {record["roleDefinitionId"] for record in TENANT[name]} <= ids("roleDefinitions")


def test_deleted_principals_hold_an_active_and_an_eligible_role() -> None:
    for deleted, name in zip(roles.DELETED, ("roleAssignments", "roleEligibilityScheduleInstances"), strict=True):
        assert deleted in {record["principalId"] for record in TENANT[name]}
        assert deleted not in ids("users", "groups", "servicePrincipals")


def test_active_assignments_and_their_instances_are_the_same() -> None:
    keys = ("id", "principalId", "roleDefinitionId", "directoryScopeId")
    plain, instances = (
        sorted(tuple(record[key] for key in keys) for record in TENANT[name]) for name in ROLE_RESOURCES[:2]
    )
    assert plain == instances


def test_assignment_ids_are_formed_as_entra_forms_them() -> None:
    """Checked on an assignment of a real tenant (``real-tenant/roleAssignmentScheduleInstances.json``)."""
    role, principal = "62e90394-69f5-4237-9190-012177145e10", "2d9a50a8-6688-48eb-8646-86acb74e2f05"
    assert role_assignment_id(role, principal) == "lAPpYvVpN0KRkAEhdxReEKhQmi2IZutIhkaGrLdOLwU-1"


def test_roles_with_rules_exist() -> None:
    assert {record["roleDefinitionId"] for record in TENANT["roleManagementPolicyAssignments"]} <= ids(
        "roleDefinitions"
    )
    for record in TENANT["roleManagementPolicyAssignments"]:
        assert len({rule["id"] for rule in record["policy"]["rules"]}) == 17


def test_grants_are_of_permissions_that_the_api_has() -> None:
    by_id = {record["id"]: record for record in TENANT["servicePrincipals"]}
    for record in TENANT["appRoleAssignedTo"]:
        offered = {role["id"] for role in by_id[record["id"]]["appRoles"]}
        for assignment in record["assignments"]:
            assert assignment["appRoleId"] in offered
            assert assignment["principalId"] in by_id
    for grant in TENANT["oauth2PermissionGrants"]:
        scopes = {scope["value"] for scope in by_id[grant["resourceId"]]["oauth2PermissionScopes"]}
        assert set(grant["scope"].split()) <= scopes
        assert grant["clientId"] in by_id
        assert (grant["principalId"] in ids("users")) == (grant["consentType"] == "Principal")


def test_app_registrations_ask_for_permissions_that_the_api_has() -> None:
    by_app = {record["appId"]: record for record in TENANT["servicePrincipals"]}
    for application in TENANT["applications"]:
        for required in application["requiredResourceAccess"]:
            api = by_app[required["resourceAppId"]]
            offered = {("Role", role["id"]) for role in api["appRoles"]}
            offered |= {("Scope", scope["id"]) for scope in api["oauth2PermissionScopes"]}
            assert {(access["type"], access["id"]) for access in required["resourceAccess"]} <= offered


def test_apis_have_the_ids_and_names_that_the_catalogue_knows() -> None:
    names = {record["appId"]: record["displayName"] for record in TENANT["servicePrincipals"]}
    known = {app_id: name for app_id, name in WELL_KNOWN_APIS.items() if app_id in names}
    assert len(known) == 4
    assert {app_id: names[app_id] for app_id in known} == known


def test_cloud_pcs_are_assigned_to_groups_that_exist() -> None:
    targets = {
        assignment["target"]["groupId"]
        for policy in TENANT["cloudPcProvisioningPolicies"]
        for assignment in policy["assignments"]
    }
    assert targets <= ids("groups")
    dynamic = {"DynamicMembership" in group["groupTypes"] for group in TENANT["groups"] if group["id"] in targets}
    assert dynamic == {True, False}


def test_members_of_a_right_windows_365_group_are_who_has_an_enabled_plan() -> None:
    plans = {licenses.CLOUD_PC_2.id, licenses.CLOUD_PC_4.id}
    entitled = {
        user["id"]
        for user in TENANT["users"]
        for plan in user["assignedPlans"]
        if plan["servicePlanId"] in plans and plan["capabilityStatus"] == "Enabled"
    }
    right = named("groups", "Windows 365 users")["id"]
    members = next(record for record in TENANT["groupMembers"] if record["id"] == right)["members"]
    assert {member["id"] for member in members} == entitled


def test_the_registration_report_has_a_row_for_every_user() -> None:
    assert ids("userRegistrationDetails") == ids("users")


def test_who_never_signed_in_has_no_activity_instead_of_null() -> None:
    assert {"signInActivity" in user for user in TENANT["users"]} == {True, False}
    assert all(user.get("signInActivity", "absent") is not None for user in TENANT["users"])


@pytest.mark.parametrize("kind", hostile.NAMES)
def test_every_hostile_name_belongs_to_a_user(kind: str) -> None:
    assert named("users", hostile.NAMES[kind])


@pytest.mark.parametrize(
    "name", ["users", "groups", "servicePrincipals", "applications", "conditionalAccessPolicies", "namedLocations"]
)
def test_hostile_names_are_everywhere(name: str) -> None:
    hostiles = set(hostile.NAMES.values())
    assert any(bad in (record["displayName"] or "") for record in TENANT[name] for bad in hostiles)


def test_the_longest_name_is_as_long_as_graph_allows() -> None:
    assert max(len(user["displayName"] or "") for user in TENANT["users"]) == 256


def test_users_are_of_every_kind() -> None:
    users = TENANT["users"]
    assert 190 <= len(users) <= 210
    assert {user["userType"] for user in users} == {"Member", "Guest"}
    assert {user["accountEnabled"] for user in users} == {True, False}
    assert {user["onPremisesSyncEnabled"] for user in users} == {True, False, None}
    assert {"#EXT#" in user["userPrincipalName"] for user in users} == {True, False}
    assert {bool(user["assignedLicenses"]) for user in users} == {True, False}


def test_the_editions_said_to_be_owned_are_those_with_enabled_units() -> None:
    enabled = {
        plan["servicePlanName"]
        for sku in TENANT["subscribedSkus"]
        for plan in sku["servicePlans"]
        if sku["prepaidUnits"]["enabled"]
    }
    assert {"AAD_PREMIUM", "AAD_PREMIUM_P2"} <= enabled
    assert not {"AAD_WRKLDID_P1", "AAD_WRKLDID_P2", "CPC_1"} & enabled


def test_the_configuration_of_the_demo_names_what_exists() -> None:
    config = load_config(make.FOLDER / "tenantlint.yaml")
    names = {user["userPrincipalName"] for user in TENANT["users"]}
    assert set(config.break_glass.accounts) <= names
    assert all(named("groups", group) for group in config.break_glass.groups)
    assert all(named("conditionalAccessPolicies", policy) for policy in config.break_glass.protection_policies)
    assert {waiver.record for waiver in config.waivers} <= ids("servicePrincipals")
    now = make.NOW.date()
    assert [waiver.expires >= now for waiver in config.waivers] == [True, False]
    assert all(attestation.date <= now for attestation in config.attestations)


def test_the_configuration_of_the_demo_speaks_of_policies_that_ship() -> None:
    config = load_config(make.FOLDER / "tenantlint.yaml")
    shipped = {path.stem for path in policies_folder().rglob("*.yaml")}
    assert {waiver.policy for waiver in config.waivers} | {one.policy for one in config.attestations} <= shipped


def test_the_files_show_hostile_names_escaped() -> None:
    content = make.files()["users.json"]
    assert content.isascii()
    assert json.loads(content) == TENANT["users"]
