"""One record: its key, and its form as a line of a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import msgspec

from scanner.errors import SnapshotError

MAX_RECORD = 256 * 2**20
"""Bytes. The largest record known is a group with all its members: about 90 bytes a member."""

_Fields = dict[str, msgspec.Raw]
_decode_fields = msgspec.json.Decoder(_Fields).decode
_decode_text = msgspec.json.Decoder(str).decode


class Broken(ValueError):
    """A line that is no record. The text says why, and reads on from "the record"."""


@cache
def key_reader(key: str) -> Callable[[bytes], str]:
    """A function from a line to its key. It raises ``Broken`` if the line is not an object with such a text."""
    row = msgspec.defstruct("Key", [("key", str, msgspec.field(name=key))], gc=False)
    decode = msgspec.json.Decoder(row).decode

    def read(line: bytes) -> str:
        try:
            value: str = decode(line).key  # type: ignore[attr-defined]  # defstruct's fields are unknown to mypy
        except RecursionError:
            raise Broken("is nested too deeply") from None
        except msgspec.ValidationError:
            raise Broken(f"has no {key} that is text") from None
        except ValueError as error:
            raise Broken(f"is not JSON ({error})") from None
        if not value:
            raise Broken(f"has an empty {key}")
        return value

    return read


def compact(record: bytes) -> tuple[bytes, Mapping[str, msgspec.Raw]]:
    """The record on one line, and its top-level properties as they came.

    Only white space between tokens goes: the order of keys, numbers and escapes stay as Graph sent them.
    Raises ``Broken``.
    """
    if len(record) > MAX_RECORD:
        raise Broken(f"has {len(record):,} bytes, more than {MAX_RECORD:,}")
    try:
        if not record.isascii():
            record.decode()  # msgspec does not look at text it does not decode
        line = msgspec.json.format(record, indent=-1)
        return line, _decode_fields(line)
    except RecursionError:
        raise Broken("is nested too deeply") from None
    except msgspec.ValidationError:
        raise Broken("is not an object") from None
    except ValueError as error:
        raise Broken(f"is not JSON ({error})") from None


def text_of(fields: Mapping[str, msgspec.Raw], name: str) -> str | None:
    """The text of one property, None where it is absent or not text."""
    raw = fields.get(name)
    if raw is None:
        return None
    try:
        return _decode_text(raw)
    except ValueError:
        return None


def unusable(resource: str, number: int, problem: Broken) -> SnapshotError:
    """The error for a record that came from outside; ``number`` counts from 1."""
    return SnapshotError(f"{resource}: record {number:,} cannot be stored: it {problem}.")
