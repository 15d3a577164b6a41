"""The first line of a file, by which an editor knows its schema: it completes keys and shows what they mean.

Where no schemas are around the folder, as those that ``tenantlint schemas`` writes, copies are put into it: the place
where the package is installed differs from one person to the next.
"""

from __future__ import annotations

import os
from pathlib import Path

from scanner.author.schemas import SUFFIX, write_schemas

COPIES = ".schemas"
_NAMES = (COPIES, "schemas")


def schemas_around(folder: Path) -> Path | None:
    """The nearest folder of our schemas, in ``folder`` or above it."""
    here = folder.resolve()
    places = (above / name for above in (here, *here.parents) for name in _NAMES)
    return next((one for one in places if (one / f"policy{SUFFIX}").is_file()), None)


def provide_schemas(folder: Path) -> None:
    """Writes them into ``folder`` where none are around. Raises ``OutputError``."""
    if schemas_around(folder) is None:
        write_schemas(folder / COPIES)


def header(schemas: Path, folder: Path, name: str) -> str:
    """The first line of a file in ``folder`` of the schema ``name``."""
    where = Path(os.path.relpath(schemas, folder.resolve())).as_posix()
    return f"# yaml-language-server: $schema={where}/{name}{SUFFIX}\n"
