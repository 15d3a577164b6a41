"""``reports/`` holds what `make samples` makes: the demo's reports, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from scanner.cli import main
from scanner.report import FORMATS

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's folder, made from the top of the checkout as `make samples` does: reports name policies from there."""
    pytest.importorskip("msgraph")
    output = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        result = CliRunner().invoke(main, ["demo", "--output", str(output)])
    assert result.exit_code == 0, result.output
    return output


@pytest.mark.parametrize("name", [f"report.{form.suffix}" for form in FORMATS.values()])
def test_sample_is_current(made: Path, name: str) -> None:
    sample = (ROOT / "reports" / name).read_bytes()
    assert sample == (made / name).read_bytes(), "run `make samples` and look at the difference"


def test_there_is_a_sample_of_every_format_and_nothing_else() -> None:
    names = {path.name for path in (ROOT / "reports").iterdir()}
    assert names == {"report.png", *(f"report.{form.suffix}" for form in FORMATS.values())}
