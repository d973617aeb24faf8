"""The scorers: an answer against what a case expects; what does not apply is not counted."""

from __future__ import annotations

from typing import Any

import pytest

from evals.score import interval, outcomes, score, sign_test


def answer(**changed: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "verdict": "no",
        "status": "ruled",
        "text": "**No.** Modifier 51 is not reported with 97012. [1]",
        "context": {"codes": ["97012"], "diagnoses": ["M54.12"]},
        "rulings": [
            {
                "topic": "modifier_51",
                "missing": None,
                "subjects": ["97012", "51"],
                "facts": [{"table": "modifier_51", "citation": {"quote": "excluded"}}],
            }
        ],
        "citations": [
            {
                "n": 1,
                "source_id": "cpt-appendix-a",
                "document": "modifier_51",
                "quote": "excluded",
                "start": None,
            }
        ],
    }
    return base | changed


@pytest.mark.parametrize(
    ("expected", "says"),
    [
        ({}, None),
        ({"verdict": "no"}, None),
        ({"verdict": "yes"}, "verdict no, expected yes"),
        ({"verdict": None}, "verdict no, expected None"),
        ({"status": "ruled"}, None),
        ({"status": ["overruled", "ruled"]}, None),
        ({"status": "cited"}, "status ruled, expected cited"),
        ({"must_include": ["not reported", "(?i)MODIFIER 51"]}, None),
        ({"must_include": ["not reported", "Appendix E"]}, "text lacks 'Appendix E'"),
        ({"must_not_include": ["Appendix E"]}, None),
        ({"must_not_include": ["97012"]}, "text holds '97012'"),
        ({"sources": ["cpt-appendix-a", "modifier_51"]}, None),
        ({"sources": ["cms-cfr"]}, "does not cite cms-cfr"),
        ({"topics": ["ptp", "modifier_51"]}, None),
        ({"topics": ["ptp"]}, "ruled on ['modifier_51'], expected ['ptp']"),
        ({"not_topics": ["ptp"]}, None),
        ({"not_topics": ["modifier_51"]}, "which it does not decide"),
        ({"not_topics": ["*"]}, "which it does not decide"),
        ({"codes": ["97012", "M54.12"]}, None),
        ({"codes": ["97140"]}, "did not understand 97140"),
    ],
)
def test_each_expectation(expected: dict[str, Any], says: str | None) -> None:
    reasons = score(expected, answer())
    assert reasons == [] if says is None else len(reasons) == 1 and says in reasons[0]


def test_every_reason_is_given() -> None:
    assert len(score({"verdict": "yes", "status": "cited", "must_include": ["x{3}"]}, answer())) == 3


def test_a_ruling_that_only_says_what_is_missing_decides_nothing() -> None:
    open_ = answer(rulings=[{"topic": "ptp", "missing": "Load the PTP file."}], citations=[], text="**No.**")
    assert score({"not_topics": ["*"]}, open_) == []
    assert score({"topics": ["ptp"]}, open_) != []


def test_marks_without_citations_always_fail() -> None:
    assert score({}, answer(text="**No.** It is so. [2]")) == ["mark 2 has no citation"]
    assert score({}, answer(text=r"**No.** In brackets \[2\]. [1]")) == []
    assert score({}, answer(status="cited", verdict=None, citations=[], text="A page says so.")) == [
        "cites nothing"
    ]


def test_the_interval_holds_the_share_and_narrows() -> None:
    assert interval([]) == (0.0, 0.0)
    widths = []
    for n in (10, 100, 1000):
        passed = [i % 5 != 0 for i in range(n)]
        low, high = interval(passed)
        assert 0 <= low < 0.8 < high <= 1
        assert interval(passed) == (low, high), "a report can be repeated"
        widths.append(high - low)
    assert widths[0] > widths[1] > widths[2]
    assert 0.03 < widths[2] < 0.07, "about 2 x 1.96 x sqrt(.8 x .2 / 1000)"


def test_all_or_none_passed_is_no_certainty() -> None:
    low, high = interval([True] * 20)
    assert 0.8 < low < 1 and high == 1
    assert interval([True] * 2000)[0] > 0.99
    low, high = interval([False] * 20)
    assert low == 0 and 0 < high < 0.2
    low, high = interval([True])
    assert 0 < low < 0.5 and high == 1, "one case says next to nothing"


def test_the_order_of_the_cases_does_not_count() -> None:
    assert interval([True] * 30 + [False] * 10) == interval([False, True, True, True] * 10)


CITED: dict[str, Any] = {
    "status": "cited",
    "verdict": None,
    "rulings": [],
    "text": "A halter is fitted to the head for traction with 97012. [1]",
    "context": {"codes": ["97012"]},
    "citations": [{"n": 1, "source_id": "own", "document": "traction", "start": 10, "quote": "A halter is fitted to the head for traction"}],
}  # fmt: skip


def test_what_does_not_apply_is_not_counted() -> None:
    made = outcomes({}, answer())
    assert set(made) == {"opening", "citations", "spans", "invented"} and not any(made.values())
    assert "verdict" not in made and "support" not in made
    assert outcomes({}, answer(text="x", citations=[], verdict=None)) == {}


def test_the_first_word_is_the_verdict() -> None:
    assert score({}, answer(text="**Yes.** Not so. [1]")) == ["opens with 'yes', the verdict is no"]
    assert score({}, answer(verdict="depends", text="**97012 is edited: both only if.** [1]")) == []


def test_a_quote_is_what_stands_at_its_place() -> None:
    def said(there: str | None) -> list[str]:
        return score({}, CITED, {"evidence": {"1": there}, "inputs": {}})

    assert said(CITED["citations"][0]["quote"]) == []
    for moved in (" A halter is fitted to the head for tractio", "", None):
        assert said(moved) == ["citation 1 is not what traction says there"]
    cell = {"n": 1, "source_id": "cpt-appendix-a", "document": "modifier_51", "quote": "x", "start": None}
    assert score({}, answer(citations=[cell])) == ["citation 1 quotes no fact of its rulings"]


def test_a_cited_line_shares_its_words_with_what_it_cites() -> None:
    assert score({}, CITED) == []
    other = {**CITED, "text": "Ultrasound needs constant attendance and separate minutes. [1]"}
    assert score({}, other)[0].startswith("citation 1 does not say: Ultrasound")


def test_no_code_is_invented() -> None:
    assert score({}, CITED) == []
    assert score({}, {**CITED, "text": CITED["text"] + " Halter for head traction 97140. [1]"}) == [
        "names 97140, which nothing it rests on names"
    ]
    assert score({}, {**CITED, "text": "A halter is fitted for traction (97010-97028). [1]"}) == []
    assert score({}, {**CITED, "text": "A halter is fitted for traction (97110-97140). [1]"}) != []
    assert score({}, CITED | {"context": {"codes": []}}) != []
    assert score({}, CITED | {"context": {"codes": []}}, {"inputs": {"question": "97012?"}}) == []


def test_refusing_is_scored_where_it_is_expected() -> None:
    refused = answer(status="refused", verdict=None, rulings=[], citations=[], text="Outside.")
    assert outcomes({"status": "refused"}, refused) == {"status": "", "refusal": ""}
    ruled = outcomes({"status": ["refused", "unanswered"]}, answer())
    assert ruled["refusal"] == "answers where nothing should be answered"
    assert "refusal" not in outcomes({"status": ["cited", "unanswered"]}, refused)


def test_the_sign_test_is_exact() -> None:
    assert sign_test(0, 0) == 1.0
    assert sign_test(5, 0) == 1 / 32 and sign_test(4, 0) == 1 / 16
    assert sign_test(8, 2) == (45 + 10 + 1) / 1024
    assert 0.5 < sign_test(10, 10) < 0.6


def test_a_statement_against_the_facts_is_watched_and_decides_no_case() -> None:
    row = {"inputs": {}, "against": ["Modifier 51 is reported with 97012."]}
    assert outcomes({}, answer(), row)["consistent"].startswith("says against the facts: Modifier 51 is")
    assert score({}, answer(), row) == [] and outcomes({}, answer(), {"against": []})["consistent"] == ""
