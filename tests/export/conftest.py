"""The demo tenant's snapshot, for the exports too."""

from tests.policies.conftest import demo

__all__ = ["demo"]
