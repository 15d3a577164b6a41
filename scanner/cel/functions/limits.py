"""How large a string or list may become that an expression builds.

Expressions always end, but text can grow fast: each ``s + s`` doubles it, each ``s.replace("a", s)`` squares it.
"""

from __future__ import annotations

from collections.abc import Sized
from typing import TypeVar

from scanner.cel.values import Fault

MAX_TEXT = 1_000_000
"""Characters of a string, bytes of a byte string."""

MAX_LIST = 1_000_000
"""Elements of a list."""

_SizedT = TypeVar("_SizedT", bound=Sized)


def sized_text(text: _SizedT, more: int = 0) -> _SizedT:
    """``text``; raises Fault where it would be too long together with ``more`` characters."""
    if len(text) + more > MAX_TEXT:
        raise Fault(f"the text would be longer than {MAX_TEXT:,} characters")
    return text


def sized_list(items: _SizedT, more: int = 0) -> _SizedT:
    """``items``; raises Fault where they would be too many together with ``more``."""
    if len(items) + more > MAX_LIST:
        raise Fault(f"the list would have more than {MAX_LIST:,} elements")
    return items
