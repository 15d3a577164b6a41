"""What packs are made of here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.layered import Packed, layered


@pytest.fixture
def packed(tmp_path: Path) -> Packed:
    return layered(tmp_path)
