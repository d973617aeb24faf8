"""The other pages in a real browser: each does its work from a clean start."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pypdf

DOCUMENT = """# Zebra Health policy on traction

Zebra Health covers mechanical traction for twelve zebra sessions in a calendar year.

<script>alert('document')</script> ![x](https://example.invalid/d.png)
"""


def visible(page: Any, text: str) -> None:
    page.get_by_text(text, exact=False).first.wait_for()


def test_look_up_97140_and_see_the_edit_with_97124(page: Any) -> None:
    page.goto(page.base + "/codes")
    box = page.get_by_role("textbox", name="Code or words")
    box.fill("97140")
    box.press("Enter")
    page.locator(".cc-code", has_text="97140").wait_for()
    page.get_by_role("textbox", name="Filter edits").fill("97124")
    page.get_by_role("textbox", name="Filter edits").press("Enter")
    # the table of modifiers above it is drawn in the same way
    row = page.locator(".cc-turn table.cc-edits tbody tr")
    page.wait_for_function("document.querySelectorAll('.cc-turn table.cc-edits tbody tr').length === 1")
    assert "97124" in row.inner_text() and "0: never both" in row.inner_text()
    page.get_by_text("Is 97140 timed?").click()
    page.locator(".cc-turn .cc-q").wait_for()
    assert page.locator(".cc-q").inner_text() == "Is 97140 timed?"


def test_words_find_a_code(page: Any) -> None:
    page.goto(page.base + "/codes?code=neuro%20re-ed")
    page.locator(".cc-code", has_text="97112").wait_for()


def test_24_and_23_minutes_are_three_units_for_medicare_and_four_by_midpoint(page: Any) -> None:
    page.goto(page.base + "/units")
    page.locator(".cc-card").first.wait_for()
    cards = [card.inner_text() for card in page.locator(".cc-card").all()]
    assert cards[0].startswith("Medicare: total time") and "3 timed units" in cards[0]
    assert cards[1].startswith("CPT: midpoint") and "4 timed units" in cards[1]
    box = page.get_by_role("textbox", name="Minutes per code")
    box.fill("97112=soon")
    box.press("Enter")
    visible(page, "is not CODE=MINUTES")


def test_a_claim_of_three_lines_is_checked_and_a_cure_is_said(page: Any) -> None:
    page.goto(page.base + "/claims")
    page.get_by_text("Try an example").click()
    page.locator(".cc-found li").first.wait_for()
    text = page.locator(".cc-audit").inner_text()
    assert "97124" in text and "Cure:" in text and "PTP" in text
    assert page.locator(".cc-audit table tbody tr").count() == 3


def test_an_audit_colours_the_sentences(page: Any) -> None:
    page.goto(page.base + "/audit")
    page.get_by_text("Try an example").click()
    page.locator(".cc-audit").wait_for()
    assert "Modifier 51 may be appended" in page.locator("mark.cc-contradicts").nth(-1).inner_text()
    assert "Contradicts the hard facts" in page.locator(".cc-verdict").inner_text()


def test_a_document_is_added_answers_and_is_gone_after_it_was_removed(page: Any, tmp_path: Path) -> None:
    file = tmp_path / "zebra policy.md"
    file.write_text(DOCUMENT)
    page.goto(page.base + "/library")
    # the list stands below: once it is there the page is whole, and what is opened stays open
    visible(page, "Citecode's own articles")
    page.get_by_text("Add documents").click()
    page.get_by_role("button", name="Add to the index").wait_for()
    page.locator("input[type=file]").first.set_input_files(str(file))
    visible(page, "zebra policy.md")
    page.get_by_role("button", name="Add to the index").click()
    visible(page, "1 added")
    link = page.get_by_role("link", name="Zebra Health policy on traction")
    link.wait_for()
    link.click()
    visible(page, "![x](https://example.invalid/d.png)")
    question = "how many zebra sessions does Zebra Health cover in a calendar year?"
    page.goto(page.base)
    ask(page, question)
    assert "twelve zebra sessions" in page.locator(".cc-turn .cc-text").last.inner_text()
    page.goto(page.base + "/library")
    page.get_by_role("button", name="Remove").first.click()
    page.get_by_role("button", name="Remove it").click()
    visible(page, "1 removed")
    page.goto(page.base)
    ask(page, question)
    assert "twelve zebra sessions" not in page.locator(".cc-turn .cc-text").last.inner_text()


def test_a_conversation_is_exported(page: Any) -> None:
    page.goto(page.base)
    ask(page, "Is 97012 on Appendix E?")
    page.get_by_role("button", name="Conversation", exact=True).click()
    with page.expect_download() as got:
        page.get_by_role("button", name="Export JSON").click()
    exported = json.loads(Path(got.value.path()).read_text(encoding="utf-8"))
    assert [a["verdict"] for a in exported["answers"]] == ["no"]
    with page.expect_download() as got:
        page.get_by_role("button", name="Export Markdown").click()
    assert "97012 is not on CPT Appendix E" in Path(got.value.path()).read_text(encoding="utf-8")
    with page.expect_download() as got:
        page.get_by_role("button", name="Export PDF").click()
    assert got.value.suggested_filename.endswith(".pdf")
    assert "97012 is not on CPT Appendix E" in pypdf.PdfReader(got.value.path()).pages[0].extract_text()


def ask(page: Any, question: str) -> None:
    box = page.get_by_placeholder("Ask a coding or billing question")
    box.fill(question)
    box.press("Enter")
    page.locator(".cc-q", has_text=question).wait_for()
