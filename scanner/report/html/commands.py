"""Requests and commands within the text of a remediation, set as code."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_COMMAND = re.compile(
    r"""
      (?:GET|POST|PUT|PATCH|DELETE)\ https://[^\s,;]*[^\s,;.]
    | \{"[^{}]*(?:\{[^{}]*\}[^{}]*)*\}
    | \b(?:Get|Set|New|Update|Remove|Add|Invoke|Start|Enable|Disable|Restart)-(?:Mg|Az|AD|Msol|Service|Entra)\w*
    """,
    re.VERBOSE,
)


def marked(text: str) -> Markup:
    """``text`` escaped, each request, JSON body and PowerShell command in it within ``code``."""
    parts: list[Markup] = []
    place = 0
    for found in _COMMAND.finditer(text):
        parts += [escape(text[place : found.start()]), Markup("<code>{}</code>").format(found[0])]
        place = found.end()
    return Markup("").join([*parts, escape(text[place:])])
