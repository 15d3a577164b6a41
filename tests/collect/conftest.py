"""The sign-in service and the Graph behind it, for the tests of signing in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collect.entra.certificates import write_tls
from tests.collect.entra.service import Entra
from tests.collect.entra.tenant import World, world


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def here(tmp_path: Path, tls: tuple[Path, Path]) -> Iterator[World]:
    with world(tmp_path, tls, Entra()) as services:
        yield services
