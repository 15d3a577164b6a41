"""What the authentication methods report says of a user: ``user.registration``.

Source: https://learn.microsoft.com/graph/api/resources/userregistrationdetails
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scanner.tenant.base import Reading
from scanner.tenant.groups import IdRow

if TYPE_CHECKING:
    from scanner.tenant.tenant import Tenant

REGISTRATION_READS = (Reading("userRegistrationDetails", IdRow),)


def registration(tenant: Tenant) -> Callable[[str], Any]:
    """``user.registration``: the report's row with the user's id. Disabled users and new ones may have none."""
    return lambda user: tenant.record("userRegistrationDetails", "userRegistrationDetails", user)
