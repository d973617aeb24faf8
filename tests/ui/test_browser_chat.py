"""The chat's own tools in a real browser: a model, chips, keys, names, thumbs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.ui.provider import ATTACK

ASK = "Ask a coding or billing question"


def ask(page: Any, question: str) -> Any:
    box = page.get_by_placeholder(ASK)
    box.fill(question)
    box.press("Enter")
    turn = page.locator("section.cc-turn", has=page.locator(".cc-q", has_text=question)).last
    turn.locator(".cc-a").wait_for()
    return turn


def choose_model(page: Any, name: str) -> None:
    page.get_by_role("button", name="No model").click()
    box = page.get_by_role("combobox", name="Model")
    box.fill(name)
    box.press("Enter")
    page.locator(".st-key-chip-model", has_text=name).wait_for()
    page.keyboard.press("Escape")


def test_the_verdict_is_there_before_the_model_and_its_markup_is_text(page: Any) -> None:
    page.goto(page.base)
    page.locator(".st-key-examples").wait_for()
    choose_model(page, "openai:wrong")
    ask(page, "can I bill 97012 with 51?")
    # the model has not finished: the ruling stands, the steps say who writes
    page.locator(".cc-steps", has_text="openai:wrong writes").wait_for()
    assert page.locator(".cc-verdict").all_inner_texts() == ["No"]
    assert page.locator(".cc-q").all_inner_texts() == ["can I bill 97012 with 51?"]
    page.locator(".cc-steps").wait_for(state="detached")
    page.wait_for_url(re.compile(r"\?c="))
    page.locator(".cc-why summary").click()
    assert "Understood as: 97012, modifier 51" in page.locator(".cc-why").inner_text()
    said = page.locator(".cc-over summary")
    assert "Show what the model said" in said.inner_text()
    said.click()
    struck = page.locator(".cc-over del").all_inner_texts()
    assert any("Modifier 51 may be appended to 97012" in sentence for sentence in struck)
    assert all(ATTACK[:40] in sentence for sentence in struck)  # both of them carry it, as text
    assert page.locator("section.stMain img, section.stMain iframe, .cc-turn script").count() == 0
    assert "lovely" not in page.locator(".cc-text").last.inner_text()
    page.wait_for_timeout(500)


def test_a_chip_asks_again_with_another_code(page: Any) -> None:
    page.goto(page.base)
    ask(page, "can I bill 97012 with 51?")
    chip = page.locator(".st-key-chip-codes")  # not a conversation or an example that is called like it
    chip.get_by_role("button", name="Code 97012").click()
    box = page.get_by_role("textbox", name="Codes of the question")
    box.fill("97140")
    box.press("Enter")
    page.locator(".cc-q", has_text="can I bill 97140 with 51?").wait_for()
    chip.get_by_role("button", name="Code 97140").wait_for()


def test_another_date_is_asked_again_and_comes_back_after_a_refresh(page: Any) -> None:
    page.goto(page.base)
    ask(page, "what is the KX threshold?")
    page.get_by_role("button", name="Any payer").click()
    box = page.get_by_role("combobox", name="Payer")
    box.fill("Medicare")
    box.press("Enter")
    again = page.get_by_role("button", name="Ask again with this context")
    again.wait_for()
    page.keyboard.press("Escape")
    again.click()
    page.locator(".cc-scope", has_text="payer medicare").wait_for()
    page.reload()
    page.locator(".cc-scope", has_text="payer medicare").wait_for()
    page.locator(".st-key-chip-payer", has_text="Medicare").wait_for()


def test_everything_can_be_done_with_the_keyboard(page: Any) -> None:
    page.goto(page.base)
    page.locator(".st-key-examples").wait_for()
    page.wait_for_function("window.ccKeys")
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    asked = "can I bill 97012 with 51?"
    page.keyboard.press("Control+k")
    page.wait_for_function("document.activeElement && document.activeElement.tagName === 'TEXTAREA'")
    page.keyboard.type(asked)
    box = page.locator("[data-testid=stChatInputTextArea]")
    if box.input_value() != asked:  # the page drew the box anew while the keys were pressed
        page.keyboard.press("Control+k")
        page.keyboard.press("Control+a")
        page.keyboard.type(asked)
    page.keyboard.press("Enter")
    page.locator(".cc-a").wait_for(timeout=90_000)
    page.wait_for_url(re.compile(r"\?c="))
    page.keyboard.press("Alt+e")
    panel = page.locator(".cc-drawer:popover-open")
    panel.wait_for()
    assert "Evidence 1 of" in panel.inner_text()
    page.keyboard.press("ArrowRight")
    page.locator(".cc-drawer:popover-open", has_text="Evidence 2 of").wait_for()
    page.keyboard.press("ArrowLeft")
    page.locator(".cc-drawer:popover-open", has_text="Evidence 1 of").wait_for()
    page.keyboard.press("Escape")
    panel.wait_for(state="detached")
    page.keyboard.press("Alt+n")
    page.locator(".st-key-examples").wait_for()
    assert "?c=" not in page.url


def test_a_conversation_is_named_found_and_deleted(page: Any) -> None:
    page.goto(page.base)
    ask(page, "Is 97012 on Appendix E?")
    page.get_by_role("button", name="Conversation", exact=True).click()
    box = page.get_by_role("textbox", name="Name")
    box.fill("Zebra <b>appendix</b>")
    box.press("Enter")
    page.locator(".cc-title", has_text="Zebra <b>appendix</b>").wait_for()
    page.goto(page.base)
    search = page.get_by_role("textbox", name="Search conversations")
    search.fill("zebra appendix")
    search.press("Enter")
    page.wait_for_function("document.querySelectorAll('.st-key-list [data-testid=stButton]').length === 1")
    page.locator(".st-key-list [data-testid=stButton] button").first.click()
    page.locator(".cc-q", has_text="Appendix E").wait_for()
    page.get_by_role("button", name="Conversation", exact=True).click()
    page.get_by_role("button", name="Delete it").click()
    page.locator(".st-key-examples").wait_for()


def test_a_thumb_and_its_reason_become_a_case(page: Any) -> None:
    page.goto(page.base)
    ask(page, "is 97140 timed?")
    page.get_by_role("radio", name="Thumbs down").click()
    box = page.get_by_placeholder("What should it have said?")
    box.fill("fifteen minutes of zebra")
    box.press("Enter")
    page.get_by_text("Kept as a case").wait_for()
    page.goto(page.base + "/evals")
    with page.expect_download() as got:
        page.get_by_role("button", name=re.compile("Judged answers as cases")).click()
    assert "fifteen minutes of zebra" in Path(got.value.path()).read_text(encoding="utf-8")


def test_pasted_lines_fill_the_claim(page: Any) -> None:
    page.goto(page.base + "/claims")
    page.get_by_role("tab", name="Paste").click()
    page.get_by_role("textbox", name="Lines of the claim").fill("97140-GP 1 15 M54.2\n97124-GP 1 15 M54.2")
    page.get_by_role("button", name="Fill the lines").click()
    page.locator(".cc-audit").wait_for()
    assert page.locator(".cc-audit table tbody tr").count() == 2
    assert "97124" in page.locator(".cc-found").inner_text()
