"""Tokens of a CEL source: to cut the parts of an ``&&`` exactly, and to say plainly what a syntax error is about.

Google's runtime decides what is valid; nothing here accepts or refuses an expression. Lexical rules:
https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<space> [ \t\r\n\f]+ | //[^\n]* )
  | (?P<string> (?: [bB]?[rR] | [rR][bB] )
        (?: \"{3}[\s\S]*?\"{3} | '{3}[\s\S]*?'{3} | "[^"\r\n]*" | '[^'\r\n]*' )
      | [bB]?
        (?: \"{3}(?:\\[\s\S]|[^\\])*?\"{3} | '{3}(?:\\[\s\S]|[^\\])*?'{3}
          | "(?:\\.|[^"\\\r\n])*" | '(?:\\.|[^'\\\r\n])*' ) )
  | (?P<number> 0[xX][0-9a-fA-F]+[uU]? | (?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[uU]? )
  | (?P<name> [A-Za-z_][A-Za-z0-9_]* | `[^`\r\n]+` )
  | (?P<sign> && | \|\| | == | != | <= | >= | [\s\S] )
    """,
    re.VERBOSE,
)

CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token; ``start`` and ``end`` count code points of the source from 0."""

    kind: str
    """``string``, ``number``, ``name`` or ``sign`` (operators, brackets and characters that belong nowhere)."""
    text: str
    start: int
    end: int


def tokenize(source: str) -> tuple[Token, ...]:
    """The tokens of ``source`` without space and comments. An unclosed quote is a ``sign`` of its own."""
    return tuple(
        Token(found.lastgroup or "", found.group(), found.start(), found.end())
        for found in _TOKEN.finditer(source)
        if found.lastgroup != "space"
    )


def place(source: str, offset: int) -> tuple[int, int]:
    """Line and column of a code point, both from 1."""
    return source.count("\n", 0, offset) + 1, offset - source.rfind("\n", 0, offset)


def offset_of(source: str, line: int, column: int) -> int:
    """The code point at a line and column, both from 1; the nearest there is where the place lies outside."""
    lines = source.split("\n")
    if not 1 <= line <= len(lines):
        return 0 if line < 1 else len(source)
    return sum(len(text) + 1 for text in lines[: line - 1]) + min(max(column - 1, 0), len(lines[line - 1]))


def split_outside(text: str, separator: str) -> Iterator[str]:
    """Parts of a plain text (no quotes) at the separators outside parentheses, without space around them."""
    depth, start = 0, 0
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == separator and depth == 0:
            yield text[start:index].strip()
            start = index + 1
    if last := text[start:].strip():
        yield last


def matching(tokens: Sequence[Token], at: int) -> int | None:
    """The index of the bracket that closes the one at ``at``; None where nothing does."""
    depth = 0
    for index in range(at, len(tokens)):
        if tokens[index].kind == "sign":
            depth += (tokens[index].text in CLOSING) - (tokens[index].text in CLOSING.values())
            if depth == 0:
                return index
    return None


def conjuncts(source: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each top-level ``&&`` part of a valid expression; parentheses around an ``&&`` count as none."""
    tokens = tokenize(source)
    return tuple((tokens[first].start, tokens[last - 1].end) for first, last in _split(tokens, 0, len(tokens)))


def _split(tokens: Sequence[Token], first: int, last: int) -> Iterator[tuple[int, int]]:
    start, end = first, last
    while end - start > 2 and tokens[start].text == "(" and matching(tokens, start) == end - 1:
        start, end = start + 1, end - 1
    joints = _joints(tokens, start, end)
    if not joints:
        yield first, last
        return
    for part in zip((start, *(joint + 1 for joint in joints)), (*joints, end), strict=True):
        yield from _split(tokens, *part)


def _joints(tokens: Sequence[Token], start: int, end: int) -> list[int]:
    """The ``&&`` outside brackets; none where ``||`` or ``?:``, which bind looser, stands beside them."""
    found: list[int] = []
    index = start
    while index < end:
        token = tokens[index]
        if token.kind == "sign":
            if token.text in CLOSING:
                index = matching(tokens, index) or end
            elif token.text == "||" or (token.text == "?" and tokens[index - 1].text != "."):
                return []
            elif token.text == "&&":
                found.append(index)
        index += 1
    return found
