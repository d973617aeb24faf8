"""The public contract, key by key and type by type: what programs outside the code read."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant import config
from assistant.pipeline import Assistant
from tests.calling import Each, call, misfits

ROOT = Path(__file__).resolve().parents[1]
TODAY = "2026-11-22"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

FACT = {
    "table": str,
    "subject": str,
    "value": str,
    "effective_from": str,
    "effective_to": (str, None),
    "authority": str,
    "citation": {"source_id": str, "locator": str, "quote": str},
}
CITATION = {
    "n": int,
    "source_id": str,
    "title": str,
    "publisher": str,
    "edition": str,
    "locator": str,
    "quote": str,
    "document": str,
    "start": (int, None),
    "end": (int, None),
    "url": str,
}
VERDICT = {"yes", "no", "depends", None}
ANSWER = {
    "id": (str, int, None),
    "question": str,
    "standalone_question": str,
    "context": {
        "codes": [str],
        "modifiers": [str],
        "date_of_service": str,
        "payer": (str, None),
        "setting": {"practitioner", "outpatient_hospital"},
        "rendered_by": (str, None),
    },
    "status": {"ruled", "cited", "overruled", "unanswered", "refused"},
    "verdict": VERDICT,
    "text": str,
    "rulings": [
        {
            "topic": str,
            "rule": str,
            "verdict": VERDICT,
            "statement": str,
            "subjects": [str],
            "facts": [FACT],
        }
    ],
    "citations": [CITATION],
    "overruled": [{"text": str, "topic": str}],
    "warnings": [str],
    "timings_ms": {"total": float},
    "manifest": {
        "version": str,
        "facts": str,
        "index": str,
        "tables": [{"table": str, "edition": str}],
        "model": str,
    },
}
PASSAGE = {
    "document": str,
    "source_id": str,
    "title": str,
    "locator": str,
    "start": int,
    "end": int,
    "quote": str,
    "score": float,
}
AUDITED = {
    "id": (str, int, None),
    "label": {"contradicts", "agrees", "silent"},
    "findings": [
        {
            "sentence": str,
            "start": int,
            "end": int,
            "label": {"contradicts", "agrees", "silent"},
            "topic": str,
            "statement": str,
        }
    ],
}

# One question of every kind of answer; `None` where the kind is not asserted.
ASKED: tuple[tuple[str, str | None], ...] = (
    ("can I bill 97012 with 51?", "ruled"),
    ("97012 and 97140 together for medicare?", "ruled"),
    ("how many units of 97110 is 40 minutes", "ruled"),
    ("what is the KX threshold for 2026", "ruled"),
    ("what is the KX threshold for 2027", "unanswered"),
    ("What is CPT code 97012?", "cited"),
    ("how long is a traction session", "cited"),
    ("is an E/M included in 97012?", "cited"),
    ("which conditions is traction used for – neck or back?", "cited"),
    ("what is the weather?", "refused"),
    ("what colour is the sky over code 97012 on Mars?", None),
    ("patient is 51, can we bill 97012?", None),
    ("can I bill 97012 with 51? and is it timed?", "ruled"),
    ("is 97012 timed, and how many units may I bill?", None),
    ("99213 and 97012, do I need modifier 25?", None),
    ("is 97014 valid for medicare", None),
    ("does 29881 take 51 as a second procedure?", "ruled"),
)


@pytest.fixture
def home(built_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CITECODE_HOME", str(built_home))
    monkeypatch.setenv("CITECODE_TODAY", TODAY)
    return built_home


def batch(folder: Path, *rows: object) -> Path:
    """A file with one line for each row; text stands as it is."""
    path = folder / "in.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def coherent(answer: dict[str, Any]) -> None:
    """What the contract says beyond keys and types."""
    assert not (found := misfits(answer, ANSWER)), found
    question = answer["question"]
    assert DAY.fullmatch(answer["context"]["date_of_service"])
    for fact in (fact for ruling in answer["rulings"] for fact in ruling["facts"]):
        assert DAY.fullmatch(fact["effective_from"]), fact
        assert fact["effective_to"] is None or DAY.fullmatch(fact["effective_to"]), fact
    assert [c["n"] for c in answer["citations"]] == list(range(1, len(answer["citations"]) + 1)), question
    marks = {int(n) for n in re.findall(r"(?<!\\)\[(\d+)\]", answer["text"])}
    assert marks == {c["n"] for c in answer["citations"]}, question
    if answer["status"] in {"unanswered", "refused"}:
        assert answer["verdict"] is None, question
    else:
        assert answer["citations"], question
    if answer["verdict"] in {"yes", "no"}:
        assert answer["text"].startswith(f"**{answer['verdict'].capitalize()}.**"), answer["text"]
    if answer["status"] == "ruled":
        assert answer["rulings"] and not answer["overruled"]
    if answer["status"] == "overruled":
        assert answer["rulings"] and answer["overruled"]
    assert answer["text"].strip() == answer["text"] != ""
    for citation in answer["citations"]:
        assert citation["quote"] and citation["title"] and citation["document"], citation
        assert (citation["start"] is None) == (citation["end"] is None), citation


def test_every_kind_of_answer_keeps_the_contract(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"id": f"q{i}", "question": text} for i, (text, _) in enumerate(ASKED)]
    said = call(capsys, "ask", "--batch", batch(tmp_path, *rows))
    assert said.status == 0, said.err
    assert [a["id"] for a in said.lines] == [row["id"] for row in rows]
    for answer, (text, status) in zip(said.lines, ASKED, strict=True):
        assert answer["question"] == text
        assert status is None or answer["status"] == status, (text, answer["text"])
        coherent(answer)


def test_every_citation_is_where_it_says(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"question": text} for text, _ in ASKED]
    citations = [
        c for a in call(capsys, "ask", "--batch", batch(tmp_path, *rows)).lines for c in a["citations"]
    ]
    spans = [c for c in citations if c["start"] is not None]
    values = [c for c in citations if c["start"] is None]
    assert spans and values
    assistant = Assistant.open(config.load(), today=date.fromisoformat(TODAY))
    texts = {name: assistant.document(name).text for name in {c["document"] for c in spans}}
    for c in spans:
        assert texts[c["document"]][c["start"] : c["end"]] == c["quote"], c
    name = spans[0]["document"]
    assert call(capsys, "document", name, "--json").json["text"] == texts[name], "what the command prints"
    held: dict[str, list[dict[str, Any]]] = {}
    for c in values:
        if c["document"] not in held:
            said = call(capsys, "facts", c["document"], "--json")
            assert said.status == 0, f"{c['document']} is no fact table: {c}"
            held[c["document"]] = said.json["facts"]
        here = [f for f in held[c["document"]] if f["citation"]["source_id"] == c["source_id"]]
        assert any(c["quote"] in (f["value"], f["citation"]["quote"]) for f in here), c


def test_spans_count_code_points(tmp_path: Path, capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """Beyond the basic plane a character is one, not two, and a quote is found after it all the same."""
    import subprocess
    import sys

    note = tmp_path / "notiz.md"
    text = "# Traktion 𝔸 – Übung\n\n🦴🦴 Die Praxis führt täglich Zugübungen – mit 𝔸-Gerät – durch. Ein Gurt hält das Becken “fest”.\n"
    note.write_text(text, encoding="utf-8")
    index = tmp_path / "index"
    made = subprocess.run(
        [sys.executable, "ingest.py", "--quiet", "--index", str(index), str(note)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    stored = call(capsys, "document", "notiz.md", "--json", "--index", index)
    assert stored.status == 0, stored.err
    body = stored.json["text"]
    assert "🦴🦴 Die Praxis" in body and "𝔸-Gerät" in body
    found = call(capsys, "search", "Gurt hält das Becken", "--json", "--index", index).json["passages"]
    assert found
    for passage in found:
        assert body[passage["start"] : passage["end"]] == passage["quote"]
    answer = call(capsys, "ask", "Zugübungen Gurt Becken Gerät Praxis", "--json", "--index", index).json
    for c in answer["citations"]:
        assert body[c["start"] : c["end"]] == c["quote"]


def test_one_question_and_a_line_of_a_batch_give_the_same_object(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {
        "question": "can I bill 97012 and 97140 together?",
        "date_of_service": "2026-07-15",
        "payer": "medicare",
        "setting": "practitioner",
        "rendered_by": "PT",
    }
    one = call(
        capsys,
        *("ask", asked["question"], "--json", "--date-of-service", "2026-07-15"),
        *("--payer", "medicare", "--setting", "practitioner", "--rendered-by", "PT"),
    ).json
    [line] = call(capsys, "ask", "--batch", batch(tmp_path, asked)).lines
    coherent(one)
    assert one["context"] | {"date_of_service": "2026-07-15", "payer": "medicare"} == one["context"]
    assert one["context"]["rendered_by"] == "PT"
    for answer in (one, line):
        del answer["timings_ms"]
    assert one == line


def test_null_is_absent_and_unknown_keys_are_ignored(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = {"id": "a", "question": "is 97012 timed?"}
    empty = dict.fromkeys(("history", "date_of_service", "payer", "setting", "rendered_by"))
    said = call(
        capsys, "ask", "--batch", batch(tmp_path, bare, bare | empty, bare | {"zzz": [1], "verdict": "yes"})
    )
    assert said.status == 0
    answers = said.lines
    assert answers[0]["context"]["date_of_service"] == TODAY
    assert answers[0]["context"]["payer"] is None and answers[0]["context"]["setting"] == "practitioner"
    for answer in answers:
        del answer["timings_ms"]
    assert answers[0] == answers[1] == answers[2]


def test_ids_of_any_kind_come_back(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ids: list[Any] = ["x", 7, None, "ä–🦴", "", [1, {"a": None}], "\ud800"]
    rows = [{"id": one, "question": "is 97012 timed?"} for one in ids]
    out = tmp_path / "out.jsonl"
    assert call(capsys, "ask", "--batch", batch(tmp_path, *rows), "--out", out).status == 0
    assert [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()] == ids


BAD_LINES = (
    "not json",
    "[1, 2]",
    '"text"',
    "null",
    "{}",
    '{"id": "n", "question": null}',
    '{"id": "n", "question": 5}',
    '{"id": "n", "question": ""}',
    '{"id": "n", "question": "   "}',
    '{"id": "n", "question": "x", "date_of_service": "2026-13-01"}',
    '{"id": "n", "question": "x", "date_of_service": 20260101}',
    '{"id": "n", "question": "x", "setting": "moon"}',
    '{"id": "n", "question": "x", "setting": ["practitioner"]}',
    '{"id": "n", "question": "x", "rendered_by": "plumber"}',
    '{"id": "n", "question": "x", "payer": 5}',
    '{"id": "n", "question": "x", "history": "before"}',
    '{"id": "n", "question": "x", "history": [1]}',
    "[" * 100_000,
    '{"id": ' + "1" * 5000 + ', "question": "is 97012 timed?"}',
)


def test_a_bad_line_is_answered_with_an_error_and_the_others_still_are(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = {"id": "good", "question": "can I bill 97012 with 51?"}
    rows = [x for bad in BAD_LINES for x in (bad, good)]
    said = call(capsys, "ask", "--batch", batch(tmp_path, *rows))
    assert said.status == 1
    assert len(said.lines) == len(rows)
    for i, line in enumerate(said.lines):
        if i % 2:
            assert line["id"] == "good" and line["verdict"] == "no" and "error" not in line
        else:
            assert isinstance(line["error"], str) and len(line["error"]) > 10, line
            assert "defect" not in line["error"] and "verdict" not in line, line
            assert f"line {i + 1}:" in said.err
            if '"id": "n"' in rows[i]:
                assert line["id"] == "n"


def test_a_line_that_is_not_utf8_and_a_byte_order_mark(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "in.jsonl"
    good = b'{"id": 1, "question": "is 97012 timed?"}'
    path.write_bytes(b"\xef\xbb\xbf" + good + b'\r\n\r\n{"question": "caf\xe9"}\n' + good)
    said = call(capsys, "ask", "--batch", path)
    assert said.status == 1
    assert [line.get("verdict", "error") for line in said.lines] == ["no", "error", "no"]
    assert "UTF-8" in said.lines[1]["error"]


def test_history_of_a_line_is_read(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history = [
        {"role": "user", "content": "can I bill 97012 with 51?"},
        {"role": "assistant", "content": "No."},
    ]
    [answer] = call(
        capsys, "ask", "--batch", batch(tmp_path, {"question": "and with 59?", "history": history})
    ).lines
    assert answer["question"] == "and with 59?"
    assert answer["context"]["codes"] == ["97012"] and "97012" in answer["standalone_question"]
    assert answer["context"]["modifiers"] == ["59"]


def test_search(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = call(capsys, "search", "how long is a traction session", "-k", 3, "--json").json
    assert not (bad := misfits(found, {"passages": [PASSAGE]})), bad
    assert len(found["passages"]) == 3
    scores = [p["score"] for p in found["passages"]]
    assert scores == sorted(scores, reverse=True)
    assistant = Assistant.open(config.load(), today=date.fromisoformat(TODAY))
    for p in found["passages"]:
        text = assistant.document(p["document"]).text
        assert text[p["start"] : p["end"]] == p["quote"]
    rows = ({"id": "a", "question": "traction session"}, {"id": "b"}, {"id": "c", "question": "PTP", "k": 0})
    said = call(capsys, "search", "--batch", batch(tmp_path, *rows), "-k", 2)
    assert said.status == 1
    first, *others = said.lines
    assert first["id"] == "a" and len(first["passages"]) == 2
    assert [line["id"] for line in others] == ["b", "c"] and all("error" in line for line in others)


def test_document(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = call(capsys, "search", "traction", "-k", 1, "--json").json["passages"][0]["document"]
    said = call(capsys, "document", name, "--json")
    shape = {"document": {name}, "source_id": str, "title": str, "text": str}
    assert said.status == 0 and not misfits(said.json, shape)
    assert said.json["text"].strip()
    unknown = call(capsys, "document", "no such document", "--json")
    assert unknown.status == 1 and unknown.out == "" and "no such document" in unknown.err


def test_audit(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    memo = tmp_path / "memo.txt"
    text = "– Übrigens: notes first 🦴. Modifier 51 may be appended to 97012. The sky is blue."
    memo.write_text(text, encoding="utf-8")
    said = call(capsys, "audit", memo, "--json")
    assert said.status == 0 and not misfits(said.json, AUDITED)
    assert said.json["label"] == "contradicts"
    for finding in said.json["findings"]:
        assert text[finding["start"] : finding["end"]] == finding["sentence"]
    rows: tuple[Any, ...] = (
        {"id": "no", "text": "97012 may take modifier 51."},
        {"id": "yes", "text": "Modifier 51 is not reported with 97012."},
        {"id": "silent", "text": "The sky is blue."},
        {"id": "q", "text": "Yes.", "question": "can I bill 97012 with 51?", "payer": None, "zzz": 1},
        {"id": "d", "text": "No.", "question": "can I bill 97012 with 51?", "date_of_service": "2026-01-05"},
        {"id": "bad"},
        {"id": "bad", "text": 5},
        {"id": "bad", "text": "x", "question": 5},
        {"id": "bad", "text": "x", "payer": 5},
        {"id": "bad", "text": "x", "date_of_service": "soon"},
        {"id": "empty", "text": ""},
        {"id": "half", "text": "97012 may take modifier 51 \ud800."},
    )
    said = call(capsys, "audit", "--batch", batch(tmp_path, *rows))
    assert said.status == 1
    assert [line["id"] for line in said.lines] == [row["id"] for row in rows]
    labels = [line.get("label", "error") for line in said.lines]
    expected = ["contradicts", "agrees", "silent", "contradicts", "agrees", *["error"] * 5]
    assert labels == [*expected, "silent", "contradicts"]
    for line in said.lines:
        assert "error" in line or not misfits(line, AUDITED)


def test_a_wrong_statement_quoted_to_reject_it_does_not_contradict(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = (
        {"id": 1, "text": "It is a myth that 97012 may take modifier 51."},
        {"id": 2, "text": 'The claim "97012 may take modifier 51" is wrong.'},
    )
    said = call(capsys, "audit", "--batch", batch(tmp_path, *rows))
    assert [line["label"] for line in said.lines if line["label"] == "contradicts"] == []


def test_units(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = call(capsys, "units", "97112=24", "97110=23", "97012=10", "--json").json
    shape = {
        "medicare": {"total_minutes": int, "billable_units": int, "units": Each(int)},
        "cpt": {"units": Each(int)},
        "untimed": Each(int),
        "warnings": [str],
    }
    assert not misfits(said, shape)
    assert said["medicare"] | {"total_minutes": 47, "billable_units": 3} == said["medicare"]
    assert said["medicare"]["units"] == {"97112": 2, "97110": 1}
    assert said["cpt"]["units"] == {"97112": 2, "97110": 2}
    assert said["untimed"] == {"97012": 1}


def test_check(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    claim = tmp_path / "claim.json"
    lines = [
        {"code": "97012", "modifiers": ["GP", "51"], "units": 2, "minutes": None, "diagnoses": []},
        {"code": "97140", "modifiers": ["GP"], "units": 1, "minutes": 15, "diagnoses": []},
    ]
    claim.write_text(
        json.dumps(
            {
                "date_of_service": "2026-07-15",
                "payer": "medicare",
                "setting": "practitioner",
                "rendered_by": "PT",
                "diagnoses": ["M54.12"],
                "lines": lines,
            }
        )
    )
    said = call(capsys, "check", claim, "--json")
    finding = {
        "rule": str,
        "severity": {"error", "warning", "info"},
        "lines": [int],
        "message": str,
        "fix": str,
        "facts": [FACT],
    }
    shape = {"findings": [finding], "not_run": [{"rule": str, "reason": str}]}
    assert said.status == 0, said.err
    assert not (bad := misfits(said.json, shape)), bad
    families = {f["rule"].split(".")[0] for f in said.json["findings"]}
    assert {"ptp", "mue", "modifier_51"} <= families
    assert all(1 <= n <= 2 for f in said.json["findings"] for n in f["lines"])


def test_lookup_fee_and_facts(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = call(capsys, "lookup", "97012", "--json")
    assert known.status == 0 and known.json["code"] == "97012" and known.json["status"]["value"] == "A"
    fee = call(capsys, "fee", "97110=2", "97012", "--json").json
    assert (fee["total"], fee["unreduced"]) == (62.63, 72.48)
    assert [line["amount"] for line in fee["lines"]] == [51.27, 11.36]
    tables = call(capsys, "facts", "--json").json["tables"]
    assert not misfits(tables, [{"name": str, "description": str}])
    names = [table["name"] for table in tables]
    assert {"mpfs", "mue", "ptp", "kx_threshold", "modifier_51", "appendix_e"} <= set(names)
    rows = call(capsys, "facts", "kx_threshold", "--json").json
    assert rows["table"] == "kx_threshold" and not misfits(rows["facts"], [FACT])
    assert all(DAY.fullmatch(row["effective_from"]) for row in rows["facts"])


def test_personal_health_information_is_in_no_field(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        {"question": "Patient John Smith, DOB 01/02/1960, SSN 123-45-6789: can I bill 97012 with 51?"},
        {
            "question": "and with 59?",
            "history": [{"role": "user", "content": "Patient John Smith SSN 123-45-6789 97012 with 51?"}],
        },
    ]
    said = call(capsys, "ask", "--batch", batch(tmp_path, *rows))
    assert said.status == 0
    for secret in ("John", "Smith", "123-45-6789", "1960"):
        assert secret not in said.out + said.err, secret
    first = said.lines[0]
    assert first["verdict"] == "no" and first["warnings"]
    coherent(first)
