"""Timed or untimed, attendance, minimum minutes, and the lists."""

from __future__ import annotations

import pytest

from tests.rules.asking import asked, ruled

UNTIMED = "97010 97012 97014 G0283 97016 97018 97022 97024 97026 97028 97150 97161 97164 97168 98940 98943 95992 20560"
TIMED = "97032 97033 97034 97035 97036 97110 97112 97113 97116 97124 97140 97530 97535 97542 97750 97755 97760 97763"


@pytest.mark.parametrize("code", UNTIMED.split())
def test_untimed(code: str) -> None:
    (made,) = ruled("timing", "timed", code)
    assert made.answer == "no" and "untimed" in made.statement and made.facts
    assert ruled("timing", "untimed", code)[0].answer == "yes"
    assert ruled("timing", "timed", code, negated=True)[0].answer == "yes"


@pytest.mark.parametrize("code", TIMED.split())
def test_timed(code: str) -> None:
    (made,) = ruled("timing", "timed", code)
    assert made.answer == "yes" and "15 minutes" in made.statement
    assert ruled("timing", "untimed", code)[0].answer == "no"


def test_typical_minutes_of_evaluations_are_no_threshold() -> None:
    (made,) = ruled("timing", "minimum", "97161", minutes=[("97161", 20)])
    assert made.answer == "no" and "neither a unit nor a threshold" in made.statement


def test_the_minimum_of_a_timed_unit_is_eight() -> None:
    assert ruled("timing", "minimum", "97110", minutes=[("97110", 8)])[0].answer == "yes"
    assert ruled("timing", "minimum", "97110", minutes=[("97110", 15)])[0].answer == "no"
    assert ruled("timing", "minimum", "97012", minutes=[("97012", 8)])[0].answer == "no"


@pytest.mark.parametrize(
    ("code", "one_on_one", "supervised"),
    [("97012", "no", "yes"), ("97032", "yes", "no"), ("97110", "yes", "no"), ("97150", "no", "no")],
)
def test_attendance(code: str, one_on_one: str, supervised: str) -> None:
    assert ruled("timing", "one_on_one", code)[0].answer == one_on_one
    assert ruled("timing", "supervised", code)[0].answer == supervised


def test_both_means_both() -> None:
    assert ruled("timing", "timed", "97012 97035")[0].answer == "no"
    assert ruled("timing", "untimed", "97012 97035")[0].answer == "no"
    assert ruled("timing", "timed", "97110 97140")[0].answer == "yes"


def test_a_unit_of_its_own() -> None:
    assert "first 15 minutes" in ruled("timing", "value", "97129", kind="value")[0].statement
    assert ruled("timing", "timed", "97597")[0].answer == "no"
    assert ruled("timing", "timed", "99213")[0].answer == "no"


def test_the_lists() -> None:
    assert (
        "97012"
        in ruled("timing", "which_untimed", words="list the untimed modalities", kind="value")[0].statement
    )
    timed = ruled("timing", "which_timed", words="which therapy codes are timed?", kind="value")[0].statement
    assert "97110" in timed and "97012" not in timed


def test_an_unknown_code_is_lacking() -> None:
    assert ruled("timing", "timed", "70450")[0].missing


def test_it_is_reached_as_people_type() -> None:
    assert asked("is mechanical traction time based")[0].answer == "no"
    assert asked("Is 97012 timed or untimed?")[0].answer is None
