"""Shipped policies and schemas are found in a checkout and in an installed wheel."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

import scanner.shipped
from scanner.errors import TenantlintError
from scanner.shipped import policies_folder, schema, schemas_folder

ROOT = Path(__file__).parents[1]
DATA = ("policies", "schemas")


def test_the_folders_of_a_checkout_are_found() -> None:
    assert policies_folder().samefile(ROOT / "policies")
    assert schemas_folder().samefile(ROOT / "schemas")
    assert list(policies_folder().rglob("*.yaml"))


def test_schemas_are_read_by_name() -> None:
    assert schema("policy") == json.loads((ROOT / "schemas" / "policy.schema.json").read_text(encoding="utf-8"))


def test_the_folders_of_an_installation_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scanner" / "_data" / "policies").mkdir(parents=True)
    (tmp_path / "policies").mkdir()
    monkeypatch.setattr(scanner.shipped, "files", lambda package: tmp_path / package)
    assert policies_folder() == tmp_path / "scanner" / "_data" / "policies"


def test_an_installation_without_them_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner.shipped, "files", lambda package: tmp_path / package)
    with pytest.raises(TenantlintError, match="is installed without its policies"):
        policies_folder()


def can_build() -> bool:
    """Whether the build backend that pyproject.toml asks for is installed."""
    try:
        return int(version("setuptools").partition(".")[0]) >= 77
    except PackageNotFoundError:
        return False


@pytest.mark.skipif(not can_build(), reason="needs setuptools 77 or later")
def test_a_wheel_carries_every_module_policy_and_schema(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("scanner", *DATA):
        copytree(ROOT / name, source / name, ignore=ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "LICENSE"):
        (source / name).write_bytes((ROOT / name).read_bytes())
    (source / "README.md").touch()
    build = "import setuptools.build_meta as backend; print(backend.build_wheel('dist'))"
    out = subprocess.run([sys.executable, "-c", build], cwd=source, capture_output=True, text=True, check=True)
    wheel = source / "dist" / out.stdout.split()[-1]
    packed = set(zipfile.ZipFile(wheel).namelist())
    expected = {path.relative_to(ROOT).as_posix() for path in (ROOT / "scanner").rglob("*.py")}
    for name in DATA:
        files = [path for path in (ROOT / name).rglob("*") if path.suffix in (".yaml", ".json")]
        expected |= {f"scanner/_data/{path.relative_to(ROOT).as_posix()}" for path in files}
    assert expected <= packed
    assert {"scanner/py.typed", "scanner/cel/graph_types.json"} <= packed
    assert not [name for name in packed if name.endswith(".md")], (
        "pages about policies are for readers of the repository"
    )
    assert scanner.__version__ in wheel.name
