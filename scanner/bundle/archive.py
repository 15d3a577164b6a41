"""The file of an evidence pack: a ZIP archive that has one possible form for its files, so that any other is told.

Files are stored in order of their names, not compressed, with the earliest time that ZIP knows: compressors and clocks
differ from one machine to the next. Reading takes no look at the directory at the end: it takes file after file, and
compares the whole with what writing these files gives. So nothing can be added, hidden, renamed or be there twice, and
nothing becomes larger than it is or means something else to another program.
https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from zlib import crc32

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
"""Names that every system can have: no folder above, none from the root, nothing hidden."""

_LOCAL = struct.Struct("<4s5H3I2H")
_LOCAL_MARK = b"PK\x03\x04"
_ENTRY = struct.Struct("<4s6H3I5H2I")
_ENTRY_MARK = b"PK\x01\x02"
_END = struct.Struct("<4s4H2IH")
_END_MARK = b"PK\x05\x06"
_VERSION = 20
"""Of ZIP: 2.0."""
_MADE_ON_UNIX = 3 << 8 | _VERSION
_OWNER_ONLY = 0o100600 << 16
_DAY = 1 << 5 | 1
"""1 January 1980."""
_MOST_FILES = 2**16 - 1
_MOST_BYTES = 2**32 - 1


class Damaged(Exception):
    """What was read is not a file that ``write`` wrote. ``str()`` says why, in words that follow "it"."""


def write(files: Mapping[str, bytes]) -> bytes:
    """The archive of ``files`` by name. Raises ``ValueError`` for a name that not every system can have, and for more
    than ZIP has room for: 65,535 files, 4 GiB."""
    if wrong := [name for name in files if not _NAME.fullmatch(name)]:
        raise ValueError(f"{wrong[0]!r} is no name for a file in a pack")
    if len(files) > _MOST_FILES or sum(len(content) + 1024 for content in files.values()) > _MOST_BYTES:
        raise ValueError("is larger than a pack can be")
    parts: list[bytes] = []
    directory: list[bytes] = []
    place = 0
    for name, content in sorted(files.items()):
        encoded = name.encode("ascii")
        common = (_VERSION, 0, 0, 0, _DAY, crc32(content), len(content), len(content), len(encoded), 0)
        directory.append(_ENTRY.pack(_ENTRY_MARK, _MADE_ON_UNIX, *common, 0, 0, 0, _OWNER_ONLY, place) + encoded)
        local = _LOCAL.pack(_LOCAL_MARK, *common) + encoded
        parts += (local, content)
        place += len(local) + len(content)
    entries = b"".join(directory)
    end = _END.pack(_END_MARK, 0, 0, len(files), len(files), len(entries), place, 0)
    return b"".join((*parts, entries, end))


def read(data: bytes) -> Mapping[str, bytes]:
    """The files of an archive by name. Raises ``Damaged``."""
    if not data.startswith(_LOCAL_MARK):
        raise Damaged("is no ZIP file")
    files = dict(_files(data))
    if write(files) != data:
        raise Damaged("was changed: something in it was added, taken out, renamed, moved or damaged")
    return files


def _files(data: bytes) -> Iterator[tuple[str, bytes]]:
    """File after file, as far as they are as ``write`` has them."""
    place = 0
    while data.startswith(_LOCAL_MARK, place):
        if place + _LOCAL.size > len(data):
            raise Damaged("ends too early")
        _, _, flags, method, _, _, _, size, unpacked, length, extra = _LOCAL.unpack_from(data, place)
        if method or flags or size != unpacked or extra:
            raise Damaged("was packed anew by another program, or is damaged")
        start = place + _LOCAL.size + length
        if start + size > len(data):
            raise Damaged("ends too early")
        name = data[place + _LOCAL.size : start].decode("ascii", "replace")
        if not _NAME.fullmatch(name):
            raise Damaged("has a file with a name that tenantlint does not give")
        yield name, data[start : start + size]
        place = start + size
