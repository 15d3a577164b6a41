"""tenantlint: policy-as-code compliance scanner for Microsoft Entra tenants."""

__version__ = "0.1.0"
