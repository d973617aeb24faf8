"""axe-core on every page, light and dark, wide and narrow: no serious violation of WCAG 2.2 AA."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ASK = "Ask a coding or billing question"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
GRAVE = ("serious", "critical")
NOT_OURS = {
    # Streamlit draws its grid on a canvas whose hidden table has no rows to name.
    "[data-testid=stDataFrame]",
}


@pytest.fixture(scope="module")
def axe() -> str:
    """axe-core's source, as its package brings it."""
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def answered(page: Any) -> None:
    box = page.get_by_placeholder(ASK)
    box.fill("can I bill 97012 with 51?")
    box.press("Enter")
    page.locator(".cc-a").wait_for()
    page.locator(".cc-why summary").click()


def evidence(page: Any) -> None:
    answered(page)
    page.locator(".cc-mark").first.click()
    page.locator(".cc-drawer:popover-open").wait_for()


def example(page: Any) -> None:
    page.get_by_text("Try an example").click()
    page.locator(".cc-audit").wait_for()


def context(page: Any) -> None:
    answered(page)
    page.locator(".st-key-chip-codes button").first.click()
    page.get_by_role("textbox", name="Codes of the question").wait_for()


def nothing(page: Any) -> None:
    pass


PAGES: dict[str, tuple[str, str, Callable[[Any], None]]] = {
    "welcome": ("", ".st-key-examples", nothing),
    "answer": ("", ".st-key-examples", answered),
    "evidence": ("", ".st-key-examples", evidence),
    "context": ("", ".st-key-examples", context),
    "gone": ("?c=nosuchconversation", "[data-testid=stAlert]", nothing),
    "codes": ("codes", ".cc-plain", nothing),
    "code": ("codes?code=97140", ".cc-turn .cc-edits", nothing),
    "claims": ("claims", ".cc-plain", example),
    "units": ("units", ".cc-card", nothing),
    "audit": ("audit", ".cc-plain", example),
    "library": ("library", ".cc-grid", nothing),
    "document": ("library?doc=mechanical-traction-97012", ".cc-doc", nothing),
    "evals": ("evals", ".cc-plain", nothing),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_serious_violation_on_any_page(
    chromium: Any, served: str, axe: str, width: int, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(30_000)
    found: list[str] = []
    try:
        for name, (address, ready, do) in PAGES.items():
            page = context.new_page()
            page.goto(f"{served}/{address}")
            page.locator(ready).first.wait_for()
            do(page)
            page.wait_for_timeout(400)
            page.evaluate(axe)
            result = page.evaluate(
                "([rules, without]) => axe.run({include: [['body']], exclude: without}, {runOnly: rules})",
                [RULES, [[selector] for selector in NOT_OURS]],
            )
            for violation in result["violations"]:
                if violation["impact"] in GRAVE:
                    found += [
                        f"{name}: {violation['id']}: {node['html'][:160]}" for node in violation["nodes"][:3]
                    ]
            page.close()
    finally:
        context.close()
    assert found == []
