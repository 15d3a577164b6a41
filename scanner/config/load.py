"""``tenantlint.yaml``: what tenantlint must be told about a tenant and about the policies to check it with.

The schema is ``schemas/tenantlint.schema.json``. An unknown key is an error, since a misspelt ``breakGlass`` or
``waivers`` would change verdicts in silence.

A file can build on another (``extends``), that one on a third: the layers. Where two of them say something, the later
one decides: of ``breakGlass``, ``params``, ``severities`` and ``require`` value by value, of ``select`` and ``ignore``
selector by selector (``policy/selection.py``), of other keys as a whole. ``resources`` add up. So do the waivers and
attestations in the files beside each layer (``policy/beside.py``); of two waivers of one finding the later layer's
counts. A profile lies below them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scanner.errors import ConfigError, Problem
from scanner.model import Severity
from scanner.policy import beside
from scanner.policy.decisions import break_glass, drills
from scanner.policy.document import Document
from scanner.policy.overrides import Overrides
from scanner.policy.own import OwnResource, own_resources
from scanner.policy.profile import Layer, chain, layer, load_profile, named
from scanner.policy.waivers import Attestation, Waiver
from scanner.shipped import policies_folder
from scanner.tenant.break_glass.declared import BreakGlass, Drill

NAME = "tenantlint.yaml"
_MISNAMED = "tenantlint.yml"
SHIPPED = "shipped"
"""In ``policies``: the policies that come with tenantlint."""


@dataclass(frozen=True)
class Config:
    """A configuration file, or what holds where there is none."""

    path: Path | None = None
    break_glass: BreakGlass = field(default_factory=BreakGlass)
    layers: tuple[Layer, ...] = ()
    """What the profile and the files say about policies, the lowest first."""
    policies: tuple[Path, ...] = ()
    """Folders of policies; empty where the file names none."""
    resources: tuple[OwnResource, ...] = ()
    """What is read beside the catalogue."""
    fail_on: Severity = Severity.LOW
    waivers: tuple[Waiver, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    files: tuple[Path, ...] = ()
    """All that was read, profiles that come with tenantlint aside: layers, the lowest first, waivers, attestations."""
    waivers_file: Path = Path("waivers.yaml")
    """Where a new waiver belongs, whether the file is there or not."""

    @property
    def overrides(self) -> tuple[Overrides, ...]:
        """What the layers change about policies, the lowest first."""
        return tuple(layer.overrides for layer in self.layers)


def load_config(path: Path | None = None, folder: Path | None = None, profile: str | None = None) -> Config:
    """The configuration in ``path``; without one, that of ``tenantlint.yaml`` in ``folder`` (default: the working
    folder) where it exists. ``profile`` counts instead of the one that the files name.

    Raises ConfigError with all that is wrong, UsageError where there is no such ``profile``.
    """
    folder = folder or Path()
    documents = _documents(path, folder)
    links = [link for document in documents if (link := named(document, "profile"))]
    named_last = links[-1] if links and profile is None else None
    name = named_last.value if named_last else profile
    lowest = load_profile(name, named_last) if name is not None else []
    problems: list[Problem] = []
    layers = (*lowest, *(layer(document, problems) for document in documents))
    accepted = beside.files(documents, "waivers", folder)
    attested = beside.files(documents, "attestations", folder)
    config = replace(
        _config(documents, layers, problems),
        waivers=beside.all_waivers(accepted, problems),
        attestations=tuple(beside.all_attestations(attested, problems)),
        files=_files(lowest, (*documents, *accepted, *attested)),
        waivers_file=beside.place(documents, "waivers", folder),
    )
    if problems:
        raise ConfigError(problems)
    return config


def _files(profile: Iterable[Layer], documents: Iterable[Document]) -> tuple[Path, ...]:
    """The files of a profile of one's own, then the others."""
    return (*(one.path for one in profile if not one.profile), *(document.path for document in documents))


def _documents(path: Path | None, folder: Path) -> Sequence[Document]:
    """The configuration file and those that it extends, the lowest first; none where there is no file."""
    if path is None:
        path = folder / NAME
        if not path.exists():
            _refuse_misnamed(folder / _MISNAMED)
            return ()
    return chain(path, "tenantlint", None, lambda link: link.at.path.parent / link.value)


def _refuse_misnamed(path: Path) -> None:
    if path.exists():
        raise ConfigError([Problem(path, 1, 1, "The file is not read.", f"Rename it to {NAME}.")])


def _config(documents: Sequence[Document], layers: tuple[Layer, ...], problems: list[Problem]) -> Config:
    data: dict[str, Any] = {}
    accounts: dict[str, Any] = {}
    for document in documents:
        content: dict[str, Any] = document.value(())
        data |= content
        accounts |= content.get("breakGlass", {})
    return Config(
        path=documents[-1].path if documents else None,
        break_glass=break_glass(accounts, _tests(documents, problems)),
        layers=layers,
        policies=_folders(documents),
        resources=_resources(documents, problems),
        fail_on=Severity(data.get("failOn", Severity.LOW)),
    )


def _tests(documents: Sequence[Document], problems: list[Problem]) -> Iterator[Drill]:
    """The test windows of all files."""
    for document in documents:
        if "testWindows" in document.value(()).get("breakGlass", {}):
            yield from drills(document, ("breakGlass", "testWindows"), problems)


def _folders(documents: Sequence[Document]) -> tuple[Path, ...]:
    """The folders of policies of the last file that names any."""
    for document in reversed(documents):
        if names := document.value(()).get("policies"):
            return tuple(policies_folder() if name == SHIPPED else document.path.parent / name for name in names)
    return ()


def _resources(documents: Sequence[Document], problems: list[Problem]) -> tuple[OwnResource, ...]:
    found: list[OwnResource] = []
    for document in documents:
        if "resources" in document.value(()):
            found += own_resources(document, ("resources",), problems, found)
    return tuple(found)
