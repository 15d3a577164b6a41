"""Conditional Access: whom a policy reaches, what it leaves open, and what it asks for."""
