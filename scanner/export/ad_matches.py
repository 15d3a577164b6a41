"""``ad-matches``: the users of Active Directory and who they are in the tenant, with the requests that tie them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from scanner.export.base import Export
from scanner.tenant.base import Row
from scanner.tenant.hybrid.matches import AD_MATCH_READS, AdMatch, ad_matches

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant


def _rows(tenant: Tenant) -> Iterator[msgspec.Struct]:
    """Without an export of Active Directory there is nothing to list, which is no empty list."""
    tenant.snapshot.require("adUsers")
    without_roles = ""
    for match in ad_matches(tenant):
        yield match
        if match.holdsRole is None:
            without_roles = without_roles or match.cloudUserId or ""
    if without_roles:
        tenant.fact("user", "roles")(Row(without_roles))  # raises what is missing


AD_MATCHES = Export(
    name="ad-matches",
    description="Users of Active Directory, from an export added to the snapshot, with the users of the tenant that "
    "they belong to, and the requests that set the immutable ids that are missing.",
    row=AdMatch,
    rows=_rows,
    reads=AD_MATCH_READS,
    uses=("adMatches",),
)
