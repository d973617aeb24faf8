"""Text -> mentions: codes, modifiers, diagnoses, minutes, units, dates, money, ages and names, each with its span.

A mention's `start`/`end` are code points of the text as given, so `text[m.start:m.end] == m.text`. Numbers are the
trap of this field: 51 may be a modifier, an age, a room or a price. A bare number is a modifier only where the words
around it say so; what is read as something else is kept as a mention of that kind, so the answer can say how it was read.

Names come from `corpus/names.yaml` (our own plain names and what people type); unknown words of five letters and more
are compared with its vocabulary and corrected when exactly one word is one edit away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.codes.attached import attached, listed
from assistant.codes.counted import read_counted, read_number
from assistant.codes.dates import MONTHS, read_fraction, read_month
from assistant.codes.names import Names, Token, number, plain, tokens
from assistant.codes.spans import CODE, MODIFIER_WORDS, SHY, UNIT_WORDS, is_number, note, word_at
from assistant.domain import Mention

__all__ = ["CODE", "Names", "Token", "find", "number", "plain", "tokens"]


_ICD_DOTTED = re.compile(r"[A-TV-Z][0-9][0-9A-Z]\.[0-9A-Z]{1,4}\Z", re.I)


_ICD_PLAIN = re.compile(r"[A-TV-Z][0-9][0-9A-Z]{1,5}\Z", re.I)


_DIAGNOSIS_WORDS = frozenset("dx dxs icd icd10 icd-10 diagnosis diagnoses diag diagnosed cm".split())


def find(text: str, names: Names, primed: bool = False) -> tuple[tuple[Token, ...], tuple[Mention, ...]]:
    """All mentions of `text`, in order, not overlapping, and the spelling-corrected tokens they were read from.

    `primed`: the conversation is about a code, so that "and 51?" names a modifier."""
    raw = tokens(text)
    toks = tuple(Token(t.text, names.correct(t.low), t.start, t.end) for t in raw)
    shouting = text.isupper()
    found: list[Mention] = []
    i = 0
    while i < len(toks):
        step = _read(text, toks, i, names, found, shouting, primed)
        i += max(step, 1)
    return toks, tuple(found)


def _read(
    text: str, toks: Sequence[Token], i: int, names: Names, found: list[Mention], shouting: bool, primed: bool
) -> int:
    """Read one mention at token `i`; returns the number of tokens used, 0 when there is none."""
    low = toks[i].low
    first = low[:1]
    if is_number(first) or first == "." and len(low) > 1:
        return read_number(text, toks, i, names, found, primed)
    if not first.isalnum():
        return 0
    before = word_at(toks, i - 1)
    if _ICD_DOTTED.match(low):
        return note(found, text, "icd10", low.upper(), toks, i, 1)
    if CODE.match(low):
        diagnosis = {word_at(toks, j) for j in range(i - 3, i)} & _DIAGNOSIS_WORDS
        if diagnosis or (first == "m" and low[1] not in "01"):
            return note(found, text, "icd10", low.upper()[:3] + "." + low.upper()[3:], toks, i, 1)
        n = note(found, text, "code", low.upper(), toks, i, 1)
        return n + attached(text, toks, i + n, names, found)
    if any(is_number(c) for c in low) and _ICD_PLAIN.match(low):
        diagnosis = {word_at(toks, j) for j in range(i - 3, i)} & _DIAGNOSIS_WORDS or {
            word_at(toks, i + 1),
            word_at(toks, i + 2),
        } & _DIAGNOSIS_WORDS
        asked = bool(
            len(low) in {3, 4}
            and {word_at(toks, i + 1), word_at(toks, i + 2)} & {"billable", "valid", "specific"}
            # "can I use R51 for headache", "R51 on a claim": T10 to T12 may be vertebrae
            or len(low) == 3
            and not low.startswith(("t1", "c0", "l0", "s0"))
            and before in {"use", "using", "code", "coded", "coding", "with", "", "is", "put", "report"}
            and " ".join(word_at(toks, i + k) for k in (1, 2, 3)).startswith(
                ("for ", "on a claim", "on the claim", "on claim", "alone", "as primary", "as the", "without")
            )
        )
        if len(low) >= 6 or (len(low) >= 3 and (diagnosis or asked)) or (len(low) == 4 and first == "m"):
            value = low.upper()
            return note(
                found, text, "icd10", value if len(value) == 3 else f"{value[:3]}.{value[3:]}", toks, i, 1
            )
    if low == "twice" and not re.match(
        r"(?:a |per |each )?week", " ".join(t.low for t in toks[i + 1 : i + 3])
    ):
        return note(found, text, "units", "2", toks, i, 1)
    if low == "one" and (
        before in {"which", "this", "that", "any", "no", "each", "on", "to", "the", "same", "-"}
        and word_at(toks, i + 1) not in UNIT_WORDS
    ):
        return 0  # a pronoun, or the end of "one-on-one"
    if low == "one" and re.match(
        r"(?:- )?(?:on|to) (?:- )?one\b", " ".join(t.low for t in toks[i + 1 : i + 5])
    ):
        return 0
    glued = re.match(r"x([0-9]{1,2})\Z", low)
    if glued and int(glued.group(1)) <= 12:
        return note(found, text, "units", glued.group(1), toks, i, 1)
    if (
        low == "x"
        and is_number(word_at(toks, i + 1))
        and int(word_at(toks, i + 1)) <= 12
        and word_at(toks, i + 2) not in {"min", "mins", "minutes", "minute", "week", "weeks"}
    ):
        return note(found, text, "units", word_at(toks, i + 1), toks, i, 2)
    if low in MODIFIER_WORDS:
        used = listed(text, toks, i + 1, names, found)
        if used:
            return 1 + used
    for words in names.by_first.get(low, ()):
        span = _phrase(toks, i, words)
        if span and word_at(toks, i + span) in {"therapist", "therapists", "therapist's"}:
            continue  # who, not what
        if span:
            kind, keys = names.phrases[words]
            if kind == "modifier" and len(words) == 1 and len(words[0]) == 2:
                break
            if (
                kind == "modifier"
                and words[-1] in {"go", "as", "at", "in"}
                and not toks[i + span - 1].text.isupper()
                and word_at(toks, i + span) not in {"", "?", ",", "or", "and", "needed", "required"}
            ):
                continue  # "which modifier go on it": the verb
            n = note(found, text, kind, "|".join(keys), toks, i, span)
            return n + (attached(text, toks, i + n, names, found) if kind == "name" else 0)
    if low in names.beside_minutes and _beside_minutes(toks, i, found):
        return note(found, text, "name", names.beside_minutes[low], toks, i, 1)
    upper = low.upper()
    if re.match(r"t[1-9]\Z", low) and _SPINE.search(text):
        return 0  # a vertebra, not a toe
    if len(low) == 2 and upper in names.modifier_names and not is_number(low):
        capital = toks[i].text.isupper() and not shouting
        cued = (
            before in MODIFIER_WORDS
            or word_at(toks, i + 1) in MODIFIER_WORDS
            or bool(found and found[-1].kind == "modifier" and before in {"-", "/", ",", "and", "or", "&"})
        )
        cued = cued or (before in {"append", "add", "use"})
        if low in {"as", "at", "go", "in", "et", "am", "sa", "he", "pa", "pt"} and not capital:
            beside = (
                bool(found)
                and found[-1].kind == "modifier"
                and before in {"with", "and", "or", "/", "-", "&", "plus"}
            )
            cued = beside or before in MODIFIER_WORDS and not word_at(toks, i + 1)
        if (
            low == "co"
            and (
                word_at(toks, i + 1) in {"required", "needed", "modifier"}
                or {"ota", "otas", "cota", "pta", "cq"} & {t.low for t in toks}
            )
            and not is_number(word_at(toks, i + 2))
        ):
            cued = True
        if low in {"co", "pa", "in", "ex"} and word_at(toks, i + 1) == "-" and word_at(toks, i + 2).isalpha():
            return 0  # co-signs, co-pay
        if (
            low in {"co", "pr", "oa"}
            and word_at(toks, i + 1) in {"-", " "}
            and is_number(word_at(toks, i + 2))
            or low == "co"
            and is_number(word_at(toks, i + 1))
        ):
            return 0  # a denial code: CO-97
        if upper not in SHY or cued or (capital and not _is_place(toks, i)):
            return note(found, text, "modifier", upper, toks, i, 1)
    spoken, used = _spoken([t.low for t in toks[i : i + 10]])
    if used:
        n = note(found, text, "code", spoken, toks, i, used)
        return n + attached(text, toks, i + n, names, found)
    counted, used = number([t.low for t in toks[i : i + 3]])
    if used:
        return read_counted(text, toks, i, used, counted, found, names, primed)
    if (
        low in {"half", "quarter", "hour", "hr"}
        or low in {"a", "an"}
        and word_at(toks, i + 1) in {"hour", "half", "quarter", "hr"}
    ):
        return read_fraction(text, toks, i, found)
    if (
        low in MONTHS
        and low not in {"may", "mar"}
        or low in {"may", "mar"}
        and re.match(r"[0-9]", word_at(toks, i + 1))
    ):
        return read_month(text, toks, i, found)
    return 0


def _beside_minutes(toks: Sequence[Token], i: int, found: Sequence[Mention]) -> bool:
    """Whether minutes stand right before or after token `i`: "15 min TE", "15 of TE", "manual 16 minutes"."""
    j = i - 1 - (word_at(toks, i - 1) in {"of", "on", "doing", ":"})
    if j >= 0 and (
        found
        and found[-1].kind == "minutes"
        and found[-1].end == toks[j].end
        or j < i - 1
        and is_number(word_at(toks, j))
        and any(m.kind == "minutes" for m in found)
    ):
        return word_at(toks, i + 1) not in {"policy", "claim", "edit", "review", "entry"}
    k = i + 1 + (word_at(toks, i + 1) in {"for", ":", "-", "=", "(", "x"})
    word, after = word_at(toks, k), word_at(toks, k + 1)
    return bool(
        re.fullmatch(r"[0-9]{1,3}(?:m|min|mins|minutes)", word)
        or is_number(word)
        and len(word) < 4
        and (
            after in {"m", "min", "mins", "minute", "minutes", "'"}
            or after == "-"
            and word_at(toks, k + 2).startswith("min")
        )
    )


def _spoken(words: Sequence[str]) -> tuple[str, int]:
    """A code said aloud: "ninety seven oh twelve", "nine seven one four zero" -> (code, words used); ("", 0) otherwise."""
    digits, used, parts = "", 0, 0
    while used < len(words) and len(digits) < 5:
        word = words[used]
        if word in {"oh", "o", "zero"} and digits:
            digits, used, parts = digits + "0", used + 1, parts + 1
            continue
        if word == "-" and digits:
            used += 1
            continue
        value, n = number(words[used : used + 3])
        if not n or word in {"oh", "o"}:
            break
        digits, used, parts = digits + str(value), used + n, parts + 1
    ends = used >= len(words) or not number(words[used : used + 1])[1] or len(digits) == 5
    return (digits, used) if len(digits) == 5 and parts >= 3 and ends else ("", 0)


def _phrase(toks: Sequence[Token], i: int, words: Sequence[str]) -> int:
    """Tokens used when `words` stand at `i`, hyphens left out of account and the last word in singular or plural; else 0."""
    j = i
    for k, word in enumerate(words):
        while k and word_at(toks, j) == "-" and word != "-":
            j += 1
        here = word_at(toks, j)
        if here != word and not (k == len(words) - 1 and len(word) > 3 and here in (word + "s", word + "es")):
            return 0
        j += 1
    return j - i


def _is_place(toks: Sequence[Token], i: int) -> bool:
    """GA and CO after a comma or "in" are states; AT and AS in a headline are words."""
    return word_at(toks, i - 1) in {"in", "from"} or (
        word_at(toks, i - 1) == ","
        and toks[i].low in {"ga", "co"}
        and not re.match(r"[0-9]", word_at(toks, i - 2))
    )


_SPINE = re.compile(
    r"\badjust|\bmanipulat|\bvertebra|\bsubluxat|\bspin(?:e|al)\b|\bthoracic\b|\bchiro|\bcmt\b", re.I
)
