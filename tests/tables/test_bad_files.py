"""What is wrong with a file is one sentence, and changes nothing."""

from __future__ import annotations

import gzip
import io
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.domain import CitecodeError
from assistant.tables import Store, load
from tests.tables.cms import (
    EDITS,
    MUE,
    only_bad,
    ptp_text,
    put,
    zipped,
)


def lost_zeros() -> str:
    return MUE.replace("0001U", "100")


def _damaged(path: Path) -> bytes:
    data = bytearray(path.read_bytes())
    data[60:80] = b"\xff" * 20
    return bytes(data)


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


def _dump(home_dir: Path) -> list[str]:
    with sqlite3.connect(home_dir / "tables.sqlite") as db:
        return list(db.iterdump())


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


def test_the_other_files_go_on_and_unknown_ones_in_a_folder_are_skipped(folder: Path, home_dir: Path) -> None:
    put(folder, "a-ccipra-v322r0-f1.zip", b"PK\x03\x04broken")
    put(folder, "notes.txt", "hello\nworld\n")
    put(folder, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", MUE)
    report = load([folder], home_dir)
    assert (len(report.loaded), len(report.bad), len(report.skipped)) == (1, 1, 1)
    assert not report.ok
    assert "bad" in report.to_text() and report.to_dict()["bad"]


def test_a_workbook_inside_a_zip_may_not_explode(folder: Path, home_dir: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as inner:
        inner.writestr("xl/workbook.xml", b" " * 60_000_000)
    assert "would unpack" in only_bad(load([zipped(folder, "a.zip", {"a.xlsx": bomb.getvalue()})], home_dir))


def test_a_damaged_store_says_so(home_dir: Path) -> None:
    home_dir.mkdir()
    put(home_dir, "tables.sqlite", b"not a database" * 100)
    with pytest.raises(CitecodeError, match="load the CMS files again"):
        Store.open(home_dir)
