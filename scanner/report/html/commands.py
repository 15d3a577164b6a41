"""Requests and commands within the text of a remediation, set as code."""

from __future__ import annotations

from markupsafe import Markup, escape

from scanner.report.commands import pieces


def marked(text: str) -> Markup:
    """``text`` escaped, each request, JSON body, PowerShell command and text in backticks in it within ``code``."""
    shown = (Markup("<code>{}</code>").format(piece) if is_code else escape(piece) for is_code, piece in pieces(text))
    return Markup("").join(shown)
