"""For all tests: property-based ones have no deadline, because a busy machine is not a defect."""

from hypothesis import settings

settings.register_profile("tenantlint", deadline=None)
settings.load_profile("tenantlint")
