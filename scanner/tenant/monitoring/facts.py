"""Facts about monitoring."""

from __future__ import annotations

from scanner.tenant.base import Fact
from scanner.tenant.monitoring.chain import ALERT_READS, SignInAlert, receives_sign_in_logs, sign_in_alert
from scanner.tenant.monitoring.rows import SETTINGS

FACTS: tuple[Fact, ...] = (
    Fact(
        owner="user",
        name="signInAlert",
        returns=SignInAlert | None,
        description="Whether somebody is told within minutes when this break-glass account signs in successfully: "
        "diagnostic setting, workspace, alert rule, its query read by its meaning, schedule, threshold, action group, "
        "receiver. Absent for anybody else. Unknown where tenantlint cannot tell what the query selects, or where a "
        "part lies in a subscription that was not seen.",
        build=sign_in_alert,
        reads=ALERT_READS,
        uses=("user.isBreakGlass",),
    ),
    Fact(
        owner="azureWorkspace",
        name="receivesSignInLogs",
        returns=bool,
        description="A diagnostic setting of the tenant sends SignInLogs to this workspace.",
        build=receives_sign_in_logs,
        reads=(SETTINGS,),
    ),
)
