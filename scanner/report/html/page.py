"""The page: what the view holds, set in the template with its style and script.

Safety rests on three things. Every text passes ``printable`` in the view and Jinja's escaping in the template; the
script builds nothing from text; and the page's own policy lets only this style and this script run, by their hashes
(https://www.w3.org/TR/CSP3/#match-element-to-source-list), and forbids every request.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from scanner.model import Scan
from scanner.report.html.commands import marked
from scanner.report.html.view import view
from scanner.report.words import counted

_HERE = files(__package__ or "scanner.report.html")


def page(scan: Scan) -> str:
    """The scan as HTML."""
    style, script = _text("style.css"), _text("script.js")
    template = _environment().from_string(_text("report.html.jinja"))
    security = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return template.render(view=view(scan), security=security, style=Markup(style), script=Markup(script)) + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"counted": counted, "marked": marked}
    return environment


@cache
def _text(name: str) -> str:
    return _HERE.joinpath(name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"
