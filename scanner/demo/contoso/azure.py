"""Azure of the demo tenant: who is warned when a break-glass account signs in.

The logs of Entra go to a workspace. Sign-ins of ``orchid`` raise an alert that reaches somebody; those of
``emergency-admin`` raise one late, after several, that reaches nobody; of those of ``juniper`` nobody hears.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scanner.demo.bodies import Json
from scanner.demo.contoso import hostile
from scanner.demo.contoso.ids import DOMAIN, INITIAL_DOMAIN, TENANT_ID, ago, guid
from scanner.demo.contoso.people import user_id

PRODUCTION = guid("subscription", "Production")
SANDBOX = guid("subscription", "Sandbox")
CLOSED = guid("subscription", "Closed")

_LOCATION = "westeurope"
_CATEGORIES = (
    "AuditLogs", "SignInLogs", "NonInteractiveUserSignInLogs", "ServicePrincipalSignInLogs",
    "ManagedIdentitySignInLogs", "ProvisioningLogs", "RiskyUsers", "UserRiskEvents",
)  # fmt: skip


def subscriptions() -> list[Json]:
    """Two in use and one that is disabled."""
    return [
        _subscription(PRODUCTION, "Contoso Production", "Enabled"),
        _subscription(SANDBOX, f"Sandbox {hostile.NAMES['markup']}"[:64], "Enabled"),
        _subscription(CLOSED, "Contoso Labs (closed)", "Disabled"),
    ]


def diagnostic_settings() -> list[Json]:
    """One that sends the sign-ins to a workspace, and one that archives logs and copies them where they are lost."""
    return [
        _setting("Entra logs to security workspace", _CATEGORIES, workspaceId=_workspace_id(PRODUCTION, "security")),
        _setting(
            "Archive",
            ("AuditLogs", "SignInLogs"),
            workspaceId=_workspace_id(SANDBOX, "scratch"),
            storageAccountId=_id(PRODUCTION, "security", "Microsoft.Storage/storageAccounts", "contosoarchive"),
        ),
    ]


def scheduled_query_rules() -> list[Json]:
    """A right alert, one with every mistake, and one about something else."""
    orchid = (
        f'SigninLogs | where UserPrincipalName =~ "orchid@{INITIAL_DOMAIN}" or UserId == "{user_id("orchid")}" '
        "| project TimeGenerated, UserPrincipalName, IPAddress, ResultType"
    )
    emergency = f'SigninLogs\n| where UserPrincipalName == "emergency-admin@{DOMAIN}"\n| where ResultType != 0'
    return [
        _rule(PRODUCTION, "Break-glass sign-in", orchid, {"operator": "GreaterThanOrEqual", "threshold": 1.0}),
        _rule(
            PRODUCTION,
            "Emergency admin failed sign-ins",
            emergency,
            {"operator": "GreaterThan", "threshold": 5.0},
            group="nobody",
            evaluationFrequency="PT1H",
            windowSize="PT1H",
            description=hostile.NAMES["quotes"],
        ),
        _rule(SANDBOX, "Heartbeat", "Heartbeat", {"operator": "LessThan", "threshold": 1.0}, enabled=False),
    ]


def action_groups() -> list[Json]:
    """One that reaches people in three ways, and one that reaches nobody."""
    on_call: Json = {
        "emailReceivers": [
            {
                "name": "security",
                "emailAddress": f"security@{DOMAIN}",
                "useCommonAlertSchema": True,
                "status": "Enabled",
            }
        ],
        "smsReceivers": [
            {"name": "duty manager", "countryCode": "31", "phoneNumber": "0201234567", "status": "Enabled"}
        ],
        "webhookReceivers": [
            {
                "name": "chat",
                "serviceUri": f"https://hooks.{DOMAIN}/services/T000/B000/made-up-key?sig=made-up",
                "useCommonAlertSchema": True,
                "useAadAuth": False,
            }
        ],
    }
    return [_group(PRODUCTION, "on-call", "on call", on_call), _group(PRODUCTION, "nobody", "nobody", {})]


def workspaces() -> list[Json]:
    """One with retention and a cap that were chosen, and one whose cap has stopped the intake."""
    return [
        _workspace(PRODUCTION, "security", 180, {"dailyQuotaGb": 25.0, "dataIngestionStatus": "RespectQuota"}),
        _workspace(SANDBOX, "scratch", 30, {"dailyQuotaGb": 0.5, "dataIngestionStatus": "OverQuota"}),
    ]


def _id(subscription: str, group: str, kind: str, name: str) -> str:
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{kind}/{name}"


def _workspace_id(subscription: str, name: str) -> str:
    return _id(subscription, "security", "Microsoft.OperationalInsights/workspaces", name)


def _alerts_id(subscription: str, kind: str, name: str) -> str:
    """Azure Monitor writes such ids in small letters where others do not."""
    return _id(subscription, "security", f"microsoft.insights/{kind}", name).replace("resourceGroups", "resourcegroups")


def _subscription(subscription: str, name: str, state: str) -> Json:
    return {
        "id": f"/subscriptions/{subscription}",
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": subscription,
        "tenantId": TENANT_ID,
        "displayName": name,
        "state": state,
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "EnterpriseAgreement_2014-09-01",
            "spendingLimit": "Off",
        },
    }


def _setting(name: str, enabled: Sequence[str], **destination: str) -> Json:
    none = dict.fromkeys(("storageAccountId", "serviceBusRuleId", "workspaceId", "eventHubAuthorizationRuleId"))
    logs = [
        {"category": category, "enabled": category in enabled, "retentionPolicy": {"enabled": False, "days": 0}}
        for category in _CATEGORIES
    ]
    return {
        "id": f"/providers/microsoft.aadiam/diagnosticSettings/{name}",
        "type": None,
        "name": name,
        "location": None,
        "kind": None,
        "tags": None,
        "properties": {**none, **destination, "eventHubName": None, "metrics": [], "logs": logs},
        "identity": None,
    }


def _rule(
    subscription: str,
    name: str,
    query: str,
    comparison: Mapping[str, object],
    group: str = "on-call",
    **changed: object,
) -> Json:
    """``changed``: properties that it has otherwise than most."""
    condition = {
        "query": query,
        "timeAggregation": "Count",
        "dimensions": [],
        **comparison,
        "failingPeriods": {"numberOfEvaluationPeriods": 1, "minFailingPeriodsToAlert": 1},
    }
    return {
        "id": _alerts_id(subscription, "scheduledqueryrules", name),
        "name": name,
        "type": "Microsoft.Insights/scheduledQueryRules",
        "location": _LOCATION,
        "tags": {},
        "properties": {
            "createdWithApiVersion": "2023-12-01",
            "displayName": name,
            "description": "",
            "severity": 0,
            "enabled": True,
            "evaluationFrequency": "PT5M",
            "scopes": [_workspace_id(PRODUCTION, "security")],
            "targetResourceTypes": ["Microsoft.OperationalInsights/workspaces"],
            "windowSize": "PT5M",
            "criteria": {"allOf": [condition]},
            "autoMitigate": False,
            "actions": {"actionGroups": [_alerts_id(PRODUCTION, "actiongroups", group)], "customProperties": {}},
            **changed,
        },
    }


_RECEIVERS = (
    "emailReceivers", "smsReceivers", "webhookReceivers", "eventHubReceivers", "itsmReceivers",
    "azureAppPushReceivers", "automationRunbookReceivers", "voiceReceivers", "logicAppReceivers",
    "azureFunctionReceivers", "armRoleReceivers",
)  # fmt: skip


def _group(subscription: str, name: str, short_name: str, receivers: Json) -> Json:
    empty: Json = {kind: [] for kind in _RECEIVERS}
    return {
        "id": _alerts_id(subscription, "actionGroups", name),
        "type": "Microsoft.Insights/ActionGroups",
        "name": name,
        "location": "Global",
        "tags": {},
        "properties": {"groupShortName": short_name, "enabled": True, **empty, **receivers},
    }


def _workspace(subscription: str, name: str, retention: int, capping: Json) -> Json:
    return {
        "id": _workspace_id(subscription, name),
        "name": name,
        "type": "Microsoft.OperationalInsights/workspaces",
        "location": _LOCATION,
        "etag": f'"{guid("etag", name)}"',
        "tags": {"owner": "security"},
        "properties": {
            "customerId": guid("workspace", name),
            "provisioningState": "Succeeded",
            "sku": {"name": "PerGB2018", "lastSkuUpdate": ago(700)},
            "retentionInDays": retention,
            "features": {"enableLogAccessUsingOnlyResourcePermissions": True},
            "workspaceCapping": {**capping, "quotaNextResetTime": ago(-0.5)},
            "publicNetworkAccessForIngestion": "Enabled",
            "publicNetworkAccessForQuery": "Enabled",
            "createdDate": ago(700),
            "modifiedDate": ago(12),
        },
    }
