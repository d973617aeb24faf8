"""How answers over the manuals are judged: by the span a citation shares with the words that answer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.domain import Answer, Citation, CitecodeError, Question
from evals import passages
from evals.passages import Case, Judged

TEXT = "One thing. The answer stands here. Another thing."
CASE = Case("where?", "manual", ((11, 34),), "plain", "tuned")


def answer(*spans: tuple[str, int, int]) -> Answer:
    question = Question("where?", "where?", date(2026, 11, 22), False, None, "practitioner", None, ())
    cited = [Citation("s", "", TEXT[a:b], d, a, b) for d, a, b in spans]
    return Answer(question, "cited", None, "", citations=tuple(cited))


def judged(*spans: tuple[str, int, int]) -> Judged:
    return passages.judge(CASE, answer(*spans), [("manual", 0, 34)], lambda _: TEXT)


def test_a_citation_is_right_where_it_shares_half_of_the_answering_words() -> None:
    assert judged(("manual", 11, 34)) == Judged("cited", False, 1, 1, 1, 1)
    assert judged(("manual", 0, 10)) == Judged("cited", False, 1, 0, 1, 1)
    assert judged(("manual", 35, 49)) == Judged("cited", False, 1, 0, 0, 1)
    assert judged(("other", 11, 34)).right == 0


def test_a_quote_that_is_not_the_stored_text_is_not_valid() -> None:
    wrong = answer(("manual", 11, 34))
    moved = passages.judge(CASE, wrong, [], lambda _: "x" + TEXT)
    assert (moved.cited, moved.valid) == (1, 0)


def test_shares_count_refusals_and_all_citations() -> None:
    found = passages.shares(
        [judged(("manual", 11, 34), ("manual", 35, 49)), Judged("unanswered", False, 0, 0, 0, 0)]
    )
    assert (found["answer cited"], found["precision"], found["false refusal"]) == (50, 50, 50)
    assert found["span validity"] == 100


def test_ranks_and_measures() -> None:
    assert passages.rank(CASE, [("manual", 35, 49), ("manual", 20, 34)]) == 2
    assert passages.rank(CASE, [("manual", 35, 49)]) == 0
    assert passages.measures([1, 2, 0, 6])["hit@5"] == 50


def test_cases_are_found_in_the_text_or_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        'document: manual\nsplit: hard\ncases:\n  - {question: "where?", quote: answer stands, asks: plain}\n'
        'unanswerable: ["how are zebras coded?"]\n',
        "utf-8",
    )
    found = passages.cases({"manual": TEXT}, tmp_path)
    assert [(c.document, c.places, c.split) for c in found] == [
        ("", (), "hard"),
        ("manual", ((15, 28),), "hard"),
    ]
    with pytest.raises(CitecodeError, match="is not in manual"):
        passages.cases({"manual": "Nothing."}, tmp_path)
    assert [c.document for c in passages.cases({}, tmp_path)] == [""]
