"""``onPremisesImmutableId``: the id of an object of Active Directory in the form that Entra keeps it in.

It is the Base64 of the 16 bytes of a GUID as .NET orders them, little-endian in the first three parts: of the
mS-DS-ConsistencyGuid where that is the source anchor, of the objectGUID otherwise.
https://learn.microsoft.com/entra/identity/hybrid/connect/plan-connect-design-concepts#sourceanchor
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from uuid import UUID

from scanner.errors import NotCollected


def immutable_id(guid: str) -> str:
    """The immutable id of the object with this GUID. Raises ``ValueError`` for what is no GUID.

    >>> immutable_id("c97a6c98-ded8-472c-bfb6-87ed37d324f5")
    'mGx6ydjeLEe/toftN9Mk9Q=='
    """
    return b64encode(UUID(guid).bytes_le).decode("ascii")


def source_anchors(object_guid: str, consistency_guid: str | None) -> list[str]:
    """The immutable ids that a user of Active Directory can have, the likelier first.

    Raises ``NotCollected`` for GUIDs that are none, as a snapshot written by hand can have.
    """
    try:
        return [immutable_id(guid) for guid in dict.fromkeys((consistency_guid, object_guid)) if guid]
    except ValueError:
        text = f"the record {object_guid} has an id or a consistencyGuid that is no GUID"
        raise NotCollected("adUsers", text) from None


def guid_of(immutable_id: str) -> str | None:
    """The GUID that an immutable id is made from, in lower case; None for one that somebody chose in another way."""
    try:
        raw = b64decode(immutable_id, validate=True)
    except ValueError:  # binascii's errors too, and letters that are not of ASCII
        return None
    # Other texts can stand for the same bytes, and are other ids.
    exact = len(raw) == 16 and b64encode(raw).decode("ascii") == immutable_id
    return str(UUID(bytes_le=raw)) if exact else None
