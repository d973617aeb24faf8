"""Lookup of any code, from what ships and from what is loaded."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.codes import Names
from assistant.domain import CitecodeError
from assistant.facts import Facts
from assistant.lookup import lookup, several, to_text
from assistant.sources import Sources
from assistant.tables import Store, load

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
JULY = date(2026, 7, 15)


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load(CORPUS / "names.yaml")


def facts_with(folder: Path) -> Facts:
    return Facts.load(CORPUS, Sources.load(CORPUS / "sources.yaml"), Store.open(folder))


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """Only what ships, with an empty store: diagnoses come from the installed package."""
    return facts_with(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")
def loaded(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("tables")
    names = ("mpfs/PPRRVU2026_Jul_nonQPP.csv.gz", "hcpcs", "ncci/ptp_practitioner_20240701_all.csv.gz")
    names += (
        "ncci/mue_practitioner_2026q2.csv.gz",
        "ncci/aoc_2026q3.csv.gz",
        "icd10/2018_I10gem.txt.gz",
        "icd10/2018_I9gem.txt.gz",
    )
    assert load([shared / name for name in names], folder).ok
    assert load([shared / "lcd" / "lcd_coverage.json.gz"], folder, edition="2026").ok
    return facts_with(folder)


def found(code: str, facts: Facts, names: Names, when: date = JULY, **more: Any) -> dict[str, Any]:
    record = lookup(code, facts, names, when, **more)
    assert json.loads(json.dumps(record)) == record
    assert record["code"] and to_text(record)
    return record


def check_97012(record: dict[str, Any]) -> None:
    assert record["name"] == "mechanical traction"
    assert (record["exists"], record["status"]["value"]) == ("yes", "A")
    assert record["indicators"]["mult_proc"]["value"] == "5"
    assert record["indicators"]["glob_days"]["value"] == "XXX"
    assert record["rvus"]["total_nonfac"]["value"] == "0.43"
    assert record["national_amount"] == 14.36
    assert (record["mue"]["value"], record["mue"]["mai"]["value"]) == ("1", "3")
    assert record["timing"]["value"] == "untimed"
    assert record["add_on"]["value"] == "no"
    pairs = {(one["column1"], one["column2"]): one for one in record["edits"]["pairs"]}
    assert record["mue"]["edition"] and "2026 Q2" in record["mue"]["edition"]
    assert all("2024-07-01" in one["edition"] for one in pairs.values())
    assert any("2024-07-01" in warning for warning in record["warnings"])


def test_97012_from_what_ships(shipped: Facts, names: Names) -> None:
    record = found("97012", shipped, names)
    check_97012(record)
    assert ("97012", "97140") in {(one["column1"], one["column2"]) for one in record["edits"]["pairs"]}


def test_97012_from_the_loaded_files(loaded: Facts, names: Names) -> None:
    record = found("97012", loaded, names)
    check_97012(record)
    assert record["status"]["source_id"].startswith("loaded-mpfs") or record["status"][
        "source_id"
    ].startswith("cms")
    assert record["edits"]["total"] > 25 and record["edits"]["pages"] > 1
    last = found("97012", loaded, names, page=record["edits"]["pages"])
    assert last["edits"]["pairs"] and last["edits"]["pairs"] != record["edits"]["pairs"]
    assert "Mechanical traction therapy" not in json.dumps(record)  # the descriptor is AMA's


def test_replacement_status_and_price_of_97014(shipped: Facts, names: Names) -> None:
    record = found("97014", shipped, names)
    assert record["status"]["value"] == "I"
    assert record["replacement"]["medicare"]["value"] == "G0283"
    assert "national_amount" not in record and "status I" in record["not_priced"]


def test_add_on_codes_and_their_primaries(shipped: Facts, names: Names) -> None:
    record = found("97130", shipped, names)
    assert (record["add_on"]["value"], record["add_on"]["primaries"]) == ("yes", ["97129"])
    assert "97130" in found("97129", shipped, names)["add_ons_of_it"]


def test_a_deleted_code_and_its_successor(shipped: Facts, names: Names) -> None:
    record = found("97762", shipped, names)
    assert record["exists"] == "no" and "2017-12-31" in record["exists_because"]
    assert record["replacement"]["successor"]["value"] == "97763"
    assert found("97762", shipped, names, date(2017, 6, 1))["exists"] != "no"


def test_an_unknown_code_gets_near_matches(shipped: Facts, loaded: Facts, names: Names) -> None:
    record = found("97021", shipped, names)
    assert record["exists"] == "unknown"
    assert [one["code"] for one in record["near"]][:2] == ["97012", "97022"]
    assert record["cures"]
    assert found("97021", loaded, names)["exists"] == "no"


def test_hcpcs_and_modifiers(loaded: Facts, names: Names) -> None:
    record = found("G0283", loaded, names)
    assert record["description"]["value"].startswith("Electrical stimulation")
    assert found("s9090", loaded, names)["status"]["value"] == "I"
    assert "physical therapy" in found("GP", loaded, names)["description"]["value"]
    assert found("59", loaded, names)["ncci"]["value"] == "associated"
    assert found("ZQ", loaded, names)["exists"] == "unknown"


@pytest.mark.parametrize("typed", ["M54.50", "m5450", "M5450"])
def test_diagnoses_need_no_download(shipped: Facts, names: Names, typed: str) -> None:
    record = found(typed, shipped, names)
    assert (record["kind"], record["code"], record["billable"]) == ("diagnosis", "M54.50", True)


def test_a_category_shows_its_billable_codes(shipped: Facts, names: Names) -> None:
    record = found("M54.5", shipped, names)
    assert record["billable"] is False
    assert record["billable_codes"] == ["M54.50", "M54.51", "M54.59"]
    assert [one["code"] for one in record["children"]] == record["billable_codes"]
    assert record["parents"] == ["M54"]
    assert any("M51.2" in note for note in record["excludes1"]["M54.5"])
    assert record["excludes1"]["M54"]
    seventh = found("S13.4", shipped, names)
    assert [one["code"] for one in seventh["children"]] == ["S13.4XXA", "S13.4XXD", "S13.4XXS"]


def test_a_diagnosis_that_does_not_exist(shipped: Facts, names: Names) -> None:
    record = found("M54.55", shipped, names)
    assert record["exists"] == "no"
    assert "M54.50" in [one["code"] for one in record["near"]]


def test_search_by_words(shipped: Facts, names: Names) -> None:
    record = found("cervical radiculopathy", shipped, names)
    assert record["diagnoses"][0]["code"] == "M54.12"
    assert found("low back pains", shipped, names)["diagnoses"][0]["code"].startswith("M54.5")
    with pytest.raises(CitecodeError, match="no code"):
        lookup("flux capacitor", shipped, names, JULY)
    with pytest.raises(CitecodeError):
        lookup("  ", shipped, names, JULY)
    with pytest.raises(CitecodeError):
        lookup("97012", shipped, names, JULY, page=0)


def test_crosswalks_come_from_loaded_tables_with_their_policy(loaded: Facts, names: Names) -> None:
    record = found("97032", loaded, names)
    policy = record["covered_diagnoses"]
    assert policy["policies"] and policy["diagnoses"]
    diagnosis = found(policy["diagnoses"][0], loaded, names)
    assert "97032" in [one["code"] for one in diagnosis["procedures_in_policies"]]
    assert all(one["policies"] for one in diagnosis["procedures_in_policies"])
    assert {one["code"] for one in found("M54.12", loaded, names)["icd9"]}
    assert "covered_diagnoses" not in found("97012", loaded, names)
    nine = found("724.2", loaded, names)
    assert (nine["kind"], [one["code"] for one in nine["icd10"]]) == ("icd9", ["M54.5"])


def test_an_icd_9_code_without_the_mappings_says_what_to_load(shipped: Facts, names: Names) -> None:
    record = found("7242", shipped, names)
    assert (record["exists"], record["icd10"]) == ("unknown", []) and "ingest.py tables" in record["cures"][0]


@pytest.mark.parametrize("typed", ["9701", "97O12", "970122", "97I12"])
def test_a_slip_of_the_hand_gets_near_matches(typed: str, shipped: Facts, names: Names) -> None:
    record = lookup(typed, shipped, names, JULY)
    assert record["exists"] != "yes"
    assert {"97012", "97112"} & {one["code"] for one in record["near"]}
    assert "Near:" in to_text(record)


def test_several_codes_and_a_code_with_its_modifiers(shipped: Facts, names: Names) -> None:
    record = several(["97012,", "97140-GP"], shipped, names, JULY)
    assert [one["code"] for one in record["codes"]] == ["97012", "97140", "GP"]
    assert to_text(record).count("\n\n") == 2
    words = several(["low", "back", "pain"], shipped, names, JULY)
    assert words["kind"] == "search" and words["diagnoses"][0]["code"] == "M54.50"
    assert several(["97012"], shipped, names, JULY) == lookup("97012", shipped, names, JULY)


def test_words_with_a_slip_are_read_as_the_closest(shipped: Facts, names: Names) -> None:
    record = lookup("cervical radiculpathy", shipped, names, JULY)
    assert record["read_as"] == "cervical radiculopathy"
    assert record["diagnoses"][0]["code"] == "M54.12"
    with pytest.raises(CitecodeError):
        lookup("qqqqqq zzzzz", shipped, names, JULY)


def test_a_code_of_chapter_22(shipped: Facts, names: Names) -> None:
    assert lookup("U07.1", shipped, names, JULY)["billable"]
