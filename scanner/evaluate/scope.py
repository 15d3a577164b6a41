"""What expressions see: records, ``tenant``, ``params``, ``now`` and facts, bound to one snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec

from scanner.cel.compile import Bindings, compile_program
from scanner.cel.structs import IDENTITY, Structs
from scanner.cel.types import Types
from scanner.errors import CelError, NotCollected, SnapshotError
from scanner.evaluate.explain import RuleExplainer
from scanner.evaluate.judge import Judge, Listener
from scanner.evaluate.singletons import Singletons
from scanner.model import Missing, Outcome
from scanner.policy.model import Policy, Rule
from scanner.policy.needs import combine, deciding_needs, direct_needs, needs, reads
from scanner.snapshot import Snapshot
from scanner.tenant.break_glass.declared import BreakGlass
from scanner.tenant.facts import DERIVED_BY_NAME, FACTS_BY_NAME
from scanner.tenant.tenant import Tenant

CHUNK = 1024
"""Records fed to the judges at a time: enough that changing policies costs nothing, few enough for memory."""

TENANT = "tenant"


REDACTED = "The snapshot is redacted: verdicts of policies about the wording of names say nothing about this tenant."


class TenantRecord(msgspec.Struct, frozen=True):
    """What ``tenant`` is in an expression; its properties are all bound as facts."""

    id: str
    displayName: str


class Scope:
    """One snapshot as a set of policies sees it. Facts and small resources are made when first read."""

    def __init__(
        self,
        snapshot: Snapshot,
        types: Types,
        policies: Sequence[Policy],
        declared: BreakGlass,
        now: datetime | None = None,
    ) -> None:
        self.snapshot = snapshot
        self._types = types
        self.now = now or _time(snapshot)
        self.tenant = Tenant(snapshot, declared, self._decode)
        self._record = TenantRecord(snapshot.manifest.tenant_id, snapshot.manifest.tenant_name)
        self._catalogue = snapshot.catalogue
        about = [self._catalogue[name] for policy in policies for name in direct_needs(policy, self._catalogue)]
        read = reads(policies).union((resource.type, resource.key) for resource in about)
        self._structs = Structs(types, read, {resource.type for resource in about})
        self._small: dict[str, Any] = {}
        self._singletons = Singletons(snapshot, types)

    def lack(self, policy: Policy) -> tuple[Missing, ...]:
        """What the policy's expressions read and the snapshot does not have."""
        found = (self._lack(resource, names) for resource, names in deciding_needs(policy, self._catalogue).items())
        return (*(one for one in found if one is not None), *self._singletons.lacking(policy).values())

    def missing(self, resource: str, reason: str) -> Missing:
        """``NotCollected`` as reports show it."""
        entry = self.snapshot.entry(resource)
        return Missing(resource, entry.outcome, reason)

    def notes(self) -> tuple[str, ...]:
        """What a reader must know: declared accounts, groups or policies that do not exist, and names that are none."""
        return (*self.tenant.notes(), *([REDACTED] if self.snapshot.manifest.redacted else []))

    def judge(self, policy: Policy, rule: Rule) -> Judge:
        """The judge of one rule, its expressions compiled against this scope."""
        bindings = self.bindings(policy, rule)
        return Judge(
            policy=policy,
            rule=rule,
            where=None if rule.where is None else compile_program(rule.where, bindings),
            holds=compile_program(rule.assertion, bindings),
            explainer=RuleExplainer(rule, bindings),
            key=self._catalogue[rule.resource].key if rule.resource in self._catalogue else IDENTITY,
        )

    def feed(self, resource: str, judges: Sequence[Listener]) -> None:
        """Give all records of a resource to all judges, in one pass."""
        if resource == TENANT:
            _feed(judges, [self._record])
        elif resource in DERIVED_BY_NAME:
            self._feed_derived(resource, judges)
        else:
            self._stream(resource, judges)

    def verify(self, policies: Iterable[Policy]) -> None:
        """Read to its end what facts have read in part: only there a file proves to be the one that was collected.

        Raises ``SnapshotError``.
        """
        for resource in combine(needs(policy, self._catalogue) for policy in policies):
            if self.snapshot.entry(resource).outcome is Outcome.COLLECTED:
                self.snapshot.find(resource, "")

    def _feed_derived(self, resource: str, judges: Sequence[Listener]) -> None:
        certain: list[Any] = []
        try:
            certain.extend(self.tenant.derived(resource))
        except NotCollected as problem:
            for judge in judges:
                judge.lack(problem)
        _feed(judges, certain)

    def _stream(self, resource: str, judges: Sequence[Listener]) -> None:
        record_type = self._catalogue[resource].type
        decode = self._structs.decoder(record_type)
        names = [(judge, {name for owner, name in reads([judge.policy]) if owner == record_type}) for judge in judges]
        chunk: list[Any] = []
        for line in self.snapshot.lines(resource):
            record, misfits = decode(line)
            if misfits:
                _feed(judges, chunk)  # first what stands before it, so that findings keep the order of ids
                chunk.clear()
                _feed_misfit(names, record, misfits)
                continue
            chunk.append(record)
            if len(chunk) == CHUNK:
                _feed(judges, chunk)
                chunk.clear()
        _feed(judges, chunk)

    def bindings(self, policy: Policy, rule: Rule) -> Bindings:
        """What the names in the rule's expressions stand for."""
        variable = self._singular(rule.resource)
        constants: dict[str, object] = {"now": self.now, TENANT: self._record}
        constants.update({f"params.{name}": param.value for name, param in policy.params.items()})
        constants.pop(variable, None)
        return Bindings(record=variable, constants=constants, facts=self._facts(policy))

    def _singular(self, resource: str) -> str:
        """The name of a record of this resource in expressions."""
        if resource in DERIVED_BY_NAME:
            return DERIVED_BY_NAME[resource].singular
        return TENANT if resource == TENANT else self._catalogue[resource].singular

    def _facts(self, policy: Policy) -> Mapping[tuple[str, str], Callable[[Any], Any]]:
        """A function for every property that is not simply an attribute of its record."""
        found: dict[tuple[str, str], Callable[[Any], Any]] = {}
        for owner, name in reads([policy]):
            if (owner, name) in FACTS_BY_NAME:
                found[owner, name] = self.tenant.fact(owner, name)
            elif owner == TENANT and name in self._catalogue:
                found[owner, name] = partial(self._resource, name)
        for resource, names in direct_needs(policy, self._catalogue).items():
            for name in names:
                lack = self._lack(resource, [name])
                if lack is not None:
                    found[self._catalogue[resource].type, name] = partial(_refuse, lack)
        found.update((place, partial(_refuse, lack)) for place, lack in self._singletons.lacking(policy).items())
        return found

    def _resource(self, name: str, _record: Any) -> Any:
        """``tenant.<name>``: the one record of a singleton (None where Graph has none), or the list of records."""
        if name not in self._small:
            self.snapshot.require(name)
            records = [self._decode(self._catalogue[name].type, line) for line in self.snapshot.lines(name)]
            self._small[name] = (records[0] if records else None) if self._catalogue[name].singleton else records
        return self._small[name]

    def _decode(self, record_type: str, line: bytes) -> Any:
        record, misfits = self._structs.decoder(record_type)(line)
        if misfits:
            raise CelError(_misfit(f"{record_type} {record.id}: {', '.join(sorted(misfits))}"))
        return record

    def _lack(self, resource: str, names: Iterable[str]) -> Missing | None:
        declared = self._types[self._catalogue[resource].type].properties
        try:
            self.snapshot.require(resource, [declared[name].key or name for name in names])
        except NotCollected as problem:
            return self.missing(resource, problem.reason)
        if self._catalogue[resource].singleton and not self.snapshot.entry(resource).records:
            return self.missing(resource, "is empty, and every tenant has one")
        return None


def _time(snapshot: Snapshot) -> datetime:
    """The snapshot's own time; that of the clock for one written by hand without."""
    text = snapshot.manifest.collected_at
    if not text:
        return datetime.now(UTC)
    try:
        return msgspec.convert(text, datetime).astimezone(UTC)
    except OverflowError:
        raise SnapshotError(f"{snapshot.origin}: was not collected at {text}. Collect again.") from None


def _misfit(what: str) -> str:
    return f"{what} has a value of another type than Microsoft Graph documents"


def _refuse(lack: Missing, _record: Any) -> Any:
    raise NotCollected(lack.resource, lack.reason)


def _feed(judges: Sequence[Listener], records: Sequence[Any]) -> None:
    for judge in judges:
        judge.feed(records)


def _feed_misfit(names: Sequence[tuple[Listener, set[str]]], record: Any, misfits: frozenset[str]) -> None:
    """A record some of whose properties are not of the documented type: no policy that reads these can judge it."""
    for judge, read in names:
        touched = sorted(read & misfits)
        if touched:
            judge.skip(record, _misfit(", ".join(touched)))
        else:
            judge.feed([record])
