"""The page in a real browser: what a coder does, from a clean start, and what is then on the screen."""

from __future__ import annotations

import re
from typing import Any

ASK = "Ask a coding or billing question"


def ask(page: Any, question: str) -> Any:
    """Type a question; returns the turn that answers it."""
    before = page.locator(".cc-turn").count()
    box = page.get_by_placeholder(ASK)
    box.fill(question)
    box.press("Enter")
    turn = page.locator(".cc-turn").nth(before)
    turn.wait_for()
    return turn


def test_97012_with_51_is_no_its_evidence_opens_and_a_follow_up_keeps_the_code(page: Any) -> None:
    page.goto(page.base)
    # the pills before the first question; the list of conversations may hold the same words
    page.locator(".st-key-examples").get_by_text("can I bill 97012 with 51?").wait_for()
    turn = ask(page, "can I bill 97012 with 51?")
    assert turn.locator(".cc-verdict").inner_text() == "No"
    assert "modifier 51: excluded by definition" in turn.locator(".cc-badge").first.inner_text()
    turn.locator(".cc-mark").first.click()
    panel = turn.locator(".cc-drawer:popover-open")
    panel.wait_for()
    assert panel.locator("mark").inner_text() == "excluded_by_definition"
    assert "CPT Appendix A" in panel.inner_text()
    page.keyboard.press("Escape")
    turn.locator(".cc-drawer:popover-open").wait_for(state="detached")
    again = ask(page, "and with 59?")
    again.locator("summary").click()
    assert "97012" in again.inner_text()
    page.get_by_text("CPT is a registered trademark of the American Medical Association").wait_for()


def test_a_quote_opens_marked_inside_its_document(page: Any) -> None:
    page.goto(page.base)
    turn = ask(page, "how long is a traction session?")
    assert turn.locator(".cc-verdict").inner_text() == "From the documents"
    turn.locator(".cc-mark").first.click()
    panel = turn.locator(".cc-drawer:popover-open")
    panel.wait_for()
    quote, around = panel.locator("mark").inner_text(), panel.locator(".cc-doc").inner_text()
    assert quote in around and len(around) > len(quote) + 200
    assert panel.locator("mark").bounding_box()["y"] < 900


def test_a_refresh_and_a_second_tab_lose_nothing(page: Any) -> None:
    page.goto(page.base)
    ask(page, "Is 97012 on Appendix E?")
    page.wait_for_url(re.compile(r"\?c="))
    page.reload()
    page.locator(".cc-turn").first.wait_for()
    assert page.locator(".cc-q").inner_text() == "Is 97012 on Appendix E?"
    second = page.context.new_page()
    second.goto(page.url)
    second.locator(".cc-turn").first.wait_for()
    assert second.locator(".cc-q").inner_text() == "Is 97012 on Appendix E?"


def test_script_and_markup_in_a_question_are_text(page: Any) -> None:
    page.goto(page.base)
    attack = (
        "<script>alert(1)</script> <img src=https://example.invalid/x.png onerror=alert(2)> "
        "is ![x](https://example.invalid/y.png) 97012 on Appendix E?"
    )
    turn = ask(page, attack)
    assert turn.locator(".cc-q").inner_text() == attack
    assert turn.locator("script, img").count() == 0
    assert page.locator("section.stMain img, section.stMain iframe").count() == 0
    page.wait_for_timeout(500)


def test_at_390_px_nothing_is_cut_off(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(page.base)
    turn = ask(page, "can I bill 97012 with 51?")
    assert turn.bounding_box()["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    turn.locator(".cc-mark").first.click()
    panel = turn.locator(".cc-drawer:popover-open")
    panel.wait_for()
    page.wait_for_timeout(400)
    box = panel.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 391


def test_tabs_that_ask_at_once_get_their_own_answers(page: Any) -> None:
    questions = (
        "can I bill 97012 with 51?",
        "how long is a traction session?",
        "does 29881 take 51 as a second procedure?",
        "What is CPT code 97012?",
    )
    tabs = [page, *(page.context.new_page() for _ in questions[1:])]
    for tab in tabs:
        tab.goto(page.base)
    for tab, question in zip(tabs, questions, strict=True):
        box = tab.get_by_placeholder(ASK)
        box.fill(question)
        box.press("Enter")
    for tab, question in zip(tabs, questions, strict=True):
        tab.locator(".cc-turn").first.wait_for()
        assert tab.locator(".cc-q").all_inner_texts() == [question]
        assert tab.locator("[data-testid=stAlert]").count() == 0
    assert len({tab.url for tab in tabs}) == len(tabs)
