"""Rows of the real files, read back through the store."""

from __future__ import annotations

import csv
import gzip
import random
import zipfile
from datetime import date
from pathlib import Path

import pytest

from assistant.tables import Store, load
from tests.tables.cms import (
    JULY,
    sample,
)


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
    (alaska,) = real.find("gpci", "02102/01/AK", JULY)
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


def test_two_states_under_one_number_are_told_apart(real: Store) -> None:
    """CMS's 2026 index file prints 05102/00 for Connecticut and Iowa."""
    (iowa,) = real.find("gpci", "05102/00/IA", JULY)
    (connecticut,) = real.find("gpci", "05102/00/CT", JULY)
    assert (iowa.fields["pe"], connecticut.fields["pe"]) == ("0.900", "1.122")


def test_an_older_layout_of_the_add_on_file(shared: Path, home_dir: Path) -> None:
    with gzip.open(shared / "ncci" / "ncci_aoc.csv.gz", "rt", newline="") as handle:
        rows = list(csv.reader(handle))[1:]
    assert load([shared / "ncci" / "ncci_aoc.csv.gz"], home_dir, edition="2024Q3").ok
    store = Store.open(home_dir)
    for row in sample(rows):
        (found,) = store.find("aoc", f"{row[1]}/{row[0]}", date(2024, 8, 1))
        assert found.fields["type"] == row[2]
