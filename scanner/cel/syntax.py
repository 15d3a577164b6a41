"""Syntax errors in plain words: what people bring along from other languages, then the runtime's own finding."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from scanner.cel.problems import ExprProblem, problem
from scanner.cel.tokens import CLOSING, Token, offset_of, tokenize

_OPERATOR_WORDS: Mapping[str, str] = {
    "and": "`&&`",
    "or": "`||`",
    "is": "`==`",
    "eq": "`==`",
    "equals": "`==`",
    "ne": "`!=`",
    "gt": "`>`",
    "ge": "`>=`",
    "lt": "`<`",
    "le": "`<=`",
    "not": "`!(a in list)` for what is not in a list, `!=` for what differs",
    "like": '`text.contains("part")` or `text.matches("pattern")`',
    "match": '`text.matches("pattern")`',
    "matches": '`text.matches("pattern")`',
    "contains": '`text.contains("part")`, or `"value" in list`',
    "startswith": '`text.startsWith("part")`',
    "endswith": '`text.endsWith("part")`',
}
"""Words that other languages put between two values, and how CEL says it."""

_SIGNS: Mapping[str, str] = {
    "=": "Write `==` to compare.",
    "&": "Write `&&` for and.",
    "|": "Write `||` for or.",
    ";": "Nothing ends an expression; delete it.",
    "#": "A comment starts with `//`.",
    "@": "`@odata.type` is written `odataType`.",
}

_QUOTES = "\"'"
_CURLY = "“”„‟‘’‚‛«»"


def explain_syntax(source: str, line: int, column: int, message: str) -> tuple[ExprProblem, ...]:
    """The problems behind a syntax error: every known slip in the source, or else what the runtime met at the place."""
    tokens = tokenize(source)
    slips = tuple(_slips(source, tokens))
    if not any(token.kind == "sign" and token.text in _QUOTES for token in tokens):
        slips += tuple(_brackets(source, tokens))
    return slips or (_as_met(source, tokens, offset_of(source, line, column), message),)


def _slips(source: str, tokens: Sequence[Token]) -> Iterator[ExprProblem]:
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else None
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.kind == "sign":
            if found := _sign(token, before, after):
                yield problem(source, token.start, *found)
            if token.text in _QUOTES:
                return  # what follows an unclosed quote was meant as text
        elif token.kind == "name" and (found := _word(token, before, after)):
            hyphen = before is not None and before.text == "-" and before.end == token.start
            yield problem(source, token.start - hyphen, *found)


def _sign(token: Token, before: Token | None, after: Token | None) -> tuple[str, str] | None:
    text = token.text
    if text in _QUOTES:
        return "The text that starts here has no closing quote.", f"End it with {text} on the same line."
    if text in _CURLY:
        return f"Curly quotes ({text}) do not mark text.", "Use straight quotes."
    if text.isspace() or unicodedata.category(text[0]) in ("Cf", "Cc"):
        return f"There is an invisible character here (U+{ord(text):04X}).", "Delete it, or put a space in its place."
    joined = text + after.text if after and after.start == token.end else ""
    if before and before.end == token.start and before.text + text in _PAIRS:
        return None  # told at the sign before
    if joined in _PAIRS:
        return f"`{joined}` is not an operator.", _PAIRS[joined]
    if text in _SIGNS:
        return f"`{text}` is not an operator.", _SIGNS[text]
    return None


_PAIRS: Mapping[str, str] = {
    "===": "Write `==`.",
    "!==": "Write `!=`.",
    "<>": "Write `!=`.",
    "=>": "Write `>=`.",
    "=<": "Write `<=`.",
    "/*": "A comment starts with `//` and ends with the line.",
    "?.": "Write `.?` for a property that may be absent; a property of something absent is null anyway.",
}


def _word(token: Token, before: Token | None, after: Token | None) -> tuple[str, str] | None:
    """Words used as operators: between two values, with a hyphen as in PowerShell, or before a value (``not``)."""
    word = token.text.casefold()
    if word not in _OPERATOR_WORDS or after is None:
        return None
    if word == "not" and not _ends_value(before) and after.kind != "sign":
        return f"`{token.text}` is not an operator.", "Write `!` before what must not hold."
    hyphen = before is not None and before.text == "-" and before.end == token.start and after.text != "("
    if hyphen or (_ends_value(before) and not (after.kind == "sign" and after.text in ".)],")):
        return f"`{'-' if hyphen else ''}{token.text}` is not an operator.", f"Write {_OPERATOR_WORDS[word]}."
    return None


def _ends_value(token: Token | None) -> bool:
    if token is None or token.text == "in":
        return False
    return token.kind != "sign" or token.text in CLOSING.values()


def _brackets(source: str, tokens: Sequence[Token]) -> Iterator[ExprProblem]:
    """The first bracket that is never closed, closes nothing or is closed by another kind."""
    opened: list[Token] = []
    for token in tokens:
        if token.kind != "sign":
            continue
        if token.text in CLOSING:
            opened.append(token)
        elif token.text in CLOSING.values():
            if not opened:
                yield problem(source, token.start, f"`{token.text}` closes nothing.", "Delete it, or open it before.")
                return
            expected = CLOSING[opened[-1].text]
            if expected != token.text:
                text = f"`{token.text}` stands where `{expected}` must close the `{opened[-1].text}`."
                yield problem(source, token.start, text)
                return
            opened.pop()
    if opened:
        yield problem(
            source, opened[-1].start, f"`{opened[-1].text}` is never closed.", f"Add `{CLOSING[opened[-1].text]}`."
        )


def _as_met(source: str, tokens: Sequence[Token], offset: int, message: str) -> ExprProblem:
    """The runtime's own message in other words."""
    at = next((token for token in tokens if token.start <= offset < token.end), None)
    if not tokens:
        return problem(source, 0, "The expression is empty.", "Write a condition.")
    if at is None:
        return problem(source, offset, "The expression ends where a value is expected.")
    if at.kind == "string" and "token recognition" in message:
        hint = 'Write `\\\\` for a backslash, or put r before the quote: r"\\d+".'
        return problem(source, at.start, "A backslash in this text means nothing.", hint)
    hint = "Put parentheses round a `? :` within another." if at.text == "?" else ""
    if at.kind in ("name", "string") and re.search(r"expecting (<EOF>|\{'[\])}]')", message):
        hint = "Join conditions with `&&` (both must hold) or `||` (one is enough), values in a list with commas."
    return problem(source, at.start, f"`{at.text}` is not expected here.", hint)
