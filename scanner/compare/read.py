"""Reads back what ``scan --format json`` wrote."""

from __future__ import annotations

from pathlib import Path

import msgspec

from scanner.errors import UsageError
from scanner.model import Scan
from scanner.report.json import Document

_MAKE_ONE = "Make a JSON report with: tenantlint scan SNAPSHOT --format json=FILE"


def read_scan(path: Path) -> Scan:
    """The scan in a JSON report. Raises ``UsageError`` where the file is no such report, or of another version."""
    try:
        return scan_from(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}. {_MAKE_ONE}") from error
    except ValueError as error:
        raise UsageError(
            f"{path}: is not a JSON report of this version of tenantlint ({error}). {_MAKE_ONE}"
        ) from error


def scan_from(data: bytes) -> Scan:
    """The scan in the bytes of a JSON report. Raises ``ValueError`` where they are no such report."""
    try:
        document = msgspec.json.decode(data, type=Document)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return Scan(**{name: getattr(document, name) for name in Scan.__struct_fields__})


def is_report(path: Path) -> bool:
    """Whether the file is a JSON report and not a snapshot written by hand; what cannot be read is neither."""
    if not path.is_file():
        return False
    try:
        head = msgspec.json.decode(path.read_bytes(), type=_Head)
    except (OSError, ValueError, RecursionError):  # msgspec's errors are values that are wrong
        return False
    return head.results is not None


class _Head(msgspec.Struct):
    """What a JSON report has and a snapshot has not."""

    results: list[msgspec.Raw] | None = None
