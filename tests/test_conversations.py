"""Chats on disk: kept, found, renamed, exported, deleted; by several threads at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from assistant.conversations import FILE, Conversations
from assistant.domain import CitecodeError

AT = datetime(2026, 11, 22, 9, 30)


def record(question: str, text: str = "**No.** Because. [1]") -> dict[str, object]:
    answer = {"question": question, "text": text, "verdict": "no"}
    return {"answer": answer, "markdown": f"**{question}**\n\n{text}", "evidence": []}


def test_a_conversation_is_kept_and_read_back(tmp_path: Path) -> None:
    first = Conversations(tmp_path)
    id, n = first.add(None, record("can I bill 97012 with 51?"), AT)
    assert n == 1
    assert first.add(id, record("and with 59?"), AT) == (id, 2)
    again = Conversations(tmp_path)
    assert [t.record["answer"]["question"] for t in again.turns(id)] == [
        "can I bill 97012 with 51?",
        "and with 59?",
    ]
    assert [(c.title, c.turns) for c in again.list()] == [("can I bill 97012 with 51?", 2)]
    assert json.loads(json.dumps(again.to_json(id)))["answers"][1]["question"] == "and with 59?"
    assert again.to_markdown(id).startswith("# can I bill 97012 with 51?\n\n---\n\n**can I bill")


def test_search_finds_words_of_questions_and_answers_and_takes_signs_as_text(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    kept.add(None, record("is 97012 timed?", "97012 is untimed. [1]"), AT)
    kept.add(None, record("100% of 97140?", "Yes."), AT)
    assert [c.title for c in kept.list("untimed")] == ["is 97012 timed?"]
    assert [c.title for c in kept.list("%")] == ["100% of 97140?"]
    assert kept.list("' OR 1=1 --") == ()
    assert len(kept.list()) == 2


def test_rename_and_delete(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    id, _ = kept.add(None, record("a question"), AT)
    kept.rename(id, "  Traction\nand 51 ")
    assert kept.list()[0].title == "Traction and 51"
    with pytest.raises(CitecodeError, match="empty"):
        kept.rename(id, "  ")
    kept.delete(id)
    assert kept.get(id) is None and kept.turns(id) == () and kept.list() == ()
    with pytest.raises(CitecodeError, match="deleted"):
        kept.rename(id, "gone")
    new, n = kept.add(id, record("asked in a tab that did not know"), AT)
    assert (new != id, n) == (True, 1)


def test_judgements_are_kept(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    id, n = kept.add(None, record("a question"), AT)
    kept.judge(id, n, False, "the date is wrong")
    ((where, turn),) = kept.judged()
    assert (where, turn.liked, turn.reason) == (id, False, "the date is wrong")


def test_many_threads_write_one_conversation_without_losing_a_turn(tmp_path: Path) -> None:
    id, _ = Conversations(tmp_path).add(None, record("q0"), AT)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: Conversations(tmp_path).add(id, record(f"q{i}"), AT), range(1, 40)))
    turns = Conversations(tmp_path).turns(id)
    assert [t.n for t in turns] == list(range(1, 41))
    assert {t.record["answer"]["question"] for t in turns} == {f"q{i}" for i in range(40)}


def test_a_file_that_is_no_database_is_named_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database, certainly not one" * 40)
    with pytest.raises(CitecodeError, match="move the file away"):
        Conversations(tmp_path).list()
    (tmp_path / "file").write_text("x")
    with pytest.raises(CitecodeError, match="CITECODE_HOME"):
        Conversations(tmp_path / "file").list()


def test_only_our_own_ids_are_looked_up(tmp_path: Path) -> None:
    assert Conversations(tmp_path).get("../../etc/passwd") is None
