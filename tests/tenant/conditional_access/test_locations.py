"""Which named locations can have nobody in common."""

from __future__ import annotations

import ipaddress
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.tenant.conditional_access.locations import locations
from tests.tenant.sample import Json, tenant_of


def place(key: str, **properties: Any) -> Json:
    """A named location."""
    empty = dict.fromkeys(
        (
            "isTrusted",
            "ipRanges",
            "countriesAndRegions",
            "includeUnknownCountriesAndRegions",
            "countryLookupMethod",
        )
    )
    return {"id": key, "displayName": key.title(), **empty, **properties}


def ranges(*cidrs: str) -> Json:
    return {"ipRanges": [{"cidrAddress": cidr} for cidr in cidrs]}


def countries(*codes: str, unknown: bool | None = False, by: str = "clientIpAddress") -> Json:
    return {
        "countriesAndRegions": list(codes),
        "includeUnknownCountriesAndRegions": unknown,
        "countryLookupMethod": by,
    }


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (ranges("192.0.2.0/25"), ranges("192.0.2.128/25"), True),
        (ranges("192.0.2.0/24"), ranges("192.0.2.128/25"), False),
        (ranges("192.0.2.0/24"), ranges("2001:db8::/32"), True),
        (ranges("192.0.2.7/24"), ranges("192.0.2.0/32"), False),
        (ranges("192.0.2.0/24"), ranges("no address"), False),
        (ranges("192.0.2.0/24"), {"ipRanges": []}, False),
        (ranges("192.0.2.0/24"), countries("NL"), False),
        (countries("NL"), countries("DE", "BE"), True),
        (countries("NL"), countries("nl", "BE"), False),
        (countries("NL", unknown=True), countries("DE", unknown=True), False),
        (countries("NL", unknown=None), countries("DE", unknown=None), False),
        (countries("NL"), countries("DE", by="authenticatorAppGps"), False),
    ],
)
def test_locations_are_apart_only_where_that_is_certain(one: Json, other: Json, apart: bool) -> None:
    known = locations(tenant_of(namedLocations=[place("One", **one), place("two", **other)]))
    assert known.disjoint("one", "two") is known.disjoint("two", "one") is apart


def test_a_location_that_is_not_known_may_be_anywhere() -> None:
    known = locations(tenant_of(namedLocations=[place("one", **ranges("192.0.2.0/24"))]))
    assert not known.disjoint("one", "gone")
    assert (known.name("one"), known.name("gone")) == ("One", "gone")


def test_without_locations_none_is_trusted_and_it_is_said_why() -> None:
    known = locations(tenant_of())
    assert not known.is_trusted("one")
    assert known.lack is not None and known.lack.resource == "namedLocations"


SMALL = st.builds(
    lambda start, size: str(ipaddress.ip_network((0xC0000200 + start, size), strict=False)),
    st.integers(0, 63),
    st.integers(26, 32),
)


@given(st.lists(SMALL, min_size=1, max_size=4), st.lists(SMALL, min_size=1, max_size=4))
def test_ranges_are_apart_if_no_two_overlap(first: list[str], second: list[str]) -> None:
    known = locations(tenant_of(namedLocations=[place("one", **ranges(*first)), place("two", **ranges(*second))]))
    pairs = product(map(ipaddress.ip_network, first), map(ipaddress.ip_network, second))
    assert known.disjoint("one", "two") is not any(one.overlaps(other) for one, other in pairs)
