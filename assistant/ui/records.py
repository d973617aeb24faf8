"""An Answer -> the record that is kept and shown: JSON, Markdown and the evidence around every citation.

The record is whole: a page that reads it back needs no index and shows what was shown when it was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from assistant.domain import Answer, Citation, CitecodeError, Fact, Source
from assistant.render import fact_json, to_json, to_markdown

BEFORE, AFTER = 450, 1600
"""Characters of the document shown around a quoted span: few before it, so that it is in view at once."""


class Document(Protocol):
    """What is needed of a stored document."""

    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...


def record(
    answer: Answer,
    sources: Mapping[str, Source],
    document: Callable[[str], Document],
    row: Callable[[Fact], Iterable[Fact]] = lambda fact: (fact,),
) -> dict[str, Any]:
    """{"answer", "markdown", "evidence": one entry per citation, "overruled_evidence", "sources"}.

    `document` gives the stored text of a name, `row` the other cells of a fact's row."""
    facts = [fact for made in answer.rulings for fact in made.facts]
    cited = [c for o in answer.overruled if (c := o.citation) is not None]
    ids = {c.source_id for c in (*answer.citations, *cited)} | {f.citation.source_id for f in facts}
    return {
        "answer": to_json(answer, sources),
        "markdown": to_markdown(answer, sources),
        "evidence": [evidence(c, facts, document, row) for c in answer.citations],
        "overruled_evidence": [
            evidence(o.citation, facts, document, row) if o.citation else None for o in answer.overruled
        ],
        "sources": {id: source_json(sources[id]) for id in sorted(ids) if id in sources},
    }


def source_json(source: Source) -> dict[str, str]:
    """What a reader needs to find the source again."""
    return {
        "title": source.title,
        "publisher": source.publisher,
        "edition": source.edition,
        "kind": source.kind,
        "url": source.url,
    }


def evidence(
    citation: Citation,
    facts: Iterable[Fact],
    document: Callable[[str], Document],
    row: Callable[[Fact], Iterable[Fact]],
) -> dict[str, Any]:
    """What opens behind a citation: the quoted span in its document, or the row of the table.

    Where the document is gone or no longer says this, only the quote is shown and `note` says why."""
    if citation.start is None or citation.end is None:
        held = next((f for f in facts if f.citation == citation), None)
        cells = [] if held is None else [{**fact_json(f), "cited": f == held} for f in _row(held, row)]
        return {"kind": "cell", "table": citation.document, "rows": cells, "quote": citation.quote}
    try:
        stored = document(citation.document)
    except CitecodeError as error:
        return _quote_alone(citation, str(error))
    if stored.text[citation.start : citation.end] != citation.quote:
        return _quote_alone(citation, "The stored document has changed since.")
    left, right = max(0, citation.start - BEFORE), min(len(stored.text), citation.end + AFTER)
    return {
        "kind": "span",
        "title": stored.title,
        "document": citation.document,
        "before": stored.text[left : citation.start],
        "quote": citation.quote,
        "after": stored.text[citation.end : right],
        "cut_before": left > 0,
        "cut_after": right < len(stored.text),
        "start": citation.start,
        "end": citation.end,
        "note": "",
    }


def _row(held: Fact, row: Callable[[Fact], Iterable[Fact]]) -> list[Fact]:
    """The cells of the row the fact stands in, the cited one among them whatever the table says now."""
    try:
        cells = list(row(held))
    except CitecodeError:
        cells = []
    return cells if held in cells else [held, *(f for f in cells if f.field != held.field)]


def _quote_alone(citation: Citation, note: str) -> dict[str, Any]:
    return {
        "kind": "span",
        "title": citation.document,
        "document": citation.document,
        "before": "",
        "quote": citation.quote,
        "after": "",
        "cut_before": True,
        "cut_after": True,
        "start": citation.start,
        "end": citation.end,
        "note": note,
    }
