"""Addresses that work like a password do not go into a snapshot: of a webhook's address the host alone is kept."""

from __future__ import annotations

from collections.abc import Set
from typing import Any
from urllib.parse import urlsplit

import msgspec

from scanner.collect.refusal import Broken

WITHHELD = "(withheld)"


def withhold(record: bytes, names: Set[str]) -> bytes:
    """``record`` with the text of all properties called one of ``names``, at any depth, cut to scheme and host.

    Nothing else is changed. Raises ``Broken`` for what is not JSON.
    """
    if not any(b'"%b"' % name.encode() in record for name in names):
        return record
    try:
        return msgspec.json.encode(_without(msgspec.json.decode(record), names))
    except (msgspec.DecodeError, RecursionError) as error:
        raise Broken(f"a record is not JSON that can be read: {error}") from error


def _without(value: Any, names: Set[str]) -> Any:
    if isinstance(value, dict):
        return {
            name: _host_of(inner) if name in names and isinstance(inner, str) else _without(inner, names)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_without(inner, names) for inner in value]
    return value


def _host_of(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return WITHHELD
    return f"{parts.scheme}://{parts.hostname}/{WITHHELD}" if parts.scheme and parts.hostname else WITHHELD
