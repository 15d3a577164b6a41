"""Warnings that come from running a policy's test cases: a rule that tells no record of them from another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from scanner.errors import SnapshotError
from scanner.evaluate.engine import evaluate
from scanner.lint.suspicion import Suspicion
from scanner.policy.document import Document
from scanner.policy.model import Every, Never, Policy, Rule
from scanner.policy.testfile import Case, Suite
from scanner.policy.vocabulary import Vocabulary
from scanner.snapshot import Snapshot


@dataclass(frozen=True)
class Counts:
    """Records of the cases, by what the rule says of each."""

    met: int = 0
    broken: int = 0
    undecided: int = 0
    """Those that ``where`` or the assertion failed on."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.met + other.met, self.broken + other.broken, self.undecided + other.undecided)


def suspicions(suite: Suite, document: Document, words: Vocabulary) -> Iterator[Suspicion]:
    """Warnings about the policy of a suite; ``document`` is its file."""
    rule = suite.policy.body
    if not isinstance(rule, Rule) or not suite.cases:
        return
    counts = count(suite.cases, words)
    if rule.where is not None and counts == Counts():
        text = "No record of the test cases meets `where`."
        yield _warning(document, "where-never-met", "where", text, "Correct it, or add a case that it is about.")
    elif counts.met and not counts.broken:
        text = "The assertion is true for every record of the test cases."
        yield _warning(
            document, "always-true", "assert", text, "Correct it, or add a case with a record that breaks it."
        )
    elif counts.broken and not counts.met:
        text = "The assertion is false for every record of the test cases."
        yield _warning(
            document, "always-false", "assert", text, "Correct it, or add a case with a record that meets it."
        )


def count(cases: Iterable[Case], words: Vocabulary) -> Counts:
    """The records of some cases of one policy, until both kinds have been met. A snapshot that is none has none."""
    counts = Counts()
    for case in cases:
        counts += _counted(case, words)
        if counts.met and counts.broken:
            break
    return counts


def _counted(case: Case, words: Vocabulary) -> Counts:
    rule = case.policy.body
    assert isinstance(rule, Rule)
    bare = replace(case.policy, licenses=())
    both: list[Policy] = [
        replace(bare, id=name, body=replace(rule, require=require, message=()))
        for name, require in (("broken", Every()), ("met", Never()))
    ]
    try:
        snapshot = Snapshot.of(case.snapshot, catalogue=words.catalogue)
        broken, met = evaluate(both, snapshot, words.types, case.declared, case.now).results
    except SnapshotError:
        return Counts()
    return Counts(len(met.findings), len(broken.findings), len(broken.unjudged))


def _warning(document: Document, name: str, key: str, text: str, hint: str) -> Suspicion:
    return Suspicion(document.at_key((key,), text, hint), name)
