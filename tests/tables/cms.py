"""Files in the layouts CMS writes, small, for the tests of the loader."""

from __future__ import annotations

import csv
import gzip
import io
import random
import zipfile
from datetime import date
from pathlib import Path

from assistant.tables import Edition, Report, Store

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


def written(folder: Path, name: str, rows: list[list[str]]) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return put(folder, name, text.getvalue())


def pprrvu(shared: Path, year: int) -> list[list[str]]:
    name = {2026: "PPRRVU2026_Jul_nonQPP.csv.gz", 2025: "PPRRVU2025_Oct.csv.gz"}[year]
    with gzip.open(shared / "mpfs" / name, "rt", newline="", encoding="utf-8", errors="replace") as handle:
        return list(csv.reader(handle))


def sample(rows: list[list[str]]) -> list[list[str]]:
    return random.Random(4).sample(rows, min(1000, len(rows)))
