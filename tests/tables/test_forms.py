"""The same table in other forms: encodings, packings, separators, headers, names."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest

from assistant.domain import CitecodeError
from assistant.tables import Store, load
from tests.tables.cms import (
    MUE,
    only_bad,
    pprrvu,
    ptp_text,
    put,
    written,
    zipped,
)


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


def test_semicolons_between_cells(folder: Path, home_dir: Path) -> None:
    rows = list(csv.reader(io.StringIO(MUE)))
    text = "".join(";".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
    assert load([put(folder, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", text)], home_dir).ok


def test_the_edition_flag_counts_only_where_nothing_else_says(folder: Path, home_dir: Path) -> None:
    named = put(folder, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", MUE)
    assert load([named], home_dir, edition="2020-01-01").loaded[0].edition == "2026 Q3"
    other = put(folder, "mue.csv", MUE.replace("97012,1", "97012,2"))
    assert load([other], home_dir, edition="2024Q3").loaded[0].edition == "2024 Q3"
    with pytest.raises(CitecodeError, match="--setting"):
        load([other], home_dir, setting="nowhere")
    assert "--edition" in only_bad(load([put(folder, "m.csv", MUE + "\r\n")], home_dir, edition="soon"))


Q3 = "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv"
PLAIN = "\r\n".join(MUE.split("\r\n")[4:]).replace(
    'CPT Code"', "HCPCS/CPT Code"
)  # header in one line, without a notice
EDITS_Q3 = "ccipra-v322r0-f1.txt"


def cells(text: str, delimiter: str, quoting: int = csv.QUOTE_MINIMAL, source: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting).writerows(  # type: ignore[call-overload]
        csv.reader(io.StringIO(text), delimiter=source)
    )
    return out.getvalue()


FORMS: dict[str, tuple[str, str, str, str]] = {
    "mue, all quoted": (Q3, cells(MUE, ",", csv.QUOTE_ALL), "mue", "2026 Q3"),
    "mue, tabs and a header over lines": (Q3, cells(MUE, "\t"), "mue", "2026 Q3"),
    "mue, tabs, all quoted": (Q3, cells(MUE, "\t", csv.QUOTE_ALL), "mue", "2026 Q3"),
    "mue, line feeds": (Q3, MUE.replace("\r\n", "\n"), "mue", "2026 Q3"),
    "mue, blank lines at both ends": (Q3, "\r\n\r\n" + MUE + ",,,\r\n\r\n\x1a", "mue", "2026 Q3"),
    "mue, header in capitals": (Q3, PLAIN.replace("Values", "VALUES").replace("Code", "CODE"), "mue", "2026 Q3"),
    "mue, the code column named the other way": (
        Q3, PLAIN.replace("HCPCS/CPT Code", "CPT/HCPCS Code"), "mue", "2026 Q3"
    ),
    "mue, a quarter in the name": ("MUE Practitioner Q2 2026.csv", MUE, "mue", "2026 Q2"),
    "mue, an effective date in the title": (
        "limits.csv", '"Practitioner MUE table, effective July 1, 2026",,,\r\n' + MUE, "mue", "2026 Q3"
    ),
    "mue, an effective date in figures": (
        "limits.csv", "Effective Date: 10/01/2025,,,\r\n" + MUE, "mue", "2025 Q4"
    ),
    "mue, a title of two cells": (
        "limits.csv", "MUE for practitioners,2nd quarter 2026,,\r\n" + MUE, "mue", "2026 Q2"
    ),
    "ptp, commas": ("ccipra-v322r0-f1.csv", cells(ptp_text(), ",", source="\t"), "ptp", "2026-07-01"),
    "ptp, tabs, all quoted": (
        EDITS_Q3, cells(ptp_text(), "\t", csv.QUOTE_ALL, source="\t"), "ptp", "2026-07-01"
    ),
    "ptp, a ruled line under the header": (
        EDITS_Q3, ptp_text().replace("13121", "\t".join(["-----"] * 7) + "\r\n13121", 1), "ptp", "2026-07-01"
    ),
    "ptp, the quarter in the archive's long name": (
        "2026q4-practitioner-ptp-edits.txt", ptp_text(), "ptp", "2026-10-01"
    ),
    "ptp, a title of two cells": (
        "practitioner.txt", "NCCI edits\tEffective October 1, 2026\t\t\t\t\t\r\n" + ptp_text(), "ptp", "2026-10-01"
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_the_same_table_in_another_form(form: str, folder: Path, home_dir: Path) -> None:
    name, text, table, edition = FORMS[form]
    report = load([put(folder, name, text)], home_dir, setting="practitioner")
    assert [(one.table, one.edition) for one in report.loaded] == [(table, edition)], report.to_text()
    store = Store.open(home_dir)
    when = report.loaded[0].covers_from
    if table == "mue":
        assert store.find("mue", "97012", when)[0].fields["mai"] == "3"
        assert report.loaded[0].rows == 3
    else:
        assert store.pair("97140", "97012", when)[0].fields["modifier_indicator"] == "1"
        assert report.loaded[0].rows == 6


@pytest.mark.parametrize(
    ("name", "edition"),
    [("PPRRVU26_JUL.csv", "July 2026"), ("PPRRVU26_APR_V2.csv", "April 2026"), ("rvu26c.csv", "July 2026")],
)
def test_a_fee_schedule_without_its_title_goes_by_its_name(
    shared: Path, folder: Path, home_dir: Path, name: str, edition: str
) -> None:
    head, rows = pprrvu(shared, 2026)[5:10], pprrvu(shared, 2026)[3000:3050]
    one = [" ".join(row[place] for row in head if row[place].strip()) for place in range(32)]
    report = load([written(folder, name, [one, *rows])], home_dir)
    assert [(each.edition, each.rows) for each in report.loaded] == [(edition, 50)], report.to_text()
    assert "--edition" in only_bad(load([written(folder, "fees.csv", [one, *rows[:9]])], home_dir))


def test_titles_on_copyright_and_release_are_no_edition(folder: Path, home_dir: Path) -> None:
    text = "Copyright 2025, July 2026 and later\tx\r\nReleased July 1 2026\tx\r\n" + ptp_text()
    assert "--edition" in only_bad(load([put(folder, "practitioner.txt", text)], home_dir))
