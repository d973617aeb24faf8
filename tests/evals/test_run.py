"""`python -m evals`: what it prints and its exit status, and that every case of the rule tier passes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals import __main__ as run
from tests.calling import Said, misfits

ROOT = Path(__file__).resolve().parents[2]
RESULT = {
    "n": int,
    "passed": int,
    "tiers": dict,
    "cases": [{"name": str, "tier": {"rules", "retrieval", "answers"}, "passed": bool, "reasons": [str]}],
}


def called(capsys: pytest.CaptureFixture[str], *words: object) -> Said:
    capsys.readouterr()
    try:
        status = run.main([str(word) for word in words])
    except SystemExit as stopped:
        status = int(str(stopped.code))
    said = capsys.readouterr()
    return Said(status, said.out, said.err)


@pytest.fixture
def built(built_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CITECODE_HOME", str(built_home))
    monkeypatch.delenv("CITECODE_TODAY", raising=False)
    return built_home


def case(name: str, question: str, verdict: str, tier: str = "rules") -> str:
    return (
        f'- name: "{name}"\n  inputs: {{question: "{question}"}}\n'
        f'  expected: {{verdict: "{verdict}"}}\n  metadata: {{topic: t, tier: {tier}}}\n'
    )


RIGHT = case("right", "can I bill 97012 with 51?", "no")
WRONG = case("wrong", "is 97012 timed?", "yes")


def own(folder: Path, text: str, name: str = "own.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_json_has_the_contracts_shape(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = called(capsys, "--cases", own(tmp_path, RIGHT + WRONG), "--json")
    assert said.status == 1
    made: dict[str, Any] = said.json
    assert not misfits(made, RESULT)
    assert (made["n"], made["passed"]) == (2, 1)
    assert made["tiers"] == {"rules": {"n": 2, "passed": 1}}
    assert made["cases"] == [
        {"name": "right", "tier": "rules", "passed": True, "reasons": []},
        {"name": "wrong", "tier": "rules", "passed": False, "reasons": ["verdict no, expected yes"]},
    ]


def test_the_report_names_what_failed_and_where(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = called(capsys, "--cases", own(tmp_path, RIGHT + WRONG))
    assert said.status == 1
    assert "FAILED own.yaml:5 wrong: verdict no, expected yes" in said.out
    assert "is 97012 timed?" in said.out and "1/2 passed (50.0%, 95% interval" in said.out
    assert "1/2 cases passed" in said.out and "right" not in said.out


def test_exit_status(built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(capsys, "--cases", own(tmp_path, RIGHT)).status == 0
    assert called(capsys, "--cases", own(tmp_path, WRONG)).status == 1
    told = WRONG.replace("tier: rules", "tier: answers")
    assert called(capsys, "--cases", own(tmp_path, RIGHT + told)).status == 0, "only the rule tier gates"
    assert called(capsys, "--cases", own(tmp_path, WRONG + RIGHT), "--topic", "t").status == 1
    assert called(capsys, "--bogus").status == 2
    assert called(capsys, "--tier", "best").status == 2


def test_tiers_are_chosen(built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = own(tmp_path, WRONG + case("said", "can I bill 97012 with 51?", "no", "answers"))
    said = called(capsys, "--cases", path, "--tier", "answers", "--json")
    assert said.status == 0 and [c["name"] for c in said.json["cases"]] == ["said"]
    both = called(capsys, "--cases", path, "--json").json
    assert both["tiers"] == {"rules": {"n": 1, "passed": 0}, "answers": {"n": 1, "passed": 1}}


def test_a_csv_with_two_malformed_rows(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both lines are named, the other rows are scored."""
    rows = [
        f"can I bill {code} with 51?,no" for code in ("97012", "97110", "97140", "97530", "97112", "97116")
    ]
    rows += [f"is {code} timed?,yes" for code in ("97110", "97140", "97530", "97112", "97116", "97035")]
    rows += [f"is {code} timed?,no" for code in ("97012", "97018", "97022", "97028", "97150")]
    rows.insert(3, "is 97012 timed?")
    rows.insert(11, "what, no quotes, here,no")
    rows.append("is 97012 timed?,yes")
    assert len(rows) == 20
    path = own(tmp_path, "question,answer\n" + "\n".join(rows) + "\n", "mine.csv")
    said = called(capsys, "--cases", path, "--json")
    assert said.status == 1
    named = said.err.strip().splitlines()
    assert len(named) == 2 and "mine.csv:5:" in named[0] and "mine.csv:13:" in named[1]
    assert (said.json["n"], said.json["passed"]) == (18, 17)
    [failed] = [c for c in said.json["cases"] if not c["passed"]]
    assert failed["name"] == "row 21" and failed["reasons"] == ["verdict no, expected yes"]


def test_bad_cases_are_named_and_the_others_run(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = called(capsys, "--cases", own(tmp_path, RIGHT + "- bad\n" + RIGHT), "--json")
    assert said.status == 1 and said.json["n"] == said.json["passed"] == 2
    assert said.err.startswith("evals: own.yaml:5: ")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "no such file"),
        ("[]", "no case to run"),
        ("- bad\n", "no case to run"),
        ("a: b\n", "must be a list"),
    ],
)
def test_nothing_to_run(
    text: str | None, says: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "none.yaml" if text is None else own(tmp_path, text)
    said = called(capsys, "--cases", path)
    assert said.status == 1 and says in said.err and said.out == ""


def test_a_refused_question_fails_its_case_alone(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = case("long", "97012 " * 50_000, "no")
    said = called(capsys, "--cases", own(tmp_path, RIGHT + long), "--json")
    assert said.status == 1 and said.json["passed"] == 1
    assert "characters" in said.json["cases"][1]["reasons"][0]


def test_what_the_run_needs_is_said(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = own(tmp_path, RIGHT.replace("tier: rules", "tier: answers"))
    said = called(capsys, "--cases", path)
    assert said.status == 1 and "python ingest.py" in said.err
    said = called(capsys, "--cases", own(tmp_path, RIGHT), "--log", tmp_path)
    assert said.status == 1 and "--answers" in said.err
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "x").write_text("x")
    said = called(capsys, "--cases", path, "--index", tmp_path / "foreign")
    assert said.status == 1 and str(tmp_path / "foreign") in said.err
    monkeypatch.setenv("CITECODE_TODAY", "soon")
    said = called(capsys, "--cases", path)
    assert said.status == 1 and "CITECODE_TODAY" in said.err


def test_the_log_holds_every_answer(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log.jsonl"
    called(capsys, "--cases", own(tmp_path, RIGHT + WRONG), "--log", log)
    first, *rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert first["configuration"]["model"] == "none" and first["configuration"]["today"] == "2026-11-22"
    assert [(row["case"], row["answer"]["verdict"]) for row in rows] == [("right", "no"), ("wrong", "no")]


def test_every_case_of_the_rule_tier_passes(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All of evals/cases; what is known not to pass yet stands in evals/open, which gates nothing."""
    said = called(capsys, "--tier", "rules", "--json")
    assert {c["name"]: c["reasons"] for c in said.json["cases"] if not c["passed"]} == {}
    assert said.status == 0 and said.json["n"] > 1000


def test_the_answers_tier_passes(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = called(capsys, "--tier", "answers", "--json")
    assert [c for c in said.json["cases"] if not c["passed"]] == []


def test_the_retrieval_tier_is_skipped_without_the_manuals(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its cases ask about manuals that are not in the repository: the reason is said, and nothing has failed."""
    monkeypatch.setenv("CITECODE_SHARED", str(tmp_path))
    said = called(capsys, "--tier", "retrieval", "--json")
    assert said.status == 0 and (said.json["n"], said.json["passed"]) == (0, 0)
    assert "manuals are not here" in said.json["skipped"]
