"""What documents in the index say against the facts: found when they are ingested, kept beside the build they belong to."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


def save_findings(folder: Path, found: Sequence[DocumentFinding], facts: str = "") -> None:
    """Written whole or not at all, beside the index they belong to, with the build and the digest of the facts they were made from."""
    rows = [
        {"document": f.document, "source_id": f.source_id, "title": f.title, "text": f.text, "start": f.start, "end": f.end, "topic": f.topic, "subjects": list(f.subjects)}
        for f in found
    ]  # fmt: skip
    beside = folder / (FINDINGS + ".new")
    beside.write_text(
        json.dumps({"facts": facts, "build": index_digest(folder), "findings": rows}, ensure_ascii=False),
        encoding="utf-8",
    )
    beside.replace(folder / FINDINGS)


def load_findings(folder: Path, facts: str | None = None) -> tuple[DocumentFinding, ...]:
    """The findings kept with an index; () where there are none.

    With `facts`, the digest of the facts of today, also () where the findings were made from other facts or belong to another build:
    what a document said against a fact that has changed since is no finding any more."""
    kept = _read(folder)
    if facts is not None and (kept.get("facts") != facts or kept.get("build") != index_digest(folder)):
        return ()
    try:
        return tuple(
            DocumentFinding(**{**row, "subjects": tuple(row["subjects"])}) for row in kept.get("findings", ())
        )
    except (TypeError, KeyError):
        return ()


def facts_digest(folder: Path) -> str:
    """The digest of the facts the findings of an index were made from; "" where there are none."""
    return str(_read(folder).get("facts", ""))


def _read(folder: Path) -> dict[str, Any]:
    try:
        kept = json.loads((folder / FINDINGS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {"findings": kept} if isinstance(kept, list) else {}


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
