"""The chips' text work, what is kept of models, progress in words, cases from judgements, pasted lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant import config
from assistant.codes import Names
from assistant.conversations import Conversation, Conversations
from assistant.domain import CitecodeError
from assistant.pipeline import Assistant
from assistant.ui import context, evaluations, judged, pasting, progress, sidebar
from assistant.wording import VOCABULARY


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load(config.corpus() / "names.yaml", VOCABULARY)


@pytest.mark.parametrize(
    ("question", "kind", "old", "new", "expected"),
    [
        ("can I bill 97012 with 51?", "codes", ["97012"], ["97140"], "can I bill 97140 with 51?"),
        ("can I bill 97012 with 51?", "modifiers", ["51"], ["59"], "can I bill 97012 with 59?"),
        ("97012-51 ok?", "modifiers", ["51"], ["GP"], "97012-GP ok?"),
        ("is traction one on one?", "codes", ["97012"], ["97140"], "is 97140 one on one?"),
        ("is 97110 timed?", "codes", ["97110"], ["97140", "97112"], "is 97140 and 97112 timed?"),
        ("is it timed?", "codes", [], ["97110"], "is it timed? (97110)"),
    ],
)
def test_a_chip_exchanges_what_the_question_names(
    names: Names, question: str, kind: str, old: Sequence[str], new: Sequence[str], expected: str
) -> None:
    assert context.reworded(question, kind, old, new, names) == expected


def test_models_that_were_chosen_are_offered_again_and_nothing_else_is_kept(tmp_path: Path) -> None:
    assert context.models(tmp_path / "home", ["none", "openai:llama3.2"]) == ["none", "openai:llama3.2"]
    assert context.models(tmp_path / "home", ["none"]) == ["none", "openai:llama3.2"]
    context.models(tmp_path / "home", ["none", "not a model", "<script>"])
    assert context.models(tmp_path / "home") == ["openai:llama3.2"]
    (tmp_path / "home" / context.MODELS).write_text("{broken")
    assert context.models(tmp_path / "home", ["none"]) == ["none"]


def test_steps_are_said_in_words(built_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITECODE_HOME", str(built_home))
    opened = Assistant.open(config.load(), today=date(2026, 11, 22))
    lines: list[progress.Line] = []
    *_, _last = opened.stream(
        "can I bill 97012 with 51?", step=lambda w, x: lines.append(progress.line(w, x))
    )
    assert lines[0] == ("Understood as", "97012, modifier 51 · modifier 51, allowed")
    assert lines[1] == ("Rules", "modifier 51: excluded by definition")
    lines.clear()
    *_, _last = opened.stream(
        "how long is a traction session?", step=lambda w, x: lines.append(progress.line(w, x))
    )
    assert ("Rules", "none decides this") in lines
    assert any(what == "Passages" and "from" in detail for what, detail in lines)
    shown = progress.shown([("Rules", "<b>x</b>")], "<img src=x>")
    assert "&lt;b&gt;" in shown and "<img" not in shown and 'role="status"' in shown


def test_a_judgement_is_a_case_in_the_home(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    record: dict[str, Any] = {
        "answer": {
            "question": "is it timed?", "text": "**No.** It is not.", "verdict": "no", "status": "ruled",
            "context": {"date_of_service": "2026-07-01", "payer": None, "setting": "practitioner", "rendered_by": None},
        }
    }  # fmt: skip
    id, n = kept.add(None, record, datetime(2026, 7, 1))
    kept.judge(id, n, False, "It is")
    file = judged.write(kept, tmp_path)
    assert file is not None
    (case,) = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert case["inputs"]["question"] == "is it timed?" and case["metadata"]["reason"] == "It is"
    assert case["expected"] == {"must_not_include": ["No"]}


def test_conversations_are_grouped_by_day() -> None:
    def one(day: str) -> Conversation:
        return Conversation(day, "t", day, f"{day}T10:00:00", 1)

    found = [one("2026-11-22"), one("2026-11-20"), one("2026-11-01")]
    groups = sidebar.grouped(found, date(2026, 11, 22))
    assert [label for label, _ in groups] == ["Today", "Last 7 days", "Earlier"]


def test_pasted_lines_become_rows() -> None:
    assert pasting.rows("Code\tMod\n97140\tGP 59\t1\t15\tM54.2\n97110,GP,2,30") == [
        ("97140", "GP 59", 1, 15, "M54.2"),
        ("97110", "GP", 2, 30, ""),
    ]
    assert pasting.rows("97140-59-gp 1 15 m54.2\n97110 GP x2 30min M54.2\n\nG0283 GP 20 min\n97012") == [
        ("97140", "59 GP", 1, 15, "M54.2"),
        ("97110", "GP", 2, 30, "M54.2"),
        ("G0283", "GP", 1, 20, ""),
        ("97012", "", 1, None, ""),
    ]
    with pytest.raises(CitecodeError, match="Line 2 begins with no code: '<SCRIPT>'"):
        pasting.rows("97140\n<script>")
    with pytest.raises(CitecodeError, match="No line begins"):
        pasting.rows("nothing here")


def test_runs_are_drawn_as_columns_and_a_loss_is_never_a_hundred_percent() -> None:
    held: list[tuple[str, dict[str, Any]]] = [
        ("2026-11-20 10:00, rules", {"n": 10, "passed": 9, "cases": []}),
        ("2026-11-21 10:00, rules", {"n": 10, "passed": 10, "cases": []}),
        ("2026-11-21 11:00, all", {"n": 3913, "passed": 3912, "cases": []}),
    ]
    drawn = evaluations.plot(held)
    assert drawn.count("<figure") == 1 and drawn.count("<span") == 2
    assert "rules: 90.0% to 100.0% over 2 runs" in drawn
    assert evaluations.written(held[2][1]) == "99.97%"
    assert evaluations.trend(held[:1]) == ""
