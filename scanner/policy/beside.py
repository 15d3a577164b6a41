"""The files beside a configuration: ``waivers.yaml`` and ``attestations.yaml``.

What a person accepts or attests changes more often than a configuration, and often by other hands: in a file of its own
it has its own history and its own owners. The configuration may name another file under the key ``waivers`` or
``attestations``. The files of all layers count together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from scanner.errors import ConfigError, Problem
from scanner.policy.decisions import attestations, waivers
from scanner.policy.document import Document
from scanner.policy.profile import checked, named
from scanner.policy.waivers import Attestation, Waiver
from scanner.policy.words import quoted

Kind: TypeAlias = Literal["waivers", "attestations"]
"""Name of the schema, of the key in the configuration, and of the only key in the file."""


def place(documents: Sequence[Document], kind: Kind, folder: Path) -> Path:
    """The file of the highest layer, there or not: where a new entry belongs.

    ``documents``: the configuration and those that it extends, the lowest first; ``folder``: where it would be.
    """
    return _place(documents[-1], kind) if documents else folder / f"{kind}.yaml"


def files(documents: Sequence[Document], kind: Kind, folder: Path) -> list[Document]:
    """The files of all layers that there are, the lowest first, each once. Raises ConfigError."""
    found: dict[Path, Document] = {}
    for document in documents:
        path = _place(document, kind)
        link = named(document, kind)
        if link and not path.exists():
            hint = f"Check the path, or make the file with one line: {kind}: []"
            raise ConfigError([link.at.problem(f"There is no file {quoted(path.as_posix())}.", hint)])
        if (link or _is_there(path)) and path.resolve() not in found:
            found[path.resolve()] = checked(path, kind, link)
    if not documents and _is_there(folder / f"{kind}.yaml"):
        return [checked(folder / f"{kind}.yaml", kind, None)]
    return list(found.values())


def all_waivers(documents: Sequence[Document], problems: list[Problem]) -> tuple[Waiver, ...]:
    """The waivers in these files; of two for one finding that of the later file."""
    found: dict[tuple[str, str], Waiver] = {}
    for document in documents:
        found |= {(one.policy, one.record): one for one in waivers(document, ("waivers",), problems)}
    return tuple(found.values())


def all_attestations(documents: Sequence[Document], problems: list[Problem]) -> Iterator[Attestation]:
    """The attestations in these files."""
    for document in documents:
        yield from attestations(document, ("attestations",), problems)


def _place(document: Document, kind: Kind) -> Path:
    link = named(document, kind)
    return document.path.parent / (link.value if link else f"{kind}.yaml")


def _is_there(path: Path) -> bool:
    """Whether there is such a file. Raises ConfigError where it has the other ending, and would not be read."""
    other = path.with_suffix(".yml")
    if other.exists() and not path.exists():
        raise ConfigError([Problem(other, 1, 1, "The file is not read.", f"Rename it to {path.name}.")])
    return path.exists()
