"""Which sign-ins the conditions of a Conditional Access policy choose, ``users`` aside: one choice a dimension.

A condition that is not understood makes the whole policy one that surely covers nothing: it is named in ``unknown``.
An absent condition chooses everything. Applications and kinds of clients must be given, as every policy has them:
https://learn.microsoft.com/graph/api/resources/conditionalaccessconditionset
What the values mean:
https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-conditions
https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-cloud-apps
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from scanner.tenant.conditional_access.narrowing import REQUIRED, is_empty

OTHER = "other than these"
"""The value of a dimension that no policy can name: a platform that is not known, an application that none names."""

ALL_TRUSTED = "alltrusted"
"""Among locations: all that are marked as trusted, and the trusted addresses of the old multifactor settings."""


class Dimension(StrEnum):
    """What is the same for every tenant about a sign-in; values that come from the tenant are in ``space``."""

    CLIENTS = "clientAppTypes"
    PLATFORMS = "platforms"
    FLOWS = "authenticationFlows"
    USER_RISK = "userRiskLevels"
    SIGN_IN_RISK = "signInRiskLevels"
    INSIDER_RISK = "insiderRiskLevels"


_RISKS = ("none", "low", "medium", "high")

VALUES: Mapping[Dimension, tuple[str, ...]] = {
    Dimension.CLIENTS: ("browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "other"),
    Dimension.PLATFORMS: ("android", "iOS", "windows", "windowsPhone", "macOS", "linux", OTHER),
    Dimension.FLOWS: ("deviceCodeFlow", "authenticationTransfer", "none"),
    Dimension.USER_RISK: _RISKS,
    Dimension.SIGN_IN_RISK: _RISKS,
    Dimension.INSIDER_RISK: ("none", "minor", "moderate", "elevated"),
}
"""https://learn.microsoft.com/graph/api/resources/conditionalaccessconditionset, conditionalaccessplatforms and
conditionalaccessauthenticationflows. A platform is told from the user agent, so that anyone can be on any."""


@dataclass(frozen=True)
class Choice:
    """Values of one dimension: all or some included, less some excluded."""

    included: frozenset[str] | None = None
    """None for all."""
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Filter:
    """A rule over devices or applications. What it selects is not known; that two equal rules select the same is."""

    kind: str
    """``deviceFilter`` or ``applicationFilter``."""
    rule: str
    includes: bool


@dataclass(frozen=True)
class Conditions:
    """The choices of one policy."""

    choices: Mapping[Dimension, Choice] = field(default_factory=dict)
    applications: Choice = Choice(frozenset())
    actions: frozenset[str] = frozenset()
    """User actions and authentication contexts. They are chosen instead of applications; a policy for all
    applications is not one for them."""
    locations: Choice = Choice()
    filters: tuple[Filter, ...] = ()
    unknown: str = ""
    """A condition that is not understood."""

    def exclusions(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What is excluded, by condition."""
        found = {"applications": self.applications.excluded, "locations": self.locations.excluded}
        found.update((str(dimension), choice.excluded) for dimension, choice in self.choices.items())
        named = [(name, tuple(sorted(values - {OTHER}))) for name, values in sorted(found.items()) if values]
        return (*named, *((one.kind, (one.rule,)) for one in self.filters if not one.includes))


def read_conditions(given: Mapping[str, Any] | None) -> Conditions:
    """The conditions as Graph sends them. Never raises: what is not as documented is unknown."""
    found = Conditions()
    for name, value in {"applications": None, "clientAppTypes": None, **(given or {})}.items():
        if name == "users" or "@" in name or (is_empty(value) and name not in REQUIRED):
            continue
        try:
            found = _READERS[name](found, value)
        except (KeyError, TypeError, AttributeError):
            found = replace(found, unknown=name)
    return found


def _read_applications(found: Conditions, value: Any) -> Conditions:
    parts = _parts(value, _APPLICATION_KEYS)
    included = _names(parts.get("includeApplications"))
    contexts = _names(parts.get("includeAuthenticationContextClassReferences"))
    chosen = Choice(None if "all" in included else included - {"none"}, _names(parts.get("excludeApplications")))
    read = replace(found, applications=chosen, actions=_names(parts.get("includeUserActions")) | contexts)
    return _with_filter(read, "applicationFilter", parts.get("applicationFilter"))


_APPLICATION_KEYS = frozenset(
    {
        "includeApplications",
        "excludeApplications",
        "includeUserActions",
        "includeAuthenticationContextClassReferences",
        "applicationFilter",
    }
)


def _read_clients(found: Conditions, value: Any) -> Conditions:
    named = _names(value)
    if not named:
        raise TypeError("clientAppTypes must be given")
    return _choose(found, Dimension.CLIENTS, Choice(None if "all" in named else named))


def _read_platforms(found: Conditions, value: Any) -> Conditions:
    chosen = _sides(value, "Platforms")
    known = {one.lower() for one in VALUES[Dimension.PLATFORMS]}
    if chosen.excluded - known:  # a platform of the future is among the others until it is known here
        chosen = Choice(chosen.included, chosen.excluded | {OTHER})
    return _choose(found, Dimension.PLATFORMS, chosen)


def _read_locations(found: Conditions, value: Any) -> Conditions:
    return replace(found, locations=_sides(value, "Locations"))


def _read_devices(found: Conditions, value: Any) -> Conditions:
    parts = _parts(value, frozenset({"deviceFilter", "includeDevices"}))
    if parts.keys() - {"deviceFilter"} and _names(parts["includeDevices"]) != {"all"}:
        raise TypeError("device states are not known here")
    return _with_filter(found, "deviceFilter", parts.get("deviceFilter"))


def _read_flags(dimension: Dimension) -> Callable[[Conditions, Any], Conditions]:
    """A list of values, or several in one string."""

    def read(found: Conditions, value: Any) -> Conditions:
        return _choose(found, dimension, Choice(_flags(value)))

    return read


def _read_flows(found: Conditions, value: Any) -> Conditions:
    methods = _flags(_parts(value, frozenset({"transferMethods"}))["transferMethods"])
    return found if methods == {"none"} else _choose(found, Dimension.FLOWS, Choice(methods - {"none"}))


_READERS: Mapping[str, Callable[[Conditions, Any], Conditions]] = {
    "applications": _read_applications,
    "clientAppTypes": _read_clients,
    "platforms": _read_platforms,
    "locations": _read_locations,
    "devices": _read_devices,
    "authenticationFlows": _read_flows,
    "userRiskLevels": _read_flags(Dimension.USER_RISK),
    "signInRiskLevels": _read_flags(Dimension.SIGN_IN_RISK),
    "insiderRiskLevels": _read_flags(Dimension.INSIDER_RISK),
}
"""Other conditions (service principals and their risk, times, device states) are none of a user's sign-in."""


def _choose(found: Conditions, dimension: Dimension, choice: Choice) -> Conditions:
    return replace(found, choices={**found.choices, dimension: choice})


def _with_filter(found: Conditions, kind: str, value: Any) -> Conditions:
    if is_empty(value):
        return found
    parts = _parts(value, frozenset({"mode", "rule"}))
    includes = {"include": True, "exclude": False}[parts["mode"]]
    return replace(found, filters=(*found.filters, Filter(kind, str(parts["rule"]), includes)))


def _sides(value: Any, what: str) -> Choice:
    """``includeX`` and ``excludeX``. Something must be included for the condition to choose anything."""
    parts = _parts(value, frozenset({f"include{what}", f"exclude{what}"}))
    included = _names(parts[f"include{what}"])
    return Choice(None if "all" in included else included, _names(parts.get(f"exclude{what}")))


def _parts(value: Any, known: frozenset[str]) -> Mapping[str, Any]:
    """The parts of a condition that say something; raises ``TypeError`` if one of them is not known."""
    parts = {name: part for name, part in (value or {}).items() if "@" not in name and not is_empty(part)}
    if parts.keys() - known:
        raise TypeError("a part that is not known")
    return parts


def _names(value: Any) -> frozenset[str]:
    """Ids and words in a list, without regard to letter case."""
    if value is not None and not isinstance(value, list):
        raise TypeError("not a list")
    return frozenset(str(item).lower() for item in value or ())


def _flags(value: Any) -> frozenset[str]:
    return _names(value.split(",") if isinstance(value, str) else value)
