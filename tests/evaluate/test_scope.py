"""How records reach policies: once, in order, in chunks, with what the snapshot lacks made known where it is read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scanner.errors import SnapshotError
from scanner.evaluate.engine import evaluate
from scanner.evaluate.scope import CHUNK
from scanner.model import Outcome, Result, Scan, Status
from scanner.policy.vocabulary import vocabulary
from scanner.policy.waivers import Declarations
from scanner.snapshot import Header, Snapshot, SnapshotWriter
from tests.evaluate.build import policies, scan, verdict

ENABLED = "resource: users\nassert: user.accountEnabled == true\nmessage: x\n"
NOT_ENABLED = "resource: users\nrequire: none\nassert: user.accountEnabled == true\nmessage: x\n"


class Counting(Snapshot):
    """A snapshot that counts how often each resource is read, and how many of its records."""

    def __init__(self, content: dict[str, Any]) -> None:
        whole = Snapshot.of({"collectedAt": "2026-11-01T06:00:00Z", **content})
        super().__init__(whole.manifest, whole._store, whole.origin)
        self.passes = Counter[str]()
        self.records = Counter[str]()

    def lines(self, resource: str) -> Iterator[bytes]:
        self.passes[resource] += 1
        for line in super().lines(resource):
            self.records[resource] += 1
            yield line


def counted(folder: Path, content: dict[str, Any], **bodies: str) -> tuple[Counting, Scan]:
    snapshot = Counting(content)
    return snapshot, evaluate(policies(folder, **bodies), snapshot, vocabulary().types, Declarations())


def users(number: int, **properties: Any) -> list[dict[str, Any]]:
    return [{"id": f"u{index:05}", "accountEnabled": index % 3 != 0, **properties} for index in range(number)]


# --- one pass --------------------------------------------------------------------------------------------------------


def test_a_resource_is_read_once_for_all_its_policies(tmp_path: Path) -> None:
    snapshot, outcome = counted(
        tmp_path,
        {"users": users(2500), "groups": [{"id": "g"}]},
        one=ENABLED,
        two=NOT_ENABLED,
        three="resource: users\nrequire: any\nassert: user.city == 'Utrecht'\nmessage: x\n",
        four="resource: groups\nassert: group.displayName == null\nmessage: x\n",
    )
    assert snapshot.passes == {"users": 1, "groups": 1}
    assert snapshot.records == {"users": 2500, "groups": 1}
    assert [(result.policy.id, result.considered) for result in outcome.results] == [
        ("four", 1),
        ("one", 2500),
        ("three", 2500),
        ("two", 2500),
    ]


def test_small_resources_are_read_once_whatever_the_number_of_records_and_policies(tmp_path: Path) -> None:
    many = "resource: users\nassert: tenant.domains.exists(d, d.id == user.city)\nmessage: '{size(tenant.domains)}'\n"
    content = {"users": users(20, city="a.example"), "domains": [{"id": "a.example"}]}
    snapshot, outcome = counted(tmp_path, content, one=many, two=many)
    assert snapshot.passes == {"users": 1, "domains": 1}
    assert {result.status for result in outcome.results} == {Status.PASS}


def test_facts_that_nothing_reads_are_not_computed(tmp_path: Path) -> None:
    content = {"users": users(3), "groups": [{"id": "g"}], "roleAssignments": [], "conditionalAccessPolicies": []}
    snapshot, _ = counted(tmp_path, content, one=ENABLED)
    assert snapshot.passes == {"users": 1}


def test_a_resource_without_policies_is_not_read(tmp_path: Path) -> None:
    snapshot, _ = counted(tmp_path, {"users": users(3)}, one="resource: domains\nassert: domain.id != ''\nmessage: x\n")
    assert snapshot.passes == {}


# --- chunks and order ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_no_record_is_lost_between_two_chunks(tmp_path: Path, number: int) -> None:
    records = users(number)
    result = verdict(tmp_path, ENABLED, {"users": records})
    assert result.considered == number
    expected = [record["id"] for record in records if not record["accountEnabled"]]
    assert [finding.record.id for finding in result.findings] == expected


def test_a_record_of_an_odd_form_does_not_disturb_the_order_of_the_others(tmp_path: Path) -> None:
    records = [{**record, "city": 17} if record["id"] == "u00003" else record for record in users(7)]
    content = {"users": records}
    reading = "resource: users\nassert: user.city == null\nmessage: x\n"
    ignores, reads = scan(tmp_path, content, reads=reading, ignores=ENABLED).results
    assert [finding.record.id for finding in ignores.findings] == ["u00000", "u00003", "u00006"]
    assert [unjudged.record.id for unjudged in reads.unjudged] == ["u00003"]
    assert reads.considered == ignores.considered == 7


def test_results_are_the_same_every_time_and_ordered_by_policy(tmp_path: Path) -> None:
    records = users(10)
    first, second = (
        scan(tmp_path, {"users": given}, c=ENABLED, a=NOT_ENABLED, b=ENABLED) for given in (records, records[::-1])
    )
    assert first == second
    assert [result.policy.id for result in first.results] == ["a", "b", "c"]


def test_the_order_in_which_policies_are_given_does_not_matter(tmp_path: Path) -> None:
    given = policies(tmp_path, one=ENABLED, two=NOT_ENABLED, three="license: P2\n" + ENABLED)
    snapshot = Snapshot.of({"collectedAt": "2026-11-01T06:00:00Z", "users": users(4), "subscribedSkus": []})
    types = vocabulary().types
    there = evaluate(given, snapshot, types, Declarations())
    assert evaluate(given[::-1], snapshot, types, Declarations()) == there


# --- what expressions see --------------------------------------------------------------------------------------------


def test_a_singleton_of_the_tenant_is_one_record(tmp_path: Path) -> None:
    body = "resource: tenant\nassert: tenant.authorizationPolicy.allowInvitesFrom == 'none'\nmessage: x\n"
    for content, status in (
        ({"authorizationPolicy": {"allowInvitesFrom": "none"}}, Status.PASS),
        ({"authorizationPolicy": {"allowInvitesFrom": "everyone"}}, Status.FAIL),
        ({"authorizationPolicy": []}, Status.FAIL),
        ({}, Status.UNKNOWN),
    ):
        assert verdict(tmp_path, body, content).status is status


def test_the_tenants_own_name_stands_in_findings_about_it(tmp_path: Path) -> None:
    body = "resource: tenant\nassert: size(tenant.domains) > 1\nmessage: x\n"
    content = {"tenant": {"id": "t-1", "displayName": "Contoso"}, "domains": []}
    (finding,) = verdict(tmp_path, body, content).findings
    assert (finding.record.resource, finding.record.id, finding.record.name) == ("tenant", "t-1", "Contoso")


def test_parameters_and_the_time_are_those_of_the_policy_and_the_snapshot(tmp_path: Path) -> None:
    body = (
        "params: {days: {type: duration, default: 30d, description: Age.}, towns: {type: strings, default: [Utrecht], "
        "description: Towns.}}\n"
        "resource: users\nwhere: user.city in params.towns\nassert: user.createdDateTime > now - params.days\n"
        "message: '{now} {params.days} {params.towns}'\n"
    )
    content = {
        "users": [
            {"id": "new", "city": "Utrecht", "createdDateTime": "2026-10-15T00:00:00Z"},
            {"id": "old", "city": "Utrecht", "createdDateTime": "2026-09-15T00:00:00Z"},
            {"id": "far", "city": "Delft", "createdDateTime": "2020-09-15T00:00:00Z"},
        ]
    }
    result = verdict(tmp_path, body, content)
    (finding,) = result.findings
    assert (result.considered, finding.record.id) == (2, "old")
    assert finding.message == "2026-11-01 06:00 UTC 30 days, 0:00:00 Utrecht"


def test_a_snapshot_without_a_time_is_judged_now(tmp_path: Path) -> None:
    body = "resource: users\nassert: user.createdDateTime < now\nmessage: x\n"
    content = {"collectedAt": "", "users": [{"id": "a", "createdDateTime": "2026-01-01T00:00:00Z"}]}
    assert verdict(tmp_path, body, content).status is Status.PASS


@pytest.mark.parametrize("text", ["2026-11-01t06:00:00z", "2026-11-01T06:00:00.1234567Z", "2026-11-01T08:00:00+02:00"])
def test_every_way_to_write_a_time_that_a_snapshot_may_have_is_understood(tmp_path: Path, text: str) -> None:
    body = "resource: users\nassert: now.getHours() == 6\nmessage: '{now}'\n"
    assert verdict(tmp_path, body, {"collectedAt": text, "users": [{"id": "a"}]}).status is Status.PASS


def test_a_time_that_no_clock_can_show_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="snapshot: was not collected at 0001-01-01T00:00:00"):
        verdict(tmp_path, ENABLED, {"collectedAt": "0001-01-01T00:00:00+14:00", "users": []})


# --- what is missing -------------------------------------------------------------------------------------------------


HEADER = Header("t", "Contoso", "2026-11-01T06:00:00Z", "1", "global")


def collected(
    folder: Path, header: dict[str, str] | None = None, /, **resources: tuple[list[dict[str, Any]], list[str]]
) -> Path:
    """A snapshot folder: resources with their records and the properties that were asked for."""
    path = folder / "snapshot"
    with SnapshotWriter(path, force=True) as writer:
        for name, (records, asked) in resources.items():
            resource = writer.resource(name, "id", ["id", *asked])
            for record in records:
                resource.add(json.dumps(record).encode())
            resource.close(Outcome.COLLECTED)
        writer.finish(msgspec.structs.replace(HEADER, **(header or {})))
    return path


def judged(folder: Path, path: Path, body: str) -> Result:
    (result,) = evaluate(policies(folder, a_rule=body), Snapshot.open(path), vocabulary().types, Declarations()).results
    return result


LOCATIONS: list[dict[str, Any]] = [
    {"id": "a", "@odata.type": "#microsoft.graph.ipNamedLocation", "isTrusted": True},
    {"id": "b", "@odata.type": "#microsoft.graph.countryNamedLocation"},
]


def test_the_type_of_a_record_is_there_although_nobody_can_ask_for_it(tmp_path: Path) -> None:
    body = (
        "resource: namedLocations\nwhere: namedLocation.odataType == '#microsoft.graph.ipNamedLocation'\n"
        "assert: namedLocation.isTrusted == true\nmessage: x\n"
    )
    path = collected(tmp_path, namedLocations=(LOCATIONS, ["isTrusted"]))
    result = judged(tmp_path, path, body)
    assert (result.status, result.considered) == (Status.PASS, 1)


def test_a_property_that_was_not_collected_makes_unknown_what_depends_on_it(tmp_path: Path) -> None:
    body = "resource: users\nassert: user.accountEnabled == true && user.city == 'Utrecht'\nmessage: x\n"
    path = collected(tmp_path, users=([{"id": "a", "accountEnabled": True}], ["accountEnabled"]))
    result = judged(tmp_path, path, body)
    assert result.status is Status.UNKNOWN
    assert [(one.resource, one.reason) for one in result.missing] == [("users", "property city was not collected")]
    assert [unjudged.record.id for unjudged in result.unjudged] == ["a"]
    disabled = collected(tmp_path, users=([{"id": "a", "accountEnabled": False}], ["accountEnabled"]))
    assert judged(tmp_path, disabled, body).status is Status.FAIL


def test_a_property_of_a_small_resource_that_was_not_collected_is_not_taken_for_absent(tmp_path: Path) -> None:
    body = "resource: users\nassert: tenant.domains.all(d, d.isDefault != true)\nmessage: x\n"
    path = collected(tmp_path, users=([{"id": "a"}], []), domains=([{"id": "a.example"}], []))
    result = judged(tmp_path, path, body)
    assert result.status is Status.UNKNOWN
    assert result.missing[0].reason == "property isDefault was not collected"


def test_what_only_the_message_reads_may_be_missing(tmp_path: Path) -> None:
    body = ENABLED.replace("message: x", "message: '{user.city} {size(tenant.domains)}'")
    path = collected(tmp_path, users=([{"id": "a", "accountEnabled": True}], ["accountEnabled"]))
    assert judged(tmp_path, path, body).status is Status.PASS
    path = collected(tmp_path, users=([{"id": "a", "accountEnabled": False}], ["accountEnabled"]))
    result = judged(tmp_path, path, body)
    assert result.status is Status.FAIL
    assert result.findings[0].message.startswith("(users: property city was not collected) (domains: not collected")


def test_an_odd_value_in_a_small_resource_is_an_error_that_names_record_and_property(tmp_path: Path) -> None:
    body = "resource: users\nassert: tenant.domains.all(d, d.isDefault == true)\nmessage: x\n"
    content = {"users": [{"id": "a"}], "domains": [{"id": "a.example", "isDefault": "perhaps"}]}
    result = verdict(tmp_path, body, content)
    assert result.status is Status.ERROR
    assert "a.example" in result.unjudged[0].reason
    assert "isDefault" in result.unjudged[0].reason


HOLDINGS = "resource: roleHoldings\nassert: holding.assignment != 'permanent'\nmessage: '{holding.roleName}'\n"
ROLE = {"id": "r1", "templateId": "r1", "displayName": "A role", "isBuiltIn": True}
ASSIGNED = {"id": "x", "principalId": "u1", "roleDefinitionId": "r1", "directoryScopeId": "/"}


def roles(**more: Any) -> dict[str, Any]:
    """A tenant whose roles are read whole, one assignment to one user among them."""
    empty = ("groups", "servicePrincipals", "roleAssignmentScheduleInstances", "roleEligibilityScheduleInstances")
    return {
        **{name: [] for name in (*empty, "groupMembers")},
        "users": [{"id": "u1", "displayName": "Ann"}],
        "roleDefinitions": [ROLE],
        "roleAssignments": [ASSIGNED],
        **more,
    }


def without(content: dict[str, Any], name: str, permission: str) -> dict[str, Any]:
    rest = {key: value for key, value in content.items() if key != name}
    return {**rest, "outcomes": {name: {"outcome": "denied", "reason": permission}}}


def test_a_derived_resource_that_is_incomplete_can_fail_and_cannot_pass(tmp_path: Path) -> None:
    cut = without(roles(), "roleEligibilityScheduleInstances", "RoleEligibilitySchedule.Read.Directory")
    failed = verdict(tmp_path, HOLDINGS, cut)
    assert failed.status is Status.FAIL
    assert [finding.message for finding in failed.findings] == ["A role"]
    for body in (HOLDINGS.replace("!=", "=="), HOLDINGS.replace("resource:", "require: none\nresource:")):
        unknown = verdict(tmp_path, body, cut)
        assert unknown.status is Status.UNKNOWN
        assert "RoleEligibilitySchedule.Read.Directory" in unknown.summary


def test_a_derived_resource_is_complete_when_all_it_is_made_of_is(tmp_path: Path) -> None:
    assert verdict(tmp_path, HOLDINGS.replace("!=", "=="), roles()).status is Status.PASS


def test_too_few_of_what_may_be_more_is_not_certain(tmp_path: Path) -> None:
    body = HOLDINGS.replace("resource:", "require: {min: 5}\nresource:").replace("!=", "==")
    assert verdict(tmp_path, body, roles()).status is Status.FAIL
    cut = without(roles(), "roleEligibilityScheduleInstances", "RoleEligibilitySchedule.Read.Directory")
    assert verdict(tmp_path, body, cut).status is Status.UNKNOWN


# --- tampering -------------------------------------------------------------------------------------------------------


def test_a_file_that_facts_read_in_part_is_checked_to_its_end(tmp_path: Path) -> None:
    body = "resource: users\nassert: user.registration.methodsRegistered.exists(m, m == 'fido2')\nmessage: x\n"
    registered = [{"id": name, "methodsRegistered": ["fido2"]} for name in ("a", "b", "c")]
    path = collected(tmp_path, users=([{"id": "a"}], []), userRegistrationDetails=(registered, ["methodsRegistered"]))
    assert judged(tmp_path, path, body).status is Status.PASS
    file = path / "userRegistrationDetails.jsonl"
    file.write_bytes(file.read_bytes().replace(b"fido2", b"email", 1))
    with pytest.raises(SnapshotError, match=r"userRegistrationDetails\.jsonl: was changed after collection"):
        judged(tmp_path, path, body)
