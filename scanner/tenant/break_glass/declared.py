"""What the user declares about the tenant because no API tells it: the break-glass accounts.

They are never guessed. The declaration is the ``breakGlass`` part of ``tenantlint.yaml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Drill:
    """A time in which break-glass accounts were or will be tested, so that their sign-ins are expected."""

    begin: datetime
    end: datetime
    """Aware, as ``begin``; both belong to it."""
    reason: str

    def has(self, time: datetime) -> bool:
        """Whether a time, which is aware, lies in it."""
        return self.begin <= time <= self.end


@dataclass(frozen=True)
class BreakGlass:
    """The declared break-glass accounts, and the Conditional Access policies made to protect them."""

    accounts: tuple[str, ...] = ()
    """Users, by id or userPrincipalName."""
    groups: tuple[str, ...] = ()
    """Groups whose members are break-glass accounts, nested ones too, by id or displayName."""
    protection_policies: tuple[str, ...] = ()
    """Conditional Access policies that may reach these accounts since they protect them, by id or displayName."""
    test_windows: tuple[Drill, ...] = ()
    """When these accounts were or will be tested."""
