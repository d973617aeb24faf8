"""The relative value file of two years, in columns and in fixed width."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest

from assistant.tables import Store, load
from tests.tables.cms import (
    JULY,
    only_bad,
    pprrvu,
    put,
    sample,
    written,
)


def test_an_extra_column_is_loaded_around_and_named(shared: Path, folder: Path, home_dir: Path) -> None:
    rows = pprrvu(shared, 2026)[:400]
    for index, row in enumerate(rows):
        row.insert(5, "NEW IND" if index == 9 else "7" if index > 9 else "")
    report = load([written(folder, "PPRRVU2027_Jan.csv", rows)], home_dir)
    assert any("NEW IND" in warning for warning in report.loaded[0].warnings)
    (row,) = Store.open(home_dir).find("mpfs", rows[200][0], JULY)[:1]
    assert row.fields["work_rvu"] == rows[200][6]


def test_columns_are_found_by_name_in_any_order(shared: Path, folder: Path, home_dir: Path) -> None:
    rows = pprrvu(shared, 2026)[:400]
    turned = [[row[0], *reversed(row[1:])] for row in rows]
    load([written(folder, "PPRRVU2026_Jul.csv", turned)], home_dir)
    (found,) = Store.open(home_dir).find("mpfs", rows[300][0], JULY)[:1]
    assert (found.fields["status"], found.fields["mult_proc"]) == (rows[300][3], rows[300][18])


def test_lost_zeros_in_global_days_are_refused(shared: Path, folder: Path, home_dir: Path) -> None:
    rows = pprrvu(shared, 2026)
    rows = rows[:10] + [row for row in rows[10:] if row[14] == "010"][:20]
    for row in rows[10:]:
        row[14] = row[14].lstrip("0") or "0"
    assert "leading zeros" in only_bad(load([written(folder, "PPRRVU2026_Jul.csv", rows)], home_dir))


@pytest.mark.parametrize(("year", "when"), [(2026, JULY), (2025, date(2025, 11, 1))])
def test_a_thousand_rows_of_the_fee_schedule_read_back(
    shared: Path, real: Store, year: int, when: date
) -> None:
    for row in sample(pprrvu(shared, year)[10:]):
        cells = [cell.strip() for cell in row]
        subject = f"{cells[0]}-{cells[1]}" if cells[1] else cells[0]
        (found,) = real.find("mpfs", subject, when)
        assert list(found.fields.values()) == cells
        assert found.relation == "covers"


@pytest.mark.parametrize("grown", [True, False])
def test_fixed_width_of_a_year_with_a_further_indicator(
    shared: Path, folder: Path, home_dir: Path, grown: bool
) -> None:
    with gzip.open(shared / "mpfs" / "PPRRVU2025_Oct.txt.gz", "rt") as handle:
        lines = handle.read().splitlines()
    longer = [
        line if line.startswith("HDR") else f"{line[:120]}9{line[120 if grown else 121 :]}" for line in lines
    ]
    assert load([put(folder, "PPRRVU2026_Jan.txt", "\r\n".join(longer) + "\r\n")], home_dir).ok
    (row,) = Store.open(home_dir).find("mpfs", "97012", date(2026, 2, 1))
    assert (row.fields["pric_ind"], row.fields["conv_factor"]) == ("9", "32.3465")
    (scope,) = Store.open(home_dir).find("mpfs", "29881", date(2026, 2, 1))
    assert scope.fields["endo_base"] == "29870"


def test_the_fixed_width_twin_says_the_same(shared: Path, home_dir: Path, real: Store) -> None:
    assert load([shared / "mpfs" / "PPRRVU2025_Oct.txt.gz"], home_dir).ok
    twin = Store.open(home_dir)
    when = date(2025, 11, 1)
    numbers = ("work_rvu", "pe_nonfac", "pe_fac", "mp", "total_nonfac", "total_fac", "conv_factor")
    numbers += ("opps_pe_nonfac", "opps_pe_fac", "opps_mp")
    count = 0
    for row in sample(pprrvu(shared, 2025)[10:]):
        subject = f"{row[0].strip()}-{row[1].strip()}" if row[1].strip() else row[0].strip()
        (ours,), (theirs,) = (store.find("mpfs", subject, when) for store in (real, twin))
        for name, value in theirs.fields.items():
            if name in numbers:
                assert float(value) == float(ours.fields[name])
            elif name in ("pre_op", "intra_op", "post_op"):
                assert float(value or 0) == float(ours.fields[name])
            elif name not in ("description",):
                assert value == ours.fields[name], (subject, name)
        count += 1
    assert count == 1000


def test_97012_in_july_2026(real: Store) -> None:
    (row,) = real.find("mpfs", "97012", JULY)
    assert (row.fields["status"], row.fields["mult_proc"], row.fields["total_nonfac"]) == ("A", "5", "0.43")
    (mue,) = real.find("mue", "97012", JULY)
    assert (mue.fields["value"], mue.fields["mai"]) == ("1", "3")
    assert mue.edition.edition == "2026 Q2" and "2026 Q2" in mue.warning
