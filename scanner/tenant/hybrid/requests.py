"""The requests to Microsoft Graph that set or clear an immutable id, as an administrator can send them.

https://learn.microsoft.com/graph/api/user-update
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote

GRAPH: Mapping[str, str] = {
    "us-government": "https://graph.microsoft.us",
    "us-dod": "https://dod-graph.microsoft.us",
    "china": "https://microsoftgraph.chinacloudapi.cn",
    "custom": "",
}
"""Where Graph is in a cloud by its name in a manifest; elsewhere it is at ``graph.microsoft.com``. Of a custom cloud
the request is told without the host: https://learn.microsoft.com/graph/deployments"""


def set_immutable_id(cloud: str, user: str, value: str | None) -> str:
    """The request that gives the user with the id ``user`` this immutable id, or none."""
    host = GRAPH.get(cloud, "https://graph.microsoft.com")
    return f"PATCH {host}/v1.0/users/{quote(user, safe='')} {json.dumps({'onPremisesImmutableId': value})}"
