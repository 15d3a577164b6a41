"""Names of roles, and which of them are privileged."""

from __future__ import annotations

import pytest

from scanner.errors import NotCollected
from scanner.tenant.roles.definitions import Definition, definition
from scanner.tenant.roles.privileged import LATER, ON_THE_PAGE, is_privileged
from tests.tenant.sample import CUSTOM_ROLE, DIRECTORY_READERS, GLOBAL_ADMINISTRATOR, ROLES, tenant_of


@pytest.mark.parametrize(("role", "expected"), [(GLOBAL_ADMINISTRATOR, True), (DIRECTORY_READERS, False)])
def test_built_in_roles_have_microsofts_label(role: str, expected: bool) -> None:
    assert is_privileged(role) is expected
    assert definition(tenant_of(roleDefinitions=ROLES), role).privileged is expected


def test_the_list_of_labels_has_as_many_roles_as_the_page() -> None:
    assert len(ON_THE_PAGE) == 29
    assert not ON_THE_PAGE & LATER


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (["microsoft.directory/applications/standard/read"], False),
        (["microsoft.directory/applications/standard/read", "microsoft.directory/groups/basic/update"], False),
        (["microsoft.directory/applications/credentials/update"], True),
        (["microsoft.directory/applications/standard/read", "microsoft.directory/applications/owners/update"], True),
        (["microsoft.directory/bitlockerKeys/key/read"], True),
        ([], False),
    ],
)
def test_a_custom_role_is_privileged_unless_its_permissions_exclude_what_is(actions: list[str], expected: bool) -> None:
    role = {
        "id": CUSTOM_ROLE,
        "templateId": CUSTOM_ROLE,
        "displayName": "Own",
        "isBuiltIn": False,
        "rolePermissions": [{"allowedResourceActions": actions}],
    }
    assert definition(tenant_of(roleDefinitions=[role]), CUSTOM_ROLE) == Definition("Own", CUSTOM_ROLE, expected)


def test_a_custom_role_is_no_built_in_one_whatever_its_template_says() -> None:
    """The template id of a custom role can be chosen: https://learn.microsoft.com/graph/api/resources/unifiedroledefinition"""
    role = {"id": CUSTOM_ROLE, "templateId": GLOBAL_ADMINISTRATOR, "isBuiltIn": False, "rolePermissions": []}
    assert definition(tenant_of(roleDefinitions=[role]), CUSTOM_ROLE).template == CUSTOM_ROLE


def test_a_role_that_is_not_known_to_be_built_in_is_judged_by_its_permissions_too() -> None:
    permissions = [{"allowedResourceActions": ["microsoft.directory/applications/credentials/update"]}]
    own = {"id": CUSTOM_ROLE, "templateId": CUSTOM_ROLE, "isBuiltIn": None, "rolePermissions": permissions}
    known = {"id": GLOBAL_ADMINISTRATOR, "templateId": GLOBAL_ADMINISTRATOR}
    tenant = tenant_of(roleDefinitions=[own, known])
    assert definition(tenant, CUSTOM_ROLE).privileged is True
    assert definition(tenant, GLOBAL_ADMINISTRATOR).privileged is True


@pytest.mark.parametrize("permissions", [None, [{"allowedResourceActions": None}]])
def test_a_custom_role_of_which_the_permissions_are_not_told_is_unknown(permissions: object) -> None:
    role = {"id": CUSTOM_ROLE, "isBuiltIn": False, "rolePermissions": permissions}
    with pytest.raises(NotCollected, match="roleDefinitions"):
        definition(tenant_of(roleDefinitions=[role]), CUSTOM_ROLE)


@pytest.mark.parametrize("isBuiltIn", [True, None])
def test_the_letter_case_of_ids_does_not_matter(isBuiltIn: bool | None) -> None:
    loud = GLOBAL_ADMINISTRATOR.upper()
    role = {"id": loud, "templateId": loud, "displayName": "Global Administrator", "isBuiltIn": isBuiltIn}
    for held in (loud, GLOBAL_ADMINISTRATOR):
        found = definition(tenant_of(roleDefinitions=[role]), held)
        assert found == Definition("Global Administrator", GLOBAL_ADMINISTRATOR, True)
    assert definition(tenant_of(roleDefinitions=[]), loud).privileged is True


def test_a_role_that_was_deleted_is_named_by_its_id() -> None:
    assert definition(tenant_of(roleDefinitions=ROLES), "gone") == Definition("gone", "gone", False)


def test_a_role_without_name_and_template_has_its_id_for_both() -> None:
    assert definition(tenant_of(roleDefinitions=[{"id": "x", "isBuiltIn": True}]), "x") == Definition("x", "x", False)


def test_without_roles_nothing_is_said() -> None:
    with pytest.raises(NotCollected, match="roleDefinitions"):
        definition(tenant_of(), GLOBAL_ADMINISTRATOR)
