"""A hundred claims as practices write them: what must be found, and that nothing else is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.check import check
from assistant.facts import Facts
from assistant.sources import Sources
from assistant.tables import Store

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
CLAIMS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "data" / "claims.yaml").read_text("utf-8")
)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("tables")
    return Facts.load(CORPUS, Sources.load(CORPUS / "sources.yaml"), Store.open(folder))


def line(words: str) -> dict[str, Any]:
    """ "97110-GP x2 @30 >M54.2" -> a claim line."""
    first, *rest = words.split()
    code, *modifiers = first.split("-")
    made: dict[str, Any] = {"code": code, "modifiers": modifiers}
    for word in rest:
        name, value = {
            "x": ("units", word[1:]),
            "@": ("minutes", word[1:]),
            ">": ("diagnoses", word[1:]),
        }.get(word[0], ("date_of_service", word))
        made[name] = value
    return made


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: str(claim["name"]))
def test_a_claim_gets_its_findings_and_no_others(claim: dict[str, Any], facts: Facts) -> None:
    record = check(
        {
            "date_of_service": "2026-07-15",
            "payer": claim.get("payer", "medicare"),
            "setting": claim.get("setting"),
            "rendered_by": claim["by"],
            "diagnoses": claim["dx"],
            "therapy_to_date": claim.get("to_date"),
            "lines": [line(words) for words in claim["lines"]],
        },
        facts,
        date(2026, 11, 22),
    )
    found = {one["rule"]: one for one in reversed(record["findings"])}
    expected = {rule: words.split() for rule, words in claim.get("expect", {}).items()}
    for rule, (severity, *lines) in expected.items():
        assert rule in found, (record["findings"], record["not_run"])
        assert found[rule]["severity"] == severity
        if lines:
            assert found[rule]["lines"] == ([] if lines == ["claim"] else [int(number) for number in lines])
    others = {rule: one["message"] for rule, one in found.items() if one["severity"] != "info"}
    assert {rule: message for rule, message in others.items() if rule not in expected} == {}


def test_there_are_enough_claims_of_both_kinds() -> None:
    clean = sum("expect" not in claim for claim in CLAIMS)
    assert (clean >= 30, len(CLAIMS) - clean >= 60) == (True, True)
    assert len({claim["name"] for claim in CLAIMS}) == len(CLAIMS)
