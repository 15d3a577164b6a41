"""How much harm a permission can do: the tier and the reason for it, out of ``permission_tiers.json``.

The file has the permissions of Microsoft's APIs that matter, one row for those with the same effect. What it does not
have is ``unlisted``, never taken for harmless; what an API of somebody else's allows is ``otherApi``. Names and kinds
of Microsoft Graph's permissions: https://learn.microsoft.com/graph/permissions-reference, whose caution on permissions
that grant authorization or manage credentials is the ground of the first tier. Which permissions lead to Global
Administrator was compared with Maester's MT.1050 and MT.1051 and the research these name
(https://github.com/emiliensocchi/azure-tiering). Those that lead there only where a tenant has a group, an access
package or a device of a certain kind are in the second tier here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources

import msgspec


class Tier(StrEnum):
    """From the most harm to the least, and the two for what is not known."""

    CONTROL_PLANE = "controlPlane"
    MANAGEMENT_PLANE = "managementPlane"
    BULK_DATA = "bulkData"
    REST = "rest"
    UNLISTED = "unlisted"
    OTHER_API = "otherApi"


APPLICATION, DELEGATED = "application", "delegated"


class TierRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Permissions of one API that have the same effect."""

    tier: Tier
    types: tuple[str, ...]
    values: tuple[str, ...]
    reason: str


class TieredApi(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of Microsoft's APIs."""

    appId: str
    source: str
    """The page that says what its permissions allow."""
    permissions: tuple[TierRow, ...]


class Tiers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    tiers: Mapping[Tier, str]
    """What each tier means."""
    apis: tuple[TieredApi, ...]


class Judgement(msgspec.Struct, frozen=True):
    """What is said of one permission."""

    tier: Tier
    reason: str
    value: str | None = None
    """The permission's name as the file writes it; None for one that is not in it."""


_UNLISTED = Judgement(Tier.UNLISTED, "Not in tenantlint's list of permissions: read what it allows before trusting it.")
_OTHER_API = Judgement(Tier.OTHER_API, "What a permission of this API allows is known to whoever publishes the API.")
_ON_BEHALF = " On behalf of the signed-in user, and no more than that user may."


@cache
def tiers() -> Tiers:
    """The file."""
    content = resources.files(__package__).joinpath("permission_tiers.json").read_bytes()
    return msgspec.json.decode(content, type=Tiers)


def judge(api: str | None, value: str, kind: str) -> Judgement:
    """The tier of a permission by the appId of its API (any letter case; None: not known), its name (any letter case)
    and its type: ``application`` or ``delegated``."""
    listed = _by_api().get((api or "").lower())
    if listed is None:
        return _OTHER_API
    return listed.get((value.lower(), kind), _UNLISTED)


@cache
def _by_api() -> Mapping[str, Mapping[tuple[str, str], Judgement]]:
    return {
        api.appId: {
            (value.lower(), kind): Judgement(row.tier, row.reason + (_ON_BEHALF if kind == DELEGATED else ""), value)
            for row in api.permissions
            for value in row.values
            for kind in row.types
        }
        for api in tiers().apis
    }
