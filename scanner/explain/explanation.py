"""The explanation of one policy on one snapshot, for one record or for the policy as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scanner.cel.structs import IDENTITY, attribute
from scanner.cel.trace import Part, trace
from scanner.cel.types import Types
from scanner.collect.catalogue import Resource
from scanner.errors import NotCollected, UsageError
from scanner.evaluate.engine import evaluate
from scanner.evaluate.judge import EVERYTHING, finding_id, name_of
from scanner.evaluate.scope import Scope
from scanner.model import Outcome, Record, Result
from scanner.policy.model import Attested, Policy, Rule
from scanner.policy.needs import needs, reads
from scanner.policy.waivers import Declarations
from scanner.policy.words import did_you_mean
from scanner.snapshot import Snapshot
from scanner.tenant.facts import DERIVED_BY_NAME, FACTS_BY_NAME, requirements

CANDIDATES = 2_000
"""Records whose names are compared with one that is not there, to find the nearest."""


@dataclass(frozen=True)
class Source:
    """A resource that the verdict rests on."""

    name: str
    outcome: Outcome
    reason: str
    records: int
    requests: tuple[str, ...]
    permissions: tuple[str, ...]
    """The least that show what is needed of it; none for what is imported."""


@dataclass(frozen=True)
class UsedFact:
    """A fact that the expressions read."""

    name: str
    """``user.roles``, or the name of a derived resource."""
    description: str
    made_from: tuple[str, ...]
    """Resources that it may read."""


@dataclass(frozen=True)
class Explained:
    """One record, part by part."""

    record: Record
    where: Part | None
    """None for a policy about all records."""
    assertion: Part
    finding: str
    """The id that a finding about it has or would have."""
    misfit: str = ""
    """What of the record is not as Graph documents it."""


@dataclass(frozen=True)
class Explanation:
    """All there is to say."""

    policy: Policy
    result: Result
    collected_at: str
    records: tuple[Explained, ...]
    """The one that was asked for, or the one that came closest; several where a name is borne by several."""
    facts: tuple[UsedFact, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Basis:
    """What verdicts are made of."""

    snapshot: Snapshot
    types: Types
    declared: Declarations


def explain(policy: Policy, given: Basis, wanted: str = "") -> Explanation:
    """The policy on the snapshot, and the record with this id or name part by part.

    Without ``wanted`` the record is the near miss, where there is one. Raises ``UsageError`` where no record has that
    id or name, and for a record of a policy that is decided by an attestation.
    """
    (result,) = evaluate([policy], given.snapshot, given.types, given.declared).results
    body = policy.body
    records: tuple[Explained, ...] = ()
    if isinstance(body, Rule):
        nearest = result.near_miss.record.id if result.near_miss and not wanted else wanted
        if nearest:
            records = tuple(_traced(policy, body, given, nearest))
            if not records:
                raise UsageError(_no_record(policy, body, given, wanted))
    elif wanted:
        raise UsageError(f"{policy.id} is decided by an attestation: it is about no record. Leave out {wanted}.")
    return Explanation(
        policy=policy,
        result=result,
        collected_at=given.snapshot.manifest.collected_at,
        records=records,
        facts=tuple(_facts(policy)),
        sources=tuple(_sources(policy, given.snapshot)),
    )


def find_finding(policies: Sequence[Policy], given: Basis, wanted: str) -> tuple[Policy, str] | None:
    """The policy and the record of the finding with this id, as reports print it; None where there is none."""
    for result in evaluate(policies, given.snapshot, given.types, given.declared).results:
        for one in result.findings:
            if one.id == wanted:
                policy = next(policy for policy in policies if policy.id == result.policy.id)
                return policy, "" if one.record.id == EVERYTHING else one.record.id
    return None


def _traced(policy: Policy, rule: Rule, given: Basis, wanted: str) -> Iterator[Explained]:
    scope = Scope(given.snapshot, given.types, [policy], given.declared.break_glass)
    seeker = _Seeker(policy, _key(rule, given.snapshot.catalogue), wanted)
    scope.feed(rule.resource, [seeker])
    bindings = scope.bindings(policy, rule)
    for record, misfit in seeker.chosen:
        named = seeker.identify(record)
        yield Explained(
            record=named,
            where=trace(rule.where, bindings, record) if rule.where is not None else None,
            assertion=trace(rule.assertion, bindings, record),
            finding=finding_id(policy.id, rule.resource, named.id),
            misfit=misfit,
        )


def _key(rule: Rule, catalogue: Mapping[str, Resource]) -> str:
    return catalogue[rule.resource].key if rule.resource in catalogue else IDENTITY


@dataclass
class _Seeker:
    """Keeps the records with the id or, failing that, the name that is looked for."""

    policy: Policy
    key: str
    wanted: str
    by_id: list[tuple[Any, str]] = field(default_factory=list)
    by_name: list[tuple[Any, str]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    @property
    def chosen(self) -> list[tuple[Any, str]]:
        """Each record with what of it does not fit."""
        return self.by_id or self.by_name

    def feed(self, records: Sequence[Any]) -> None:
        for record in records:
            self._look(record, "")

    def skip(self, record: Any, reason: str) -> None:
        self._look(record, reason)

    def lack(self, problem: NotCollected) -> None:
        """The result tells what is missing."""

    def identify(self, record: Any) -> Record:
        """As findings name it."""
        key = str(getattr(record, attribute(self.key)))
        body = self.policy.body
        resource = body.resource if isinstance(body, Rule) else ""
        return Record(resource, key, name_of(record) or key)

    def _look(self, record: Any, misfit: str) -> None:
        named = self.identify(record)
        if named.id.casefold() == self.wanted.casefold():
            self.by_id.append((record, misfit))
        elif self.wanted.casefold() in (named.name.casefold(), str(getattr(record, "displayName", "")).casefold()):
            self.by_name.append((record, misfit))
        elif len(self.seen) < CANDIDATES:
            self.seen += [named.name, named.id]


def _no_record(policy: Policy, rule: Rule, given: Basis, wanted: str) -> str:
    seeker = _Seeker(policy, _key(rule, given.snapshot.catalogue), wanted)
    Scope(given.snapshot, given.types, [policy], given.declared.break_glass).feed(rule.resource, [seeker])
    hint = did_you_mean(wanted, seeker.seen)
    return f"No record of {rule.resource} has the id or name {wanted}. {hint or 'Names are as reports print them.'}"


def _facts(policy: Policy) -> Iterator[UsedFact]:
    if isinstance(policy.body, Attested):
        return
    derived = DERIVED_BY_NAME.get(policy.body.resource)
    if derived is not None:
        yield UsedFact(derived.name, derived.description, tuple(requirements(derived.name)))
    for owner, name in sorted(reads([policy])):
        fact = FACTS_BY_NAME.get((owner, name))
        if fact is not None:
            yield UsedFact(f"{owner}.{name}", fact.description, tuple(requirements(owner, name)))


def _sources(policy: Policy, snapshot: Snapshot) -> Iterator[Source]:
    for name, properties in needs(policy, snapshot.catalogue).items():
        entry, resource = snapshot.entry(name), snapshot.catalogue[name]
        more = {one for of, one in (resource.permission_for or {}).items() if of in properties}
        permissions = (*([resource.permission] if resource.permission else []), *sorted(more - {resource.permission}))
        yield Source(name, entry.outcome, entry.reason, entry.records, entry.requests, permissions)
