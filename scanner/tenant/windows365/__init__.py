"""Windows 365: which groups give a Cloud PC, and which of its plans the tenant owns and covers."""
