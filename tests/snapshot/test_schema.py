"""The published schema of snapshots is the one the structs give, and takes what the reader takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from scanner.collect.catalogue import BY_NAME
from scanner.schemas import text
from scanner.snapshot.schema import FILE, schema
from tests.snapshot.builders import manifest, record, write


def check(content: object) -> None:
    jsonschema.Draft202012Validator(schema()).validate(content)


def test_the_file_is_in_step_with_the_structs_and_the_catalogue() -> None:
    assert FILE.read_text(encoding="utf-8") == text(schema()), "run python -m scanner.snapshot.schema"


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_every_field_says_what_it_is() -> None:
    for name in ("Entry", "FileEntry"):
        for field, about in schema()["$defs"][name]["properties"].items():
            assert about.get("description") or "$ref" in about, f"{name}.{field}"


def test_a_manifest_that_was_written_fits(tmp_path: Path) -> None:
    path = write(tmp_path / "snap", {"users": [record("a")], "groups": []}, requested=("id",))
    check(manifest(path))


SINGLE: dict[str, Any] = {
    "tenant": {"id": "t", "displayName": "T"},
    "collectedAt": "2026-01-31T08:00:00Z",
    "users": [{"id": "a", "displayName": None}],
    "authorizationPolicy": {"allowInvitesFrom": "none"},
    "outcomes": {"groups": {"outcome": "denied", "reason": "Group.Read.All"}},
}


def test_a_snapshot_in_one_file_fits() -> None:
    check(SINGLE)
    check({})
    check({"authorizationPolicy": [{"id": "p"}]})


@pytest.mark.parametrize(
    "wrong",
    [
        {"user": []},
        {"users": {}},
        {"users": [{"displayName": "no id"}]},
        {"users": [{"id": ""}]},
        {"outcomes": {"user": {"outcome": "denied"}}},
        {"outcomes": {"users": {"outcome": "refused"}}},
        {"tenant": {"name": "T"}},
        {"authorizationPolicy": [{}, {}]},
        {"format": 2, "tenant_id": "", "tenant_name": "", "collected_at": "", "tool_version": "", "cloud": "",
         "resources": {}},
        {"format": 1, "resources": {}},
    ],
)  # fmt: skip
def test_what_the_reader_refuses_does_not_fit(wrong: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        check(wrong)


def test_every_resource_of_the_catalogue_is_described() -> None:
    assert set(BY_NAME) <= set(schema()["$defs"]["SingleFile"]["properties"])
