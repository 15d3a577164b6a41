"""Monitoring: whether somebody is told when a break-glass account signs in."""
