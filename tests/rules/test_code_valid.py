"""Does a code exist on the date, and what took its place?"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from assistant.domain import Ask, Question, Verdict
from assistant.facts import Facts
from assistant.rules import code_valid
from assistant.sources import Sources
from tests.rules.asking import ROOT, ruled


@pytest.mark.parametrize(
    ("code", "when", "verdict"),
    [
        ("97001", date(2016, 12, 31), "yes"),
        ("97001", date(2017, 1, 1), "no"),
        ("97161", date(2016, 12, 31), "no"),
        ("97161", date(2026, 7, 15), "yes"),
        ("97762", date(2017, 12, 31), "yes"),
        ("97762", date(2018, 1, 1), "no"),
        ("97763", date(2017, 12, 31), "no"),
        ("97012", date(2026, 7, 15), "yes"),
        ("97140", date(2026, 11, 22), "yes"),
        ("99201", date(2021, 1, 1), "no"),
    ],
)
def test_on_the_date(code: str, when: date, verdict: Verdict) -> None:
    (made,) = ruled("code_valid", "valid", code, when=when)
    assert (made.verdict, made.answer) == (verdict, verdict)


def test_the_opposite_asked() -> None:
    assert ruled("code_valid", "valid", "97002", words="<C> deleted?")[0].answer == "yes"
    assert ruled("code_valid", "valid", "97012", words="<C> deleted?")[0].answer == "no"
    assert ruled("code_valid", "valid", "97001", words="<C> is no longer valid, right?")[0].answer == "yes"
    assert ruled("code_valid", "valid", "97001", words="when was <C> deleted")[0].answer is None


@pytest.mark.parametrize(
    ("code", "successors"),
    [
        ("97001", ["97161", "97162", "97163"]),
        ("97002", ["97164"]),
        ("97004", ["97168"]),
        ("97762", ["97763"]),
    ],
)
def test_successors(code: str, successors: list[str]) -> None:
    (made,) = ruled("code_valid", "successor", code, kind="value")
    assert made.answer is None and all(one in made.statement for one in successors)
    assert all(one in ruled("code_valid", "valid", code)[0].statement for one in successors)


@pytest.mark.parametrize(
    ("codes", "verdict"),
    [("97763 97762", "yes"), ("97762 97763", "yes"), ("97164 97001", "no"), ("G0283 97014", "yes")],
)
def test_is_it_the_successor(codes: str, verdict: Verdict) -> None:
    (made,) = ruled("code_valid", "replacement", codes)
    assert made.answer == verdict


def test_nothing_replaced_a_valid_code() -> None:
    assert "nothing replaced it" in ruled("code_valid", "successor", "97012", kind="value")[0].statement


def test_a_code_that_no_table_holds_stays_open() -> None:
    for code in ("12345", "G9999"):
        (made,) = ruled("code_valid", "valid", code)
        assert made.missing and made.answer is None


def test_medicare_may_not_take_a_valid_code() -> None:
    assert "G0283" in ruled("code_valid", "valid", "97014", payer="medicare")[0].statement
    assert "G0283" not in ruled("code_valid", "valid", "97014", payer="commercial")[0].statement


def _hcpcs(fields: Mapping[str, str]) -> Facts:
    """Facts with a HCPCS table as a loaded file would give it."""
    text = """table: hcpcs
title: "HCPCS"
description: "x"
authority: "CMS"
carries: standing
cure: "load it: python ingest.py tables FILE"
absence: "not in the HCPCS file"
complete_for: ["A0000-V9999"]
edition: {name: "HCPCS", source: hcpcs-2025-01, effective_from: 2020-01-01}
facts:
"""
    for name, cell in fields.items():
        text += f"""  - subject: "G0999"
    field: {name}
    confidence: official
    values:
      2020-01-01: {{value: "{cell}", source: hcpcs-2025-01, locator: "row G0999"}}
"""
    folder = Path(tempfile.mkdtemp())
    (folder / "hcpcs.yaml").write_text(text)
    return Facts([folder / "hcpcs.yaml"], Sources.load(ROOT / "corpus" / "sources.yaml"))


@pytest.mark.parametrize(
    ("code", "when", "verdict"),
    [
        ("G0999", date(2023, 12, 31), "yes"),
        ("G0999", date(2024, 1, 1), "no"),
        ("G0998", date(2023, 12, 31), "no"),
    ],
)
def test_the_hcpcs_file_is_complete_for_its_kind(code: str, when: date, verdict: Verdict) -> None:
    ask = Ask("code_valid", "valid", (code,), details={"kind": "yes_no", "text": ""})
    question = Question("", "", when, True, None, "practitioner", None, (ask,), ask.codes)
    held = _hcpcs({"kind": "code", "terminated": "20240101"})
    (made,) = code_valid.rule(ask, question, held, {})
    assert (made.verdict, made.answer) == (verdict, verdict)


def test_a_successor_says_what_became_of_the_code() -> None:
    assert "deleted after 2016-12-31" in ruled("code_valid", "successor", "97001", kind="value")[0].statement
