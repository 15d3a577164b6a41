"""Lists over subscriptions: pages, refusals of some of them, and what the entry of the resource then says."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import pytest

from scanner.collect.arm import AT_ONCE, ArmClient, ArmReader, Subscription, Subscriptions
from scanner.collect.arm_refusal import NAMED
from scanner.collect.auth import StaticTokenCredential
from scanner.collect.plan import Item, make_plan
from scanner.collect.refusal import Broken
from scanner.errors import SignInError
from scanner.model import Outcome
from tests.collect.fake import FakeClock, FakeGraph, Script, run

ARM = "https://management.azure.com"
COLLECTED, DENIED, FAILED = Outcome.COLLECTED, Outcome.DENIED, Outcome.FAILED

Json = dict[str, Any]


def subscription(number: int, state: str = "Enabled") -> Subscription:
    return Subscription(f"{number:08d}-0000-4000-8000-000000000000", f"Subscription {number}", state)


ONE, TWO, THREE = (subscription(number) for number in (1, 2, 3))


def path(one: Subscription, kind: str = "Microsoft.Insights/scheduledQueryRules") -> str:
    return f"/subscriptions/{one.id}/providers/{kind}"


def item(name: str = "scheduledQueryRules") -> Item:
    return make_plan({name: ()})[name]


def page(*records: Json, **more: Any) -> httpx.Response:
    return httpx.Response(200, json={"value": list(records), **more})


def refusal(status: int, code: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
    body = {"error": {"code": code, "message": f"It is {code}."}}
    return httpx.Response(status, json=body, headers=headers)


def rule(name: str) -> Json:
    return {"id": f"/rules/{name}", "name": name}


DENIAL = refusal(403, "AuthorizationFailed")
MISSING = "Microsoft.Insights/scheduledQueryRules/read is not allowed; assign the role Reader on every subscription"


class Reading:
    """One resource read from a scripted Resource Manager."""

    def __init__(
        self, scripts: dict[str, Script], subscriptions: Sequence[Subscription] = (), name: str = "scheduledQueryRules"
    ) -> None:
        self.service = FakeGraph(scripts)
        self.clock = FakeClock()
        self.credential = Recording("t")
        self.records: list[bytes] = []
        self.outcome, self.reason = run(self._read(subscriptions, name))

    async def _read(self, subscriptions: Sequence[Subscription], name: str) -> tuple[Outcome, str]:
        transport = httpx.MockTransport(self.service.handle)
        async with ArmClient(self.credential, ARM, transport=transport, clock=self.clock.clock()) as client:
            reader = ArmReader(client, item(name), subscriptions)
            async for records in reader.records():
                self.records += records
            return reader.outcome()


class Recording(StaticTokenCredential):
    """Remembers what tokens it was asked for."""

    scopes: tuple[str, ...] = ()

    async def get_token(self, *scopes: str, **options: Any) -> Any:
        self.scopes = scopes
        return await super().get_token(*scopes, **options)


def test_every_page_of_every_subscription_is_read_with_a_token_of_its_own() -> None:
    link = f"{ARM}:443{path(ONE)}?api-version=2023-12-01&$skiptoken=a%3D%3D"
    reading = Reading(
        {
            path(ONE): page(rule("a"), nextLink=link),
            path(ONE) + "?api-version=2023-12-01&$skiptoken=a%3D%3D": page(rule("b"), nextLink=""),
            path(TWO): page(nextLink=None),
            path(THREE): page(rule("c")),
        },
        [ONE, TWO, THREE],
    )
    assert reading.records == [b'{"id":"/rules/%b","name":"%b"}' % (name, name) for name in (b"a", b"b", b"c")]
    assert (reading.outcome, reading.reason) == (COLLECTED, "of 3 subscriptions that the identity can see")
    assert all("api-version=2023-12-01" in target for target in reading.service.targets)
    assert reading.credential.scopes == ("https://management.azure.com/.default",)


def test_a_tenant_wide_list_is_one_request() -> None:
    reading = Reading(
        {"/providers/microsoft.aadiam/diagnosticSettings": page({"id": "x"})}, [ONE], "diagnosticSettings"
    )
    assert reading.service.targets == ["/providers/microsoft.aadiam/diagnosticSettings?api-version=2017-04-01"]
    assert (len(reading.records), reading.outcome, reading.reason) == (1, COLLECTED, "")


def test_one_subscription_that_is_denied_is_named_and_the_others_are_read_all_the_same() -> None:
    scripts: dict[str, Script] = {path(ONE): DENIAL, path(TWO): page(rule("b")), path(THREE): page(rule("c"))}
    reading = Reading(scripts, [ONE, TWO, THREE])
    assert reading.outcome is DENIED
    assert reading.reason.startswith(f"1 of 3 subscriptions could not be read, Subscription 1 ({ONE.id}): {MISSING}")
    assert "Azure Resource Manager answered 403 AuthorizationFailed" in reading.reason
    assert len(reading.service.targets) == 3


def test_denials_and_other_failures_are_told_apart_and_both_told() -> None:
    scripts: dict[str, Script] = {path(ONE): DENIAL, path(TWO): refusal(404, "SubscriptionNotFound")}
    reading = Reading({**scripts, path(THREE): DENIAL}, [ONE, TWO, THREE])
    assert reading.outcome is FAILED
    assert f"2 of 3 subscriptions could not be read, Subscription 1 ({ONE.id}), Subscription 3" in reading.reason
    assert f"1 of 3 subscriptions could not be read, Subscription 2 ({TWO.id}): it was listed" in reading.reason


@pytest.mark.parametrize(
    ("reply", "outcome", "words"),
    [
        (refusal(404, "SubscriptionNotFound"), FAILED, "it was listed and then not found; collect again"),
        (refusal(401, "InvalidAuthenticationTokenTenant"), FAILED, "the service does not take the token"),
        (refusal(400, "InvalidApiVersionParameter"), FAILED, "this cloud does not have subscriptions/"),
        (refusal(404, "InvalidResourceType"), FAILED, "in version 2023-12-01"),
        (refusal(409, "SomethingElse"), FAILED, "answered 409 SomethingElse: It is SomethingElse."),
        (
            httpx.Response(403, json={"code": "AuthorizationFailed", "message": "No."}),
            DENIED,
            "AuthorizationFailed: No.",
        ),
        (httpx.Response(302, headers={"Location": "https://evil.example/"}), FAILED, "a redirect"),
        (httpx.Response(200, json={"value": {}}), FAILED, "Azure Resource Manager's answer has another form"),
        (page(rule("a"), nextLink="https://evil.example/next"), FAILED, "a link to another service, 'evil.example'"),
        (page(rule("a"), nextLink=f"{ARM}{path(ONE)}?api-version=2023-12-01"), FAILED, "round in a circle"),
    ],
)
def test_a_list_that_cannot_be_read_whole_is_never_collected(reply: Script, outcome: Outcome, words: str) -> None:
    reading = Reading({path(ONE): reply}, [ONE])
    assert (reading.outcome, reading.records) == (outcome, [])
    assert words in reading.reason


def test_a_tenant_wide_list_that_is_denied_names_its_scope() -> None:
    reading = Reading({"/providers/microsoft.aadiam/diagnosticSettings": DENIAL}, [], "diagnosticSettings")
    assert reading.outcome is DENIED
    assert reading.reason.startswith(
        "microsoft.aadiam/diagnosticSettings/read is not allowed; "
        "assign the role Reader on /providers/Microsoft.aadiam ("
    )


def test_a_subscription_that_does_not_use_the_service_has_nothing_of_it() -> None:
    scripts: dict[str, Script] = {
        path(ONE): refusal(409, "MissingSubscriptionRegistration"),
        path(TWO): page(rule("b")),
    }
    reading = Reading(scripts, [ONE, TWO])
    assert (len(reading.records), reading.outcome) == (1, COLLECTED)
    assert reading.reason == "of 2 subscriptions that the identity can see; 1 of them do not use the service"


def test_a_deleted_subscription_is_passed_over() -> None:
    reading = Reading({path(ONE): page(rule("a"))}, [ONE, subscription(2, "Deleted")])
    assert (reading.outcome, len(reading.service.targets)) == (COLLECTED, 1)
    assert reading.reason == "of 1 subscription that the identity can see; 1 subscription passed over, because deleted"


def test_seeing_no_subscription_is_taken_for_a_missing_role() -> None:
    reading = Reading({"/subscriptions": page()}, [], "subscriptions")
    assert reading.outcome is DENIED
    assert reading.reason.startswith("no subscription is visible: assign the role Reader on every subscription")


def test_throttling_and_faults_that_pass_are_waited_for() -> None:
    throttled = refusal(429, "SubscriptionRequestsThrottled", {"Retry-After": "97"})
    reading = Reading({path(ONE): [throttled, refusal(503, "ServerTimeout"), page(rule("a"))]}, [ONE])
    assert (reading.outcome, len(reading.records)) == (COLLECTED, 1)
    assert reading.clock.sleeps[0] == 97


def test_many_subscriptions_are_asked_a_few_at_a_time_and_a_few_are_named() -> None:
    many = [subscription(number) for number in range(1, 26)]
    under_way, most = 0, 0

    async def work() -> tuple[Outcome, str]:
        async def answer(_request: httpx.Request) -> httpx.Response:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1
            return DENIAL

        transport = httpx.MockTransport(answer)
        async with ArmClient(StaticTokenCredential("t"), ARM, transport=transport) as client:
            reader = ArmReader(client, item(), many)
            assert [records async for records in reader.records()] == [[]] * 25
            return reader.outcome()

    outcome, reason = run(work())
    assert 1 < most <= AT_ONCE
    assert outcome is DENIED
    assert reason.startswith("25 of 25 subscriptions could not be read, Subscription 1 (")
    assert f"and {25 - NAMED} more: {MISSING}" in reason


def test_without_a_token_nothing_more_is_asked() -> None:
    class NoToken(StaticTokenCredential):
        async def get_token(self, *scopes: str, **options: Any) -> Any:
            raise SignInError("No token for Azure.")

    async def work() -> None:
        async with ArmClient(NoToken("t"), ARM, transport=httpx.MockTransport(lambda _: page())) as client:
            [_ async for _ in ArmReader(client, item(), [ONE, TWO]).records()]

    with pytest.raises(SignInError, match="No token for Azure"):
        run(work())


def test_keys_in_addresses_are_withheld() -> None:
    receiver = {"name": "chat", "serviceUri": "https://hooks.example/services/KEY?sig=KEY"}
    group = {"id": "/groups/a", "properties": {"webhookReceivers": [receiver]}}
    reading = Reading({path(ONE, "Microsoft.Insights/actionGroups"): page(group)}, [ONE], "actionGroups")
    assert reading.outcome is COLLECTED
    assert b"KEY" not in reading.records[0]
    assert b'"serviceUri":"https://hooks.example/(withheld)"' in reading.records[0]


def test_subscriptions_are_picked_out_of_their_records() -> None:
    seen = Subscriptions()
    seen.see("subscriptions", [b'{"id":"/x","subscriptionId":"%b","displayName":"T"}' % TWO.id.encode()])
    seen.see("subscriptions", [b'{"id":"/y","subscriptionId":"%b","state":"Deleted"}' % ONE.id.encode()])
    assert seen.all() == (Subscription(ONE.id, None, "Deleted"), Subscription(TWO.id, "T"))


@pytest.mark.parametrize("record", [b"{}", b'{"subscriptionId": 1}', b'{"subscriptionId": "../../x"}'])
def test_a_subscription_of_another_form_is_an_error(record: bytes) -> None:
    with pytest.raises(Broken, match="a subscription has"):
        Subscriptions().see("subscriptions", [record])
