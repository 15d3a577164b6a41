"""A waiver put into the text of a file of waivers: what stands there stays as it is, byte for byte.

A library that reads YAML and writes it again keeps comments at best roughly, and quotes, folds and indents in its own
way. Here the parser only says where the list and its entries stand, and the new text is put in between, in the way in
which the file is written: its indentation, its line ends, block style or brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from scanner.author.yamltext import double_quoted, flow, line
from scanner.policy.document import Document
from scanner.policy.source import LOADER

Entry: TypeAlias = Mapping[str, str | bool]
"""Keys and values of a waiver, in the order in which they are written."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_BLANK_LINE = re.compile(r"(?:\n|\r(?!\n))[ ]*[\r\n]")
_GAP = re.compile(r"(?:\s|#[^\r\n]*)*(,)?")
"""What follows an entry in brackets: space and comments, and perhaps a comma."""
_BLOCK_TEXT = re.compile(r"[|>][-+0-9]*([ ]+#[^\r\n]*)?")
"""How a text that is written as a block begins, with a comment behind."""


def created(entry: Entry, head: str) -> str:
    """A new file with one waiver below ``head``, lines of comments."""
    return f"{head}\nwaivers:\n" + _block(entry, dash=2, step=2, end="\n")


def added(text: str, entry: Entry) -> str:
    """``text`` with a waiver more, behind the others. ``text`` has passed the schema of waivers."""
    found = _find(text)
    if found.items and not found.in_brackets:
        return _below(text, found, entry)
    if found.items:
        return _within(text, found, entry)
    if text[found.start : found.end] == "[]" and not found.root_in_brackets:
        return _first(text, found, entry)
    place = found.opened
    return text[:place] + _braces(entry) + text[place:]


def changed(document: Document, number: int, entry: Entry) -> str:
    """The text of ``document`` with the values of one of its waivers changed to those of ``entry``; others stay."""
    text, here = document.text, ("waivers", number)
    item = _find(text).items[number]
    edits: list[tuple[int, int, str]] = []
    for key, value in entry.items():
        if (*here, key) in document.places:
            place = document.places[*here, key]
            old = text[place.start : place.end]
            edits.append((place.start, place.end, _instead(old, place.style, _value(key, value, item.in_brackets))))
        elif item.in_brackets:
            end = document.places[*here, "expires"].end
            edits.append((end, end, f", {key}: {_value(key, value, within=True)}"))
        else:
            place = document.places[*here, "expires"]
            end = _end_of_line(text, place.end)
            edits.append((end, end, f"{_newline(text)}{' ' * item.column}{key}: {_value(key, value, within=False)}"))
    for start, end, new in sorted(edits, key=lambda edit: edit[:2])[::-1]:
        text = text[:start] + new + text[end:]
    return text


@dataclass(frozen=True)
class _Item:
    """One waiver in the text: indexes of characters."""

    start: int
    end: int
    """Behind its last value, or its bracket."""
    column: int
    """Of its keys, from 0."""
    in_brackets: bool


@dataclass(frozen=True)
class _List:
    """The list of waivers in the text."""

    start: int
    """Where its first dash or its bracket stands."""
    opened: int
    """Behind its bracket."""
    end: int
    in_brackets: bool
    root_in_brackets: bool
    items: tuple[_Item, ...]


def _find(text: str) -> _List:
    """The only list of a file of waivers."""
    events = iter(yaml.parse(text, LOADER))
    root = next(event for event in events if isinstance(event, yaml.MappingStartEvent))
    first = next(event for event in events if isinstance(event, yaml.SequenceStartEvent))
    items: list[_Item] = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        items.append(_item(text, event, events))
    return _List(
        start=_start(first),
        opened=_end(first),
        end=_end(event),
        in_brackets=bool(first.flow_style),
        root_in_brackets=bool(root.flow_style),
        items=tuple(items),
    )


def _item(text: str, first: Any, events: Iterator[yaml.Event]) -> _Item:
    """The entry that begins with the event ``first``; takes its events."""
    within, end = bool(first.flow_style), _start(first)
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        end = _end(event)
    return _Item(_start(first), _end(event) if within else end, _column(text, _start(first)), within)


def _start(event: Any) -> int:
    return int(event.start_mark.index)


def _end(event: Any) -> int:
    return int(event.end_mark.index)


def _below(text: str, found: _List, entry: Entry) -> str:
    """Behind the last of the entries with dashes, before comments that follow it on lines of their own."""
    last, end = found.items[-1], _newline(text)
    dash = _column(text, found.start)
    step = 2 if last.in_brackets else last.column - dash
    block = _block(entry, dash, step, end)
    if text[last.end - 1] in "\r\n":  # a block of text ends with its line, and an empty one could become part of it
        return text[: last.end] + block + text[last.end :]
    if len(found.items) > 1 and _BLANK_LINE.search(text, found.items[-2].end, last.start):
        block = end + block
    place = _end_of_line(text, last.end)
    rest = text[place:]
    line_end = _LINE_END.match(rest)
    if line_end is None:  # the last line of the file, without an end
        return text[:place] + end + block.removesuffix(end) + rest
    return text[:place] + line_end[0] + block + rest[line_end.end() :]


def _within(text: str, found: _List, entry: Entry) -> str:
    """Behind the last of the entries in brackets; on a line of its own where the closing bracket has one."""
    last, new = found.items[-1], _braces(entry)
    gap = _GAP.match(text, last.end)
    comma = gap.end(1) if gap and gap[1] else -1
    closing = found.end - 1
    margin = text[closing - _column(text, closing) : closing]
    if _LINE_END.search(text, last.end, closing) and not margin.strip():
        place = closing - len(margin)
        own = " " * _column(text, last.start) + new + _newline(text)
        before = text[last.end : place]
        return text[: last.end] + ("" if comma >= 0 else ",") + before + own + text[place:]
    if comma >= 0:
        return f"{text[:comma]} {new}{text[comma:]}"
    return f"{text[: last.end]}, {new}{text[last.end :]}"


def _first(text: str, found: _List, entry: Entry) -> str:
    """In place of empty brackets, below their line."""
    place, end = _end_of_line(text, found.end), _newline(text)
    margin = re.match(r"[ ]*", text[text.index("waivers") - _column(text, text.index("waivers")) :])
    dash = 2 + (len(margin[0]) if margin else 0)
    head = text[: found.start].rstrip(" ") + text[found.end : place]
    return head + end + _block(entry, dash, 2, end).removesuffix(end) + (text[place:] or end)


def _block(entry: Entry, dash: int, step: int, end: str) -> str:
    """The entry as lines with a dash in column ``dash`` and its keys ``step`` columns further."""
    pairs = [f"{key}: {_value(key, value, within=False)}" for key, value in entry.items()]
    first = " " * dash + "-" + " " * (step - 1)
    return "".join(f"{' ' * (dash + step) if number else first}{pair}{end}" for number, pair in enumerate(pairs))


def _braces(entry: Entry) -> str:
    """The entry as it stands within brackets."""
    return "{" + ", ".join(f"{key}: {_value(key, value, within=True)}" for key, value in entry.items()) + "}"


def _value(key: str, value: str | bool, within: bool) -> str:
    """A value as it stands behind its key, ``within`` brackets or not. What does not show is escaped."""
    if isinstance(value, bool):
        return str(value).lower()
    if not value.isprintable():
        return double_quoted(value)
    return flow(value) if within else line(key, value).removeprefix(f"{key}: ").removesuffix("\n")


def _instead(old: str, style: str, new: str) -> str:
    """``new`` in place of the source of a value: a block of text leaves its comment and its line end."""
    if style not in ("|", ">"):
        return new
    head = _BLOCK_TEXT.match(old[old.index(style) :])
    return new + (head[1] or "" if head else "") + old[len(old.rstrip()) :]


def _newline(text: str) -> str:
    """How lines end in ``text``."""
    found = _LINE_END.search(text)
    return found[0] if found else "\n"


def _end_of_line(text: str, index: int) -> int:
    """Where the line ends that ``index`` is in."""
    found = _LINE_END.search(text, index)
    return found.start() if found else len(text)


def _column(text: str, index: int) -> int:
    """The column of ``index``, from 0."""
    return index - max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) - 1
