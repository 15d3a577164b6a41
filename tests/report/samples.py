"""Scans for report tests: one of each status, and one whose every text is hostile."""

from __future__ import annotations

from scanner.model import (
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

TENANT = "c8b1ff3e-0000-4000-8000-000000000001"


def policy(id: str, severity: Severity = Severity.HIGH, **changes: object) -> PolicyInfo:
    fields: dict[str, object] = {
        "id": id,
        "title": f"Title of {id}",
        "severity": severity,
        "description": f"Why {id} matters.",
        "remediation": "Open the portal, then:\nchange it.",
        "references": ("https://learn.microsoft.com/entra/",),
        "controls": {"zero-trust": ("assume-breach",), "cisa-scuba": ("MS.AAD.3.1", "MS.AAD.3.2")},
        "tags": ("break-glass",),
        "path": f"policies/break-glass/{id}.yaml",
        "line": 14,
        "source": "user.accountEnabled && user.otherMails.size() == 0",
    }
    return PolicyInfo(**{**fields, **changes})  # type: ignore[arg-type]  # fields of mixed types by name


def record(number: int, resource: str = "users") -> Record:
    return Record(resource, f"00000000-0000-4000-8000-{number:012d}", f"person{number}@contoso.example")


def finding(policy_id: str, number: int, waived: Waived | None = None) -> Finding:
    return Finding(
        id=f"{policy_id}-{number}",
        record=record(number),
        message=f"person{number} is enabled",
        evidence=(Evidence("user.accountEnabled", True), Evidence("user.otherMails", ["a@b.example"])),
        failed=("user.otherMails.size() == 0",),
        waived=waived,
    )


def result(policy: PolicyInfo, status: Status, **changes: object) -> Result:
    fields: dict[str, object] = {"summary": f"This is {status}.", "resource": "users", "considered": 3}
    return Result(policy=policy, status=status, **{**fields, **changes})  # type: ignore[arg-type]  # as above


def scan(*results: Result, **changes: object) -> Scan:
    fields: dict[str, object] = {
        "tenant_id": TENANT,
        "tenant_name": "Contoso",
        "collected_at": "2026-01-31T09:00:00+01:00",
        "tool_version": "0.1.0",
    }
    return Scan(results=results, **{**fields, **changes})  # type: ignore[arg-type]  # as above


ACCEPTED = Waived("Replaced in spring", "Security board", "2026-06-30", "SEC-12")

SAMPLE = scan(
    result(
        policy("accounts-enabled"),
        Status.FAIL,
        summary="2 of 3 records break the rule.",
        findings=(
            finding("accounts-enabled", 1),
            finding("accounts-enabled", 2, ACCEPTED),
            finding("accounts-enabled", 3),
        ),
        unjudged=(Unjudged(record(4), Status.UNKNOWN, "users: property signInActivity was not collected"),),
        hints=("Likely candidates: bg1@contoso.example.",),
    ),
    result(
        policy("block-legacy", Severity.CRITICAL),
        Status.FAIL,
        summary="None of 2 records meets the rule; at least one must.",
        resource="conditionalAccessPolicies",
        findings=(
            Finding(
                "block-legacy-*",
                Record("conditionalAccessPolicies", "*", "conditionalAccessPolicies"),
                "0 of 2 conditionalAccessPolicies meet the rule.",
                (Evidence("met", 0),),
                ('policy.state == "enabled"',),
            ),
        ),
        near_miss=NearMiss(
            Record("conditionalAccessPolicies", "p1", "Block legacy"),
            2,
            3,
            ('policy.state == "enabled"',),
            (Evidence("policy.state", "enabledForReportingButNotEnforced"),),
        ),
    ),
    result(
        policy("breaks-at-run-time", Severity.LOW),
        Status.ERROR,
        summary="1 record could not be judged.",
        unjudged=(Unjudged(record(5), Status.ERROR, "no such overload", "user.createdDateTime < now"),),
    ),
    result(
        policy("needs-sign-ins", Severity.MEDIUM),
        Status.UNKNOWN,
        summary="Not collected: users.",
        missing=(
            Missing("users", Outcome.COLLECTED, "property signInActivity was not collected"),
            Missing("roleAssignments", Outcome.DENIED, "denied: needs the application permission X.Read.All"),
        ),
    ),
    result(policy("password-in-safe"), Status.MANUAL, summary="No attestation is in date."),
    result(
        policy("all-accepted"),
        Status.WAIVED,
        summary="Every finding is waived.",
        findings=(finding("all-accepted", 6, ACCEPTED),),
    ),
    result(policy("all-good"), Status.PASS, summary="Holds for all 3 records concerned."),
    result(policy("no-licence", Severity.INFO), Status.NOT_APPLICABLE, summary="The tenant has no P2."),
    incomplete=(Missing("roleAssignments", Outcome.DENIED, "RoleManagement.Read.Directory"),),
    notes=(Note("The waiver of all-good for x has no finding to waive.", NoteKind.WAIVER_UNUSED, "all-good", "x"),),
)

HOSTILE_NAMES = (
    '<script>alert("x")</script>&amp;',
    "]]><!--",
    "quotes \" ' ` \\",
    "line\nbreak\r\nand\ttab",
    "nul\x00bell\x07del\x7f",
    "ansi\x1b[31mred\x1b]0;title\x07\x9b2J",
    "abc\u202egnp.exe\u2066\u2069\u200f",
    "line\u2028sep\u2029par\u0085nel",
    "zero\u200bwidth\ufeffbom\u00adsoft\U000e0041tag",
    "lone\ud800surrogate\udc00s",
    "nonchar\ufffe\uffff",
    "=cmd|' /C calc'!A0",
    "x" * 10_000,
    "{0} {{1}} {braces} [link](https://evil.example) $(id) %s",
    "[bold red]markup[/] :warning:",
    "😀 كلمة 名前 e\u0301",
    "",
)
"""Names that someone in a tenant could choose, or nearly."""


def hostile() -> Scan:
    """Every text that comes from a tenant or a policy is a hostile name, one after the other."""
    results = []
    for number, name in enumerate(HOSTILE_NAMES):
        one = Finding(
            id=f"f{number}",
            record=Record("users", f"id-{number}{name[:100]}", name),
            message=f"message {number} {name}",
            evidence=(Evidence("user.displayName", name), Evidence("user.map", {name: [name, 1.5, None]})),
            failed=(f'user.displayName == "{name}"',),
        )
        waived = Finding(
            id=f"w{number}",
            record=Record("users", f"waived-{number}", name),
            message=name,
            evidence=(Evidence("x", name),),
            failed=(name,),
            waived=Waived(name or "r", name, "2026-06-30", name),
        )
        results.append(
            result(
                policy(
                    f"policy-{number:02d}", description=name, remediation=name, title=name, tags=(name,), source=name
                ),
                Status.FAIL,
                summary=name,
                findings=(one, waived),
                unjudged=(Unjudged(Record("users", f"u-{number}", name), Status.ERROR, name, name),),
                missing=(Missing("users", Outcome.FAILED, name),),
                near_miss=NearMiss(Record("users", f"n-{number}", name), 1, 2, (name,), (Evidence("x", name),)),
                hints=(name,),
            )
        )
        results.append(result(policy(f"unknown-{number:02d}", title=name), Status.UNKNOWN, summary=name))
        results.append(result(policy(f"passed-{number:02d}", title=name), Status.PASS, summary=name))
    return scan(
        *results,
        tenant_name="".join(HOSTILE_NAMES),
        incomplete=tuple(Missing("groups", Outcome.FAILED, name) for name in HOSTILE_NAMES),
        notes=tuple(map(Note, HOSTILE_NAMES)),
    )
