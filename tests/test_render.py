"""An answer as JSON, Markdown and terminal text."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from assistant import render
from assistant.domain import Answer, Citation, Fact, Overruled, Question, Ruling, Source
from tests.calling import misfits
from tests.test_contract import ANSWER

DAY = date(2026, 7, 15)
SOURCE = Source(
    "s1", "A manual", "CMS", "2026", "CMS", "manual", date(2026, 1, 1), None, "https://www.cms.gov/x"
)
SOURCES = {"s1": SOURCE}
CELL = Citation("s1", "row 97012, column MULT PROC", "5", "facts/mpfs")
SPAN = Citation("s2", "Traction > Session", "A session lasts\nten minutes.", "traction", 10, 38)
FACT = Fact("mpfs", "97012", "mult_proc", "5", DAY, None, "CMS", CELL, edition="MPFS July 2026")
RULING = Ruling(
    "modifier_51", "modifier_51.excluded_by_definition", "no", "yes", (("It is excluded.", (0,)),), ("97012",), (FACT,)
)  # fmt: skip


def answer(text: str = "**Yes.** It is excluded. [1]\n\n- A session lasts ten minutes. [2]") -> Answer:
    asked = Question(
        "is 97012 exempt?", "is 97012 exempt from modifier 51?", DAY, True, "medicare", "practitioner", "PT", (), ("97012",), ("51",)
    )  # fmt: skip
    return Answer(
        asked,
        "ruled",
        "yes",
        text,
        (RULING,),
        (CELL, SPAN),
        (),
        ("An edition is old.",),
        {"total": 1.5},
        {"version": "1", "facts": "f", "index": "i", "tables": [], "model": "none"},
    )


def test_json_is_the_contracts() -> None:
    made = json.loads(json.dumps(render.to_json(answer(), SOURCES, "q1")))
    assert not (found := misfits(made, ANSWER)), found
    assert made["id"] == "q1" and made["question"] == "is 97012 exempt?"
    assert made["standalone_question"] == "is 97012 exempt from modifier 51?"
    assert made["context"]["date_of_service"] == "2026-07-15" and made["context"]["rendered_by"] == "PT"
    [ruling] = made["rulings"]
    assert (ruling["verdict"], ruling["answer"], ruling["statement"]) == ("no", "yes", "It is excluded.")
    assert ruling["facts"][0]["effective_to"] is None


def test_a_citation_is_a_cell_or_a_span() -> None:
    cell, span = render.to_json(answer(), SOURCES)["citations"]  # type: ignore[misc]
    assert (cell["n"], cell["document"], cell["start"], cell["end"]) == (1, "mpfs", None, None)
    assert (cell["title"], cell["publisher"], cell["edition"]) == ("A manual", "CMS", "2026")
    assert cell["url"] == "https://www.cms.gov/x"
    assert (span["n"], span["document"], span["start"], span["end"]) == (2, "traction", 10, 38)
    assert (span["title"], span["url"]) == ("traction", ""), "a source the register lacks still has a name"


def test_an_overruled_statement_keeps_its_place() -> None:
    said = Overruled("97012 may take 51.", "modifier_51", "A clinic", SPAN)
    made = render.to_json(replace(answer(), status="overruled", overruled=(said,)), SOURCES)
    [row] = made["overruled"]  # type: ignore[misc]
    assert row["text"] == "97012 may take 51." and row["citation"]["start"] == 10
    without = render.to_json(replace(answer(), overruled=(replace(said, citation=None),)), SOURCES)
    assert without["overruled"][0]["citation"] is None  # type: ignore[index]


def test_markdown_for_a_ticket() -> None:
    said = Overruled("97012 may take 51.", "modifier_51", "A clinic", SPAN)
    text = render.to_markdown(replace(answer(), overruled=(said,)), SOURCES)
    assert text.startswith("**is 97012 exempt?**\n\n**Yes.** It is excluded. [1]")
    assert "1. A manual, CMS, 2026: row 97012, column MULT PROC: “5” <https://www.cms.gov/x>" in text
    assert "“A session lasts ten minutes.”" in text, "a quote stands on one line"
    assert "~~97012 may take 51.~~" in text and "Note: An edition is old." in text
    assert "Date of service 2026-07-15" in text and render.TRADEMARK in text


def test_the_terminal_opens_with_the_verdict() -> None:
    plain = render.to_terminal(answer(), SOURCES)
    assert plain.startswith("Yes. It is excluded. [1]\n\n- A session") and "\x1b" not in plain
    flat = " ".join(plain.split())
    for part in (
        "[1] A manual (2026), row 97012",
        '"A session lasts ten minutes."',
        "Note: An edition is old.",
    ):
        assert part in flat
    assert "ruled; date of service 2026-07-15, payer medicare, rendered by PT." in flat
    assert render.TRADEMARK in flat
    coloured = render.to_terminal(answer(), SOURCES, colour=True)
    assert coloured.startswith("\x1b[1mYes.\x1b[0m")


def test_lines_keep_the_width() -> None:
    long = answer(
        "**No.** " + "97012 is a code of physical medicine. " * 20 + "[1]\n\n- " + "words and " * 40
    )
    for width in (40, 72, 110):
        lines = render.to_terminal(long, SOURCES, width=width).splitlines()
        assert max(map(len, lines)) <= width, width


def test_bold_over_a_line_break_stays_bold() -> None:
    text = (
        "**"
        + "a finding that is long enough to be wrapped somewhere in its middle " * 2
        + "end.** Then more. [1]"
    )
    coloured = render.to_terminal(answer(text), SOURCES, colour=True, width=60)
    assert "**" not in coloured and coloured.count("\x1b[1m") == 1


def test_no_control_character_reaches_the_terminal() -> None:
    dirty = "**No.** red\x1b[31m bell\x07 csi\x9b31m del\x7f \\*kept\\* [1]"
    bad = Citation("s2", "row\x1b[2J", "quote\x1b]0;title\x07", "doc", 0, 5)
    said = Overruled("x\x1b[31m", "modifier_51", "ori\x1bgin")
    shown = render.to_terminal(
        replace(answer(dirty), citations=(bad,), overruled=(said,), warnings=("w\x1b",)), SOURCES
    )
    assert not {c for c in shown if ord(c) < 32 or 127 <= ord(c) < 160} - {"\n"}
    assert "*kept*" in shown
    assert render.printable("a\tb\nc\r\x00d\u202fé🦴\u202eno\u2069") == "a\tb\ncd\u202fé🦴no"


def test_a_long_quote_is_cut_at_a_word() -> None:
    long = replace(answer(), citations=(replace(SPAN, quote="several words " * 60),))
    for text in (render.to_terminal(long, SOURCES), render.to_markdown(long, SOURCES)):
        assert "several words " * 30 not in " ".join(text.split()) and "…" in text
    full = render.to_json(long, SOURCES)["citations"][0]["quote"]  # type: ignore[index]
    assert full == "several words " * 60, "JSON keeps it whole"
