"""Redacts the results of a scan, so that a report of it can go into a ticket: verdicts, counts and clauses stay as they
are, and no text of the tenant is left.

The verdicts are those of the real snapshot. What a finding says (its message, its evidence) is taken from a second
scan, of the snapshot redacted under the same key, where that has the same finding: a value is then replaced as its
property asks for. Where it has not, since the policy is about the wording of names, the text is withheld and says so.
Ids of findings are made anew from the pseudonyms: from the real ones the ids of records could be found by trying.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from msgspec.structs import replace

from scanner.evaluate.judge import EVERYTHING, finding_id
from scanner.evaluate.scope import REDACTED as ABOUT_SNAPSHOT
from scanner.model import (
    Evidence,
    Finding,
    Missing,
    NearMiss,
    Note,
    NoteKind,
    PolicyInfo,
    Record,
    Result,
    Scan,
    Unjudged,
    Waived,
)
from scanner.redact.declared import param
from scanner.redact.forms import Forms
from scanner.redact.pseudonyms import GUID
from scanner.redact.twins import twins
from scanner.redact.words import withheld

REDACTED = "This report is redacted: names, addresses and ids are pseudonyms; verdicts are of the tenant as it is."
WITHHELD = "(withheld)"
"""Instead of a value of the evidence."""
_MESSAGE = "The text is withheld: it could not be had from the redacted snapshot."
_NAMED = re.compile(rf"{GUID.pattern}|[^\s\"'<>()\[\]{{}},;]+@[^\s\"'<>()\[\]{{}},;]+|[\w-]+(?:\.[\w-]+)+")
"""What in the text of a policy may name a tenant: an id, an address, a domain."""
_COUNTED = re.compile(
    r"(?:Every finding is waived\. )?(?:None|\d+) of \d+ records? "
    r"(?:(?:breaks?|meets?) the rule|must not be there)(?:; at (?:least|most) \w+ (?:must|may))?\."
    r"(?: \d+ more records? could not be judged\.)?"
)
"""A sentence of a verdict that has nothing but numbers in it."""
_NOT_SELECTED = re.compile(r"([\d,]+ of [\d,]+ policies are not selected) by .*", re.DOTALL)


def redact_scan(scan: Scan, forms: Forms, again: Scan | None, shipped: Sequence[PolicyInfo] = ()) -> Scan:
    """``scan`` with pseudonyms. ``again``: the scan of the snapshot redacted with the same ``forms``; None where there
    is none, and then all texts are withheld. Texts of policies that are as ``shipped`` name no tenant and stay."""
    others = {result.policy.id: result for result in again.results} if again else {}
    known = {policy.id: policy for policy in shipped}
    return replace(
        scan,
        tenant_id=forms.text(scan.tenant_id),
        tenant_name=forms.text(scan.tenant_name),
        results=tuple(
            _Redaction(forms, others.get(one.policy.id), known.get(one.policy.id)).result(one) for one in scan.results
        ),
        incomplete=tuple(map(_missing, scan.incomplete)),
        notes=tuple(_notes(scan.notes, forms, again)),
    )


def _missing(lack: Missing) -> Missing:
    return replace(lack, reason=withheld(lack.reason))


@dataclass
class _Redaction:
    """Redacts one result with the help of its twin, the same policy's result on the redacted snapshot."""

    forms: Forms
    twin: Result | None
    shipped: PolicyInfo | None
    own: bool = field(init=False, default=True)
    """Whether the policy is somebody's own, whose text may name the tenant."""
    findings: Mapping[str, Finding] = field(init=False, default_factory=dict)
    """Of the twin, by the ids of the records that the real ones have."""

    def result(self, result: Result) -> Result:
        """The result with pseudonyms."""
        self.own = self.shipped is None or _texts(result.policy) != _texts(self.shipped)
        twin = self.twin
        if twin is not None:
            self.findings = twins(result.findings, twin.findings, self.forms)
        alike = twin is not None and _numbers(twin) == _numbers(result)
        return replace(
            result,
            policy=self._policy(result.policy),
            summary=twin.summary if twin is not None and alike else self._summary(result),
            findings=tuple(self._finding(result.policy.id, one) for one in result.findings),
            unjudged=tuple(self._unjudged(one) for one in result.unjudged),
            missing=tuple(map(_missing, result.missing)),
            near_miss=self._near_miss(result.near_miss) if result.near_miss else None,
            hints=self._hints(result.hints),
        )

    def _id(self, id: str) -> str:
        return self.forms.identifier(id)

    def _policy(self, policy: PolicyInfo) -> PolicyInfo:
        params = (
            self.twin.policy.params
            if self.twin
            else {name: param(value, self.forms) for name, value in policy.params.items()}
        )
        if not self.own:
            return replace(policy, params=params)
        return replace(
            policy,
            title=self._named(policy.title),
            description=self._named(policy.description),
            remediation=self._named(policy.remediation),
            references=tuple(map(self._named, policy.references)),
            tags=tuple(map(self._named, policy.tags)),
            source=self._named(policy.source),
            where=self._named(policy.where),
            path=PurePosixPath(policy.path).name,
            params=params,
        )

    def _named(self, text: str) -> str:
        """A text of a policy without what names the tenant; of a shipped one as it is."""
        return _NAMED.sub(self._replaced, text) if self.own else text

    def _replaced(self, found: re.Match[str]) -> str:
        text = found[0]
        named = "@" in text or GUID.fullmatch(text) or self.forms.is_own_domain(text)
        return self.forms.text(text) if named else text

    def _summary(self, result: Result) -> str:
        """The sentence, if it has nothing but numbers; else the numbers of it."""
        if _COUNTED.fullmatch(result.summary):
            return result.summary
        return f"Findings: {len(result.findings)}; records considered: {result.considered}. The sentence is withheld."

    def _record(self, record: Record, found: Record | None = None) -> Record:
        if record.id == EVERYTHING:
            return record
        if found is not None:
            return found
        id = self._id(record.id)
        return Record(record.resource, id, id if record.name == record.id else self.forms.text(record.name))

    def _finding(self, policy: str, finding: Finding) -> Finding:
        found = self.findings.get(finding.record.id)
        record = self._record(finding.record, found.record if found else None)
        same = found is not None and found.failed == finding.failed
        return replace(
            finding,
            id=finding_id(policy, record.resource, record.id),
            record=record,
            message=self._named(found.message) if found is not None and same else _MESSAGE,
            evidence=_evidence(finding.evidence, found.evidence if found is not None and same else ()),
            failed=tuple(map(self._named, finding.failed)),
            waived=self._waived(finding.waived) if finding.waived else None,
        )

    def _waived(self, waived: Waived) -> Waived:
        text = self.forms.text
        return replace(waived, reason=text(waived.reason), approver=text(waived.approver), ticket=text(waived.ticket))

    def _unjudged(self, one: Unjudged) -> Unjudged:
        id = self._id(one.record.id)
        alike = (twin for twin in self.twin.unjudged if twin.record.id == id) if self.twin else ()
        found = next(iter(alike), None)
        return replace(
            one,
            record=self._record(one.record, found.record if found else None),
            reason=found.reason if found else withheld(one.reason),
            expression=self._named(one.expression),
        )

    def _near_miss(self, near: NearMiss) -> NearMiss:
        found = self.twin.near_miss if self.twin else None
        if found is not None and (found.record.id, found.met) != (self._id(near.record.id), near.met):
            found = None
        return replace(
            near,
            record=self._record(near.record, found.record if found else None),
            evidence=_evidence(near.evidence, found.evidence if found else ()),
            failed=tuple(map(self._named, near.failed)),
        )

    def _hints(self, hints: tuple[str, ...]) -> tuple[str, ...]:
        made = self.twin.hints if self.twin else ()
        return made if len(made) == len(hints) else (_MESSAGE,) * len(hints)


def _numbers(result: Result) -> tuple[object, ...]:
    """All that the sentence of a verdict counts."""
    return (result.status, result.considered, len(result.findings), len(result.unjudged))


def _texts(policy: PolicyInfo) -> tuple[object, ...]:
    """All of a policy that somebody has worded."""
    return (policy.title, policy.description, policy.remediation, policy.references, policy.source, policy.where)


def _evidence(real: Iterable[Evidence], made: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The paths that were read, with what the redacted snapshot has there."""
    values = {one.path: one.value for one in made}
    return tuple(Evidence(one.path, values.get(one.path, WITHHELD)) for one in real)


def _notes(notes: Sequence[Note], forms: Forms, again: Scan | None) -> Iterator[Note]:
    """The notes in the words of the second scan, as far as it has them."""
    made: dict[tuple[NoteKind, str, str], list[Note]] = {}
    for note in again.notes if again else ():
        if note.text != ABOUT_SNAPSHOT:
            made.setdefault((note.kind, note.policy, note.record), []).append(note)
    yield Note(REDACTED)
    for note in notes:
        record = forms.identifier(note.record)
        if selected := _NOT_SELECTED.fullmatch(note.text):
            yield Note(f"{selected[1]}.")  # by which files is nobody's business
        elif found := made.get((note.kind, note.policy, record)):
            yield found.pop(0)
        elif note.text != ABOUT_SNAPSHOT:
            yield Note(f"{_about(note)}. {_MESSAGE}", note.kind, note.policy, record)


def _about(note: Note) -> str:
    kind = note.kind.replace("_", " ")
    return f"A note about {note.policy} ({kind})" if note.policy else "A note about the scan"
