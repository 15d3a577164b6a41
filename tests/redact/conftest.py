"""The demo tenant's snapshot, for reports that are redacted."""

from tests.policies.conftest import demo

__all__ = ["demo"]
