"""Resources that a configuration adds: loaded as written, or refused with every mistake at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.cel.types import TENANT, Property
from scanner.collect.resource import License, Resource
from scanner.config import load_config
from scanner.errors import ConfigError
from scanner.policy.own import OwnResource
from scanner.policy.vocabulary import vocabulary

HEALTH = """\
resources:
  - name: serviceHealth
    singular: health
    path: admin/serviceAnnouncement/healthOverviews
    permission: ServiceHealth.Read.All
    documentation: https://learn.microsoft.com/graph/api/serviceannouncement-list-healthoverviews
    properties:
      id: string
      displayName: string
      endpoints: [string]
      owner: {id: string, since: timestamp}
      issues:
        - {title: string, marks: [{value: integer}]}
      sku: subscribedSku
"""


def load(folder: Path, text: str) -> tuple[OwnResource, ...]:
    path = folder / "tenantlint.yaml"
    path.write_text(text, encoding="utf-8")
    return load_config(path).resources


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    return [f"{problem.line}: {problem.text}" for problem in caught.value.problems]


def test_an_entry_becomes_one_of_the_catalogue(tmp_path: Path) -> None:
    (own,) = load(tmp_path, HEALTH)
    assert own.resource == Resource(
        name="serviceHealth",
        singular="health",
        type="serviceHealth",
        path="admin/serviceAnnouncement/healthOverviews",
        permission="ServiceHealth.Read.All",
        documentation="https://learn.microsoft.com/graph/api/serviceannouncement-list-healthoverviews",
        always=("id", "displayName"),
    )


def test_properties_become_record_types(tmp_path: Path) -> None:
    (own,) = load(tmp_path, HEALTH)
    types = {one.name: dict(one.properties) for one in own.types}
    assert list(types) == ["serviceHealthOwner", "serviceHealthIssuesMarks", "serviceHealthIssues", "serviceHealth"]
    assert types["serviceHealth"] == {
        "id": Property("id", "string"),
        "displayName": Property("displayName", "string"),
        "endpoints": Property("endpoints", "string", many=True),
        "owner": Property("owner", "serviceHealthOwner"),
        "issues": Property("issues", "serviceHealthIssues", many=True),
        "sku": Property("sku", "subscribedSku"),
    }
    assert types["serviceHealthIssues"]["marks"] == Property("marks", "serviceHealthIssuesMarks", many=True)


def test_every_option_is_taken_over(tmp_path: Path) -> None:
    text = """\
resources:
  - {name: bigDomains, singular: bigDomain, path: domains, permission: Domain.Read.All, type: domain, version: beta,
     select: false, expand: rootDomain, filter: isRoot eq true, top: 99, small: false, licenses: [P2, Governance]}
  - {name: oneThing, singular: thing, path: oneThing, permission: Thing.Read.All, singleton: true, key: name,
     properties: {name: string}}
"""
    domains, thing = (own.resource for own in load(tmp_path, text))
    assert (domains.version, domains.select, domains.expand, domains.filter) == (
        "beta", False, "rootDomain", "isRoot eq true",
    )  # fmt: skip
    assert (domains.top, domains.small, domains.licenses) == (99, False, (License.P2, License.GOVERNANCE))
    assert (thing.singleton, thing.key, thing.always) == (True, "name", ("name",))


ENTRY = "  - {name: x, singular: y, path: p, permission: A.Read.All, properties: {id: string}}\n"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("name: x", "name: users", "2: The name `users` is taken."),
        ("name: x", "name: tenant", "2: The name `tenant` is taken."),
        ("name: x", "name: licenses", "2: The name `licenses` is taken."),
        ("name: x", "name: roleHoldings", "2: The name `roleHoldings` is taken."),
        ("name: x", "name: domain", "2: The name `domain` is taken."),
        ("name: x", "name: assignedPlan", "2: `assignedPlan` is the name of one of Graph's types."),
        ("singular: y", "singular: user", "2: The name `user` is taken."),
        ("singular: y", "singular: now", "2: The name `now` is taken."),
        ("singular: y", "singular: x", "2: The name `x` is taken."),
        ("id: string", "id: strng", "2: There is no type `strng`."),
        ("id: string", "id: [string]", "2: A record lacks `id`, the text that identifies it."),
        ("id: string", "key: string", "2: A record lacks `id`, the text that identifies it."),
        ("properties: {id: string}", "type: dommain", "2: There is no record type `dommain`."),
        ("properties: {id: string}", "select: true", "2: An entry has either `type` or `properties`."),
        ("properties", "type: domain, properties", "2: An entry has either `type` or `properties`."),
        ("permission: A.Read.All", "permission: read", "2: `resources[0].permission` cannot be `read`."),
        ("path: p", "path: 'users?$top=1'", "2: `resources[0].path` cannot be `users?$top=1`."),
        ("path: p", "path: 'users/{id}/owners'", "2: `resources[0].path` cannot be `users/{id}/owners`."),
        ("path: p", "paht: p", "2: Unknown key `paht`."),
        ("{id: string}", "{id: {}}", "2: `resources[0].properties.id` is empty."),
        ("{id: string}", "{'a b': string, id: string}", "2: `resources[0].properties.a b` is not a good name."),
    ],
)
def test_a_mistake_is_told_at_its_place(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in ENTRY
    assert expected in problems(tmp_path, "resources:\n" + ENTRY.replace(old, new))


def test_all_mistakes_of_all_entries_are_told_at_once(tmp_path: Path) -> None:
    text = "resources:\n" + ENTRY + ENTRY + ENTRY.replace("x", "z").replace("singular: y", "singular: users")
    assert problems(tmp_path, text) == [
        "3: The name `x` is taken.",
        "3: The name `y` is taken.",
        "4: The name `users` is taken.",
    ]


def test_policies_can_speak_of_it_and_others_know_nothing_of_it(tmp_path: Path) -> None:
    words = vocabulary(load(tmp_path, HEALTH))
    assert words.subjects["serviceHealth"].variable == "health"
    assert words.types[TENANT].properties["serviceHealth"].many
    checked = words.checker.check("health.issues.exists(i, i.marks.all(m, m.value > 1))", {"health": "serviceHealth"})
    assert ("serviceHealth", "issues") in checked.reads
    assert "serviceHealth" not in vocabulary().subjects
    assert "serviceHealth" not in vocabulary().catalogue
