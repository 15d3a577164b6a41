"""The nearest right name for a wrong one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that ``name`` was most likely meant to be, or an empty string where none is near.

    Letter case counts least: ``userprincipalname`` is ``userPrincipalName`` whatever else there is.
    """
    by_folded: dict[str, str] = {}
    for candidate in sorted(known):
        by_folded.setdefault(candidate.casefold(), candidate)
    folded = name.casefold()
    if folded in by_folded:
        return by_folded[folded]
    close = difflib.get_close_matches(folded, by_folded, n=1, cutoff=0.7)
    if close:
        return by_folded[close[0]]
    longer = [key for key in by_folded if len(folded) >= 4 and (key.endswith(folded) or key.startswith(folded))]
    return by_folded[min(longer, key=len)] if longer else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``Did you mean `x`?``, or an empty string."""
    found = nearest(name, known)
    return f"Did you mean `{found}`?" if found else ""
