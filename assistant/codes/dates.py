"""Days, months, times of day and fractions of an hour as mentions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from assistant.codes.names import Token
from assistant.codes.spans import note, word_at
from assistant.domain import Mention

MONTHS = {
    m: i % 12 + 1
    for i, m in enumerate(
        "january february march april may june july august september october november december jan feb mar apr may jun jul aug sep oct nov dec".split()
    )
} | {"sept": 9}


def read_clock(text: str, toks: Sequence[Token], i: int, found: list[Mention]) -> int:
    """9:15 am is a time of day; 9:05-9:31 (or "to") are the minutes between."""
    n = 2 if word_at(toks, i + 1) in {"am", "pm"} else 1
    if word_at(toks, i + n) in {"-", "to", "until", "till"}:
        first = re.match(r"([0-9]{1,2}):([0-9]{2})", toks[i].low)
        last = re.match(r"([0-9]{1,2}):([0-9]{2})", word_at(toks, i + n + 1))
        if first and last:
            minutes = (int(last[1]) * 60 + int(last[2]) - int(first[1]) * 60 - int(first[2])) % 720
            used = n + 2 + (word_at(toks, i + n + 2) in {"am", "pm"})
            return note(found, text, "minutes", str(minutes), toks, i, used)
    return note(found, text, "clock", toks[i].low, toks, i, n)


def read_fraction(text: str, toks: Sequence[Token], i: int, found: list[Mention]) -> int:
    """ "a quarter hour", "half an hour", "quarter of an hour", "an hour and a half" -> minutes."""
    words = " ".join(t.low for t in toks[i : i + 6])
    for pattern, value in (
        (r"(?:a |an )?hour and a half\b|(?:a |an )?hr and a half\b", 90),
        (r"(?:a |an )?half (?:of )?(?:an? )?(?:hour|hr)\b|half - hour\b", 30),
        (r"(?:a |an )?quarter (?:of )?(?:an? )?(?:hour|hr)\b|quarter - hour\b", 15),
        (r"(?:an|a) (?:hour|hr)\b", 60),
    ):
        match = re.match(pattern, words)
        if match:
            return note(found, text, "minutes", str(value), toks, i, len(match.group().split()))
    return 0


def read_month(text: str, toks: Sequence[Token], i: int, found: list[Mention]) -> int:
    """March 4 2024, March 4th, 2024, March 2024 -> date (first day where no day is given)."""
    month = MONTHS[toks[i].low]
    j = i + 1
    if word_at(toks, j) == ".":
        j += 1
    day, year = 0, 0
    match = re.match(r"([0-9]{1,2})(?:st|nd|rd|th)?\Z", word_at(toks, j))
    if match:
        day, j = int(match.group(1)), j + 1
    if word_at(toks, j) == "," and re.match(r"[0-9]{4}\Z", word_at(toks, j + 1)):
        j += 1
    if re.match(r"(19|20)[0-9][0-9]\Z", word_at(toks, j)):
        year, j = int(word_at(toks, j)), j + 1
    if not year:
        return 0
    try:
        value = date(year, month, day or 1).isoformat()
    except ValueError:
        return 0
    return note(found, text, "date", value, toks, i, j - i)


def iso_day(text: str) -> str:
    """ISO, m/d/yy or m/d/yyyy -> ISO text; "" when it is no date."""
    a, b, c = (int(part) for part in re.split(r"[/-]", text))
    try:
        if a > 31:
            return date(a, b, c).isoformat()
        return date(c + 2000 if c < 70 else c + 1900 if c < 100 else c, a, b).isoformat()
    except ValueError:
        return ""
