"""Applications: what they may do, what they sign in with, who owns them, and when they were used."""
