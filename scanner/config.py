"""``tenantlint.yaml``: what tenantlint must be told about a tenant and about the policies to check it with.

The schema is ``schemas/tenantlint.schema.json``. An unknown key is an error, since a misspelt ``breakGlass`` or
``waivers`` would change verdicts in silence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scanner.errors import ConfigError, Problem, ProblemsError
from scanner.model import Severity
from scanner.policy.decisions import attestations, break_glass, setting, settings, waivers
from scanner.policy.document import Document
from scanner.policy.overrides import Overrides
from scanner.policy.own import OwnResource, own_resources
from scanner.policy.schema import check
from scanner.policy.source import read
from scanner.policy.waivers import Attestation, Waiver
from scanner.tenant.break_glass.declared import BreakGlass

NAME = "tenantlint.yaml"
_MISNAMED = "tenantlint.yml"


@dataclass(frozen=True)
class Config:
    """A configuration file, or what holds where there is none."""

    path: Path | None = None
    break_glass: BreakGlass = field(default_factory=BreakGlass)
    overrides: Overrides = field(default_factory=Overrides)
    policies: tuple[Path, ...] = ()
    """Folders of policies; empty where the file names none."""
    resources: tuple[OwnResource, ...] = ()
    """What is read beside the catalogue."""
    fail_on: Severity = Severity.LOW
    waivers: tuple[Waiver, ...] = ()
    attestations: tuple[Attestation, ...] = ()


def load_config(path: Path | None = None, folder: Path | None = None) -> Config:
    """The configuration in ``path``; without one, that of ``tenantlint.yaml`` in ``folder`` (default: the working
    folder) where it exists. Raises ConfigError with all that is wrong."""
    if path is None:
        folder = folder or Path()
        path = folder / NAME
        if not path.exists():
            _refuse_misnamed(folder / _MISNAMED)
            return Config()
    try:
        document = read(path)
    except ProblemsError as error:
        raise ConfigError(error.problems) from error
    problems = check(document, "tenantlint")
    if problems:
        raise ConfigError(problems)
    config = _config(document, document.value(()), problems)
    if problems:
        raise ConfigError(problems)
    return config


def _refuse_misnamed(path: Path) -> None:
    if path.exists():
        raise ConfigError([Problem(path, 1, 1, "The file is not read.", f"Rename it to {NAME}.")])


def _config(document: Document, data: dict[str, Any], problems: list[Problem]) -> Config:
    return Config(
        path=document.path,
        break_glass=break_glass(data.get("breakGlass", {})),
        overrides=_overrides(document, data),
        policies=tuple(document.path.parent / folder for folder in data.get("policies", ())),
        resources=own_resources(document, ("resources",), problems) if "resources" in data else (),
        fail_on=Severity(data.get("failOn", Severity.LOW)),
        waivers=tuple(waivers(document, ("waivers",), problems)) if "waivers" in data else (),
        attestations=tuple(attestations(document, ("attestations",), problems)) if "attestations" in data else (),
    )


def _overrides(document: Document, data: dict[str, Any]) -> Overrides:
    params = {
        policy: setting(document, ("params", policy), settings(document, ("params", policy)))
        for policy in data.get("params", {})
    }
    severities = {
        policy: setting(document, ("severities", policy), Severity(severity))
        for policy, severity in data.get("severities", {}).items()
    }
    return Overrides(params, severities)
