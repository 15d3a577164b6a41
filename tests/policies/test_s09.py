"""S9, DeletingCloudOnlyObjectNotAllowed: accounts of the demo tenant with an immutable id that nobody needs."""

from __future__ import annotations

from scanner.demo.contoso.people import user_id
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


def test_provisioning_errors_are_named_with_the_account(demo: DemoScan) -> None:
    [message] = demo.findings("users-sync-without-errors").values()
    assert user_id("staff-010") in message
