"""Looking at the tokens around one, and writing down what stands there as a mention with its span."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.codes.names import Token
from assistant.domain import Mention

CODE = re.compile(r"(?:[0-9]{5}|[0-9]{4}[FTUM]|[A-V][0-9]{4})\Z", re.I)


# Two letters that are also everyday words, people or places: modifiers only in capitals, or where attached to a code or to the word "modifier".
SHY = frozenset(
    "AT AS GO CO GA AI AM AD ET IN PA PT SA TA LC LD LM RC RI FA FP HA HE HO HS NU PM PO QC QW RA RR SC SF SG SH SL TD TE TF TG TH TK TS UA UB UC UD UE UF UH UJ "
    "E1 E2 E3 E4 F1 F2 F3 F4 F5 F6 F7 F8 F9 T1 T2 T3 T4 T5 T6 T7 T8 T9 P1 P2 P3 P4 P5 P6 Q0 Q1 CR CS CT FX FY FS JW JZ KF KG KH KI KJ KK KL KM KN KP KQ KR KS KT KU KV KW KY KZ".split()
)


MODIFIER_WORDS = frozenset(
    {"modifier", "modifiers", "mod", "mods", "modifer", "modifers", "modfier", "modif", "mdf", "modifire"}
)


UNIT_WORDS = frozenset(
    "min mins minute minutes m unit units u hr hrs hour hours h year years yr yrs yo y old visit visits session sessions patient patients claim claims day days "
    "week weeks month months percent % dollars dollar bucks usd lb lbs pound pounds kg miles times codes people degrees mg ml cm mm inch inches region regions "
    "area areas am pm st nd rd th cents k sets reps feet ft lesions lesion".split()
)


# Asked about so often that, beside a code, they are read as modifiers unless the words say otherwise.
BOLD = frozenset({"51", "59"})


def is_number(text: str) -> bool:
    """Plain digits only: "²" and other scripts' digits are no code and no modifier."""
    return text.isascii() and text.isdigit()


def word_at(toks: Sequence[Token], i: int) -> str:
    return toks[i].low if 0 <= i < len(toks) else ""


def note(
    found: list[Mention], text: str, kind: str, value: str, toks: Sequence[Token], i: int, n: int
) -> int:
    start, end = toks[i].start, toks[i + n - 1].end
    found.append(Mention(kind, value, start, end, text[start:end]))
    return n
