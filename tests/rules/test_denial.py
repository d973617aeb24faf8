"""Denials: the rule that explains it first, the number in our own words, and what to check."""

from __future__ import annotations

import pytest

from tests.rules.asking import asked, ruled


def why(
    codes: str,
    modifiers: str = "",
    *,
    payer: str | None = None,
    rendered_by: str | None = None,
    carc: str = "",
    words: str = "denied, why?",
) -> str:
    (made,) = ruled(
        "denial",
        "why",
        codes,
        modifiers,
        payer=payer,
        rendered_by=rendered_by,
        kind="why",
        words=words,
        carc=carc,
    )
    assert made.answer is None and made.verdict is None
    return made.statement


@pytest.mark.parametrize(
    ("codes", "carc", "first"),
    [
        ("97140 98941", "97", "98941/97140 is an NCCI edited pair: 97140 is denied beside 98941"),
        ("97140 97124", "236", "97140/97124 is an NCCI edited pair with modifier indicator 0"),
        ("97140", "97", "Beside 97012"),
        ("97012", "97", "No NCCI edit with another therapy code denies 97012"),
        ("97014", "96", "Medicare does not accept 97014"),
        ("97010", "97", "Medicare always bundles 97010"),
        ("98943", "96", "Medicare does not cover 98943"),
        ("97130", "107", "97130 is an add-on code: it is denied without its primary, 97129"),
        ("97001", "181", "97001 was deleted after 2016-12-31"),
        ("97012 97110", "59", "That is no denial but a reduction"),
        ("98941", "50", "A chiropractor's 98941 without AT is denied as maintenance"),
    ],
)
def test_what_explains_it_comes_first(codes: str, carc: str, first: str) -> None:
    assert why(codes, payer="medicare", carc=carc).startswith(first)


def test_units_above_the_mue() -> None:
    (made,) = ruled(
        "denial", "why", "97110", payer="medicare", kind="why", units=7, carc="151", words="7 units denied"
    )
    assert made.statement.startswith("7 units of 97110 are above its MUE of 6 (MAI 3)")


def test_modifiers() -> None:
    assert "a line without GP is rejected" in why("97110", payer="medicare", rendered_by="PT", carc="4")
    assert why("97161", "GO", payer="medicare", carc="4").startswith("GO does not fit 97161")
    assert "do not share" in why("97110", "GP GO", carc="4") or "cannot share a line" in why(
        "97110", "GP GO", carc="4"
    )
    assert "59 never goes on 99213" in why("99213", "59", carc="4")
    assert "51 does not belong on 97012" in why("97012", "51", carc="4")


def test_a_chiropractor_under_medicare() -> None:
    assert "98940-98942" in why("97012", payer="medicare", rendered_by="DC", carc="96")


def test_an_add_on_without_its_primary() -> None:
    assert "without its primary, 97129" in why("97130", payer="medicare", carc="107")
    assert "without its primary" not in why("97130 97129", payer="medicare", carc="107")


def test_the_reason_is_said_in_our_own_words_and_checks_follow() -> None:
    text = why("97110", carc="16")
    assert "Reason 16 is about this: information missing or wrong" in text
    assert "Check first the remark code" in text


def test_without_a_number_the_words_stand_for_one() -> None:
    assert why("97140 97124", words="97124 denied as inclusive").startswith("97140/97124")


def test_no_codes_no_ruling() -> None:
    assert ruled("denial", "why", kind="why", words="denied, why?") == ()


def test_it_is_reached_as_people_type() -> None:
    assert asked("97012 denied CO-97, why?")[0].rule == "denial.why"
