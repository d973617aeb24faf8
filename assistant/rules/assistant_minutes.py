"""Minutes shared by a therapist and an assistant: read from the words around each number, and split into
units.

Source: CMS billing examples for CQ and CO (full units of either, the therapist's own minutes of the last
unit, two units left).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.domain import Mention, Question
from assistant.rules.units import UNIT_MINUTES

_WHO = re.compile(r"\b(ptas?|otas?|cotas?|assistants?|pts?|ots?|therapists?)\b", re.I)


@dataclass(frozen=True, slots=True)
class Shared:
    """Minutes of one code that therapist and assistant gave apart from each other."""

    code: str
    assistant: int
    therapist: int


@dataclass(frozen=True, slots=True)
class Split:
    """How many units of a code take the modifier, and how many do not; `why` names the rule that settled the last unit."""

    with_modifier: int
    without: int
    why: str


def shared_minutes(question: Question) -> list[Shared]:
    """Minutes of therapist and assistant by code, read from the words around each number; [] where they name no assistant.

    "PTA 10 min and PT 5 min of 97110", "97110: PT 8 min, PTA 7 min", "PTA did 2 of 20 minutes"."""
    text = question.text
    counts = [
        m
        for m in question.mentions
        if m.kind in {"minutes", "number"} and m.value.isdigit() and int(m.value) <= 240
    ]
    if not any(m.kind == "minutes" for m in counts):
        return []
    codes = [m for m in question.mentions if m.kind in {"code", "name"}]
    who = [(m.start(), m.group(1).lower()) for m in _WHO.finditer(text) if not _patient(text, m)]
    if not any(_assistant(word) for _, word in who):
        return []
    minutes: dict[tuple[str, bool], int] = {}
    part = re.search(r"\b(\d+)\s*(?:min\w*)?\s*(?:out )?of (?:the |a total of )?(\d+)\s*min", text, re.I)
    if part and int(part.group(1)) <= int(part.group(2)):
        code = codes[0].value.split("|")[0] if codes else ""
        given = int(part.group(1))
        by = next((word for start, word in reversed(who) if start < part.start()), "pta")
        rest = int(part.group(2)) - given
        return [Shared(code, given, rest) if _assistant(by) else Shared(code, rest, given)]
    whole = [
        m
        for m in counts
        if re.match(
            r"[\s,]*(?:in all|in total|total|altogether|all together)\b", text[_minutes_end(m, text) :], re.I
        )
    ]
    parts = [m for m in counts if m not in whole]
    if len(whole) == 1 and len(parts) == 1 and int(parts[0].value) <= int(whole[0].value):
        by = next((word for start, word in reversed(who) if start < parts[0].start), who[0][1])
        given, rest = int(parts[0].value), int(whole[0].value) - int(parts[0].value)
        code = _code_of(whole[0], codes, True)
        return [Shared(code, given, rest) if _assistant(by) else Shared(code, rest, given)]
    codes_first = bool(codes) and codes[0].start < counts[0].start
    for mention in counts:
        before = [(start, word) for start, word in who if start < mention.start]
        after = [(start, word) for start, word in who if start >= mention.end]
        if not before and not after:
            continue
        word = (before[-1] if before else after[0])[1]
        key = (_code_of(mention, codes, codes_first), _assistant(word))
        minutes[key] = minutes.get(key, 0) + int(mention.value)
    return [
        Shared(code, minutes.get((code, True), 0), minutes.get((code, False), 0))
        for code in dict.fromkeys(code for code, _ in minutes)
    ]


def _minutes_end(mention: Mention, text: str) -> int:
    """Where the number and its unit end."""
    unit = re.match(r"\s*(?:min\w*|minutes?)\b", text[mention.end :], re.I)
    return mention.end + (unit.end() if unit else 0)


_PATIENT_BEFORE = re.compile(
    r"\b(?:medicare|mcr|medicaid|commercial|private|saw|sees|seen|treated|treats|same|new|female|male|old|yo|the|my|this) $",
    re.I,
)


def _patient(text: str, match: re.Match[str]) -> bool:
    """Whether "pt" is the patient: "saw a Medicare pt", "treated pt"."""
    return match.group(1) in {"pt", "pts"} and bool(_PATIENT_BEFORE.search(text[: match.start()]))


def _assistant(word: str) -> bool:
    return word.startswith(("pta", "ota", "cota", "assistant"))


def _code_of(mention: Mention, codes: list[Mention], codes_first: bool) -> str:
    """The code a number of minutes belongs to: the next one after it, the last one before it where codes come first."""
    after = [m for m in codes if m.start >= mention.end]
    before = [m for m in codes if m.end <= mention.start]
    chosen = before[-1:] or after[:1] if codes_first else after[:1] or before[-1:]
    return chosen[0].value.split("|")[0] if chosen else ""


def split(assistant: int, therapist: int, units: int, least: int, de_minimis: int) -> Split:
    """The units of one timed code with and without the modifier.

    Full 15 minutes of either stand by themselves. One unit left: without the modifier where the therapist personally gave
    `least` minutes of it, or the assistant not more than `de_minimis` percent. Two left: one with, one without."""
    theirs, own = assistant // UNIT_MINUTES, therapist // UNIT_MINUTES
    theirs, own = min(theirs, units), min(own, units - min(theirs, units))
    left = units - theirs - own
    rest, personal = assistant - theirs * UNIT_MINUTES, therapist - own * UNIT_MINUTES
    if left >= 2:
        return Split(theirs + 1, own + left - 1, "two_units")
    if left == 1:
        if personal >= least:
            return Split(theirs, own + 1, "therapist_minutes")
        if rest * 100 > de_minimis * (rest + personal):
            return Split(theirs + 1, own, "de_minimis_percent")
        return Split(theirs, own + 1, "de_minimis_percent")
    return Split(theirs, own, "full")
