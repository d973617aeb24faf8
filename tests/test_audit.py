"""Prose held against the facts: what it contradicts, what it agrees with, where it is silent."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from assistant import audit
from assistant.codes import Names
from assistant.facts import Facts
from assistant.sources import Sources
from assistant.wording import VOCABULARY

ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 11, 22)


@lru_cache(maxsize=1)
def facts() -> Facts:
    return Facts.load(ROOT / "corpus", Sources.load(ROOT / "corpus" / "sources.yaml"))


@lru_cache(maxsize=1)
def names() -> Names:
    return Names.load(ROOT / "corpus" / "names.yaml", VOCABULARY)


def label(text: str, question: str | None = None, payer: str | None = None) -> str:
    return str(audit.report(text, facts(), names(), when=TODAY, question=question, payer=payer)["label"])


@pytest.mark.parametrize("path", sorted((ROOT / "corpus" / "documents").glob("*.md")), ids=lambda p: p.stem)
def test_no_article_of_ours_contradicts_the_facts(path: Path) -> None:
    found = audit.findings(path.read_text(encoding="utf-8"), facts(), names(), when=TODAY)
    assert [(f.sentence, f.statement) for f in found if f.label == "contradicts"] == []
