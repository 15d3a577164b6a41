"""Which policies the layers select, and which selector of which file decided it.

Without any ``select``, all policies are selected. The first layer that has one begins with none; from there on each
selector is applied in its turn, layer by layer, in a layer first its ``select`` and then its ``ignore``, and the last
one that matches a policy decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scanner.errors import Problem
from scanner.policy.model import Policy
from scanner.policy.overrides import Setting
from scanner.policy.profile import Layer
from scanner.policy.selectors import Selector
from scanner.policy.words import quoted


@dataclass(frozen=True)
class Decision:
    """Whether a policy is selected, and by what."""

    policy: Policy
    selected: bool
    by: Setting[Selector] | None = None
    """The last selector that matched; None where none did."""
    layer: Layer | None = None
    """The file of it; without one, the first file that has a ``select``, if any has."""

    @property
    def reason(self) -> str:
        """``selected by tag:guests (team.yaml:3)``."""
        word = "selected" if self.selected else "ignored" if self.by else "not selected"
        if self.by is not None:
            return f"{word} by {self.by.value.text} ({_place(self.by, self.layer)})"
        return f"{word}: {f'no selector of {self.layer} matches' if self.layer else 'no file says otherwise'}"


def decide(policies: Sequence[Policy], layers: Sequence[Layer]) -> tuple[Decision, ...]:
    """A decision for each policy."""
    first = next((layer for layer in layers if layer.select is not None), None)
    return tuple(_decide(policy, layers, first) for policy in policies)


def _decide(policy: Policy, layers: Sequence[Layer], first: Layer | None) -> Decision:
    decision = Decision(policy, first is None, layer=first)
    for layer in layers:
        for selected, selectors in ((True, layer.select or ()), (False, layer.ignore)):
            for one in selectors:
                if one.value.matches(policy):
                    decision = Decision(policy, selected, one, layer)
    return decision


def without_match(policies: Sequence[Policy], layers: Sequence[Layer]) -> Iterator[Problem]:
    """Selectors that match no policy. Those of shipped profiles are about shipped policies, which may not be here."""
    for layer in layers:
        if not layer.profile:
            for one in (*(layer.select or ()), *layer.ignore):
                if not any(one.value.matches(policy) for policy in policies):
                    text = f"No policy is matched by {quoted(one.value.text)}."
                    yield one.at.problem(text, one.value.nearest(policies))


def _place(one: Setting[Selector], layer: Layer | None) -> str:
    return f"profile {layer.profile}" if layer and layer.profile else str(one.at)
