"""Turns the Graph responses of a real tenant into a folder that the emulator serves.

The source is ``../shared/data/real-tenant``: one file a request, ``{"request": …, "response": …}``, taken from a
tool's export. The export has lost ids that Graph always sends, and comes from the beta endpoint; ``convert`` puts back
what tenantlint reads, and adds nothing else. ``completed`` is the same tenant with a made-up rest of the directory.
``collect`` and ``scan`` are the way from there to verdicts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scanner.collect.auth import StaticTokenCredential
from scanner.collect.catalogue import BY_NAME, RESOURCES
from scanner.collect.command import Service, Target, run_collect
from scanner.collect.plan import make_plan
from scanner.collect.retry import Clock
from scanner.demo.emulator import Emulator
from scanner.demo.faults import Faults, denied
from scanner.demo.serve import running
from scanner.model import Outcome, Result
from scanner.tenant.break_glass.declared import BreakGlass
from scanner.workflow import needs_of, open_project, scan_snapshot

SOURCE = Path(__file__).parents[2] / "shared" / "data" / "real-tenant"

NOW = datetime(2026, 5, 10, tzinfo=UTC)
"""When it is collected: after the last change in the data (1 May 2026), before the first role ends (13 May)."""

UNSEEN = ("groups", "groupMembers", "servicePrincipals", "roleAssignments", "roleEligibilityScheduleInstances")
"""Resources that the export does not have and that tell who holds a role."""

Json = dict[str, Any]


def convert(source: Path, target: Path) -> list[str]:
    """Write ``target`` from the files of ``source``; gives the resources there are, sorted.

    Files about what the catalogue does not have (group settings) are left out.
    """
    target.mkdir(parents=True, exist_ok=True)
    tenant = content(source)
    for name, records in tenant.items():
        (target / f"{name}.json").write_text(json.dumps(records, indent=1), encoding="utf-8")
    return list(tenant)


def content(source: Path) -> dict[str, Any]:
    """The resources by name, sorted: a list of records, or one record for a singleton."""
    responses = {path.stem: json.loads(path.read_bytes())["response"] for path in sorted(source.glob("*.json"))}
    tenant_id = responses["organization"]["value"][0]["id"]
    return {name: _content(name, response, tenant_id) for name, response in responses.items() if name in BY_NAME}


def completed(source: Path) -> dict[str, Any]:
    """The tenant in single-file form, as if everybody who holds a role were an enabled user who is not synchronised,
    and there were no groups, service principals or eligible roles. Such a user is named by the first digits of the id.
    """
    tenant = content(source)
    held = {assignment["principalId"] for assignment in tenant["roleAssignmentScheduleInstances"]}
    invented = [{"id": key, "displayName": key[:8]} for key in sorted(held)]
    users = [_enabled(user) for user in (*tenant["users"], *invented)]
    nothing: Json = {name: [] for name in UNSEEN}
    when = {"collectedAt": NOW.isoformat()}
    return {**tenant, **nothing, **when, "users": users, "tenant": tenant["organization"][0]}


NOT_ASKED = {one.name for one in RESOURCES if one.azure or (one.fan_out and one.fan_out.declared)}
"""The export has nothing of Azure Resource Manager, and no break-glass account is declared whose log could be asked."""


def collect(folder: Path) -> Path:
    """The snapshot of the tenant, served in ``folder`` and collected for all shipped policies.

    What was not exported may not be read; nor may signInActivity: Graph leaves it out of a user who never signed in, so
    that its absence would say something that the export does not.
    """
    names = convert(SOURCE, folder / "tenant")
    emulator = Emulator.of(folder / "tenant", Faults({"users.signInActivity": denied()}))
    target = Target(folder / "snapshot", quiet=True)
    with running(emulator) as url:
        service = Service(url, clock=Clock(now=lambda: NOW))
        plan = make_plan(needs_of(open_project((), (), None)))
        manifest = run_collect(plan, BreakGlass(), StaticTokenCredential("token"), target, service)
    outcomes = {name: entry.outcome for name, entry in manifest.resources.items()}
    assert {name for name, outcome in outcomes.items() if outcome is Outcome.COLLECTED} == set(names) & set(outcomes)
    assert {name for name, outcome in outcomes.items() if outcome is Outcome.SKIPPED} == NOT_ASKED & set(outcomes)
    assert set(outcomes.values()) == {Outcome.COLLECTED, Outcome.DENIED, Outcome.SKIPPED}
    return target.output


def scan(folder: Path, tenant: Path | Json, config: str = "", policies: tuple[Path, ...] = ()) -> dict[str, Result]:
    """The results by policy id of a snapshot, or of a tenant in single-file form, which is written into ``folder``.

    ``config`` is the text of a configuration; without ``policies`` those shipped are meant.
    """
    path = tenant if isinstance(tenant, Path) else folder / "tenant.json"
    if not isinstance(tenant, Path):
        path.write_text(json.dumps(tenant), encoding="utf-8")
    configuration = folder / "tenantlint.yaml"
    configuration.write_text(config or "failOn: high", encoding="utf-8")
    done = scan_snapshot(open_project(policies, (), configuration), path)
    return {result.policy.id: result for result in done.results}


def _enabled(user: Json) -> Json:
    name = f"{user['id']}@tqhjy.onmicrosoft.com"
    return {**user, "userPrincipalName": name, "accountEnabled": True, "onPremisesSyncEnabled": None}


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
