"""Modifier 59 and X: the reason first, never on E/M, never both on a line, and what does not open an edit."""

from __future__ import annotations

import pytest

from tests.rules.asking import asked, ruled


def test_an_edit_with_indicator_1_opens_only_with_its_reason() -> None:
    (made,) = ruled("modifier_59", "allowed", "97012 97140", "59")
    assert made.answer == "depends"
    assert made.statement.index("nly if") < made.statement.index("goes on 97140")
    assert "otherwise do not bill both" in made.statement


@pytest.mark.parametrize("form", ["allowed", "needed", "bypass"])
def test_indicator_0_never(form: str) -> None:
    assert ruled("modifier_59", form, "97140 97124", "59")[0].answer == "no"
    assert ruled("modifier_59", form, "97140 97124", "XS", negated=True)[0].answer == "yes"


def test_no_edit_no_reason_for_59() -> None:
    (needed,) = ruled("modifier_59", "needed", "97012 97110", "59")
    assert (needed.rule, needed.answer) == ("modifier_59.no_edit", "no")
    assert ruled("modifier_59", "allowed", "97530 97140", "59", payer="medicare")[0].answer == "no"
    assert ruled("modifier_59", "allowed", "97530 97140", "59", payer="Aetna")[0].answer == "depends"


@pytest.mark.parametrize("codes", ["99213", "99204", "99213 99214"])
def test_never_on_em(codes: str) -> None:
    (made,) = ruled("modifier_59", "allowed", codes, "59")
    assert (made.rule, made.answer) == ("modifier_59.em", "no") and "25" in made.statement


def test_an_em_in_the_pair_takes_25_not_59() -> None:
    (made,) = ruled("modifier_59", "needed", "99213 98940", "59")
    assert made.answer == "no" and "25" in made.statement


def test_59_and_x_do_not_share_a_line() -> None:
    assert ruled("modifier_59", "allowed", "97140", "59 XS")[0].answer == "no"


@pytest.mark.parametrize("modifier", ["GP", "KX", "51", "22", "76", "77", "50", "CQ"])
def test_what_does_not_open_an_edit(modifier: str) -> None:
    assert ruled("modifier_59", "bypass", "", modifier)[0].answer == "no"
    assert ruled("modifier_59", "bypass", "97012 97140", modifier)[0].answer == "no"


@pytest.mark.parametrize("modifier", ["59", "XE", "XU", "LT", "25", "91", "F5"])
def test_what_is_ncci_associated(modifier: str) -> None:
    assert ruled("modifier_59", "bypass", "", modifier)[0].answer == "yes"
    if modifier == "59":
        assert ruled("modifier_59", "bypass", "97012 97140", modifier)[0].answer == "depends"


def test_the_region_beside_manipulation_decides() -> None:
    for region, want in (("same", "no"), ("other", "yes")):
        (made,) = ruled("modifier_59", "allowed", "98941 97140", "59", payer="commercial", region=region)
        assert made.answer == want
    (under,) = ruled(
        "modifier_59", "allowed", "98941 97140", "59", payer="medicare", rendered_by="DC", region="other"
    )
    assert under.answer == "no"


def test_another_interval_opens_group_and_one_to_one() -> None:
    assert ruled("modifier_59", "allowed", "97110 97150", "XU", time="separate")[0].answer == "yes"


def test_which_code_and_which_modifier() -> None:
    assert (
        "97530 is the line" in ruled("modifier_59", "which", "97150 97530", "59", kind="value")[0].statement
    )
    shoulder = ruled("modifier_59", "which", "97140 98941", "59 XS", kind="value", words="on the shoulder")[0]
    assert shoulder.answer is None and shoulder.statement.startswith("XS on 97140")
    assert ruled("modifier_59", "which", "", "XE XS", kind="value", words="a different practitioner")[
        0
    ].statement.startswith("XP")


def test_not_just_to_be_paid_and_not_always() -> None:
    for words in ("can i add 59 just to get 97140 paid?", "always put 59 on 97140"):
        assert ruled("modifier_59", "allowed", "97140", "59", words=words)[0].answer == "no"
        assert ruled("modifier_59", "allowed", "97140 97012", "59", words=words)[0].answer == "no"
    assert ruled("modifier_59", "allowed", "97140", "59")[0].answer == "depends"


def test_a_repeat_is_76_first() -> None:
    (made,) = ruled("modifier_59", "which", "", "59 76", kind="value")
    assert "76" in made.statement and made.answer is None


def test_either_column_for_medicare() -> None:
    assert ruled("modifier_59", "allowed", "", "59", words="on either column code?")[0].answer == "yes"


def test_it_is_reached_as_people_type() -> None:
    assert asked("97140-59 w/ 97012?")[0].answer == "depends"
    assert asked("Should I use 51 or 59 on 97140 with 97012")[-1].answer is None
