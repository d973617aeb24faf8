"""How far an answer is, in words: read as, ruled, found, drafting. Each line is (what, detail)."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.domain import Passage, Question, Ruling
from assistant.ui import html

Line = tuple[str, str]


def line(step: str, what: object) -> Line:
    """One step of `Assistant.stream` in words."""
    if isinstance(what, Question):
        return "Understood as", _read(what)
    if step == "ruled":
        return "Rules", _ruled([r for r in what if isinstance(r, Ruling)]) if isinstance(
            what, Sequence
        ) else ""
    if step == "found" and isinstance(what, Sequence):
        return "Passages", _found([p for p in what if isinstance(p, Passage)])
    if step == "drafting":
        return "Model", f"{what} writes; each sentence is checked before it is shown"
    return "Documents", "searching"


def _read(question: Question) -> str:
    asks = "; ".join(f"{html.words(ask.topic)}, {html.words(ask.form)}" for ask in question.asks)
    about = ", ".join([*question.codes, *(f"modifier {m}" for m in question.modifiers)])
    said = question.standalone if question.standalone != question.text else ""
    return " · ".join(part for part in (said, about, asks or "nothing a rule decides") if part)


def _ruled(rulings: Sequence[Ruling]) -> str:
    if not rulings:
        return "none decides this"
    names = dict.fromkeys(": ".join(html.words(part) for part in r.rule.split(".", 1)) for r in rulings)
    return "; ".join(names)


def _found(passages: Sequence[Passage]) -> str:
    if not passages:
        return "none that is near enough"
    titles = list(dict.fromkeys(p.title for p in passages))
    more = f" and {len(titles) - 2} more" if len(titles) > 2 else ""
    return f"{len(passages)}, from {', '.join(titles[:2])}{more}"


def shown(lines: Sequence[Line], question: str = "", busy: bool = True) -> str:
    """The steps as HTML; the last one moves while the answer is on its way."""
    asked = f'<h2 class="cc-q">{html.text(question)}</h2>' if question else ""
    items = "".join(
        f"<li><span>{html.text(what)}</span> {html.text(html.short(detail, 220))}</li>"
        for what, detail in lines
    )
    wait = '<li class="cc-busy"><span>Working</span></li>' if busy else ""
    return f'<section class="cc-going{" cc-turn" if asked else ""}">{asked}<ol class="cc-steps" role="status">{items}{wait}</ol></section>'
