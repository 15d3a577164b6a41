"""Loading policies: every file of some folders, checked together. One mistake in one file and nothing is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scanner.errors import PolicyError, Problem, ProblemsError
from scanner.policy.build import Tailoring, build
from scanner.policy.document import Document, Steps
from scanner.policy.find import SUFFIX, find
from scanner.policy.model import Policy
from scanner.policy.overrides import Overrides, Setting, Settings
from scanner.policy.schema import check
from scanner.policy.source import read
from scanner.policy.vocabulary import Vocabulary
from scanner.policy.words import did_you_mean, quoted


def load_policies(
    folders: Sequence[Path], vocabulary: Vocabulary, overrides: Overrides | None = None
) -> tuple[Policy, ...]:
    """The policies in ``folders``, ordered by id, with a configuration's overrides applied.

    Raises PolicyError with every problem of every file, those of the overrides in the configuration file included.
    """
    found = find(folders)
    drafts = [_draft(path) for path in found.policies]
    problems = [*found.problems, *_check_names(drafts)]
    tailoring = _tailoring(drafts, overrides or Overrides(), problems)
    policies: list[Policy] = []
    for draft in drafts:
        if draft.document and isinstance(draft.document.data, dict):
            policy = build(draft.document, vocabulary, tailoring[draft.id], draft.problems)
            policies += [policy] if policy else []
        problems += draft.problems
    if problems:
        raise PolicyError(problems)
    return tuple(sorted(policies, key=lambda policy: policy.id))


def load_policy(path: Path, vocabulary: Vocabulary, params: Setting[Settings]) -> Policy:
    """One policy, with other values for some of its parameters. Raises PolicyError."""
    name = path.name.removesuffix(SUFFIX)
    (policy,) = load_policies([path], vocabulary, Overrides(params={name: params}))
    return policy


@dataclass
class _Draft:
    """One policy file on its way."""

    path: Path
    document: Document | None
    problems: list[Problem] = field(default_factory=list)

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


def _check_names(drafts: Iterable[_Draft]) -> list[Problem]:
    """Ids and aliases are all different, over all files."""
    problems: list[Problem] = []
    taken: dict[str, str] = {}
    names: list[tuple[_Draft, str, Steps]] = [(draft, draft.id, ("id",)) for draft in drafts]
    names += [(draft, alias, ("aliases", index)) for draft in drafts for index, alias in draft.aliases]
    for draft, name, steps in names:
        if name in taken:
            text = f"{'The id' if steps == ('id',) else 'The alias'} {quoted(name)} is taken by {taken[name]}."
            problems.append(draft.at(steps, text, "Ids and aliases are never used twice."))
        taken.setdefault(name, draft.where(steps))
    return problems


def _tailoring(drafts: Iterable[_Draft], overrides: Overrides, problems: list[Problem]) -> dict[str, Tailoring]:
    """What is overridden, by policy id. Overrides for unknown policies are problems."""
    ids = {draft.id: draft.id for draft in drafts}
    for draft in drafts:
        ids.update((alias, draft.id) for _, alias in draft.aliases)
    for named in (overrides.params, overrides.severities):
        used: dict[str, str] = {}
        for name, override in named.items():
            if name not in ids:
                text, hint = f"There is no policy {quoted(name)}.", did_you_mean(name, ids)
                problems.append(override.key.problem(text, hint))
            elif used.setdefault(ids[name], name) != name:
                text = f"{quoted(name)} and {quoted(used[ids[name]])} are the same policy."
                problems.append(override.key.problem(text, f"Write all under {quoted(ids[name])}."))
    params = {ids.get(name, name): tuned.value for name, tuned in overrides.params.items()}
    severities = {ids.get(name, name): severity for name, severity in overrides.severities.items()}
    return {each: Tailoring(params.get(each, {}), severities.get(each)) for each in ids}
