"""A second Conditional Access: judges one sign-in of one person by the policies as Graph sends them, word by word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any, NamedTuple

from tests.tenant.sample import Json

HQ, CENTRE, DUTCH, SPANISH = "hq", "centre", "dutch", "spanish"
MFA_IPS = "trusted addresses of the old settings"


def network(key: str, cidr: str, trusted: bool) -> Json:
    """A named location of addresses."""
    known = {"id": key, "displayName": key.title(), "isTrusted": trusted, "ipRanges": [{"cidrAddress": cidr}]}
    return {
        **known,
        "countriesAndRegions": None,
        "includeUnknownCountriesAndRegions": None,
        "countryLookupMethod": None,
    }


def country(key: str, code: str) -> Json:
    """A named location of one country."""
    return {
        "id": key,
        "displayName": key.title(),
        "isTrusted": None,
        "ipRanges": None,
        "countriesAndRegions": [code],
        "includeUnknownCountriesAndRegions": False,
        "countryLookupMethod": "clientIpAddress",
    }


LOCATIONS: list[Json] = [
    network(HQ, "192.0.2.0/25", trusted=True),
    network(CENTRE, "192.0.2.128/25", trusted=False),
    country(DUTCH, "NL"),
    country(SPANISH, "ES"),
]

PLACES: tuple[frozenset[str], ...] = tuple(
    frozenset(filter(None, where)) for where in product(("", HQ, CENTRE), ("", MFA_IPS), ("", DUTCH, SPANISH))
)
"""Where one can be at once: in one of two networks that have no address in common, in one country."""


class SignIn(NamedTuple):
    """One sign-in."""

    application: str
    in_office: bool
    client: str
    platform: str
    places: frozenset[str]
    user_risk: str
    flow: str
    managed: bool
    """Whether the filter of devices selects the device."""
    risk: str
    """Of the sign-in itself."""


def sign_ins() -> Iterator[SignIn]:
    """Every sign-in to an application that the random policies can tell apart."""
    for values in product(
        ("a1", "any"),
        (False, True),
        ("browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "other"),
        ("windows", "chrome"),
        PLACES,
        ("none", "high"),
        ("none", "deviceCodeFlow"),
        (False, True),
        ("none", "high"),
    ):
        yield SignIn(*values)


def applies(policy: Json, one: SignIn) -> bool:
    """Whether the conditions other than ``users`` fit the sign-in."""
    given = policy["conditions"]
    return (
        _application(given["applications"], one)
        and ("all" in given["clientAppTypes"] or one.client in given["clientAppTypes"])
        and _two_sides(given.get("platforms"), "Platforms", "all", {one.platform})
        and _two_sides(given.get("locations"), "Locations", "All", _location_words(one.places))
        and (not given.get("userRiskLevels") or one.user_risk in given["userRiskLevels"])
        and (not given.get("signInRiskLevels") or one.risk in given["signInRiskLevels"])
        and (not given.get("authenticationFlows") or one.flow in given["authenticationFlows"]["transferMethods"])
        and _device(given.get("devices"), one)
    )


def _application(given: Json, one: SignIn) -> bool:
    words = {one.application, *(["Office365"] if one.in_office else [])}
    included = "All" in given["includeApplications"] or bool(words & set(given["includeApplications"]))
    return included and not words & set(given["excludeApplications"])


def _location_words(places: frozenset[str]) -> set[str]:
    return set(places) | ({"AllTrusted"} if places & {HQ, MFA_IPS} else set())


def _two_sides(given: Json | None, what: str, everything: str, values: set[str]) -> bool:
    if not given:
        return True
    included, excluded = given[f"include{what}"], given[f"exclude{what}"]
    return (everything in included or bool(values & set(included))) and not values & set(excluded)


def _device(given: Json | None, one: SignIn) -> bool:
    return not given or one.managed == (given["deviceFilter"]["mode"] == "include")


def names(users: Json, side: str, person: Json) -> bool:
    """Whether one side of the user conditions names a person, given as ``keys``, ``groups``, ``roles`` and ``kind``."""
    guests: Any = users.get(f"{side}GuestsOrExternalUsers")
    listed = users.get(f"{side}Users") or []
    return (
        "All" in listed
        or person["key"] in listed
        or (person["kind"] is not None and "GuestsOrExternalUsers" in listed)
        or bool(set(person["groups"]) & set(users.get(f"{side}Groups") or []))
        or bool(set(person["roles"]) & set(users.get(f"{side}Roles") or []))
        or (bool(guests) and person["kind"] in guests["guestOrExternalUserTypes"].split(","))
    )


def reaching(policies: Iterable[Json], person: Json) -> list[Json]:
    """The enabled policies for a person."""
    return [
        policy
        for policy in policies
        if policy["state"] == "enabled"
        and names(policy["conditions"]["users"], "include", person)
        and not names(policy["conditions"]["users"], "exclude", person)
    ]


def uncovered(policies: Iterable[Json], person: Json, space: Iterable[SignIn]) -> set[SignIn]:
    """The sign-ins of a person that no enabled policy applies to."""
    return set(_uncovered(policies, person, space))


def first_uncovered(policies: Iterable[Json], person: Json, space: Iterable[SignIn]) -> SignIn | None:
    """One of them, if there is any."""
    return next(_uncovered(policies, person, space), None)


def _uncovered(policies: Iterable[Json], person: Json, space: Iterable[SignIn]) -> Iterator[SignIn]:
    found = reaching(policies, person)
    return (one for one in space if not any(applies(policy, one) for policy in found))
