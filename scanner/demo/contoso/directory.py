"""The rest of Contoso's directory: deleted objects, administrative units, group settings, synchronisation, advice."""

from __future__ import annotations

from scanner.demo.bodies import Json
from scanner.demo.contoso import people
from scanner.demo.contoso.groups import Group, group_record
from scanner.demo.contoso.ids import DOMAIN, INITIAL_DOMAIN, TENANT_ID, ago, guid, immutable_id
from scanner.demo.contoso.people import make_user


def deleted_users() -> list[Json]:
    """The resource: one who left, one who was synchronised and whose immutable id an active account carries now."""
    given: Json = {"accountEnabled": False, "signInActivity": None}
    records = [
        make_user("deleted-1", "Former Employee 90", f"former.employee90@{DOMAIN}", deletedDateTime=ago(12), **given),
        make_user(
            "deleted-2",
            "Restored Account 01",
            f"restored.account01@{INITIAL_DOMAIN}",
            deletedDateTime=ago(3),
            onPremisesImmutableId=immutable_id(guid("active directory", "orphan")),
            **given,
        ),
    ]
    for record in records:
        # Navigations come only where they are expanded.
        del record["sponsors"]
    return records


def deleted_groups() -> list[Json]:
    """The resource: Graph keeps deleted Microsoft 365 groups only."""
    gone = Group("Project Lighthouse", "A team that has ended.", unified=True, given={"deletedDateTime": ago(8)})
    return [group_record(gone)]


def administrative_units() -> list[Json]:
    """The resource: one with members by rule, one that only its own administrators may touch."""
    return [
        _unit("Berlin", "Offices in Berlin.", membershipType="Dynamic", membershipRule='(user.city -eq "Berlin")',
              membershipRuleProcessingState="On"),
        _unit("Board", "Members of the board.", isMemberManagementRestricted=True, visibility="HiddenMembership"),
    ]  # fmt: skip


def _unit(name: str, description: str, **given: object) -> Json:
    return {
        "id": guid("administrativeUnit", name),
        "deletedDateTime": None,
        "description": description,
        "displayName": name,
        "isMemberManagementRestricted": False,
        "membershipRule": None,
        "membershipRuleProcessingState": None,
        "membershipType": None,
        "visibility": None,
        **given,
    }


GROUP_SETTINGS = {
    ("Group.Unified", "62375ab9-6b52-47ed-826b-58e47e0e304b"): {
        "EnableGroupCreation": "true",
        "AllowGuestsToBeGroupOwner": "false",
        "AllowGuestsToAccessGroups": "true",
        "AllowToAddGuests": "true",
        "GroupCreationAllowedGroupId": "",
    },
    ("Consent Policy Settings", "dffd5d46-495d-40a9-8e21-954ff55e198a"): {
        "EnableGroupSpecificConsent": "false",
        "BlockUserConsentForRiskyApps": "true",
        "EnableAdminConsentRequests": "true",
    },
    ("Password Rule Settings", "5cf42378-d67d-4f36-ba46-e8b86229381d"): {
        "BannedPasswordCheckOnPremisesMode": "Audit",
        "EnableBannedPasswordCheckOnPremises": "true",
        "EnableBannedPasswordCheck": "true",
        "LockoutDurationInSeconds": "60",
        "LockoutThreshold": "10",
        "BannedPasswordList": "contoso\tberlin",
    },
}
"""Name and template id: https://learn.microsoft.com/graph/api/resources/groupsetting; tenants hold what differs."""


def group_settings() -> list[Json]:
    """The resource."""
    return [
        {
            "id": guid("groupSetting", name),
            "displayName": name,
            "templateId": template,
            "values": [{"name": key, "value": value} for key, value in values.items()],
        }
        for (name, template), values in GROUP_SETTINGS.items()
    ]


ON = ("passwordSyncEnabled", "quarantineUponUpnConflictEnabled", "quarantineUponProxyAddressesConflictEnabled",
      "softMatchOnUpnEnabled", "synchronizeUpnForManagedUsersEnabled")  # fmt: skip
OFF = (
    "allowOnPremUpdateOfOnPremisesObjectIdentifierEnabled", "blockCloudObjectTakeoverThroughHardMatchEnabled",
    "blockSoftMatchEnabled", "bypassDirSyncOverridesEnabled", "cloudPasswordPolicyForPasswordSyncedUsersEnabled",
    "concurrentCredentialUpdateEnabled", "concurrentOrgIdProvisioningEnabled", "deviceWritebackEnabled",
    "directoryExtensionsEnabled", "fopeConflictResolutionEnabled", "groupWriteBackEnabled",
    "passwordWritebackEnabled", "unifiedGroupWritebackEnabled", "userForcePasswordChangeOnLogonEnabled",
    "userWritebackEnabled",
)  # fmt: skip


def on_premises_synchronization() -> list[Json]:
    """The resource: password hashes are synchronised, and a match can take over an account of the cloud."""
    return [
        {
            "id": TENANT_ID,
            "configuration": {
                "accidentalDeletionPrevention": {
                    "alertThreshold": 500,
                    "synchronizationPreventionType": "enabledForCount",
                },
            },
            "features": {**dict.fromkeys(ON, True), **dict.fromkeys(OFF, False)},
        }
    ]


def password_synchronization() -> list[Json]:
    """The resource: it stopped together with all other synchronisation."""
    return [{"id": TENANT_ID, "onPremisesLastPasswordSyncDateTime": ago(people.STOPPED)}]


def recommendations() -> list[Json]:
    """The resource: two that stand, one that was followed."""
    return [
        _recommendation("turnOffPerUserMFA", "Convert from per-user MFA to Conditional Access MFA", "medium", "active"),
        _recommendation("staleApps", "Remove unused applications", "high", "active", impact="applications"),
        _recommendation("blockLegacyAuthentication", "Block legacy authentication", "high", "completedBySystem"),
    ]


def _recommendation(kind: str, title: str, priority: str, status: str, impact: str = "users") -> Json:
    return {
        "id": f"{TENANT_ID}_Microsoft.Identity.IAM.Insights.{kind[0].upper()}{kind[1:]}",
        "category": "identityBestPractice",
        "createdDateTime": ago(300),
        "currentScore": 0.0,
        "displayName": title,
        "featureAreas": ["conditionalAccess" if impact == "users" else "applications"],
        "impactStartDateTime": ago(300),
        "impactType": impact,
        "insights": "Found in this tenant.",
        "lastCheckedDateTime": ago(1),
        "lastModifiedBy": "System",
        "lastModifiedDateTime": ago(1),
        "maxScore": 5.0,
        "postponeUntilDateTime": None,
        "priority": priority,
        "recommendationType": kind,
        "releaseType": "generallyAvailable",
        "status": status,
    }
