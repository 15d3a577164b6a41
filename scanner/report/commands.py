"""Requests, JSON bodies, PowerShell commands and what stands in backticks, found in the prose of policies."""

from __future__ import annotations

import re
from collections.abc import Iterator

_METHOD = r"(?:GET|POST|PUT|PATCH|DELETE)"
REQUEST = re.compile(_METHOD)
"""Matches a piece of code that is a request."""
_ADDRESS = r"https://[^\s<>]+(?:<[\w ]+>[^\s<>]*)*(?: (?:eq|ne|le|ge|lt|gt) (?:'[^']*'|[\w-]+))?"
_VALUE = r"""(?:<[^<>]*>|"[^"]*"|@\{[^{}]*\}|\$?\w[\w.,-]*\w|\w+)"""
_CODE = re.compile(
    r"`(?P<quoted>[^`\n]+)`"
    rf"|(?P<request>\b{_METHOD} (?:{_ADDRESS}|/?[a-z]\w*/[^\s]+))"
    rf"|(?P<address>{_ADDRESS})"
    rf"|(?P<command>\b(?:[A-Z][a-z]+-[A-Z][A-Za-z0-9]{{3,}})(?: -[A-Z]\w*(?: {_VALUE})?)*)"
    r'|(?P<body>\{"(?=[^{}]*":))'
)
_END = ".,;:)"
"""What ends a sentence and not an address."""
_LONGEST = 10_000
"""Characters of a body that is looked for."""
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}]')


def pieces(text: str) -> Iterator[tuple[bool, str]]:
    """The text in pieces, each with whether it is code. Nothing is left out but the backticks around code."""
    done = at = 0
    closed = True
    while found := _CODE.search(text, at):
        start, end = found.start(), found.end() - _trailing(found[0])
        if found["body"]:
            # Behind a brace that nothing closes no other body is looked for, which could take long.
            end = _body_end(text, start) if closed else start
            closed = end > start
        if end > start:
            if start > done:
                yield False, text[done:start]
            yield True, found["quoted"] or text[start:end]
            done = end
        at = max(end, start + 1)
    if done < len(text):
        yield False, text[done:]


def _trailing(code: str) -> int:
    """How many characters at the end belong to the sentence."""
    return len(code) - len(code.rstrip(_END))


def _body_end(text: str, start: int) -> int:
    """Behind the brace that closes the one at ``start``; ``start`` where none does."""
    depth = 0
    for found in _TOKEN.finditer(text, start, start + _LONGEST):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0:
            return found.end()
    return start
