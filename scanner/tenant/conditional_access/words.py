"""Gaps of Conditional Access in words: who, which sign-ins, and through which exclusion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row
from scanner.tenant.conditional_access.conditions import ALL_TRUSTED, OTHER, Dimension
from scanner.tenant.conditional_access.gaps import Escape, Verdict
from scanner.tenant.conditional_access.locations import OLD_TRUSTED, locations
from scanner.tenant.conditional_access.people import EVERYONE, Key, Newcomer
from scanner.tenant.conditional_access.rows import ANY_GUEST, GUEST_KINDS
from scanner.tenant.conditional_access.space import TARGET, Axis, Part
from scanner.tenant.directory import NAMED_GROUPS, NAMED_USERS, find_principals
from scanner.tenant.roles.definitions import definitions

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

NAMED_PEOPLE = 3
"""Users who are named before the rest is counted."""

_WORDS: Mapping[str, str] = {
    "office365": "Office 365",
    "microsoftadminportals": "Microsoft Admin Portals",
    ALL_TRUSTED: "all trusted locations",
    OLD_TRUSTED: "the trusted addresses of the old multifactor settings",
    "browser": "browsers",
    "mobileappsanddesktopclients": "mobile apps and desktop clients",
    "exchangeactivesync": "Exchange ActiveSync clients",
    "other": "other legacy clients",
    "windowsphone": "Windows Phone",
    "windows": "Windows",
    "android": "Android",
    "ios": "iOS",
    "macos": "macOS",
    "linux": "Linux",
    "devicecodeflow": "device code flow",
    "authenticationtransfer": "authentication transfer",
}
"""Microsoft's words in plain ones, by lower case."""

_PHRASES: Mapping[str, str] = {
    TARGET: "to {}",
    Dimension.CLIENTS: "with {}",
    Dimension.PLATFORMS: "from {}",
    Dimension.FLOWS: "with the flow {}",
    Dimension.USER_RISK: "at user risk {}",
    Dimension.SIGN_IN_RISK: "at sign-in risk {}",
    Dimension.INSIDER_RISK: "at insider risk {}",
}
_SIDES: Mapping[tuple[str, str], str] = {
    ("locations", "inside"): "in {}",
    ("locations", "outside"): "not in {}",
    ("deviceFilter", "inside"): "from devices that meet the filter {}",
    ("deviceFilter", "outside"): "from devices that do not meet the filter {}",
    ("applicationFilter", "inside"): "to applications that meet the filter {}",
    ("applicationFilter", "outside"): "to applications that do not meet the filter {}",
}
_ACTIVATED: Mapping[str, str] = {"group": " (which they can join)", "role": " (which they can activate)"}
_OTHERS: Mapping[str, str] = {TARGET: "any application that no policy names", Dimension.PLATFORMS: "any other platform"}


class ApplicationRow(Row):
    """A service principal as policies name it."""

    appId: str | None = None
    displayName: str | None = None


APPLICATION_READS = (Reading("servicePrincipals", ApplicationRow),)


@dataclass(frozen=True)
class Names:
    """Names for the ids that come up; an id without a name stands for itself."""

    users: Mapping[str, str]
    groups: Mapping[str, str]
    roles: Mapping[str, str]
    """By template id."""
    applications: Mapping[str, str]
    locations: Mapping[str, str]
    policies: Mapping[str, str]


def find_names(tenant: Tenant, users: Set[str], verdicts: Sequence[Verdict], policies: Mapping[str, str]) -> Names:
    """Names for these users and for all that the verdicts mention; what was not collected has none."""
    entries = {key for verdict in verdicts for escape in verdict.escapes for key in escape.entries}
    mentioned = {(axis, key) for verdict in verdicts for axis, key in _mentioned(verdict)}
    place = tenant.once(locations)
    return Names(
        users=_principals(tenant, users | {key for kind, key in entries if kind == "user"}, NAMED_USERS),
        groups=_principals(tenant, {key for kind, key in entries if kind == "group"}, NAMED_GROUPS),
        roles=_roles(tenant),
        applications=_applications(tenant, {key for axis, key in mentioned if axis in (TARGET, "applications")}),
        locations={key: place.name(key) for axis, key in mentioned if axis == "locations" and key not in _WORDS},
        policies=policies,
    )


def _mentioned(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """Dimension and id or word."""
    for part in verdict.parts:
        for axis, values in part:
            yield from [axis] if isinstance(axis, tuple) else [(axis, value) for value in values]
    for escape in verdict.escapes:
        yield from ((name, value) for name, values in escape.conditions for value in values)


def say_who(names: Names, users: Sequence[str], newcomers: Sequence[Newcomer]) -> str:
    """The first users by name and how many there are besides; guests without a user object by kind and home."""
    said = [names.users.get(user, user) for user in users[:NAMED_PEOPLE]]
    if len(users) > NAMED_PEOPLE:
        rest = len(users) - NAMED_PEOPLE
        said.append(f"{rest} more user{'s' if rest > 1 else ''}")
    said += [_say_guests(kinds, home) for home, kinds in sorted(_by_home(newcomers).items())]
    return _joined(said)


def say_part(names: Names, part: Part) -> str:
    """One part of a gap: ``sign-ins to Office 365 with browsers``."""
    said = [_say_axis(names, axis, values) for axis, values in part]
    return " ".join(["sign-ins", *said]) if said else "all sign-ins"


def say_parts(names: Names, parts: Sequence[Part], more: bool) -> str:
    """All parts of a gap; what is true of each of them is said once."""
    shared = [one for one in parts[0] if all(one in part for part in parts)] if parts else []
    rests = [" ".join(_say_axis(names, *one) for one in part if one not in shared) for part in parts]
    said = [rest for rest in rests if rest] + (["elsewhere"] if more else [])
    whole = say_part(names, tuple(shared)) if parts else ""
    return f"{whole}: {', or '.join(filter(None, (', '.join(said[:-1]), said[-1])))}" if said else whole


def say_escape(names: Names, escape: Escape) -> str:
    """Why a policy does not cover it: ``CA001 leaves out the group Contractors``."""
    name = names.policies.get(escape.policy, escape.policy)
    if escape.unknown:
        return f"{name} has the condition {escape.unknown}, which cannot be judged here"
    if escape.entries:
        said = [
            say_entry(names, key) + (_ACTIVATED[key[0]] if key in escape.activated else "") for key in escape.entries
        ]
        return f"{name} leaves out {_joined(said)}"
    return f"{name} leaves out {_joined(list(_excluded(names, escape)))}"


def say_entry(names: Names, key: Key) -> str:
    """An exclusion of people, as a policy names them."""
    kind, name = key
    match kind:
        case "user" if name == ANY_GUEST:
            return "all guests"
        case "user":
            return "everybody" if key == EVERYONE else f"the user {names.users.get(name, name)}"
        case "group":
            return f"the group {names.groups.get(name, name)}"
        case "role":
            return f"the role {names.roles.get(name, name)}"
        case _:
            kinds, _, homes = name.partition("@")
            return f"guests ({kinds.replace(',', ', ')})" + (
                f" of the tenants {homes.replace(',', ', ')}" if homes else ""
            )


def _excluded(names: Names, escape: Escape) -> Iterator[str]:
    for condition, values in escape.conditions:
        if condition in ("deviceFilter", "applicationFilter"):
            yield _SIDES[condition, "inside"].format(values[0]).partition(" ")[2]
        else:
            yield _joined([_plain(names, value) for value in values])


def _say_axis(names: Names, axis: Axis, values: tuple[str, ...]) -> str:
    if isinstance(axis, tuple):
        what = axis[1]
        if axis[0] == "locations":
            what = "a trusted location" if what == ALL_TRUSTED else _plain(names, what)
        return _SIDES[axis[0], values[0]].format(what)
    said = [_OTHERS.get(axis, value) if value == OTHER else _plain(names, value) for value in values]
    return _PHRASES[axis].format(_joined(said, "or"))


def _plain(names: Names, value: str) -> str:
    return names.locations.get(value) or names.applications.get(value) or _WORDS.get(value.lower(), value)


def _by_home(newcomers: Sequence[Newcomer]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in newcomers:
        found.setdefault(one.home, []).append(one.kind)
    return found


def _say_guests(kinds: Sequence[str], home: str) -> str:
    which = "of any kind" if set(kinds) >= set(GUEST_KINDS) else f"({', '.join(kinds)})"
    return f"guests without a user object {which}" + (f" from the tenant {home}" if home else "")


def _joined(said: Sequence[str], word: str = "and") -> str:
    return f" {word} ".join((", ".join(said[:-1]), said[-1])) if len(said) > 1 else "".join(said)


def _principals(tenant: Tenant, keys: Set[str], reading: Reading) -> Mapping[str, str]:
    found = find_principals(tenant, keys, (reading,)).found
    return {key: one.name for key, one in found.items() if one.name}


def _roles(tenant: Tenant) -> Mapping[str, str]:
    try:
        return {role.template: role.name for role in tenant.once(definitions).values()}
    except NotCollected:
        return {}


def _applications(tenant: Tenant, keys: Set[str]) -> Mapping[str, str]:
    if not keys - {OTHER, *_WORDS}:
        return {}
    try:
        rows = tenant.rows("servicePrincipals", ApplicationRow)
        return {row.appId: row.displayName for row in rows if row.appId in keys and row.appId and row.displayName}
    except NotCollected:
        return {}
