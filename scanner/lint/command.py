"""``tenantlint lint``: what is wrong stops it; what is allowed and suspicious is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scanner.excerpt import excerpt
from scanner.lint import reading, trying
from scanner.lint.suspicion import Suspicion
from scanner.policy.model import Policy
from scanner.policy.source import read
from scanner.policy.testfile import load_tests
from scanner.policy.vocabulary import Vocabulary
from scanner.report.words import counted


@dataclass(frozen=True)
class Linted:
    """What was looked at, and what is suspicious."""

    policies: int
    tests: int
    warnings: tuple[Suspicion, ...]

    @property
    def summary(self) -> str:
        """One line."""
        found = counted(len(self.warnings), "warning") if self.warnings else "nothing is wrong"
        return f"{counted(self.policies, 'policy')} and {counted(self.tests, 'test file')}: {found}."

    @property
    def details(self) -> str:
        """Each warning with the line of the file that it is about."""
        return "".join(f"{one}\n{excerpt(one.problem)}" for one in self.warnings)


def run_lint(folders: Sequence[Path], policies: Sequence[Policy], words: Vocabulary) -> Linted:
    """Looks at loaded policies and at their tests in ``folders``. Raises ``PolicyError`` with all that is wrong.

    A policy is judged as its file has it, whatever a configuration changes about it.
    """
    tests = load_tests(folders, policies, words)
    documents = {policy.path: read(policy.path) for policy in policies}
    found: list[Suspicion] = []
    for policy in policies:
        found += reading.suspicions(policy, documents[policy.path], words)
    for suite in tests.suites:
        found += trying.suspicions(suite, documents[suite.policy.path], words)
    return Linted(len(policies), len(tests.suites), tuple(sorted(found)))
