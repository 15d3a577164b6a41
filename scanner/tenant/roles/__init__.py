"""Directory roles: what is granted, what the roles are, and who holds them in effect."""
