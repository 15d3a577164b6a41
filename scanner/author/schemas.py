"""``tenantlint schemas``: copies of the JSON Schemas, for editors in a folder that has no checkout beside it."""

from __future__ import annotations

from pathlib import Path

from scanner.errors import OutputError
from scanner.report.words import counted
from scanner.shipped import schemas_folder

SUFFIX = ".schema.json"
FILES = {
    "policy": "a policy",
    "policy-test": "<id>.test.yaml",
    "profile": "<name>.profile.yaml",
    "tenantlint": "tenantlint.yaml",
    "waivers": "waivers.yaml",
    "attestations": "attestations.yaml",
}
"""What people write by hand, by its schema."""


def write_schemas(folder: Path) -> str:
    """Writes all schemas to ``folder``, over those of another version; gives what to do next.

    All of them, since they refer to each other. Raises ``OutputError``.
    """
    texts = {path.name: path.read_bytes() for path in sorted(schemas_folder().glob(f"*{SUFFIX}"))}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_bytes(text)
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror}. Name another folder.") from error
    return "\n".join(_told(folder, len(texts)))


def _told(folder: Path, number: int) -> list[str]:
    lines = [
        f"{counted(number, 'schema')} in {folder}.",
        "",
        "The first line of a file tells an editor its schema, by the path from the file:",
    ]
    widest = max(map(len, FILES.values()))
    for name, file in FILES.items():
        lines.append(f"  {file:<{widest}}  # yaml-language-server: $schema={folder.as_posix()}/{name}{SUFFIX}")
    return lines
