"""What a policy file is once it has been loaded and type-checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

from scanner.cel.check import Checked
from scanner.collect.catalogue import License
from scanner.model import Severity
from scanner.policy.overrides import Change

ParamValue: TypeAlias = bool | int | float | str | tuple[str, ...] | timedelta


@dataclass(frozen=True)
class Param:
    """A number, text or list that a profile or a configuration can change."""

    name: str
    type: str
    """``boolean``, ``integer``, ``number``, ``string``, ``strings`` (list) or ``duration`` (a timedelta)."""
    value: ParamValue
    description: str


@dataclass(frozen=True)
class Every:
    """``require: all``: the assertion holds for every record concerned."""


@dataclass(frozen=True)
class Some:
    """``require: any``: at least one record meets the assertion."""


@dataclass(frozen=True)
class Never:
    """``require: none``: no record meets the assertion."""


@dataclass(frozen=True)
class Between:
    """``require: {min: …, max: …}``: so many records meet the assertion, both ends included."""

    minimum: int = 0
    maximum: int | None = None


Requirement: TypeAlias = Every | Some | Never | Between


@dataclass(frozen=True)
class Piece:
    """A part of a message: text, or an expression in braces."""

    text: str = ""
    value: Checked | None = None


@dataclass(frozen=True)
class Rule:
    """A policy that is decided by evaluating records of a resource."""

    resource: str
    require: Requirement
    assertion: Checked
    where: Checked | None = None
    message: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Attested:
    """A policy that no API shows: decided by a dated human statement."""

    statement: str
    valid_for: timedelta


@dataclass(frozen=True)
class Policy:
    """One policy file."""

    id: str
    title: str
    severity: Severity
    description: str
    remediation: str
    body: Rule | Attested
    path: Path
    references: tuple[str, ...] = ()
    controls: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    licenses: tuple[License, ...] = ()
    """Editions without which it does not apply; any one of them will do."""
    params: Mapping[str, Param] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    """What files have changed about it."""
    line: int = 1
    """Line of ``assert`` or ``attestation`` in the file, from 1."""
