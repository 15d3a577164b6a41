"""``tenantlint lint``: what is wrong with policies, and what is allowed and probably not meant."""
