"""GP, GO, GN: by code, by who rendered it, by payer, one on a line."""

from __future__ import annotations

import pytest

from tests.rules.asking import asked, ruled


@pytest.mark.parametrize(
    ("code", "modifier", "want"),
    [("97161", "GO", "no"), ("97161", "GP", "yes"), ("97165", "GP", "no"), ("97168", "GP", "no"), ("97166", "GO", "yes"),
     ("97163", "GN", "no"), ("92507", "GN", "yes"), ("97012", "GN", "no"), ("97012", "GP", "yes"), ("97110", "GO", "depends")],
)  # fmt: skip
def test_allowed_by_code(code: str, modifier: str, want: str) -> None:
    assert ruled("therapy_modifier", "allowed", code, modifier)[0].answer == want


@pytest.mark.parametrize(
    ("who", "right", "wrong"),
    [("PT", "GP", "GO"), ("PTA", "GP", "GN"), ("OT", "GO", "GP"), ("OTA", "GO", "GP"), ("SLP", "GN", "GP")],
)
def test_by_who_rendered_it(who: str, right: str, wrong: str) -> None:
    code = "92526" if who == "SLP" else "97535"
    assert ruled("therapy_modifier", "allowed", code, right, rendered_by=who)[0].answer == "yes"
    assert ruled("therapy_modifier", "allowed", code, wrong, rendered_by=who)[0].answer == "no"
    assert ruled("therapy_modifier", "which", code, rendered_by=who, kind="value")[0].statement.startswith(
        right
    )


def test_needed_is_medicares_and_by_category() -> None:
    assert ruled("therapy_modifier", "needed", "97012", "GP", payer="medicare")[0].answer == "yes"
    assert ruled("therapy_modifier", "needed", "97012", "GP")[0].answer == "depends"
    assert ruled("therapy_modifier", "needed", "97012", "GP", payer="Aetna")[0].answer == "depends"
    assert (
        ruled("therapy_modifier", "needed", "97012", "GP", payer="medicare", negated=True)[0].answer == "no"
    )
    assert ruled("therapy_modifier", "needed", "95992", "GP", payer="medicare")[0].answer == "depends"
    assert (
        ruled("therapy_modifier", "needed", "95992", "GP", payer="medicare", rendered_by="PT")[0].answer
        == "yes"
    )
    assert ruled("therapy_modifier", "needed", "97161", "GO", payer="medicare")[0].answer == "no"


def test_one_on_a_line() -> None:
    made = ruled("therapy_modifier", "allowed", "97110", "GP GO")[0]
    assert made.answer == "no" and "one of GP, GO and GN" in made.statement


def test_a_chiropractor() -> None:
    assert (
        ruled("therapy_modifier", "needed", "97140", "GP", payer="UHC", rendered_by="DC")[0].answer
        == "depends"
    )
    under = ruled("therapy_modifier", "needed", "97012", "GP", payer="medicare", rendered_by="DC")[0]
    assert "98940-98942" in under.statement
    assert ruled("therapy_modifier", "allowed", "97012", "GO", rendered_by="DC")[0].answer == "no"


@pytest.mark.parametrize("code", ["98941", "98943", "99213"])
def test_not_on_manipulation_nor_on_em(code: str) -> None:
    assert ruled("therapy_modifier", "needed", code, "GP", payer="medicare")[0].answer == "no"


def test_the_category_by_itself() -> None:
    assert (
        ruled("therapy_modifier", "needed", "97012", words="is 97012 an always therapy code?")[0].answer
        == "yes"
    )
    assert (
        ruled("therapy_modifier", "needed", "97012", words="is 97012 a sometimes therapy code?")[0].answer
        == "no"
    )


def test_an_assistant_needs_a_second_one() -> None:
    assert "CQ" in ruled("therapy_modifier", "which", "97110", rendered_by="PTA", kind="value")[0].statement


def test_97014_is_replaced_and_unknown_codes_are_lacking() -> None:
    assert "G0283" in ruled("therapy_modifier", "needed", "97014", payer="medicare")[0].statement
    assert ruled("therapy_modifier", "needed", "70450", payer="medicare")[0].missing


def test_it_is_reached_as_people_type() -> None:
    assert asked("Does 97012 need GP?", payer="medicare", rendered_by="PT")[0].answer == "yes"
    assert asked("can a PT use GO on 97110 for Medicare")[0].answer == "no"


def test_a_modifier_of_another_plan_of_care() -> None:
    (made,) = ruled("therapy_modifier", "allowed", "97110", "GN")
    assert made.answer == "depends" and made.statement.startswith("GN goes on 97110")
    assert "only under a plan of care for speech-language pathology" in made.statement
