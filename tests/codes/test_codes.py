"""Mentions: what a number or a word names, with its span. Pure functions over the shipped names, no index, no model."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.codes import Names, find, number, plain, tokens
from assistant.domain import CitecodeError
from assistant.wording import VOCABULARY

ROOT = Path(__file__).resolve().parents[2]
NAMES = Names.load(ROOT / "corpus" / "names.yaml", VOCABULARY)


def read(text: str) -> list[tuple[str, str]]:
    return [(m.kind, m.value) for m in find(text, NAMES)[1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("97012-51", [("code", "97012"), ("modifier", "51")]),
        ("97012 w/ 51", [("code", "97012"), ("modifier", "51")]),
        ("97012.51", [("code", "97012"), ("modifier", "51")]),
        ("9701251", [("code", "97012"), ("modifier", "51")]),
        ("97140-59-GP-CQ", [("code", "97140"), ("modifier", "59"), ("modifier", "GP"), ("modifier", "CQ")]),
        ("mod fifty-one on traction", [("modifier", "51"), ("name", "97012")]),
        ("the multiple procedure modifier", [("modifier", "51")]),
        ("modifiers 25 and 59", [("modifier", "25"), ("modifier", "59")]),
        ("G0283 for 97014", [("code", "G0283"), ("code", "97014")]),
        ("dx m5416", [("icd10", "M54.16")]),
        ("M54.5", [("icd10", "M54.5")]),
        ("97161-97168", [("range", "97161-97168")]),
        ("98940-42", [("range", "98940-98942")]),
        ("97110-59", [("code", "97110"), ("modifier", "59")]),
        ("24 min of neuro re-ed", [("minutes", "24"), ("name", "97112")]),
        ("a quarter hour of 97110", [("minutes", "15"), ("code", "97110")]),
        ("1.5 hours", [("minutes", "90")]),
        ("97110 x2", [("code", "97110"), ("units", "2")]),
        ("two units of 97110", [("units", "2"), ("code", "97110")]),
        ("DOS 3/4/24", [("date", "2024-03-04")]),
        ("on March 4, 2024", [("date", "2024-03-04")]),
        ("$2,300", [("money", "2300")]),
        ("mechancial traction", [("name", "97012")]),
        ("denied CO-97", [("carc", "97")]),
    ],
)
def test_reads(text: str, expected: list[tuple[str, str]]) -> None:
    found = read(text)
    assert [item for item in expected if item not in found] == []
    assert [m for m in found if m[0] in {"code", "modifier", "range"} and m not in expected] == []


@pytest.mark.parametrize(
    "text",
    [
        "patient is 51, can we bill 97012?",
        "51yo with 97012",
        "51 y/o male, traction 97012",
        "room 51, 97012",
        "97012 costs $51",
        "97012 for 51 minutes",
        "51 visits of 97012 this year",
        "age 51 and 97012",
    ],
)
def test_a_number_that_counts_something_else_is_no_modifier(text: str) -> None:
    assert ("modifier", "51") not in read(text)


@pytest.mark.parametrize(
    "text", ["zip 90210", "claim # 97012 was", "invoice 97110", "call 555-123-4567", "$97012"]
)
def test_a_number_that_names_something_else_is_no_code(text: str) -> None:
    assert not [value for kind, value in read(text) if kind == "code"]


def test_everyday_words_are_no_modifiers() -> None:
    assert [v for k, v in read("as we go at it in co with 97012, is that ok") if k == "modifier"] == []
    assert ("modifier", "AT") in read("98940-AT")
    assert ("modifier", "GA") not in read("our office in Atlanta, GA bills 97012")


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=200))
def test_spans_reproduce_the_text_whatever_the_text(text: str) -> None:
    toks, mentions = find(text, NAMES)
    assert all(text[m.start : m.end] == m.text and m.text for m in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))
    assert all(text[t.start : t.end] == t.text for t in toks)
    assert len(plain(text)) == len(text)


_PIECES = st.sampled_from(
    [
        "97012",
        "97140",
        "51",
        "59",
        "-",
        " ",
        "mod ",
        "GP",
        "min ",
        "24",
        "x",
        ",",
        "$",
        "G0283",
        "M54.5",
        "fifty ",
        "one ",
        "é",
        "İ",
        "\u200b",
        "yo",
        "/",
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(_PIECES, max_size=14).map("".join))
def test_spans_reproduce_texts_made_of_what_coders_type(text: str) -> None:
    _, mentions = find(text, NAMES)
    assert all(text[m.start : m.end] == m.text for m in mentions)


@given(st.integers(1, 99))
def test_numbers_in_words_are_read_back(n: int) -> None:
    ones = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
    tens = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
    words = [ones[n]] if n < 20 else [tens[n // 10], *([ones[n % 10]] if n % 10 else [])]
    assert number(words) == (n, len(words))


def test_spelling_is_corrected_only_to_one_candidate() -> None:
    assert NAMES.correct("tracton") == "traction"
    assert NAMES.correct("97012") == "97012"
    assert NAMES.correct("modifier") == "modifier"


def test_names_that_cannot_be_read_are_refused_with_the_file(tmp_path: Path) -> None:
    bad = tmp_path / "names.yaml"
    bad.write_text("codes: {'97012': {words: [x]}}")
    with pytest.raises(CitecodeError, match=r"names\.yaml"):
        Names.load(bad)


def test_tokens_keep_the_original_letters() -> None:
    assert [t.text for t in tokens("Can I bill 97012–51?")] == ["Can", "I", "bill", "97012", "–", "51", "?"]
