"""Modifiers written onto a code or listed after the word "modifier": 97140-59-GP, "modifiers 25, 59 and XS"."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.codes.names import Names, Token, number
from assistant.codes.spans import BOLD, MODIFIER_WORDS, SHY, UNIT_WORDS, is_number, note, word_at
from assistant.domain import Mention


def attached(text: str, toks: Sequence[Token], i: int, names: Names, found: list[Mention]) -> int:
    """Modifiers written onto a code: 97140-59-GP, 97012 51, 97012/51, 97140 59, GP. Returns tokens used."""
    used = 0
    while i + used < len(toks):
        j = i + used
        low, step = word_at(toks, j), 1
        if low in {"-", "/", ","} or (low in {"and", "&", "+"} and used):
            low, step = word_at(toks, j + 1), 2
            glue = word_at(toks, j)
        else:
            glue = ""
        token = toks[j + step - 1] if j + step - 1 < len(toks) else None
        if token is None or low.upper() not in names.modifier_names or len(low) != 2:
            return used
        follows = word_at(toks, j + step)
        if (
            low in {"co", "pr", "oa"}
            and follows == "-"
            and is_number(word_at(toks, j + step + 1))
            and len(word_at(toks, j + step + 1)) <= 3
            and glue != "-"
            # "97010 CO 97": a reason, where the number is no modifier that may stand beside it
            or low in {"co", "pr", "oa"}
            and not glue
            and is_number(follows)
            and len(follows) <= 3
            and (
                follows not in _OFTEN_ATTACHED
                or any(t.low.startswith(("den", "reject", "why")) for t in toks)
            )
        ):
            return used
        if (
            is_number(low)
            and not glue
            and (low not in _OFTEN_ATTACHED or (low not in BOLD and _counting(toks)))
        ):
            return used
        if is_number(low):
            if (
                follows in UNIT_WORDS
                or follows in {"%", "/", "'"}
                or (glue == "," and not used and follows not in {"", "?", ",", "and", "modifier"})
            ):
                return used
        elif glue != "-" and low.upper() in SHY and not token.text.isupper():
            return used
        if (
            glue == ""
            and step == 1
            and is_number(low)
            and word_at(toks, j + 1) == "-"
            and len(word_at(toks, j + 2)) < 2
        ):
            return used
        note(found, text, "modifier", low.upper(), toks, j + step - 1, 1)
        used += step
    return used


def _counting(toks: Sequence[Token]) -> bool:
    """Whether the message counts minutes or units and speaks of no modifier: bare numbers after codes are then minutes."""
    words = {t.low for t in toks}
    return bool(words & {"units", "unit", "minutes", "mins", "min"}) and not words & MODIFIER_WORDS


# Written after a code with nothing between only where these are meant; other numbers there are minutes as often.
_OFTEN_ATTACHED = frozenset("25 26 50 51 52 53 57 59 76 77 78 79 80 91 95".split())


def listed(text: str, toks: Sequence[Token], i: int, names: Names, found: list[Mention]) -> int:
    """The list after the word "modifier": 25, 59 and XS; "fifty one". Returns tokens used."""
    used, last = 0, 0
    while i + used < len(toks):
        low = word_at(toks, i + used)
        shy = low.upper() in SHY and not toks[i + used].text.isupper()
        if (
            low.upper() in names.modifier_names
            and len(low) == 2
            and not (shy and low in {"go", "as", "at", "co", "in", "am"})
        ):
            if last and is_number(low) and word_at(toks, i + used + 1) in UNIT_WORDS:
                break
            note(found, text, "modifier", low.upper(), toks, i + used, 1)
            used += 1
            last = used
            continue
        value, n = number([t.low for t in toks[i + used : i + used + 3]])
        if n and str(value) in names.modifier_names:
            note(found, text, "modifier", str(value), toks, i + used, n)
            used += n
            last = used
            continue
        if (
            low
            in {
                "-",
                "#",
                ":",
                "'",
                '"',
                ",",
                "/",
                "&",
                "and",
                "or",
                "vs",
                "number",
                "no",
                ".",
                "code",
                "a",
                "the",
                "{",
                "(",
            }
            and used - last < 2
        ):
            used += 1
            continue
        if low in {"five", "nine"} and last:
            break
        break
    return last


def leads_list(toks: Sequence[Token], i: int, names: Names) -> bool:
    """Whether a number opens a list of modifiers that goes on in letters: "order for 59, GP and CQ"."""
    j = i + 1
    while j < len(toks) and j < i + 8:
        word = toks[j].low
        if (
            word in {",", "/", "-", "and", "or", "&", "+"}
            or word.upper() in names.modifier_names
            and is_number(word)
        ):
            j += 1
        else:
            return (
                j > i
                and word.upper() in names.modifier_names
                and (toks[j].text.isupper() or word.upper() not in SHY)
            )
    return False
