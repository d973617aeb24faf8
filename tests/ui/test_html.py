"""What reaches the page: every text escaped, every mark bound to its evidence."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain import (
    Answer,
    Ask,
    Citation,
    CitecodeError,
    Fact,
    Overruled,
    Question,
    Ruling,
    Source,
)
from assistant.ui import html, records

SOURCE = Source(
    "cms-file", "Fee schedule", "CMS", "July 2026", "CMS", "cms_file", url="https://www.cms.gov/file"
)
TEXT = "Before it. 97012 is <b>untimed</b> & supervised. After it."
QUOTE = "97012 is <b>untimed</b> & supervised."
CELL = Citation("cms-file", "row 97012, column MULT PROC", "5", "facts/mpfs")
SPAN = Citation("cms-file", "Heading > Part", QUOTE, "an-article", 11, 11 + len(QUOTE))
FACT = Fact("mpfs", "97012", "mult_proc", "5", date(2026, 7, 1), None, "CMS", CELL, edition="MPFS July 2026")


class Stored:
    title = "An article <i>"
    text = TEXT


def stored(name: str) -> Stored:
    if name != "an-article":
        raise CitecodeError(f"There is no document named {name!r}.")
    return Stored()


def answer(
    text: str, *, question: str = "is it timed?", overruled: tuple[Overruled, ...] = (), cites: int = 2
) -> Answer:
    asked = Question(
        question, question, date(2026, 11, 22), False, None, "practitioner", None, (Ask("timing", "timed"),)
    )
    made = Ruling("timing", "timing.untimed", "no", "no", (("It is untimed.", (0,)),), ("97012",), (FACT,))
    return Answer(
        asked, "overruled" if overruled else "ruled", "no", text, (made,), (CELL, SPAN)[:cites], overruled,
        ("The edition is old.",), {"total": 1.0}, {"version": "0", "model": "none"},
    )  # fmt: skip


def shown(made: Answer) -> str:
    return html.answer(records.record(made, {"cms-file": SOURCE}, stored), "ev-x-1")


class Tags(HTMLParser):
    """The tags and attributes a browser would see."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


OURS = set(
    "section h2 h3 div span p ul ol li b strong button details summary code dl dt dd mark del a "
    "table thead tbody tr th td".split()
)


def assert_harmless(page: str) -> None:
    for tag, attributes in Tags(page).seen:
        assert tag in OURS, tag
        assert not any(name.startswith("on") or name in {"style", "src"} for name in attributes), attributes
        if tag == "a":
            assert str(attributes["href"]).startswith(("https://", "library?doc="))


def test_every_mark_opens_a_panel_that_is_there() -> None:
    page = shown(answer("**No.** It is untimed. [1] And supervised. [1][2]"))
    opened = re.findall(r'popovertarget="([^"]+)"', page)
    assert {"ev-x-1-1", "ev-x-1-2"} == set(opened)
    for target in opened:
        assert page.count(f'id="{target}"') == 1
    assert '<span class="cc-verdict cc-no">No</span>' in page
    assert (
        "<b>timing</b>: untimed" in page
        and "since 2026-07-01" in page
        and "date of service 2026-11-22" in page
    )


def test_the_quote_is_marked_in_its_document_and_the_cell_in_its_row() -> None:
    page = shown(answer("It is. [1][2]"))
    assert f"Before it. <mark>{html.text(QUOTE)}</mark> After it." in page
    assert "<td>mult proc</td><td><mark>5</mark></td>" in page
    assert 'href="https://www.cms.gov/file"' in page


def test_a_number_without_a_citation_stays_text() -> None:
    page = shown(answer("See [7] and [1].", cites=1))
    assert "See [7] " in page and 'popovertarget="ev-x-1-7"' not in page


def test_a_changed_or_missing_document_is_said() -> None:
    moved = Citation("cms-file", "x", "other words", "an-article", 0, 11)
    gone = Citation("cms-file", "x", "other words", "gone", 0, 11)
    for citation, note in ((moved, "has changed since"), (gone, "no document named")):
        entry = records.evidence(citation, (), stored, lambda f: (f,))
        assert note in entry["note"] and entry["before"] == ""


def test_what_was_overruled_is_struck_through_with_its_source() -> None:
    said = Overruled("97012 may take <u>51</u>", "modifier_51", "Trade page", SPAN)
    page = shown(answer("**No.** Not so. [1]", overruled=(said,)))
    assert (
        "<del>97012 may take &lt;u&gt;51&lt;/u&gt;</del>" in page
        and "Trade page says, on modifier 51" in page
    )
    assert 'popovertarget="ev-x-1-o0"' in page and page.count('id="ev-x-1-o0"') == 1


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://example.invalid/a.png)",
        "[click](javascript:alert(1))",
        "</section><iframe src='https://example.invalid'>",
        '" onclick="alert(1)',
        "**<b onmouseover=alert(1)>**",
        "\x1b[31m\u0000",
    ],
)
def test_untrusted_text_is_text(attack: str) -> None:
    said = Overruled(attack, attack, attack, Citation("none", attack, attack, attack, 0, 3))
    page = shown(answer(attack + " [1]", question=attack, overruled=(said,)))
    assert_harmless(page)
    assert "<script" not in page and "<img" not in page and "<iframe" not in page and "\x1b" not in page


@given(st.text(max_size=200))
def test_no_text_becomes_a_tag(value: str) -> None:
    assert_harmless(html.body(value, 3, "k"))
    assert_harmless(f"<p>{html.text(value)}</p>")


@given(st.text(max_size=80))
def test_only_https_addresses_become_links(url: str) -> None:
    assert_harmless(html.link("label", url))
    assert "<a" not in html.link("label", "javascript:" + url)
