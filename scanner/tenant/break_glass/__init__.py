"""Break-glass accounts: declared by the user, never guessed."""
