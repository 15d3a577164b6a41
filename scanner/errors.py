"""Every error that tenantlint raises for its user, one small tree.

    TenantlintError              base; ends the command with exit code 2
    ├── UsageError               options or arguments that do not fit together
    ├── ConfigError              tenantlint.yaml, a waiver or an attestation is wrong
    ├── PolicyError              one or more policy files are wrong (all problems, not the first)
    ├── SnapshotError            a snapshot is missing, broken, tampered with or of another version
    ├── DirectoryExportError     an export of the users of Active Directory is wrong
    ├── OutputError              a report or a snapshot cannot be written
    ├── SignInError              no token could be had for the tenant
    └── ExtraMissing             the command needs an extra that is not installed

    NotCollected                 a resource or property a verdict needs is not in the snapshot; becomes
                                 the status ``unknown``, never an exit by itself
    CelError                     an expression failed on a record; becomes the status ``error``

Each message is a sentence for the person at the terminal: it names the file or resource and ends with what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class TenantlintError(Exception):
    """Base of the errors that end a command: ``str()`` is the sentence to print."""


class UsageError(TenantlintError):
    """Options or arguments that do not fit together."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in one file, at a place a person can go to. Lines and columns count from 1; line 0 stands for
    what has no lines, as a folder that is not there."""

    path: Path
    line: int
    column: int
    text: str
    hint: str = ""

    def __str__(self) -> str:
        hint = f" {self.hint}" if self.hint else ""
        place = f"{self.path}:{self.line}:{self.column}" if self.line else str(self.path)
        return f"{place}: {self.text}{hint}"


class ProblemsError(TenantlintError):
    """Files that are wrong: carries every problem found, in file and line order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ConfigError(ProblemsError):
    """``tenantlint.yaml`` (or a file it names) is wrong."""


class PolicyError(ProblemsError):
    """One or more policy files are wrong. No policy of the folder is evaluated."""


class SnapshotError(TenantlintError):
    """A snapshot cannot be used: missing, broken, tampered with, or written by another format version."""


class DirectoryExportError(ProblemsError):
    """An export of the users of Active Directory is wrong. Nothing of it is taken."""


class OutputError(TenantlintError):
    """A file cannot be written; nothing half-written is left behind."""


class SignInError(TenantlintError):
    """No token could be had for the tenant."""


class ExtraMissing(TenantlintError):
    """A command needs packages of an extra that is not installed."""

    def __init__(self, command: str, extra: str) -> None:
        super().__init__(
            f"`tenantlint {command}` needs packages that are not installed. Install them with: "
            f'pip install "tenantlint[{extra}]"'
        )


class NotCollected(Exception):
    """A resource, or a property of it, that a verdict rests on is not in the snapshot."""

    def __init__(self, resource: str, reason: str, others: Sequence[NotCollected] = ()) -> None:
        self.resource = resource
        self.reason = reason
        self.others = tuple(others)
        """What else is missing, so that a reader is told all of it at once."""
        super().__init__(f"{resource}: {reason}")


class CelError(Exception):
    """An expression failed on one record (as opposed to one that could not be checked)."""
