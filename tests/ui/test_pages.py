"""What the pages make of their material, without a browser: pure functions from records to HTML."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from assistant.conversations import Turn
from assistant.domain import CitecodeError
from assistant.rules.units import units as count
from assistant.ui import audits, claims, codes, evaluations, judged, library, runs, units

ATTACK = "<img src=x onerror=alert(1)>"


def test_the_picture_of_units_marks_the_thresholds_reached() -> None:
    shown = units.bar({"97112": 24, "97110": 23})
    assert shown.count("cc-reached") == 3 and shown.count("cc-seg ") == 2
    assert "47 minutes reach 3 units" in shown
    assert units.bar({"97110": 7}).count("cc-reached") == 0


def test_both_counts_stand_side_by_side() -> None:
    minutes = {"97112": 24, "97110": 23, "97012": 15}
    made = count(minutes, {"97112": True, "97110": True, "97012": False}).to_dict()
    shown = units.result(made, minutes)
    assert re.findall(r'cc-big">(\d)', shown) == ["3", "4"]
    assert "<b>97012</b>: 1 unit" in shown


@pytest.mark.parametrize("words", [["97112"], ["97112=x"], ["97112=-3"], ["=5x"]])
def test_minutes_that_cannot_be_read_are_named(words: list[str]) -> None:
    with pytest.raises(CitecodeError, match="CODE=MINUTES"):
        units.minutes_of(words)


def test_an_audit_colours_each_sentence_once_and_escapes_it() -> None:
    text = f"97012 is timed. {ATTACK} It is not."
    finding = {
        "sentence": "97012 is timed.",
        "start": 0,
        "end": 15,
        "label": "contradicts",
        "topic": "timing",
    }
    report = {
        "label": "contradicts",
        "findings": [{**finding, "statement": "It is untimed."}, {**finding, "statement": ATTACK}],
    }
    shown = audits.result(text, report)
    assert shown.count("<mark") == 1 and "<img" not in shown and shown.count("<li>") == 2


def test_lines_of_the_grid_become_claim_lines() -> None:
    nothing = float("nan")
    rows = [
        {"Code": " 97140 ", "Modifiers": "gp, 59", "Units": 2, "Minutes": 30.0, "Diagnoses": "m54.2"},
        {"Code": None, "Modifiers": None, "Units": 1, "Minutes": None, "Diagnoses": None},
        {"Code": "97012", "Modifiers": None, "Units": nothing, "Minutes": nothing, "Diagnoses": None},
    ]
    assert claims.lines_of(rows) == [
        {"code": "97140", "modifiers": ["GP", "59"], "units": 2, "minutes": 30, "diagnoses": ["M54.2"]},
        {"code": "97012", "modifiers": [], "units": 1, "minutes": None, "diagnoses": []},
    ]


def test_findings_stand_beside_the_lines_they_name() -> None:
    found = {
        "rule": "ptp.edit",
        "severity": "error",
        "lines": [1, 2],
        "message": ATTACK,
        "fix": "Bill one.",
        "facts": [],
    }
    lines = claims.lines_of([{"Code": c, "Modifiers": "", "Units": 1} for c in ("97140", "97124", "97012")])
    shown = claims.report({"findings": [found], "not_run": [{"rule": "icd10", "reason": "Load it."}]}, lines)
    assert shown.count('<span class="cc-tag cc-error">1 PTP</span>') == 2
    assert "1 error" in shown and "Cure:" in shown and "Not checked: 1" in shown and "<img" not in shown
    several = {
        "claims": [{"id": "a", "findings": [], "not_run": []}, {"id": ATTACK, "findings": [], "not_run": []}]
    }
    assert claims.report(several).count("Nothing found") == 2 and "<img" not in claims.report(several)


def test_edits_are_filtered_by_all_words() -> None:
    pairs = [
        {
            "column1": "97140",
            "column2": "97124",
            "modifier_indicator": "0",
            "rationale": "Standards of practice",
        },
        {"column1": "97012", "column2": "97140", "modifier_indicator": "1", "rationale": ATTACK},
    ]
    assert codes.edits_table("97140", pairs).count("<tr>") == 3
    only = codes.edits_table("97140", pairs, "97124 never")
    assert "97124" in only and "97012" not in only and "column 1" in only
    assert "No edit here" in codes.edits_table("97140", pairs, "nothing")
    assert "<img" not in codes.edits_table("97140", pairs)


def test_a_record_of_any_shape_is_shown_as_text() -> None:
    record = {
        "kind": "diagnosis", "code": ATTACK, "date_of_service": "2026-11-22", "description": ATTACK,
        "children": [{"code": "M54.2", "description": ATTACK}], "excludes1": {"a": {"value": ATTACK}}, "cures": [ATTACK],
    }  # fmt: skip
    shown = codes.head(record) + codes.values(record, {})
    assert "<img" not in shown and "M54.2" in shown


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (date(2026, 1, 1), None, "in force"),
        (date(2026, 7, 1), date(2026, 9, 30), "covered to 2026-09-30"),
        (date(2027, 1, 1), None, "not in force before 2027-01-01"),
    ],
)
def test_an_edition_says_what_it_covers_today(since: date, until: date | None, said: str) -> None:
    assert library.state(since, until, date(2026, 11, 22)) == said


def test_passages_are_shown_as_they_are_cut() -> None:
    shown = library.body(f"one {ATTACK}two", [(0, 4), (4, 35)])
    assert shown.count("<li>") == 2 and "characters 0 to 4" in shown and "<img" not in shown


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/passwd", "passwd"), ("..\\x.md", "x.md"), (".hidden.txt", "hidden.txt"), ("a\x00b.md", "a_b.md"), ("", "document.txt")],
)  # fmt: skip
def test_an_uploaded_name_leads_nowhere_else(name: str, kept: str) -> None:
    assert runs.safe(name) == kept


def test_uploads_are_written_under_the_home(home: Path) -> None:
    (path,) = runs.keep([("../policy.md", b"text")])
    assert path == home / "uploads" / "policy.md" and path.read_bytes() == b"text"


def test_messages_leave_out_progress() -> None:
    out = "Loading weights: 50%\rembedding  [###   ] 1/2\nfile.pdf: is empty.\n"
    assert runs.messages(out) == ["file.pdf: is empty."]


def test_reports_that_are_none_are_passed_over(tmp_path: Path) -> None:
    good = {"n": 2, "passed": 1, "tiers": {"rules": {"n": 2, "passed": 1}}, "cases": [
        {"name": "a", "tier": "rules", "passed": False, "reasons": [ATTACK]},
        {"name": "b", "tier": "rules", "passed": True, "reasons": []},
    ]}  # fmt: skip
    (tmp_path / "2026-11-22T10-00-00-rules.json").write_text(json.dumps(good))
    (tmp_path / "2026-11-22T11-00-00-rules.json").write_text("{")
    (tmp_path / "2026-11-22T12-00-00-rules.json").write_text("[]")
    ((name, report),) = evaluations.reports(tmp_path)
    assert name == "2026-11-22 10:00, rules"
    assert "1 of 2" in evaluations.summary((name, report)) and "50.0%" in evaluations.summary((name, report))
    assert "Failures: 1" in evaluations.failures(report) and "<img" not in evaluations.failures(report)


def test_judged_answers_become_cases_that_the_evals_read(tmp_path: Path) -> None:
    from evals import cases

    context = {"date_of_service": "2026-11-22", "payer": None, "setting": "practitioner", "rendered_by": "PT"}
    answer = {"question": "can I bill 97012 with 51?", "text": "**No.** Not so (see 1). [1] More.", "verdict": "no",
              "status": "ruled", "context": context}  # fmt: skip
    liked = Turn(1, "2026-11-22T10:00:00", {"answer": answer}, True, "")
    other = Turn(
        2, "2026-11-22T10:01:00", {"answer": {**answer, "question": "and with 59?"}}, False, "wrong: date"
    )
    file = tmp_path / "judged.yaml"
    file.write_text(judged.cases([(liked, ()), (other, (liked,))]), encoding="utf-8")
    read, problems = cases.load(file)
    assert problems == [] and len(read) == 2
    assert read[0].expected == {"verdict": "no", "status": "ruled"}
    assert [turn["role"] for turn in read[1].inputs["history"]] == ["user", "assistant"]
    assert re.search(read[1].expected["must_not_include"][0], "No. Not so (see 1).")
