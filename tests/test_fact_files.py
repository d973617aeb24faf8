"""Fact files are read strictly: every wrong value is refused with file, line and reason."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from assistant.domain import CitecodeError
from assistant.facts import Facts
from assistant.facts.files import Codes, read_csv, read_table, within
from assistant.sources import Sources

ROOT = Path(__file__).parent.parent
SOURCES = {"a-source", "b-source"}

GOOD = """\
table: a_table
title: "A table"
description: "What a row means."
authority: "CMS"
carries: standing
cure: "Load the file for {date}."
facts:
  - subject: "97012"
    field: amount
    confidence: official
    values:
      2025-01-01: {value: "01", source: a-source, locator: "s.1"}
      2026-01-01: {value: "00100", source: b-source, locator: "s.2"}
    ended: 2026-12-31
"""

WIDE = """\
table: wide
title: "A wide table"
description: "What a row means."
authority: "CMS"
carries: {value: forward}
cure: "Load the file for {quarter}."
key: [A, B]
join: "/"
period: {to: until}
absence: "no edit"
complete_for: ["97012", "97140", "97110"]
editions:
  - {csv: wide_1.csv, source: a-source, name: "W 1", effective_from: 2024-07-01, covers_to: 2024-09-30}
"""

CSV = """\
A,B,until,value
97012,97140,*,1
97012,97110,20191231,0
"""


def write(folder: Path, text: str, name: str = "a_table.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(path: Path) -> str:
    with pytest.raises(CitecodeError) as error:
        read_table(path, SOURCES)
    return str(error.value)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, GOOD), SOURCES)
    first, second = table.spans[("97012", "amount")]
    assert (first.first, first.last, first.value) == (date(2025, 1, 1), date(2025, 12, 31), "01")
    assert (second.first, second.last, second.value) == (date(2026, 1, 1), date(2026, 12, 31), "00100")
    assert (second.source_id, second.locator, second.line) == ("b-source", "s.2", 13)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        # what YAML would read as something else
        ('subject: "97012"', "subject: 00100", 8, 'YAML reads bare 00100 as int; write "00100"'),
        ('subject: "97012"', "subject: 97012", 8, 'write "97012"'),
        ('subject: "97012"', "subjects: ['97012', 01]", 8, 'YAML reads bare 01 as int; write "01"'),
        ('value: "01"', "value: NO", 12, 'YAML reads bare NO as bool; write "NO"'),
        ('value: "01"', "value: 2410", 12, "YAML reads bare 2410 as int"),
        ('value: "01"', "value: 33.4009", 12, "YAML reads bare 33.4009 as float"),
        ('value: "01"', "value: 2026-01-01", 12, "YAML reads bare 2026-01-01 as timestamp"),
        ('value: "01"', "value: ", 12, "value is empty"),
        ('value: "01"', 'value: "  "', 12, "value is empty"),
        ('value: "01"', "value: [a]", 12, "value must be text"),
        ("field: amount", "field: on", 9, 'YAML reads bare on as bool; write "on"'),
        # a missing or unknown citation
        (', locator: "s.1"', "", 12, "'locator' is missing"),
        ("source: a-source, ", "", 12, "'source' is missing"),
        ("source: a-source", "source: hearsay", 12, "unknown source 'hearsay'"),
        ("    confidence: official\n", "", 11, "'confidence' is missing"),
        ("confidence: official", "confidence: high", 10, "'high' is not one of official, reported"),
        # dates
        ("2025-01-01:", "2025:", 12, "is no date; write it as 2026-01-31"),
        ("2025-01-01:", "2025-02-30:", 12, "2025-02-30 is no date"),
        ("      2025-01-01:", "      2026-01-01:", 13, "the key '2026-01-01' stands twice"),
        ('locator: "s.1"}', 'locator: "s.1", to: 2026-01-01}', 12, "overlaps the one from 2026-01-01"),
        ('locator: "s.1"}', 'locator: "s.1", to: 2024-01-01}', 12, "ends before it begins"),
        ("ended: 2026-12-31", "ended: 2025-06-30", 14, "ended 2025-06-30 overlaps"),
        ("ended: 2026-12-31", "ended: never", 14, "ended: never is no date"),
        # keys
        ("ended: 2026-12-31", "until: 2026-12-31", 14, "unknown key 'until'"),
        ("ended: 2026-12-31", "field: other", 14, "the key 'field' stands twice"),
        ("    field: amount\n", "    field: Amount\n", 9, "must be lower case words"),
        ('locator: "s.1"', 'locator: "s.1", page: "4"', 12, "unknown key 'page'"),
        ('  - subject: "97012"\n    field', "  - field", 8, "give either 'subject' or 'subjects'"),
        ("title:", "tittle:", 2, "unknown key 'tittle'"),
        ('cure: "Load the file for {date}."\n', "", 1, "'cure' is missing"),
        ("table: a_table", "table: b_table", 1, "the table is named 'b_table', its file 'a_table.yaml'"),
        ("carries: standing", "carries: forever", 5, "'forever' is not one of standing, forward, year"),
        ("carries: standing", "carries: standing\nabsence: none\ncomplete_for: [97012]", 7, 'write "97012"'),
        # subjects
        ('subject: "97012"', 'subject: "97 012"', 8, "is no code, range, pair, modifier or word"),
        ('subject: "97012"', 'subject: "97799-97010"', 8, "runs backwards"),
        ('subject: "97012"', 'subject: "97010-A9999"', 8, "joins unlike codes"),
        ('subject: "97012"', 'subject: ""', 8, "subject is empty"),
    ],
)
def test_a_wrong_value_is_refused_with_file_line_and_reason(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    assert GOOD.count(old) == 1
    message = refused(write(tmp_path, GOOD.replace(old, new)))
    assert f"a_table.yaml:{line}: " in message
    assert reason in message


def test_two_entries_that_overlap_are_refused(tmp_path: Path) -> None:
    twin = """\
  - subjects: ["97110", "97012"]
    field: amount
    confidence: official
    values:
      2026-06-01: {value: "2", source: a-source, locator: "s.3"}
"""
    message = refused(write(tmp_path, GOOD + twin))
    assert "a_table.yaml:19: 97012 amount from 2026-06-01 overlaps the value on line 13" in message
    later = twin.replace("2026-06-01", "2027-01-01")
    assert len(read_table(write(tmp_path, GOOD + later), SOURCES).spans[("97012", "amount")]) == 3
    other = twin.replace("    field", "    payer: acme\n    field")
    assert len(read_table(write(tmp_path, GOOD + other), SOURCES).spans[("97012", "amount")]) == 3


def test_ranges_that_cut_into_each_other_are_refused_and_nested_ones_are_not(tmp_path: Path) -> None:
    def ranges(first: str, second: str) -> str:
        entry = GOOD[GOOD.index("  - subject") :]
        text = GOOD.replace('"97012"', f'"{first}"') + entry.replace('"97012"', f'"{second}"')
        return text

    assert "cuts into 97010-97028" in refused(write(tmp_path, ranges("97010-97028", "97020-97039")))
    table = read_table(write(tmp_path, ranges("97010-97799", "97010-97028")), SOURCES)
    assert table.row("97012", "amount") == "97010-97028"
    assert table.row("97110", "amount") == "97010-97799"
    assert table.row("A4556", "amount") == ""


@pytest.mark.parametrize("text", ["", "- 1\n", "table: [\n", "just words\n", "facts: *nowhere\n"])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, text: str) -> None:
    assert re.search(r"a_table\.yaml:\d+: ", refused(write(tmp_path, text)))


def test_completeness_must_say_since_when_and_what_absence_means(tmp_path: Path) -> None:
    complete = GOOD.replace("facts:", 'complete_for: ["all"]\nfacts:')
    assert "'absence' is missing" in refused(write(tmp_path, complete))
    worded = complete.replace("facts:", 'absence: "no row"\nfacts:')
    assert "'edition' is missing" in refused(write(tmp_path, worded))


# --- CSV tables ---


def wide(folder: Path, header: str = WIDE, cells: str = CSV) -> Path:
    write(folder, cells, "wide_1.csv")
    return write(folder, header, "wide.yaml")


def test_a_good_csv_table_is_read(tmp_path: Path) -> None:
    table = read_table(wide(tmp_path), SOURCES)
    columns, rows = read_csv(table, table.editions[0])
    assert columns == ("A", "B", "until", "value")
    assert rows["97012/97110"] == (("97012", "97110", "20191231", "0"),)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("wide_1.csv", "wide_2.csv", 13, "there is no file 'wide_2.csv' beside this one"),
        ("source: a-source", "source: hearsay", 13, "unknown source 'hearsay'"),
        ("2024-09-30", "2024-06-30", 13, "covers_to lies before effective_from"),
        ("carries: {value: forward}", "carries: forward", 5, "a CSV table says it column by column"),
        ("key: [A, B]", "key: [A, 1]", 7, 'YAML reads bare 1 as int; write "1"'),
        ("key: [A, B]\n", "", 1, "'key' is missing"),
        ("period: {to: until}", "period: {end: until}", 9, "unknown key 'end'"),
        ('name: "W 1"', "nom: W", 13, "unknown key 'nom'"),
    ],
)
def test_a_wrong_header_is_refused(tmp_path: Path, old: str, new: str, line: int, reason: str) -> None:
    assert old in WIDE
    message = refused(wide(tmp_path, WIDE.replace(old, new)))
    assert f"wide.yaml:{line}: " in message
    assert reason in message


def test_two_editions_of_one_day_are_refused(tmp_path: Path) -> None:
    twice = WIDE + WIDE.splitlines(keepends=True)[-1]
    assert "two editions from 2024-07-01" in refused(wide(tmp_path, twice))


@pytest.mark.parametrize(
    ("cells", "line", "reason"),
    [
        (CSV.replace("A,B,until,value", "A,B,until,worth"), 1, "the column 'value' is missing"),
        (CSV.replace("A,B,until,value", "A,B,until,value,more"), 1, "the column 'more' is not named"),
        (CSV.replace("A,B,until,value", "A,B,until,value,value"), 1, "stands twice"),
        (CSV + "97012,97113\n", 4, "2 cells where the header has 4"),
        (CSV + "97012,97140,*,1\n", 4, "97012/97140 stands twice"),
        (CSV + ",,*,1\n", 4, "is no code or pair"),
        (CSV + "97 012,97113,*,1\n", 4, "is no code or pair"),
        ("", 1, "the column 'A' is missing"),
        (CSV + '"97012,97113,*,1\n', 4, "not readable as CSV"),
    ],
)
def test_wrong_cells_are_refused(tmp_path: Path, cells: str, line: int, reason: str) -> None:
    table = read_table(wide(tmp_path, cells=cells), SOURCES)
    with pytest.raises(CitecodeError) as error:
        read_csv(table, table.editions[0])
    assert f"wide_1.csv:{line}: " in str(error.value)
    assert reason in str(error.value)


def test_a_csv_file_that_no_table_names_is_refused(tmp_path: Path) -> None:
    wide(tmp_path)
    write(tmp_path, CSV, "wide_0.csv")
    facts = Facts([tmp_path / "wide.yaml"], Sources.load(ROOT / "corpus" / "sources.yaml"))
    with pytest.raises(CitecodeError, match="unknown source"):
        facts.check()
    write(tmp_path, WIDE.replace("a-source", "citecode-corpus"), "wide.yaml")
    facts = Facts([tmp_path / "wide.yaml"], Sources.load(ROOT / "corpus" / "sources.yaml"))
    with pytest.raises(CitecodeError, match=r"wide_0.csv:1: no table names this file"):
        facts.check()


def test_the_csv_tables_are_what_the_script_computes(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = ROOT / "scripts" / "build_facts.py"
    monkeypatch.setattr("sys.argv", [str(script), "--data", str(shared), "--out", str(tmp_path)])
    runpy.run_path(str(script), run_name="__main__")
    made = sorted(tmp_path.glob("*.csv"))
    assert [path.name for path in made] == sorted(p.name for p in (ROOT / "corpus" / "facts").glob("*.csv"))
    for path in made:
        assert path.read_bytes() == (ROOT / "corpus" / "facts" / path.name).read_bytes(), path.name


# --- ranges, and the schema for editors ---


@pytest.mark.parametrize(
    ("code", "inside"),
    [("97010", True), ("97012", True), ("97799", True), ("97800", False), ("A7012", False), ("9701", False)],
)
def test_a_range_holds_codes_of_its_own_shape(code: str, inside: bool) -> None:
    assert within(code, "97010", "97799") is inside


def test_a_set_of_codes() -> None:
    some = Codes(frozenset({"G0283"}), (("97010", "97028"),))
    assert [code for code in ("G0283", "97012", "97032") if some.holds(code)] == ["G0283", "97012"]
    assert Codes(everything=True).holds("anything")


def test_the_schema_knows_the_keys_the_loader_knows() -> None:
    from assistant.facts import files

    schema = json.loads((ROOT / "docs" / "facts.schema.json").read_text(encoding="utf-8"))
    narrow, broad = schema["oneOf"]
    common = {*files._REQUIRED, *files._OPTIONAL}
    assert {*narrow["properties"]} == common | {*files._YAML_KEYS}
    assert {*broad["properties"]} == common | {*files._CSV_KEYS}
    definitions: Mapping[str, Mapping[str, Mapping[str, object]]] = schema["$defs"]
    assert {*definitions["fact"]["properties"]} == {"values", *files._ENTRY_OPTIONAL}
    assert {*definitions["value"]["properties"]} == {"value", "source", "locator", "to", "confidence"}
    assert definitions["carry"]["enum"] == list(files.CARRIES)
    assert definitions["confidence"]["enum"] == list(files.CONFIDENCE)
