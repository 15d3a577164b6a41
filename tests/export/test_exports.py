"""Every export on the demo tenant: complete, the same every time, harmless, and honest about what is missing."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from msgspec import inspect

from scanner.cli import main
from scanner.config import load_config
from scanner.demo.contoso import hostile
from scanner.demo.run import CONFIG, open_demo
from scanner.export import EXPORTS, Export
from scanner.export.columns import attributes, columns
from scanner.export.forms import to_csv, to_json_document, to_legacy_csv
from scanner.export.inventory import Inventory, needs, take
from scanner.model import Outcome
from scanner.snapshot import Snapshot
from scanner.workflow import needs_of
from tests.policies.conftest import DemoScan
from tests.report.samples import HOSTILE_NAMES

LEGACY_HEADS = {
    "role-assignments": ("Role;Role Id;Assigned to;Assigned to Id;Assignment Id;Assignment Type;Assignment Date"),
    "privileged-apps": (
        "ApplicationId;DisplayName;PermissionType;PermissionName;PermissionId;HasClientSecret;HasCertificate"
    ),
}
"""As the scripts had them that administrators used before."""

each_export = pytest.mark.parametrize("export", EXPORTS.values(), ids=list(EXPORTS))


def taken(export: Export, snapshot: Snapshot) -> Inventory:
    return take(export, snapshot, load_config(CONFIG).break_glass)


def read(text: str, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))


def run(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["export", *arguments, "--config", str(CONFIG)])


# --- what they are ---------------------------------------------------------------------------------------------------


def test_there_are_the_five() -> None:
    assert set(EXPORTS) == {"role-assignments", "privileged-apps", "break-glass", "ad-matches", "windows-365"}


@each_export
def test_every_column_is_named_as_in_graph_and_explained(export: Export) -> None:
    for column in columns(export):
        assert re.fullmatch(r"[a-z][A-Za-z0-9]*", column.name)
        assert column.description.endswith("."), column.name
    assert export.description.endswith(".")


def kinds(info: inspect.Type) -> set[str]:
    """What a column can hold: ``Str``, ``Bool``, ``List of Str``."""
    match info:
        case inspect.Metadata():
            return kinds(info.type)
        case inspect.UnionType():
            return set[str]().union(*map(kinds, info.types))
        case inspect.ListType():
            return {f"List of {kind}" for kind in kinds(info.item_type)}
    return {type(info).__name__.removesuffix("Type")}


@each_export
def test_cells_are_of_kinds_that_every_form_can_show(export: Export) -> None:
    info = inspect.type_info(export.row)
    assert isinstance(info, inspect.StructType)
    known = {"Str", "Int", "Float", "Bool", "DateTime", "None", "List of Str", "Enum", "Literal"}
    for field in info.fields:
        assert kinds(field.type) <= known, field.name


@each_export
def test_all_that_it_reads_is_collected_for_the_shipped_policies(export: Export) -> None:
    collected = needs_of(open_demo())
    lacking = {
        resource: sorted(properties - collected.get(resource, frozenset()))
        for resource, properties in needs(export).items()
        if resource not in collected or properties - collected[resource]
    }
    assert lacking == {}, "a shipped policy is to use the facts behind these, or the export goes without"


# --- on the demo tenant ----------------------------------------------------------------------------------------------


@each_export
def test_csv_and_json_have_the_same_rows(demo: DemoScan, export: Export) -> None:
    inventory = taken(export, Snapshot.open(demo.snapshot))
    assert inventory.missing == ()
    heads, *lines = read(to_csv(inventory))
    document = json.loads(to_json_document(inventory))
    assert heads == [column.name for column in columns(export)] == list(document["columns"])
    assert len(lines) == len(document["rows"]) == len(inventory.rows) > 0
    for line, row in zip(lines, document["rows"], strict=True):
        assert list(row) == heads
        for head, cell in zip(heads, line, strict=True):
            if row[head] is None:
                assert cell == ""
            if isinstance(row[head], bool):
                assert cell == str(row[head]).lower()


@each_export
def test_two_runs_give_the_same_bytes(demo: DemoScan, export: Export) -> None:
    first, second = (taken(export, Snapshot.open(demo.snapshot)) for _ in range(2))
    assert to_csv(first) == to_csv(second)
    assert to_json_document(first) == to_json_document(second)


@each_export
def test_the_command_writes_it(demo: DemoScan, export: Export) -> None:
    ended = run(export.name, str(demo.snapshot))
    assert ended.exit_code == 0, ended.output
    assert ended.stderr == ""
    assert ended.stdout_bytes.decode() == to_csv(taken(export, Snapshot.open(demo.snapshot)))


@pytest.mark.parametrize("name", LEGACY_HEADS)
def test_the_older_form_is_the_scripts(demo: DemoScan, name: str) -> None:
    ended = run(name, str(demo.snapshot), "--legacy")
    assert ended.exit_code == 0, ended.output
    head, *lines = ended.stdout_bytes.decode().split("\r\n")
    assert head == LEGACY_HEADS[name]
    assert len(lines) > 1
    for row in read(ended.stdout_bytes.decode(), ";"):
        assert len(row) == len(LEGACY_HEADS[name].split(";"))


def test_the_list_names_every_one_with_its_columns() -> None:
    ended = CliRunner().invoke(main, ["export", "--list"])
    assert ended.exit_code == 0
    for export in EXPORTS.values():
        assert f"{export.name}\n  {export.description}\n" in ended.stdout
    for heads in LEGACY_HEADS.values():
        assert heads in ended.stdout


def test_a_wrong_name_is_told_with_the_right_one(demo: DemoScan) -> None:
    ended = run("role-assigments", str(demo.snapshot))
    assert ended.exit_code == 2
    assert "Did you mean `role-assignments`?" in ended.stderr


# --- honesty ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def content(demo: DemoScan) -> Mapping[str, Any]:
    """The demo tenant's snapshot in the form of a single file."""
    snapshot = Snapshot.open(demo.snapshot)
    found: dict[str, Any] = {"collectedAt": snapshot.manifest.collected_at}
    for name, entry in snapshot.manifest.resources.items():
        if entry.outcome is Outcome.COLLECTED:
            found[name] = [msgspec.json.decode(line) for line in snapshot.lines(name)]
    return found


@each_export
def test_it_reads_nothing_that_it_does_not_declare(content: Mapping[str, Any], export: Export) -> None:
    whole = taken(export, Snapshot.of(content))
    declared = {"collectedAt": content["collectedAt"]}
    for resource, properties in needs(export).items():
        kept = {*properties, "id", "name", "@odata.type"}
        declared[resource] = [
            {key: value for key, value in record.items() if key in kept} for record in content[resource]
        ]
    part = taken(export, Snapshot.of(declared))
    assert (part.rows, part.missing) == (whole.rows, whole.missing)


@each_export
def test_whatever_was_not_collected_it_never_claims_to_be_complete_with_other_rows(
    content: Mapping[str, Any], export: Export
) -> None:
    whole = taken(export, Snapshot.of(content))
    for resource in needs(export):
        outcomes = {resource: {"outcome": "denied", "reason": "Some.Read.All"}}
        rest = {name: records for name, records in content.items() if name != resource}
        part = taken(export, Snapshot.of({**rest, "outcomes": outcomes}))
        assert part.missing or part.rows == whole.rows, resource
        if part.missing:
            assert resource in {lack.resource for lack in part.missing}
        to_csv(part)


def test_an_incomplete_one_ends_with_3_unless_that_is_allowed(content: Mapping[str, Any], tmp_path: Any) -> None:
    outcomes = {"roleEligibilityScheduleInstances": {"outcome": "denied", "reason": "RoleManagement.Read.Directory"}}
    rest = {name: records for name, records in content.items() if name not in outcomes}
    path = tmp_path / "snap.json"
    path.write_bytes(msgspec.json.encode({**rest, "outcomes": outcomes}))
    ended = run("role-assignments", str(path))
    assert ended.exit_code == 3
    assert "roleEligibilityScheduleInstances: denied: needs the application permission" in ended.stderr
    assert len(read(ended.stdout_bytes.decode())) > 10
    assert run("role-assignments", str(path), "--allow-incomplete").exit_code == 0


# --- hostile names ---------------------------------------------------------------------------------------------------


def filled(export: Export, text: str) -> msgspec.Struct:
    """A row with ``text`` in every column that can hold a text."""
    values: dict[str, Any] = {}
    info = inspect.type_info(export.row)
    assert isinstance(info, inspect.StructType)
    for name, field in zip(attributes(export), info.fields, strict=True):
        possible = kinds(field.type)
        values[name] = text if "Str" in possible else [text, text] if "List of Str" in possible else None
    return export.row(**values)


def is_formula(cell: str) -> bool:
    return cell.lstrip(' "\t').startswith(tuple("=+-@＝＋－＠\t\r\n"))


@each_export
@pytest.mark.parametrize("text", [*hostile.NAMES.values(), *HOSTILE_NAMES, "a;=1", "a,+1", "\t@x", "－1"])
def test_no_column_lets_a_hostile_name_do_harm(export: Export, text: str) -> None:
    inventory = Inventory(export, "t", text, "2026-11-01T06:00:00Z", (filled(export, text),))
    texts: Sequence[tuple[str, str]] = [(to_csv(inventory), ",")]
    if export.legacy is not None:
        texts = [*texts, (to_legacy_csv(inventory, export.legacy), export.legacy.separator)]
    for written, separator in texts:
        head, row = read(written, separator)
        assert len(head) == len(row)
        assert not any(map(is_formula, row))
        assert written.count("\n") == written.count("\r") == 2
        assert written.isprintable() or not re.search(
            "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]", written
        )
    json.loads(to_json_document(inventory))
