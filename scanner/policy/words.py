"""Words for messages about files: values shown safely, lists in prose, and the nearest right name."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.cel import suggest

_LONGEST_SHOWN = 60
_LONGEST_COMPARED = 80
_MOST_LISTED = 12


def quoted(value: object) -> str:
    """A value as a message shows it: cut short, control and direction marks escaped."""
    text = str(value)
    shown = "".join(map(_printable, text[:_LONGEST_SHOWN]))
    return f"`{shown}{'…' if len(text) > _LONGEST_SHOWN else ''}`"


def listed(names: Iterable[str], last: str = "or") -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    *rest, end = names
    return f"{', '.join(rest)} {last} {end}" if rest else end


def nearest(name: str, names: Iterable[str]) -> str:
    """The name that ``name`` was probably meant to be; empty where none is near."""
    return suggest.nearest(name[:_LONGEST_COMPARED], names)


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A hint with the nearest right name, or with all of them where none is near and they are few."""
    names = sorted(names)
    if near := nearest(name, names):
        return f"Did you mean {quoted(near)}?"
    return f"Known: {listed(map(quoted, names), 'and')}." if 0 < len(names) <= _MOST_LISTED else ""


def one_of(name: str, names: Iterable[str]) -> str:
    """What a wrong name could have been: all of them, and the nearest one."""
    names = list(names)
    near = nearest(name, names)
    return f"It is one of: {', '.join(names)}.{f' Did you mean {quoted(near)}?' if near else ''}"


def _printable(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode()
