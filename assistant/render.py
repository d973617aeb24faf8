"""An Answer as JSON (CONTRACT 2), Markdown and terminal text. Nothing is decided here."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from datetime import date

from assistant.domain import Answer, Citation, Fact, Ruling, Source

TRADEMARK = "CPT is a registered trademark of the American Medical Association."


def to_json(answer: Answer, sources: Mapping[str, Source], id: str | None = None) -> dict[str, object]:
    """The public JSON object of one answer."""
    q = answer.question
    return {
        "id": id,
        "question": q.text,
        "standalone_question": q.standalone,
        "context": {
            "codes": list(q.codes), "modifiers": list(q.modifiers), "diagnoses": list(q.diagnoses), "date_of_service": q.date_of_service.isoformat(),
            "payer": q.payer, "setting": q.setting, "rendered_by": q.rendered_by,
        },
        "understood": [
            {"topic": a.topic, "form": a.form, "kind": a.details.get("kind"), "polarity": "negative" if a.negated else "positive", "codes": list(a.codes), "modifiers": list(a.modifiers)} for a in q.asks
        ],
        "status": answer.status,
        "verdict": answer.verdict,
        "text": answer.text,
        "rulings": [_ruling(made) for made in answer.rulings],
        "citations": [citation_json(n, c, sources) for n, c in enumerate(answer.citations, 1)],
        "overruled": [
            {"text": o.text, "topic": o.topic, "origin": o.origin, "citation": citation_json(0, o.citation, sources) if o.citation else None} for o in answer.overruled
        ],
        "warnings": list(answer.warnings),
        "timings_ms": dict(answer.timings_ms),
        "manifest": dict(answer.manifest),
    }  # fmt: skip


def _ruling(made: Ruling) -> dict[str, object]:
    return {
        "topic": made.topic, "rule": made.rule, "verdict": made.verdict, "answer": made.answer, "statement": made.statement, "subjects": list(made.subjects),
        "facts": [fact_json(fact) for fact in made.facts], "missing": made.missing or None,
    }  # fmt: skip


def fact_json(fact: Fact) -> dict[str, object]:
    """One fact as the contract prints it; `confidence` says how it is known."""
    return {
        "table": fact.table, "subject": fact.subject, "field": fact.field, "value": fact.value, "effective_from": _day(fact.effective_from), "effective_to": _day(fact.effective_to),
        "authority": fact.authority, "edition": fact.edition, "confidence": fact.confidence, "setting": fact.setting, "payer": fact.payer,
        "citation": {"source_id": fact.citation.source_id, "locator": fact.citation.locator, "quote": fact.citation.quote},
    }  # fmt: skip


def citation_json(n: int, citation: Citation, sources: Mapping[str, Source]) -> dict[str, object]:
    """One citation with what the register says about its source; `document` of a value cell is the table's name alone, as
    `citecode facts` knows it."""
    document = citation.document if citation.start is not None else citation.document.removeprefix("facts/")
    source = sources.get(citation.source_id)
    return {
        "n": n, "source_id": citation.source_id, "title": source.title if source else citation.document, "publisher": source.publisher if source else "",
        "edition": source.edition if source else "", "locator": citation.locator, "quote": citation.quote, "document": document,
        "start": citation.start, "end": citation.end, "url": source.url if source else "",
    }  # fmt: skip


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def to_markdown(answer: Answer, sources: Mapping[str, Source]) -> str:
    """The answer for a ticket or an e-mail: question, answer, sources, warnings."""
    lines = [f"**{answer.question.text.strip()}**", "", answer.text, ""]
    if answer.citations:
        lines.append("Sources:")
        for n, c in enumerate(answer.citations, 1):
            row = citation_json(n, c, sources)
            url = f" <{row['url']}>" if row["url"] else ""
            lines.append(
                f"{n}. {row['title']}, {row['publisher']}, {row['edition']}: {c.locator}: “{_short(c.quote)}”{url}"
            )
        lines.append("")
    lines += [f"Overruled ({o.topic.replace('_', ' ')}): ~~{_short(o.text)}~~" for o in answer.overruled]
    lines += [f"Note: {w}" for w in answer.warnings]
    lines.append(f"Date of service {answer.question.date_of_service.isoformat()}. {TRADEMARK}")
    return "\n".join(lines)


def _short(text: str, most: int = 240) -> str:
    line = re.sub(r"\s+", " ", text).strip()
    return line if len(line) <= most else line[: most - 1].rsplit(" ", 1)[0] + "…"


_REORDERING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that make a terminal show text in another order than it has."""
_DROPPED = dict.fromkeys(
    [*(c for c in range(32) if chr(c) not in "\n\t"), *range(127, 160), *map(ord, _REORDERING)]
)


def printable(text: str) -> str:
    """Text without control characters: nothing a document or a question holds may steer the terminal."""
    return text.translate(_DROPPED)


def to_terminal(answer: Answer, sources: Mapping[str, Source], colour: bool = False, width: int = 100) -> str:
    """The same answer for a terminal; first line the verdict or the value."""
    bold, dim, end = ("\x1b[1m", "\x1b[2m", "\x1b[0m") if colour else ("", "", "")
    body = re.sub(r"\\([\\`*_\[\]<>|~])", r"\1", printable(answer.text))
    parts = []
    for paragraph in body.split("\n"):
        wrapped = (
            textwrap.fill(paragraph, width, subsequent_indent="  " if paragraph.startswith("- ") else "")
            if paragraph
            else ""
        )
        parts.append(re.sub(r"\*\*(.+?)\*\*", lambda m: f"{bold}{m.group(1)}{end}", wrapped, flags=re.S))
    lines = [*parts, ""]
    for n, c in enumerate(answer.citations, 1):
        row = citation_json(n, c, sources)
        head = f"[{n}] {row['title']} ({row['edition']}), {c.locator}"
        lines.append(dim + textwrap.fill(printable(head), width, subsequent_indent="    ") + end)
        lines.append(
            textwrap.fill(
                f'"{_short(printable(c.quote))}"', width, initial_indent="    ", subsequent_indent="    "
            )
        )
    for o in answer.overruled:
        lines.append(
            textwrap.fill(
                f"Overruled ({o.topic.replace('_', ' ')}), {printable(o.origin)} says: {_short(printable(o.text))}",
                width,
                subsequent_indent="    ",
            )
        )
    for w in answer.warnings:
        lines.append(textwrap.fill(f"Note: {printable(w)}", width, subsequent_indent="    "))
    q = answer.question
    scope = ", ".join(
        part
        for part in (
            f"date of service {q.date_of_service.isoformat()}",
            f"payer {q.payer}" if q.payer else "payer not given",
            f"rendered by {q.rendered_by}" if q.rendered_by else "",
        )
        if part
    )
    lines.append(dim + textwrap.fill(f"{answer.status}; {scope}. {TRADEMARK}", width) + end)
    return "\n".join(lines)
