"""Named locations as Conditional Access uses them: which are trusted, and which can have no address in common.

Sources: https://learn.microsoft.com/graph/api/resources/namedlocation
https://learn.microsoft.com/graph/api/resources/countrynamedlocation
https://learn.microsoft.com/graph/api/resources/ipnamedlocation
https://learn.microsoft.com/entra/identity/conditional-access/concept-assignment-network
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from scanner.errors import NotCollected
from scanner.tenant.base import Reading, Row

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

Span: TypeAlias = tuple[int, int, int]
"""Version, first and last address of a range."""


class IpRange(msgspec.Struct, gc=False):
    """One range of addresses."""

    cidrAddress: str | None = None


class LocationRow(Row):
    """A location by countries or by addresses."""

    displayName: str | None = None
    isTrusted: bool | None = None
    ipRanges: list[IpRange] | None = None
    countriesAndRegions: list[str] | None = None
    includeUnknownCountriesAndRegions: bool | None = None
    countryLookupMethod: str | None = None


OLD_TRUSTED = "00000000-0000-0000-0000-000000000000"
"""The trusted addresses of the old multifactor settings, which policies name like a location. They are among
``AllTrusted``: https://learn.microsoft.com/entra/identity/conditional-access/concept-assignment-network"""

LOCATION_READS = (Reading("namedLocations", LocationRow),)


class Locations:
    """The tenant's named locations by id in lower case. Made once per tenant by ``locations``."""

    def __init__(self, rows: Mapping[str, LocationRow], lack: NotCollected | None = None) -> None:
        self._rows = rows
        self.lack = lack
        """Why they are not known; then no record is trusted, any two may overlap, and a gap may be none."""
        self._disjoint: dict[tuple[str, str], bool] = {}
        self._spans: dict[str, Sequence[Span] | None] = {}

    def is_trusted(self, key: str) -> bool:
        """Whether the location is marked as trusted, or is the old settings' list of trusted addresses."""
        return key == OLD_TRUSTED or (key in self._rows and self._rows[key].isTrusted is True)

    def name(self, key: str) -> str:
        """displayName, or the id where it has none."""
        return (key in self._rows and self._rows[key].displayName) or key

    def disjoint(self, one: str, other: str) -> bool:
        """Whether nobody can be in both: lists of different countries that are told in the same way, or addresses
        without overlap. A list of countries and a range of addresses may always overlap."""
        if one not in self._rows or other not in self._rows:
            return False
        if (one, other) not in self._disjoint:
            self._disjoint[one, other] = self._are_disjoint(one, other)
        return self._disjoint[one, other]

    def _are_disjoint(self, one: str, other: str) -> bool:
        first, second = self._rows[one], self._rows[other]
        if first.countriesAndRegions is not None and second.countriesAndRegions is not None:
            return first.countryLookupMethod == second.countryLookupMethod and not _countries(first) & _countries(
                second
            )
        if first.ipRanges and second.ipRanges:
            return _apart(self._addresses(one), self._addresses(other))
        return False

    def _addresses(self, key: str) -> Sequence[Span] | None:
        if key not in self._spans:
            self._spans[key] = _spans(self._rows[key].ipRanges or ())
        return self._spans[key]


def locations(tenant: Tenant) -> Locations:
    """The named locations. Never raises: why they are not known is in ``lack``."""
    try:
        return Locations({row.id.lower(): row for row in tenant.rows("namedLocations", LocationRow)})
    except NotCollected as lack:
        return Locations({}, lack)


def _countries(row: LocationRow) -> frozenset[str]:
    """Two letters each; the empty one stands for addresses of no known country, unless they are surely left out."""
    named = frozenset(code.upper() for code in row.countriesAndRegions or ())
    return named if row.includeUnknownCountriesAndRegions is False else named | {""}


def _apart(one: Sequence[Span] | None, other: Sequence[Span] | None) -> bool:
    if one is None or other is None:
        return False
    merged = sorted((*((*span, 0) for span in one), *((*span, 1) for span in other)))
    reach = {(version, side): -1 for version in (4, 6) for side in (0, 1)}
    for version, start, end, side in merged:
        if reach[version, 1 - side] >= start:
            return False
        reach[version, side] = max(reach[version, side], end)
    return True


def _spans(ranges: Sequence[IpRange]) -> list[Span] | None:
    """None where one cannot be read."""
    try:
        networks = [ipaddress.ip_network(one.cidrAddress or "", strict=False) for one in ranges]
    except ValueError:
        return None
    return [(one.version, int(one.network_address), int(one.broadcast_address)) for one in networks]
