from __future__ import annotations

from pathlib import Path

import pytest

from scanner.collect.graph import Request
from scanner.collect.meter import Meter
from scanner.collect.pages import parse_page
from scanner.collect.plan import make_plan
from scanner.collect.run import Options, collect
from scanner.snapshot import Manifest, SnapshotWriter
from tests.collect.fake import FakeGraph, Script, batch, error, page, run

ORGANIZATION: dict[str, Script] = {"/v1.0/organization": page({"id": "t", "displayName": "Contoso"})}


def collected(scripts: dict[str, Script], needs: dict[str, tuple[str, ...]], path: Path) -> Manifest:
    async def work() -> Manifest:
        async with FakeGraph({**ORGANIZATION, **scripts}).client() as client:
            with SnapshotWriter(path / "snap") as writer:
                return await collect(client, make_plan(needs), writer, Options(groups=("g1", "g2")))

    return run(work())


@pytest.mark.parametrize(
    ("headers", "units"),
    [
        ([{}], 2),
        ([{"x-ms-resource-unit": "7"}], 7),
        ([{"x-ms-resource-unit": "7"}, {}, {"x-ms-resource-unit": "1"}], 10),
        ([{"x-ms-resource-unit": "-1"}, {"x-ms-resource-unit": "many"}, {"x-ms-resource-unit": ""}], 6),
    ],
)
def test_what_an_answer_says_it_cost_goes_before_what_is_expected(headers: list[dict[str, str]], units: int) -> None:
    meter = Meter()
    for one in headers:
        meter.answered("users", one)
    assert meter.of("users").units(2) == units
    assert meter.of("groups").units(2) == 0


def test_every_request_is_counted_for_its_resource() -> None:
    async def work() -> tuple[int, int]:
        graph = FakeGraph({"/v1.0/users": [error(503, "x"), page({"id": "u"})], "/v1.0/groups": page()})
        async with graph.client() as client:
            for name in ("users", "groups"):
                await client.read(Request(f"/v1.0/{name}", name), parse_page)
            return client.meter.of("users").sent, client.meter.of("groups").sent

    assert run(work()) == (2, 1)


def test_the_manifest_says_what_each_resource_cost(tmp_path: Path) -> None:
    told = page({"id": "u"})
    told.headers["x-ms-resource-unit"] = "9"
    scripts: dict[str, Script] = {
        "/v1.0/users": [error(429, "TooManyRequests", headers={"Retry-After": "2"}), told],
        "/v1.0/groups": page({"id": "g1"}, {"id": "g2"}),
        "/v1.0/roleManagement/directory/roleDefinitions": page({"id": "r"}),
        "/v1.0/domains": error(403, "Authorization_RequestDenied"),
        "/v1.0/$batch": lambda request: batch(request, lambda _: (200, {"value": []})),
    }
    needs: dict[str, tuple[str, ...]] = dict.fromkeys(("users", "groupMembers", "roleDefinitions", "domains"), ())
    resources = collected(scripts, needs, tmp_path).resources
    assert {name: (entry.sent, entry.units) for name, entry in resources.items()} == {
        "organization": (1, 1),
        "users": (2, 10),  # 1 for what was throttled, 9 as the answer said
        "groups": (1, 1),
        "groupMembers": (1, 4),  # one batch of two requests of 3 units, less 1 each for $select
        "roleDefinitions": (1, None),
        "domains": (1, 1),
    }
    assert resources["users"].seconds == 2.0
