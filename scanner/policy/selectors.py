"""Selectors: words that pick policies out, the same in ``tenantlint.yaml``, in profiles and behind ``--select``.

break-glass-*               by id, former id or tag; * ? [] as in names of files
id:break-glass-tested       by id or former id only
tag:guests                  by tag only
control:scuba               serves a control of this framework
control:scuba:MS.AAD.3.*    serves such a control
severity:high               is of this severity
severity:high+              is of this severity or a worse one
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.model import Severity
from scanner.policy.model import Policy
from scanner.policy.words import did_you_mean, listed, quoted
from scanner.shipped import schema

KINDS = ("id", "tag", "control", "severity")
OR_WORSE = "+"


class BadSelector(ValueError):
    """A text that is no selector: what is wrong, and a hint."""

    def __init__(self, text: str, hint: str) -> None:
        self.text = text
        self.hint = hint
        super().__init__(f"{text} {hint}".strip())


@dataclass(frozen=True)
class Selector:
    """One selector, read."""

    text: str
    """As written."""
    kind: str
    """One of ``KINDS``, or nothing for an id or tag."""
    value: str
    framework: str = ""
    """Of a control."""

    def matches(self, policy: Policy) -> bool:
        """Whether the selector picks ``policy``, whose severity is the one it has after all overrides."""
        return any(fnmatch.fnmatchcase(name, self.value) for name in self._names(policy))

    def _names(self, policy: Policy) -> Iterable[str]:
        """What ``value`` is compared with."""
        match self.kind:
            case "id":
                return (policy.id, *policy.aliases)
            case "tag":
                return policy.tags
            case "control":
                return policy.controls.get(self.framework, ())
            case "severity":
                return _severities(policy.severity)
        return (policy.id, *policy.aliases, *policy.tags)

    def nearest(self, policies: Iterable[Policy]) -> str:
        """A hint with the name that was probably meant, for a selector that picks none of ``policies``."""
        names = {name for policy in policies for name in self._names(policy)}
        return did_you_mean(self.value, names)


def parse(text: str) -> Selector:
    """The selector that ``text`` is. Raises ``BadSelector``."""
    kind, colon, value = text.partition(":")
    if not colon:
        return Selector(text, "", text)
    if kind not in KINDS:
        raise BadSelector(f"{quoted(kind)} is no kind of selector.", did_you_mean(kind, KINDS))
    if not value:
        raise BadSelector(f"Nothing follows {quoted(text)}.", "Write what is to be picked behind the colon.")
    if kind == "control":
        return _control(text, value)
    if kind == "severity":
        _check_known(value.removesuffix(OR_WORSE), tuple(Severity), "severity")
    return Selector(text, kind, value)


def frameworks() -> tuple[str, ...]:
    """The frameworks that policies can name in ``controls``."""
    return tuple(schema("policy")["properties"]["controls"]["properties"])


def _control(text: str, value: str) -> Selector:
    framework, _, ids = value.partition(":")
    _check_known(framework, frameworks(), "framework")
    return Selector(text, "control", ids or "*", framework)


def _check_known(value: str, known: tuple[str, ...], what: str) -> None:
    if value not in known:
        hint = did_you_mean(value, known) or f"Known: {listed(map(quoted, known), 'and')}."
        raise BadSelector(f"There is no {what} {quoted(value)}.", hint)


def _severities(severity: Severity) -> Iterator[str]:
    """``high``, and ``high+``, ``medium+`` … that it is as bad as."""
    yield severity
    yield from (f"{least}{OR_WORSE}" for least in Severity if severity.rank <= least.rank)
