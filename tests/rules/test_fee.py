"""The Medicare amount on the numbers of July 2026, and what is not priced."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assistant.domain import CitecodeError
from assistant.facts import Facts
from assistant.rules.fee import FeeLine, fee, from_words, line_of, to_text
from assistant.sources import Sources
from assistant.tables import Store, load

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
JULY = date(2026, 7, 15)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts.load(CORPUS, Sources.load(CORPUS / "sources.yaml"))


@pytest.fixture(scope="module")
def loaded(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("tables")
    files = [shared / "mpfs" / name for name in ("GPCI2026.csv", "ZIP5_OCT2025.txt.gz")]
    assert load(files, folder).ok
    return Facts.load(CORPUS, Sources.load(CORPUS / "sources.yaml"), Store.open(folder))


def priced(words: str, facts: Facts, when: date = JULY, **place: Any) -> dict[str, Any]:
    return from_words(words.split(), facts, when, **place)


def test_two_units_of_exercise_and_traction(facts: Facts) -> None:
    record = priced("97110=2 97012", facts)
    assert record["total"] == 62.63
    assert record["unreduced"] == 72.48
    assert [line["unit_amounts"] for line in record["lines"]] == [[29.06, 22.21], [11.36]]
    assert "allowed amount" in record["label"] and "national" in record["label"]
    assert any("sequestration" in item for item in record["leaves_out"])


def test_one_unit_alone_is_not_reduced(facts: Facts) -> None:
    assert priced("97012", facts)["total"] == 14.36


@pytest.mark.parametrize("code", ["97010", "97014", "98943", "85025"])
def test_status_b_i_n_x_are_not_priced(facts: Facts, code: str) -> None:
    (line,) = priced(code, facts)["lines"]
    assert line["amount"] is None
    assert line["status"] in line["not_priced"]


def test_amounts_of_one_year_are_not_used_for_another(facts: Facts) -> None:
    (line,) = priced("97012", facts, date(2027, 1, 5))["lines"]
    assert line["amount"] is None


def test_facility_uses_the_facility_practice_expense(facts: Facts) -> None:
    assert priced("99213", facts)["total"] == 95.19
    assert priced("99213", facts, facility=True)["total"] == 57.45


def test_cq_leaves_the_allowed_amount_and_cuts_what_medicare_pays(facts: Facts) -> None:
    record = priced("97012-GP-CQ", facts)
    (line,) = record["lines"]
    assert record["total"] == 14.36
    assert line["assistant"]["payment_percent"] == 85
    assert line["assistant"]["allowed_percent"] == 88
    assert line["assistant"]["medicare_payment"] == 9.76
    assert line["assistant"]["with_coinsurance"] == 12.64
    assert "85%" in to_text(record)


def test_bilateral_assistant_and_multiple_surgery(facts: Facts) -> None:
    full = priced("64493", facts, facility=True)["total"]
    both = priced("64493-50", facts, facility=True)["total"]
    assert both == float(
        (Decimal(str(full)) * Decimal("1.5")).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
    )
    joint = priced("27447", facts, facility=True)["total"]
    assert priced("27447-80", facts, facility=True)["total"] == pytest.approx(joint * 0.16, abs=0.006)
    assert priced("27447-AS", facts, facility=True)["total"] == pytest.approx(joint * 0.136, abs=0.006)
    assert priced("27447-62", facts, facility=True)["total"] == pytest.approx(joint * 0.625, abs=0.006)
    hernia = priced("49505", facts, facility=True)["total"]
    together = priced("49505 27447", facts, facility=True)["total"]
    assert together == pytest.approx(joint + hernia / 2, abs=0.006)


def test_an_assistant_where_none_is_paid(facts: Facts) -> None:
    (line,) = priced("10060-80", facts)["lines"]  # ASST SURG 1: statutory restriction
    assert line["amount"] is None
    assert "assistant" in line["not_priced"]


def test_professional_component_has_its_own_row(facts: Facts) -> None:
    assert priced("71046-26", facts)["total"] == 10.02
    assert priced("97012-26", facts)["lines"][0]["amount"] is None


def test_every_step_names_its_source(facts: Facts) -> None:
    for line in priced("97110=2 97012 49505 27447-50", facts)["lines"]:
        assert line["steps"] and all(step["sources"] for step in line["steps"])


def test_units_of_a_line_do_not_change_others(facts: Facts) -> None:
    record = fee([FeeLine("97110", 0), FeeLine("97012", 1)], facts, JULY)
    assert record["total"] == 14.36


@pytest.mark.parametrize("word", ["9711", "97110=0", "97110=x", "97110-5", ""])
def test_a_line_that_cannot_be_read(word: str) -> None:
    with pytest.raises(CitecodeError):
        line_of(word)


def test_a_locality_without_a_table_says_what_to_load(facts: Facts) -> None:
    with pytest.raises(CitecodeError, match="load"):
        priced("97012", facts, locality="99501")
    with pytest.raises(CitecodeError, match="GPCI2026"):
        priced("97012", facts, locality="10112/00")


@pytest.mark.parametrize(
    ("place", "total"),
    [("99501", 18.61), ("02102/01", 18.61), ("AL", 13.47), ("al 00", 13.47), ("Alabama", 13.47)],
)
def test_localities(loaded: Facts, place: str, total: float) -> None:
    record = priced("97012", loaded, locality=place)
    assert record["total"] == total
    assert record["label"] != priced("97012", loaded)["label"]


def test_an_ambiguous_locality_lists_the_choices(loaded: Facts) -> None:
    with pytest.raises(CitecodeError, match="several"):
        priced("97012", loaded, locality="CA")
    with pytest.raises(CitecodeError, match="2025"):
        priced("97012", loaded, date(2025, 11, 1), locality="AL")
