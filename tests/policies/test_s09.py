"""S9, DeletingCloudOnlyObjectNotAllowed: accounts of the demo tenant with an immutable id that nobody needs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.demo.contoso.people import user_id
from scanner.demo.run import open_demo
from scanner.workflow import scan_snapshot
from tests.policies.conftest import DemoScan


def test_the_orphan_is_named_with_the_request_that_clears_its_id(demo: DemoScan) -> None:
    [(name, message)] = demo.findings("immutable-ids-not-orphaned").items()
    assert name == "restored.account01@contoso.example"
    assert message.endswith(f'To clear it: PATCH /v1.0/users/{user_id("orphan")} {{"onPremisesImmutableId": null}}')


def test_the_account_that_the_next_synchronisation_takes_over_is_none(demo: DemoScan) -> None:
    assert "former.employee05@contoso.example" not in demo.findings("immutable-ids-not-orphaned")


def test_the_deleted_user_with_the_same_id_is_named_beside_the_active_one(demo: DemoScan) -> None:
    [(name, message)] = demo.findings("deleted-users-share-no-immutable-id").items()
    assert name == "restored.account01@contoso.onmicrosoft.com"
    assert f"restored.account01@contoso.example ({user_id('orphan')})" in message


@pytest.mark.parametrize(
    ("synchronised", "request_"),
    [
        (True, "DELETE /v1.0/directory/deletedItems/d"),
        (False, 'PATCH /v1.0/users/a {"onPremisesImmutableId": null}'),
    ],
)
def test_of_two_with_the_same_id_that_of_the_synchronised_one_stays(
    tmp_path: Path, synchronised: bool, request_: str
) -> None:
    """Entra refuses to change the id of a synchronised user, and the next cycle would write it again."""
    active = {"id": "a", "userPrincipalName": "a@contoso.com", "onPremisesSyncEnabled": synchronised}
    deleted = {"id": "d", "userPrincipalName": "d@contoso.com"}
    shared = {"onPremisesImmutableId": "mGx6ydjeLEe/toftN9Mk9Q=="}
    content = {
        "organization": [{"id": "o", "onPremisesSyncEnabled": True}],
        "users": [{**active, **shared}],
        "deletedUsers": [{**deleted, **shared}],
    }
    path = tmp_path / "snapshot.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    scan = scan_snapshot(open_demo(), path)
    (result,) = (one for one in scan.results if one.policy.id == "deleted-users-share-no-immutable-id")
    (finding,) = result.findings
    assert finding.message.endswith(f"To clear it: {request_}")


def test_provisioning_errors_are_named_with_the_account(demo: DemoScan) -> None:
    [message] = demo.findings("users-sync-without-errors").values()
    assert user_id("staff-010") in message
