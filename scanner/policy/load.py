"""Loading policies: every file of some folders, checked together. One mistake in one file and nothing is loaded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from scanner.errors import PolicyError, Problem, ProblemsError
from scanner.policy.build import build
from scanner.policy.document import Document, Steps
from scanner.policy.find import SUFFIX, find, shipped_ids
from scanner.policy.model import Policy
from scanner.policy.overrides import Overrides, Setting, Settings
from scanner.policy.replacing import replacements
from scanner.policy.schema import check
from scanner.policy.source import read
from scanner.policy.tailoring import tailorings
from scanner.policy.vocabulary import Vocabulary
from scanner.policy.words import quoted


def load_policies(
    folders: Sequence[Path],
    vocabulary: Vocabulary,
    layers: Sequence[Overrides] = (),
    elsewhere: Collection[str] = (),
) -> tuple[Policy, ...]:
    """The policies in ``folders``, ordered by id, with the overrides of ``layers`` applied, the lowest first.

    Shipped policies, and others that are ``elsewhere`` (ids), may be named in overrides and in ``replaces`` though they
    are not in the folders. Raises PolicyError with every problem of every file, those of the overrides included.
    """
    found = find(folders)
    problems = [*found.problems]
    known = shipped_ids().union(elsewhere)
    drafts = _without_replaced([_draft(path) for path in found.policies], known, problems)
    problems += _check_names(drafts)
    aliases = {name: draft.id for draft in drafts for name in draft.names}
    ids = aliases | {draft.id: draft.id for draft in drafts}
    changed = tailorings(ids, layers, known, problems)
    policies: list[Policy] = []
    for draft in drafts:
        if draft.document and isinstance(draft.document.data, dict):
            tailoring = replace(changed[draft.id], aliases=draft.inherited)
            policy = build(draft.document, vocabulary, tailoring, draft.problems)
            policies += [policy] if policy else []
        problems += draft.problems
    if problems:
        raise PolicyError(problems)
    return tuple(sorted(policies, key=lambda policy: policy.id))


def load_policy(policy: Policy, vocabulary: Vocabulary, params: Setting[Settings]) -> Policy:
    """A policy that was loaded before, with other values for some of its parameters. Raises PolicyError."""
    names = (policy.id, *policy.aliases)  # what it replaces is among them
    (tuned,) = load_policies([policy.path], vocabulary, [Overrides(params={policy.id: params})], names)
    return tuned


@dataclass
class _Draft:
    """One policy file on its way."""

    path: Path
    document: Document | None
    problems: list[Problem] = field(default_factory=list)
    inherited: tuple[str, ...] = ()
    """Names of the policy that it replaces, as far as they are not its own."""

    @property
    def id(self) -> str:
        """By the file's name, since the file may be broken. Its own ``id`` must be the same."""
        return self.path.name.removesuffix(SUFFIX)

    @property
    def aliases(self) -> list[tuple[int, str]]:
        """Former ids, each with its index."""
        data = self.document.data if self.document else None
        found = data.get("aliases") if isinstance(data, dict) else None
        aliases = found if isinstance(found, list) else []
        return [(index, alias) for index, alias in enumerate(aliases) if isinstance(alias, str)]

    @property
    def names(self) -> tuple[str, ...]:
        """All that it answers to besides its id."""
        return (*(alias for _, alias in self.aliases), *self.inherited)

    @property
    def replaces(self) -> str:
        """Id of the policy that it stands in for; empty for none."""
        data = self.document.data if self.document else None
        found = data.get("replaces") if isinstance(data, dict) else None
        return found if isinstance(found, str) else ""

    def at(self, steps: Steps, text: str, hint: str) -> Problem:
        if self.document is None:
            return Problem(self.path, 1, 1, text, hint)
        return self.document.at(steps, text, hint)

    def where(self, steps: Steps) -> str:
        """Path and line, for messages about another file."""
        line = self.document.line(steps) if self.document else 1
        return f"{self.path}:{line}"


def _draft(path: Path) -> _Draft:
    try:
        document = read(path)
    except ProblemsError as error:
        return _Draft(path, None, list(error.problems))
    return _Draft(path, document, check(document, "policy"))


def _without_replaced(drafts: Sequence[_Draft], known: frozenset[str], problems: list[Problem]) -> list[_Draft]:
    """The drafts that no other replaces; those that do replace one answer to its names."""
    replaced = replacements(drafts, known, problems)
    for draft in drafts:
        gone = [drafts[index] for index, by in replaced.items() if by is draft]
        absent = [draft.replaces] if draft.replaces in known.difference(one.id for one in drafts) else []
        names = dict.fromkeys((*absent, *(name for one in gone for name in (one.id, *one.names))))
        draft.inherited = tuple(name for name in names if name != draft.id)
    return [draft for index, draft in enumerate(drafts) if index not in replaced]


def _check_names(drafts: Iterable[_Draft]) -> list[Problem]:
    """Ids and aliases are all different, over all files."""
    problems: list[Problem] = []
    taken: dict[str, str] = {}
    names: list[tuple[_Draft, str, Steps]] = [(draft, draft.id, ("id",)) for draft in drafts]
    names += [(draft, alias, ("aliases", index)) for draft in drafts for index, alias in draft.aliases]
    names += [(draft, name, ("replaces",)) for draft in drafts for name in draft.inherited]
    for draft, name, steps in names:
        if name in taken:
            problems.append(draft.at(steps, *_taken(name, steps, taken[name])))
        taken.setdefault(name, draft.where(steps))
    return problems


def _taken(name: str, steps: Steps, where: str) -> tuple[str, str]:
    """What is wrong with a name that another file has, and a hint."""
    if steps == ("id",):
        hint = f"Ids are never used twice. Write `replaces: {name}` in the file that is to stand in for the other."
        return f"The id {quoted(name)} is taken by {where}.", hint
    kind = "alias" if steps[0] == "aliases" else "replaced id"
    return f"The {kind} {quoted(name)} is taken by {where}.", "Ids and aliases are never used twice."
