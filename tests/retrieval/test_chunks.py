"""Chunks are exact spans: nothing lost, nothing twice, headings with their text, tables and lists whole."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.retrieval import chunks, documents, markup
from assistant.retrieval.documents import StoredDocument


def of(text: str) -> StoredDocument:
    laid = markup.outline(text)
    return StoredDocument("d", "s", "Title", laid.text, blocks=laid.blocks)


LINES = st.sampled_from(
    [
        "# One",
        "## Two",
        "### 97012",
        "",
        "",
        "- item one",
        "- item two goes on",
        "| a | b |",
        "A sentence. Another one! And 97012?",
        "word " * 90,
        "```",
        "x" * 900,
    ]
)


@settings(max_examples=150, deadline=None)
@given(lines=st.lists(LINES, max_size=30), budget=st.integers(10, 80))
def test_spans_cover_every_block_once(lines: list[str], budget: int) -> None:
    d = of("\n".join(lines))
    found = chunks.split(d, budget=budget)
    at = 0
    covered: set[int] = set()
    for chunk in found:
        assert at <= chunk.start < chunk.end <= len(d.text)
        at = chunk.end
        covered |= set(range(chunk.start, chunk.end))
        inner = chunk.start
        for start, end in chunk.sentences:
            assert inner <= start < end <= chunk.end
            inner = end
    blocks = {i for b in d.blocks for i in range(b.start, b.end)}
    assert not any(not d.text[i].isspace() for i in blocks - covered)


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=300))
def test_sentences_hold_every_word_of_any_text(text: str) -> None:
    spans = chunks.sentences(text, 0, len(text))
    assert all(0 <= a < b <= len(text) and "\n" not in text[a:b] for a, b in spans)
    assert all(x[1] <= y[0] for x, y in pairwise(spans))


def test_sentences_know_abbreviations_and_numbers() -> None:
    text = (
        "See sec. 220 of Pub. 100-02, e.g. the plan. Dr. Lee bills 1.5 units at 9 a.m. daily. "
        "It is 97012. Done?"
    )
    found = [text[a:b] for a, b in chunks.sentences(text, 0, len(text))]
    assert found == [
        "See sec. 220 of Pub. 100-02, e.g. the plan.",
        "Dr. Lee bills 1.5 units at 9 a.m. daily.",
        "It is 97012.",
        "Done?",
    ]


def test_a_heading_stays_with_its_text() -> None:
    d = of(
        "# Top\n\n"
        + "word " * 60
        + "\n\n## 97012\n\n"
        + "traction " * 40
        + "\n\n## 97140\n\n"
        + "manual " * 40
    )
    for chunk in chunks.split(d, budget=90):
        assert not d.text[chunk.start : chunk.end].rstrip().endswith(("97012", "97140"))
    assert any(d.text[c.start : c.end].startswith("## 97012\n\ntraction") for c in chunks.split(d, budget=90))


def test_tables_and_lists_stay_whole_where_they_fit() -> None:
    table = "| code | timed |\n| --- | --- |\n" + "\n".join(f"| 970{n} | no |" for n in range(10, 19))
    d = of("# A\n\n" + "word " * 100 + "\n\n" + table + "\n\n" + "word " * 100)
    assert any(table in d.text[c.start : c.end] for c in chunks.split(d, budget=130))


def test_a_chunk_of_the_manuals_fits_the_model(shared: Path, embedder) -> None:  # type: ignore[no-untyped-def]
    d = documents.load(shared / "manuals" / "icd10cm_guidelines.txt.gz")
    found = chunks.split(d, embedder.token_starts)
    sizes = [len(embedder.token_starts(d.text[c.start : c.end])) for c in found]
    assert max(sizes) <= chunks.BUDGET + 40
    assert sum(1 for s in sizes if s < 15) < 0.05 * len(sizes)
