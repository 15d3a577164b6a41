"""Policies over a snapshot: one pass over each resource for all its policies.

    policies ──group by resource──▶ judges ──fed with the resource's records──▶ tallies ──decide──▶ results

What the snapshot lacks is bound as a value that raises ``NotCollected`` when an expression reads it, so that only a
verdict that does not depend on it can be a failure; and what the expressions themselves read must be there for a pass.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path, PurePath

import msgspec

from scanner import __version__
from scanner.cel.types import Types
from scanner.errors import NotCollected
from scanner.evaluate.attested import attestation_notes, decide_attested
from scanner.evaluate.judge import EVERYTHING
from scanner.evaluate.scope import Scope
from scanner.evaluate.sought import seek
from scanner.evaluate.verdict import Tally, Verdict, decide, undecided
from scanner.evaluate.waived import Waivers
from scanner.model import Finding, Missing, Note, Outcome, PolicyInfo, Result, Scan, Status
from scanner.policy.model import Attested, ParamValue, Policy, Rule
from scanner.policy.needs import reads
from scanner.policy.waivers import Declarations
from scanner.snapshot import Snapshot


@dataclass(frozen=True)
class _Job:
    """One rule, what of its own reading the snapshot lacks, and whether its licence could be looked up."""

    policy: Policy
    rule: Rule
    lack: tuple[Missing, ...]
    license_unknown: Missing | None


def evaluate(
    policies: Sequence[Policy],
    snapshot: Snapshot,
    types: Types,
    declared: Declarations,
    now: datetime | None = None,
) -> Scan:
    """All results, ordered by policy id; ``now`` is the snapshot's own time unless given.

    Raises ``SnapshotError`` where the snapshot itself proves to be broken.
    """
    scope = Scope(snapshot, types, policies, declared.break_glass, now)
    waivers = Waivers(declared.waivers, policies, scope.now, declared.elsewhere)
    results = [*_attested(policies, scope, declared), *_ruled(policies, scope, waivers)]
    scope.verify(policies)
    manifest = snapshot.manifest
    return Scan(
        tenant_id=manifest.tenant_id,
        tenant_name=manifest.tenant_name,
        collected_at=manifest.collected_at,
        tool_version=__version__,
        results=tuple(sorted(results, key=lambda result: result.policy.id)),
        incomplete=tuple(
            Missing(name, entry.outcome, entry.reason)
            for name, entry in sorted(manifest.resources.items())
            if entry.outcome not in (Outcome.COLLECTED, Outcome.SKIPPED)
        ),
        notes=(
            *map(Note, scope.notes()),
            *waivers.notes(results, partial(seek, scope)),
            *attestation_notes(declared.attestations, policies, scope.now, declared.elsewhere),
        ),
    )


def info(policy: Policy) -> PolicyInfo:
    """What reports show of a policy."""
    body = policy.body
    return PolicyInfo(
        id=policy.id,
        title=policy.title,
        severity=policy.severity,
        description=policy.description.strip(),
        remediation=policy.remediation.strip(),
        references=policy.references,
        controls=policy.controls,
        tags=policy.tags,
        path=_relative(policy.path),
        line=policy.line,
        source=(body.assertion.source if isinstance(body, Rule) else body.statement).strip(),
        where=body.where.source.strip() if isinstance(body, Rule) and body.where else "",
        params={name: _plain(param.value) for name, param in sorted(policy.params.items())},
    )


def _plain(value: ParamValue) -> object:
    """A parameter as JSON has it."""
    if isinstance(value, timedelta):
        return f"{value.total_seconds():.0f}s"
    return list(value) if isinstance(value, tuple) else value


def _relative(path: Path) -> str:
    """The policy file relative to the working folder; for a file elsewhere, its folder and name."""
    absolute = path.resolve()
    here = Path.cwd()
    shown = absolute.relative_to(here) if absolute.is_relative_to(here) else PurePath(*absolute.parts[-3:])
    return shown.as_posix()


def _attested(policies: Sequence[Policy], scope: Scope, declared: Declarations) -> Iterator[Result]:
    for policy in policies:
        if isinstance(policy.body, Attested):
            absent, _ = _license(policy, scope)
            verdict = decide_attested(policy, policy.body, declared.attestations, scope.now)
            yield _result(policy, "", Verdict(Status.NOT_APPLICABLE, absent) if absent else verdict, Tally())


def _ruled(policies: Sequence[Policy], scope: Scope, waivers: Waivers) -> Iterator[Result]:
    jobs: dict[str, list[_Job]] = defaultdict(list)
    for policy in policies:
        rule = policy.body
        if not isinstance(rule, Rule):
            continue
        absent, license_unknown = _license(policy, scope)
        lack = scope.lack(policy)
        if absent:
            yield _result(policy, rule.resource, Verdict(Status.NOT_APPLICABLE, absent), Tally())
        elif any(one.resource == rule.resource and one.outcome is not Outcome.COLLECTED for one in lack):
            unread = Tally(open_ended=True)
            undecidable = _result(policy, rule.resource, decide(rule.require, unread, lack), unread)
            yield msgspec.structs.replace(undecidable, missing=lack)
        else:
            jobs[rule.resource].append(_Job(policy, rule, lack, license_unknown))
    for resource, group in jobs.items():
        judges = [scope.judge(job.policy, job.rule) for job in group]
        scope.feed(resource, judges)
        for job, judge in zip(group, judges, strict=True):
            yield _judged(job, judge.close(), scope, waivers)


def _license(policy: Policy, scope: Scope) -> tuple[str, Missing | None]:
    """Why the policy does not apply (no licence), or what is missing to tell."""
    if not policy.licenses:
        return "", None
    try:
        owned = scope.tenant.fact("tenant", "licenses")()
    except NotCollected as problem:
        return "", scope.missing(problem.resource, problem.reason)
    if not set(policy.licenses).isdisjoint(owned):
        return "", None
    return f"The tenant has no {' or '.join(policy.licenses)} licence.", None


def _judged(job: _Job, tally: Tally, scope: Scope, waivers: Waivers) -> Result:
    lacking = tuple(scope.missing(resource, reason) for resource, reason in sorted(tally.lacking.items()))
    missing = job.lack + tuple(one for one in lacking if one not in job.lack)
    verdict = decide(job.rule.require, tally, missing)
    findings: tuple[Finding, ...] = ()
    unwaived: Status | None = None
    if verdict.status is Status.FAIL and job.license_unknown is not None:
        missing = (*missing, job.license_unknown)
        edition = " or ".join(job.policy.licenses)
        summary = f"Fails if the tenant has {edition}, which could not be read. {verdict.summary}"
        verdict = Verdict(Status.UNKNOWN, summary)
    elif verdict.status is Status.FAIL:
        findings = waivers.apply(job.policy, tally.findings)
        if all(finding.waived for finding in findings):
            verdict, unwaived = _all_waived(verdict, tally, missing), verdict.status
    return msgspec.structs.replace(
        _result(job.policy, job.rule.resource, verdict, tally),
        findings=findings,
        missing=missing,
        hints=_hints(job.policy, scope),
        unwaived=unwaived,
    )


def _all_waived(failure: Verdict, tally: Tally, missing: tuple[Missing, ...]) -> Verdict:
    """Among the records that could not be judged may be a violation that nobody has waived."""
    about_all = any(finding.record.id == EVERYTHING for finding in tally.findings)
    rest = None if about_all else undecided(tally, missing)
    if rest is None:
        return Verdict(Status.WAIVED, f"Every finding is waived. {failure.summary}")
    return Verdict(rest.status, f"Every finding is waived, but not all is known. {rest.summary}")


def _hints(policy: Policy, scope: Scope) -> tuple[str, ...]:
    """That break-glass accounts are not declared, for a policy that asks for them."""
    if not {("user", "isBreakGlass"), ("roleHolding", "isBreakGlass")} & reads([policy]):
        return ()
    if scope.tenant.fact("tenant", "breakGlassDeclared")():
        return ()
    hint = "No break-glass account is declared (breakGlass in tenantlint.yaml)."
    try:
        candidates = scope.tenant.fact("tenant", "breakGlassCandidates")()
    except NotCollected:
        return (hint,)
    return (f"{hint} Likely candidates: {', '.join(candidates)}." if candidates else hint,)


def _result(policy: Policy, resource: str, verdict: Verdict, tally: Tally) -> Result:
    failed = verdict.status in (Status.FAIL, Status.WAIVED)
    return Result(
        policy=info(policy),
        status=verdict.status,
        summary=verdict.summary,
        resource=resource,
        considered=tally.considered,
        unjudged=tuple(tally.unjudged),
        near_miss=tally.nearest if failed else None,
    )
