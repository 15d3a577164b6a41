"""Makes the files of the demo tenant: ``python -m scanner.demo.make [FOLDER]``.

The same files on every machine and run; one record a line, so that a change shows in ``git diff``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from scanner.collect.catalogue import License
from scanner.demo.bodies import Json
from scanner.demo.contoso import (
    apps,
    conditional_access,
    groups,
    licenses,
    locations,
    people,
    role_rules,
    roles,
    settings,
    strengths,
)
from scanner.demo.contoso.ids import NOW

__all__ = ["FOLDER", "NOW", "OWNED_LICENSES", "contoso", "files", "write"]

OWNED_LICENSES = frozenset({License.P1, License.P2})
"""The editions that Contoso has paid for: those of ``licenses.SKUS`` that are enabled."""

FOLDER = Path(__file__).parent / "tenant"
"""Where the files stand in this package, beside the demo's ``tenantlint.yaml``."""


def contoso() -> Mapping[str, list[Json] | Json]:
    """Every resource of the tenant by catalogue name."""
    users = people.users()
    return {
        "organization": settings.organization(),
        "domains": settings.domains(),
        "subscribedSkus": licenses.subscribed_skus(users),
        "users": users,
        "groups": groups.groups(),
        "groupMembers": groups.group_members(),
        "servicePrincipals": apps.service_principals(),
        "applications": apps.applications(),
        "appRoleAssignedTo": apps.app_role_assigned_to(),
        "oauth2PermissionGrants": apps.oauth2_permission_grants(),
        "roleDefinitions": roles.role_definitions(),
        "roleAssignments": roles.role_assignments(),
        "roleAssignmentScheduleInstances": roles.assignment_instances(),
        "roleEligibilityScheduleInstances": roles.eligibility_instances(),
        "roleManagementPolicyAssignments": role_rules.role_management_policy_assignments(),
        "conditionalAccessPolicies": conditional_access.conditional_access_policies(),
        "namedLocations": locations.named_locations(),
        "authenticationStrengthPolicies": strengths.authentication_strengths(),
        "authorizationPolicy": settings.authorization_policy(),
        "identitySecurityDefaultsEnforcementPolicy": settings.security_defaults(),
        "authenticationMethodsPolicy": settings.authentication_methods_policy(),
        "userRegistrationDetails": settings.user_registration_details(users, roles.administrators()),
        "cloudPcProvisioningPolicies": settings.cloud_pc_provisioning_policies(),
    }


def files() -> dict[str, bytes]:
    """File name → content. Characters beyond ASCII are escaped, so that hostile names cannot disturb an editor."""
    return {f"{name}.json": _text(content).encode() for name, content in contoso().items()}


def _text(content: list[Json] | Json) -> str:
    if isinstance(content, dict):
        return json.dumps(content, indent=1) + "\n"
    return "[\n" + ",\n".join(json.dumps(record, separators=(",", ":")) for record in content) + "\n]\n"


def write(folder: Path) -> None:
    """Write the files into ``folder``, which is made when it does not exist."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
