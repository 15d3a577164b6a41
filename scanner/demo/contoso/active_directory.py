"""Contoso's Active Directory as Export-Csv of Windows PowerShell writes its users: most are those of the tenant."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from scanner.demo.bodies import Json
from scanner.demo.contoso import people
from scanner.demo.contoso.ids import DOMAIN, guid

FILE = "active-directory-users.csv"

COLUMNS = ("ObjectGUID", "UserPrincipalName", "SamAccountName", "mail", "proxyAddresses", "Enabled",
           "mS-DS-ConsistencyGuid")  # fmt: skip

RECREATED = "staff-004"
"""Deleted in Active Directory by mistake and made again: the account there has another GUID than the tenant knows."""
ANCHORED = "staff-005"
"""Moved from another forest: the mS-DS-ConsistencyGuid is the source anchor, the objectGUID is a new one."""


def _user(key: str, name: str, upn: str = "", mail: str = "", *more: str, enabled: bool = True) -> dict[str, str]:
    proxies = [f"SMTP:{mail}"] if mail else []
    values = (
        guid("active directory", key),
        upn,
        name,
        mail,
        ";".join([*proxies, *(f"smtp:{one}" for one in more)]),
        str(enabled),
        "",
    )
    return dict(zip(COLUMNS, values, strict=True))


def _synchronised(users: Iterable[Json]) -> Iterator[dict[str, str]]:
    """One for every user of the tenant that comes from there."""
    keys = {people.user_id(key): key for key in people.synchronised_keys()}
    for user in users:
        if not user["onPremisesSyncEnabled"]:
            continue
        key = keys[user["id"]]
        row = _user(key, user["onPremisesSamAccountName"], user["userPrincipalName"], user["mail"] or "")
        row["Enabled"] = str(user["accountEnabled"])
        if key == RECREATED:
            row["ObjectGUID"] = guid("active directory", f"{key}/again")
        if key == ANCHORED:
            row |= {"ObjectGUID": guid("active directory", f"{key}/moved"), COLUMNS[-1]: row["ObjectGUID"]}
        yield row


def _others(users: Iterable[Json]) -> Iterator[dict[str, str]]:
    """Those who are not matched, each in a way of its own."""
    names = {user["id"]: user["userPrincipalName"] for user in users}

    def upn(key: str) -> str:
        return str(names[people.user_id(key)])

    # Accounts of the tenant that were made before anybody thought of synchronising them.
    yield _user("late-003", "service003", upn("staff-003"), upn("staff-003"))
    yield _user("late-009", "sales009", f"sales009@{DOMAIN}", f"sales009@{DOMAIN}", upn("staff-009"))
    yield _user("late-t0", "t0admin06", upn("t0-06"), upn("t0-06"))
    # Two of the tenant for one from here, and two from here for one of the tenant.
    yield _user("late-twice", "reception", upn("leaver-03"), f"meeting.room.1@{DOMAIN}")
    yield _user("late-015a", "payroll015", upn("staff-015"))
    yield _user("late-015b", "payroll015-old", "", upn("staff-015"), enabled=False)
    # The next synchronisation takes over the account that was restored for them.
    yield _user("leaver-05", "former05", upn("leaver-05"))
    # Nobody in the tenant: accounts of services and of Windows itself, and one that starts tomorrow.
    yield _user("svc-backup", "svc-backup", f"svc-backup@corp.{DOMAIN}")
    yield _user("new", "new001", f"new.employee001@{DOMAIN}", f"new.employee001@{DOMAIN}")
    yield _user("administrator", "Administrator")
    yield _user("krbtgt", "krbtgt", enabled=False)
    # A spreadsheet would take this name for a formula.
    yield _user("hostile", '=HYPERLINK("http://x")', f"=cmd|'/C calc'!A0@{DOMAIN}")


def export() -> bytes:
    """The file, with the marks and line ends of Windows."""
    users = people.users()
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows((*_synchronised(users), *_others(users)))
    return text.getvalue().encode("utf-8-sig")
