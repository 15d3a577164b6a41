"""HTML: the whole scan as one page that needs nothing else, for people who read, search, print and share it."""

from __future__ import annotations

from scanner.model import Scan

__all__ = ["render"]


def render(scan: Scan) -> str:
    """The scan as a page without any outside reference: no network, no font, no script but its own."""
    from scanner.report.html.page import page

    return page(scan)
