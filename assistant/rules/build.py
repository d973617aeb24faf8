"""What the rules share: putting a Ruling together, turning a canonical verdict into the answer to the question as asked.

A rule says its sentences with the facts that carry each; `ruling` keeps every fact once and numbers them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assistant.domain import Ask, Fact, Found, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.wording import payer_type

Said = tuple[str, Sequence[Fact]]
"""One sentence and the facts that carry it."""

_FLIP: Mapping[Verdict, Verdict] = {"yes": "no", "no": "yes", "depends": "depends"}


def answer(ask: Ask, answers: Mapping[str, Verdict | None]) -> Verdict | None:
    """The verdict on the proposition `ask` puts: looked up by its form, turned round where it stands in the negative.
    None for questions that want a value or a reason, and for forms the rule has no answer to."""
    if ask.details.get("kind") in {"value", "why"}:
        return None
    verdict = answers.get(ask.form)
    if verdict is None:
        return None
    return _FLIP[verdict] if ask.negated else verdict


def ruling(
    ask: Ask, rule: str, verdict: Verdict | None, answered: Verdict | None, said: Iterable[Said], subjects: Sequence[str], *,
    topic: str | None = None, warnings: Iterable[str] = (), missing: str = "",
) -> Ruling:  # fmt: skip
    """A Ruling from sentences with their facts. `rule` is "family.name"; `topic` defaults to its family."""
    facts: list[Fact] = []
    sentences = []
    for text, carriers in said:
        if not text:
            continue
        places = []
        for fact in carriers:
            if fact not in facts:
                facts.append(fact)
            places.append(facts.index(fact))
        sentences.append((text, tuple(dict.fromkeys(places))))
    return Ruling(
        topic or rule.split(".")[0],
        rule,
        verdict,
        answered,
        tuple(sentences),
        tuple(subjects),
        tuple(facts),
        tuple(dict.fromkeys(w for w in warnings if w)),
        missing,
    )


def lacking(ask: Ask, rule: str, text: str, subjects: Sequence[str]) -> Ruling:
    """The rule is the right one but lacks its table, edition or year: `text` says which would answer."""
    return Ruling(rule.split(".")[0], rule, None, None, ((text, ()),), tuple(subjects), (), (), text)


def held(found: Found) -> tuple[Fact, ...]:
    """The fact as the carriers of a sentence: one, or none where nothing is held."""
    return (found.fact,) if found.state == "held" and found.fact is not None else ()


def value(found: Found) -> str:
    """The value held, "" where none is."""
    return found.fact.value if found.state == "held" and found.fact is not None else ""


def medicare(question: Question) -> bool | None:
    """True: Original Medicare; False: another payer; None: nobody said."""
    kind = payer_type(question.payer)
    return None if kind is None else kind == "medicare"


def listing(items: Sequence[str], joint: str = "and") -> str:
    """a, b and c"""
    items = list(items)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joint} {items[-1]}"


def named(code: str, names: Mapping[str, str]) -> str:
    """97012 (mechanical traction)"""
    return f"{code} ({names[code]})" if code in names else code


def mpfs(facts: Facts, question: Question, code: str, field: str) -> Found:
    """One field of the Medicare fee schedule row of `code` on the question's date."""
    return facts.on(question.date_of_service, "mpfs", code, field)
