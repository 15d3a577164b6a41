"""Methods that a break-glass account has registered."""

from __future__ import annotations

import pytest

from scanner.tenant.break_glass.declared import BreakGlass
from tests.tenant.sample import Json, lacking, tenant_of, user, value

FACT = "user.registeredMethods"
GLASS = BreakGlass(accounts=("birch@contoso.com",))
PEOPLE = [user("birch"), user("ann")]


@pytest.mark.parametrize(
    ("method", "kind", "is_attested"),
    [
        ({"@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "attestationLevel": "attested"}, "fido2", True),
        ({"@odata.type": "#microsoft.graph.fido2AuthenticationMethod"}, "fido2", False),
        ({"@odata.type": "#microsoft.graph.passwordAuthenticationMethod"}, "password", False),
        ({"@odata.type": "#microsoft.graph.qrCodePinAuthenticationMethod"}, "qrCodePin", False),
        ({"id": "x"}, "unknown", False),
    ],
)
def test_each_method_has_its_kind(method: Json, kind: str, is_attested: bool) -> None:
    tenant = tenant_of(GLASS, users=PEOPLE, breakGlassMethods=[{"id": "birch", "methods": [method]}])
    (found,) = value(tenant, FACT, "birch")
    assert (found.kind, found.isAttested) == (kind, is_attested)


def test_nobody_elses_are_told() -> None:
    assert value(tenant_of(GLASS, users=PEOPLE), FACT, "ann") == []


@pytest.mark.parametrize("rows", [[], [{"id": "birch", "methods": None}]])
def test_methods_that_were_not_read_are_unknown(rows: list[Json]) -> None:
    assert lacking(tenant_of(GLASS, users=PEOPLE, breakGlassMethods=rows), FACT, "birch") == "breakGlassMethods"
    assert lacking(tenant_of(GLASS, users=PEOPLE), FACT, "birch") == "breakGlassMethods"
