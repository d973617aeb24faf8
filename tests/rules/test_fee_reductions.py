"""Reductions between lines, on the real 2026 file: endoscopy families, components of diagnostics, parts of the package."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.facts import Facts
from assistant.rules.fee import fee, line_of
from assistant.sources import Sources
from assistant.tables import Store, load

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
JULY = date(2026, 7, 15)


@pytest.fixture(scope="module")
def facts(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("tables")
    names = ("PPRRVU2026_Jul_nonQPP.csv.gz", "GPCI2026.csv", "ZIP5_OCT2025.txt.gz")
    assert load([shared / "mpfs" / name for name in names], folder).ok
    return Facts.load(CORPUS, Sources.load(CORPUS / "sources.yaml"), Store.open(folder))


def priced(words: str, facts: Facts) -> dict[str, Any]:
    return fee([line_of(word) for word in words.split()], facts, JULY)


@pytest.mark.parametrize(
    ("words", "amounts"),
    [
        # The highest of the family in full, the other less the base: 479.97 - 378.10.
        ("45385 45380", [500.01, 101.87]),
        ("45380 45385", [101.87, 500.01]),
        ("45385 45378", [500.01, 0.00]),
        # The family counts as one procedure among others: 601.88 before 418.85.
        ("45385 45380 43239", [500.01, 101.87, 209.43]),
        # One of a family alone is no family.
        ("45385 43239", [500.01, 209.43]),
        # Imaging: TC 50%, PC 95% of the lower; components by themselves.
        ("74177-26 71260-26", [83.84, 51.09]),
        ("74177 71260", [300.27, 107.53]),
        ("71046 71260", [33.07, 166.67]),
        # Cardiovascular TC 75%, ophthalmology TC 80%; ranked by the TC, not by the whole.
        ("93306 93880", [164.41, 189.05]),
        ("92083 92133 92250", [63.80, 27.86, 33.73]),
        # Parts of the package, by the row's percentages (10, 69, 21).
        ("27447-54", [915.89]),
        ("27447-55", [243.46]),
        ("45378-53", [189.38]),
    ],
)
def test_amounts(words: str, amounts: list[float], facts: Facts) -> None:
    assert [line["amount"] for line in priced(words, facts)["lines"]] == amounts


@pytest.mark.parametrize(("word", "said"), [("27447-22", "1159.35"), ("27447-52", "contractor"), ("27447-53", "stopped"),
                                            ("27447-56", "56"), ("00830", "anesthesia"), ("45378-55", "no share")])  # fmt: skip
def test_what_is_not_certain_is_refused_with_a_sentence(word: str, said: str, facts: Facts) -> None:
    (line,) = priced(word, facts)["lines"]
    assert line["amount"] is None and said in line["not_priced"]


def test_every_step_names_its_source(facts: Facts) -> None:
    for words in ("45385 45380 43239", "74177 71260", "27447-54"):
        for line in priced(words, facts)["lines"]:
            assert line["steps"] and all(step["sources"] for step in line["steps"])


def test_without_the_rows_of_the_components_it_is_said(tmp_path: Path) -> None:
    shipped = Facts.load(CORPUS, Sources.load(CORPUS / "sources.yaml"), Store.open(tmp_path))
    warnings = fee([line_of("74177=2")], shipped, JULY)["warnings"]
    assert any("not worked out" in warning for warning in warnings)  # type: ignore[attr-defined]


def test_a_zip_code_in_a_state_that_shares_its_number(facts: Facts) -> None:
    """CMS's 2026 file prints 05102/00 for Iowa and Connecticut; the ZIP file says which state."""
    from assistant.rules.fee import locality

    place = locality("50309", facts, JULY)
    assert place.name.startswith("Iowa") and str(place.gpci.pe) == "0.900"
    with pytest.raises(Exception, match="Connecticut"):
        locality("05102/00", facts, JULY)
