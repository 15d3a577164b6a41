"""The files for CI systems: valid by their own linters, and the shell in them does what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION = ROOT / "action.yml"
WORKFLOW = ROOT / ".ci" / "github-workflow.yml"
PIPELINE = ROOT / ".ci" / "azure-pipelines.yml"
GITLAB = ROOT / ".ci" / "gitlab-ci.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
BIN = Path(sys.executable).parent

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the shell of these files is bash")


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def succeeds(*command: object) -> None:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("path", "schema", "options"),
    [
        (ACTION, "github-actions", ()),
        (WORKFLOW, "github-workflows", ()),
        (PIPELINE, "azure-pipelines", ("--data-transform", "azure-pipelines")),
        (GITLAB, "gitlab-ci", ("--data-transform", "gitlab-ci")),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else "",
)
def test_a_file_fits_the_schema_of_its_system(path: Path, schema: str, options: tuple[str, ...]) -> None:
    succeeds(BIN / "check-jsonschema", "--builtin-schema", f"vendor.{schema}", *options, path)


def test_zizmor_finds_nothing_in_the_files_for_github() -> None:
    config = ROOT / ".ci" / "zizmor.yml"
    succeeds(BIN / "zizmor", "--offline", "--min-severity", "medium", "--config", config, ACTION, WORKFLOW)


def scripts() -> list[tuple[str, str]]:
    """Every piece of shell in the files."""
    found = [(f"action: {step['name']}", step["run"]) for step in load(ACTION)["runs"]["steps"] if "run" in step]
    found += [
        ("azure", step["inputs"]["inlineScript"])
        for step in load(PIPELINE)["steps"]
        if "inlineScript" in step["inputs"]
    ]
    found.append(("gitlab", "\n".join(load(GITLAB)["tenantlint"]["script"])))
    return found


@pytest.mark.parametrize(("name", "script"), scripts(), ids=[name for name, _ in scripts()])
def test_shellcheck_finds_nothing(name: str, script: str, tmp_path: Path) -> None:
    path = tmp_path / "script.sh"
    path.write_text(f"#!/usr/bin/env bash\n{script}", encoding="utf-8")
    succeeds(BIN / "shellcheck", path)


@pytest.mark.parametrize(("name", "script"), scripts(), ids=[name for name, _ in scripts()])
def test_no_input_is_pasted_into_a_script(name: str, script: str) -> None:
    """``${{ inputs.x }}`` in a script would run what is in x."""
    assert "${{" not in script
    assert "$(" not in script.replace("$(mktemp)", "")


def step(name: str) -> str:
    [script] = [step["run"] for step in load(ACTION)["runs"]["steps"] if step.get("name") == name]
    return str(script)


POLICY = """\
id: accounts-enabled
title: Every account is enabled
severity: high
description: What the test is about.
remediation: Enable it.
resource: users
assert: user.accountEnabled == true
"""


def run(folder: Path, script: str, **given: str) -> tuple[int, dict[str, str]]:
    """The exit code of a step, and what it put out; inputs that are not given are empty as GitHub has them."""
    inputs = ("SNAPSHOT", "CONFIG", "POLICIES", "SELECT", "FAIL_ON", "BASELINE")
    shell = folder / "bin" / "tenantlint"
    shell.parent.mkdir(exist_ok=True)
    call = "import sys; from scanner.cli import main; sys.argv[0] = 'tenantlint'; main()"
    shell.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{call}" "$@"\n', encoding="utf-8")
    shell.chmod(0o755)
    env = {
        **dict.fromkeys(inputs, ""),
        "ALLOW_INCOMPLETE": "false",
        "REPORTS": "out",
        "PATH": f"{shell.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        **given,
    }
    done = subprocess.run(["bash", "-c", script], cwd=folder, env=env, capture_output=True, text=True, check=False)
    (folder / "log").write_text(done.stdout + done.stderr, encoding="utf-8")
    output = (folder / "output").read_text(encoding="utf-8") if (folder / "output").exists() else ""
    return done.returncode, dict(line.split("=", 1) for line in output.splitlines())


def snapshot(folder: Path, enabled: bool) -> str:
    content = {"collectedAt": "2026-11-01T06:00:00Z", "users": [{"id": "ann", "accountEnabled": enabled}]}
    (folder / "snap.json").write_text(json.dumps(content), encoding="utf-8")
    (folder / "my policies").mkdir(exist_ok=True)
    (folder / "my policies" / "accounts-enabled.yaml").write_text(POLICY, encoding="utf-8")
    return "snap.json"


@pytest.mark.parametrize(
    ("enabled", "options", "code"), [(True, {}, "0"), (False, {}, "1"), (False, {"FAIL_ON": "critical"}, "0")]
)
def test_the_action_scans_and_tells_the_exit_code(
    tmp_path: Path, enabled: bool, options: dict[str, str], code: str
) -> None:
    ended, output = run(
        tmp_path,
        step("Collect and scan"),
        SNAPSHOT=snapshot(tmp_path, enabled),
        POLICIES="my policies",
        REPORTS="my reports",
        **options,
    )
    assert (ended, output) == (0, {"exit-code": code, "reports": "my reports"})
    made = {path.name for path in (tmp_path / "my reports").iterdir()}
    assert made == {"report.html", "report.md", "report.json", "report.sarif", "report.xml"}
    assert (tmp_path / "summary").read_text(encoding="utf-8").startswith("# ")
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert ("::error file=my policies/accounts-enabled.yaml,line=7," in log) is (not enabled)
    assert run(tmp_path, step("Verdict"), CODE=code)[0] == int(code)


def test_a_baseline_keeps_the_job_from_failing(tmp_path: Path) -> None:
    source = snapshot(tmp_path, False)
    run(tmp_path, step("Collect and scan"), SNAPSHOT=source, POLICIES="my policies", REPORTS="before")
    _, output = run(
        tmp_path, step("Collect and scan"), SNAPSHOT=source, POLICIES="my policies", BASELINE="before/report.json"
    )
    assert output["exit-code"] == "0"


def test_a_tenant_that_cannot_be_read_ends_the_job_with_an_error(tmp_path: Path) -> None:
    snapshot(tmp_path, True)
    _, output = run(tmp_path, step("Collect and scan"), POLICIES="my policies", AZURE_CLIENT_ID="", HOME=str(tmp_path))
    assert output["exit-code"] == "2"
    assert not (tmp_path / "out" / "report.json").exists()
    assert run(tmp_path, step("Verdict"), CODE="")[0] == 2


def test_values_with_shell_in_them_are_only_values(tmp_path: Path) -> None:
    hostile = '$(touch pwned) `touch pwned`; touch pwned "'
    run(tmp_path, step("Collect and scan"), SNAPSHOT=hostile, CONFIG=hostile, REPORTS="out", FAIL_ON=hostile)
    assert not (tmp_path / "pwned").exists()


def test_the_hooks_call_commands_that_exist() -> None:
    from scanner.cli import main

    for hook in load(HOOKS):
        assert {"id", "name", "entry", "language", "files"} <= hook.keys()
        command, *options = hook["entry"].split()[1:]
        known = {name for parameter in main.commands[command].params for name in parameter.opts}
        assert set(options) <= known
