"""Prose of policies as blocks: requests and commands within it are code, and those with a body can be copied.

What is taken for code changes only how it is shown: every word stays where it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from scanner.docs.blocks import Block, Code, Listing, Paragraph, Words
from scanner.report.commands import REQUEST, pieces

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
    for is_code, part in pieces(text):
        words.append(Code(part) if is_code else part)
    return tuple(words)


def requests(text: str) -> Iterator[Listing]:
    """Every request whose JSON body stands in full behind ``with``, as it goes over the wire."""
    parts = list(pieces(text))
    for (is_request, request), (_, between), (_, body) in zip(parts, parts[1:], parts[2:], strict=False):
        if is_request and REQUEST.match(request) and _BETWEEN.fullmatch(between):
            try:
                content = json.loads(body)
            except ValueError:
                continue
            indented = json.dumps(content, indent=2, ensure_ascii=False)
            yield Listing(f"{request}\nContent-Type: application/json\n\n{indented}", "http")
