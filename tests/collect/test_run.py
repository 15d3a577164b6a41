from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from scanner.collect.auth import StaticTokenCredential
from scanner.collect.graph import GraphClient
from scanner.collect.plan import Needs, make_plan
from scanner.collect.progress import Lines
from scanner.collect.run import Options, collect
from scanner.errors import OutputError, SignInError, TenantlintError
from scanner.model import Outcome
from scanner.snapshot import Entry, Manifest, Snapshot, SnapshotWriter
from tests.collect.fake import GRAPH, FakeClock, FakeGraph, Script, batch, error, page, run

TENANT = {"id": "3f1e0000-0000-4000-8000-000000000001", "displayName": "Contoso"}
ORGANIZATION: dict[str, Script] = {"/v1.0/organization": page(TENANT)}
USER = {"displayName": "U", "userPrincipalName": "u@contoso.example", "userType": "Member"}
DENIED = error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
GROUPS = page({"id": "g1", "displayName": "One"}, {"id": "g2", "displayName": "Two"}, {"id": "g3", "displayName": "3"})


def gather(graph: FakeGraph, needs: Needs, path: Path, options: Options | None = None) -> Manifest:
    async def work() -> Manifest:
        async with graph.client() as client:
            with SnapshotWriter(path) as writer:
                return await collect(client, make_plan(needs), writer, options)

    return run(work())


def entries(
    scripts: Mapping[str, Script], needs: Needs, path: Path, options: Options | None = None
) -> dict[str, Entry]:
    return gather(FakeGraph({**ORGANIZATION, **scripts}), needs, path, options).resources


def records(path: Path, resource: str) -> list[Any]:
    return [json.loads(line) for line in Snapshot.open(path).lines(resource)]


@pytest.fixture
def snap(tmp_path: Path) -> Path:
    return tmp_path / "snap"


def test_a_snapshot_says_whose_it_is_and_when_it_began(snap: Path) -> None:
    manifest = gather(FakeGraph(dict(ORGANIZATION)), {}, snap, Options(cloud="usgov", collected_by="an-app"))
    assert (manifest.tenant_id, manifest.tenant_name) == (TENANT["id"], "Contoso")
    assert (manifest.collected_at, manifest.cloud, manifest.collected_by) == (
        "2026-03-01T08:00:00Z", "usgov", "an-app",
    )  # fmt: skip


def test_pages_become_sorted_records_with_the_request_beside_them(snap: Path) -> None:
    link = f"{GRAPH}/v1.0/users?$skiptoken=1"
    users: dict[str, Script] = {
        "/v1.0/users?$skiptoken=1": page({"id": "a", **USER}),
        "/v1.0/users": page({"id": "c", **USER}, {"id": "b", **USER}, link=link),
    }
    entry = entries(users, {"users": ["userType"]}, snap)["users"]
    assert records(snap, "users") == [{"id": "a", **USER}, {"id": "b", **USER}, {"id": "c", **USER}]
    assert (entry.outcome, entry.reason, entry.records) == (Outcome.COLLECTED, "", 3)
    assert entry.requests == ("GET /v1.0/users?$select=displayName,id,userPrincipalName,userType&$top=999",)


def test_a_singleton_is_one_record(snap: Path) -> None:
    policy = {"@odata.context": f"{GRAPH}/v1.0/$metadata#x", "id": "authorizationPolicy", "allowInvitesFrom": "none"}
    script = {"/v1.0/policies/authorizationPolicy": httpx.Response(200, json=policy)}
    assert entries(script, {"authorizationPolicy": []}, snap)["authorizationPolicy"].records == 1
    assert records(snap, "authorizationPolicy") == [{"id": "authorizationPolicy", "allowInvitesFrom": "none"}]


FAULTS: list[tuple[str, Script, Outcome, str]] = [
    ("permission", DENIED, Outcome.DENIED, "Domain.Read.All is not granted (Graph answered 403"),
    ("licence", error(400, "AadPremiumLicenseRequired"), Outcome.UNLICENSED, "the licence P2 or Governance is missing"),
    ("gone", error(404, "Request_ResourceNotFound"), Outcome.FAILED, "domains does not exist in this tenant or cloud"),
    ("server", error(500, "InternalServerError", "Oops."), Outcome.FAILED, "500 InternalServerError: Oops."),
    ("connection", httpx.ReadError("reset"), Outcome.FAILED, "could not be read from: reset"),
    ("cut", httpx.Response(200, text='{"value": ['), Outcome.FAILED, "is not whole JSON"),
    ("no list", httpx.Response(200, json={}), Outcome.FAILED, "another form than expected"),
    ("no record", page(1), Outcome.FAILED, "record 1 cannot be stored: it is not an object"),
    ("no id", page({"id": "a"}, {"name": "b"}), Outcome.FAILED, "record 2 cannot be stored"),
    ("token", error(401, "InvalidAuthenticationToken"), Outcome.FAILED, "the service no longer takes the token"),
    (
        "second page",
        [page({"id": "a"}, {"id": "b"}, link=f"{GRAPH}/v1.0/domains?$skiptoken=1"), error(400, "Request_BadRequest")],
        Outcome.FAILED,
        "400 Request_BadRequest, after 2 records, which were thrown away",
    ),
    (
        "permission lost",
        [page({"id": "a"}, link=f"{GRAPH}/v1.0/domains?$skiptoken=1"), DENIED],
        Outcome.DENIED,
        "after 1 records, which were thrown away",
    ),
    (
        "circle",
        page({"id": "a"}, link=f"{GRAPH}/v1.0/domains?$skiptoken=1"),
        Outcome.FAILED,
        "go round in a circle",
    ),
    ("elsewhere", page(link="https://example.com/"), Outcome.FAILED, "another service, 'example.com'"),
]


@pytest.mark.parametrize(("script", "outcome", "words"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_what_goes_wrong_is_said_and_the_others_go_on(script: Script, outcome: Outcome, words: str, snap: Path) -> None:
    scripts = {"/v1.0/domains": script, "/v1.0/users": page({"id": "u"})}
    found = entries(scripts, {"domains": ["isVerified"], "users": []}, snap)
    assert found["domains"].outcome is outcome
    assert words in found["domains"].reason
    assert (found["domains"].records, found["domains"].files) == (0, ())
    assert (found["users"].outcome, found["users"].records) == (Outcome.COLLECTED, 1)
    assert not list(snap.glob("domains*"))


# --- properties that need more than the rest -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (error(403, "Authentication_MSGraphPermissionMissing", "AuditLog.Read.All"), "MSGraphPermissionMissing"),
        (error(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant"), "NonPremiumTenantOrB2CTenant"),
    ],
)
def test_a_property_that_is_refused_is_left_out_and_said(refusal: httpx.Response, words: str, snap: Path) -> None:
    def users(request: httpx.Request) -> httpx.Response:
        return refusal if "signInActivity" in str(request.url) else page({"id": "u", "userType": "Guest"})

    entry = entries({"/v1.0/users": users}, {"users": ["signInActivity", "userType"]}, snap)["users"]
    assert entry.outcome is Outcome.COLLECTED
    assert entry.properties == ("id", "userType")
    assert entry.reason.startswith("left out: signInActivity, which needs AuditLog.Read.All and the licence P1 (Graph")
    assert words in entry.reason
    assert len(entry.requests) == 2


def test_a_property_that_is_not_refused_is_kept(snap: Path) -> None:
    users = page({"id": "u", **USER, "signInActivity": {}}, {"id": "v", **USER})
    entry = entries({"/v1.0/users": users}, {"users": ["signInActivity", "userType"]}, snap)["users"]
    assert entry.properties == ("displayName", "id", "signInActivity", "userPrincipalName", "userType")
    assert entry.reason == ""


def test_a_property_that_graph_does_not_know_is_left_out_and_said(snap: Path) -> None:
    def users(request: httpx.Request) -> httpx.Response:
        for name in ("shoeSize", "userType"):
            if name in str(request.url):
                return error(
                    400, "BadRequest", f"Could not find a property named '{name}' on type 'microsoft.graph.user'."
                )
        return page({"id": "u"})

    entry = entries({"/v1.0/users": users}, {"users": ["userType", "shoeSize"]}, snap)["users"]
    assert (entry.outcome, entry.properties, len(entry.requests)) == (Outcome.COLLECTED, ("id",), 3)
    assert entry.reason.startswith("left out: shoeSize, which Graph does not know here (Graph answered 400 BadRequest")
    assert "; left out: userType, which" in entry.reason


@pytest.mark.parametrize("name", ["displayName", "notAskedFor"])
def test_an_unknown_property_that_cannot_be_left_out_fails_the_resource(name: str, snap: Path) -> None:
    refusal = error(400, "BadRequest", f"Could not find a property named '{name}' on type 'microsoft.graph.user'.")
    assert entries({"/v1.0/users": refusal}, {"users": []}, snap)["users"].outcome is Outcome.FAILED


def test_without_the_permission_for_the_rest_the_resource_is_denied(snap: Path) -> None:
    entry = entries({"/v1.0/users": DENIED}, {"users": ["signInActivity"]}, snap)["users"]
    assert entry.outcome is Outcome.DENIED
    assert entry.reason.startswith("User.Read.All is not granted")


def test_an_error_that_is_no_refusal_leaves_nothing_out(snap: Path) -> None:
    graph = FakeGraph({**ORGANIZATION, "/v1.0/users": error(400, "Request_BadRequest")})
    assert gather(graph, {"users": ["signInActivity"]}, snap).resources["users"].outcome is Outcome.FAILED
    assert len(graph.requests) == 2


# --- fan-out ---------------------------------------------------------------------------------------------------------

CA = "/v1.0/identity/conditionalAccess/policies"
POLICY = page({"id": "p", "displayName": "P", "conditions": {"users": {"includeGroups": ["g1"]}}})


def members(request: httpx.Request) -> httpx.Response:
    return batch(
        request,
        lambda url: (
            (404, {"error": {"code": "Request_ResourceNotFound"}})
            if "/g3/" in url
            else (200, {"value": [{"@odata.type": "#microsoft.graph.user", "id": "u1"}]})
        ),
    )


def test_members_are_read_of_the_groups_that_policies_name_and_the_configuration_declares(snap: Path) -> None:
    scripts: dict[str, Script] = {"/v1.0/groups": GROUPS, CA: POLICY, "/v1.0/$batch": members}
    needs = {"groupMembers": ["members"], "conditionalAccessPolicies": ["conditions"]}
    entry = entries(scripts, needs, snap, Options(groups=("two",)))["groupMembers"]
    assert [record["id"] for record in records(snap, "groupMembers")] == ["g1", "g2"]
    assert entry.requests == ("POST /v1.0/$batch of GET /v1.0/groups/{id}/members?$select=id&$top=999",)
    assert (entry.reason, entry.properties) == ("", ("id", "members"))


def test_without_groups_to_ask_for_nothing_is_asked(snap: Path) -> None:
    entry = entries({"/v1.0/groups": GROUPS}, {"groupMembers": []}, snap)["groupMembers"]
    assert (entry.outcome, entry.records, entry.requests) == (Outcome.COLLECTED, 0, ())


def test_a_group_deleted_meanwhile_is_left_out_and_said(snap: Path) -> None:
    scripts: dict[str, Script] = {"/v1.0/groups": GROUPS, "/v1.0/$batch": members}
    entry = entries(scripts, {"groupMembers": []}, snap, Options(groups=("g1", "g3")))["groupMembers"]
    assert (entry.outcome, entry.records) == (Outcome.COLLECTED, 1)
    assert entry.reason == "1 of the groups asked for no longer exist"


def test_without_parents_there_is_no_list_and_the_reason_is_theirs(snap: Path) -> None:
    entry = entries({"/v1.0/groups": DENIED}, {"groupMembers": []}, snap)["groupMembers"]
    assert entry.outcome is Outcome.DENIED
    assert entry.reason.startswith("it needs groups, which is denied: GroupMember.Read.All is not granted")


def test_what_could_not_name_groups_is_said_and_the_rest_is_read(snap: Path) -> None:
    eligible = "/v1.0/roleManagement/directory/roleEligibilityScheduleInstances"
    scripts: dict[str, Script] = {
        "/v1.0/groups": GROUPS, CA: POLICY, "/v1.0/$batch": members,
        eligible: error(400, "AadPremiumLicenseRequired"),
    }  # fmt: skip
    needs = dict.fromkeys(("groupMembers", "conditionalAccessPolicies", "roleEligibilityScheduleInstances"), ())
    entry = entries(scripts, needs, snap)["groupMembers"]
    assert (entry.outcome, entry.records) == (Outcome.COLLECTED, 1)
    assert entry.reason == "without those that roleEligibilityScheduleInstances names, which is unlicensed"


def test_a_list_that_is_refused_fails_the_resource(snap: Path) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        return batch(request, lambda _: (403, {"error": {"code": "Authorization_RequestDenied", "message": ""}}))

    scripts: dict[str, Script] = {"/v1.0/groups": GROUPS, "/v1.0/$batch": refuse}
    entry = entries(scripts, {"groupMembers": []}, snap, Options(groups=("g1",)))["groupMembers"]
    assert entry.outcome is Outcome.DENIED


# --- the first request, and the end of a run -------------------------------------------------------------------------


def test_a_tenant_that_does_not_let_itself_be_named_is_collected_all_the_same(snap: Path) -> None:
    graph = FakeGraph({"/v1.0/organization": DENIED, "/v1.0/users": page({"id": "u"})})
    manifest = gather(graph, {"users": []}, snap, Options(tenant_id="from-the-sign-in"))
    assert (manifest.tenant_id, manifest.tenant_name) == ("from-the-sign-in", "")
    assert manifest.resources["organization"].outcome is Outcome.DENIED
    assert manifest.resources["users"].records == 1


def test_a_name_that_is_no_text_is_no_name(snap: Path) -> None:
    manifest = gather(FakeGraph({"/v1.0/organization": page({"id": "t", "displayName": 5})}), {}, snap)
    assert (manifest.tenant_id, manifest.tenant_name) == ("", "")


@pytest.mark.parametrize(
    ("first", "kind", "words"),
    [
        (httpx.ConnectError("Name or service not known"), TenantlintError, "Check the network, the proxy"),
        (error(401, "InvalidAuthenticationToken", "Invalid audience."), SignInError, "does not take the token"),
    ],
)
def test_a_first_request_that_cannot_work_ends_the_run(
    first: Script, kind: type[TenantlintError], words: str, snap: Path
) -> None:
    with pytest.raises(kind, match=words):
        gather(FakeGraph({"/v1.0/organization": first}), {"users": []}, snap)
    assert list(snap.parent.iterdir()) == []


class FailingCredential(StaticTokenCredential):
    """Signs in for the first ``good`` tokens only."""

    def __init__(self, good: int) -> None:
        super().__init__("a-token")
        self._good = good

    async def get_token(self, *scopes: str, **options: Any) -> Any:
        self._good -= 1
        if self._good < 0:
            raise SignInError("Sign-in failed: AADSTS700024: the assertion has expired.")
        return await super().get_token(*scopes, **options)


@pytest.mark.parametrize("good", [0, 1, 2])
def test_a_sign_in_that_fails_later_fails_what_is_not_read_yet(good: int, snap: Path) -> None:
    link = f"{GRAPH}/v1.0/users?$skiptoken=1"
    graph = FakeGraph({**ORGANIZATION, "/v1.0/users": page({"id": "u"}, link=link)})

    async def work() -> Manifest:
        async with GraphClient(
            FailingCredential(good), transport=httpx.MockTransport(graph.handle), clock=FakeClock().clock()
        ) as client:
            with SnapshotWriter(snap) as writer:
                return await collect(client, make_plan({"users": []}), writer)

    if good == 0:
        with pytest.raises(SignInError, match="AADSTS700024"):
            run(work())
        return
    entry = run(work()).resources["users"]
    assert entry.outcome is Outcome.FAILED
    assert entry.reason.startswith("Sign-in failed: AADSTS700024")
    assert ("after 1 records" in entry.reason) == (good == 2)


def test_a_disk_that_cannot_be_written_ends_the_run_and_leaves_nothing(snap: Path) -> None:
    def users(request: httpx.Request) -> httpx.Response:
        for folder in snap.parent.glob(".snap.*"):
            (folder / "users-0001.jsonl").mkdir()
        return page({"id": "u"})

    with pytest.raises(OutputError, match="cannot be written"):
        gather(FakeGraph({**ORGANIZATION, "/v1.0/users": users}), {"users": [], "domains": []}, snap)
    assert list(snap.parent.iterdir()) == []


# --- at the same time ------------------------------------------------------------------------------------------------

MANY = ["domains", "users", "groups", "servicePrincipals", "applications", "namedLocations", "roleDefinitions"]


async def _gather_slowly(path: Path, concurrency: int, delays: dict[str, int]) -> tuple[Manifest, int]:
    """A collection whose answers take as many turns of the loop as ``delays`` say; most requests at once."""
    busy = most = 0

    async def handle(request: httpx.Request) -> httpx.Response:
        nonlocal busy, most
        busy, name = busy + 1, request.url.path.split("/")[-1]
        most = max(most, busy)
        for _ in range(delays.get(name, 3)):
            await asyncio.sleep(0)
        busy -= 1
        record = TENANT if name == "organization" else {"id": "b"}
        return httpx.Response(200, json={"value": [record, {"id": "a"}]})

    async with GraphClient(
        StaticTokenCredential("t"), transport=httpx.MockTransport(handle), clock=FakeClock().clock()
    ) as client:
        with SnapshotWriter(path) as writer:
            plan = make_plan(dict.fromkeys(MANY, ()))
            manifest = await collect(client, plan, writer, Options(concurrency=concurrency))
    return manifest, most


@pytest.mark.parametrize("concurrency", [1, 3])
def test_no_more_requests_are_under_way_than_allowed(concurrency: int, snap: Path) -> None:
    _, most = run(_gather_slowly(snap, concurrency, {}))
    assert most == concurrency


def test_the_snapshot_does_not_depend_on_the_order_of_answers(tmp_path: Path) -> None:
    quick, slow = tmp_path / "quick", tmp_path / "slow"
    run(_gather_slowly(quick, 6, {}))
    run(_gather_slowly(slow, 2, {name: 40 - 5 * number for number, name in enumerate(MANY)}))
    files = sorted(path.name for path in quick.iterdir())
    assert files == sorted(path.name for path in slow.iterdir())
    assert all((quick / name).read_bytes() == (slow / name).read_bytes() for name in files)


def test_progress_is_told_of_every_resource(snap: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import sys

    graph = FakeGraph({**ORGANIZATION, "/v1.0/users": page({"id": "u", **USER}), "/v1.0/domains": DENIED})

    async def work() -> None:
        with Lines(sys.stderr) as progress:
            async with graph.client() as client:
                with SnapshotWriter(snap) as writer:
                    await collect(client, make_plan({"users": [], "domains": []}), writer, progress=progress)

    run(work())
    lines = capsys.readouterr().err.splitlines()
    assert {"organization: 1 record", "users: 1 record"} < set(lines)
    assert any(line.startswith("domains: denied - Domain.Read.All is not granted") for line in lines)


def test_no_token_is_written_anywhere(snap: Path, caplog: pytest.LogCaptureFixture) -> None:
    graph = FakeGraph({**ORGANIZATION, "/v1.0/users": [error(401, "x"), page({"id": "u"})], "/v1.0/domains": DENIED})

    async def work() -> None:
        async with graph.client(token="hush-hush") as client:
            with SnapshotWriter(snap) as writer:
                await collect(client, make_plan({"users": [], "domains": []}), writer)

    with caplog.at_level("DEBUG"):
        run(work())
    assert "hush-hush" in graph.requests[0].headers["authorization"]
    assert "hush-hush" not in caplog.text
    assert not any(b"hush-hush" in path.read_bytes() for path in snap.iterdir())
