"""The properties that membership rules can read, by the page, and where Graph has them.

Names are compared without regard to letter case: the page calls them case-sensitive and writes them in several ways.
Which property of Graph a name stands for: https://learn.microsoft.com/graph/migrate-azure-ad-graph-property-differences
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum, auto


class Type(Enum):
    """What a property holds, which decides the operators and values that it takes."""

    BOOLEAN = auto()
    DATE = auto()
    STRING = auto()
    VERSION = auto()
    """A text that -ge and -le order."""
    STRINGS = auto()
    PLANS = auto()
    """Service plans: ``assignedPlans``."""
    GROUPS = auto()
    """Groups: ``memberOf``."""


@dataclass(frozen=True)
class Property:
    """One property of users or devices."""

    name: str
    """As the page writes it."""
    type: Type = Type.STRING
    graph: str = ""
    """Graph's property; empty where Graph does not give it."""
    member: str = ""
    """The property within Graph's complex one; a digit stands for the item of a list."""
    absent: str = ""
    """A text that the page has for what Graph has as null."""

    @property
    def is_list(self) -> bool:
        """Whether it has items, of which a rule asks with -any and -all."""
        return self.type in (Type.STRINGS, Type.PLANS)


PLAN_ATTRIBUTES = ("servicePlanId", "capabilityStatus", "service")

_EXTENSIONS = tuple(f"extensionAttribute{number}" for number in range(1, 16))
_CUSTOM = re.compile(r"extension_[0-9a-f]{32}_\w+", re.IGNORECASE)

_USER = (
    Property("accountEnabled", Type.BOOLEAN, "accountEnabled"),
    Property("dirSyncEnabled", Type.BOOLEAN, "onPremisesSyncEnabled"),
    Property("employeeHireDate", Type.DATE, "employeeHireDate"),
    *(
        Property(name, Type.STRING, name)
        for name in (
            "city", "country", "companyName", "department", "displayName", "employeeId", "givenName", "jobTitle",
            "mail", "onPremisesDistinguishedName", "onPremisesSecurityIdentifier", "postalCode", "preferredLanguage",
            "state", "streetAddress", "surname", "usageLocation", "userPrincipalName", "userType",
        )
    ),
    Property("facsimileTelephoneNumber", Type.STRING, "faxNumber"),
    Property("mailNickName", Type.STRING, "mailNickname"),
    Property("mobile", Type.STRING, "mobilePhone"),
    Property("objectId", Type.STRING, "id"),
    Property("passwordPolicies", Type.STRING, "passwordPolicies", absent="None"),
    Property("physicalDeliveryOfficeName", Type.STRING, "officeLocation"),
    Property("sipProxyAddress", Type.STRING),
    Property("telephoneNumber", Type.STRING, "businessPhones", "0"),
    *(Property(name, Type.STRING, "onPremisesExtensionAttributes", name) for name in _EXTENSIONS),
    Property("otherMails", Type.STRINGS, "otherMails"),
    Property("proxyAddresses", Type.STRINGS, "proxyAddresses"),
    Property("assignedPlans", Type.PLANS, "assignedPlans"),
    Property("memberOf", Type.GROUPS),
)  # fmt: skip

_DEVICE = (
    Property("accountEnabled", Type.BOOLEAN, "accountEnabled"),
    Property("isRooted", Type.BOOLEAN, "isRooted"),
    *(
        Property(name, Type.STRING, name)
        for name in (
            "deviceCategory", "deviceId", "deviceOwnership", "displayName", "enrollmentProfileName", "managementType",
            "profileType",
        )
    ),
    Property("deviceManagementAppId", Type.STRING, "mdmAppId"),
    Property("deviceManufacturer", Type.STRING, "manufacturer"),
    Property("deviceModel", Type.STRING, "model"),
    Property("deviceOSType", Type.STRING, "operatingSystem"),
    Property("deviceOSVersion", Type.VERSION, "operatingSystemVersion"),
    Property("deviceTrustType", Type.STRING, "trustType"),
    Property("objectId", Type.STRING, "id"),
    *(Property(name, Type.STRING, "extensionAttributes", name) for name in _EXTENSIONS),
    Property("devicePhysicalIds", Type.STRINGS, "physicalIds"),
    Property("systemLabels", Type.STRINGS, "systemLabels"),
    Property("memberOf", Type.GROUPS),
)  # fmt: skip

PROPERTIES: Mapping[str, Mapping[str, Property]] = {
    kind: {one.name.lower(): one for one in properties} for kind, properties in (("user", _USER), ("device", _DEVICE))
}
"""``user`` or ``device`` → the properties, by name in lower case."""


def find(kind: str, name: str) -> Property | None:
    """The property with this name of users or devices; a custom extension of an application is one too."""
    if _CUSTOM.fullmatch(name):
        return Property(name)
    return PROPERTIES[kind].get(name.lower())


def nearest(kind: str, name: str) -> str:
    """``; did you mean user.department?`` for a name that is none, or nothing."""
    near = get_close_matches(name.lower(), PROPERTIES[kind], 1)
    return f"; did you mean {kind}.{PROPERTIES[kind][near[0]].name}?" if near else ""
