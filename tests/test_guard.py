"""The guard: rulings first and verbatim, nothing unsupported after them, whatever a draft holds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import guard
from assistant.domain import Citation, Draft, DraftSentence, Fact, Overruled, Passage, Question, Ruling

QUOTE = (
    "Mechanical traction (97012) is untimed. One unit is billed on 1 July 2024 for $14.36. "
    "The note should name the device and the region. Modifier GP marks a physical therapy plan of care."
)
PASSAGE = Passage("p-00000001", "traction", "own", "Traction", "s.1", 100, 100 + len(QUOTE), QUOTE, 0.9)
FACT = Fact("modifier_51", "97012", "ground", "excluded_by_definition", date(2006, 1, 1), None, "AMA", Citation("cpt", "App. A", "excluded_by_definition", "facts/modifier_51"))  # fmt: skip
RULING = Ruling(
    "modifier_51", "modifier_51.excluded_by_definition", "no", "no", (("Modifier 51 is not reported with 97012.", (0,)),), ("97012", "51"), (FACT,)
)  # fmt: skip
QUESTION = Question("can I bill 97012 with 51?", "can I bill 97012 with 51?", date(2026, 11, 22), False, None, "practitioner", None, (), ("97012",), ("51",))  # fmt: skip


def _draft(*texts: str, keys: tuple[str, ...] = (PASSAGE.key,), model: str = "openai:x") -> Draft:
    return Draft(tuple(DraftSentence(text, keys) for text in texts), model)


def test_rulings_come_first_and_verbatim_with_their_facts() -> None:
    settled = guard.settle(
        QUESTION, [RULING], _draft("The note should name the device and the region."), [PASSAGE]
    )
    first, second = settled.text.split("\n\n")
    assert first == "**No.** Modifier 51 is not reported with 97012. [1]"
    assert second == "- The note should name the device and the region. [2]"
    assert settled.citations[0] == FACT.citation and settled.status == "ruled" and settled.verdict == "no"


def test_what_contradicts_is_kept_aside_and_what_nothing_verifies_is_not_shown() -> None:
    wrong, vague = "Append 51 to 97012.", "The device matters for 97012."
    settled = guard.settle(
        QUESTION, [RULING], _draft(wrong, vague), [PASSAGE], contradicted={wrong: "modifier_51", vague: ""}
    )
    assert wrong not in settled.text and vague not in settled.text
    assert (
        settled.overruled == (Overruled(wrong, "modifier_51", "openai:x"),) and settled.status == "overruled"
    )
    assert (
        guard.settle(QUESTION, [RULING], _draft(vague), [PASSAGE], contradicted={vague: ""}).status == "ruled"
    )


@pytest.mark.parametrize(
    "text",
    [
        "The note should name 97140 and the region.",  # a code
        "The note should name 3 devices and the region.",  # a count
        "The note should name three units and the device.",  # a count in words
        "One unit is billed on 1 July 2025 for $14.36.",  # a date
        "One unit is billed on 1 August 2024 for $14.36.",  # a month
        "One unit is billed on 1 July 2024 for $19.36.",  # an amount
        "Modifier KX marks a physical therapy plan of care.",  # a modifier
        "The note should never name the device and the region.",  # the opposite
        "Insurance adjusters usually demand photographs afterwards.",  # something else
        "",
    ],
)
def test_what_no_passage_says_is_dropped(text: str) -> None:
    settled = guard.settle(QUESTION, (), _draft(text), [PASSAGE])
    assert settled.status == "unanswered" and (not text or text not in settled.text) and not settled.citations


@pytest.mark.parametrize("keys", [(), ("p-ffffffff",), (PASSAGE.key, "p-ffffffff")])
def test_a_sentence_without_its_passage_is_dropped(keys: tuple[str, ...]) -> None:
    settled = guard.settle(
        QUESTION, (), _draft("The note should name the device and the region.", keys=keys), [PASSAGE]
    )
    assert settled.status == "unanswered" and "device" not in settled.text


def test_other_words_cite_the_sentence_that_comes_nearest() -> None:
    settled = guard.settle(
        QUESTION, (), _draft("Your note should name the region and the device."), [PASSAGE]
    )
    assert settled.citations[0].quote == "The note should name the device and the region."


def test_a_passage_whose_quote_is_not_its_text_carries_nothing() -> None:
    broken = Passage("p-00000002", "d", "s", "t", "", 0, 7, "The note should name the device.", 0.5)
    settled = guard.settle(
        QUESTION, (), _draft("The note should name the device.", keys=(broken.key,)), [broken]
    )
    assert settled.status == "unanswered"


def test_markup_of_a_passage_stays_text() -> None:
    quote = "<script>alert(1)</script> [click](http://x) **bold** `code` is in the note."
    passage = Passage("p-00000003", "d", "s", "t", "", 0, len(quote), quote, 0.5)
    settled = guard.settle(QUESTION, (), _draft(quote, keys=(passage.key,)), [passage])
    assert settled.status == "cited"
    assert "\\<script\\>" in settled.text and "\\[click\\]" in settled.text and "\\*\\*bold" in settled.text


def test_a_number_words_and_digits_are_one() -> None:
    assert guard.numbers("two units") == guard.numbers("2 units") == {"2"}
    assert guard.numbers("$2,480 on 97012-GP in July 2026") == {"2480", "97012", "GP", "july", "2026"} - {
        "july"
    } | {"july"}


_text = st.text(max_size=80)
_pieces = st.sampled_from(
    [
        "97012",
        "51",
        "append",
        "GP",
        "$1,000",
        "July 2026",
        "the note",
        "device",
        "not",
        "|",
        "[1]",
        "**",
        "\n",
        "region.",
    ]
)
_sentences = st.lists(st.one_of(_text, st.lists(_pieces, max_size=8).map(" ".join)), max_size=5)
_keys = st.lists(st.sampled_from([PASSAGE.key, "p-ffffffff", ""]), max_size=2).map(tuple)


@settings(max_examples=150, deadline=None)
@given(_sentences, _keys, st.booleans(), st.booleans())
def test_whatever_a_draft_holds_only_what_is_supported_is_shown(
    texts: list[str], keys: tuple[str, ...], ruled: bool, flagged: bool
) -> None:
    draft = Draft(tuple(DraftSentence(text, keys) for text in texts), "openai:x")
    against = dict.fromkeys(texts[:1], "modifier_51") if flagged else {}
    rulings = [RULING] if ruled else []
    settled = guard.settle(QUESTION, rulings, draft, [PASSAGE], contradicted=against)
    if ruled:
        assert settled.text.startswith("**No.** Modifier 51 is not reported with 97012. [1]")
        assert settled.verdict == "no" and settled.status in {"ruled", "overruled"}
    for citation in settled.citations:
        if citation.start is not None and citation.end is not None:
            assert QUOTE[citation.start - 100 : citation.end - 100] == citation.quote
    body = settled.text.replace("**No.** Modifier 51 is not reported with 97012. [1]", "").replace(
        guard.NOTHING, ""
    )
    shown = guard.numbers(re.sub(r"\[\d+\]", "", body.replace("\\", "")))
    assert shown <= guard.numbers(QUOTE + QUESTION.text + RULING.statement + FACT.value)


@pytest.mark.parametrize(
    ("topic", "text", "status"),
    [
        ("ptp", "At one site 11111 is not reported with 22222.", "cited"),
        ("ptp", "At one site 11111 is not reported.", "unanswered"),  # of one code alone
        ("fee", "At one site 11111 is not reported with 22222.", "unanswered"),  # an amount of a year
    ],
)
def test_documents_answer_where_a_file_is_missing_and_they_name_every_code(
    topic: str, text: str, status: str
) -> None:
    """The rule's silence is said after what the documents say."""
    asked = replace(QUESTION, codes=("11111", "22222"), modifiers=())
    lacks = replace(RULING, topic=topic, verdict=None, answer=None, sentences=(), facts=(), missing="Load the file.")  # fmt: skip
    found = replace(PASSAGE, end=100 + len(text), quote=text)
    settled = guard.settle(asked, [lacks], _draft(text), [found])
    assert settled.status == status and settled.verdict is None
    assert settled.text.endswith("Load the file.") == (status == "cited")
