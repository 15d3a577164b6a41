"""A project: a configuration and the policies that it selects, opened once for whatever a command does with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scanner.config import Config, load_config
from scanner.errors import ConfigError, UsageError
from scanner.policy.find import shipped_ids
from scanner.policy.load import load_policies
from scanner.policy.model import Policy
from scanner.policy.needs import Needs, combine, needs
from scanner.policy.selection import Decision, decide, without_match
from scanner.policy.selectors import BadSelector, Selector, parse
from scanner.policy.vocabulary import Vocabulary, vocabulary
from scanner.policy.waivers import Declarations
from scanner.policy.words import did_you_mean
from scanner.shipped import policies_folder

_FEW = 3
"""Policies of which a message tells why they are not selected."""


@dataclass(frozen=True)
class Project:
    """A configuration and the policies it selects, loaded and checked."""

    config: Config
    folders: tuple[Path, ...]
    decisions: tuple[Decision, ...]
    """For every policy of the folders: whether it is selected, and by what."""
    vocabulary: Vocabulary
    picked: tuple[Selector, ...] = ()
    """Of the selected policies, only those that one of these matches; none picks all."""
    ignored: int = 0
    """How many waivers were taken away, for verdicts as they are without them."""

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies to work with."""
        return tuple(one.policy for one in self.asked if one.selected)

    @property
    def asked(self) -> tuple[Decision, ...]:
        """The decisions on what the command line asks for, selected or not."""
        return tuple(
            one for one in self.decisions if not self.picked or any(each.matches(one.policy) for each in self.picked)
        )

    @property
    def loaded(self) -> tuple[Policy, ...]:
        """All policies of the folders."""
        return tuple(one.policy for one in self.decisions)

    def without_waivers(self) -> Project:
        """The same, but nothing is waived, and the results say so."""
        return replace(self, config=replace(self.config, waivers=()), ignored=len(self.config.waivers))

    @property
    def declared(self) -> Declarations:
        """What verdicts take from the configuration."""
        config = self.config
        evaluated = {policy.id for policy in self.policies}
        others = (policy for policy in self.loaded if policy.id not in evaluated)
        elsewhere = shipped_ids() | {name for policy in others for name in (policy.id, *policy.aliases)}
        return Declarations(config.break_glass, config.waivers, config.attestations, elsewhere)


def open_project(
    folders: Sequence[Path], select: Sequence[str], config: Path | None, profile: str | None = None
) -> Project:
    """Load configuration and policies, and select at least one.

    ``select`` holds selectors that narrow what the configuration selects; none leaves it. ``profile`` counts instead of
    the configuration's. Raises ``ConfigError``, ``PolicyError`` and ``UsageError``.
    """
    project = open_decided(folders, select, config, profile)
    for each in project.picked:
        matched = [one for one in project.decisions if each.matches(one.policy)]
        if not any(one.selected for one in matched):
            reasons = "; ".join(f"{one.policy.id} is {one.reason}" for one in matched[:_FEW])
            raise UsageError(f"--select {each.text}: {reasons}. `tenantlint list --why` tells it of each.")
    if not project.policies:
        raise UsageError("No policy is selected. `tenantlint list --why` tells why.")
    return project


def open_decided(
    folders: Sequence[Path], select: Sequence[str], config: Path | None, profile: str | None = None
) -> Project:
    """The same, but nothing need be selected."""
    loaded = load_config(config, profile=profile)
    words = vocabulary(loaded.resources)
    where = tuple(folders) or loaded.policies or (policies_folder(),)
    policies = load_policies(where, words, loaded.overrides)
    # What a file selects is about its own folders, not about others that the command line names.
    problems = () if folders else tuple(without_match(policies, loaded.layers))
    if problems:
        raise ConfigError(problems)
    return Project(loaded, where, decide(policies, loaded.layers), words, _picked(policies, select))


def _picked(policies: Sequence[Policy], select: Sequence[str]) -> tuple[Selector, ...]:
    """The selectors of the command line, each of which matches a policy."""
    try:
        picked = tuple(parse(text) for text in select)
    except BadSelector as error:
        raise UsageError(f"--select: {error}") from error
    for each in picked:
        if not any(each.matches(policy) for policy in policies):
            hint = each.nearest(policies) or "`tenantlint list` shows all policies."
            raise UsageError(f"--select {each.text}: no policy is matched. {hint}")
    return picked


def needs_of(project: Project) -> Needs:
    """What is to be collected for the project's policies."""
    return combine(needs_by_policy(project).values())


def needs_by_policy(project: Project) -> Mapping[str, Needs]:
    """The same for each policy by itself."""
    return {policy.id: needs(policy, project.vocabulary.catalogue) for policy in project.policies}


def find_policy(project: Project, name: str) -> Policy:
    """The policy with this id or alias, selected or not. Raises ``UsageError`` with the nearest right id."""
    for policy in project.loaded:
        if name in (policy.id, *policy.aliases):
            return policy
    hint = did_you_mean(name, (policy.id for policy in project.loaded))
    raise UsageError(f"There is no policy {name}. {hint or '`tenantlint list` shows them all.'}")
