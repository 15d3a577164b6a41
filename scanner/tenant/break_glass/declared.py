"""What the user declares about the tenant because no API tells it: the break-glass accounts.

They are never guessed. The declaration is the ``breakGlass`` part of ``tenantlint.yaml``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BreakGlass:
    """The declared break-glass accounts, and the Conditional Access policies made to protect them."""

    accounts: tuple[str, ...] = ()
    """Users, by id or userPrincipalName."""
    groups: tuple[str, ...] = ()
    """Groups whose members are break-glass accounts, nested ones too, by id or displayName."""
    protection_policies: tuple[str, ...] = ()
    """Conditional Access policies that may reach these accounts since they protect them, by id or displayName."""
