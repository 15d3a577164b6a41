"""Reading YAML files as people write them: plain values, and where in the file each key and value stands.

The parser is PyYAML's, but only its events are used: nothing is constructed, and ``scalars`` says what a word means.

Refused, each with a sentence: files over ``MAX_BYTES``, text that is not UTF-8, more than one document, duplicate
keys, anchors and aliases (a few lines of them can expand to gigabytes), tags beyond YAML's own, directives, tab
characters between values, nesting deeper than ``MAX_DEPTH`` and numbers that JSON or CEL cannot hold.
"""

from __future__ import annotations

import codecs
import re
import stat
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

import yaml

from scanner.errors import Problem, ProblemsError
from scanner.policy.document import Document, Place, Steps
from scanner.policy.scalars import KINDS, Scalar, resolve
from scanner.policy.words import quoted

MAX_BYTES = 1_000_000
MAX_DEPTH = 32
MAX_PROBLEMS = 100

Loader: TypeAlias = type[yaml.CSafeLoader] | type[yaml.SafeLoader]
LOADER: Loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

_TAG = "tag:yaml.org,2002:"
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_COMMENT = re.compile(r"(^|\s)#")
_ENDED = re.compile(r"""["'}\]][ ]*\Z""")
"""The end of a value that begins with a quote or bracket: nothing may follow it on its line."""
_AS_TEXT = "Put it in quotes if it is meant as text."
_SYNTAX = (
    (
        "mapping values are not allowed",
        "A ':' has no place here.",
        "Put a text that contains ': ' in quotes; align a key with the keys above it.",
    ),
    ("could not find expected ':'", "This line is neither 'key: value' nor part of the text above.", ""),
    ("cannot start any token", "The character {found} cannot begin a value.", "Put the text in quotes."),
    ("end of stream", "A quote is opened here and never closed.", ""),
    ("tab character", "A tab character stands where spaces are expected.", "Indent with spaces."),
    ("unknown escape character", "An escape is not known in double quotes.", "Use single quotes, or write \\\\."),
    ("Unicode character escape", "An escape does not stand for a character.", "Write the character itself."),
    ("',' or", "The bracket opened here is not closed.", "Look for a missing ',' or bracket behind it."),
    ("document start", "Text follows the end of the document.", "Look for a bracket too many."),
    ("", "The indentation or the punctuation does not fit the lines above.", "Align keys; put text in quotes."),
)
"""What the parsers say, what we say, and what to do. The first that matches counts."""
_BEGINS_EARLIER = ("could not find expected ':'", "end of stream", "',' or")
"""Mistakes that the parsers notice late: their place is where the construct begins."""


def read(path: Path) -> Document:
    """The document in a file. Raises ProblemsError with all that is wrong with it as YAML."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise _fault(path, "This is not a file.")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _fault(path, f"The file cannot be read: {error.strerror}.", "Check the path and who owns it.") from error
    if len(content) > MAX_BYTES:
        hint = "Such files are small texts: take out what does not belong in it."
        raise _fault(path, f"The file is larger than {MAX_BYTES:,} bytes.", hint)
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        line = before.count("\n") + 1
        column = len(before) - before.rfind("\n")
        sentence = f"The byte 0x{content[error.start]:02x} is not UTF-8."
        raise ProblemsError([Problem(path, line, column, sentence, "Save the file as UTF-8 text.")]) from error
    return parse(path, text)


def parse(path: Path, text: str, loader: Loader = LOADER) -> Document:
    """The document in a text, named ``path`` in messages. Raises ProblemsError with all that is wrong with it."""
    reader = _Reader(Document(path, text, None, {}))
    data: object = None
    try:
        reader.check_characters()
        data = reader.document(iter(yaml.parse(text, loader)))
        reader.check_tabs()
    except yaml.MarkedYAMLError as error:
        reader.problems.append(_syntax_problem(reader.blank, error, reader.quoted))
    except _Stop:
        pass
    if reader.problems:
        raise ProblemsError(reader.problems)
    return Document(path, text, data, reader.places)


class _Stop(Exception):
    """Reading on would make no sense; the reason is among the problems."""


def _fault(path: Path, text: str, hint: str = "") -> ProblemsError:
    return ProblemsError([Problem(path, 1, 1, text, hint)])


class _Mark(Protocol):
    index: int


def _index(mark: _Mark | None) -> int:
    return mark.index if mark else 0


def _syntax_problem(blank: Document, error: yaml.MarkedYAMLError, spans: Sequence[tuple[int, int]]) -> Problem:
    index = min(_index(error.problem_mark), len(blank.text))
    found = blank.text[index : index + 1]
    said = "tab character" if found == "\t" else error.problem or ""
    part, text, hint = next(entry for entry in _SYNTAX if entry[0] in said)
    if part in _BEGINS_EARLIER:
        index = _index(error.context_mark)
    line = blank.text[index - blank.position(index)[1] + 1 : index]
    if not part and _ENDED.search(line):
        text, hint = "The value ends here, but the line goes on.", "Put the whole text in quotes."
        end = index - len(line) + len(line.rstrip(" "))
        start = next((start for start, one in spans if one == end), end)
        if blank.position(start)[0] < blank.position(end)[0]:
            text = f"A quote is opened here and closed in line {blank.position(end)[0]}, where another one may begin."
            index, hint = start, "Close it where the text ends."
    return Problem(blank.path, *blank.position(index), text.replace("{found}", repr(found)), hint)


class _Reader:
    """Turns the events of one document into values, collecting places and problems."""

    def __init__(self, blank: Document) -> None:
        self.blank = blank
        """The text without its values, for positions."""
        self.places: dict[Steps, Place] = {}
        self.problems: list[Problem] = []
        self.quoted: list[tuple[int, int]] = []
        """Start and end of every text in quotes, and of every block."""

    def _note(self, index: int, text: str, hint: str = "") -> None:
        if len(self.problems) == MAX_PROBLEMS:
            raise self._stop(index, "More problems follow; they are not listed.")
        self.problems.append(Problem(self.blank.path, *self.blank.position(index), text, hint))

    def _stop(self, index: int, text: str, hint: str = "") -> _Stop:
        self.problems.append(Problem(self.blank.path, *self.blank.position(index), text, hint))
        return _Stop()

    def check_characters(self) -> None:
        """Notes a character that YAML files may not hold."""
        if found := _UNPRINTABLE.search(self.blank.text):
            text = f"The character U+{ord(found[0]):04X} is not allowed in YAML."
            raise self._stop(found.start(), text, "Is this a text file? In double quotes it can be written as \\x07.")

    def check_tabs(self) -> None:
        """Tabs are content in quotes and in blocks; elsewhere the two parsers of PyYAML disagree about them."""
        text, starts = self.blank.text, [start for start, _ in self.quoted]
        for tab in re.finditer("\t", text):
            index = tab.start()
            before = bisect_right(starts, index) - 1
            inside = before >= 0 and index < self.quoted[before][1]
            line = text[index - self.blank.position(index)[1] + 1 : index]
            if not inside and not _COMMENT.search(line):
                self._note(index, "A tab character stands outside of quotes.", "Use spaces.")

    def document(self, events: Iterator[yaml.Event]) -> object:
        """The value of the only document."""
        next(events)  # start of the stream
        start = next(events)
        if isinstance(start, yaml.StreamEndEvent):
            raise self._stop(0, "The file is empty.", "Write its keys, or remove the file.")
        if isinstance(start, yaml.DocumentStartEvent) and (start.version or start.tags):
            raise self._stop(_index(start.start_mark), "YAML directives are not allowed.", "Remove the line with '%'.")
        data = self._value(next(events), events, ())
        next(events)  # end of the document
        following = next(events)
        if isinstance(following, yaml.DocumentStartEvent):
            index = _index(following.start_mark)
            raise self._stop(index, "A second document begins here.", "Put it in a file of its own.")
        return data

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], steps: Steps, key: int | None = None) -> object:
        """The value that begins with ``event``; ``key`` is where its key stands, None for what has no key."""
        start, end, style = _index(event.start_mark), _index(event.end_mark), ""
        if isinstance(event, yaml.AliasEvent) or (isinstance(event, yaml.NodeEvent) and event.anchor):
            text = "Anchors (&name) and aliases (*name) are not allowed."
            raise self._stop(start, text, "Write the value out, or put a text that begins with & or * in quotes.")
        if len(steps) > MAX_DEPTH:
            raise self._stop(start, f"Values are nested more than {MAX_DEPTH} deep.")
        data: object
        if isinstance(event, yaml.ScalarEvent):
            self._keep_quoted(event)
            data, style = self._scalar(event, start), event.style or ""
        elif isinstance(event, yaml.MappingStartEvent):
            data = self._mapping(events, steps)
        else:
            data = self._sequence(events, steps)
        self._check_tag(start, getattr(event, "tag", None), KINDS[type(data)])
        self.places[steps] = Place(start, end, start if key is None else key, style)
        return data

    def _mapping(self, events: Iterator[yaml.Event], steps: Steps) -> dict[str, object]:
        data: dict[str, object] = {}
        seen: dict[str, int] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            index = _index(event.start_mark)
            if not isinstance(event, yaml.ScalarEvent) or event.anchor:
                raise self._stop(index, "A key must be plain text.", "Put a key that begins with & * [ or { in quotes.")
            self._check_tag(index, event.tag, "str")
            self._keep_quoted(event)
            key = event.value
            if key in seen:
                text = f"The key {quoted(key)} is given twice, first in line {self.blank.position(seen[key])[0]}."
                self._note(index, text, "Keep one of the two.")
            seen.setdefault(key, index)
            data[key] = self._value(next(events), events, (*steps, key), index)
        return data

    def _sequence(self, events: Iterator[yaml.Event], steps: Steps) -> list[object]:
        data: list[object] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            data.append(self._value(event, events, (*steps, len(data))))
        return data

    def _keep_quoted(self, event: yaml.ScalarEvent) -> None:
        if event.style:
            self.quoted.append((_index(event.start_mark), _index(event.end_mark)))

    def _scalar(self, event: yaml.ScalarEvent, start: int) -> Scalar:
        if _SURROGATE.search(event.value):
            self._note(start, "An escape stands for half of a character.", "Write the character itself.")
        if event.style or event.tag in ("!", f"{_TAG}str"):
            return event.value
        try:
            return resolve(event.value)
        except ValueError as error:
            self._note(start, str(error), _AS_TEXT)
            return event.value

    def _check_tag(self, index: int, tag: str | None, kind: str) -> None:
        if tag and tag not in ("!", _TAG + kind):
            shown = tag.replace(_TAG, "!!", 1)
            self._note(index, f"The tag {quoted(shown)} is not allowed here.", "Remove it.")
