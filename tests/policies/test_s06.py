"""S6 on the demo tenant: who holds which role and what is wrong about it, and the export that shows it all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from scanner.config import load_config
from scanner.demo.contoso import hostile
from scanner.demo.run import CONFIG
from scanner.export.inventory import take
from scanner.export.role_assignments import ROLE_ASSIGNMENTS, RoleAssignment
from scanner.model import Status
from scanner.snapshot import Snapshot
from tests.policies.conftest import DemoScan

HELPDESK = hostile.NAMES["formula"]
"""The group that holds Helpdesk Administrator has this name."""
GUEST = "partner{:02}_fabrikam.example#EXT#@contoso.onmicrosoft.com"

FINDINGS: Mapping[str, Mapping[str, str]] = {
    "apps-without-privileged-roles": {
        "Contoso Scanner": "Global Reader",
        "Legacy Provisioning": "Global Administrator",
    },
    "global-admin-activation-approved": {"Privileged Role Administrator": "Nobody has to agree"},
    "global-admins-in-minority": {"Contoso": "12 users hold Global Administrator, 6 hold a lesser role"},
    "group-activation-alerted": {"Role: Global Administrators": "Nobody named is told when membership"},
    "group-activation-mfa": {"Role: Global Administrators": "without multifactor authentication"},
    "group-activation-approved": {"Role: Global Administrators": "Nobody has to agree when membership"},
    "group-cycles-none": {"Contoso": "Legacy systems A, Legacy systems B"},
    "guests-without-privileged-roles": {
        GUEST.format(1): "Global Administrator (eligible)",
        GUEST.format(2): "Helpdesk Administrator (permanent)",
        GUEST.format(3): "Security Reader (permanent)",
    },
    "privileged-groups-guarded": {
        HELPDESK: "its owners could give it to anybody",
        "Role: Application Administrators": "its owners could give it to anybody",
        "Helpdesk trainees": "it is not role-assignable",
    },
    "privileged-users-cloud-only": {
        "t0-admin03@contoso.example": "Global Administrator",
        "emergency-admin@contoso.example": "Global Administrator",
        "warehouse.worker023@contoso.example": "Helpdesk Administrator",
    },
}
"""By policy: the records that are found, each with words of its message."""

UNTOLD = {"Application", "Cloud Application", "Exchange", "Hybrid Identity", "Privileged Role", "SharePoint"}


@pytest.mark.parametrize("policy", FINDINGS)
def test_what_is_wrong_is_found_by_name(demo: DemoScan, policy: str) -> None:
    found = demo.findings(policy)
    assert demo.status(policy) is Status.FAIL
    assert found.keys() == FINDINGS[policy].keys()
    for name, words in FINDINGS[policy].items():
        assert words in found[name]


@pytest.mark.parametrize(
    ("policy", "roles"),
    [
        ("privileged-activation-mfa", UNTOLD),
        ("privileged-activation-alerted", UNTOLD),
        ("privileged-assignment-alerted", UNTOLD | {"User"}),
    ],
)
def test_settings_of_the_highly_privileged_roles_are_judged(demo: DemoScan, policy: str, roles: set[str]) -> None:
    assert demo.findings(policy).keys() == {f"{role} Administrator" for role in roles}
    assert demo.result(policy).considered == 8


def test_the_settings_of_global_administrator_are_right(demo: DemoScan) -> None:
    assert demo.status("global-admin-assignments-expire") is Status.PASS


def test_assignments_of_deleted_principals_are_found(demo: DemoScan) -> None:
    messages = sorted(demo.findings("role-holders-exist").values())
    assert [message.partition(" to ")[0] for message in messages] == [
        "Application Administrator is given through a group",
        "Cloud Application Administrator is assigned",
        "Global Administrator is assigned",
    ]


def test_permanent_holders_are_found_whatever_the_way(demo: DemoScan) -> None:
    found = demo.findings("privileged-roles-not-permanent")
    assert found["Tier-0 Administrator 02"].endswith("permanently holds Global Administrator (direct)")
    for name in ("Tier-0 Administrator 05", "Tier-0 Administrator 07"):
        assert found[name].endswith("(through Role: Global Administrators)")
    for name in ("Orchid", "Tier-0 Administrator 04", "Sales Agent 021", "Warehouse Worker 023"):
        assert name not in found, "a break-glass account, or one that has the role for a time or not yet"


# --- the export ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows(demo: DemoScan) -> list[RoleAssignment]:
    inventory = take(ROLE_ASSIGNMENTS, Snapshot.open(demo.snapshot), load_config(CONFIG).break_glass)
    assert inventory.missing == ()
    return [row for row in inventory.rows if isinstance(row, RoleAssignment)]


def held(rows: list[RoleAssignment], role: str, principal: str) -> list[tuple[Any, ...]]:
    return [
        (row.type, row.activated, f"{row.end:%Y-%m-%d}" if row.end else "", row.scope, row.path)
        for row in rows
        if (row.role, row.principal) == (f"{role} Administrator", principal)
    ]


GLOBAL, NESTED = ["Role: Global Administrators"], ["Role: Global Administrators", "Role: nested"]
APPLICATION, TRAINEES = ["Role: Application Administrators"], [HELPDESK, "Helpdesk trainees"]


@pytest.mark.parametrize(
    ("role", "principal", "expected"),
    [
        ("Global", "Orchid", [("permanent", False, "", "tenant", [])]),
        ("Global", "Tier-0 Administrator 04", [("active with an end", False, "2026-12-31", "tenant", [])]),
        ("Global", "Juniper", [("eligible", False, "", "tenant", [])]),
        ("Global", "Tier-0 Administrator 07", [("permanent", False, "", "tenant", NESTED)]),
        # Eligible members of a group that has its role actively, one of them by way of a group of trainees.
        ("Global", "Tier-0 Administrator 09", [("eligible", False, "2027-08-28", "tenant", GLOBAL)]),
        ("Helpdesk", "Warehouse Worker 023", [("eligible", False, "", "tenant", TRAINEES)]),
        (
            "Helpdesk",
            "Sales Agent 021",
            [
                ("active with an end", True, "2026-11-01", "tenant", [HELPDESK]),
                ("eligible", False, "2027-04-30", "tenant", [HELPDESK]),
            ],
        ),
        # Active members of a group that is eligible for its role, one of them until a date.
        ("Application", "Tier-0 Administrator 08", [("eligible", False, "", "tenant", APPLICATION)]),
        ("Application", "Tier-0 Administrator 09", [("eligible", False, "2027-01-30", "tenant", APPLICATION)]),
        ("Authentication", hostile.NAMES["control"], [("permanent", False, "", "administrativeUnit", [])]),
        ("Cloud Application", "(no longer exists)", [("eligible", False, "", "tenant", [])]),
    ],
)
def test_each_way_of_holding_a_role_is_exported(
    rows: list[RoleAssignment], role: str, principal: str, expected: list[tuple[Any, ...]]
) -> None:
    assert held(rows, role, principal) == expected


def test_a_role_over_a_single_application_is_exported_as_such(rows: list[RoleAssignment]) -> None:
    (row,) = [row for row in rows if row.scope == "application"]
    assert (row.role, row.principal, row.principalType) == (
        "Contoso Application Support",
        "Warehouse Worker 028",
        "user",
    )


def test_holders_of_every_kind_are_exported(rows: list[RoleAssignment]) -> None:
    assert {row.principalType for row in rows} == {"user", "group", "servicePrincipal", "deleted"}
    assert {row.principal for row in rows if row.breakGlass} == {"Orchid", "Juniper", "Emergency Admin (break-glass)"}
