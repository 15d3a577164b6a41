"""Where the files are that come with tenantlint: the shipped policies and the JSON Schemas.

In an installed wheel they lie inside the package, below ``_data`` (``setup.py`` puts them there), in a checkout beside
it. The names of the folders are the same in both, so that a report names a shipped policy by the same path.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from scanner.errors import TenantlintError


def policies_folder() -> Path:
    """The folder of the shipped policies."""
    return _folder("policies")


def schemas_folder() -> Path:
    """The folder of the JSON Schemas."""
    return _folder("schemas")


@cache
def schema(name: str) -> Any:
    """The JSON Schema of a kind of file: ``schema("policy")`` is ``policy.schema.json``. Not to be changed."""
    return json.loads((schemas_folder() / f"{name}.schema.json").read_text(encoding="utf-8"))


def _folder(name: str) -> Path:
    package = Path(str(files("scanner")))
    for folder in (package / "_data" / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise TenantlintError(f"{package} is installed without its {name}. Install tenantlint again.")
