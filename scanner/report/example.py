"""A small scan in which every field has a value: the examples of the published schemas are taken from it."""

from __future__ import annotations

from scanner.model import (
    Baseline,
    Evidence,
    Finding,
    Missing,
    NearMiss,
    Note,
    NoteKind,
    Outcome,
    PolicyInfo,
    Record,
    Result,
    Scan,
    Severity,
    Status,
    Unjudged,
    Waived,
)

_LACK = Missing("roleEligibilityScheduleInstances", Outcome.DENIED, "RoleManagement.Read.Directory")
_ORCHID = Record("users", "3f2a8c1e-5b7d-4e60-9a41-6c0d2f8b7e13", "orchid@contoso.onmicrosoft.com")
_BIRCH = Record("users", "8d1c7b52-0f3e-4a96-b7c8-1e5a9d3f6042", "birch@contoso.onmicrosoft.com")
_LICENSES = Evidence("user.assignedLicenses", [{"skuId": "06ebc4ee-1bb5-47dd-8120-11324bc54e06"}])

POLICY = PolicyInfo(
    id="break-glass-unlicensed",
    title="Break-glass accounts have no licence assigned",
    severity=Severity.LOW,
    description="A licence brings a mailbox to phish and a reason to sign in every day.",
    remediation="Microsoft 365 admin center > Users > Active users > the account > Licenses and apps: clear all.",
    references=("https://learn.microsoft.com/graph/api/user-assignlicense",),
    controls={"tenantlint": ("S2.5",), "zero-trust": ("least-privilege",)},
    tags=("break-glass",),
    path="policies/break-glass/break-glass-unlicensed.yaml",
    line=23,
    source="size(user.assignedLicenses) <= params.maximum",
    where="user.isBreakGlass",
    params={"maximum": 0},
)
FINDING = Finding(
    id="d5a3f0c19b7e4826",
    record=_ORCHID,
    message="orchid@contoso.onmicrosoft.com has licences: SPE_E5",
    evidence=(_LICENSES,),
    failed=("size(user.assignedLicenses) <= params.maximum",),
    waived=Waived("Moves to an unlicensed account in spring.", "security officer", "2027-03-31", "SEC-1234"),
    known=True,
)
SCAN = Scan(
    tenant_id="11111111-2222-3333-4444-555555555555",
    tenant_name="Contoso",
    collected_at="2026-11-01T06:00:00Z",
    tool_version="1.0.0",
    results=(
        Result(
            policy=POLICY,
            status=Status.WAIVED,
            summary="1 of 2 records breaks the rule; it is waived.",
            resource="users",
            considered=2,
            findings=(FINDING,),
            unjudged=(Unjudged(_BIRCH, Status.ERROR, "null has no order.", "user.createdDateTime < now"),),
            missing=(_LACK,),
            near_miss=NearMiss(_BIRCH, 1, 2, ("user.accountEnabled",), (Evidence("user.accountEnabled", False),)),
            hints=("These look like break-glass accounts: birch@contoso.onmicrosoft.com.",),
            known=True,
            unwaived=Status.FAIL,
        ),
    ),
    incomplete=(_LACK,),
    notes=(
        Note(
            "The waiver of app-power-not-granted ended on 2026-10-31.",
            NoteKind.WAIVER_EXPIRED,
            "app-power-not-granted",
            "5b1c1e2a-3c1d-4f0e-9d2b-8a7b6c5d4e3f",
        ),
    ),
    baseline=Baseline("2026-10-01T06:00:00Z", {"fail": 12, "pass": 80}, findings=30, new=2, fixed=5),
)
"""As if all of it could happen to one policy."""
