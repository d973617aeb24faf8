"""What documents in the index say against the facts: found when they are ingested, kept beside the build they belong to."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.domain import Citation, Overruled, Ruling

FINDINGS = "findings.json"


@dataclass(frozen=True, slots=True)
class DocumentFinding:
    """A sentence of a stored document that contradicts a fact: characters start..end of its stored text."""

    document: str
    source_id: str
    title: str
    text: str
    start: int
    end: int
    topic: str
    subjects: tuple[str, ...]


def save_findings(folder: Path, found: Sequence[DocumentFinding]) -> None:
    """Written whole or not at all, beside the index it belongs to."""
    rows = [
        {
            "document": f.document,
            "source_id": f.source_id,
            "title": f.title,
            "text": f.text,
            "start": f.start,
            "end": f.end,
            "topic": f.topic,
            "subjects": list(f.subjects),
        }
        for f in found
    ]
    beside = folder / (FINDINGS + ".new")
    beside.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    beside.replace(folder / FINDINGS)


def load_findings(folder: Path) -> tuple[DocumentFinding, ...]:
    """The findings kept with an index; () where there are none."""
    try:
        rows = json.loads((folder / FINDINGS).read_text(encoding="utf-8"))
        return tuple(DocumentFinding(**{**row, "subjects": tuple(row["subjects"])}) for row in rows)
    except (OSError, ValueError, TypeError, KeyError):
        return ()


def against(rulings: Sequence[Ruling], found: Sequence[DocumentFinding]) -> tuple[Overruled, ...]:
    """The findings about the very subjects these rulings decide."""
    result = []
    for f in found:
        for made in rulings:
            if f.topic == made.topic and not made.missing and set(f.subjects) <= set(made.subjects):
                result.append(
                    Overruled(
                        re.sub(r"\s+", " ", f.text).strip(),
                        f.topic,
                        f.title,
                        Citation(f.source_id, "", f.text, f.document, f.start, f.end),
                    )
                )
                break
    return tuple(result)


def index_digest(folder: Path) -> str:
    """The build the index points to; "" without an index."""
    try:
        return (folder / "CURRENT").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
