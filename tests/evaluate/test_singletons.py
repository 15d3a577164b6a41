"""A list that is not in the one record of a singleton is not an empty list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scanner.model import Status
from tests.evaluate.build import verdict

LIST = "authorizationPolicy.defaultUserRolePermissions.permissionGrantPoliciesAssigned"
EMPTY = f"resource: authorizationPolicy\nassert: size({LIST}) == 0\nmessage: x\n"
OF_TENANT = f"resource: tenant\nassert: tenant.{LIST}.all(name, name == '')\nmessage: x\n"
WANTED = f"resource: authorizationPolicy\nassert: {LIST}.exists(name, name == 'a')\nmessage: x\n"
SELECTED = f"resource: authorizationPolicy\nwhere: size({LIST}) > 0\nassert: now == now\nmessage: x\n"

GAPS: list[dict[str, Any]] = [
    {},
    {"defaultUserRolePermissions": None},
    {"defaultUserRolePermissions": {}},
    {"defaultUserRolePermissions": {"permissionGrantPoliciesAssigned": None}},
]


def settings(**properties: Any) -> dict[str, Any]:
    return {"authorizationPolicy": {"id": "authorizationPolicy", **properties}}


@pytest.mark.parametrize("body", [EMPTY, OF_TENANT, WANTED, SELECTED], ids=["empty", "tenant", "wanted", "where"])
@pytest.mark.parametrize("given", GAPS)
def test_a_list_that_is_not_there_decides_nothing(tmp_path: Path, body: str, given: dict[str, Any]) -> None:
    result = verdict(tmp_path, body, settings(**given))
    assert result.status is Status.UNKNOWN
    (missing,) = result.missing
    assert missing.resource == "authorizationPolicy"
    assert missing.reason == ("property defaultUserRolePermissions.permissionGrantPoliciesAssigned was not collected")


@pytest.mark.parametrize(("body", "status"), [(EMPTY, Status.PASS), (OF_TENANT, Status.PASS), (WANTED, Status.FAIL)])
def test_a_list_that_is_there_and_empty_is_empty(tmp_path: Path, body: str, status: Status) -> None:
    given = settings(defaultUserRolePermissions={"permissionGrantPoliciesAssigned": []})
    assert verdict(tmp_path, body, given).status is status


def test_what_is_certain_without_the_list_fails_all_the_same(tmp_path: Path) -> None:
    body = f"resource: authorizationPolicy\nassert: size({LIST}) == 0 && authorizationPolicy.displayName == 'x'\n"
    assert verdict(tmp_path, body + "message: x\n", settings(displayName="y")).status is Status.FAIL


def test_a_null_that_is_no_list_is_null(tmp_path: Path) -> None:
    body = "resource: authorizationPolicy\nassert: authorizationPolicy.defaultUserRolePermissions.allowedToCreateApps"
    given = settings(defaultUserRolePermissions=None)
    assert verdict(tmp_path, f"{body} == null\nmessage: x\n", given).status is Status.PASS


@pytest.mark.parametrize(
    "body",
    [
        EMPTY,
        OF_TENANT,
        "resource: authorizationPolicy\nassert: authorizationPolicy.displayName == 'x'\nmessage: x\n",
        "resource: tenant\nassert: tenant.authorizationPolicy.displayName != 'x'\nmessage: x\n",
    ],
)
def test_a_singleton_without_a_record_was_not_collected(tmp_path: Path, body: str) -> None:
    result = verdict(tmp_path, body, {"authorizationPolicy": []})
    assert result.status is Status.UNKNOWN
    assert {missing.resource for missing in result.missing} == {"authorizationPolicy"}
