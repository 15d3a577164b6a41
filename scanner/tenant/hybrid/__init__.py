"""Hybrid identity: synchronisation with Active Directory, and how its users match those of the tenant."""
