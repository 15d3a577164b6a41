"""One policy at work on the records of its resource.

A judge is fed records in chunks, so that the loop over a chunk stays in one function with local names: that is what
keeps a policy at a fraction of a microsecond a record. All that costs more (evidence, message, clauses) happens only
for a record that counts against the policy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from scanner.cel.structs import IDENTITY, attribute
from scanner.errors import CelError, NotCollected
from scanner.evaluate.verdict import Tally
from scanner.model import Evidence, Finding, NearMiss, Record, Status, Unjudged
from scanner.policy.model import Between, Every, Policy, Rule, Some

Program = Callable[[Any], object]

EVERYTHING = "*"
"""Record id of a finding that is about the records as a whole: too few of them, or none."""


class Explainer(Protocol):
    """What a judge asks about one record once it counts: evidence, message, failed clauses."""

    def evidence(self, record: Any) -> tuple[Evidence, ...]:
        """The values the assertion read."""
        ...

    def message(self, record: Any) -> str:
        """The policy's message for this record."""
        ...

    def failed(self, record: Any) -> tuple[str, ...]:
        """Source of the clauses that do not hold."""
        ...

    def clauses(self) -> int:
        """How many clauses the assertion has."""
        ...


class Listener(Protocol):
    """Who is fed the records of a policy's resource."""

    @property
    def policy(self) -> Policy:
        """The policy whose properties records are decoded with."""
        ...

    def feed(self, records: Sequence[Any]) -> None:
        """Take some records, in order."""
        ...

    def skip(self, record: Any, reason: str) -> None:
        """Take one that is there but whose properties do not fit their types."""
        ...

    def lack(self, problem: NotCollected) -> None:
        """Know that there may be more records than are fed."""
        ...


@dataclass
class Judge:
    """Counts for one policy. ``feed`` it all records, then ``close`` it."""

    policy: Policy
    rule: Rule
    where: Program | None
    holds: Program
    explainer: Explainer
    key: str = IDENTITY
    """The property that identifies a record."""
    tally: Tally = field(default_factory=Tally)
    meeting: list[Any] = field(default_factory=list)
    """For ``require`` with a maximum: the records that meet the assertion, findings should they be too many."""

    def feed(self, records: Sequence[Any]) -> None:
        """Judge some records, in order."""
        where, holds = self.where, self.holds
        quiet = isinstance(self.rule.require, Every | Some)
        """The value of the assertion that asks for nothing more to be done with a record."""
        quiets = others = 0
        for record in records:
            try:
                if where is not None:
                    concerned = where(record)
                    if concerned is False:
                        continue
                    if concerned is not True:
                        raise _no_truth(concerned)
                verdict = holds(record)
                if verdict is quiet:
                    quiets += 1
                    continue
                if verdict is not (not quiet):
                    raise _no_truth(verdict)
            except (CelError, NotCollected) as problem:
                self._unjudged(record, problem)
                continue
            others += 1
            self._counts(record)
        self.tally.considered += quiets + others
        self.tally.met += quiets if quiet else others

    def skip(self, record: Any, reason: str) -> None:
        """A record that is there but cannot be judged, such as one whose property has the wrong type."""
        self._unjudged(record, CelError(reason))

    def lack(self, problem: NotCollected) -> None:
        """There may be more records than are fed: something was not collected."""
        self.tally.open_ended = True
        self._note_lack(problem)

    def close(self) -> Tally:
        """The tally, with the findings that only the count of all records decides."""
        require, met = self.rule.require, self.tally.met
        self.tally.considered += len(self.tally.unjudged)
        if isinstance(require, Between):
            if require.maximum is not None and met > require.maximum:
                self.tally.findings.extend(self._finding(record) for record in self.meeting)
            elif met < require.minimum:
                self.tally.findings.append(self._whole())
        elif isinstance(require, Some) and not met:
            self.tally.findings.append(self._whole())
        return self.tally

    def _counts(self, record: Any) -> None:
        match self.rule.require:
            case Some():
                self._consider_near_miss(record)
            case Between(maximum=maximum):
                if maximum is not None:
                    self.meeting.append(record)
            case _:
                self.tally.findings.append(self._finding(record))

    def _finding(self, record: Any) -> Finding:
        return Finding(
            id=finding_id(self.policy.id, self.rule.resource, self._id(record)),
            record=self.identify(record),
            message=self.explainer.message(record),
            evidence=self.explainer.evidence(record),
            failed=self.explainer.failed(record) if isinstance(self.rule.require, Every) else (),
        )

    def _consider_near_miss(self, record: Any) -> None:
        if self.tally.met:
            return
        failed = self.explainer.failed(record)
        of = self.explainer.clauses()
        met = of - len(failed)
        best = self.tally.nearest
        if met and (best is None or met > best.met):
            self.tally.nearest = NearMiss(self.identify(record), met, of, failed, self.explainer.evidence(record))

    def _whole(self) -> Finding:
        resource = self.rule.resource
        return Finding(
            id=finding_id(self.policy.id, resource, EVERYTHING),
            record=Record(resource, EVERYTHING, resource),
            message=f"{self.tally.met} of {self.tally.considered} {resource} meet the rule",
            evidence=(),
            failed=(),
        )

    def _unjudged(self, record: Any, problem: CelError | NotCollected) -> None:
        error = isinstance(problem, CelError)
        status = Status.ERROR if error else Status.UNKNOWN
        source = self.rule.assertion.source.strip() if error else ""
        if isinstance(problem, NotCollected):
            self._note_lack(problem)
        self.tally.unjudged.append(Unjudged(self.identify(record), status, str(problem), source))

    def _note_lack(self, problem: NotCollected) -> None:
        for one in (problem, *problem.others):
            self.tally.lacking.setdefault(one.resource, one.reason)

    def identify(self, record: Any) -> Record:
        """What names this record to a person."""
        return Record(self.rule.resource, self._id(record), name_of(record) or self._id(record))

    def _id(self, record: Any) -> str:
        return str(getattr(record, attribute(self.key)))


def name_of(record: Any) -> str:
    """userPrincipalName, displayName or principalName: whichever the record has first; empty where it has none."""
    for name in ("userPrincipalName", "displayName", "principalName"):
        value = getattr(record, name, None)
        if isinstance(value, str) and value:
            return value
    return ""


def finding_id(policy: str, resource: str, record: str) -> str:
    """Sixteen hexadecimal digits that stay the same across runs, renames and reordering."""
    return hashlib.sha256(f"{policy}\0{resource}\0{record}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _no_truth(value: object) -> CelError:
    return CelError(f"the expression gives {'null' if value is None else repr(value)} where yes or no is needed")
