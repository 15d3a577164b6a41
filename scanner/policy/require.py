"""The ``require`` of a policy: how many records must meet the assertion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

from scanner.errors import Problem
from scanner.policy.document import Document
from scanner.policy.model import Between, Every, Never, Param, Requirement, Some
from scanner.policy.params import UNKNOWN
from scanner.policy.tailoring import Tailoring
from scanner.policy.words import did_you_mean, quoted

PARAM = "params."

_QUANTIFIERS: Mapping[str, Requirement] = {"all": Every(), "any": Some(), "none": Never()}


@dataclass
class Requiring:
    """Reads ``require`` of one policy. ``used`` names the parameters it rests on."""

    document: Document
    kinds: Mapping[str, str]
    """Type of every declared parameter."""
    params: Mapping[str, Param]
    """Those of them that have a value."""
    tailoring: Tailoring
    """What files change about parameters and bounds."""
    problems: list[Problem]
    used: set[str] = field(default_factory=set)

    def read(self, value: object) -> Requirement | None:
        """The requirement; None where it is wrong."""
        if isinstance(value, str):
            for setting in self.tailoring.require.values():
                text = f"The policy requires {quoted(value)}, no number of records."
                self.problems.append(setting.key.problem(text, "Take the line out."))
            return _QUANTIFIERS.get(value)
        if not isinstance(value, dict):
            return None
        before = len(self.problems)
        value = self._changed(value)
        minimum, maximum = self._bound("min", value.get("min", 0)), self._bound("max", value.get("max"))
        if len(self.problems) > before or minimum is None:
            return None
        if maximum is None and minimum == 0:
            self._note(value, "The requirement holds whatever the records are.", "Ask for 1 or more, or give a max.")
        elif maximum is not None and minimum > maximum:
            self._note(value, f"At least {minimum} and at most {maximum} cannot both hold.", "Exchange min and max.")
        return Between(minimum, maximum)

    def _changed(self, value: Mapping[str, object]) -> Mapping[str, object]:
        """The bounds, with the numbers that files give instead."""
        changed = dict(value)
        for key, setting in self.tailoring.require.items():
            written = value.get(key)
            if isinstance(written, str):
                text = f"The policy takes {quoted(key)} from its parameter {quoted(written.removeprefix(PARAM))}."
                self.problems.append(setting.key.problem(text, "Set it under `params`."))
            else:
                changed[key] = setting.value
        return changed

    def _bound(self, key: str, value: object) -> int | None:
        if not isinstance(value, str) or not value.startswith(PARAM):
            return value if isinstance(value, int) else None
        name = value.removeprefix(PARAM)
        self.used.add(value)
        steps = ("require", key)
        if name not in self.kinds:
            hint = did_you_mean(name, self.kinds)
            self.problems.append(self.document.at(steps, f"There is no parameter {quoted(name)}.", hint))
        elif self.kinds[name] not in ("integer", UNKNOWN):
            text = f"The parameter {quoted(name)} is of type {self.kinds[name]}; {key} needs an integer."
            self.problems.append(self.document.at(steps, text))
        elif name in self.params:
            return self._count(name, self.params[name].value)
        return None

    def _count(self, name: str, value: object) -> int | None:
        if not isinstance(value, int) or value < 0:
            text = f"The parameter {quoted(name)} is a number of records: it cannot be {value}."
            setting = self.tailoring.params.get(name)
            place = self.document.at(("params", name, "default"), text)
            self.problems.append(setting.at.problem(text) if setting else place)
            return None
        return value

    def _note(self, bounds: Mapping[str, object], text: str, hint: str) -> None:
        """A problem with both bounds together: in the configuration where it changed one of them."""
        settings = self.tailoring.params
        names = (value.removeprefix(PARAM) for value in bounds.values() if isinstance(value, str))
        tuned = (settings[name] for name in names if name in settings)
        setting = next(chain(self.tailoring.require.values(), tuned), None)
        self.problems.append(setting.at.problem(text, hint) if setting else self.document.at(("require",), text, hint))
