"""Prose of policies as blocks: requests and commands within it are code, and those with a body can be copied.

What is taken for code changes only how it is shown: every word stays where it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from scanner.docs.blocks import Block, Code, Listing, Paragraph, Words

_METHOD = r"(?:GET|POST|PUT|PATCH|DELETE)"
_ADDRESS = r"https://[^\s<>]+(?:<[\w ]+>[^\s<>]*)*(?: (?:eq|ne|le|ge|lt|gt) (?:'[^']*'|[\w-]+))?"
_VALUE = r"""(?:<[^<>]*>|"[^"]*"|@\{[^{}]*\}|\$?\w[\w.,-]*\w|\w+)"""
_CODE = re.compile(
    rf"(?P<request>\b{_METHOD} (?:{_ADDRESS}|/?[a-z]\w*/[^\s]+))"
    rf"|(?P<address>{_ADDRESS})"
    rf"|(?P<command>\b(?:[A-Z][a-z]+-[A-Z][A-Za-z0-9]{{3,}})(?: -[A-Z]\w*(?: {_VALUE})?)*)"
    r'|(?P<body>\{"(?=[^{}]*":))'
)
_END = ".,;:)"
"""What ends a sentence and not an address."""
_LONGEST = 10_000
"""Characters of a body that is looked for."""
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}]')
_BETWEEN = re.compile(r"\s+with\s+\Z")


def prose(text: str) -> tuple[Block, ...]:
    """A text of a policy: a paragraph for each line; lines that are indented are kept as they are."""
    blocks: list[Block] = []
    for indented, lines in _groups(text):
        if indented:
            blocks.append(Listing("\n".join(lines)))
        else:
            blocks += [Paragraph(marked(line.strip())) for line in lines]
    return tuple(blocks)


def _groups(text: str) -> Iterator[tuple[bool, list[str]]]:
    """Runs of lines that are indented or not, without empty lines."""
    group: list[str] = []
    for line in text.strip().splitlines():
        if not line.strip():
            continue
        indented = line.startswith((" ", "\t"))
        if group and group[0].startswith((" ", "\t")) is not indented:
            yield not indented, group
            group = []
        group.append(line)
    if group:
        yield group[0].startswith((" ", "\t")), group


def marked(text: str) -> Words:
    """One line with requests, addresses and commands as code."""
    words: list[str | Code] = []
    for is_code, part in _parts(text):
        words.append(Code(part) if is_code else part)
    return tuple(words)


def requests(text: str) -> Iterator[Listing]:
    """Every request whose JSON body stands in full behind ``with``, as it goes over the wire."""
    parts = list(_parts(text))
    for (is_request, request), (_, between), (_, body) in zip(parts, parts[1:], parts[2:], strict=False):
        if is_request and re.match(_METHOD, request) and _BETWEEN.fullmatch(between):
            try:
                content = json.loads(body)
            except ValueError:
                continue
            indented = json.dumps(content, indent=2, ensure_ascii=False)
            yield Listing(f"{request}\nContent-Type: application/json\n\n{indented}", "http")


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """The text in pieces, each with whether it is code."""
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
            yield True, text[start:end]
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
