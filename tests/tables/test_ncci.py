"""NCCI files: PTP edits with their history and parts, MUE by setting."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.domain import CitecodeError
from assistant.facts import Facts
from assistant.sources import Sources
from assistant.tables import Store, load
from assistant.tables.editions import WHOLE
from tests.tables.cms import (
    EDITS,
    JULY,
    MUE,
    loaded,
    only_bad,
    ptp_text,
    put,
    zipped,
)

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
MUE_NAME = "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv"


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


def test_a_missing_part_is_not_read_as_no_edit(
    folder: Path, home_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(WHOLE, "ptp", 1)
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


def test_without_a_name_the_flags_say_edition_and_setting(folder: Path, home_dir: Path) -> None:
    path = put(folder, "edits.txt", ptp_text())
    assert "--setting" in only_bad(load([path], home_dir))
    # The newest edit of an excerpt is not its edition.
    assert "--edition" in only_bad(load([path], home_dir, setting="practitioner"))
    report = load([path], home_dir, setting="practitioner", edition="2026-07-01")
    assert report.loaded[0].edition == "2026-07-01"
    (warning,) = report.loaded[0].warnings
    assert "6 rows" in warning and "excerpt" in warning


def test_what_an_excerpt_does_not_list_is_unknown(folder: Path, home_dir: Path) -> None:
    load([put(folder, "ccipra-v322r0-f1.txt", ptp_text()), put(folder, MUE_NAME, MUE)], home_dir)
    facts = Facts.load(CORPUS, Sources.load(CORPUS / "sources.yaml"), Store.open(home_dir))
    assert facts.on(JULY, "mue", "97012").fact is not None
    assert facts.on(JULY, "mue", "33208").state == "silent"
    older = facts.on(JULY, "mue", "97110")  # the shipped edition answers, and says which it is
    assert older.fact is not None and "2026 Q2" in older.fact.edition
    assert facts.on(JULY, "ptp", "33208/33210", "modifier_indicator").state == "silent"


def test_a_whole_part_tells_its_edition_by_its_newest_edit(
    folder: Path, home_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(WHOLE, "ptp", len(EDITS))
    path = put(folder, "edits.txt", ptp_text())
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
