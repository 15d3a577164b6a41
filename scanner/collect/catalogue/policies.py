"""The part of the catalogue that is the tenant's policies: Conditional Access and what stands under ``/policies``.

Policies on the credentials of applications are in ``applications.py``, those of PIM in
``governance.py``.
"""

from __future__ import annotations

from scanner.collect.resource import Resource

_API = "https://learn.microsoft.com/graph/api/"
_NAMED = ("id", "displayName")

_SIGNING_IN = (
    Resource(
        name="conditionalAccessPolicies",
        singular="policy",
        type="conditionalAccessPolicy",
        path="identity/conditionalAccess/policies",
        permission="Policy.Read.All",
        documentation=_API + "conditionalaccessroot-list-policies",
        always=_NAMED,
    ),
    Resource(
        name="namedLocations",
        singular="namedLocation",
        type="namedLocation",
        path="identity/conditionalAccess/namedLocations",
        permission="Policy.Read.All",
        documentation=_API + "conditionalaccessroot-list-namedlocations",
        always=_NAMED,
    ),
    Resource(
        name="authenticationContextClassReferences",
        singular="authenticationContext",
        type="authenticationContextClassReference",
        path="identity/conditionalAccess/authenticationContextClassReferences",
        permission="Policy.Read.ConditionalAccess",
        documentation=_API + "conditionalaccessroot-list-authenticationcontextclassreferences",
        select=False,
        always=_NAMED,
    ),
    Resource(
        name="authenticationStrengthPolicies",
        singular="authenticationStrengthPolicy",
        type="authenticationStrengthPolicy",
        path="policies/authenticationStrengthPolicies",
        permission="Policy.Read.AuthenticationMethod",
        documentation=_API + "authenticationstrengthroot-list-policies",
        select=False,
        always=_NAMED,
    ),
    Resource(
        name="identitySecurityDefaultsEnforcementPolicy",
        singular="identitySecurityDefaultsEnforcementPolicy",
        type="identitySecurityDefaultsEnforcementPolicy",
        path="policies/identitySecurityDefaultsEnforcementPolicy",
        permission="Policy.Read.All",
        documentation=_API + "identitysecuritydefaultsenforcementpolicy-get",
        singleton=True,
    ),
    Resource(
        name="authenticationMethodsPolicy",
        singular="authenticationMethodsPolicy",
        type="authenticationMethodsPolicy",
        path="policies/authenticationMethodsPolicy",
        permission="Policy.Read.AuthenticationMethod",
        documentation=_API + "authenticationmethodspolicy-get",
        singleton=True,
        select=False,
    ),
    Resource(
        name="authenticationFlowsPolicy",
        singular="authenticationFlowsPolicy",
        type="authenticationFlowsPolicy",
        path="policies/authenticationFlowsPolicy",
        permission="Policy.Read.All",
        documentation=_API + "authenticationflowspolicy-get",
        singleton=True,
        select=False,
    ),
    Resource(
        name="activityBasedTimeoutPolicies",
        singular="activityBasedTimeoutPolicy",
        type="activityBasedTimeoutPolicy",
        path="policies/activityBasedTimeoutPolicies",
        permission="Policy.Read.All",
        documentation=_API + "activitybasedtimeoutpolicy-list",
        always=_NAMED,
    ),
    Resource(
        name="tokenLifetimePolicies",
        singular="tokenLifetimePolicy",
        type="tokenLifetimePolicy",
        path="policies/tokenLifetimePolicies",
        permission="Policy.Read.All",
        documentation=_API + "tokenlifetimepolicy-list",
        always=_NAMED,
    ),
)

_OTHERS = (
    Resource(
        name="authorizationPolicy",
        singular="authorizationPolicy",
        type="authorizationPolicy",
        path="policies/authorizationPolicy",
        permission="Policy.Read.All",
        documentation=_API + "authorizationpolicy-get",
        singleton=True,
        select=False,
    ),
    Resource(
        # Graph sends it without an id, so none is selected.
        name="adminConsentRequestPolicy",
        singular="adminConsentRequestPolicy",
        type="adminConsentRequestPolicy",
        path="policies/adminConsentRequestPolicy",
        permission="Policy.Read.All",
        documentation=_API + "adminconsentrequestpolicy-get",
        singleton=True,
        select=False,
    ),
    Resource(
        name="permissionGrantPolicies",
        singular="permissionGrantPolicy",
        type="permissionGrantPolicy",
        path="policies/permissionGrantPolicies",
        permission="Policy.Read.PermissionGrant",
        documentation=_API + "permissiongrantpolicy-list",
        # The page allows selection; includes and excludes, expanded by themselves, might go with it.
        select=False,
        always=_NAMED,
    ),
    Resource(
        # Graph sends it without an id.
        name="crossTenantAccessPolicy",
        singular="crossTenantAccessPolicy",
        type="crossTenantAccessPolicy",
        path="policies/crossTenantAccessPolicy",
        permission="Policy.Read.All",
        documentation=_API + "crosstenantaccesspolicy-get",
        singleton=True,
        select=False,
    ),
    Resource(
        # Graph sends it without an id.
        name="crossTenantAccessPolicyDefault",
        singular="crossTenantAccessPolicyDefault",
        type="crossTenantAccessPolicyConfigurationDefault",
        path="policies/crossTenantAccessPolicy/default",
        permission="Policy.Read.All",
        documentation=_API + "crosstenantaccesspolicyconfigurationdefault-get",
        singleton=True,
        select=False,
    ),
    Resource(
        name="crossTenantAccessPolicyPartners",
        singular="partner",
        type="crossTenantAccessPolicyConfigurationPartner",
        path="policies/crossTenantAccessPolicy/partners",
        permission="Policy.Read.All",
        documentation=_API + "crosstenantaccesspolicy-list-partners",
        expand="identitySynchronization",
        always=("tenantId",),
        key="tenantId",
    ),
    Resource(
        name="deviceRegistrationPolicy",
        singular="deviceRegistrationPolicy",
        type="deviceRegistrationPolicy",
        path="policies/deviceRegistrationPolicy",
        permission="Policy.Read.DeviceConfiguration",
        documentation=_API + "deviceregistrationpolicy-get",
        singleton=True,
        select=False,
    ),
    Resource(
        name="externalIdentitiesPolicy",
        singular="externalIdentitiesPolicy",
        type="externalIdentitiesPolicy",
        path="policies/externalIdentitiesPolicy",
        version="beta",
        permission="Policy.Read.All",
        documentation=_API + "externalidentitiespolicy-get",
        singleton=True,
        select=False,
    ),
)

POLICIES: tuple[Resource, ...] = (*_SIGNING_IN, *_OTHERS)
"""Everything that says how people and applications may sign in, consent, join and invite."""
