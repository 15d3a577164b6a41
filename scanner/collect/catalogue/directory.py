"""The part of the catalogue that is the directory itself: the tenant, its domains and licences, users, groups."""

from __future__ import annotations

from scanner.collect.resource import FanOut, License, Reference, Resource

_API = "https://learn.microsoft.com/graph/api/"
_NAMED = ("id", "displayName")

_GROUPS_THAT_MATTER = (
    Reference("conditionalAccessPolicies", "conditions.users.includeGroups"),
    Reference("conditionalAccessPolicies", "conditions.users.excludeGroups"),
    Reference("roleAssignments", "principalId"),
    Reference("roleAssignmentScheduleInstances", "principalId"),
    Reference("roleEligibilityScheduleInstances", "principalId"),
    # A group can be an eligible member of a group that holds a role, and then is no member of it.
    Reference("groupEligibilityScheduleInstances", "instances[].principalId"),
    Reference("cloudPcProvisioningPolicies", "assignments[].target.groupId"),
)

DIRECTORY: tuple[Resource, ...] = (
    Resource(
        name="organization",
        singular="organization",
        type="organization",
        path="organization",
        permission="Organization.Read.All",
        documentation=_API + "organization-list",
        always=_NAMED,
    ),
    Resource(
        name="domains",
        singular="domain",
        type="domain",
        path="domains",
        permission="Domain.Read.All",
        documentation=_API + "domain-list",
    ),
    Resource(
        name="subscribedSkus",
        singular="subscribedSku",
        type="subscribedSku",
        path="subscribedSkus",
        permission="Organization.Read.All",
        documentation=_API + "subscribedsku-list",
        always=("id", "skuPartNumber"),
    ),
    Resource(
        name="users",
        singular="user",
        type="user",
        path="users",
        # User.ReadBasic.All is too little for accountEnabled, assignedLicenses and the like.
        permission="User.Read.All",
        documentation=_API + "user-list",
        # At most five: https://learn.microsoft.com/entra/external-id/b2b-sponsors. Of expanded objects Graph sends
        # twenty at most and does not say when there are more, of records with them a hundred a page whatever $top
        # says: https://learn.microsoft.com/graph/query-parameters#expand-parameter
        expand="sponsors",
        top=999,
        # https://learn.microsoft.com/graph/api/resources/signinactivity; absent for who never signed in.
        permission_for={"signInActivity": "AuditLog.Read.All"},
        license_for={"signInActivity": License.P1},
        omitted_when_null=frozenset({"signInActivity"}),
        always=("id", "displayName", "userPrincipalName"),
        small=False,
    ),
    Resource(
        name="deletedUsers",
        singular="deletedUser",
        type="user",
        path="directory/deletedItems/microsoft.graph.user",
        permission="User.Read.All",
        documentation=_API + "directory-deleteditems-list",
        top=999,
        always=("id", "displayName", "userPrincipalName"),
        small=False,
    ),
    Resource(
        name="groups",
        singular="group",
        type="group",
        path="groups",
        permission="GroupMember.Read.All",
        documentation=_API + "group-list",
        top=999,
        always=_NAMED,
        small=False,
    ),
    Resource(
        name="groupMembers",
        singular="membership",
        type="groupMembers",
        path="groups/{id}/members",
        permission="GroupMember.Read.All",
        documentation=_API + "group-list-members",
        top=999,
        fan_out=FanOut(
            parents="groups",
            item="directoryObject",
            values="members",
            only=_GROUPS_THAT_MATTER,
            nested=True,
            select=("id",),
        ),
        small=False,
    ),
    Resource(
        name="groupOwners",
        singular="groupOwnership",
        type="groupOwners",
        path="groups/{id}/owners",
        permission="GroupMember.Read.All",
        # Groups from Exchange or on-premises have no owners in Graph, the page says.
        documentation=_API + "group-list-owners",
        fan_out=FanOut(
            parents="groups",
            item="directoryObject",
            values="owners",
            only=(
                *_GROUPS_THAT_MATTER,
                Reference("groupMembers", "members[].id"),
                Reference("privilegedAccessGroups", "id"),
            ),
            select=("id",),
        ),
        small=False,
    ),
    Resource(
        # Security groups are deleted at once and never stand here, the page says.
        name="deletedGroups",
        singular="deletedGroup",
        type="group",
        path="directory/deletedItems/microsoft.graph.group",
        permission="Group.Read.All",
        documentation=_API + "directory-deleteditems-list",
        top=999,
        always=_NAMED,
        small=False,
    ),
    Resource(
        name="groupSettings",
        singular="groupSetting",
        type="groupSetting",
        path="groupSettings",
        permission="Directory.Read.All",
        documentation=_API + "group-list-settings",
        always=_NAMED,
    ),
    Resource(
        name="administrativeUnits",
        singular="administrativeUnit",
        type="administrativeUnit",
        path="directory/administrativeUnits",
        permission="AdministrativeUnit.Read.All",
        documentation=_API + "directory-list-administrativeunits",
        always=_NAMED,
    ),
    Resource(
        # Graph's name is organization. Of v1.0 the pages and the metadata do not have this property, and beta's pages
        # leave it out where beta's metadata has it; what is read first, in every collection, does not depend on it.
        name="passwordSynchronization",
        singular="passwordSynchronization",
        type="passwordSynchronization",
        path="organization",
        version="beta",
        permission="Organization.Read.All",
        documentation=_API + "organization-get?view=graph-rest-beta",
    ),
    Resource(
        # The page knows access on behalf of a Global Administrator only. The permission exists for applications too
        # (https://github.com/o365soa/soa/pull/130), and tools read with it as applications; not stated by Microsoft.
        name="onPremisesSynchronization",
        singular="directorySynchronization",
        type="onPremisesDirectorySynchronization",
        path="directory/onPremisesSynchronization",
        permission="OnPremDirectorySynchronization.Read.All",
        documentation=_API + "onpremisesdirectorysynchronization-get",
    ),
    Resource(
        name="recommendations",
        singular="recommendation",
        type="recommendation",
        path="directory/recommendations",
        version="beta",
        permission="DirectoryRecommendations.Read.All",
        documentation=_API + "directory-list-recommendation",
        always=_NAMED,
    ),
)
"""Everything about the directory. Its policies are in ``policies.py``."""
