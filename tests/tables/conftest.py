"""Folders of a test, and a store with the real files."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.tables import Store, load


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    made.mkdir()
    return made


@pytest.fixture
def home_dir(tmp_path: Path) -> Path:
    return tmp_path / "tables"


@pytest.fixture(scope="module")
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Every file beside the repository but the large PTP copies."""
    folder = tmp_path_factory.mktemp("real")
    names = ("mpfs", "hcpcs", "icd10", "ncci/mue_practitioner_2026q2.csv.gz", "ncci/aoc_2026q3.csv.gz")
    report = load([shared / name for name in names], folder)
    assert report.ok, report.to_text()
    more = [shared / "ncci" / name for name in ("ncci_mue_prac.csv.gz", "ncci_mue_out.csv.gz")]
    assert load(more, folder, edition="2024Q3").ok
    assert load([shared / "lcd" / "lcd_coverage.json.gz"], folder, edition="2026").ok
    return Store.open(folder)
