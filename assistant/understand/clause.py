"""A clause of a message with what surrounds it, and the small questions every decision about its topic asks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant import wording
from assistant.codes import plain
from assistant.domain import Mention
from assistant.wording.patterns import compiled

M59 = frozenset({"59", "XE", "XS", "XP", "XU"})
GLOBAL = frozenset({"24", "58", "78", "79"})
SURGEONS = frozenset({"80", "81", "82", "AS", "62", "66"})
THERAPY = frozenset({"GP", "GO", "GN"})
ABN = frozenset({"GA", "GX", "GY", "GZ"})
SIDES = frozenset({"50", "LT", "RT"})
CMT = frozenset({"98940", "98941", "98942", "98943"})

Topics = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a message: its skeleton, form, cues and what it mentions."""

    text: str
    skel: str
    form: wording.Form
    cues: frozenset[str]
    codes: tuple[str, ...]
    modifiers: tuple[str, ...]
    diagnoses: tuple[str, ...]
    mentions: tuple[Mention, ...]
    ranges: tuple[str, ...] = ()
    families: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds a clause. `codes`: its own or lent by the same message; `known`: those, else carried from the turn before;
    `message`: the skeletons of the whole message; `who`: providers the text names."""

    codes: tuple[str, ...]
    known: tuple[str, ...]
    modifiers: tuple[str, ...]
    payer: str | None
    rendered_by: str | None
    who: tuple[str, ...]
    message: str
    alone: bool
    minutes: tuple[Mention, ...] = ()
    numbers: tuple[Mention, ...] = ()
    before: tuple[str, ...] = ()
    """topics of the turn before"""


def is_em(code: str) -> bool:
    return code.isdigit() and "99202" <= code <= "99499"


def said(c: Clause, *patterns: str) -> bool:
    return any(compiled(pattern).search(c.skel) for pattern in patterns)


def written(c: Clause, *patterns: str) -> bool:
    """As `said`, on the words as typed: names are still names there."""
    low = plain(c.text)
    return any(compiled(pattern).search(low) for pattern in patterns)


def in_message(s: Setting, *patterns: str) -> bool:
    return any(compiled(pattern).search(s.message) for pattern in patterns)


def other_side(s: Setting) -> bool:
    """Whether the message tells of the same operation on the other side."""
    return wording.other_side(s.message)


def bills_patient(c: Clause) -> bool:
    """Whether the clause asks to have the patient pay."""
    return wording.bills_patient(c.skel)


def how_put(c: Clause) -> str:
    return "why" if c.form.kind == "why" else c.form.proposition


def wants_value(c: Clause) -> bool:
    return c.form.kind in {"value", "why"}


def asks_which(c: Clause) -> bool:
    return c.form.kind == "value"


def minutes_of(c: Clause) -> list[Mention]:
    return [m for m in c.mentions if m.kind == "minutes"]


def pays_medicare(s: Setting) -> bool:
    return wording.payer_type(s.payer) == "medicare"


def asks_meaning(c: Clause, carried: bool = False) -> bool:
    """Asked what a modifier is: "GZ?", "define mod 58", "what does KX mean"."""
    words = re.sub(
        r"<M\w+>|\b(?:modifiers?|mods?|code|me|like|am|new|what|whats|is|stands|explanation|plain|simple|easy|english|words|terms|basically|briefly|quick|quickly|signify|signifies|denote|denotes|a|the|does|means?|meaning|define|definition|of|it|stand|for|explain|on|claim|an|in|billing|coding|when|to|do|i|you|use|used|using|should|we|tell|me|about|and|or|vs|versus|difference|between|describe|please|pls|mod|hcpcs|cpt|medical|for|are|'s|purpose|ok|hi|hello|exactly|mean)\b|[^\w<>]",
        " ",
        c.skel,
    )
    if said(
        c,
        r"^\W*(?:hi|hello|ok|so|and)?\W*(?:what (?:is|does)|what's|whats|define|explain|meaning of|definition of) (?:the |a )?(?:modifiers? |mods? )?<M\w+>(?: mean| stand for| do| for)?\W*(?:$|[,.;?]|(?:i|we|my|our|front|new|sorry|please|thanks)\b)",
    ):
        return True
    asked = (
        said(
            c,
            r"\bmean(?:s|ing)?\b|\bdefin|\bwhat(?: is|'s|s| are| does| do)?\b|\bexpla|\bsignif|\bdenot|\bstands? for\b|\bdescribe\b|\bdifference\b|\btell me\b|\bpurpose\b|\bwhen (?:do|to|should|is|would|are)\b",
        )
        or len(c.skel.split()) <= 4
        and not carried
    )
    asked = asked and not said(c, r"\bon (?:it|this|that|them|these|those)\b")
    return not words.split() and asked
