"""What of a record can be selected and expanded, and what Graph sends when nothing is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from scanner.cel.types import graph_types
from scanner.collect.catalogue import Resource
from scanner.demo import odata
from scanner.demo.bodies import Json

DEFAULT_PROPERTIES: Mapping[str, frozenset[str]] = {
    # https://learn.microsoft.com/graph/api/user-list
    "users": frozenset({
        "businessPhones", "displayName", "givenName", "id", "jobTitle", "mail", "mobilePhone", "officeLocation",
        "preferredLanguage", "surname", "userPrincipalName",
    }),
    # https://learn.microsoft.com/graph/api/group-list, first example, and "Returned by default" of the group resource
    "groups": frozenset({
        "classification", "createdDateTime", "deletedDateTime", "description", "displayName", "expirationDateTime",
        "groupTypes", "id", "isAssignableToRole", "mail", "mailEnabled", "mailNickname", "membershipRule",
        "membershipRuleProcessingState", "onPremisesDomainName", "onPremisesLastSyncDateTime",
        "onPremisesNetBiosName", "onPremisesProvisioningErrors", "onPremisesSamAccountName",
        "onPremisesSecurityIdentifier", "onPremisesSyncEnabled", "preferredDataLocation", "preferredLanguage",
        "proxyAddresses", "renewedDateTime", "resourceBehaviorOptions", "resourceProvisioningOptions",
        "securityEnabled", "securityIdentifier", "serviceProvisioningErrors", "theme", "uniqueName", "visibility",
    }),
}  # fmt: skip
"""What Graph sends of a record without ``$select``; of other resources it sends everything."""

DIRECTORY_OBJECTS = ("user", "group", "servicePrincipal")
"""Types whose properties may be selected on a ``directoryObject``, such as a member of a group."""


@dataclass(frozen=True)
class Selectable:
    """The selectable and expandable properties of one resource."""

    resource: Resource
    type_name: str
    """Graph type of one record, or of one value of a fan-out."""
    properties: frozenset[str]
    hidden: frozenset[str]
    """Navigation properties: left out unless expanded."""

    @classmethod
    def of(cls, resource: Resource) -> Selectable:
        """As the committed catalogue of Graph's types has it."""
        type_name = resource.fan_out.item if resource.fan_out else resource.type
        names = (type_name, *DIRECTORY_OBJECTS) if type_name == "directoryObject" else (type_name,)
        types = graph_types().types
        properties = frozenset(
            prop.name
            for name in names
            if name in types  # not those of a resource that a configuration adds with its own properties
            for prop in types[name].properties
            if not prop.key.startswith("@")
        )
        return cls(resource, type_name, properties, frozenset(map(odata.navigation, _offered(resource))))

    def check(self, query: odata.Query) -> None:
        """Raise Graph's 400 for a property that the type does not have."""
        odata.check_select(query, self.properties, self.type_name)
        odata.check_expand(query, _offered(self.resource), self.type_name)

    def project(self, record: Json, query: odata.Query) -> Json:
        """``record`` with what ``query`` asks for, or with what Graph sends unasked."""
        names: Collection[str] = query.select or DEFAULT_PROPERTIES.get(self.resource.name, ())
        return odata.project(record, names, {odata.navigation(item) for item in query.expand}, self.hidden)


def _offered(resource: Resource) -> tuple[str, ...]:
    return odata.parse_query(f"$expand={resource.expand}").expand
