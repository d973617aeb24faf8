"""Eval cases are read strictly: what cannot be read is named with its line, the rest is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.domain import CitecodeError
from evals import cases

ROOT = Path(__file__).resolve().parents[2]

GOOD = """\
- name: good
  inputs: {question: "can I bill 97012 with 51?", date_of_service: 2026-07-15, payer: medicare}
  expected: {verdict: no, must_include: ["physical medicine"], status: [ruled, overruled]}
  metadata: {topic: modifier_51, tier: rules}
"""


def written(folder: Path, text: str, name: str = "own.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_case_is_read_as_it_stands(tmp_path: Path) -> None:
    [case], problems = cases.load(written(tmp_path, GOOD))
    assert not problems
    assert (case.name, case.tier, case.place) == ("good", "rules", "own.yaml:1")
    assert case.inputs["date_of_service"] == "2026-07-15", "a YAML date is a date of service"
    assert case.expected["verdict"] == "no", "a bare no is the verdict, not false"
    assert "codes" not in case.expected, "what is not asserted is not there"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- just text\n", "needs a name"),
        ("- 5\n", "needs a name"),
        ("- {inputs: {question: x}}\n", "needs a name"),
        ("- {name: 5, inputs: {question: x}}\n", "needs a name"),
        ("- {name: a}\n", "needs a name"),
        ("- {name: a, inputs: text}\n", "needs a name"),
        ("- {name: a, inputs: {}}\n", "needs a question"),
        ('- {name: a, inputs: {question: " "}}\n', "needs a question"),
        ("- {name: a, inputs: {question: 97012}}\n", "needs a question"),
        ("- {name: a, inputs: {question: x}, more: 1}\n", "unknown keys ['more']"),
        ("- {name: a, inputs: {question: x, payor: y}}\n", "unknown keys ['payor']"),
        ("- {name: a, inputs: {question: x, 5: y}}\n", "unknown keys ['5']"),
        ("- {name: a, inputs: {question: x}, expected: {verdikt: no}}\n", "unknown keys ['verdikt']"),
        ("- {name: a, inputs: {question: x}, expected: text}\n", "expected must be keys"),
        ("- {name: a, inputs: {question: x}, metadata: 5}\n", "metadata must be keys"),
        ("- {name: a, inputs: {question: x}, metadata: {tier: best}}\n", "tier 'best'"),
        ("- {name: a, inputs: {question: x, setting: moon}}\n", "setting"),
        ("- {name: a, inputs: {question: x, rendered_by: plumber}}\n", "rendered_by"),
        ("- {name: a, inputs: {question: x, date_of_service: soon}}\n", "'soon' is not YYYY-MM-DD"),
        ("- {name: a, inputs: {question: x, payer: 5}}\n", "payer 5"),
        ("- {name: a, inputs: {question: x, history: before}}\n", "history must be a list"),
        ("- {name: a, inputs: {question: x, history: [{role: user}]}}\n", "history must be a list"),
        ("- {name: a, inputs: {question: x}, expected: {verdict: maybe}}\n", "verdict 'maybe'"),
        ("- {name: a, inputs: {question: x}, expected: {verdict: [no]}}\n", "verdict"),
        ("- {name: a, inputs: {question: x}, expected: {status: fine}}\n", "status 'fine'"),
        ("- {name: a, inputs: {question: x}, expected: {status: 5}}\n", "status 5"),
        (
            "- {name: a, inputs: {question: x}, expected: {must_include: text}}\n",
            "must_include must be a list",
        ),
        (
            "- {name: a, inputs: {question: x}, expected: {must_include: [5]}}\n",
            "must_include must be a list",
        ),
        ("- {name: a, inputs: {question: x}, expected: {must_include: ['(']}}\n", "not a regular expression"),
        ("- {name: a, inputs: {question: x}, expected: {must_not_include: ['[']}}\n", "not a regular"),
        ("- {name: a, inputs: {question: x}, expected: {sources: s}}\n", "sources must be a list"),
        ("- {name: a, inputs: {question: x}, expected: {topics: ptp}}\n", "topics must be a list"),
    ],
)
def test_a_bad_case_is_named_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    loaded, [problem] = cases.load(written(tmp_path, GOOD + text + GOOD))
    assert [case.name for case in loaded] == ["good", "good"], "the others are kept"
    assert problem.startswith("own.yaml:5: ") and says in problem, problem


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "must be a list"),
        (b"name: a\n", "must be a list"),
        (b"- {name: a\n", "cannot be read as YAML"),
        (b"\xff\xfe\x00", "cannot be read as YAML"),
        (b"- !!python/object/apply:os.system ['true']\n", "cannot be read as YAML"),
        (b"- {name: a, inputs: {question: \x07}}\n", "cannot be read as YAML"),
    ],
)
def test_a_bad_file_is_one_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes(content)
    loaded, [problem] = cases.load(path)
    assert loaded == [] and problem.startswith("own.yaml") and says in problem and "\n" not in problem


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(CitecodeError, match="no such file"):
        cases.load(tmp_path / "none.yaml")
    assert cases.load(tmp_path) == ([], [])


def test_a_folder_is_read_in_order(tmp_path: Path) -> None:
    written(tmp_path, GOOD, "b.yaml")
    written(tmp_path, GOOD + "- bad\n", "a.yaml")
    written(tmp_path, "question,answer\nis 97012 timed?,no\n", "c.csv")
    written(tmp_path, "not a case", "notes.txt")
    loaded, problems = cases.load(tmp_path)
    assert [case.place for case in loaded] == ["a.yaml:1", "b.yaml:1", "c.csv:2"]
    assert len(problems) == 1 and problems[0].startswith("a.yaml:5: ")


# a coder's own CSV -----------------------------------------------------------------------------------------------------


def test_a_csv_of_questions_and_answers(tmp_path: Path) -> None:
    text = (
        "\ufeffQuestion,Expected answer,payer,date_of_service\r\n"
        "can I bill 97012 with 51?,No - physical medicine,,\r\n"
        '"units for 97110 20, 97112 20?","3",medicare,2026-07-15\r\n'
        "\r\n"
        "29881 with 51?,It depends: CPT yes,,\r\n"
        'what about GP?,"Yes, GP on 97012",Aetna,\r\n'
        'what is traction?,"a pulling\nforce",,\r\n'
    )
    loaded, problems = cases.load(written(tmp_path, text, "own.csv"))
    assert not problems
    assert [case.expected.get("verdict") for case in loaded] == ["no", None, "depends", "yes", None]
    assert "verdict" not in loaded[1].expected and loaded[1].expected["must_include"] == ["(?i)3"]
    assert loaded[1].inputs == {
        "question": "units for 97110 20, 97112 20?", "payer": "medicare", "date_of_service": "2026-07-15"
    }  # fmt: skip
    assert loaded[3].expected["must_include"] == ["(?i)GP", "(?i)97012"]
    assert loaded[4].place == "own.csv:8" and loaded[0].name == "row 2"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("is 97012 timed?", "has 1 cells where the first line names 2"),
        ("one,two,three", "has 3 cells"),
        ("is 97012 timed?,", "question or answer is empty"),
        (",no", "question or answer is empty"),
    ],
)
def test_a_bad_row_is_named_with_its_line(tmp_path: Path, row: str, says: str) -> None:
    path = written(tmp_path, f"question,answer\nis 97012 timed?,no\n{row}\nis 97110 timed?,yes\n", "own.csv")
    loaded, [problem] = cases.load(path)
    assert len(loaded) == 2 and problem.startswith("own.csv:3: ") and says in problem


def test_a_bad_date_in_a_row(tmp_path: Path) -> None:
    path = written(tmp_path, "question,answer,date_of_service\nis 97012 timed?,no,7/15/2026\n", "own.csv")
    loaded, [problem] = cases.load(path)
    assert not loaded and problem.startswith("own.csv:2: ") and "7/15/2026" in problem


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "first line must name"),
        (b"q,a\nx,y\n", "first line must name"),
        ("question,answer\nÜbung,no\n".encode("cp1252"), "UTF-8"),
        (b"question,answer\n" + b"x" * 200_000 + b",no\n", "cannot be read as CSV"),
    ],
)
def test_a_csv_that_cannot_be_read(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(content)
    loaded, [problem] = cases.load(path)
    assert loaded == [] and says in problem


# what ships ------------------------------------------------------------------------------------------------------------


def test_the_shipped_cases_are_whole() -> None:
    loaded, problems = cases.load(ROOT / "evals" / "cases")
    assert problems == [] and list(cases.duplicates(loaded)) == []
    assert len(loaded) >= 60
    on_51 = [case for case in loaded if case.metadata.get("topic") == "modifier_51"]
    assert len(on_51) >= 30
    for case in loaded:
        assert set(case.metadata) >= {"topic", "authority", "checked"}, case.place
        assert case.expected, case.place


def test_the_unseen_split_is_unseen() -> None:
    """What is typed the same by two people is short; anything more than that was copied."""

    def asked(folder: str) -> set[str]:
        loaded, problems = cases.load(ROOT / "evals" / folder)
        assert problems == [] and list(cases.duplicates(loaded)) == []
        questions = [str(case.inputs["question"]) for case in loaded if not case.inputs.get("history")]
        return {" ".join(question.lower().split()) for question in questions}

    unseen = asked("unseen")
    shared = asked("cases") & unseen
    assert len(shared) <= 0.02 * len(unseen), shared


def test_duplicates_are_found(tmp_path: Path) -> None:
    other = GOOD.replace("name: good", "name: other").replace("verdict: no", "verdict: depends")
    silent = GOOD.replace("name: good", "name: silent").replace("verdict: no, ", "")
    loaded, _ = cases.load(written(tmp_path, GOOD + GOOD + other + silent))
    found = list(cases.duplicates(loaded))
    assert len(found) == 2, found
    assert "the name 'good' stands already at own.yaml:1" in found[0]
    assert found[1] == "own.yaml:9: asks the same as own.yaml:1 and expects another verdict."


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        ("{verdict: no}", "{verdict: yes}", "expects another verdict"),
        ("{status: cited}", "{status: [ruled, overruled]}", "expects another status"),
        ("{must_include: [GP]}", "{must_not_include: [GP]}", "forbids what that one demands"),
        ("{topics: [mue]}", "{not_topics: ['*']}", "forbids the topic"),
        ("{not_topics: [mue]}", "{topics: [mue]}", "forbids the topic"),
        ("{verdict: no}", "{verdict: no}", "expects the same"),
        ("{verdict: no}", "{codes: ['97012']}", ""),
        ("{status: cited}", "{status: [ruled, cited]}", ""),
        ("{topics: [mue, ptp]}", "{not_topics: [mue]}", ""),
    ],
)
def test_contradictions_between_cases_are_found(tmp_path: Path, one: str, other: str, says: str) -> None:
    text = "".join(
        f"- {{name: {name}, inputs: {{question: 'Is  97012 {end}'}}, expected: {expected}}}\n"
        for name, end, expected in (("a", "Timed?", one), ("b", "timed?", other))
    )
    loaded, problems = cases.load(written(tmp_path, text))
    found = list(cases.duplicates(loaded))
    assert not problems
    assert (len(found) == 1 and says in found[0] and "own.yaml:2" in found[0]) if says else found == []


def test_a_case_may_bring_documents_and_a_draft(tmp_path: Path) -> None:
    (tmp_path / "memo").mkdir()
    good = "- {name: a, inputs: {question: x, documents: memo, draft: ['It is so.']}}\n"
    [case], problems = cases.load(written(tmp_path, good))
    assert not problems and case.documents == str(tmp_path / "memo")
    for bad, says in (("documents: none", "no folder"), ("draft: text", "draft must be a list")):
        _, [problem] = cases.load(written(tmp_path, f"- {{name: a, inputs: {{question: x, {bad}}}}}\n"))
        assert says in problem


def test_the_schema_for_editors_agrees_with_the_reader() -> None:
    import json

    import jsonschema
    import yaml

    schema = json.loads((ROOT / "docs" / "case.schema.json").read_text(encoding="utf-8"))
    shape = schema["items"]["properties"]
    assert set(shape["inputs"]["properties"]) == cases._INPUTS
    assert set(shape["expected"]["properties"]) == cases._EXPECTED
    assert set(shape["metadata"]["properties"]) == cases._METADATA
    assert tuple(shape["metadata"]["properties"]["tier"]["enum"]) == cases.TIERS
    assert tuple(schema["$defs"]["status"]["enum"]) == cases.STATUSES
    checked = jsonschema.Draft202012Validator(schema)
    checked.check_schema(schema)
    for path in sorted((ROOT / "evals" / "cases").glob("*.yaml")):
        if path.name.startswith(
            ("documents", "security", "conversations", "drafts", "sources", "modifier_51")
        ):
            held = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            assert [e.message for e in checked.iter_errors(held)] == [], path.name
    for bad in (
        "[{name: a}]",
        "[{name: a, inputs: {question: x, payor: y}}]",
        "[{name: a, inputs: {question: x}, expected: {status: fine}}]",
    ):
        assert list(checked.iter_errors(yaml.safe_load(bad)))  # fmt: skip


def test_the_generated_units_are_as_generated() -> None:
    from evals import generate

    assert generate.FILE.read_text(encoding="utf-8") == generate.text()
    assert [generate.medicare(m) for m in (0, 7, 8, 22, 23, 37, 38, 47, 127)] == [0, 0, 1, 1, 2, 2, 3, 3, 8]
    assert [generate.midpoint(m) for m in (7, 8, 22, 23, 38)] == [0, 1, 1, 2, 3]
