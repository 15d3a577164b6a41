"""tenantlint: policy-as-code compliance scanner for Microsoft Entra tenants.

    collect ──▶ snapshot ──▶ tenant (facts) ──▶ evaluate (policy, cel) ──▶ report, export, compare, bundle

The README tells what each package holds, ``tests/test_architecture.py`` which may import which. ``model``, ``errors``
and ``frameworks`` are words that all of them share; ``shipped`` finds the policies and schemas that come along.
"""

__version__ = "0.1.0"
