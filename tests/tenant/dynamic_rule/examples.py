"""Every example of Microsoft's pages on membership rules and of the users who asked, and some people to try them on.

https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership
https://learn.microsoft.com/entra/identity/users/groups-dynamic-rule-more-efficient
https://learn.microsoft.com/entra/identity/users/groups-dynamic-rule-member-of
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import msgspec

from scanner.errors import NotCollected
from scanner.tenant.base import Row
from scanner.tenant.dynamic_rule.check import check
from scanner.tenant.dynamic_rule.columns import Columns
from scanner.tenant.dynamic_rule.parser import parse
from scanner.tenant.dynamic_rule.selector import Selection, Selector
from scanner.tenant.dynamic_rule.syntax import Node
from tests.tenant.sample import Json

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)

CPC = "3efff3fe-528a-4fc5-b1ba-845802cc764f"
EXCHANGE = "efb87545-963c-4e0d-99df-69c6916d9eb0"
INTUNE = "c1ec4a95-1f05-45b3-a911-aa3fa01094f5"
GROUP = "e0000000-0000-4000-8000-000000000001"


def plan(key: str, service: str = "CloudPC", status: str = "Enabled") -> Json:
    return {"servicePlanId": key, "service": service, "capabilityStatus": status, "assignedDateTime": "2025-01-01"}


USERS: list[Json] = [
    {
        "id": "ann", "displayName": "David Ann", "accountEnabled": True, "userType": "Member", "department": "Sales",
        "jobTitle": "Seller", "country": "Netherlands", "city": "Amsterdam", "mail": "ann@contoso.com",
        "mailNickname": "ann", "otherMails": ["ann@home.example"], "employeeHireDate": "2026-06-16T09:00:00Z",
        "proxyAddresses": ["SMTP:ann@contoso.com", "smtp:a@outlook.com"], "employeeId": "7", "postalCode": "50002",
        "assignedPlans": [plan(CPC), plan(EXCHANGE, "exchange")], "businessPhones": ["+31 20 1"],
        "passwordPolicies": "DisablePasswordExpiration",
        "onPremisesExtensionAttributes": {"extensionAttribute15": "Marketing"}, "onPremisesSyncEnabled": True,
    },
    {
        "id": "bob", "displayName": "aDa Bob", "accountEnabled": True, "userType": "Member", "department": "Marketing",
        "jobTitle": "SDE 2", "country": "US", "city": "Lagos", "mail": "bob@fabrikam.com", "mailNickname": "bob-vendor",
        "otherMails": ["alias@domain"], "employeeHireDate": "2024-12-31T00:00:00Z", "employeeId": None,
        "proxyAddresses": ["contoso:x"], "assignedPlans": [plan(CPC, status="Deleted"), plan(INTUNE, "SCO")],
        "businessPhones": [], "passwordPolicies": None, "onPremisesExtensionAttributes": {"extensionAttribute15": None},
        "onPremisesSyncEnabled": None, "postalCode": None,
    },
    {
        "id": "eve", "displayName": None, "accountEnabled": False, "userType": "Guest", "department": None,
        "jobTitle": None, "country": None, "city": "Den Haag", "mail": None, "mailNickname": "eve", "otherMails": [],
        "employeeHireDate": None, "proxyAddresses": [], "assignedPlans": [], "businessPhones": None,
        "passwordPolicies": None, "onPremisesExtensionAttributes": None, "onPremisesSyncEnabled": None,
        "employeeId": None, "postalCode": None,
    },
]  # fmt: skip

DEVICES: list[Json] = [
    {
        "id": "pc", "displayName": "VM-JV01", "accountEnabled": True, "model": "Virtual Machine",
        "managementType": "MDM", "operatingSystem": "Windows", "operatingSystemVersion": "10.0.26200.7500",
        "physicalIds": ["[ZTDId]:1", "[OrderID]:179887111881"], "trustType": "AzureAd", "isRooted": True,
        "deviceOwnership": "Company", "systemLabels": ["M365Managed"],
        "extensionAttributes": {"extensionAttribute1": "some string value"},
    },
    {
        "id": "tab", "displayName": "Tab", "accountEnabled": None, "model": "iPad Air", "managementType": None,
        "operatingSystem": "iPad", "operatingSystemVersion": "9.1", "physicalIds": [], "trustType": "Workplace",
        "isRooted": False, "deviceOwnership": "Personal", "systemLabels": [], "extensionAttributes": None,
    },
]  # fmt: skip

SEEDS: list[tuple[str, str]] = [
    (f'(user.assignedPlans -any (assignedPlan.servicePlanId -eq "{CPC}" -and '
     'assignedPlan.capabilityStatus -eq "Enabled"))', "ann"),
    ('(user.country -eq "Netherlands") and (user.city -eq "Amsterdam") or (user.city -eq "Den Haag")', "ann eve"),
    ('(user.accountEnabled -eq True) and (user.userType -eq "Member")', "ann bob"),
    ('(device.displayName -startsWith "vm-jv") and (device.deviceModel -eq "Virtual Machine") and '
     '(device.managementType -eq "MDM")', "pc"),
    ("(user.employeeHireDate -ge 2025-01-01)", "ann"),
    ('(device.deviceOSType -eq "Windows") and (device.deviceOSVersion -ge "10.0.26200.7462")', "pc"),
]  # fmt: skip
"""The rules of the users who asked; the ids of those selected, with a question mark before one not to be told."""

PAGE: list[tuple[str, str]] = [
    ('user.department -eq "Sales"', "ann"),
    ("user.accountEnabled -eq true", "ann bob"),
    ("user.dirSyncEnabled -eq true", "ann"),
    ('user.mail -notEndsWith "@Contoso.com"', "bob ?eve"),
    ('user.mailNickname -endsWith "-vendor"', "bob"),
    ("user.employeeId -ne null", "ann"),
    ('user.otherMails -startsWith "alias@domain"', "bob"),
    ('user.otherMails -endsWith"@contoso.com"', ""),
    ('user.proxyAddresses -notEndsWith "@outlook.com"', "bob ?ann ?eve"),
    (f"user.memberOf -any (group.objectId -in ['{GROUP}'])", "bob"),
    (f"user.memberof -any (group.objectId -in ['{GROUP}', 'gone'])", "bob"),
    ('user.postalCode -in ["50001","50002","50003","50005","50006","50007","50008","50016"]', "ann"),
    ("user.employeehiredate -ge system.now -plus p1d ", ""),
    ("user.employeehiredate -le 2020-06-10T18:13:20Z ", "?eve"),
    ('user.displayName -match "^Da.*"   ', "ann"),
    ('user.displayName -match ".*vid"', "ann"),
    ("user.department -eq null", "eve"),
    ("   user.mail –ne null", "ann bob"),
    ('(user.department -eq "Sales") -or (user.department -eq "Marketing")', "ann bob"),
    ('(user.department -eq "Sales") -and -not (user.jobTitle -startsWith "SDE")', "ann"),
    ('user.department –eq "Marketing" –and user.country –eq "US"', "bob"),
    ('user.country –eq "US" –and (user.department –eq "Marketing" –or user.department –eq "Sales")', "bob"),
    (f'user.assignedPlans -any (assignedPlan.servicePlanId -eq "{EXCHANGE}" -and '
     'assignedPlan.capabilityStatus -eq "Enabled")', "ann"),
    ('user.assignedPlans -any (assignedPlan.service -eq "SCO" -and assignedPlan.capabilityStatus -eq "Enabled")',
     "bob"),
    ("user.assignedPlans -all (assignedPlan.servicePlanId -eq null)", "eve"),
    ('(user.proxyAddresses -any (_ -startsWith "contoso"))', "bob"),
    ('Direct Reports for "aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb"', "?ann ?bob ?eve"),
    ("user.objectId -ne null", "ann bob eve"),
    ('(user.objectId -ne null) -and (user.userType -eq "Member")', "ann bob"),
    ('(user.extensionAttribute15 -eq "Marketing")', "ann"),
    ('user.extension_c272a57b722d4eb29bfe327874ae79cb_OfficeNumber -eq "123"', "?ann ?bob ?eve"),
    ('user.sipProxyAddress -eq "value"', "?ann ?bob ?eve"),
    ('user.telephoneNumber -startsWith "+31"', "ann"),
    ('user.city -match "ago"', "bob"),
    ('user.city -match ".*?ago.*"', "bob"),
    ('user.city -startswith "Lag"', "bob"),
    ('user.country -eq "US" -and user.city -in ["Lagos", "Ibadan", "Kaduna"]', "bob"),
    ('user.city -notin ["Lagos", "Ibadan", "Kaduna", "Abuja", "Port Harcourt"]', "ann eve"),
    ('(user.city -ne "Lagos") -and (user.city -ne "Ibadan")', "ann eve"),
    ('user.city -eq "Lagos" or user.city -startswith "Lag"', "bob"),
    ("device.objectId -ne null", "pc tab"),
    ("device.accountEnabled -eq true", "pc"),
    ("device.isRooted -eq true", "pc"),
    ('(device.deviceOSType -eq "iPad") -or (device.deviceOSType -eq "iOS")', "tab"),
    ('device.deviceOSVersion -eq "9.1"', "tab"),
    ('device.deviceOSVersion -startsWith "10.0.1"', ""),
    ('device.deviceOwnership -eq "Company"', "pc"),
    ('device.deviceTrustType -eq "AzureAD"', "pc"),
    ('device.devicePhysicalIDs -any _ -startsWith "[ZTDId]"', "pc"),
    ('(device.devicePhysicalIds -any (_ -eq "[OrderID]:179887111881"))', "pc"),
    ('device.extensionAttribute1 -eq "some string value"', "pc"),
    ('device.systemLabels -startsWith "M365Managed"', "pc"),
    (f"device.memberOf -any (group.objectId -in ['{GROUP}'])", "tab"),
]  # fmt: skip
"""The examples of the pages, with who is selected as above."""


def members(group: str) -> Iterable[str]:
    """One group whose members are in the snapshot, and one without any."""
    if group == "unread":
        raise NotCollected("groupMembers", "the members of group unread were not collected")
    return ("bob", "tab", "somebody else") if group == GROUP else ()


def selector(kind: str, records: list[Json], now: datetime | None = NOW) -> Selector:
    """Evaluates rules on these records; a property that the first does not have was not collected."""

    def rows(row: type[Row]) -> Iterator[Row]:
        wanted = {field.encode_name for field in msgspec.structs.fields(row)}
        for name in sorted(wanted - set(records[0])) if records else ():
            raise NotCollected(f"{kind}s", f"property {name} was not collected")
        return iter([msgspec.convert(record, row) for record in records])

    return Selector(kind, Columns(rows), members, now)


def who(records: list[Json], selection: Selection) -> str:
    """A selection in words, as the tables here have it."""
    marks = [f"{selection.yes:0{len(records)}b}", f"{selection.maybe:0{len(records)}b}"]
    yes = [record["id"] for record, bit in zip(records, marks[0], strict=True) if bit == "1"]
    maybe = [f"?{record['id']}" for record, bit in zip(records, marks[1], strict=True) if bit == "1"]
    return " ".join(yes + maybe)


def selected(text: str) -> str:
    """Whom of the people and devices here a rule selects."""
    rule: Node = parse(text)
    records = USERS if check(rule) == "user" else DEVICES
    selection, _ = selector(check(rule), records).select(rule)
    return who(records, selection)
