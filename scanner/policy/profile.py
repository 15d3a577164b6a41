"""Profiles and layers: which files tailor the policies, in which order, and what each says.

A layer is one file with any of the keys ``select``, ``ignore``, ``params``, ``severities`` and ``require``: a
``tenantlint.yaml``, the files it ``extends``, or a profile, which has no other keys. The order is

    profile's base → profile → base.yaml → … → tenantlint.yaml

and a later layer decides over an earlier one: of ``params``, ``severities`` and ``require`` value by value; of
``select`` and ``ignore`` as ``selection.py`` says. There is one profile: that of the command line, else of the last
file that names one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from scanner.errors import ConfigError, Problem, ProblemsError, UsageError
from scanner.model import Severity
from scanner.policy.decisions import setting, settings
from scanner.policy.document import Document
from scanner.policy.find import PROFILE_SUFFIX
from scanner.policy.overrides import Overrides, Setting
from scanner.policy.schema import check
from scanner.policy.selectors import BadSelector, Selector, parse
from scanner.policy.source import read
from scanner.policy.words import did_you_mean, quoted
from scanner.shipped import policies_folder

FOLDER = "profiles"
"""Below the shipped policies."""

Named: TypeAlias = Setting[str]
"""Something a file names, with its place."""


@dataclass(frozen=True)
class Layer:
    """What one file says about policies."""

    path: Path
    select: tuple[Setting[Selector], ...] | None = None
    """None where the file has no such key."""
    ignore: tuple[Setting[Selector], ...] = ()
    overrides: Overrides = field(default_factory=Overrides)
    profile: str = ""
    """Name, where it is a profile that comes with tenantlint."""

    def __str__(self) -> str:
        return f"profile {self.profile}" if self.profile else self.path.as_posix()


@cache
def shipped_profiles() -> dict[str, Path]:
    """The profiles that come with tenantlint, by name. Not to be changed."""
    paths = sorted((policies_folder() / FOLDER).glob(f"*{PROFILE_SUFFIX}"))
    return {path.name.removesuffix(PROFILE_SUFFIX): path for path in paths}


def load_profile(name: str, place: Named | None = None) -> list[Layer]:
    """The layers of a profile, the lowest first: of a shipped one, or of a file where ``name`` is a path.

    ``place`` is where a file names it; None: the command line does. Raises ConfigError or UsageError.
    """
    problems: list[Problem] = []
    documents = chain(_profile_path(name, place), "profile", place, lambda link: _profile_path(link.value, link))
    layers = [layer(document, problems) for document in documents]
    if problems:
        raise ConfigError(problems)
    return layers


def _profile_path(name: str, place: Named | None) -> Path:
    """The file of a profile."""
    if "/" in name or "\\" in name or name.endswith(".yaml"):
        return place.at.path.parent / name if place else Path(name)
    if name in shipped_profiles():
        return shipped_profiles()[name]
    hint = f"{did_you_mean(name, shipped_profiles())} A profile of your own is named by its path, as ./ours.yaml."
    if place is None:
        raise UsageError(f"--profile {name}: there is no such profile. {hint}")
    raise ConfigError([place.at.problem(f"There is no profile {quoted(name)}.", hint)])


def chain(first: Path, kind: str, place: Named | None, follow: Callable[[Named], Path]) -> list[Document]:
    """The file ``first``, which ``place`` names, and all that it extends, the lowest first.

    Each is checked by the schema ``kind``; ``follow`` finds the file that an ``extends`` means. Raises ConfigError with
    all that is wrong with the first file that has anything wrong.
    """
    documents = [checked(first, kind, place)]
    visited = [first.resolve()]
    while link := named(documents[-1], "extends"):
        path = follow(link)
        if path.resolve() in visited:
            circle = [*documents[visited.index(path.resolve()) :], documents[visited.index(path.resolve())]]
            way = " → ".join(document.path.name for document in circle)
            raise ConfigError([link.at.problem(f"The files extend each other in a circle: {way}.", "Break it here.")])
        documents.append(checked(path, kind, link))
        visited.append(path.resolve())
    return documents[::-1]


def layer(document: Document, problems: list[Problem]) -> Layer:
    """What a file that has passed its schema says about policies; selectors that are none are ``problems``."""
    data: dict[str, Any] = document.value(())
    shipped = next((name for name, path in shipped_profiles().items() if path == document.path), "")
    return Layer(
        path=document.path,
        select=_selectors(document, "select", problems) if "select" in data else None,
        ignore=_selectors(document, "ignore", problems) if "ignore" in data else (),
        overrides=_overrides(document, data),
        profile=shipped,
    )


def named(document: Document, key: str) -> Named | None:
    """The text under a key of a file, with its place; None where it has none."""
    data: dict[str, Any] = document.value(())
    return setting(document, (key,), str(data[key])) if key in data else None


def checked(path: Path, kind: str, place: Named | None) -> Document:
    """The file ``path``, which ``place`` names, when it has passed the schema ``kind``. Raises ConfigError."""
    if place and not path.is_file():
        raise ConfigError([place.at.problem(f"There is no file {quoted(path.as_posix())}.", "Check the path.")])
    try:
        document = read(path)
    except ProblemsError as error:
        raise ConfigError(error.problems) from error
    problems = check(document, kind)
    if problems:
        raise ConfigError(problems)
    return document


def _selectors(document: Document, key: str, problems: list[Problem]) -> tuple[Setting[Selector], ...]:
    found: list[Setting[Selector]] = []
    for number, text in enumerate(document.value((key,))):
        steps = (key, number)
        try:
            found.append(setting(document, steps, parse(text)))
        except BadSelector as error:
            problems.append(document.at(steps, error.text, error.hint))
    return tuple(found)


def _overrides(document: Document, data: dict[str, Any]) -> Overrides:
    severities = {
        policy: setting(document, ("severities", policy), Severity(severity))
        for policy, severity in data.get("severities", {}).items()
    }
    return Overrides(_values(document, "params", data), severities, _values(document, "require", data))


def _values(document: Document, key: str, data: dict[str, Any]) -> dict[str, Setting[Any]]:
    """For each policy under ``key``, its values by name."""
    return {policy: setting(document, (key, policy), settings(document, (key, policy))) for policy in data.get(key, {})}
