"""One row of an export as a user: which columns there are, what may stand in them, and what to do where it does not.

The properties are those of Get-ADUser: https://learn.microsoft.com/powershell/module/activedirectory/get-aduser
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

import msgspec

GUID, CONSISTENCY_GUID, ADDRESSES = "ObjectGUID", "mS-DS-ConsistencyGuid", "proxyAddresses"
REQUIRED = (GUID, "UserPrincipalName", "SamAccountName", "mail", ADDRESSES, "Enabled")
"""Columns that an export must have. Their letter case does not matter."""
COLUMNS: Mapping[str, str] = {name.lower(): name for name in (*REQUIRED, CONSISTENCY_GUID)}
"""Every column that is read: in lower case → as it is called."""

_PLAIN_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32}")
_SEPARATOR = re.compile(r"[;|\r\n]+")
_TYPE_NAME = re.compile(r"(System|Microsoft)(\.[A-Za-z]+)+(\[\])?")
"""What PowerShell writes for a value that is a list: the name of its type."""
_HALF = re.compile("[\ud800-\udfff]")
"""Half of a pair, which JSON can name alone; no file can hold it."""
_MAKE_TEXT = "Make text of it where the export is made, as the line in the README does."


class AdUser(msgspec.Struct, rename="camel"):
    """One user, as the snapshot has it."""

    id: str
    """objectGUID, in lower case with hyphens."""
    user_principal_name: str | None
    sam_account_name: str | None
    mail: str | None
    proxy_addresses: list[str]
    enabled: bool | None
    consistency_guid: str | None


@dataclass(frozen=True)
class Wrong(Exception):
    """A value that cannot be what its column says."""

    column: str
    text: str
    """Reads on from "the column …"."""
    hint: str


def read_user(values: Mapping[str, object]) -> tuple[AdUser | None, list[Wrong]]:
    """The user in a row, by names of columns as in ``COLUMNS``, or all that is wrong with it."""
    wrong: list[Wrong] = []

    def value(column: str, read: Callable[[str, object], object]) -> object:
        try:
            return read(column, _unwrapped(values.get(column)))
        except Wrong as problem:
            wrong.append(problem)
            return None

    fields = {
        "id": value(GUID, _own_guid),
        "userPrincipalName": value("UserPrincipalName", _text),
        "samAccountName": value("SamAccountName", _text),
        "mail": value("mail", _text),
        "proxyAddresses": value(ADDRESSES, _addresses),
        "enabled": value("Enabled", _boolean),
        "consistencyGuid": value(CONSISTENCY_GUID, _guid),
    }
    return (None, wrong) if wrong else (msgspec.convert(fields, AdUser), [])


def _unwrapped(value: object) -> object:
    """Windows PowerShell's ConvertTo-Json writes some GUIDs and lists as objects with the value in them."""
    if isinstance(value, dict):
        named = {key.lower(): item for key, item in value.items()}
        return named.get("value", named.get("guid", value))
    return value


def _text(column: str, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise Wrong(column, f"holds {_shown(value)}, which is no text.", "Export the property as it is.")
    if _HALF.search(value):
        raise Wrong(column, f"holds {_shown(value)}, of which a part is no character.", "Correct it; export again.")
    if _TYPE_NAME.fullmatch(value.strip()):
        raise Wrong(column, f"holds the name of a type, {_shown(value)}, in the place of its value.", _MAKE_TEXT)
    return value.strip() or None


def _guid(column: str, value: object) -> str | None:
    if isinstance(value, list) and len(value) == 16 and all(type(one) is int and 0 <= one < 256 for one in value):
        return str(UUID(bytes_le=bytes(value)))
    text = _text(column, value)
    if text is None:
        return None
    bare = text.removeprefix("{").removesuffix("}")
    if not _PLAIN_GUID.fullmatch(bare):
        raise Wrong(
            column,
            f"holds {_shown(text)}, which is no GUID.",
            "It looks like c97a6c98-ded8-472c-bfb6-87ed37d324f5; export again.",
        )
    return str(UUID(bare))


def _own_guid(column: str, value: object) -> str:
    guid = _guid(column, value)
    if guid is None or not UUID(guid).int:
        raise Wrong(column, "holds nothing.", "Every user of Active Directory has an ObjectGUID; export again with it.")
    return guid


def _boolean(column: str, value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    text = (_text(column, value) or "").lower()
    if text not in ("", "true", "false"):
        raise Wrong(column, f"holds {_shown(value)}, which is neither True nor False.", "Export again.")
    return text == "true" if text else None


def _addresses(column: str, value: object) -> list[str]:
    if isinstance(value, list):
        return [text for item in value if (text := _text(column, item))]
    found: list[str] = []
    for part in filter(None, map(str.strip, _SEPARATOR.split(_text(column, value) or ""))):
        if found and ":" not in part and "@" not in part:
            found[-1] += f";{part}"  # X.400 addresses have semicolons of their own
        else:
            found.append(part)
    return found


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
