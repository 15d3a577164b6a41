"""Cells of a CSV file: any value as text that no spreadsheet takes for a formula, whatever separator it reads by.

Excel and LibreOffice calculate a cell that begins with one of ``= + - @``, in some languages also with the full-width
forms of these. A cell that would begin so gets an apostrophe in front, which spreadsheets take as "this is text". White
space and quotation marks before the sign do not help an attacker: a spreadsheet may take them away first.
https://owasp.org/www-community/attacks/CSV_Injection

A program may also read by another separator than the one in the file: Excel by that of the computer's region,
LibreOffice by comma, semicolon and tab together. Then a cell begins in the middle of a value, so what follows a
separator within a value is treated like its beginning.

Line ends, other controls and direction marks are shown as escapes, as in every report (``scanner.report.safe``): a
program that reads line by line gets whole rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from scanner.report.safe import printable, to_line

# ASCII; full-width and small forms; superscripts, subscripts and other characters that are compatible with these
# (Unicode NFKC), and the minus sign, which LibreOffice reads as a hyphen.
_SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋﬩⩵⩶−"
_SEPARATORS = ",;|\t"
_FORMULA = re.compile(rf"(?:^|(?<=[{_SEPARATORS}]))(?=[\s\"]*[{_SIGNS}])")

_SIGN_IN_JSON = re.compile(rf"((?:^|[{_SEPARATORS}])[\s\"]*)([{_SIGNS}])")

LIST_SEPARATOR = "; "
LINE_END = "\r\n"
"""What RFC 4180 asks for."""
LONGEST = 32_767
"""Characters of a cell. Excel cuts what is longer without a word.
https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3"""


def cell(value: object) -> str:
    """A value as the text of a cell: times in ISO 8601 and UTC, ``true`` and ``false``, lists joined by semicolons."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)  # a negative number is a number, and no formula
        case datetime():
            return iso(value)
        case list() | tuple():
            return harmless(LIST_SEPARATOR.join(cell(item) for item in value))
    return harmless(str(value))


def harmless(text: str) -> str:
    """``text`` on one line and with an apostrophe wherever a spreadsheet could see a formula begin."""
    return _FORMULA.sub("'", printable(text))


def json_cell(value: object) -> str:
    """``value`` as JSON on one line in which a spreadsheet sees no formula, and which is JSON all the same.

    A sign where a formula could begin is written as JSON's own escape. A number below zero that follows a comma has no
    such escape: it becomes a text.
    """
    encoded = to_line(_without_bare_signs(msgspec.to_builtins(value))).rstrip("\n")
    return _SIGN_IN_JSON.sub(lambda found: f"{found[1]}\\u{ord(found[2]):04x}", encoded)


def _without_bare_signs(value: Any) -> Any:
    match value:
        case list() | tuple():
            return [str(item) if _is_negative(item) else _without_bare_signs(item) for item in value]
        case dict():
            return {key: _without_bare_signs(item) for key, item in value.items()}
    return value


def _is_negative(value: object) -> bool:
    return isinstance(value, int | float) and str(value).startswith("-")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], separator: str = ",") -> str:
    """A CSV file of cells that are harmless: headings, then a line for each row."""
    return LINE_END.join([line(heads, separator), *(line(cells, separator) for cells in rows), ""])


def iso(time: datetime) -> str:
    """``2026-11-01T06:00:00Z``. A time without an offset stays without one."""
    return time.isoformat() if time.tzinfo is None else time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def line(cells: Iterable[str], separator: str) -> str:
    """A row of a CSV file without its line end. https://www.rfc-editor.org/rfc/rfc4180

    Quoted is also what holds another separator, so that it stays one cell for who reads by several.
    """
    joined = separator.join(map(_quoted, cells))
    return joined or '""'  # a row of one empty cell: readers take an empty line for none


_QUOTED = re.compile(rf'[{_SEPARATORS}"]|^\s|\s$')


def _quoted(text: str) -> str:
    if not _QUOTED.search(text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
