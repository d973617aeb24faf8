"""Checking claims: each rule with its twin that must stay silent, payers, readers, and what could not run."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import config
from assistant.check import check, check_file, to_text
from assistant.domain import CitecodeError
from assistant.facts import Facts
from assistant.pipeline import Assistant
from assistant.sources import Sources
from assistant.tables import Store

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
DAY = "2026-07-15"


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("tables")
    return Facts.load(CORPUS, Sources.load(CORPUS / "sources.yaml"), Store.open(folder))


def line(
    words: str, units: int = 1, minutes: int | None = None, dx: list[str] | None = None
) -> dict[str, Any]:
    """ "97012-GP-59" -> a claim line."""
    code, *modifiers = words.split("-")
    return {"code": code, "modifiers": modifiers, "units": units, "minutes": minutes, "diagnoses": dx}


def claim(
    *lines: dict[str, Any], payer: str | None = "medicare", who: str | None = "PT", **more: Any
) -> dict[str, Any]:
    return {
        "date_of_service": DAY,
        "payer": payer,
        "rendered_by": who,
        "diagnoses": ["M54.12"],
        "lines": list(lines),
        **more,
    }


def found(
    data: dict[str, Any], facts: Facts, today: date = date(2026, 11, 22)
) -> dict[str, list[dict[str, Any]]]:
    """rule -> findings; every finding is well formed."""
    before = json.dumps(data)
    record = check(data, facts, today)
    assert json.dumps(data) == before  # nothing on the claim is changed
    assert record == check(data, facts, today) == json.loads(json.dumps(record))
    rules: dict[str, list[dict[str, Any]]] = {}
    for one in record["findings"]:
        assert one["severity"] in ("error", "warning", "info") and one["message"]
        assert all(1 <= number <= len(data["lines"]) for number in one["lines"])
        rules.setdefault(one["rule"], []).append(one)
    assert to_text(record)
    return rules


CLEAN = (line("97110-GP", 1, 15), line("97012-GP"))

CASES: list[tuple[str, str, dict[str, Any], tuple[int, ...]]] = [
    ("ptp.never_together", "error", claim(line("97140-GP", 1, 15), line("97124-GP-59", 1, 15)), (1, 2)),
    ("ptp.modifier_missing", "error", claim(line("97012-GP"), line("97140-GP", 1, 15)), (1, 2)),
    ("ptp.modifier_missing", "error", claim(line("99213"), line("98940-AT"), who="DC", payer="medicare"), (1, 2)),
    ("ptp.modifier_used", "info", claim(line("97012-GP"), line("97140-GP-59", 1, 15)), (1, 2)),
    ("mue.day", "error", claim(line("97012-GP", 2)), (1,)),
    ("mue.day", "error", claim(line("97012-GP"), line("97012-GP-59")), (1, 2)),
    ("mue.day", "error", claim(line("97010-GP")), (1,)),
    ("timed_units.untimed", "error", claim(line("97012-GP", 2)), (1,)),
    ("timed_units.too_many", "error", claim(line("97112-GP", 2, 24), line("97110-GP", 2, 23)), (1, 2)),
    ("timed_units.allocation", "error", claim(line("97110-GP", 3, 33), line("97140-GP", 1, 22)), (1, 2)),
    ("timed_units.fewer", "info", claim(line("97110-GP", 1, 30)), (1,)),
    ("therapy_modifier.missing", "error", claim(line("97012")), (1,)),
    ("therapy_modifier.several", "error", claim(line("97012-GP-GO")), (1,)),
    ("therapy_modifier.discipline", "error", claim(line("97161-GO")), (1,)),
    ("therapy_modifier.provider", "warning", claim(line("97110-GO", 1, 15)), (1,)),
    ("assistant_modifier.missing", "error", claim(line("97110-GP", 1, 15), who="PTA"), (1,)),
    ("assistant_modifier.pair", "error", claim(line("97110-GO-CQ", 1, 15), who="OTA"), (1,)),
    ("modifier_51.excluded_by_definition", "error", claim(line("97012-GP-51")), (1,)),
    ("modifier_51.add_on", "error", claim(line("22552-51"), line("22551"), who="MD"), (1,)),
    ("modifier_51.appendix_e", "error", claim(line("94610-51"), who="MD"), (1,)),
    ("modifier_51.medicare", "warning", claim(line("49505-51"), line("27447"), who="MD"), (1,)),
    ("modifier_59.on_em", "error", claim(line("99213-59"), line("20610"), who="MD"), (1,)),
    ("modifier_59.double", "error", claim(line("97012-GP"), line("97140-GP-59-XS", 1, 15)), (2,)),
    ("modifier_59.not_needed", "info", claim(line("97012-GP"), line("97110-GP-59", 1, 15)), (2,)),
    ("modifier_25.not_em", "error", claim(line("97012-GP-25")), (1,)),
    ("modifier_25.missing", "error", claim(line("99213"), line("20610"), who="MD"), (1, 2)),
    ("modifier_25.decision_for_surgery", "error", claim(line("99213-25"), line("27447"), who="MD"), (1, 2)),
    ("modifier_25.minor_surgery", "warning", claim(line("99213-57"), line("20610"), who="MD"), (1,)),
    ("status.not_valid_for_medicare", "error", claim(line("97014-GP")), (1,)),
    ("status.bundled", "warning", claim(line("97010-GP")), (1,)),
    ("status.non_covered", "error", claim(line("98943"), who="DC"), (1,)),
    ("add_on.no_primary", "error", claim(line("97130-GP", 1, 15)), (1,)),
    ("bilateral.not_allowed", "error", claim(line("97012-GP-50")), (1,)),
    ("bilateral.with_side", "error", claim(line("20610-50-LT"), who="MD"), (1,)),
    ("bilateral.units", "error", claim(line("20610-50", 2), who="MD"), (1,)),
    ("component.not_allowed", "error", claim(line("97012-GP-26")), (1,)),
    ("surgeons.not_paid", "error", claim(line("10060-80"), who="MD"), (1,)),
    ("code_valid.deleted", "error", claim(line("97001-GP")), (1,)),
    ("code_valid.shape", "error", claim(line("9701")), (1,)),
    ("chiropractic.not_covered", "error", claim(line("97012"), who="DC"), (1,)),
    ("chiropractic.at_missing", "error", claim(line("98941"), who="DC"), (1,)),
    ("chiropractic.at_with_ga", "error", claim(line("98941-AT-GA"), who="DC"), (1,)),
    ("chiropractic.one_a_day", "error", claim(line("98940-AT"), line("98941-AT"), who="DC"), (1, 2)),
    ("chiropractic.diagnosis", "warning", claim(line("98940-AT"), who="DC"), (1,)),
    ("provider.em", "error", claim(line("99213")), (1,)),
    ("provider.evaluation", "error", claim(line("97161-GP"), who="PTA"), (1,)),
    ("abn.conflict", "error", claim(line("98940-GA-GZ"), who="DC"), (1,)),
    ("modifier_info.shape", "error", claim({"code": "97012", "modifiers": ["GPX"]}), (1,)),
    ("duplicate.same_line", "warning", claim(line("97012-GP"), line("97012-GP")), (1, 2)),
    ("icd10.not_billable", "error", claim(*CLEAN, diagnoses=["M54.5"]), (1, 2)),
    ("icd10.unknown", "error", claim(*CLEAN, diagnoses=["M54.55"]), (1, 2)),
    ("icd10.shape", "error", claim(*CLEAN, diagnoses=["back pain"[:4]]), (1, 2)),
    ("icd10.missing", "error", claim(*CLEAN, diagnoses=[]), (1, 2)),
    ("icd10.pointer", "error", claim(line("97012-GP", dx=["M54.50"])), (1,)),
    ("icd10.excludes1", "warning", claim(*CLEAN, diagnoses=["M54.12", "M50.121"]), ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "severity", "data", "lines"), CASES, ids=[f"{n}-{c[0]}" for n, c in enumerate(CASES)]
)
def test_each_rule_finds_its_fault(
    rule: str, severity: str, data: dict[str, Any], lines: tuple[int, ...], facts: Facts
) -> None:
    findings = found(data, facts)
    assert rule in findings, findings.keys()
    assert (findings[rule][0]["severity"], tuple(findings[rule][0]["lines"])) == (severity, lines)


CLEAN_CLAIMS = [
    claim(*CLEAN),
    claim(line("97112-GP", 2, 24), line("97110-GP", 1, 23)),
    claim(line("97112-GP", 1, 20), line("97110-GP", 2, 20)),  # a tie: either may have the second unit
    claim(line("97112-GP", 2, 20), line("97110-GP", 1, 20)),
    claim(line("97110-GP", 2, 33), line("97140-GP", 1, 7)),
    claim(line("97110-GP-CQ", 1, 15), who="PTA"),
    claim(line("98941-AT"), who="DC", diagnoses=["M99.01", "M54.12"]),
    claim(line("99213-25"), line("20610"), who="MD"),
    claim(line("99214-57"), line("27447"), who="MD"),
    claim(line("20610-50"), who="MD"),
    claim(line("97129-GP", 1, 15), line("97130-GP", 1, 15)),
    claim(line("71046-26"), who="MD"),
]


@pytest.mark.parametrize("data", CLEAN_CLAIMS, ids=range(len(CLEAN_CLAIMS)))
def test_a_clean_claim_has_no_error_and_no_warning(data: dict[str, Any], facts: Facts) -> None:
    findings = found(data, facts)
    assert [rule for rule, all_ in findings.items() if all_[0]["severity"] != "info"] == []


MEDICARES = (
    "ptp",
    "mue",
    "status",
    "therapy_modifier",
    "assistant_modifier",
    "chiropractic",
    "provider",
    "abn",
)


@pytest.mark.parametrize("payer", ["commercial", "Aetna", "medicaid", "workers comp", "medicare advantage"])
def test_medicares_rules_are_no_error_for_other_payers(payer: str, facts: Facts) -> None:
    for _, _, data, _ in CASES:
        for rule, findings in found({**data, "payer": payer}, facts).items():
            if rule.split(".")[0] in MEDICARES and rule not in (
                "therapy_modifier.several",
                "chiropractic.one_a_day",
                "provider.evaluation",
            ):
                assert {one["severity"] for one in findings} == {"info"}, rule
    assert "modifier_25" not in {rule.split(".")[0] for rule in found(claim(*CLEAN, payer=payer), facts)}


def test_an_unknown_payer_is_warned_not_accused(facts: Facts) -> None:
    findings = found(claim(line("97012-GP", 2), payer=None), facts)
    assert findings["mue.day"][0]["severity"] == "warning"
    (both,) = found(claim(line("97112", 2, 24), line("97110", 2, 23), payer=None), facts)[
        "timed_units.method"
    ]
    assert "total time gives 3" in both["message"] and "midpoint" in both["message"]


def test_each_payer_by_its_own_count_of_minutes(facts: Facts) -> None:
    four = (line("97112-GP", 2, 24), line("97110-GP", 2, 23))
    assert "timed_units.too_many" in found(claim(*four), facts)
    assert found(claim(*four, payer="commercial"), facts)["timed_units.method"][0]["severity"] == "info"
    assert "timed_units.too_many" in found(claim(line("97112", 4, 24), payer="commercial"), facts)


def test_cures_are_conditions_on_the_right_line(facts: Facts) -> None:
    (edit,) = found(claim(line("97140-GP", 1, 15), line("97012-GP")), facts)["ptp.modifier_missing"]
    assert edit["fix"].startswith("If the record shows") and "on line 1" in edit["fix"]
    assert edit["fix"].endswith("otherwise do not bill both.")
    assert "2024-07-01" in edit["message"]
    assert edit["facts"][0]["citation"]["source_id"]
    (never,) = found(claim(line("97140-GP", 1, 15), line("97124-GP", 1, 15)), facts)["ptp.never_together"]
    assert "no modifier" in never["message"] and "59" not in never["fix"]
    (visit,) = found(claim(line("20610"), line("99213"), who="MD"), facts)["modifier_25.missing"]
    assert "25 on line 2" in visit["fix"]
    (code,) = found(claim(line("97014-GP")), facts)["status.not_valid_for_medicare"]
    assert code["fix"].startswith("If the record supports it") and "G0283" in code["fix"]


def test_a_missing_table_is_said_and_not_guessed(facts: Facts) -> None:
    record = check(claim(line("33208"), line("33210"), who="MD"), facts, date(2026, 11, 22))
    reasons = {one["rule"]: one["reason"] for one in record["not_run"]}
    assert {"ptp", "mue", "status"} <= reasons.keys()
    assert all("python ingest.py tables" in reason for reason in reasons.values())
    assert to_text(record).startswith("Not checked")
    timed = check(claim(line("97110-GP")), facts, date(2026, 11, 22))
    assert [one["rule"] for one in timed["not_run"]] == ["timed_units"]


def test_dates_of_lines_count(facts: Facts) -> None:
    other = {**line("97124-GP", 1, 15), "date_of_service": "2026-07-16"}
    assert "ptp.never_together" not in found(claim(line("97140-GP", 1, 15), other), facts)
    assert "date_of_service.future" in found(claim(*CLEAN), facts, date(2026, 7, 1))
    record = check({"lines": [line("97012-GP")]}, facts, date(2026, 7, 15))
    assert record["warnings"]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"lines": []},
        {"lines": [{}]},
        {"lines": [{"code": "97012", "units": 0}]},
        {"lines": [{"code": "97012", "units": 1.5}]},
        {"lines": [{"code": "97012", "minutes": -1}]},
        {"lines": [{"code": "97012"}], "date_of_service": "yesterday"},
        {"lines": [{"code": "97012"}], "setting": "home"},
        {"lines": [{"code": "97012"}], "rendered_by": "wizard"},
        {"lines": [{"code": "97012", "modifiers": 59}]},
        {"lines": ["97012"]},
        {"lines": [{"code": "97012"}] * 201},
    ],
)
def test_a_claim_that_cannot_be_read_is_one_sentence(data: dict[str, Any], facts: Facts) -> None:
    with pytest.raises(CitecodeError) as error:
        check(data, facts, date(2026, 11, 22))
    assert "\n" not in str(error.value)


lines_of = st.lists(
    st.builds(
        line,
        st.sampled_from(
            [
                "97012-GP",
                "97140-59",
                "99213-25",
                "98941-AT",
                "97110",
                "G0283-GP",
                "20610-50",
                "97130",
                "0001X",
                "ABCDE",
            ]
        ),
        st.integers(1, 9),
        st.none() | st.integers(0, 90),
        st.none() | st.lists(st.sampled_from(["M54.5", "M54.50", "Z99", "nonsense"]), max_size=2),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines_of,
    st.sampled_from([None, "medicare", "commercial"]),
    st.sampled_from([None, "PT", "PTA", "DC", "MD"]),
)
def test_any_claim_gets_an_answer(
    facts: Facts, lines: list[dict[str, Any]], payer: str | None, who: str | None
) -> None:
    found(claim(*lines, payer=payer, who=who), facts)


# --- files --------------------------------------------------------------------------------------------------


def put(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_json_file_of_one_claim_and_of_several(tmp_path: Path, facts: Facts, today: date) -> None:
    one = claim(line("97012-GP-51"))
    single = check_file(put(tmp_path / "a.json", json.dumps(one)), facts, today)
    assert "findings" in single and single == check(one, facts, today)
    several = check_file(put(tmp_path / "b.json", json.dumps([one, claim(*CLEAN)])), facts, today)
    assert [item["id"] for item in several["claims"]] == ["1", "2"]
    assert (several["summary"]["claims"], several["summary"]["with_errors"]) == (2, 1)
    assert "2 claims, 1 with errors" in to_text(several)


def written(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def test_a_csv_of_claims(tmp_path: Path, facts: Facts, today: date) -> None:
    base = {"claim": "A", "dos": DAY, "payer": "medicare", "rendered_by": "pt", "dx": "M54.12;M5450"}
    rows = [
        {**base, "cpt": "97012", "modifiers": "GP", "units": "2", "minutes": "", "line_diagnoses": "A"},
        {**base, "cpt": "97110", "modifiers": "GP 59", "units": "1", "minutes": "15", "line_diagnoses": "AB"},
        {
            **base,
            "claim": "B",
            "cpt": "97012",
            "modifiers": "",
            "units": "",
            "minutes": "",
            "line_diagnoses": "C",
        },
    ]
    record = check_file(put(tmp_path / "claims.csv", written(rows)), facts, today)
    first, second = record["claims"]
    assert (first["id"], second["id"]) == ("A", "B")
    assert "mue.day" in {one["rule"] for one in first["findings"]}
    assert "therapy_modifier.missing" in {one["rule"] for one in second["findings"]}
    assert any("points to C" in one["message"] for one in second["findings"])


@pytest.mark.parametrize(
    "text", ["code\n", "a,b\n1,2\n", "code,units\n97012,x\n", "code\n97012,1,2\n", "{", "[1]", ""]
)
def test_bad_files_are_one_sentence(tmp_path: Path, facts: Facts, today: date, text: str) -> None:
    with pytest.raises(CitecodeError) as error:
        check_file(put(tmp_path / "claims.csv", text), facts, today)
    assert "\n" not in str(error.value)
    with pytest.raises(CitecodeError):
        check_file(tmp_path / "absent.json", facts, today)


X12 = """ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260715*1200*^*00501*000000001*0*P*:~
GS*HC*SENDER*RECEIVER*20260715*1200*1*X*005010X222A1~
ST*837*0001*005010X222A1~
BHT*0019*00*0123*20260715*1200*CH~
HL*1**20*1~
PRV*BI*PXC*225100000X~
NM1*85*2*SOME CLINIC*****XX*1234567893~
HL*2*1*22*0~
SBR*P*18*******MB~
NM1*IL*1*DOE*JANE****MI*1EG4TE5MK72~
CLM*C100*150***11:B:1*Y*A*Y*Y~
HI*ABK:M5412*ABF:M545~
SBR*S*18*******CI~
LX*1~
SV1*HC:97012:GP:51*40*UN*2***1~
DTP*472*D8*20260715~
LX*2~
SV1*HC:97140:GP*60*UN*1***1:2~
DTP*472*D8*20260715~
CLM*C200*50***11:B:1*Y*A*Y*Y~
HI*ABK:M5412~
NM1*82*1*ROE*RICHARD****XX*1234567893~
PRV*PE*PXC*111N00000X~
LX*1~
SV1*HC:98940:AT*50*UN*1***1~
DTP*472*D8*20260716~
SE*24*0001~
GE*1*1~
IEA*1*000000001~
"""


def test_an_837p_file(tmp_path: Path, facts: Facts, today: date) -> None:
    record = check_file(put(tmp_path / "claims.837", X12), facts, today)
    first, second = record["claims"]
    assert (first["id"], second["id"]) == ("C100", "C200")
    rules = {one["rule"]: one for one in first["findings"]}
    assert {
        "modifier_51.excluded_by_definition",
        "mue.day",
        "ptp.modifier_missing",
        "icd10.not_billable",
    } <= rules.keys()
    assert rules["icd10.not_billable"]["lines"] == [2]
    assert rules["mue.day"]["severity"] == "error"  # SBR09 MB is Medicare
    assert [one["severity"] for one in second["findings"]] == ["warning"]  # the second payer changes nothing
    assert {one["rule"] for one in second["findings"]} == {
        "chiropractic.diagnosis"
    }  # rendered by a chiropractor
    assert "DOE" not in json.dumps(record)
    same = check_file(put(tmp_path / "one.837", X12.replace("\n", "")), facts, today)
    assert same == record
    with pytest.raises(CitecodeError, match="837P"):
        check_file(put(tmp_path / "i.837", X12.replace("X222A1", "X223A2")), facts, today)
    with pytest.raises(CitecodeError):
        check_file(put(tmp_path / "x.837", "ISA*00*broken"), facts, today)


def test_a_thousand_claims_in_one_file_are_each_checked(tmp_path: Path, facts: Facts, today: date) -> None:
    rows = [
        {"claim": str(number), "date_of_service": f"2026-07-{number % 28 + 1:02d}", "payer": "medicare", "rendered_by": "PT",
         "diagnoses": "M54.12", "code": code, "modifiers": "GP", "units": "1", "minutes": minutes}
        for number in range(1000)
        for code, minutes in (("97012", ""), ("97110", "15"), ("97140", "15"))
    ]  # fmt: skip
    path = put(tmp_path / "claims.csv", written(rows))
    record = check_file(path, facts, today)
    assert record["summary"]["claims"] == 1000


def test_a_row_that_cannot_be_read_is_named_and_the_others_are_checked(
    tmp_path: Path, facts: Facts, today: date
) -> None:
    text = (
        "Claim Number;DOS;Insurance;Rendering Provider;CPT;Mod1;Mod2;Units;Minutes;Dx1;Dx2;Pointer\r\n"
        "A;7/15/2026;Medicare;DPT;97012;GP;51;1;;M54.12;M54.2;A\r\n"
        "B;07/15/2026;Medicare;PT;97110;GP;;two;15;M54.12;;A\r\n"
        "C;07/15/2026;Medicare;PT;97110;GP;;1;15;M54.12;;A;too;many\r\n"
        "\r\n"
        "D;yesterday;Medicare;PT;97110;GP;;1;15;M54.12;;A\r\n"
        "E;20260715;Medicare;wizard;97110;GP;;1;15;M54.12;;A\r\n"
    )
    record = check_file(put(tmp_path / "claims.csv", text), facts, today)
    by_id = {one["id"]: one for one in record["claims"]}
    assert "modifier_51.excluded_by_definition" in {one["rule"] for one in by_id["A"]["findings"]}
    assert "line 3" in by_id["B"]["error"] and "'two'" in by_id["B"]["error"]
    assert "line 4 has 14 cells" in by_id["C"]["error"]
    assert "line 6" in by_id["D"]["error"] and "yesterday" in by_id["D"]["error"]
    assert "WIZARD" in by_id["E"]["error"]
    assert record["summary"]["unread"] == 4
    assert "4 could not be read" in to_text(record) and "Not read" in to_text(record)


def test_a_claim_of_a_list_that_cannot_be_read_is_named(tmp_path: Path, facts: Facts, today: date) -> None:
    claims = [claim(*CLEAN, id="one"), claim({"code": ""}, id="two"), "three"]
    record = check_file(put(tmp_path / "a.json", json.dumps(claims)), facts, today)
    assert [("error" in one, one["id"]) for one in record["claims"]] == [
        (False, "one"),
        (True, "two"),
        (True, "3"),
    ]


def test_what_a_claim_leaves_out_can_be_given_beside_it(tmp_path: Path, facts: Facts, today: date) -> None:
    path = put(tmp_path / "a.json", json.dumps({"diagnoses": ["M54.12"], "lines": [{"code": "97012"}]}))
    given = {"payer": "medicare", "rendered_by": "PT", "date_of_service": DAY}
    record = check_file(path, facts, today, given)
    assert record["warnings"] == []
    assert [one["severity"] for one in record["findings"] if one["rule"] == "therapy_modifier.missing"] == [
        "error"
    ]


def test_one_bad_claim_of_an_837p_leaves_the_others(tmp_path: Path, facts: Facts, today: date) -> None:
    text = X12.replace("SV1*HC:98940:AT*50*UN*1***1~", "SV1*HC:98940:AT*50*UN*many***1~")
    first, second = check_file(put(tmp_path / "claims.837", text), facts, today)["claims"]
    assert first["findings"] and "many" in second["error"] and "C200" in second["error"]


OVERLAY = """table: modifier_51
title: "51 at Acme"
description: "What Acme says of 51."
authority: "Acme Health"
carries: standing
cure: "Ask Acme."
facts:
  - subject: "97012"
    field: ground
    payer: "Acme Health"
    confidence: official
    values:
      2026-01-01: {value: "subject", source: acme-2026, locator: "p. 12"}
"""
REGISTER = """sources:
  - {id: acme-2026, title: Provider manual, publisher: Acme Health, edition: "2026", authority: Acme Health, kind: payer, licence: own copy}
"""


def test_a_practice_s_own_payer_facts_hold_for_that_payer(home: Path, today: date) -> None:
    (home / "facts").mkdir()
    put(home / "facts" / "modifier_51.yaml", OVERLAY)
    put(home / "sources.yaml", REGISTER)
    opened = Assistant.open(config.load(), today=today)
    data = claim(line("97012-51"), line("97110", 1, 15))
    assert "modifier_51.excluded_by_definition" not in found({**data, "payer": "ACME Health"}, opened.facts)
    assert "modifier_51.excluded_by_definition" in found({**data, "payer": "Aetna"}, opened.facts)
    assert opened.sources["acme-2026"].title == "Provider manual"
