"""The dated lookup: four answers, what carries forward and what does not, precedence, and the tables that
ship."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain import CitecodeError, Setting
from assistant.facts import Facts, Row
from assistant.sources import Sources

ROOT = Path(__file__).parent.parent
NOW = date(2026, 11, 22)
DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts.load(ROOT / "corpus", Sources.load(ROOT / "corpus" / "sources.yaml"))


def value(facts: Facts, table: str, subject: str, field: str = "value", when: date = NOW) -> str:
    found = facts.on(when, table, subject, field)
    assert found.state == "held" and found.fact is not None, (table, subject, field, found)
    return found.fact.value


# --- what DOMAIN-verified values the shipped tables must give ---


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("status", "A"),
        ("pctc", "7"),
        ("glob_days", "XXX"),
        ("mult_proc", "5"),
        ("bilat_surg", "0"),
        ("asst_surg", "0"),
        ("co_surg", "0"),
        ("team_surg", "0"),
        ("work_rvu", "0.24"),
        ("pe_nonfac", "0.18"),
        ("mp", "0.01"),
        ("total_nonfac", "0.43"),
        ("conv_factor", "33.4009"),
    ],
)
def test_the_fee_schedule_row_of_97012(facts: Facts, field: str, expected: str) -> None:
    assert value(facts, "mpfs", "97012", field) == expected


@pytest.mark.parametrize(
    ("code", "status"),
    [("97010", "B"), ("97014", "I"), ("97026", "R"), ("98943", "N"), ("97037", "N"), ("99417", "I")],
)
def test_status_letters(facts: Facts, code: str, status: str) -> None:
    assert value(facts, "mpfs", code, "status") == status


@pytest.mark.parametrize(
    ("codes", "expected", "mai"),
    [
        ("97012", "1", "3"),
        ("97010 97014 98943", "0", "3"),
        ("97161 97162 97163 97164 97165 97166 97167 97168 98940 98941 98942", "1", "2"),
        ("97110 97113 97140 97530 97760 97761 97763", "6", "3"),
        ("97112 97116 97124 97032 97033", "4", "3"),
        ("97034 97035", "2", "3"),
        ("97036", "3", "3"),
        ("97535 97542 97750 97755", "8", "3"),
        ("99202 99203 99204 99205", "1", "2"),
        ("99211 99215", "1", "3"),
        ("99212 99213 99214", "2", "3"),
    ],
)
def test_unit_limits(facts: Facts, codes: str, expected: str, mai: str) -> None:
    for code in codes.split():
        assert value(facts, "mue", code) == expected
        if expected != "0":
            assert value(facts, "mue", code, "mai") == mai


@pytest.mark.parametrize(
    ("pair", "indicator"),
    [
        ("97012/97018", "1"),
        ("97012/97140", "1"),
        ("97012/97164", "1"),
        ("97012/97168", "1"),
        ("97113/97036", "0"),
        ("97113/97110", "1"),
        ("97140/97124", "0"),
        ("97750/97150", "0"),
        ("98940/97140", "1"),
        ("98941/98940", "0"),
        ("98925/97140", "0"),
    ],
)
def test_pairs_are_found_in_either_order(facts: Facts, pair: str, indicator: str) -> None:
    one, other = pair.split("/")
    for found in (facts.pair(NOW, one, other), facts.pair(NOW, other, one)):
        assert found.state == "held" and found.fact is not None
        assert (found.fact.subject, found.fact.value) == (pair, indicator)
        assert "PTP 2024-07-01" in found.warning and "2026-11-22" in found.warning


@pytest.mark.parametrize("other", ["97110", "97112", "97530", "97014", "G0283", "97035"])
def test_no_edit_is_said_where_both_codes_are_covered(facts: Facts, other: str) -> None:
    found = facts.pair(NOW, "97012", other)
    assert found.state == "no" and found.fact is not None
    assert found.fact.value == "no edit"
    assert found.fact.citation.source_id == "cms-ptp-2024-07-01"


@pytest.mark.parametrize(
    ("pair", "last", "indicator"),
    [
        ("97530/97116", date(2019, 12, 31), "1"),
        ("97140/97530", date(2019, 12, 31), "1"),
        ("97161/97140", date(2020, 10, 1), "9"),
        ("97012/99213", date(2000, 10, 30), "9"),
        ("97012/97010", date(1996, 1, 1), "9"),
    ],
)
def test_an_edit_that_ended_says_when(facts: Facts, pair: str, last: date, indicator: str) -> None:
    one, other = pair.split("/")
    for found in (facts.pair(NOW, one, other), facts.pair(NOW, other, one)):
        assert found.state == "ended" and found.fact is not None
        assert (found.fact.effective_to, found.fact.value) == (last, indicator)


def test_a_pair_we_do_not_cover_is_silent_and_says_what_to_load(facts: Facts) -> None:
    found = facts.pair(NOW, "97012", "12345")
    assert found.state == "silent"
    assert "PTP file for 2026 Q4" in found.cure and "ingest.py tables FILE" in found.cure
    assert facts.pair(date(2023, 5, 1), "97012", "97140").state == "silent"
    assert "MUE" in facts.pair(NOW, "97012", "97012").cure


def test_the_setting_decides_which_edits_count(facts: Facts) -> None:
    both = [facts.pair(NOW, "97161", "97750", setting) for setting in ("practitioner", "outpatient_hospital")]
    assert [found.fact.value for found in both if found.fact] == ["0", "1"]
    assert [found.fact.setting for found in both if found.fact] == ["practitioner", "outpatient_hospital"]


def test_modifier_51_grounds(facts: Facts) -> None:
    for code in ("97012", "97110", "97799", "99213", "A4556", "L3000", "90686"):
        assert value(facts, "modifier_51", code, "ground") == "excluded_by_definition"
    for code in ("98940", "98943", "95992", "20560"):
        assert value(facts, "modifier_51", code, "ground") == "payer_rule"
    for code in ("29881", "71046", "98939"):
        assert facts.on(NOW, "modifier_51", code, "ground").state == "silent"
    assert facts.on(date(2005, 12, 31), "modifier_51", "97012", "ground").state == "silent"


def test_appendix_e_lists_and_does_not_list(facts: Facts) -> None:
    assert value(facts, "appendix_e", "20974") == "listed"
    assert facts.on(NOW, "appendix_e", "97012").state == "no"
    assert value(facts, "appendix_e", "31500") == "earlier editions only"
    assert facts.on(date(2024, 7, 1), "appendix_e", "97012").state == "silent"
    listed = [f for f in facts.every("appendix_e") if f.value == "listed"]
    assert len(listed) == 23 and not any(f.subject.startswith("97") for f in listed)


def test_the_add_on_file_decides_not_the_global_period(facts: Facts) -> None:
    assert facts.on(NOW, "add_on_code", "97012", "type").state == "no"
    assert value(facts, "add_on_code", "G2212", "type") == "1"
    assert value(facts, "mpfs", "G2212", "glob_days") == "XXX"
    assert facts.subjects(NOW, "aoc", "97811/*") == ("97811/97810", "97811/97813")
    assert facts.subjects(NOW, "aoc", "*/97810") == ("97811/97810", "97814/97810")
    assert value(facts, "aoc", "G2211/99341", "type") == "1"
    assert facts.on(date(2025, 12, 31), "aoc", "G2211/99341", "type").state == "no"
    assert facts.on(NOW, "aoc", "G2211/99281", "type").state == "no"


def test_an_amount_is_never_used_for_another_year(facts: Facts) -> None:
    assert value(facts, "kx_threshold", "pt_slp", "amount") == "2480"
    assert value(facts, "kx_threshold", "ot", "amount", date(2024, 12, 31)) == "2330"
    found = facts.on(date(2027, 1, 1), "kx_threshold", "pt_slp", "amount")
    assert found.state == "silent" and "2027" in found.cure
    assert facts.on(date(2017, 6, 1), "kx_threshold", "pt_slp", "amount").state == "silent"
    assert value(facts, "conversion_factor", "non_qp", when=date(2025, 3, 1)) == "32.3465"
    assert facts.on(date(2027, 1, 1), "conversion_factor", "non_qp").state == "silent"
    assert facts.on(date(2027, 1, 1), "mpfs", "97012", "work_rvu").state == "silent"
    assert facts.on(date(2026, 3, 1), "mpfs", "97012", "work_rvu").state == "silent"
    assert facts.on(date(2025, 11, 1), "mpfs", "97012", "work_rvu").state == "held"


def test_indicators_carry_forward_with_a_warning_that_names_the_edition(facts: Facts) -> None:
    found = facts.on(date(2026, 3, 1), "mpfs", "97012", "status")
    assert found.state == "held" and found.fact and found.fact.edition == "MPFS October 2025"
    assert "MPFS October 2025 (2025-10-01 to 2025-12-31)" in found.warning
    assert facts.on(date(2026, 8, 1), "mpfs", "97012", "status").warning == ""
    assert facts.on(date(2025, 9, 30), "mpfs", "97012", "status").state == "silent"


def test_codes_by_date(facts: Facts) -> None:
    assert value(facts, "code_life", "97161", when=date(2016, 12, 31)) == "not_yet"
    assert value(facts, "code_life", "97161", when=date(2017, 1, 1)) == "valid"
    ended = facts.on(NOW, "code_life", "97001")
    assert ended.state == "ended" and ended.fact and ended.fact.effective_to == date(2016, 12, 31)
    assert value(facts, "replacement", "97762", "successor") == "97763"
    assert value(facts, "replacement", "97014", "medicare") == "G0283"
    assert value(facts, "supervision", "PTA", "private_practice", date(2024, 12, 31)) == "direct"
    assert value(facts, "supervision", "PTA", "private_practice") == "general"
    assert facts.on(NOW, "ended_rule", "functional_reporting").state == "ended"


def test_trade_press_is_never_official(facts: Facts) -> None:
    for name in sorted(table.name for table in facts.tables()):
        for fact in facts.every(name):
            source = facts.sources[fact.citation.source_id]
            assert source.kind != "trade" or fact.confidence != "official", (name, fact)


def test_every_fact_cites_a_value_cell(facts: Facts) -> None:
    count = 0
    for table in facts.tables():
        assert table.description and table.sources or not table.rows
        for fact in facts.every(table.name):
            count += 1
            citation = fact.citation
            assert citation.quote == fact.value and citation.document == f"facts/{table.name}"
            assert (citation.start, citation.end) == (None, None)
            assert citation.source_id in facts.sources and citation.locator
            assert fact.effective_to is None or fact.effective_from <= fact.effective_to
    assert count == facts.check() > 40_000


def test_no_descriptor_ships(facts: Facts) -> None:
    for path in (ROOT / "corpus" / "facts").glob("*.csv"):
        header = path.read_text(encoding="utf-8").splitlines()[0]
        assert "desc" not in header.lower()


# --- properties ---


@given(DAYS, st.sampled_from(["97012", "97140", "29881", "71046-26"]))
def test_an_edition_never_speaks_of_a_day_before_it(facts: Facts, when: date, code: str) -> None:
    found = facts.on(when, "mpfs", code, "status")
    assert (found.state == "held") == (when >= date(2025, 10, 1))
    if found.fact:
        assert found.fact.effective_from <= when
        assert bool(found.warning) == (
            when > date(2026, 9, 30) or date(2025, 12, 31) < when < date(2026, 7, 1)
        )


@given(DAYS)
def test_a_yearly_amount_is_of_the_year_asked_for(facts: Facts, when: date) -> None:
    found = facts.on(when, "kx_threshold", "ot", "amount")
    assert (found.state == "held") == (2018 <= when.year <= 2026)
    assert found.fact is None or found.fact.effective_from.year == when.year


@given(DAYS, st.sampled_from(["97001", "97161", "97762", "97127", "G2211"]))
def test_a_value_holds_on_each_day_of_its_own_period(facts: Facts, when: date, code: str) -> None:
    fact = facts.on(when, "code_life", code).fact
    assert fact is not None
    days = [fact.effective_from, fact.effective_to or when]
    assert {facts.on(day, "code_life", code).fact for day in days} == {fact}
    before = facts.on(fact.effective_from - timedelta(days=1), "code_life", code).fact
    assert before != fact


# --- overlays, payers, disagreement, loaded tables ---

OVERLAY = """\
table: {table}
title: "House rules"
description: "What our payer says."
authority: "Acme"
carries: standing
cure: "Ask Acme."
facts:
  - subject: "97012"
    field: {field}
    confidence: reported
    {payer}
    values:
      2020-01-01: {{value: "{value}", source: {source}, locator: "bulletin"}}
"""


def with_overlay(folder: Path, table: str, text: str) -> Facts:
    (folder / f"{table}.yaml").write_text(text, encoding="utf-8")
    return Facts.load(ROOT / "corpus", Sources.load(ROOT / "corpus" / "sources.yaml"), overlays=[folder])


def test_a_payers_own_rule_holds_for_that_payer_only(tmp_path: Path) -> None:
    text = OVERLAY.format(
        table="modifier_51", field="ground", value="subject", source="uhc-gp-2020", payer='payer: "Acme"'
    )
    facts = with_overlay(tmp_path, "modifier_51", text)
    ours = facts.on(NOW, "modifier_51", "97012", "ground", payer="ACME")
    assert ours.fact and (ours.fact.value, ours.fact.payer) == ("subject", "acme")
    for payer in (None, "Beta"):
        found = facts.on(NOW, "modifier_51", "97012", "ground", payer=payer)
        assert found.fact and found.fact.value == "excluded_by_definition"


def test_trade_press_does_not_override(tmp_path: Path) -> None:
    text = OVERLAY.format(
        table="modifier_51", field="ground", value="subject", source="trade-seed-97012", payer=""
    )
    facts = with_overlay(tmp_path, "modifier_51", text)
    assert value(facts, "modifier_51", "97012", "ground") == "excluded_by_definition"


def test_two_facts_in_conflict_at_the_same_rank_rule_nothing(tmp_path: Path) -> None:
    text = OVERLAY.format(table="timing", field="value", value="timed_15", source="chirocode-97012", payer="")
    found = with_overlay(tmp_path, "timing", text).on(NOW, "timing", "97012")
    assert found.state == "silent"
    assert "'untimed'" in found.cure and "'timed_15'" in found.cure


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CitecodeError, match="no such folder of fact tables"):
        Facts.load(tmp_path, Sources())


def test_an_unknown_table_is_silent(facts: Facts) -> None:
    found = facts.on(NOW, "no_such_table", "97012")
    assert found.state == "silent" and "no_such_table" in found.cure
    assert facts.rows(NOW, "no_such_table", "97012") == ()
    assert facts.subjects(NOW, "no_such_table") == ()


@dataclass(frozen=True)
class Loaded:
    table: str
    edition: str
    source_id: str
    setting: Setting | None
    effective_from: date
    covers_to: date | None
    excerpt: bool = False


class OneEdition:
    """A store that holds one edition: a real object of the same shape as the SQLite one."""

    def __init__(self, edition: Loaded, cells: dict[str, dict[str, str]]) -> None:
        self.edition, self.cells = edition, cells

    def rows(self, table: str, subject: str, when: date, setting: Setting) -> Sequence[Row]:
        item = self.edition
        if (table, item.setting or setting) != (item.table, setting) or when < item.effective_from:
            return ()
        return [
            (name, text, item.edition, item.source_id, item.effective_from, None, f"row {subject}")
            for name, text in self.cells.get(subject, {}).items()
        ]

    def subjects(self, table: str, pattern: str, when: date, setting: Setting) -> Sequence[str]:
        names = self.cells if table == self.edition.table else {}
        return tuple(name for name in names if fnmatchcase(name, pattern))

    def editions(self) -> Sequence[Loaded]:
        return (self.edition,)


def with_store(start: date, cells: dict[str, dict[str, str]], table: str = "mue") -> Facts:
    edition = Loaded(table, "2026 Q3", "loaded-mue", "practitioner", start, start + timedelta(days=91))
    sources = Sources.load(ROOT / "corpus" / "sources.yaml")
    return Facts.load(ROOT / "corpus", sources, OneEdition(edition, cells))


def test_the_newest_edition_not_later_than_the_date_answers() -> None:
    facts = with_store(date(2026, 7, 1), {"97012": {"value": "2"}, "12345": {"value": "7"}})
    assert value(facts, "mue", "97012") == "2"
    assert value(facts, "mue", "97012", when=date(2026, 6, 30)) == "1"
    assert value(facts, "mue", "12345") == "7"
    found = facts.on(NOW, "mue", "12345")
    assert "MUE 2026 Q3 (2026-07-01 to 2026-09-30)" in found.warning
    assert found.fact and found.fact.citation.source_id == "loaded-mue"
    assert facts.on(NOW, "mue", "99999").state == "no"
    assert facts.subjects(NOW, "mue", "12345") == ("12345",)
    assert ("mue", "MUE 2026 Q3") in [(name, edition.name) for name, edition in facts.editions()]


def test_a_shipped_edition_that_is_newer_than_the_loaded_one_answers() -> None:
    facts = with_store(date(2025, 1, 1), {"97012": {"value": "9"}, "12345": {"value": "7"}})
    assert value(facts, "mue", "97012") == "1"
    assert value(facts, "mue", "97012", when=date(2025, 2, 1)) == "9"
    assert value(facts, "mue", "12345") == "7"


def test_a_loaded_table_without_a_shipped_header_answers() -> None:
    facts = with_store(date(2026, 1, 1), {"97012": {"value": "x"}}, table="new_table")
    assert value(facts, "new_table", "97012") == "x"
    assert facts.on(NOW, "new_table", "97110").state == "silent"


def test_a_file_loaded_meanwhile_is_seen() -> None:
    facts = with_store(date(2026, 7, 1), {"97012": {"value": "2"}})
    assert value(facts, "mue", "97012") == "2"
    store = facts.store
    assert isinstance(store, OneEdition)
    store.edition = Loaded("mue", "2026 Q4", "loaded-mue", "practitioner", date(2026, 10, 1), None)
    store.cells = {"97012": {"value": "3"}}
    assert value(facts, "mue", "97012") == "3"


def test_the_digest_follows_the_files(tmp_path: Path, facts: Facts) -> None:
    text = OVERLAY.format(table="timing", field="value", value="untimed", source="chirocode-97012", payer="")
    other = with_overlay(tmp_path, "timing", text)
    assert len(facts.digest) == 64 and facts.digest != other.digest
    assert facts.digest == Facts.load(ROOT / "corpus", facts.sources).digest


# --- read back against the files of CMS, where they are at hand ---


def published(path: Path) -> Iterator[list[str]]:
    with gzip.open(path, "rt", encoding="cp1252", newline="") as lines:
        for row in csv.reader(lines):
            yield [cell.strip() for cell in row]


def shipped(name: str) -> list[dict[str, str]]:
    with (ROOT / "corpus" / "facts" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


# Positions in the file, counted by hand in its own header; 2026 has one column more (PRIC IND) before ENDO
# BASE.
COLUMNS = {
    "status": 3, "work_rvu": 5, "pe_nonfac": 6, "nonfac_na": 7, "pe_fac": 8, "fac_na": 9, "mp": 10,
    "total_nonfac": 11, "total_fac": 12, "pctc": 13, "glob_days": 14, "pre_op": 15, "intra_op": 16, "post_op":
    17, "mult_proc": 18, "bilat_surg": 19, "asst_surg": 20, "co_surg": 21, "team_surg": 22,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "file", "later"),
    [
        ("mpfs_2026_07.csv", "PPRRVU2026_Jul_nonQPP.csv.gz", {"endo_base": 24, "conv_factor": 25}),
        ("mpfs_2025_10.csv", "PPRRVU2025_Oct.csv.gz", {"endo_base": 23, "conv_factor": 24}),
    ],
)
def test_the_fee_schedule_reads_back(shared: Path, name: str, file: str, later: dict[str, int]) -> None:
    rows = {(row[0], row[1]): row for row in published(shared / "mpfs" / file) if len(row) > 25}
    ours = shipped(name)
    codes = {row["HCPCS"] for row in ours}
    assert len(ours) > 300
    for row in ours:
        theirs = rows[(row["HCPCS"], row["MOD"])]
        for field, place in {**COLUMNS, **later}.items():
            assert row[field] == theirs[place], (row["HCPCS"], field)
    assert {(row["HCPCS"], row["MOD"]) for row in ours} == {key for key in rows if key[0] in codes}


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("mue_2026q2.csv", "mue_practitioner_2026q2.csv.gz"),
        ("mue_2024q3.csv", "ncci_mue_prac.csv.gz"),
        ("mue_hospital_2024q3.csv", "ncci_mue_out.csv.gz"),
    ],
)
def test_the_unit_limits_read_back(shared: Path, name: str, file: str) -> None:
    rows = {row[0]: row for row in published(shared / "ncci" / file)}
    ours = shipped(name)
    assert len(ours) > 200
    for row in ours:
        theirs = rows[row["HCPCS"]]
        assert [row["value"], row["mai"], row["rationale"]] == [theirs[1], theirs[2][:1], theirs[3]]


@pytest.mark.parametrize(
    ("name", "file", "setting"),
    [
        ("ptp_2024_07_01.csv", "ptp_practitioner_20240701_all.csv.gz", "practitioner"),
        (
            "ptp_hospital_2024_07_01.csv",
            "ptp_outpatient_hospital_20240701_active.csv.gz",
            "outpatient_hospital",
        ),
    ],
)
def test_the_edits_read_back(shared: Path, facts: Facts, name: str, file: str, setting: Setting) -> None:
    header = (ROOT / "corpus" / "facts" / "ptp.yaml").read_text(encoding="utf-8")
    codes = set(header.partition("complete_for: [")[2].replace('"', " ").replace(",", " ").split())
    with gzip.open(
        shared / "ncci" / file, "rt", encoding="cp1252"
    ) as lines:  # two million: look before parsing
        near = [line for line in lines if line[:5] in codes and line[6:11] in codes]
    theirs = {(row[0], row[1]): row[3] for row in csv.reader(near) if row[2] == "*"}
    ours = {
        (row["COLUMN 1"], row["COLUMN 2"]): row["modifier_indicator"]
        for row in shipped(name)
        if row["deletion_date"] == "*"
    }
    assert ours == theirs and len(ours) > 3000
    for (one, other), indicator in list(ours.items())[::37]:
        found = facts.pair(NOW, one, other, setting)
        assert found.fact and found.fact.value == indicator


def test_the_add_on_codes_read_back(shared: Path) -> None:
    theirs = list(published(shared / "ncci" / "aoc_2026q3.csv.gz"))[1:]
    assert {row["ADD-ON"] for row in shipped("add_on_code_2026q3.csv")} == {row[0] for row in theirs}
    ours = {tuple(row.values()) for row in shipped("aoc_2026q3.csv")}
    codes = {row[0] for row in ours}
    assert ours == {tuple(row) for row in theirs if row[0] in codes}


def test_the_verified_tables_read_back(shared: Path, facts: Facts) -> None:
    """The two tables computed beside the data: 54 codes and 335 pairs among them."""
    with (shared / "cpt_facts" / "facts_pt_codes.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    names = {
        "status_2026": "status", "work_rvu_2026": "work_rvu", "pe_nonfac_2026": "pe_nonfac", "mp_2026": "mp",
        "total_nonfac_2026": "total_nonfac", "pctc_2026": "pctc", "glob_2026": "glob_days", "mult_proc_2026":
        "mult_proc", "bilat_2026": "bilat_surg", "asst_2026": "asst_surg", "cosurg_2026": "co_surg",
        "team_2026": "team_surg",
    }  # fmt: skip
    for row in rows:
        for theirs, field in names.items():
            assert value(facts, "mpfs", row["code"], field) == row[theirs], (row["code"], field)
        if row["mue_2026Q2"]:
            assert value(facts, "mue", row["code"]) == row["mue_2026Q2"]
        assert (facts.on(NOW, "add_on_code", row["code"], "type").state == "held") == (
            row["aoc_addon_2026Q3"] == "Y"
        )
    path = shared / "cpt_facts" / "ptp_among_therapy_and_em_codes_20240701.csv"
    with path.open(encoding="utf-8") as lines:
        pairs = {(row["column1"], row["column2"]): row["modifier_indicator"] for row in csv.DictReader(lines)}
    codes = [row["code"] for row in rows]
    for one in codes:
        for other in codes:
            found = facts.on(NOW, "ptp", f"{one}/{other}", "modifier_indicator")
            held = found.fact.value if found.state == "held" and found.fact else None
            assert held == pairs.get((one, other))


def test_the_april_list_speaks_for_the_months_of_its_fiscal_year_before_it() -> None:
    facts = with_store(date(2026, 4, 1), {"M54.2": {"billable": "1"}}, table="icd10")
    found = facts.on(date(2026, 2, 10), "icd10", "M54.2", "billable")
    assert found.state == "held"
    assert "2026-04-01" in found.warning and "2026-02-10" in found.warning
    assert facts.subjects(date(2026, 2, 10), "icd10", "M54*") == ("M54.2",)
    assert facts.on(date(2026, 5, 1), "icd10", "M54.2", "billable").warning == ""
    for other in (date(2025, 9, 30), date(2024, 12, 1)):  # another fiscal year
        assert facts.on(other, "icd10", "M54.2", "billable").state == "silent"
    assert facts.on(date(2026, 2, 10), "icd10", "Z99.999", "billable").state != "held"
