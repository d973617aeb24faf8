"""Prose -> claims: what each sentence says, with its span, as the question it answers.

"Claim" here is what a sentence asserts; the insurance form is `check`'s business. Shared grammar with questions
(`wording`); what is only quoted to be rejected, asked, or supposed is no claim.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.codes import Names, find, plain

_SENTENCE = re.compile(r"[^.!?\n;]+(?:\.(?=\w)[^.!?\n;]*)*[.!?;]*", re.S)
_QUOTED = re.compile(r"[\"“'‘]([^\"”'’]{3,})[\"”'’]")
_REJECTED = re.compile(r"\b(?:myth|false|wrong|incorrect|not true|untrue|mistaken|misconception|error|misread|outdated|no longer)\b")
_YES_NO = re.compile(r"^\W*(yes|no|nope|yep|correct|incorrect|absolutely|definitely|never|sure)\b[\W]*", re.I)


@dataclass(frozen=True, slots=True)
class Claim:
    """`as_question` puts the claim as a yes/no question; `affirms`: the sentence answers it with yes. `history` gives
    meaning to pronouns."""

    sentence: str
    start: int
    end: int
    as_question: str
    affirms: bool
    history: tuple[Mapping[str, str], ...] = ()


def claims(text: str, names: Names, question: str | None = None) -> tuple[Claim, ...]:
    """The claims of `text`, in order. `question` is what the text answers: it gives meaning to "yes", "it" and subjects left unsaid."""
    found: list[Claim] = []
    history: list[Mapping[str, str]] = [{"role": "user", "content": question}] if question else []
    for match in _SENTENCE.finditer(text):
        raw = match.group()
        body = raw.strip()
        if len(body) < 2:
            continue
        start = match.start() + (len(raw) - len(raw.lstrip()))
        end = start + len(body)
        low = plain(body)
        if body.endswith("?") or _is_rejected(low):
            continue
        opening = _YES_NO.match(body)
        if opening and question and not found:
            word = opening.group(1).lower()
            found.append(Claim(body, start, end, question, word in {"yes", "yep", "correct", "absolutely", "definitely", "sure"}))
        rest = body[opening.end() :] if opening else body
        _, mentions = find(rest, names)
        if not any(m.kind in {"code", "name", "modifier", "icd10", "range"} for m in mentions) and not history:
            continue
        if len(rest) > 3:
            found.append(Claim(body, start, end, _as_question(rest), True, tuple(history[-2:])))
        if any(m.kind in {"code", "name", "range"} for m in mentions):
            history.append({"role": "user", "content": rest[:2000]})
    return tuple(found)


def _is_rejected(low: str) -> bool:
    """ "It is a myth that ..." and "'97012 takes 51' is wrong" quote a statement to reject it."""
    quoted = _QUOTED.search(low)
    return bool(quoted and _REJECTED.search(low.replace(quoted.group(), ""))) or bool(re.search(r"\b(?:it is|it's|that is) (?:a )?(?:myth|false|wrong|incorrect|not true|untrue|misconception) that\b", low))


def _as_question(sentence: str) -> str:
    """The sentence as a tag question: "97012 may take 51, right?" asks whether 97012 may take 51."""
    return re.sub(r"[\s.!;:,]+$", "", sentence.replace("\n", " ")) + ", right?"
