"""A tenant with a configuration of several layers, and its evidence pack."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scanner.bundle.pack import Evaluated, pack
from scanner.model import Scan
from scanner.workflow import Project, open_project, scan_snapshot
from tests.snapshot.builders import record, write

POLICY = """\
id: {id}
title: A rule for tests
severity: medium
description: A rule for the tests of evidence packs.
remediation: Do what the test says.
references: [https://learn.microsoft.com/entra/]
controls: {{zero-trust: [verify-explicitly]}}
tags: [ours]
params:
  letters: {{type: integer, default: 3, description: Least number of letters.}}
resource: {resource}
assert: {singular}.displayName.size() >= params.letters
message: "{{{singular}.displayName}} is too short"
"""
ATTESTED = """\
id: key-in-safe
title: The key is in a safe
severity: low
description: A rule for the tests of evidence packs.
remediation: Put it there.
references: [https://learn.microsoft.com/entra/]
controls: {zero-trust: [assume-breach]}
tags: [ours]
attestation: {statement: The key is in a safe., validDays: 365}
"""
RESOURCES = """\
  - name: serviceHealth
    singular: health
    path: admin/serviceAnnouncement/healthOverviews
    permission: ServiceHealth.Read.All
    properties: {id: string, displayName: string, owner: {id: string}, labels: [string]}
"""
FILES = {
    "rules/users/names-long.yaml": POLICY.format(id="names-long", resource="users", singular="user"),
    "rules/groups/names-long-of-groups.yaml": POLICY.format(
        id="names-long-of-groups", resource="groups", singular="group"
    ),
    "rules/health-named.yaml": POLICY.format(id="health-named", resource="serviceHealth", singular="health"),
    "rules/left-out.yaml": POLICY.format(id="left-out", resource="groups", singular="group"),
    "rules/key-in-safe.yaml": ATTESTED,
    "rules/guest-access-ours.yaml": POLICY.format(id="guest-access-ours", resource="users", singular="user").replace(
        "title:", "replaces: guest-access-restricted\naliases: [guests-of-old]\ntitle:"
    ),
    "team/tenantlint.yaml": (
        "failOn: high\nseverities: {names-long: high, guests-of-old: info}\n"
        "params: {names-long: {letters: 4}, guest-access-ours: {letters: 1}}\n"
    ),
    "team/waivers.yaml": (
        "waivers:\n  - {policy: names-long-of-groups, record: g1, reason: It is old., approver: board, "
        "expires: 2026-06-30, ticket: SEC-1}\n  - {policy: left-out, record: g1, reason: r, approver: a, "
        "expires: 2026-06-30}\n"
    ),
    "tenantlint.yaml": (
        "extends: team/tenantlint.yaml\npolicies: [rules]\nselect: [tag:ours]\nignore: [left-out]\n"
        "params: {names-long: {letters: 5}}\nresources:\n" + RESOURCES + "breakGlass:\n  accounts: [orchid]\n"
        "  testWindows: [{from: 2026-01-20T09:00:00+01:00, to: 2026-01-20T11:00:00Z, reason: drill}]\n"
    ),
    "attestations.yaml": (
        "attestations:\n  - {policy: key-in-safe, person: duty manager, date: 2026-01-02, statement: Sealed.}\n"
        "  - {policy: no-such-policy, person: duty manager, date: 2026-01-02}\n"
    ),
}


@dataclass(frozen=True)
class Packed:
    """A pack and what it was made of."""

    folder: Path
    project: Project
    snapshot: Path
    scan: Scan

    @property
    def made_of(self) -> Evaluated:
        return Evaluated(self.project.policies, self.project.config, self.project.declared.elsewhere, self.snapshot)

    @property
    def data(self) -> bytes:
        return pack(self.scan, self.made_of)

    def put(self, data: bytes, name: str = "pack.zip") -> Path:
        """A file with ``data``."""
        path = self.folder / name
        path.write_bytes(data)
        return path


def layered(folder: Path) -> Packed:
    """The tenant, its rules and its configuration, written into an empty folder and scanned."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    snapshot = write(
        folder / "snapshot",
        {
            "users": [record("u1", displayName="Ann"), record("u2", displayName="Bartholomew")],
            "groups": [record("g1", displayName="IT"), record("g2", displayName="Everybody")],
            "serviceHealth": [record("h1", displayName="Exchange")],
        },
    )
    project = open_project((), (), folder / "tenantlint.yaml")
    return Packed(folder, project, snapshot, scan_snapshot(project, snapshot))
