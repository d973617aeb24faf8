"""Loading CMS files: every layout and its traps, editions by date and setting, nothing half-loaded."""

from __future__ import annotations

import csv
import gzip
import io
import random
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from assistant.domain import CitecodeError
from assistant.tables import Edition, Report, Store, load, main

NOTICE = (
    "CPT only copyright 2025.  All rights reserved.\t\t\t\t\t\t\r\nColumn1/Column2 Edits\t\t\t\t\t\t\r\n"
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n"
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n\t\t\t\t*=no data\t1=allowed\t\r\n"
    "\t\t\t\t\t9=not applicable\t\r\n"
)
EDITS = [
    ("13121", "13120", "", "19960101", "19960101", "9", "CPT Manual or CMS manual coding instruction"),
    ("13121", "13120", "*", "19960101", "*", "0", "CPT Manual or CMS manual coding instruction"),
    ("17000", "17281", "", "19990701", "20041231", "1", "Mutually exclusive procedures"),
    ("17000", "17281", "", "19990701", "19990701", "9", "HCPCS/CPT procedure code definition"),
    ("97012", "97140", "", "20200101", "*", "1", "Mutually exclusive procedures"),
    ("97140", "97124", "", "20240701", "*", "0", "Standards of medical/surgical practice"),
]
MUE = (
    '"CPT codes and descriptions only are copyright. \r\n\r\nApplicable restrictions apply.",,,\r\n'
    '"HCPCS/\r\nCPT Code",Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\r\n'
    "0001U,1,2 Date of Service Edit: Policy,Code Descriptor / CPT Instruction\r\n"
    "97012,1,3 Date of Service Edit: Clinical,Clinical: Data\r\n"
    "97010,0,2 Date of Service Edit: Policy,CMS Policy\r\n"
)
JULY = date(2026, 7, 15)


def ptp_text(rows: list[tuple[str, ...]] | None = None) -> str:
    return NOTICE + "".join("\t".join(row) + "\r\n" for row in rows or EDITS)


def put(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def zipped(folder: Path, name: str, members: dict[str, str | bytes]) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in members.items():
            archive.writestr(member, text)
    return path


def only_bad(report: Report) -> str:
    assert not report.loaded
    ((_, reason),) = report.bad
    assert "\n" not in reason and reason.endswith(".")
    return reason


def loaded(store: Store) -> tuple[Edition, ...]:
    """What was loaded from files; the package's ICD-10-CM list is there without."""
    return tuple(edition for edition in store.editions() if not edition.file.startswith("package"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    made.mkdir()
    return made


@pytest.fixture
def home_dir(tmp_path: Path) -> Path:
    return tmp_path / "tables"


# --- NCCI ---------------------------------------------------------------------------------------------------


def test_a_ptp_zip_loads_with_edition_and_setting_from_its_name(folder: Path, home_dir: Path) -> None:
    path = zipped(folder, "ccipra-v322r0-f1.zip", {"ccipra-v322r0-f1.TXT": ptp_text()})
    report = load([path], home_dir)
    assert report.ok
    store = Store.open(home_dir)
    (edition,) = loaded(store)
    assert (edition.table, edition.setting, edition.edition) == ("ptp", "practitioner", "2026-07-01")
    assert (edition.effective_from, edition.covers_to) == (date(2026, 7, 1), date(2026, 9, 30))
    assert (edition.rows, edition.part, len(edition.sha256)) == (6, 1, 64)
    assert edition.loaded_at
    (row,) = store.pair("97140", "97012", JULY)
    assert row.subject == "97012/97140"
    assert row.fields["modifier_indicator"] == "1"
    assert row.warning == "" and row.edition.edition == "2026-07-01"


@pytest.mark.parametrize(
    ("when", "indicator"),
    [(date(1999, 7, 1), "1"), (date(2004, 12, 31), "1"), (date(2005, 1, 1), ""), (date(1999, 6, 30), "")],
)
def test_history_rows_are_resolved_by_date(folder: Path, home_dir: Path, when: date, indicator: str) -> None:
    load([put(folder, "ccipra-v322r0-f1.txt", ptp_text())], home_dir)
    found = Store.open(home_dir).pair("17000", "17281", when)
    assert [row.fields["modifier_indicator"] for row in found] == ([indicator] if indicator else [])
    assert all("oldest loaded" in row.warning for row in found)


def test_indicator_9_never_held_and_history_shows_it(folder: Path, home_dir: Path) -> None:
    load([put(folder, "ccipra-v322r0-f1.txt", ptp_text())], home_dir)
    store = Store.open(home_dir)
    (row,) = store.pair("13121", "13120", date(1996, 1, 1))
    assert row.fields["modifier_indicator"] == "0"
    assert [one.modifier_indicator for one in store.history("13121", "13120", JULY)] == ["9", "0"]


def test_a_later_date_gets_the_newest_edition_and_a_warning(folder: Path, home_dir: Path) -> None:
    load([put(folder, "ccipra-v322r0-f1.txt", ptp_text())], home_dir)
    (row,) = Store.open(home_dir).pair("97012", "97140", date(2026, 11, 22))
    assert "2026-07-01" in row.warning and row.relation == "earlier"


def test_settings_and_editions_stand_side_by_side(folder: Path, home_dir: Path) -> None:
    changed = [(*row[:5], "0" if row[0] == "97012" else row[5], row[6]) for row in EDITS]
    load(
        [
            put(folder, "ccipra-v321r0-f1.txt", ptp_text(changed)),
            put(folder, "ccipra-v322r0-f1.txt", ptp_text()),
            put(folder, "ccioph-v322r0-f1.txt", ptp_text(EDITS[:4])),
        ],
        home_dir,
    )
    store = Store.open(home_dir)
    assert store.pair("97012", "97140", date(2026, 5, 1))[0].fields["modifier_indicator"] == "0"
    assert store.pair("97012", "97140", JULY)[0].fields["modifier_indicator"] == "1"
    assert store.pair("97012", "97140", JULY, "outpatient_hospital") == ()
    (change,) = store.changes("ptp", "2026-04-01", "2026-07-01", ["97012"])
    assert change == {
        "subject": "97012/97140",
        "change": "changed",
        "fields": {"modifier_indicator": ["0", "1"]},
    }
    with pytest.raises(CitecodeError, match="2026-04-01"):
        store.changes("ptp", "2025-01-01", "2026-07-01", ["97012"])


def test_edits_of_a_code_are_paged_first_as_column_1(folder: Path, home_dir: Path) -> None:
    load([put(folder, "ccipra-v322r0-f1.txt", ptp_text())], home_dir)
    store = Store.open(home_dir)
    page, total = store.edits_of("97140", JULY, limit=1)
    assert (total, [row.subject for row in page]) == (2, ["97140/97124"])
    page, _ = store.edits_of("97140", JULY, limit=5, offset=1)
    assert [row.subject for row in page] == ["97012/97140"]


def test_a_missing_part_is_not_read_as_no_edit(folder: Path, home_dir: Path) -> None:
    load([put(folder, "ccipra-v322r0-f1.txt", ptp_text(EDITS[:2]))], home_dir)
    store = Store.open(home_dir)
    assert store.complete_ptp("11000", JULY)
    assert not store.complete_ptp("97012", JULY)
    ((name, *_),) = store.rows("ptp", "97012/97140", JULY, "practitioner")
    assert name == "incomplete"
    load(
        [put(folder, "ccipra-v322r0-f2.txt", ptp_text([*EDITS[4:], ("U0003", "U0005", *EDITS[4][2:])]))],
        home_dir,
    )
    assert Store.open(home_dir).complete_ptp("97012", JULY)
    assert Store.open(home_dir).complete_ptp("50000", JULY)


def test_without_a_name_the_edition_comes_from_the_newest_edit_and_the_setting_from_the_flag(
    folder: Path, home_dir: Path
) -> None:
    path = put(folder, "edits.txt", ptp_text())
    assert "--setting" in only_bad(load([path], home_dir))
    report = load([path], home_dir, setting="practitioner")
    assert report.loaded[0].edition == "2024-07-01"
    assert "newest edit" in report.loaded[0].warnings[0]


def test_edits_newer_than_the_name_are_refused(folder: Path, home_dir: Path) -> None:
    rows = [*EDITS, ("97530", "97116", "", "20260701", "*", "1", "x")]
    assert "2026-07-01" in only_bad(load([put(folder, "ccipra-v302r0-f1.txt", ptp_text(rows))], home_dir))


def test_mue_with_a_notice_and_a_header_over_several_lines(folder: Path, home_dir: Path) -> None:
    path = put(folder, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", MUE)
    assert load([path], home_dir).ok
    store = Store.open(home_dir)
    (row,) = store.find("mue", "97012", JULY)
    assert (row.fields["value"], row.fields["mai"], row.edition.edition) == ("1", "3", "2026 Q3")
    assert row.fields["mai_text"] == "3 Date of Service Edit: Clinical"
    assert store.find("mue", "97010", JULY)[0].fields["value"] == "0"
    assert store.find("mue", "99213", JULY) == ()
    assert store.find("mue", "97012", JULY, "outpatient_hospital") == ()


def test_dme_is_a_setting_of_its_own(folder: Path, home_dir: Path) -> None:
    text = MUE.replace("Practitioner Services", "DME Supplier Services")
    load([put(folder, "MCR_MUE_DMESupplierServices_Eff_07-01-2026.csv", text)], home_dir)
    store = Store.open(home_dir)
    assert loaded(store)[0].scope == "dme" and loaded(store)[0].setting is None
    assert store.find("mue", "97012", JULY) == ()
    assert store.rows("mue", "97012", JULY, "practitioner") == ()


# --- what is wrong with files -------------------------------------------------------------------------------


def test_reloading_is_a_no_op_and_a_revision_replaces(folder: Path, home_dir: Path) -> None:
    path = put(folder, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", MUE)
    load([path], home_dir)
    assert load([path], home_dir).unchanged == (path.name,)
    assert len(loaded(Store.open(home_dir))) == 1
    revised = put(
        folder, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", MUE.replace("97012,1", "97012,2")
    )
    report = load([revised], home_dir)
    assert "replaces" in report.loaded[0].warnings[0]
    (row,) = Store.open(home_dir).find("mue", "97012", JULY)
    assert row.fields["value"] == "2"


def lost_zeros() -> str:
    return MUE.replace("0001U", "100")


CASES: dict[str, tuple[str, Callable[[Path], Path], str]] = {
    "truncated zip": (
        "",
        lambda f: put(
            f, "ccipra-v322r0-f1.zip", zipped(f, "x.zip", {"a.txt": ptp_text() * 50}).read_bytes()[:-200]
        ),
        "truncated or damaged",
    ),
    "damaged zip member": (
        "",
        lambda f: put(f, "ccipra-v322r0-f1.zip", _damaged(zipped(f, "x.zip", {"a.txt": ptp_text() * 50}))),
        "truncated or damaged",
    ),
    "truncated gzip": (
        "",
        lambda f: put(f, "ccipra-v322r0-f1.txt.gz", gzip.compress(ptp_text().encode())[:-30]),
        "truncated or damaged",
    ),
    "cut off in a row": ("", lambda f: put(f, "ccipra-v322r0-f1.txt", ptp_text()[:-60]), "cut off"),
    "a column missing": (
        "",
        lambda f: put(
            f,
            "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv",
            MUE.replace("MUE Adjudication Indicator", "X"),
        ),
        "mai text",
    ),
    "lost leading zeros": (
        "",
        lambda f: put(f, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", lost_zeros()),
        "lost its leading zeros",
    ),
    "a huge field": (
        "",
        lambda f: put(
            f, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", MUE + '"' + "x" * 300_000 + '",1,3,a\r\n'
        ),
        "cells cannot be read",
    ),
    "a line without end": ("", lambda f: put(f, "big.csv", "x" * 3_000_000), "characters"),
    "zip bomb": (
        "",
        lambda f: zipped(f, "ccipra-v322r0-f1.zip", {"ccipra-v322r0-f1.TXT": b"0" * 60_000_000}),
        "would unpack",
    ),
    "gzip bomb": (
        "",
        lambda f: put(
            f,
            "ccipra-v322r0-f1.txt.gz",
            gzip.compress((ptp_text() + "97012\t97140\t\t20200101\t*\t1\tx\r\n" * 1_000_000).encode()),
        ),
        "would unpack",
    ),
    "path traversal": (
        "",
        lambda f: zipped(f, "ccipra-v322r0-f1.zip", {"../../evil.txt": ptp_text()}),
        "points outside",
    ),
    "a drive letter": ("", lambda f: zipped(f, "a.zip", {"C:\\evil.txt": ptp_text()}), "points outside"),
    "empty": ("", lambda f: put(f, "ccipra-v322r0-f1.txt", ""), "empty"),
    "header and no rows": (
        "",
        lambda f: put(
            f, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", "\r\n".join(MUE.split("\r\n")[:5])
        ),
        "no",
    ),
    "binary": ("", lambda f: put(f, "a.csv", b"\x00\x01\x02" * 500), "no text file"),
    "no such file": ("", lambda f: f / "absent.zip", "no such file"),
    "unknown kind": ("", lambda f: put(f, "notes.txt", "hello\nworld\n"), "no table"),
    "a bad modifier indicator": (
        "",
        lambda f: put(f, "ccipra-v322r0-f1.txt", ptp_text([(*EDITS[4][:5], "7", "x")])),
        "modifier indicator",
    ),
    "Medicaid": ("", lambda f: put(f, "Medicaid_PTP_ccipra-v322r0-f1.txt", ptp_text()), "Medicaid"),
    "no edition": ("", lambda f: put(f, "mue_practitioner.csv", MUE), "--edition"),
}


def _damaged(path: Path) -> bytes:
    data = bytearray(path.read_bytes())
    data[60:80] = b"\xff" * 20
    return bytes(data)


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_is_one_sentence_and_changes_nothing(case: str, folder: Path, home_dir: Path) -> None:
    _, make, words = CASES[case]
    good = put(
        folder,
        "MCR_MUE_OutpatientHospitalServices_Eff_07-01-2026.csv",
        MUE.replace("Practitioner", "Outpatient Hospital"),
    )
    load([good], home_dir)
    before = _dump(home_dir)
    assert words in only_bad(load([make(folder)], home_dir))
    assert _dump(home_dir) == before


def _dump(home_dir: Path) -> list[str]:
    with sqlite3.connect(home_dir / "tables.sqlite") as db:
        return list(db.iterdump())


def test_the_other_files_go_on_and_unknown_ones_in_a_folder_are_skipped(folder: Path, home_dir: Path) -> None:
    put(folder, "a-ccipra-v322r0-f1.zip", b"PK\x03\x04broken")
    put(folder, "notes.txt", "hello\nworld\n")
    put(folder, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", MUE)
    report = load([folder], home_dir)
    assert (len(report.loaded), len(report.bad), len(report.skipped)) == (1, 1, 1)
    assert not report.ok
    assert "bad" in report.to_text() and report.to_dict()["bad"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str, folder: Path, home_dir: Path) -> None:
    text = MUE.replace("CPT codes", "CPT® codes")
    assert load(
        [put(folder, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", text.encode(encoding))], home_dir
    ).ok


def test_gzipped_files_load(folder: Path, home_dir: Path) -> None:
    path = put(folder, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv.gz", gzip.compress(MUE.encode()))
    assert load([path], home_dir).loaded[0].rows == 3


def test_a_workbook_loads_where_there_is_no_text(folder: Path, home_dir: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(MUE)):
        book.active.append(row)
    path = folder / "MCR_MUE_PractitionerServices_Eff_07-01-2026.xlsx"
    book.save(path)
    assert load([path], home_dir).loaded[0].rows == 3
    both = zipped(
        folder, "both.zip", {"ccipra-v322r0-f1.TXT": ptp_text(), "ccipra-v322r0-f1.xlsx": path.read_bytes()}
    )
    report = load([both], home_dir)
    assert [one.table for one in report.loaded] == ["ptp"]
    assert len(report.skipped) == 1


def test_the_edition_flag_counts_only_where_nothing_else_says(folder: Path, home_dir: Path) -> None:
    named = put(folder, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", MUE)
    assert load([named], home_dir, edition="2020-01-01").loaded[0].edition == "2026 Q3"
    other = put(folder, "mue.csv", MUE.replace("97012,1", "97012,2"))
    assert load([other], home_dir, edition="2024Q3").loaded[0].edition == "2024 Q3"
    with pytest.raises(CitecodeError, match="--setting"):
        load([other], home_dir, setting="nowhere")
    assert "--edition" in only_bad(load([put(folder, "m.csv", MUE + "\r\n")], home_dir, edition="soon"))


# --- the fee schedule ---------------------------------------------------------------------------------------


def pprrvu(shared: Path, year: int) -> list[list[str]]:
    name = {2026: "PPRRVU2026_Jul_nonQPP.csv.gz", 2025: "PPRRVU2025_Oct.csv.gz"}[year]
    with gzip.open(shared / "mpfs" / name, "rt", newline="", encoding="utf-8", errors="replace") as handle:
        return list(csv.reader(handle))


def written(folder: Path, name: str, rows: list[list[str]]) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return put(folder, name, text.getvalue())


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


# --- the real files -----------------------------------------------------------------------------------------


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


def sample(rows: list[list[str]]) -> list[list[str]]:
    return random.Random(4).sample(rows, min(1000, len(rows)))


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


@pytest.mark.parametrize(
    ("name", "setting", "when"),
    [
        ("mue_practitioner_2026q2.csv.gz", "practitioner", date(2026, 5, 1)),
        ("ncci_mue_prac.csv.gz", "practitioner", date(2024, 8, 1)),
        ("ncci_mue_out.csv.gz", "outpatient_hospital", date(2024, 8, 1)),
    ],
)
def test_a_thousand_mue_rows_read_back(
    shared: Path, real: Store, name: str, setting: str, when: date
) -> None:
    with gzip.open(shared / "ncci" / name, "rt", newline="") as handle:
        rows = list(csv.reader(handle))[1:]
    for row in sample(rows):
        (found,) = real.find("mue", row[0], when, setting)
        assert list(found.fields.values())[:4] == row[:4]
        assert found.fields["mai"] == row[2][0]


def test_a_thousand_add_on_rows_read_back(shared: Path, real: Store) -> None:
    with gzip.open(shared / "ncci" / "aoc_2026q3.csv.gz", "rt", newline="") as handle:
        rows = list(csv.reader(handle))[1:]
    for row in sample(rows):
        found = real.find("aoc", f"{row[0]}/{row[1]}", JULY)
        wanted = {
            "addon": row[0],
            "primary": row[1],
            "effective_date": row[2],
            "end_date": row[3],
            "type": row[4],
        }
        assert wanted in [dict(one.fields) for one in found]


def test_hcpcs_with_its_modifiers(shared: Path, real: Store) -> None:
    when = date(2025, 2, 1)
    with zipfile.ZipFile(shared / "hcpcs" / "hcpcs_2025_download.zip") as archive:
        lines = archive.read("HCPC2025_JAN_ANWEB_12172024.txt").decode("cp1252").splitlines()
    first = [line for line in lines if line[10:11] in ("3", "7")]
    for line in random.Random(4).sample(first, 1000):
        (found,) = real.find("hcpcs", line[:5].strip(), when)
        assert found.fields["short"] == line[91:119].strip()
        assert found.fields["description"].startswith(line[11:91].strip())
        assert (found.fields["coverage"], found.fields["effective_date"]) == (line[229], line[276:284])
    modifiers = [row for row in real.scan("hcpcs", when) if row.fields["kind"] == "modifier"]
    assert len(modifiers) == 383
    (stimulation,) = real.find("hcpcs", "G0283", when)
    assert stimulation.fields["description"].endswith("as part of a therapy plan of care")


def test_icd_10_cm_by_date(shared: Path, real: Store) -> None:
    when = date(2025, 3, 1)
    with zipfile.ZipFile(shared / "icd10" / "icd10cm_2025_codes.zip") as archive:
        lines = archive.read("icd10cm_order_2025.txt").decode("cp1252").splitlines()
    for line in random.Random(4).sample(lines, 1000):
        code = line[6:14].strip()
        subject = code if len(code) == 3 else f"{code[:3]}.{code[3:]}"
        (found,) = real.find("icd10", subject, when)
        assert (found.fields["billable"], found.fields["description"]) == (line[14], line[77:].strip())
    assert real.find("icd10", "M54.5", when)[0].fields["billable"] == "0"
    assert real.find("icd10", "M54.50", when)[0].fields["billable"] == "1"
    assert real.search("icd10", "cervical radiculopathy", when)[0].subject == "M54.12"
    assert real.names("icd10", "M54.5", when) == ("M54.5", "M54.50", "M54.51", "M54.59")


def test_gems_lcd_gpci_and_zip(shared: Path, real: Store) -> None:
    with gzip.open(shared / "icd10" / "2018_I10gem.txt.gz", "rt") as handle:
        lines = handle.read().splitlines()
    for line in random.Random(4).sample(lines, 1000):
        code, target, _ = line.split()
        subject = code if len(code) == 3 else f"{code[:3]}.{code[3:]}"
        assert target in [row.fields["target"] for row in real.find("gem_10_9", subject, date(2018, 1, 1))]
    (policy,) = real.find("lcd", "97032", JULY)
    assert policy.fields["policies"]
    (alaska,) = real.find("gpci", "02102/01", JULY)
    assert (alaska.fields["work"], alaska.fields["pe"], alaska.fields["mp"]) == ("1.500", "1.065", "0.551")
    (zip_code,) = real.find("zip", "99501", date(2025, 11, 1))
    assert (zip_code.fields["mac"], zip_code.fields["locality"]) == ("02102", "01")


def test_the_icd_package_needs_no_download(home_dir: Path, today: date) -> None:
    store = Store.open(home_dir)
    assert [edition.file for edition in store.editions()] == ["package simple-icd-10-cm"]
    assert not home_dir.exists()  # nothing is stored before a diagnosis asks for it
    (found,) = store.find("icd10", "M54.50", today)
    assert found.fields["billable"] == "1" and found.relation == "earlier"
    assert store.find("icd10", "M54.5", today)[0].fields["billable"] == "0"
    assert store.find("icd10", "S13.4XXA", today)[0].fields["billable"] == "1"
    assert load([Path("simple-icd-10-cm")], home_dir).loaded == ()
    assert "F45.41" in store.find("icd10", "M54", today)[0].fields["excludes1"]


def test_the_heads_of_the_true_files_load(shared: Path, home_dir: Path) -> None:
    names = ("ccipra-v322r0-f1.head.txt", "MCR_MUE_PractitionerServices_Eff_07-01-2026.head.csv")
    report = load([shared / "ncci" / name for name in names], home_dir)
    assert [one.edition for one in report.loaded] == ["2026-07-01", "2026 Q3"]
    assert [one.rows for one in report.loaded] == [12, 5]


@pytest.fixture(scope="module")
def large(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, list[list[str]]]:
    """The practitioner PTP copy, and its rows."""
    folder = tmp_path_factory.mktemp("ptp")
    path = shared / "ncci" / "ptp_practitioner_20240701_all.csv.gz"
    assert load([path], folder).ok
    with gzip.open(path, "rt", newline="") as handle:
        rows = [row for row in csv.reader(handle) if random.random() < 0.01 or row[0] == "97012"]
    return Store.open(folder), rows


def test_a_thousand_edits_read_back(large: tuple[Store, list[list[str]]]) -> None:
    store, rows = large
    when = date(2024, 8, 1)
    for one, two, deletion, modifier, rationale in sample(rows):
        assert (deletion, modifier, rationale) in [
            (edit.printed[1], edit.modifier_indicator, edit.rationale)
            for edit in store.history(one, two, when)
        ]
        if deletion == "*" and modifier != "9":
            found = [row for row in store.pair(one, two, when) if row.subject == f"{one}/{two}"]
            assert [row.fields["modifier_indicator"] for row in found] == [modifier]
            assert not found[0].warning


def test_the_therapy_pairs_of_2024(large: tuple[Store, list[list[str]]]) -> None:
    store, rows = large
    when = date(2024, 8, 1)
    (traction,) = store.pair("97140", "97012", when)
    assert (traction.subject, traction.fields["modifier_indicator"]) == ("97012/97140", "1")
    (massage,) = store.pair("97140", "97124", when)
    assert massage.fields["modifier_indicator"] == "0"
    assert store.pair("97012", "97110", when) == ()
    assert traction.edition.edition == "2024-07-01"
    page, total = store.edits_of("97012", when, limit=1000, side=1)
    active = {(row[0], row[1]) for row in rows if row[0] == "97012" and row[2] == "*" and row[3] != "9"}
    assert total == len(page) == len(active)


@pytest.mark.parametrize("moment", [0.05, 0.6, 1.5, 3.0])
def test_a_killed_load_leaves_the_previous_state(
    shared: Path, folder: Path, home_dir: Path, moment: float
) -> None:
    load([put(folder, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", MUE)], home_dir)
    path = shared / "ncci" / "ptp_outpatient_hospital_20240701_active.csv.gz"
    code = (
        "import sys; from pathlib import Path; from assistant.tables import load; print('go', flush=True);"
        "load([Path(sys.argv[1])], Path(sys.argv[2]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path), str(home_dir)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    )
    assert process.stdout
    process.stdout.readline()
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    store = Store.open(home_dir)
    tables = [edition.table for edition in loaded(store)]
    assert tables in (["mue"], ["mue", "ptp"])  # the second when the load was quicker than the signal
    assert store.find("mue", "97012", JULY)[0].fields["value"] == "1"
    if tables == ["mue"]:
        with sqlite3.connect(home_dir / "tables.sqlite") as db:
            assert db.execute("SELECT count(*) FROM ptp").fetchone() == (0,)


def test_an_open_store_sees_a_later_load(folder: Path, home_dir: Path) -> None:
    store = Store.open(home_dir)
    assert loaded(store) == () and store.find("mue", "97012", JULY) == ()
    load([put(folder, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", MUE)], home_dir)
    assert store.find("mue", "97012", JULY)
    load([put(folder, "ccipra-v322r0-f1.txt", ptp_text())], home_dir)
    assert store.pair("97012", "97140", JULY)
    assert {source.kind for source in store.sources()} == {"cms_file"}


def test_the_overview_says_what_is_stale(folder: Path, home_dir: Path) -> None:
    put(folder, "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv", MUE)
    put(folder, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", MUE + "99213,2,3 Clinical,x\r\n")
    load([folder], home_dir)
    store = Store.open(home_dir)
    told = [
        (one["edition"], one["current"], one["stale"])
        for one in store.overview(JULY)
        if one["table"] == "mue"
    ]
    assert told == [("2026 Q3", True, False), ("2026 Q2", False, False)]
    told = [
        (one["edition"], one["stale"]) for one in store.overview(date(2026, 11, 22)) if one["table"] == "mue"
    ]
    assert told == [("2026 Q3", True), ("2026 Q2", False)]
    (change,) = store.changes("mue", "2026 q2", "2026-07-01", ["97012", "99213"])
    assert (change["subject"], change["change"]) == ("99213", "added")


def test_the_command_prints_good_and_bad_and_says_so_in_its_status(
    folder: Path, home_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = put(folder, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", MUE)
    assert main([path], home_dir) == 0
    assert "3 rows" in capsys.readouterr().out
    assert main([path, folder / "absent"], home_dir) == 1
    told = capsys.readouterr()
    assert "unchanged" in told.out and "no such file" in told.err


def test_a_workbook_inside_a_zip_may_not_explode(folder: Path, home_dir: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as inner:
        inner.writestr("xl/workbook.xml", b" " * 60_000_000)
    assert "would unpack" in only_bad(load([zipped(folder, "a.zip", {"a.xlsx": bomb.getvalue()})], home_dir))


def test_semicolons_between_cells(folder: Path, home_dir: Path) -> None:
    rows = list(csv.reader(io.StringIO(MUE)))
    text = "".join(";".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
    assert load([put(folder, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", text)], home_dir).ok


def test_a_damaged_store_says_so(home_dir: Path) -> None:
    home_dir.mkdir()
    put(home_dir, "tables.sqlite", b"not a database" * 100)
    with pytest.raises(CitecodeError, match="load the CMS files again"):
        Store.open(home_dir)


def test_what_facts_asks(folder: Path, home_dir: Path) -> None:
    load(
        [
            put(folder, "ccipra-v322r0-f1.txt", ptp_text()),
            put(folder, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", MUE),
        ],
        home_dir,
    )
    store = Store.open(home_dir)
    cells = {row[0]: row for row in store.rows("mue", "97012", JULY, "practitioner")}
    assert cells["value"][1:5] == ("1", "2026 Q3", "loaded-mue-practitioner-2026-07-01", date(2026, 7, 1))
    assert store.rows("mue", "97012", date(2026, 6, 30), "practitioner") == ()
    assert store.subjects("ptp", "97012/*", JULY, "practitioner") == ("97012/97140",)
    assert store.subjects("ptp", "*/97140", JULY, "practitioner") == ("97012/97140",)
    assert store.subjects("mue", "970*", JULY, "practitioner") == ("97010", "97012")
    history = [
        row
        for row in store.rows("ptp", "17000/17281", JULY, "practitioner")
        if row[0] == "modifier_indicator"
    ]
    assert [(row[1], row[4], row[5]) for row in history] == [("1", date(1999, 7, 1), date(2004, 12, 31))]
