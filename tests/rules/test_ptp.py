"""PTP edits: indicator 0, 1 and none, both orders, columns, regions, intervals, other payers, and the
chiropractor."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.asking import asked, ruled


@pytest.mark.parametrize("codes", ["97012 97140", "97140 97012"])
def test_an_edit_with_indicator_1_is_conditional_in_both_orders(codes: str) -> None:
    (made,) = ruled("ptp", "allowed", codes)
    assert (made.rule, made.verdict, made.answer) == ("ptp.indicator_1", "depends", "depends")
    assert made.subjects == ("97012", "97140")
    assert "only if" in made.statement and "manual traction" in made.statement
    assert made.statement.index("only if") < made.statement.index("59")
    assert made.facts[0].citation.source_id == "cms-ptp-2024-07-01"
    assert "2024-07-01" in made.warnings[0]


@pytest.mark.parametrize("codes", ["97140 97124", "97113 97036", "98940 98941", "97161 97750", "98941 97163"])
def test_indicator_0_is_never(codes: str) -> None:
    (made,) = ruled("ptp", "allowed", codes)
    assert (made.rule, made.answer) == ("ptp.indicator_0", "no")
    assert "no modifier opens it" in made.statement
    (again,) = ruled("ptp", "modifier", codes, words="is there a modifier that opens it?")
    assert again.answer == "no"


@pytest.mark.parametrize("codes", ["97530 97116", "97530 97140", "97140 97161", "97110 97164", "97012 97110"])
def test_no_active_edit_is_yes_but_no_permission(codes: str) -> None:
    (made,) = ruled("ptp", "allowed", codes)
    assert (made.rule, made.answer) == ("ptp.no_edit", "yes")
    said = ("No edit is not a promise", "documented", "15-minute", "change in the patient's status")
    assert any(words in made.statement for words in said)
    (edited,) = ruled("ptp", "edited", codes)
    assert edited.answer == "no"
    (denied,) = ruled("ptp", "edited", codes, negated=True)
    assert denied.answer == "yes"


def test_a_withdrawn_edit_is_named_as_such() -> None:
    (made,) = ruled("ptp", "edited", "97140 97163")
    assert made.answer == "no" and "withdrawn" in made.statement


def test_two_timed_services_need_a_period_each_and_a_supervised_modality_does_not() -> None:
    (timed,) = ruled("ptp", "allowed", "97110 97140")
    assert "15-minute period" in timed.statement
    (supervised,) = ruled("ptp", "allowed", "97012 97110")
    assert "supervised" in supervised.statement
    (same,) = ruled(
        "ptp", "allowed", "97110 97140", words="for the same 15 minutes", text="for the same <min>"
    )
    assert same.answer == "no"


def test_the_region_decides_beside_manipulation() -> None:
    assert ruled("ptp", "allowed", "98941 97140")[0].answer == "depends"
    same = ruled("ptp", "allowed", "98941 97140", payer="commercial", region="same")[0]
    assert same.answer == "no" and "98941 alone" in same.statement
    other = ruled("ptp", "allowed", "98941 97140", payer="commercial", region="other")[0]
    assert other.answer == "yes" and "59 or XS" in other.statement
    chiropractor = ruled("ptp", "allowed", "98941 97140", payer="medicare", rendered_by="DC", region="other")[
        0
    ]
    assert chiropractor.answer == "no" and "98940-98942" in chiropractor.statement


def test_a_different_interval_settles_group_and_one_to_one() -> None:
    assert ruled("ptp", "allowed", "97150 97110")[0].answer == "depends"
    made = ruled("ptp", "allowed", "97150 97110", time="separate")[0]
    assert made.answer == "yes" and "59 or XU goes on 97110" in made.statement


@pytest.mark.parametrize(
    ("codes", "column2"),
    [("97012 97140", "97140"), ("97110 97150", "97110"), ("97530 97750", "97750"), ("20560 99213", "20560")],
)
def test_the_column_2_code(codes: str, column2: str) -> None:
    (made,) = ruled("ptp", "column", codes, kind="value")
    assert made.answer is None and made.statement.startswith(f"{column2} is column 2")


def test_the_column_as_a_yes_no_question() -> None:
    words = "is 97140 the column 2 code with 97012?"
    assert ruled("ptp", "column", "97140 97012", words=words)[0].answer == "yes"
    words = "is 97012 column 2 with 97140?"
    assert ruled("ptp", "column", "97012 97140", words=words)[0].answer == "no"


def test_the_indicator_as_value_and_as_yes_no() -> None:
    assert "is 1:" in ruled("ptp", "indicator", "97012 97140", kind="value")[0].statement
    assert ruled("ptp", "indicator", "97140 97124", words="is the indicator 1?")[0].answer == "no"
    assert ruled("ptp", "indicator", "97140 97124", words="is the indicator 0?")[0].answer == "yes"
    assert "withdrawn" in ruled("ptp", "indicator", words="what does indicator 9 mean?")[0].statement


def test_25_is_the_modifier_where_an_em_is_in_the_pair() -> None:
    (made,) = ruled("ptp", "allowed", "99213 98940")
    assert made.answer == "depends" and "25 goes on 99213" in made.statement
    (second,) = ruled("ptp", "modifier", "20560 99213", kind="value")
    assert second.statement.startswith("25 on 99213")


def test_a_reevaluation_needs_a_change_of_status() -> None:
    (made,) = ruled("ptp", "allowed", "97035 97164")
    assert "status" in made.statement and "59 or XU goes on 97164" in made.statement


def test_medicare_pays_a_chiropractor_for_manipulation_only() -> None:
    (made,) = ruled("ptp", "allowed", "98941 97012", payer="medicare", rendered_by="DC")
    assert made.answer == "no"
    (commercial,) = ruled("ptp", "allowed", "98941 97012", payer="commercial", rendered_by="DC")
    assert commercial.answer == "yes"


def test_a_code_medicare_does_not_pay_is_said() -> None:
    assert ruled("ptp", "allowed", "97012 97014", payer="medicare")[0].answer == "no"
    assert ruled("ptp", "allowed", "97012 97010")[0].answer == "depends"
    assert ruled("ptp", "edited", "97012 97010")[0].answer == "no"


def test_the_patient_may_not_be_billed() -> None:
    (made,) = ruled("ptp", "allowed", "97012 97140", words="can I bill the patient for the denial?")
    assert (made.rule, made.answer) == ("ptp.bill_patient", "no")


def test_more_than_two_codes_are_taken_pair_by_pair() -> None:
    (made,) = ruled("ptp", "edited", "97012 97110 97140")
    assert made.answer == "yes" and "97012/97140" in made.statement
    (free,) = ruled("ptp", "edited", "97110 97112 97530")
    assert free.answer == "no"
    (never,) = ruled("ptp", "allowed", "97110 97124 97140")
    assert never.answer == "no"


def test_one_code_lists_its_edits() -> None:
    (made,) = ruled("ptp", "list", "97012", kind="value")
    assert all(code in made.statement for code in ("97018", "97140", "97164", "97168"))
    assert "97110" not in made.statement


def test_the_hospital_file_is_another_file() -> None:
    practitioner = ruled("ptp", "allowed", "97161 97750")[0]
    hospital = ruled("ptp", "allowed", "97161 97750", setting="outpatient_hospital")[0]
    assert (practitioner.verdict, hospital.verdict) == ("no", "depends")


def test_before_the_file_and_outside_it_nothing_is_ruled() -> None:
    (early,) = ruled("ptp", "allowed", "97012 97140", when=date(2023, 5, 1))
    assert early.missing and early.answer is None and "ingest.py tables" in early.missing
    (unknown,) = ruled("ptp", "allowed", "97012 55555")
    assert unknown.missing


def test_never_and_always_are_both_wrong_for_a_conditional_edit() -> None:
    never = ruled(
        "ptp", "allowed", "97012 97140", negated=True, words="they can never be billed together, true?"
    )
    assert never[0].answer == "no"
    always = ruled("ptp", "allowed", "97012 97140", words="can they always be billed together?")
    assert always[0].answer == "no"


def test_two_therapists_may_both_evaluate() -> None:
    (made,) = ruled("ptp", "allowed", "97161 97165", words="PT and OT, two therapists")
    assert made.answer == "yes"
    (one,) = ruled("ptp", "allowed", "97161 97165")
    assert one.answer == "depends"


def test_it_is_reached_as_people_type() -> None:
    assert asked("97140/97012 same dos?")[0].answer == "depends"
    assert asked("is 97124 bundled with 97140?")[0].answer == "yes"


@pytest.mark.parametrize(
    ("codes", "want"),
    [("G2212 99214", "no"), ("G2212 99215", "yes"), ("97811 97813", "yes"), ("97130 97129", "yes")],
)
def test_an_add_on_and_its_primary_are_no_question_of_edits(codes: str, want: str) -> None:
    (made,) = ruled("ptp", "allowed", codes)
    assert made.topic == "add_on" and made.answer == want


def test_a_therapist_bills_no_office_visit() -> None:
    (made,) = ruled("ptp", "allowed", "99213 97110", rendered_by="PT")
    assert (made.rule, made.answer) == ("ptp.therapist", "no")


def test_a_chiropractor_with_an_unknown_payer() -> None:
    assert ruled("ptp", "allowed", "98941 97012", rendered_by="DC")[0].answer == "depends"


def test_no_edit_is_no_guarantee() -> None:
    (made,) = ruled("ptp", "allowed", "97012 97110", words="no edit: does that mean payment is guaranteed?")
    assert (made.rule, made.answer) == ("ptp.guarantee", "no")


def test_a_deleted_code_has_no_pair() -> None:
    (made,) = ruled("ptp", "allowed", "97001 97140")
    assert made.topic == "code_valid" and made.answer == "no"


def test_a_reevaluation_without_an_edit_still_needs_its_reason() -> None:
    (made,) = ruled("ptp", "allowed", "97164 97110")
    assert made.answer == "yes" and "change in the patient's status" in made.statement
    assert ruled("ptp", "allowed", "97164 97110", words="97164 every visit with 97110 ok?")[0].answer == "no"


def test_column_one_or_two() -> None:
    (made,) = ruled(
        "ptp", "column", "97140 97012", kind="value", words="is 97140 column 1 or column 2 with 97012?"
    )
    assert made.statement.startswith("97140 is column 2")
