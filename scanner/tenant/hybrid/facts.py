"""Facts about hybrid identity."""

from __future__ import annotations

from datetime import datetime

from scanner.tenant.base import Derived, Fact
from scanner.tenant.hybrid.carriers import (
    SHARED_READS,
    USE_READS,
    ImmutableIdHolder,
    Use,
    immutable_id_use,
    same_immutable_id,
)
from scanner.tenant.hybrid.matches import AD_MATCH_READS, AdMatch, ad_matches
from scanner.tenant.hybrid.synchronisation import (
    LAST_PASSWORD_SYNC_READS,
    LAST_SYNC_READS,
    PASSWORD_SYNC_READS,
    SYNC_READS,
    is_synchronised,
    last_password_sync,
    last_sync,
    password_hash_sync,
)

FACTS: tuple[Fact, ...] = (
    Fact(
        owner="tenant",
        name="isSynchronised",
        returns=bool,
        description="Users come from Active Directory today. false where they never did or do no longer.",
        build=is_synchronised,
        reads=SYNC_READS,
    ),
    Fact(
        owner="tenant",
        name="lastSyncDateTime",
        returns=datetime | None,
        description="When the tenant was last synchronised with Active Directory; null for never.",
        build=last_sync,
        reads=LAST_SYNC_READS,
    ),
    Fact(
        owner="tenant",
        name="lastPasswordSyncDateTime",
        returns=datetime | None,
        description="When a request to synchronise password hashes last came in; null for never.",
        build=last_password_sync,
        reads=LAST_PASSWORD_SYNC_READS,
    ),
    Fact(
        owner="tenant",
        name="syncsPasswordHashes",
        returns=bool,
        description="Hashes of the passwords of Active Directory are synchronised.",
        build=password_hash_sync,
        reads=PASSWORD_SYNC_READS,
    ),
    Fact(
        owner="user",
        name="immutableIdUse",
        returns=Use,
        description="What onPremisesImmutableId is for. none: there is none, or the user is deleted; synchronised: the "
        "user is synchronised today; awaited: the user never was, and it is the id of one in the export of Active "
        "Directory, whose next synchronisation takes this one over; federated: the user never was synchronised, and "
        "the identity provider of the domain needs the id; orphaned: the user was synchronised once, or nothing of "
        "these. Without an export no user is awaited.",
        build=immutable_id_use,
        reads=USE_READS,
    ),
    Fact(
        owner="user",
        name="sameImmutableId",
        returns=list[ImmutableIdHolder],
        description="All other users, active and deleted, that carry the same onPremisesImmutableId.",
        build=same_immutable_id,
        reads=SHARED_READS,
    ),
)

DERIVED: tuple[Derived, ...] = (
    Derived(
        name="adMatches",
        singular="adMatch",
        row=AdMatch,
        description="Users of Active Directory, from an export added to the snapshot, and who they are in the tenant: "
        "matched, to be matched, in conflict or absent. A tenant that is not synchronised needs no export and has "
        "none then.",
        build=ad_matches,
        reads=AD_MATCH_READS,
        uses=("user.roles",),
    ),
)
