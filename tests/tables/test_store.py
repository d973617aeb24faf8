"""The store: interrupted and repeated loads, readers beside a load, what it says of its editions."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from assistant.tables import Store, load, main
from assistant.tables.editions import WHOLE
from tests.tables.cms import (
    JULY,
    MUE,
    loaded,
    ptp_text,
    put,
)


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
        cwd=Path(__file__).parents[2],
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


def test_the_overview_says_what_is_stale(
    folder: Path, home_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    # The old edition is an excerpt: that it lacks a row does not make the row new.
    assert store.changes("mue", "2026 q2", "2026-07-01", ["97012", "99213"]) == ()
    monkeypatch.setitem(WHOLE, "mue", 1)
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
