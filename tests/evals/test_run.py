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


def test_nothing_is_lost_against_the_baseline(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All of evals/cases: every case of the rule tier passes, the others lose nothing that chance does not explain.

    What is known not to pass yet stands in evals/open, which gates nothing."""
    said = called(capsys, "--gate", "--json", "--answers", tmp_path / "log.jsonl")
    lost = "\n".join(line for line in said.err.splitlines() if line.startswith("GATE"))
    assert said.status == 0, lost or said.err
    rules = said.json["tiers"]["rules"]
    assert rules["n"] == rules["passed"] > 3000 and said.json["tiers"]["answers"]["n"] > 300
    again = called(capsys, "--gate", "--json", "--rescore", tmp_path / "log.jsonl")
    assert again.status == 0 and again.json["cases"] == said.json["cases"], "scoring needs the log alone"


def test_the_retrieval_tier_is_skipped_without_the_manuals(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its cases ask about manuals that are not in the repository: the reason is said, and nothing has failed."""
    monkeypatch.setenv("CITECODE_SHARED", str(tmp_path))
    said = called(capsys, "--tier", "retrieval", "--json")
    assert said.status == 0 and (said.json["n"], said.json["passed"]) == (0, 0)
    assert "manuals are not here" in said.json["skipped"]


# answers apart from scoring ---------------------------------------------------------------------------------------------


def test_old_answers_are_scored_anew(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, log = own(tmp_path, RIGHT + WRONG), tmp_path / "log.jsonl"
    first = called(capsys, "--cases", path, "--answers", log, "--json")
    own(tmp_path, RIGHT + WRONG.replace('verdict: "yes"', 'verdict: "no"'))
    again = called(capsys, "--cases", path, "--rescore", log, "--json")
    assert (first.json["passed"], again.json["passed"], again.status) == (1, 2, 0)
    assert again.json["configuration"] == first.json["configuration"]
    for text in ("", "{}", "[]", "no log", '{"configuration": {}}\n{"case": 1}\n{}\n'):
        log.write_text(text, encoding="utf-8")
        said = called(capsys, "--cases", path, "--rescore", log)
        assert said.status == 1 and str(log) in said.err and said.out == ""


def test_a_run_is_taken_up_again(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from evals.run import Ours

    path, log = own(tmp_path, RIGHT + WRONG), tmp_path / "log.jsonl"
    called(capsys, "--cases", path, "--answers", log)
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    log.write_text("".join(lines[:2]) + lines[2][:40], encoding="utf-8")  # broken off in the middle
    asked: list[str] = []
    right = Ours.row
    monkeypatch.setattr(Ours, "row", lambda self, c: asked.append(c.name) or right(self, c))  # type: ignore[func-returns-value]
    said = called(capsys, "--cases", path, "--answers", log, "--resume", "--json")
    assert asked == ["wrong"] and said.json["n"] == 2
    assert [c["name"] for c in said.json["cases"]] == ["right", "wrong"]
    called(capsys, "--cases", path, "--answers", log, "--resume")
    assert asked == ["wrong"], "nothing is left to ask"
    monkeypatch.setenv("CITECODE_TODAY", "2026-01-05")
    said = called(capsys, "--cases", path, "--answers", log, "--resume")
    assert said.status == 1 and "made with another today" in said.err


def test_processes_give_the_same(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    from evals import run as runs

    monkeypatch.setattr(runs, "FEW", 2)
    monkeypatch.setattr(runs, "BATCH", 2)
    path = own(tmp_path, "".join(case(f"c{n}", f"can I bill {c} with 51?", "no") for n, c in enumerate(("97012", "97110", "97140", "97530", "97112"))))  # fmt: skip
    one, two = (called(capsys, "--cases", path, "--jobs", n, "--json") for n in (1, 2))
    assert one.json == two.json and one.json["passed"] == 5


def test_cases_are_chosen_by_name_and_topic(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = own(tmp_path, RIGHT + WRONG.replace("topic: t", "topic: u"))

    def names(*words: str) -> list[str]:
        return [c["name"] for c in called(capsys, "--cases", path, "--json", *words).json["cases"]]

    assert names("--name", "igh") == names("--name", "r*") == names("--topic", "t") == ["right"]
    assert names("--topic", "t,u") == ["right", "wrong"]


# what comes out ---------------------------------------------------------------------------------------------------------


def test_two_runs_side_by_side(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, log = own(tmp_path, RIGHT + WRONG), tmp_path / "before.jsonl"
    called(capsys, "--cases", path, "--answers", log)
    rows = (
        log.read_text(encoding="utf-8")
        .replace('"verdict": "no"', '"verdict": "yes"')
        .replace("**No.**", "**Yes.**")
    )
    log.write_text(rows, encoding="utf-8")
    said = called(capsys, "--cases", path, "--compare", log)
    assert "lost against before.jsonl: wrong" in said.out and "gained against before.jsonl: right" in said.out
    assert "this run" in said.out and "sign test p" in said.out
    [made] = called(capsys, "--cases", path, "--compare", log, "--json").json["comparisons"]
    assert (made["n"], made["worse"], made["better"], made["p_worse"]) == (2, ["wrong"], ["right"], 0.75)
    said = called(capsys, "--cases", path, "--compare", "elsewhere")
    assert said.status == 1 and "no such system" in said.err


def test_another_system_is_held_to_what_a_reader_sees(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A model that says yes to everything: scored on the verdict, not on rulings it cannot have."""
    from evals import systems

    class Said:
        text = "Yes, bill it."

    class Chat:
        def invoke(self, prompt: str) -> Said:
            assert "97012" in prompt and "first word of your answer" in prompt
            return Said()

    monkeypatch.setattr(systems, "_chat", lambda model: Chat())
    topics = RIGHT.replace("expected: {", "expected: {topics: [modifier_51], ")
    [made] = called(
        capsys, "--cases", own(tmp_path, topics + WRONG), "--compare", "model:openai:any", "--json"
    ).json["comparisons"]
    assert made["theirs"]["rules"]["passed"] == 1 and made["better"] == ["right"]


def test_the_page_escapes_everything_and_needs_no_network(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    attack = "<img src=x onerror=alert(1)>"
    bad = case(f"odd {attack}", f"is 97012 timed? {attack}", "yes").replace("topic: t", f"topic: '{attack}'")
    page, log = tmp_path / "r.html", tmp_path / "log.jsonl"
    called(capsys, "--cases", own(tmp_path, RIGHT + bad), "--html", page, "--answers", log)
    text = page.read_text(encoding="utf-8")
    assert "<img" not in text and "&lt;img" in text and "<script" not in text
    assert "http" not in text.replace("https://www.cms.gov", "").replace("http-equiv", "")
    assert "verdict no, expected yes" in text and "95% interval" in text
    called(capsys, "--cases", own(tmp_path, RIGHT + bad), "--html", page, "--compare", log)
    assert "Against log.jsonl" in page.read_text(encoding="utf-8")


def test_junit_is_read_by_any_parser(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from xml.etree import ElementTree

    path = own(tmp_path, RIGHT + case("odd", "is 97012 timed <b> & \\x01?", "yes"))
    called(capsys, "--cases", path, "--junit", tmp_path / "r.xml")
    suites = ElementTree.parse(tmp_path / "r.xml").getroot()
    assert (suites.get("tests"), suites.get("failures")) == ("2", "1")
    [failure] = suites.iter("failure")
    assert failure.get("message") == "verdict no, expected yes" and "97012 timed <b> &" in (
        failure.text or ""
    )


def test_promptfoo_gets_the_same_expectations(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import re

    import yaml

    from evals import promptfoo_provider

    held = RIGHT.replace("expected: {", "expected: {must_include: ['Physical\\b [mM]ed'], status: ruled, ")
    said = called(capsys, "--cases", own(tmp_path, held), "--promptfoo", tmp_path / "p.yaml")
    made = yaml.safe_load((tmp_path / "p.yaml").read_text(encoding="utf-8"))
    assert said.status == 0 and "1 cases written" in said.out
    [test] = made["tests"]
    assert {"type": "javascript", "value": 'output.verdict === "no"'} in test["assert"]
    [pattern] = [a for a in test["assert"] if a["type"] == "regex"]
    assert re.search(pattern["value"], "physical medicine") and pattern["transform"] == "output.text"
    assert made["providers"][0]["id"].endswith("evals/promptfoo_provider.py")
    answer = promptfoo_provider.call_api("can I bill 97012 with 51?", {}, {"vars": test["vars"]})
    assert answer["output"]["verdict"] == "no"


def test_judged_answers_are_reviewed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = called(capsys, "--judged")
    assert said.status == 1 and "Nothing has been judged yet" in said.err
    folder = home / "evals"
    folder.mkdir()
    draft = RIGHT.replace('expected: {verdict: "no"}', "expected: {must_not_include: ['No']}")
    own(folder, draft.replace("topic: t", "topic: t, reason: 'wrong code'").replace("tier: rules", "tier: answers")
        + RIGHT.replace("name: \"right\"", "name: liked"), "judged.yaml")  # fmt: skip
    (home / "index").mkdir()
    said = called(capsys, "--judged", "--tier", "rules")
    assert said.status == 0 and "liked the answer" in said.out and "as drafted it passes" in said.out
    assert "1 drafts in" in said.out and "evals/cases/" in said.out


def test_the_committed_report_makes_the_table(tmp_path: Path) -> None:
    from evals import scores

    held = json.loads(scores.FILE.read_text(encoding="utf-8"))
    made = scores.table(held)
    assert made.count("\n| ") > 5 and "95% interval" in made and "tutorial" in made
    assert set(held["sets"]) == {"cases", "unseen", "open"} and held["sets"]["cases"]["n"] > 3000
