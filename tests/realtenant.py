"""Turns the Graph responses of a real tenant into a folder that the emulator serves.

The source is ``../shared/data/real-tenant``: one file a request, ``{"request": …, "response": …}``, taken from a
tool's export. The export has lost ids that Graph always sends, and comes from the beta endpoint; ``convert`` puts back
what tenantlint reads, and adds nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scanner.collect.catalogue import BY_NAME

SOURCE = Path(__file__).parents[2] / "shared" / "data" / "real-tenant"

Json = dict[str, Any]


def convert(source: Path, target: Path) -> list[str]:
    """Write ``target`` from the files of ``source``; gives the resources there are, sorted.

    Files about what the catalogue does not have (group settings) are left out.
    """
    target.mkdir(parents=True, exist_ok=True)
    responses = {path.stem: json.loads(path.read_bytes())["response"] for path in sorted(source.glob("*.json"))}
    tenant_id = responses["organization"]["value"][0]["id"]
    names = [name for name in responses if name in BY_NAME]
    for name in names:
        content = _content(name, responses[name], tenant_id)
        (target / f"{name}.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
    return names


def _content(name: str, response: Json, tenant_id: str) -> Json | list[Json]:
    mend = MENDING.get(name, _as_it_is)
    if BY_NAME[name].singleton:
        return mend({key: value for key, value in response.items() if key != "@odata.context"}, tenant_id)
    return [mend(record, tenant_id) for record in response["value"]]


def _as_it_is(record: Json, tenant_id: str) -> Json:
    return record


def _sku(record: Json, tenant_id: str) -> Json:
    """https://learn.microsoft.com/graph/api/resources/subscribedsku: the id is ``{tenant}_{skuId}``."""
    return {"id": f"{tenant_id}_{record['skuId']}", **record}


def _role_policy(record: Json, tenant_id: str) -> Json:
    """https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementpolicyassignment: policy id and role."""
    role = record["roleDefinitionId"]
    return {"id": f"DirectoryRole_{tenant_id}_{role}", **record}


def _authorization(record: Json, tenant_id: str) -> Json:
    """The consent policies stand elsewhere in v1.0: https://learn.microsoft.com/graph/api/authorizationpolicy-get."""
    given = dict(record)
    assigned = given.pop("permissionGrantPolicyIdsAssignedToDefaultUserRole")
    permissions = {**given["defaultUserRolePermissions"], "permissionGrantPoliciesAssigned": assigned}
    return {**given, "defaultUserRolePermissions": permissions}


MENDING: Mapping[str, Callable[[Json, str], Json]] = {
    "authorizationPolicy": _authorization,
    "roleManagementPolicyAssignments": _role_policy,
    "subscribedSkus": _sku,
}
"""What is put right, by resource."""
