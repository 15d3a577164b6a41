"""A scan by the controls of one framework: which policies serve which control, each told in one place.

A policy that serves several controls is told under the one that it names first, and referred to under the others. Each
group counts all policies that serve it, so that the groups together count more policies than there are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scanner.frameworks import PRINCIPLES, ZERO_TRUST
from scanner.model import Result


@dataclass(frozen=True)
class Group:
    """One control and the policies that serve it."""

    title: str
    told: tuple[Result, ...]
    """Those that are told here."""
    elsewhere: tuple[tuple[Result, str], ...] = ()
    """Those that are told under another control, with its title."""

    @property
    def results(self) -> tuple[Result, ...]:
        """All that serve it."""
        return (*self.told, *(result for result, _ in self.elsewhere))


def groups(results: Sequence[Result], framework: str) -> list[Group]:
    """A group for each control that a policy serves, in the framework's order; those that serve none come last."""
    served = {result.policy.id: _controls(result, framework) for result in results}
    found = {control for controls in served.values() for control in controls}
    ordered = [one for one in PRINCIPLES if one in found] if framework == ZERO_TRUST else sorted(found, key=_natural)
    made = [
        Group(
            _title(control),
            tuple(result for result in results if served[result.policy.id][:1] == (control,)),
            tuple(
                (result, _title(served[result.policy.id][0]))
                for result in results
                if control in served[result.policy.id][1:]
            ),
        )
        for control in ordered
    ]
    rest = tuple(result for result in results if not served[result.policy.id])
    return [*made, Group(f"Other: for no control of {framework}", rest)] if rest else made


def _controls(result: Result, framework: str) -> tuple[str, ...]:
    """The controls that a policy serves; of Zero Trust the principles, not Microsoft's tests of them."""
    ids = result.policy.controls.get(framework, ())
    return tuple(one for one in ids if one in PRINCIPLES) if framework == ZERO_TRUST else tuple(ids)


def _title(control: str) -> str:
    return PRINCIPLES.get(control, control)


def _natural(control: str) -> list[tuple[int, str]]:
    """An order in which 5.2 stands before 5.10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", control)]
