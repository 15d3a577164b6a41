"""Named locations of the demo tenant."""

from __future__ import annotations

from typing import Any

from scanner.demo.bodies import Json
from scanner.demo.contoso import hostile
from scanner.demo.contoso.ids import ago, guid


def location_id(name: str) -> str:
    """The id of the named location ``name``."""
    return guid("namedLocation", name)


def named_locations() -> list[Json]:
    """The resource: two lists of countries, two of addresses (documentation ranges of RFC 5737 and RFC 3849)."""
    countries = "#microsoft.graph.countryNamedLocation"
    addresses = "#microsoft.graph.ipNamedLocation"
    return [
        _location(
            "Approved countries",
            countries,
            countriesAndRegions=["NL", "DE", "BE", "US"],
            includeUnknownCountriesAndRegions=False,
            countryLookupMethod="clientIpAddress",
        ),
        _location(
            "Everywhere unknown",
            countries,
            countriesAndRegions=["AQ"],
            includeUnknownCountriesAndRegions=True,
            countryLookupMethod="authenticatorAppGps",
        ),
        _location("Data centre", addresses, isTrusted=True, ipRanges=[_range("iPv4", "192.0.2.0/24")]),
        _location(
            hostile.NAMES["right-to-left"],
            addresses,
            isTrusted=False,
            ipRanges=[_range("iPv4", "198.51.100.0/24"), _range("iPv6", "2001:db8::/32")],
        ),
    ]


def _location(name: str, kind: str, **given: Any) -> Json:
    return {
        "@odata.type": kind,
        "id": location_id(name),
        "displayName": name,
        "createdDateTime": ago(520),
        "modifiedDateTime": ago(520),
        **given,
    }


def _range(version: str, cidr: str) -> Json:
    return {"@odata.type": f"#microsoft.graph.{version}CidrRange", "cidrAddress": cidr}
