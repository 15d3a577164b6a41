"""Facts about the directory as a whole and about what a user has registered."""

from __future__ import annotations

from scanner.tenant.base import Fact, Graph
from scanner.tenant.domains import DOMAIN_READS, initial_domain
from scanner.tenant.licenses import SKU_READS, licenses
from scanner.tenant.registration import REGISTRATION_READS, registration

FACTS: tuple[Fact, ...] = (
    Fact(
        owner="user",
        name="registration",
        returns=Graph("userRegistrationDetails", "userRegistrationDetails"),
        description="The user's row in the authentication methods report; absent when the report has none.",
        build=registration,
        reads=REGISTRATION_READS,
    ),
    Fact(
        owner="tenant",
        name="initialDomain",
        returns=str | None,
        description="The tenant's first domain, which ends in .onmicrosoft.com and cannot be removed.",
        build=initial_domain,
        reads=DOMAIN_READS,
    ),
    Fact(
        owner="tenant",
        name="licenses",
        returns=list[str],
        description="Entra editions the tenant has units of, enabled or in their period of grace: P1, P2, "
        "Governance, Workload ID. P2 comes with P1. Nothing is said of how many users they are enough "
        "for.",
        build=licenses,
        reads=SKU_READS,
    ),
)
