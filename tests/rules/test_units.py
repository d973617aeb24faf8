"""Units by both methods against the worked cases, their properties, and the therapy reduction."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain import CitecodeError
from assistant.rules.units import Gpci, TherapyLine, cents, mppr, rounded, to_text, units

UNTIMED = {"97012", "97161", "G0283"}
CODES = ["97110", "97112", "97116", "97140", "97035"]


def timed(code: str) -> bool | None:
    return None if code.startswith("X") else code not in UNTIMED


@pytest.mark.parametrize(
    ("minutes", "total", "billable", "medicare", "cpt"),
    [
        ({"97112": 24, "97110": 23}, 47, 3, {"97112": 2, "97110": 1}, {"97112": 2, "97110": 2}),
        ({"97110": 33, "97140": 7}, 40, 3, {"97110": 2, "97140": 1}, {"97110": 2}),
        (
            {"97110": 18, "97140": 13, "97116": 10, "97035": 8},
            49,
            3,
            {"97110": 1, "97140": 1, "97116": 1},
            {"97110": 1, "97140": 1, "97116": 1, "97035": 1},
        ),
        ({"97110": 18, "97140": 10}, 28, 2, {"97110": 1, "97140": 1}, {"97110": 1, "97140": 1}),
        ({"97110": 15, "97012": 20}, 15, 1, {"97110": 1}, {"97110": 1}),
        ({"97110": 7}, 7, 0, {}, {}),
        ({}, 0, 0, {}, {}),
    ],
)
def test_worked_cases(
    minutes: dict[str, int], total: int, billable: int, medicare: dict[str, int], cpt: dict[str, int]
) -> None:
    found = units(minutes, timed)
    assert (found.medicare.total_minutes, found.medicare.billable_units) == (total, billable)
    assert found.medicare.units == medicare
    assert found.cpt.units == cpt
    assert found.medicare.either == ()


def test_a_tie_is_shown_as_a_tie() -> None:
    found = units({"97112": 20, "97110": 20}, timed)
    assert sorted(found.medicare.units.values()) == [1, 2]
    assert found.medicare.either == ("97112", "97110")
    assert found.medicare.tied_units == 1
    assert found.cpt.units == {"97112": 1, "97110": 1}
    assert "either" in to_text(found.to_dict())


def test_three_sevens_make_one_unit_of_any_and_none_by_midpoint() -> None:
    found = units({"97112": 7, "97110": 7, "97140": 7}, timed)
    assert found.medicare.billable_units == 1
    assert set(found.medicare.either) == {"97112", "97110", "97140"}
    assert found.cpt.units == {}


def test_documented_but_not_billed() -> None:
    found = units({"97110": 18, "97140": 13, "97116": 10, "97035": 8}, timed)
    assert found.medicare.unbilled == {"97035": 8}


def test_untimed_is_one_unit_and_unknown_is_counted_nowhere() -> None:
    found = units({"97110": 15, "97012": 20, "X": 30}, timed)
    assert found.untimed == {"97012": 1}
    assert found.unknown == {"X": 30}
    assert found.medicare.total_minutes == 15
    assert found.treatment_minutes == 65
    assert any("X" in warning for warning in found.warnings)


def test_the_record_has_the_contract_keys() -> None:
    record = units({"97112": 24, "97110": 23}, {"97112": True, "97110": True}).to_dict()
    assert record["medicare"] == record["medicare"] | {  # type: ignore[operator]
        "total_minutes": 47,
        "billable_units": 3,
        "units": {"97112": 2, "97110": 1},
    }
    assert record["cpt"]["units"] == {"97112": 2, "97110": 2}  # type: ignore[index]
    assert record["untimed"] == {}
    assert record["warnings"] == []


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 7, 0),
        (8, 22, 1),
        (23, 37, 2),
        (38, 52, 3),
        (53, 67, 4),
        (68, 82, 5),
        (83, 97, 6),
        (98, 112, 7),
        (113, 127, 8),
    ],
)
def test_bands(low: int, high: int, expected: int) -> None:
    assert rounded(low) == rounded(high) == expected


@pytest.mark.parametrize(
    "minutes", [{"97110": -1}, {"97110": 1441}, {"97110": 900, "97112": 900}, {"97110": True}]
)
def test_impossible_minutes_are_refused(minutes: dict[str, int]) -> None:
    with pytest.raises(CitecodeError):
        units(minutes, timed)


visits = st.dictionaries(st.sampled_from(CODES), st.integers(0, 120), max_size=5)


@given(visits)
def test_the_units_add_up_to_the_total(minutes: dict[str, int]) -> None:
    found = units(minutes, timed)
    for allocation in (found.medicare, found.cpt):
        assert sum(allocation.units.values()) == allocation.billable_units
    assert all(
        minutes[code] // 15 <= n <= minutes[code] // 15 + 1 for code, n in found.medicare.units.items()
    )


@given(visits, st.sampled_from(CODES), st.integers(1, 30))
def test_more_minutes_never_mean_fewer_units(minutes: dict[str, int], code: str, more: int) -> None:
    longer = {**minutes, code: minutes.get(code, 0) + more}
    before, after = units(minutes, timed), units(longer, timed)
    assert after.medicare.billable_units >= before.medicare.billable_units
    assert after.cpt.billable_units >= before.cpt.billable_units


@given(visits, st.integers(0, 90))
def test_untimed_minutes_change_nothing(minutes: dict[str, int], extra: int) -> None:
    assert units({**minutes, "97012": extra}, timed).medicare == units(minutes, timed).medicare
    assert units({**minutes, "97012": extra}, timed).cpt == units(minutes, timed).cpt


@given(visits)
def test_a_tie_is_really_open(minutes: dict[str, int]) -> None:
    found = units(minutes, timed).medicare
    assert len({minutes[code] % 15 for code in found.either}) <= 1
    assert not found.either or 0 < found.tied_units < len(found.either)


D = Decimal
EXERCISE = TherapyLine("97110", 2, D("0.45"), D("0.41"), D("0.01"))
TRACTION = TherapyLine("97012", 1, D("0.24"), D("0.18"), D("0.01"))
CF_2026 = D("33.4009")


def test_mppr_on_the_2026_numbers() -> None:
    exercise, traction = mppr([EXERCISE, TRACTION])
    assert exercise.amounts(CF_2026) == (D("29.06"), D("22.21"))
    assert traction.amounts(CF_2026) == (D("11.36"),)
    assert exercise.rvu + traction.rvu == D("1.875")
    assert cents((exercise.rvu + traction.rvu) * CF_2026) == D("62.63")


def test_one_unit_alone_is_not_reduced() -> None:
    (traction,) = mppr([TRACTION])
    assert traction.amounts(CF_2026) == (D("14.36"),)


def test_the_order_of_lines_does_not_matter() -> None:
    assert mppr([TRACTION, EXERCISE])[1].rvu == mppr([EXERCISE, TRACTION])[0].rvu


def test_equal_practice_expense_ranks_by_total() -> None:
    low = TherapyLine("A", 1, D("0.1"), D("0.3"), D("0.01"))
    high = TherapyLine("B", 1, D("0.4"), D("0.3"), D("0.01"))
    assert [line.full_units for line in mppr([low, high])] == [0, 1]


def test_gpci_multiplies_before_the_practice_expense_is_halved() -> None:
    place = Gpci(work=D("1.5"), pe=D("1.065"), mp=D("0.551"))
    _, traction = mppr([EXERCISE, TRACTION], place)
    assert traction.reduced_rvu == D("0.24") * D("1.5") + D("0.18") * D("1.065") * D("0.5") + D("0.01") * D(
        "0.551"
    )


@given(st.lists(st.tuples(st.integers(0, 4), *(st.decimals("0", "3", places=2),) * 3), max_size=6))
def test_exactly_one_unit_is_full(rows: list[tuple[int, Decimal, Decimal, Decimal]]) -> None:
    lines = [TherapyLine(str(n), count, w, pe, mp) for n, (count, w, pe, mp) in enumerate(rows)]
    found = mppr(lines)
    assert sum(line.full_units for line in found) == (1 if any(line.units for line in lines) else 0)
    assert [line.full_units + line.reduced_units for line in found] == [line.units for line in lines]
    assert all(line.reduced_rvu <= line.full_rvu for line in found)
