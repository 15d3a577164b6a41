"""Contoso's tenant-wide policies beside Conditional Access: consent, partners, devices, sessions, who is external."""

from __future__ import annotations

from scanner.demo.bodies import Json
from scanner.demo.contoso.apps import FABRIKAM
from scanner.demo.contoso.ids import guid
from scanner.demo.contoso.people import user_id


def admin_consent_request_policy() -> Json:
    """On, with one reviewer; Graph sends no id."""
    return {
        "isEnabled": True,
        "notifyReviewers": True,
        "remindersEnabled": True,
        "requestDurationInDays": 30,
        "reviewers": [{"query": f"/users/{user_id('t0-08')}", "queryType": "MicrosoftGraph", "queryRoot": None}],
        "version": 1,
    }


def authentication_flows_policy() -> Json:
    """Guests may sign up by themselves."""
    return {
        "id": "authenticationFlowsPolicy",
        "displayName": "Authentication flows policy",
        "description": "Authentication flows policy allows modification of settings related to authentication flows in "
        "AAD tenant, such as self-service sign up configuration.",
        "selfServiceSignUp": {"isEnabled": True},
    }


def permission_grant_policies() -> list[Json]:
    """The resource: what https://learn.microsoft.com/entra/identity/enterprise-apps/manage-app-consent-policies calls
    built in, and one of Contoso's own."""
    return [
        _grant_policy("microsoft-user-default-low", "Default user low risk policy", "low", verified=True),
        _grant_policy("microsoft-user-default-legacy", "Default User Legacy Policy", "all", verified=False),
        _grant_policy("contoso-helpdesk", "Contoso helpdesk", "low", verified=True),
    ]


def _grant_policy(policy_id: str, name: str, classification: str, *, verified: bool) -> Json:
    return {
        "id": policy_id,
        "deletedDateTime": None,
        "description": f"Permissions that {name.lower()} allows.",
        "displayName": name,
        "excludes": [],
        "includes": [
            {
                "id": guid("permissionGrantConditionSet", policy_id),
                "clientApplicationIds": ["all"],
                "clientApplicationPublisherIds": ["all"],
                "clientApplicationTenantIds": ["all"],
                "clientApplicationsFromVerifiedPublisherOnly": verified,
                "permissionClassification": classification,
                "permissionType": "delegated",
                "permissions": ["all"],
                "resourceApplication": "any",
            }
        ],
    }


def cross_tenant_access_policy() -> Json:
    """The policy itself; Graph sends no id."""
    return {"displayName": "CrossTenantAccessPolicy", "allowedCloudEndpoints": []}


def cross_tenant_access_policy_default() -> Json:
    """As Microsoft sets it: everyone may collaborate, nobody connects directly, nothing of others is trusted."""
    return {
        "automaticUserConsentSettings": {"inboundAllowed": False, "outboundAllowed": False},
        "b2bCollaborationInbound": _setting("allowed"),
        "b2bCollaborationOutbound": _setting("allowed"),
        "b2bDirectConnectInbound": _setting("blocked"),
        "b2bDirectConnectOutbound": _setting("blocked"),
        "inboundTrust": _trust(mfa=False),
        "isServiceDefault": True,
        "tenantRestrictions": {"devices": None, **_setting("blocked")},
    }


def _setting(access: str) -> Json:
    return {
        "usersAndGroups": {"accessType": access, "targets": [{"target": "AllUsers", "targetType": "user"}]},
        "applications": {
            "accessType": access,
            "targets": [{"target": "AllApplications", "targetType": "application"}],
        },
    }


def _trust(*, mfa: bool) -> Json:
    return {
        "isCompliantDeviceAccepted": False,
        "isHybridAzureADJoinedDeviceAccepted": False,
        "isMfaAccepted": mfa,
    }


def cross_tenant_access_policy_partners() -> list[Json]:
    """The resource: Fabrikam, whose multifactor authentication is trusted and whose users are synchronised."""
    return [
        {
            "tenantId": FABRIKAM,
            "automaticUserConsentSettings": {"inboundAllowed": True, "outboundAllowed": None},
            "b2bCollaborationInbound": _setting("allowed"),
            "b2bCollaborationOutbound": None,
            "b2bDirectConnectInbound": None,
            "b2bDirectConnectOutbound": None,
            "identitySynchronization": {
                "tenantId": FABRIKAM,
                "displayName": "Fabrikam",
                "userSyncInbound": {"isSyncAllowed": True},
            },
            "inboundTrust": _trust(mfa=True),
            "isInMultiTenantOrganization": False,
            "isServiceProvider": False,
            "tenantRestrictions": None,
        }
    ]


def device_registration_policy() -> Json:
    """Everyone may join devices, without multifactor authentication, fifty of them."""
    everyone = {"@odata.type": "#microsoft.graph.allDeviceRegistrationMembership"}
    return {
        "id": "deviceRegistrationPolicy",
        "displayName": "Device Registration Policy",
        "description": "Tenant-wide policy that manages intial provisioning controls using quota restrictions, "
        "additional authentication and authorization checks",
        "azureADJoin": {
            "allowedToJoin": everyone,
            "isAdminConfigurable": True,
            "localAdmins": {"enableGlobalAdmins": True, "registeringUsers": everyone},
        },
        "azureADRegistration": {"allowedToRegister": everyone, "isAdminConfigurable": False},
        "localAdminPassword": {"isEnabled": False},
        "multiFactorAuthConfiguration": "notRequired",
        "userDeviceQuota": 50,
    }


def external_identities_policy() -> Json:
    """Guests may leave by themselves."""
    return {
        "id": "externalIdentityPolicy",
        "deletedDateTime": None,
        "displayName": "External Identities Policy",
        "allowDeletedIdentitiesDataRemoval": False,
        "allowExternalIdentitiesToLeave": True,
    }


def authentication_contexts() -> list[Json]:
    """The resource ``authenticationContextClassReferences``."""
    return [
        {
            "id": "c1",
            "description": "Asked for by protected actions.",
            "displayName": "Administration",
            "isAvailable": True,
        },
        {"id": "c2", "description": "Not published yet.", "displayName": "Finance", "isAvailable": False},
    ]


def activity_based_timeout_policies() -> list[Json]:
    """The resource: sessions in the portals end after an hour without activity."""
    timeout = (
        '{"ActivityBasedTimeoutPolicy":{"Version":1,"ApplicationPolicies":'
        '[{"ApplicationId":"default","WebSessionIdleTimeout":"01:00:00"}]}}'
    )
    return [_standard_policy("Idle sessions", timeout, default=True)]


def token_lifetime_policies() -> list[Json]:
    """The resource: one application has tokens for eight hours."""
    lifetime = '{"TokenLifetimePolicy":{"Version":1,"AccessTokenLifetime":"8:00:00"}}'
    return [_standard_policy("Long tokens of the intranet", lifetime, default=False)]


def _standard_policy(name: str, definition: str, *, default: bool) -> Json:
    return {
        "id": guid("standardPolicy", name),
        "deletedDateTime": None,
        "definition": [definition],
        "description": None,
        "displayName": name,
        "isOrganizationDefault": default,
    }
