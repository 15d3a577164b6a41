"""Users of the demo tenant: staff, administrators, guests, leavers, rooms, break-glass accounts, hostile names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from scanner.demo.bodies import Json
from scanner.demo.contoso import hostile
from scanner.demo.contoso.ids import DOMAIN, INITIAL_DOMAIN, ago, guid, immutable_id, spread
from scanner.demo.contoso.licenses import M365_E5, M365_F3, WINDOWS_365_2, WINDOWS_365_4, Held, license_properties

JOBS = (
    ("Payroll Clerk", "Finance", "Netherlands", "Amsterdam"),
    ("Sales Agent", "Sales", "Netherlands", "Den Haag"),
    ("Service Engineer", "Operations", "Germany", "Berlin"),
    ("Warehouse Worker", "Logistics", "Belgium", "Antwerpen"),
    ("Lab Analyst", "Research", "United States", "Redmond"),
)
"""Job, department, country and city that staff members have in turn."""

USAGE = {"Netherlands": "NL", "Germany": "DE", "Belgium": "BE", "United States": "US"}

STAFF = 130
GUESTS = 22
LEAVERS = 10
TIER_0 = 12

CLOUD_PC_GROUP = guid("group", "Windows 365 licence")
"""The group through which some members of staff hold their Windows 365 licence."""


STOPPED = 1.25
"""Days since Entra Connect Sync last did anything."""


def user_id(key: str) -> str:
    """The id of the user that goes by ``key`` here: ``staff-007``, ``t0-03``, ``orchid``."""
    return guid("user", key)


def synchronised_keys() -> list[str]:
    """What the users go by who come from Active Directory."""
    return ["emergency-admin", "t0-03", *(f"staff-{number:03}" for number in range(1, STAFF + 1) if number % 3)]


ABSENT = (
    "ageGroup", "city", "companyName", "consentProvidedForMinor", "country", "creationType", "deletedDateTime",
    "department", "employeeHireDate", "employeeId", "employeeLeaveDateTime", "employeeOrgData", "employeeType",
    "externalUserState", "externalUserStateChangeDateTime", "faxNumber", "givenName", "isManagementRestricted",
    "isResourceAccount", "jobTitle", "legalAgeGroupClassification", "mobilePhone", "officeLocation",
    "onPremisesDistinguishedName", "onPremisesDomainName", "onPremisesImmutableId", "onPremisesLastSyncDateTime",
    "onPremisesSamAccountName", "onPremisesSecurityIdentifier", "onPremisesSyncEnabled",
    "onPremisesUserPrincipalName", "passwordPolicies", "passwordProfile", "postalCode", "preferredDataLocation",
    "preferredLanguage", "showInAddressList", "state", "streetAddress", "surname",
)  # fmt: skip
"""Properties that are null for a user of whom no more is known; Graph sends them as null when they are selected."""

EMPTY = ("businessPhones", "onPremisesProvisioningErrors", "otherMails", "serviceProvisioningErrors", "sponsors")
"""Lists that are empty for such a user."""


def make_user(key: str, name: str, upn: str, held: Sequence[Held] = (), **given: Any) -> Json:
    """A cloud-only member with every property that Graph has for such a user; ``given`` replaces single ones."""
    mail = upn if held else None
    changed = 30 + spread(f"{key}/password", 300)
    record: Json = {
        "id": user_id(key),
        "accountEnabled": True,
        "createdDateTime": ago(700 + spread(key, 900)),
        "displayName": name,
        "identities": [{"signInType": "userPrincipalName", "issuer": INITIAL_DOMAIN, "issuerAssignedId": upn}],
        "imAddresses": [mail] if mail else [],
        "lastPasswordChangeDateTime": ago(changed),
        "mail": mail,
        "mailNickname": upn.partition("@")[0].replace("#EXT#", ""),
        "onPremisesExtensionAttributes": {f"extensionAttribute{number}": None for number in range(1, 16)},
        "proxyAddresses": [f"SMTP:{mail}"] if mail else [],
        "securityIdentifier": _security_identifier(key),
        "signInActivity": _activity(key, 1 + spread(f"{key}/sign-in", 40)),
        "signInSessionsValidFromDateTime": ago(changed),
        "usageLocation": "NL" if held else None,
        "userPrincipalName": upn,
        "userType": "Member",
        **dict.fromkeys(ABSENT),
        **{name: [] for name in EMPTY},
        **license_properties(held),
        **given,
    }
    # Graph leaves signInActivity out for who never signed in, instead of sending null:
    # https://learn.microsoft.com/graph/api/resources/signinactivity
    if record["signInActivity"] is None:
        del record["signInActivity"]
    return record


def _security_identifier(key: str) -> str:
    return "S-1-12-1-" + "-".join(str(1000000000 + spread(f"{key}/sid{part}", 999999999)) for part in range(4))


def _activity(key: str, days: float) -> Json:
    """Signed in so many days ago, successfully."""
    return {
        "lastSignInDateTime": ago(days),
        "lastSignInRequestId": guid("request", f"{key}/interactive"),
        "lastNonInteractiveSignInDateTime": ago(days),
        "lastNonInteractiveSignInRequestId": guid("request", f"{key}/other"),
        "lastSuccessfulSignInDateTime": ago(days),
        "lastSuccessfulSignInRequestId": guid("request", f"{key}/success"),
    }


def _synchronised(key: str, sam: str) -> Json:
    """The properties that Entra Connect Sync sets."""
    return {
        "onPremisesDistinguishedName": f"CN={sam},OU=Staff,DC=corp,DC=contoso,DC=example",
        "onPremisesDomainName": "corp.contoso.example",
        "onPremisesImmutableId": immutable_id(guid("active directory", key)),
        "onPremisesLastSyncDateTime": ago(STOPPED),
        "onPremisesSamAccountName": sam,
        "onPremisesSecurityIdentifier": f"S-1-5-21-1004336348-1177238915-682003330-{1100 + spread(sam, 8000)}",
        "onPremisesSyncEnabled": True,
        "onPremisesUserPrincipalName": f"{sam}@corp.contoso.example",
    }


def break_glass() -> Iterable[Json]:
    """Three accounts: one as it should be, one with most things wrong, one that was never put into use."""
    yield make_user(
        "orchid",
        "Orchid",
        f"orchid@{INITIAL_DOMAIN}",
        passwordPolicies="DisablePasswordExpiration",
        lastPasswordChangeDateTime=ago(190),
        signInActivity=_activity("orchid", 46),
    )
    yield make_user(
        "emergency-admin",
        "Emergency Admin (break-glass)",
        f"emergency-admin@{DOMAIN}",
        [Held(M365_E5)],
        jobTitle="Emergency access",
        lastPasswordChangeDateTime=ago(1500),
        signInActivity=_activity("emergency-admin", 420),
        **_synchronised("emergency-admin", "emergency-admin"),
    )
    yield make_user(
        "juniper",
        "Juniper",
        f"juniper@{INITIAL_DOMAIN}",
        accountEnabled=False,
        passwordPolicies="DisablePasswordExpiration",
        signInActivity=None,
    )


def administrators() -> Iterable[Json]:
    """Tier-0 accounts; the third is synchronised, the sixth has a mailbox and a licence of its own."""
    for number in range(1, TIER_0 + 1):
        key = f"t0-{number:02}"
        given: Json = _synchronised(key, f"t0admin{number:02}") if number == 3 else {}
        yield make_user(
            key,
            f"Tier-0 Administrator {number:02}",
            f"t0-admin{number:02}@{DOMAIN if number in (3, 6) else INITIAL_DOMAIN}",
            [Held(M365_E5)] if number in (2, 6) else (),
            department="IT",
            jobTitle="Administrator",
            **given,
        )
    yield make_user(
        "sync-account",
        "On-Premises Directory Synchronization Service Account",
        f"Sync_CONTOSO-DC1_0123456789ab@{INITIAL_DOMAIN}",
        passwordPolicies="DisablePasswordExpiration",
        signInActivity=_activity("sync-account", 0.02),
    )


def staff() -> Iterable[Json]:
    """Members: two of three synchronised, five of six licensed, the first twenty with Windows 365."""
    for number in range(1, STAFF + 1):
        key = f"staff-{number:03}"
        job, department, country, city = JOBS[number % len(JOBS)]
        alias = f"{job.lower().replace(' ', '.')}{number:03}"
        given: Json = _synchronised(key, f"{job.split()[0].lower()}{number:03}") if number % 3 else {}
        given |= {
            "city": city,
            "companyName": "Contoso",
            "country": country,
            "department": department,
            "employeeHireDate": ago(300 + 17 * number),
            "employeeId": f"E{10000 + number}",
            "givenName": job.split()[0],
            "jobTitle": job,
            "preferredLanguage": "nl-NL" if country == "Netherlands" else "en-US",
            "surname": f"{job.split()[-1]} {number:03}",
            "usageLocation": USAGE[country],
        }
        if key == "staff-010":
            given["onPremisesProvisioningErrors"] = [_address_taken(f"meeting.room.2@{DOMAIN}")]
        yield make_user(key, f"{job} {number:03}", f"{alias}@{DOMAIN}", _staff_licenses(number), **given)


def _address_taken(address: str) -> Json:
    """https://learn.microsoft.com/graph/api/resources/onpremisesprovisioningerror"""
    return {
        "category": "PropertyConflict",
        "occurredDateTime": ago(20),
        "propertyCausingError": "ProxyAddresses",
        "value": f"SMTP:{address}",
    }


def _staff_licenses(number: int) -> list[Held]:
    if number % 6 == 0:
        return []
    held = [Held(M365_F3 if number % 5 == 3 else M365_E5)]
    if number <= 12:
        held.append(Held(WINDOWS_365_2))
    elif number <= 15:
        held.append(Held(WINDOWS_365_4, by_group=CLOUD_PC_GROUP))
    elif number <= 17:
        # A licence that was taken away: its plan is still there, as Deleted.
        held.append(Held(WINDOWS_365_2, status="Deleted"))
    return held


def guests() -> Iterable[Json]:
    """Partners from outside, an external member, and a guest with a password here."""
    for number in range(1, GUESTS + 1):
        key = f"guest-{number:02}"
        mail = f"partner{number:02}@fabrikam.example"
        pending = number % 7 == 0
        yield make_user(
            key,
            f"Fabrikam Partner {number:02}",
            f"partner{number:02}_fabrikam.example#EXT#@{INITIAL_DOMAIN}",
            signInActivity=None if pending else _activity(key, 5 + 11 * number),
            sponsors=[_sponsor(number)] if number % 3 else [],
            **_external(mail, "PendingAcceptance" if pending else "Accepted"),
        )
    yield make_user(
        "external-member",
        "Northwind Consultant 01",
        f"consultant01_northwind.example#EXT#@{INITIAL_DOMAIN}",
        **{**_external("consultant01@northwind.example", "Accepted"), "userType": "Member"},
    )
    yield make_user("internal-guest", "Auditor Desk 01", f"auditor.desk01@{DOMAIN}", userType="Guest")


def _sponsor(number: int) -> Json:
    """The member of staff who answers for a guest."""
    return {"@odata.type": "#microsoft.graph.user", "id": user_id(f"staff-{number:03}")}


def _external(mail: str, state: str) -> Json:
    return {
        "creationType": "Invitation",
        "externalUserState": state,
        "externalUserStateChangeDateTime": ago(200),
        "identities": [{"signInType": "federated", "issuer": "ExternalAzureAD", "issuerAssignedId": None}],
        "mail": mail,
        "otherMails": [mail],
        "proxyAddresses": [f"SMTP:{mail}"],
        "userType": "Guest",
    }


def others() -> Iterable[Json]:
    """Leavers, of whom one has the id by which the next synchronisation takes it over, rooms and shared mailboxes, and
    a user who was synchronised once."""
    for number in range(1, LEAVERS + 1):
        key = f"leaver-{number:02}"
        awaited = {"onPremisesImmutableId": immutable_id(guid("active directory", key))}
        yield make_user(
            key,
            f"Former Employee {number:02}",
            f"former.employee{number:02}@{DOMAIN}",
            [Held(M365_E5)] if number <= 2 else (),
            accountEnabled=False,
            signInActivity=_activity(key, 200 + 30 * number),
            **(awaited if number == 5 else {}),
        )
    for number in range(1, 6):
        room = number <= 3
        name = f"Meeting Room {number}" if room else f"Shared Mailbox {number}"
        yield make_user(
            f"shared-{number}",
            name,
            f"{name.lower().replace(' ', '.')}@{DOMAIN}",
            accountEnabled=False,
            isResourceAccount=True if room else None,
            mail=f"{name.lower().replace(' ', '.')}@{DOMAIN}",
            signInActivity=None,
        )
    yield make_user(
        "scanner-service",
        "Document Scanner Service",
        f"document.scanner@{DOMAIN}",
        passwordPolicies="DisablePasswordExpiration",
    )
    yield make_user(
        "orphan",
        "Restored Account 01",
        f"restored.account01@{DOMAIN}",
        [Held(M365_F3)],
        onPremisesImmutableId=immutable_id(guid("active directory", "orphan")),
        onPremisesSyncEnabled=False,
    )


def hostiles() -> Iterable[Json]:
    """One user a hostile name; the last has none at all."""
    for number, (kind, name) in enumerate(hostile.NAMES.items(), 1):
        yield make_user(f"hostile-{kind}", name, f"hostile{number:02}@{INITIAL_DOMAIN}", department=name[:64])
    yield make_user("hostile-nameless", "", f"hostile99@{INITIAL_DOMAIN}", displayName=None)


def users() -> list[Json]:
    """The resource."""
    return [*break_glass(), *administrators(), *staff(), *guests(), *others(), *hostiles()]
