"""A large, deterministic snapshot for the benchmarks: users as Graph sends them for the selected properties."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from scanner import __version__
from scanner.model import Outcome
from scanner.snapshot import Header, SnapshotWriter

COLLECTED_AT = datetime.fromisoformat("2026-11-01T06:00:00+00:00")
PLANS = (
    "exchange",
    "SharePoint",
    "MicrosoftCommunicationsOnline",
    "TeamspaceAPI",
    "WindowsDefenderATP",
    "AADPremiumService",
)
DEPARTMENTS = ("IT", "Finance", "Sales", "Operations", "Legal", "Human Resources")


def users(count: int) -> Iterator[dict[str, Any]]:
    """``count`` users; about one in fifty breaks each rule of ``policies/``."""
    chance = random.Random(20261101)
    for number in range(count):
        yield _user(number, chance)


def _user(number: int, chance: random.Random) -> dict[str, Any]:
    def odd() -> bool:
        return chance.random() < 0.02

    name = f"user{number:06}"
    domain = "fabrikam.example" if odd() else "contoso.example"
    member = chance.random() < 0.9
    created = COLLECTED_AT - timedelta(days=chance.randrange(1, 3000))
    seen = COLLECTED_AT - timedelta(hours=chance.randrange(2200, 9000) if odd() else chance.randrange(1, 2000))
    return {
        "id": f"{chance.getrandbits(128):032x}",
        "displayName": f"Demo User {number:06}",
        "userPrincipalName": f"{name}@{domain}",
        "mail": f"{name}@contoso.example",
        "userType": None if odd() else "Member" if member else "Guest",
        "accountEnabled": chance.random() < 0.95,
        "createdDateTime": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "department": chance.choice(DEPARTMENTS),
        "employeeId": f"X{number}" if odd() else f"E{number:06}",
        "usageLocation": None if odd() else chance.choice(("NL", "DE", "US")),
        "onPremisesSyncEnabled": True if odd() else None,
        "onPremisesImmutableId": None,
        "assignedLicenses": [] if odd() else [{"disabledPlans": [], "skuId": "05e9a617-0261-4cee-bb44-138d3ef5d965"}],
        "assignedPlans": [
            {
                "assignedDateTime": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "capabilityStatus": "Deleted" if odd() else "Enabled",
                "service": service,
                "servicePlanId": f"{index:08}-528a-4fc5-b1ba-845802cc764f",
            }
            for index, service in enumerate(PLANS)
        ],
        "proxyAddresses": [f"smtp:{name}@contoso.onmicrosoft.com"] + ([] if odd() else [f"SMTP:{name}@{domain}"]),
        "signInActivity": {
            "lastSuccessfulSignInDateTime": seen.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lastSignInDateTime": seen.strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
    }


def write_snapshot(folder: Path, count: int) -> None:
    """A snapshot folder with ``count`` users and nothing else."""
    with SnapshotWriter(folder) as writer:
        resource = writer.resource("users")
        for user in users(count):
            resource.add(msgspec.json.encode(user))
        resource.close(Outcome.COLLECTED)
        writer.finish(
            Header(
                tenant_id="00000000-0000-0000-0000-000000000000",
                tenant_name="Benchmark",
                collected_at=COLLECTED_AT.isoformat(),
                tool_version=__version__,
                cloud="global",
            )
        )
