"""Two scans of a tenant beside each other: what is new, what is fixed, and what is not judged any more."""
