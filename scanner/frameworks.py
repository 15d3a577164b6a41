"""The frameworks whose requirements policies name below ``controls``.

Imports nothing, so that the command line can list them without loading what it does not run. Another framework is an
entry here and one in ``schemas/policy.schema.json``.
"""

from __future__ import annotations

from collections.abc import Mapping

ZERO_TRUST = "zero-trust"

FRAMEWORKS: Mapping[str, str] = {
    "tenantlint": "tenantlint's recommendations",
    ZERO_TRUST: "Zero Trust",
    "scuba": "CISA SCuBA",
    "cis": "CIS Microsoft 365",
    "eidsca": "EIDSCA",
    "maester": "Maester",
    "prowler": "Prowler",
}
"""By the name that policies use: the name that readers know. In the order in which reports show them."""

PRINCIPLES: Mapping[str, str] = {
    "verify-explicitly": "Verify explicitly",
    "least-privilege": "Least privilege",
    "assume-breach": "Assume breach",
}
"""Of Zero Trust: https://learn.microsoft.com/security/zero-trust/zero-trust-overview"""
