"""Finds for every finding of a tenant the same finding of its redacted snapshot.

Most have the same record, by the pseudonym of its id. The id of some records is a digest of the ids and names of others
(``signInCoverage``) and so is another one with their pseudonyms. Of these, findings are the same where they begin with
the same id before the digest and just one of each side is left, or just one of those that are left reads alike.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from scanner.model import Finding
from scanner.redact.forms import Forms
from scanner.redact.pseudonyms import GUID

_DIGEST = re.compile(r"(.*):(?:unknown-)?[0-9a-f]{12}", re.DOTALL)
_WORD = re.compile(r"\w+")


def twins(real: Sequence[Finding], made: Sequence[Finding], forms: Forms) -> Mapping[str, Finding]:
    """The findings of ``made`` by the record ids of those of ``real``, as far as it is certain."""
    by_id = {one.record.id: one for one in made}
    found = {one.record.id: by_id[id] for one in real if (id := forms.identifier(one.record.id)) in by_id}
    here = _by_start(real, lambda start: GUID.sub(lambda part: forms.guid(part[0]), start))
    there = _by_start(made, str)
    for start, ones in here.items():
        others = there.get(start, ())
        if len(ones) == len(others):
            found |= _alike(ones, others)
    return found


def _by_start(findings: Iterable[Finding], named: Callable[[str], str]) -> Mapping[str, list[Finding]]:
    """Those whose records' ids end in a digest, by what stands before it."""
    made: dict[str, list[Finding]] = {}
    for one in findings:
        if digest := _DIGEST.fullmatch(one.record.id):
            made.setdefault(named(digest[1]), []).append(one)
    return made


def _alike(here: Sequence[Finding], there: Sequence[Finding]) -> dict[str, Finding]:
    """Findings of both sides that belong together, each of one side to one of the other."""
    found: dict[str, Finding] = {}
    common = _words(here) & _words(there)
    times, as_often = (Counter(_outline(one, common) for one in side) for side in (here, there))
    unique = {outline: one for one in there if as_often[outline := _outline(one, common)] == 1}
    for one in here:
        outline = _outline(one, common)
        if times[outline] == 1 and outline in unique:
            found[one.record.id] = unique[outline]
    taken = {one.record.id for one in found.values()}
    left = [one for one in here if one.record.id not in found]
    others = [one for one in there if one.record.id not in taken]
    return found | {left[0].record.id: others[0]} if len(left) == 1 else found


def _words(findings: Iterable[Finding]) -> set[str]:
    return {word for one in findings for word in _WORD.findall(one.message)}


def _outline(finding: Finding, common: Collection[str]) -> tuple[str, ...]:
    """The words of a finding that are the same with pseudonyms, whatever their order."""
    return tuple(sorted(word for word in _WORD.findall(finding.message) if word in common))
