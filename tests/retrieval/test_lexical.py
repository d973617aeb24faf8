"""Words: identifiers whole, modifiers together with their number, stems, BM25."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval import lexical
from assistant.retrieval.lexical import Words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("97012", ["97012"]),
        ("g0283 and G0283", ["G0283", "G0283"]),
        ("modifier 51", ["mod:51", "modifier"]),
        ("mod 59 or mod. xs", ["mod:59", "modifier", "mod:XS", "modifier"]),
        ("M54.16", ["M54.16", "M54"]),
        ("m54.16 or 0042t", ["M54.16", "M54", "0042T"]),
        ("modifier as needed", ["modifier", "need"]),
        ("0042T", ["0042T"]),
    ],
)
def test_identifiers(text: str, expected: list[str]) -> None:
    assert lexical.terms(text) == expected


def test_several_modifiers_share_one_word() -> None:
    assert {"mod:59", "mod:XE", "mod:XS"} <= set(lexical.terms("modifiers 59, XE or XS"))


@pytest.mark.parametrize(
    "family", [("reported", "reporting", "reports", "report"), ("therapies", "therapy"), ("units", "unit")]
)
def test_stems(family: tuple[str, ...]) -> None:
    assert len({lexical.stem(w) for w in family}) == 1


@given(text=st.text(max_size=200))
def test_terms_of_any_text(text: str) -> None:
    assert all(t and t == t.strip() for t in lexical.terms(text))


def of(*texts: str) -> lexical.Lexicon:
    return lexical.count([Words([], [lexical.terms(t)], lexical.ranges(t)) for t in texts])


def test_rare_words_weigh_more(tmp_path: Path) -> None:
    held = of("traction unit", "unit unit", "unit of therapy", "other", *["other unit"] * 9)
    scores = held.scores([(term, 1.0) for term in lexical.terms("traction unit")])
    assert scores.argmax() == 0 and scores[3] == 0
    np.save(tmp_path / "chunks.npy", np.zeros((13, 5), np.int32))
    held.save(tmp_path)
    again = lexical.Lexicon.load(tmp_path)
    assert np.array_equal(again.scores([("unit", 1.0)]), held.scores([("unit", 1.0)]))
    assert again.sentences_of("unit").tolist()[:3] == [0, 1, 2]
    assert again.has("unit", np.array([0, 3])).tolist() == [1.0, 0.0]


def test_a_code_inside_a_range_counts_less_than_the_code() -> None:
    held = of("codes 35201-35286 repair", "35226 repair", "codes 10000-69999 surgery", "other")
    scores = held.scores([("35226", 1.0)])
    held.add_ranges(scores, "35226", 0.6)
    assert scores[1] > scores[0] > 0 and scores[2] == 0 and scores[3] == 0


def test_nothing_counted() -> None:
    empty = lexical.count([])
    assert empty.scores([("x", 1.0)]).shape == (0,) and empty.rows_of("x").tolist() == []
