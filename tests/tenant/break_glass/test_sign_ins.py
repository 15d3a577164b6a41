"""Sign-ins of break-glass accounts, and the declared tests that explain them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scanner.tenant.break_glass.declared import BreakGlass, Drill
from tests.tenant.sample import Json, lacking, refused, tenant_of, user, value

FACT = "user.recordedSignIns"
BEGIN, END = datetime(2026, 9, 14, 9, tzinfo=UTC), datetime(2026, 9, 14, 11, tzinfo=UTC)
GLASS = BreakGlass(accounts=("birch@contoso.com",), test_windows=(Drill(BEGIN, END, "half-yearly drill"),))
PEOPLE = [user("birch"), user("ann")]


def entry(time: str | None, code: int | None = 0) -> Json:
    status = None if code is None else {"errorCode": code}
    return {"id": "s", "createdDateTime": time, "appDisplayName": "Portal", "ipAddress": "192.0.2.1", "status": status}


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        ("2026-09-14T09:00:00Z", "half-yearly drill"),
        ("2026-09-14T11:00:00Z", "half-yearly drill"),
        ("2026-09-14T12:30:00+02:00", "half-yearly drill"),
        ("2026-09-14T08:59:59Z", None),
        ("2026-09-14T11:00:01Z", None),
        ("2026-09-14T10:00:00", None),
        (None, None),
    ],
)
def test_a_declared_test_explains_what_happens_in_it(time: str | None, reason: str | None) -> None:
    tenant = tenant_of(GLASS, users=PEOPLE, breakGlassSignIns=[{"id": "birch", "signIns": [entry(time)]}])
    (found,) = value(tenant, FACT, "birch")
    assert found.testReason == reason


@pytest.mark.parametrize(("code", "successful"), [(0, True), (50126, False), (None, True)])
def test_an_attempt_that_failed_is_told_from_a_success(code: int | None, successful: bool) -> None:
    sign_ins = [entry("2026-09-14T09:00:00Z", code)]
    tenant = tenant_of(GLASS, users=PEOPLE, breakGlassSignIns=[{"id": "birch", "signIns": sign_ins}])
    (found,) = value(tenant, FACT, "birch")
    assert (found.successful, found.appDisplayName, found.ipAddress) == (successful, "Portal", "192.0.2.1")


def test_nobody_elses_are_told() -> None:
    tenant = tenant_of(GLASS, users=PEOPLE)
    assert value(tenant, FACT, "ann") == []


@pytest.mark.parametrize(
    "content",
    [
        {"outcomes": {"breakGlassSignIns": refused("unlicensed", "P1")}},
        {"breakGlassSignIns": []},
        {"breakGlassSignIns": [{"id": "birch", "signIns": None}]},
    ],
)
def test_a_log_that_was_not_read_is_unknown(content: Json) -> None:
    assert lacking(tenant_of(GLASS, users=PEOPLE, **content), FACT, "birch") == "breakGlassSignIns"
