"""``tenantlint report``, ``verify`` and ``--redact``: what is written, what is refused, and with which exit code."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scanner.cli import main
from scanner.redact.pseudonyms import KEY_VARIABLE
from tests.layered import Packed, layered

KEY = "a key of thirty-two characters.."


@pytest.fixture
def tenant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Packed:
    """In its folder, as its owner works."""
    made = layered(tmp_path)
    monkeypatch.chdir(tmp_path)
    return made


def run(*arguments: object, key: str | None = KEY) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)), env={KEY_VARIABLE: key})


def test_a_report_is_no_gate(tenant: Packed) -> None:
    assert run("scan", "snapshot").exit_code == 1
    result = run("report", "snapshot")
    assert result.exit_code == 0
    assert result.stdout == run("scan", "snapshot").stdout


def test_a_json_report_is_written_again_in_other_formats_without_its_policies(tenant: Packed) -> None:
    formats = ("--format", "csv=direct.csv", "--format", "html=direct.html", "--format", "json=results.json")
    assert run("report", "snapshot", *formats).exit_code == 0
    (tenant.folder / "tenantlint.yaml").write_text("wrong: yes\n", encoding="utf-8")
    again = ("--format", "csv=again.csv", "--format", "html=again.html", "--format", "json=again.json")
    assert run("report", "results.json", *again).exit_code == 0
    for name in ("csv", "html"):
        assert (tenant.folder / f"again.{name}").read_bytes() == (tenant.folder / f"direct.{name}").read_bytes()
    assert (tenant.folder / "again.json").read_bytes() == (tenant.folder / "results.json").read_bytes()


def test_a_baseline_marks_what_was_there(tenant: Packed) -> None:
    run("scan", "snapshot", "--format", "json=earlier.json")
    shown = run("report", "snapshot", "--baseline", "earlier.json", "--format", "json")
    assert all(one["known"] for one in json.loads(shown.stdout)["results"] if one["status"] == "fail")


def test_a_pack_is_written_with_its_hash_and_verified(tenant: Packed) -> None:
    made = run("report", "snapshot", "--bundle", "pack.zip")
    digest = hashlib.sha256((tenant.folder / "pack.zip").read_bytes()).hexdigest()
    assert (made.exit_code, made.stderr) == (0, "")
    assert made.stdout == f"pack.zip: SHA-256 {digest}. Note it where others cannot change it.\n"
    alone, whole = run("verify", "pack.zip"), run("verify", "pack.zip", "--snapshot", "snapshot")
    assert (alone.exit_code, whole.exit_code) == (0, 0)
    assert alone.stdout.splitlines()[0] == "pack.zip: holds."
    assert "were not evaluated again" in alone.stdout
    assert "give these results on the snapshot" in whole.stdout
    assert f"SHA-256 {digest}" in whole.stdout


def test_a_pack_beside_a_report_on_standard_output_is_told_on_standard_error(tenant: Packed) -> None:
    result = run("report", "snapshot", "--bundle", "pack.zip", "--format", "json")
    json.loads(result.stdout)
    assert "SHA-256" in result.stderr


def test_a_pack_that_does_not_hold_ends_with_1_and_one_that_is_none_with_2(tenant: Packed) -> None:
    from scanner.bundle.archive import read, write

    data = tenant.data
    files = dict(read(data))
    (tenant.folder / "pack.zip").write_bytes(write({**files, "README.txt": b"\x1b[31mred\n"}))
    result = run("verify", "pack.zip")
    assert (result.exit_code, result.stdout.splitlines()[:2]) == (
        1,
        ["pack.zip: does not hold.", "  README.txt was changed: its hash or its size is another."],
    )
    (tenant.folder / "pack.zip").write_bytes(data[:-1])
    cut = run("verify", "pack.zip")
    assert (cut.exit_code, "It was changed" in cut.stdout) == (1, True)
    (tenant.folder / "pack.zip").write_bytes(b"PK")
    assert run("verify", "pack.zip").exit_code == 2
    assert run("verify", "none.zip").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["results.json", "--bundle", "pack.zip"], "name the snapshot instead"),
        (["snapshot", "--bundle", "pack.zip", "--redact"], "Redact the snapshot"),
        (["snapshot", "--bundle", "a.html", "--format", "html=./a.html"], "the same place"),
        (["snapshot", "--bundle", "none/pack.zip"], "the folder none does not exist"),
        (["snapshot", "--baseline", "none.json"], "cannot be read"),
        (["snapshot", "--format", "xml"], "no such format"),
        (["none"], "does not exist"),
    ],
)
def test_wishes_that_cannot_be_fulfilled_leave_nothing(tenant: Packed, arguments: list[str], words: str) -> None:
    run("scan", "snapshot", "--format", "json=results.json")
    before = sorted(tenant.folder.iterdir())
    result = run("report", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert sorted(tenant.folder.iterdir()) == before


@pytest.mark.parametrize("command", ["scan", "report"])
def test_a_redacted_report_has_the_verdicts_and_no_name(tenant: Packed, command: str) -> None:
    plain = run(command, "snapshot", "--format", "json")
    hidden = run(command, "snapshot", "--format", "json", "--redact")
    assert hidden.exit_code == plain.exit_code
    before, after = json.loads(plain.stdout), json.loads(hidden.stdout)
    assert before["counts"] == after["counts"]
    for name in ("Ann", "board", "It is old", "duty manager", "Contoso", tenant.scan.tenant_id, "SEC-1"):
        assert name in plain.stdout or name == "It is old"
        assert name not in hidden.stdout
    assert hidden.stdout == run(command, "snapshot", "--format", "json", "--redact").stdout


def test_a_redacted_report_of_a_report_withholds_what_findings_say(tenant: Packed) -> None:
    run("scan", "snapshot", "--format", "json=results.json")
    hidden = run("report", "results.json", "--redact", "--format", "csv")
    assert hidden.exit_code == 0
    assert "withheld" in hidden.stdout
    assert "Ann" not in hidden.stdout


def test_a_key_is_asked_for_and_must_be_long(tenant: Packed) -> None:
    assert "random key" in run("report", "snapshot", "--redact", key=None).stderr
    short = run("report", "snapshot", "--redact", key="short")
    assert (short.exit_code, short.stdout) == (2, "")
    assert "at least 16" in short.stderr
