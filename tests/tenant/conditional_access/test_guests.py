"""Kinds of guests, as far as a user object tells them."""

from __future__ import annotations

import pytest

from scanner.tenant.conditional_access.guests import GuestRow, Kinds, guest_kinds

EXT = "ann_fabrikam.com#EXT#@contoso.onmicrosoft.com"
OWN = "ann@contoso.com"


@pytest.mark.parametrize(
    ("user", "kinds"),
    [
        (GuestRow("u", "Member", None, OWN), (None,)),
        (GuestRow("u", None, None, OWN), (None,)),
        (GuestRow("u", "Guest", None, OWN), ("internalGuest",)),
        (GuestRow("u", "Guest", "Invitation", EXT), ("b2bCollaborationGuest",)),
        (GuestRow("u", "Guest", None, EXT.lower()), ("b2bCollaborationGuest",)),
        (GuestRow("u", "Member", "Invitation", EXT), ("b2bCollaborationMember",)),
        (GuestRow("u", None, "Invitation", EXT), ("b2bCollaborationGuest", "otherExternalUser")),
        (GuestRow("u", "Guest", "Invitation", OWN), ("internalGuest", "b2bCollaborationGuest")),
        (GuestRow("u", "Guest", "SelfServiceSignUp", OWN), ("internalGuest", "b2bCollaborationGuest")),
        (GuestRow("u", "Member", "Invitation", OWN), (None, "b2bCollaborationMember")),
        (GuestRow("u", "Member", "EmailVerified", OWN), (None,)),
        (GuestRow("u"), (None,)),
    ],
)
def test_a_user_has_the_kinds_that_the_object_allows(user: GuestRow, kinds: Kinds) -> None:
    assert guest_kinds(user) == kinds
