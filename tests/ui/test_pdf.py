"""A conversation as PDF: what it says, and that nothing in it is read as markup."""

from __future__ import annotations

import io
from typing import Any

import pypdf

from assistant.ui import pdf


def record(question: str = "can I bill 97012 with 51?", **changes: Any) -> dict[str, Any]:
    answer = {
        "question": question,
        "verdict": "no",
        "status": "ruled",
        "text": "**No.** 51 is not reported with 97012.[1]\n\n- one\n- two \\*three\\*",
        "warnings": ["Check the edition."],
        "overruled": [{"text": "It may be appended.", "topic": "modifier_51", "origin": "A memo"}],
        "citations": [
            {"n": 1, "quote": "excluded", "title": "Appendix A", "edition": "2026", "locator": "51", "url": ""}
        ],
        "context": {
            "date_of_service": "2026-07-15", "payer": "medicare", "setting": "practitioner", "rendered_by": "PT"
        },
    }  # fmt: skip
    return {"answer": {**answer, **changes}}


def read(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages)


def test_verdict_text_sources_and_what_was_overruled_are_there() -> None:
    said = " ".join(read(pdf.conversation("Traction", [record(), record("and with 59?")], "Asked")).split())
    for words in (
        "Traction", "can I bill 97012 with 51?", "and with 59?", "51 is not reported with 97012. [1]", "two *three*",
        "date of service 2026-07-15, payer medicare, rendered by PT", "Overruled: A memo says: It may be appended.",
        "Check the edition.", "“excluded” Appendix A, 2026, 51", "CPT is a registered trademark",
    ):  # fmt: skip
        assert words in said


def test_markup_and_other_scripts_are_text() -> None:
    attack = '<b>x</b> <img src="https://example.invalid/x.png"/> <a href="x">y</a> & 漢\x00'
    made = pdf.conversation(attack, [record(attack, text=attack, warnings=[attack])])
    said = " ".join(read(made).split())
    assert said.count('<b>x</b> <img src="https://example.invalid/x.png"/> <a href="x">y</a> & ?') == 4
    assert b"/URI" not in made


def test_a_long_conversation_fills_pages() -> None:
    made = pdf.conversation("Long", [record(text="word " * 2000)] * 3)
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) > 3
