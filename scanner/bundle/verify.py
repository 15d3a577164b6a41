"""Checks an evidence pack: that it is whole and unchanged, that its page shows its results, and, with the snapshot,
that the results are what its policies and configuration give.

A pack comes from somebody else: nothing in it is written to disk but policies and configuration, under names of ours,
and no more of it is read than the limit below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from scanner import __version__
from scanner.bundle.archive import Damaged, read
from scanner.bundle.contents import FORMAT, INDEX, MANIFEST, PAGE, RESULTS, Index, listed
from scanner.bundle.pack import index_bytes
from scanner.bundle.repeat import differences
from scanner.compare.read import scan_from
from scanner.errors import UsageError
from scanner.model import Scan
from scanner.report.html import render as to_html
from scanner.report.json import render as to_json
from scanner.snapshot.manifest import MANIFEST as MANIFEST_FILE

MAX_BYTES = 2**30
"""Of a pack."""


@dataclass(frozen=True)
class Verified:
    """What was found."""

    sha256: str
    """Of the pack itself, in lower-case hexadecimal: what a ticket has, if somebody noted it there."""
    scan: Scan | None
    """The results in it; None where it does not hold so far that they can be read."""
    problems: tuple[str, ...]
    """A sentence each; none for a pack that holds."""
    evaluated: bool
    """Whether the results were had again from the snapshot."""


def verify(path: Path, snapshot: Path | None = None) -> Verified:
    """Check the pack at ``path``, evaluating it again on ``snapshot`` where that is given.

    Raises ``UsageError`` where it is no evidence pack, or none that this version of tenantlint can check.
    """
    data = _data(path)
    digest = sha256(data).hexdigest()
    try:
        files = read(data)
    except Damaged as error:
        if INDEX.encode() in data:
            return Verified(digest, None, (f"It {error}.",), evaluated=False)
        raise UsageError(f"{path}: is no evidence pack: it {error}.") from error
    index = _index(path, files)
    problems = [*_changed(index, files)]
    try:
        scan = scan_from(files.get(RESULTS, b"")) if not problems else None
    except ValueError as error:
        return Verified(digest, None, (f"{RESULTS} cannot be read: {error}.",), evaluated=False)
    if scan is not None:
        problems += _disagreeing(index, scan, files)
    if scan is None or problems or snapshot is None:
        return Verified(digest, scan, tuple(problems), evaluated=False)
    return Verified(digest, scan, tuple(_repeated(scan, files, snapshot)), evaluated=True)


def _data(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}.") from error
    if len(data) > MAX_BYTES:
        raise UsageError(f"{path}: is larger than any evidence pack.")
    return data


def _index(path: Path, files: Mapping[str, bytes]) -> Index:
    try:
        index = msgspec.json.decode(files.get(INDEX, b""), type=Index)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: is no evidence pack: it has no {INDEX} ({error}).") from error
    if index.format != FORMAT:
        raise UsageError(f"{path}: is a pack of format {index.format}; this version of tenantlint knows {FORMAT}.")
    if index.tool_version != __version__:
        raise UsageError(
            f"{path}: was made by tenantlint {index.tool_version}, and this is {__version__}: the two may word results "
            f'differently. Check it with: pip install "tenantlint=={index.tool_version}"'
        )
    return index


def _changed(index: Index, files: Mapping[str, bytes]) -> Iterator[str]:
    expected = {one.name: one for one in index.files}
    present = {one.name: one for one in listed({name: files[name] for name in files if name != INDEX})}
    yield from (f"{name} is missing." for name in sorted(expected.keys() - present.keys()))
    yield from (f"{name} is not in the list of files." for name in sorted(present.keys() - expected.keys()))
    for name in sorted(expected.keys() & present.keys()):
        if present[name] != expected[name]:
            yield f"{name} was changed: its hash or its size is another."
    yield from (f"{name} is not in the list of files." for name in (RESULTS, PAGE, MANIFEST) if name not in expected)


def _disagreeing(index: Index, scan: Scan, files: Mapping[str, bytes]) -> Iterator[str]:
    """Files that are whole, each by itself, and do not belong together."""
    about = (scan.tool_version, scan.tenant_id, scan.collected_at)
    if (index.tool_version, index.tenant_id, index.collected_at) != about:
        yield f"{INDEX} and {RESULTS} are about different scans."
    elif index_bytes(index) != files[INDEX]:
        yield f"{INDEX} was changed: it is not written as tenantlint writes it."
    if to_json(scan).encode() != files[RESULTS]:
        yield f"{RESULTS} was changed: it is not written as tenantlint writes it."
    if to_html(scan).encode() != files[PAGE]:
        yield f"{PAGE} does not show what {RESULTS} holds."


def _repeated(scan: Scan, files: Mapping[str, bytes], snapshot: Path) -> Iterator[str]:
    manifest = snapshot / MANIFEST_FILE
    if not manifest.is_file() or manifest.read_bytes() != files[MANIFEST]:
        yield f"{snapshot} is not the snapshot that the pack was made of: its manifest is another."
        return
    with TemporaryDirectory() as folder:
        yield from differences(scan, files, snapshot, Path(folder))
