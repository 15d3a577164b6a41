"""The recommendations that tenantlint was made for, which policies name in ``controls.tenantlint``.

Each comes from a how-to page for administrators of Microsoft Entra. Most are served by policies; what else serves them
(exports, the collector itself) stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FRAMEWORK = "tenantlint"
"""The key below ``controls``."""


@dataclass(frozen=True)
class Recommendation:
    """One thing to do in a tenant."""

    title: str
    exports: tuple[str, ...] = ()
    """Names of the exports that show how things stand."""
    also: str = ""
    """What else of tenantlint serves it."""
    by_principle: bool = False
    """So many policies serve it that they are listed by the principles of Zero Trust."""


RECOMMENDATIONS: Mapping[str, Recommendation] = {
    "S1": Recommendation("Be told when a break-glass account signs in", ("break-glass",)),
    "S2": Recommendation("Secure the break-glass accounts, in ten parts", ("break-glass",)),
    "S2.1": Recommendation("There are two to four of them, and they are Global Administrators"),
    "S2.2": Recommendation("They are cloud-only, not synchronised from on-premises"),
    "S2.3": Recommendation("They sign in with the tenant's initial .onmicrosoft.com domain"),
    "S2.4": Recommendation("No Conditional Access policy can block them"),
    "S2.5": Recommendation("They have no licence"),
    "S2.6": Recommendation("Their password is long, complex and kept in a safe"),
    "S2.7": Recommendation("Their names do not say what they are for"),
    "S2.8": Recommendation("They have a FIDO2 security key"),
    "S2.9": Recommendation("Their sign-ins raise an alert (S1)"),
    "S2.10": Recommendation("They are tested twice a year, and hold their role permanently"),
    "S3": Recommendation("Notice when Entra Connect Sync has stopped"),
    "S4": Recommendation(
        "Match on-premises users with cloud users, and keep administrators out of the synchronisation", ("ad-matches",)
    ),
    "S5": Recommendation(
        "Sign applications in with certificates instead of secrets",
        ("privileged-apps",),
        "the collector itself signs in with a certificate, a federated credential or a managed identity, and warns of "
        "a secret",
    ),
    "S6": Recommendation("Audit who holds which directory role", ("role-assignments",)),
    "S7": Recommendation("Audit applications with powerful permissions", ("privileged-apps",)),
    "S8": Recommendation(
        "Follow the principles of Zero Trust", also="`tenantlint scan SNAPSHOT --profile zero-trust`", by_principle=True
    ),
    "S9": Recommendation("Clear the on-premises id of cloud-only accounts, so that they can be deleted"),
    "S10": Recommendation("Give access to Windows 365 with dynamic groups that follow the licence", ("windows-365",)),
}
"""By id, in order."""
