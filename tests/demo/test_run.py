"""The demo as its users meet it: the whole way over HTTP, the same every time, and every hostile name harmless."""

from __future__ import annotations

import hashlib
import json
import re
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from click.testing import CliRunner, Result

from scanner.cli import main
from scanner.demo.contoso import hostile
from scanner.demo.make import FOLDER, contoso
from scanner.model import Status
from scanner.policy.load import load_policies
from scanner.policy.vocabulary import vocabulary
from scanner.report import FORMATS
from scanner.report.safe import printable
from scanner.report.sarif_rule import sentence
from scanner.shipped import policies_folder, schema

REPORTS = [f"report.{form.suffix}" for form in FORMATS.values()]


class Demo:
    """One run of it."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.ended: Result = CliRunner().invoke(main, ["demo", "--output", str(output)])

    def text(self, name: str) -> str:
        # CSV begins with the mark that Excel knows UTF-8 by.
        return (self.output / name).read_text(encoding="utf-8-sig" if name.endswith(".csv") else "utf-8")

    @property
    def snapshot(self) -> Mapping[str, str]:
        """Name → hash of every file of records."""
        files = (self.output / "snapshot").glob("*.jsonl")
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    @property
    def manifest(self) -> Any:
        return json.loads(self.text("snapshot/snapshot.json"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return Demo(tmp_path_factory.mktemp("demo") / "out")


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return Demo(tmp_path_factory.mktemp("another") / "folder" / "with a space")


def test_it_succeeds_although_the_tenant_has_much_wrong(demo: Demo) -> None:
    assert demo.ended.exit_code == 0, demo.ended.output
    assert json.loads(demo.text("report.json"))["counts"]["fail"] > 20


def test_it_leaves_a_snapshot_and_every_report_and_nothing_else(demo: Demo) -> None:
    assert sorted(path.name for path in demo.output.iterdir()) == sorted([*REPORTS, "snapshot"])


def test_it_shows_the_summary_and_says_where_everything_is(demo: Demo) -> None:
    out = demo.ended.stdout
    assert out.startswith(demo.text("report.summary.txt"))
    for name in (*REPORTS, "snapshot"):
        assert str(demo.output / name) in out


def test_the_command_it_proposes_works(again: Demo) -> None:
    """Also where the path has a space."""
    (line,) = (line for line in again.ended.stdout.splitlines() if line.startswith("Try: tenantlint "))
    words = [quoted or plain for quoted, plain in re.findall(r'"([^"]*)"|(\S+)', line)][2:]
    ended = CliRunner().invoke(main, words)
    assert ended.exit_code == 1, ended.output
    assert "PASS" in ended.stdout


def test_two_runs_give_the_same_bytes(demo: Demo, again: Demo) -> None:
    assert demo.snapshot == again.snapshot
    assert len(demo.snapshot) > 20
    for name in REPORTS:
        assert demo.text(name) == again.text(name), name


def timeless(manifest: Any) -> Any:
    """A manifest without what a clock says."""
    for entry in manifest["resources"].values():
        entry.pop("seconds", None)
    return manifest


def test_two_manifests_differ_in_seconds_only(demo: Demo, again: Demo) -> None:
    assert timeless(demo.manifest) == timeless(again.manifest)


def test_a_second_run_replaces_the_first(tmp_path: Path) -> None:
    first = Demo(tmp_path)
    second = Demo(tmp_path)
    assert (first.ended.exit_code, second.ended.exit_code) == (0, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*REPORTS, "snapshot"])


def test_the_snapshot_and_the_json_report_fit_their_schemas(demo: Demo) -> None:
    for content, name in ((demo.manifest, "snapshot"), (json.loads(demo.text("report.json")), "result")):
        jsonschema.Draft202012Validator(schema(name)).validate(content)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")
def test_only_the_owner_can_read_the_snapshot(demo: Demo) -> None:
    for path in [demo.output / "snapshot", *(demo.output / "snapshot").iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_every_shipped_policy_has_a_verdict_and_every_kind_of_verdict_is_shown(demo: Demo) -> None:
    results = json.loads(demo.text("report.json"))["results"]
    shipped = load_policies([policies_folder()], vocabulary())
    assert [result["policy"]["id"] for result in results] == [policy.id for policy in shipped]
    statuses = {result["status"] for result in results}
    assert statuses >= {Status.FAIL, Status.PASS, Status.NOT_APPLICABLE}
    assert not statuses & {Status.ERROR, Status.UNKNOWN}


# --- hostile names ---------------------------------------------------------------------------------------------------

HOSTILE = pytest.mark.parametrize("name", hostile.NAMES.values(), ids=list(hostile.NAMES))
NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
"""What no report may hold as it is, whatever the format."""


def test_every_hostile_name_is_one_of_the_demo_tenants(demo: Demo) -> None:
    text = json.dumps(contoso(), ensure_ascii=False)
    for name in hostile.NAMES.values():
        assert json.dumps(name, ensure_ascii=False)[1:-1] in text


@pytest.mark.parametrize("report", REPORTS)
def test_no_report_holds_a_character_that_steers_or_deceives(demo: Demo, report: str) -> None:
    assert not NEVER.search(demo.text(report))


def test_what_is_shown_on_the_terminal_holds_none_either(demo: Demo) -> None:
    assert not NEVER.search(demo.ended.stdout)
    assert not NEVER.search(demo.ended.stderr)


def texts(node: Any) -> list[str]:
    """All strings of a JSON document."""
    match node:
        case str():
            return [node]
        case list():
            return [text for item in node for text in texts(item)]
        case dict():
            return [text for item in node.values() for text in texts(item)]
    return []


@HOSTILE
def test_programs_get_hostile_names_as_they_are_and_people_as_escapes(verbose: Mapping[str, str], name: str) -> None:
    shown = printable(name)
    assert any(name in text for text in texts(json.loads(verbose["json"])))
    assert any(sentence(shown) in text for text in texts(json.loads(verbose["sarif"])))
    assert any(shown in (element.text or "") for element in ElementTree.fromstring(verbose["junit"]).iter())
    assert "".join(shown.split()) in "".join(verbose["text"].split())


@pytest.fixture(scope="module")
def verbose(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Reports of a scan in which everybody with a hostile name has a finding, whole."""
    folder = tmp_path_factory.mktemp("hostile")
    for resource, variable in (("users", "user"), ("groups", "group"), ("servicePrincipals", "servicePrincipal")):
        policy = (
            f"id: all-{resource.lower()}\ntitle: All are findings\nseverity: low\ndescription: All.\n"
            "remediation: None.\nreferences: [https://learn.microsoft.com/entra/]\n"
            f"resource: {resource}\n"
            f"assert: {variable}.displayName == ''\nmessage: '{{{variable}.displayName}}'\n"
        )
        (folder / f"all-{resource.lower()}.yaml").write_text(policy, encoding="utf-8")
    arguments = ["scan", str(demo.output / "snapshot"), "--policies", str(folder), "--verbose"]
    for name in FORMATS:
        arguments += ["--format", f"{name}={folder / name}"]
    ended = CliRunner().invoke(main, arguments)
    assert ended.exit_code == 1, ended.output
    return {name: (folder / name).read_text(encoding="utf-8") for name in FORMATS}


# --- what stands in the way ------------------------------------------------------------------------------------------


def test_an_output_folder_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for output in (tmp_path / "file", tmp_path / "file" / "below"):
        ended = Demo(output).ended
        assert ended.exit_code == 2
        assert isinstance(ended.exception, SystemExit)
        assert re.search(r"^tenantlint: .*file.*: cannot be made a folder: .*--output\.$", ended.stderr)
        assert ended.stdout == ""


def test_a_folder_of_somebody_elses_is_not_replaced(tmp_path: Path) -> None:
    """It has a folder named snapshot that is none."""
    (tmp_path / "snapshot").mkdir()
    (tmp_path / "snapshot" / "holiday.jpg").write_bytes(b"precious")
    ended = Demo(tmp_path).ended
    assert ended.exit_code == 2
    assert "is not a snapshot" in ended.stderr
    assert (tmp_path / "snapshot" / "holiday.jpg").read_bytes() == b"precious"


def test_a_report_that_cannot_be_written_leaves_the_others_unwritten(tmp_path: Path) -> None:
    (tmp_path / "report.sarif").mkdir()
    ended = Demo(tmp_path).ended
    assert ended.exit_code == 2
    assert "report.sarif: is a folder" in ended.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.sarif", "snapshot"]


def test_the_demo_tenants_configuration_stands_beside_its_files() -> None:
    assert (FOLDER / "tenantlint.yaml").is_file()
