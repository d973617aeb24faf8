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
from datetime import date

from assistant.codes.names import Names, Token, number, plain, tokens
from assistant.domain import Mention

__all__ = ["CODE", "Names", "Token", "find", "number", "plain", "tokens"]

CODE = re.compile(r"(?:[0-9]{5}|[0-9]{4}[FTUM]|[A-V][0-9]{4})\Z", re.I)
_ICD_DOTTED = re.compile(r"[A-TV-Z][0-9][0-9A-Z]\.[0-9A-Z]{1,4}\Z", re.I)
_ICD_PLAIN = re.compile(r"[A-TV-Z][0-9][0-9A-Z]{1,5}\Z", re.I)

# Two letters that are also everyday words, people or places: modifiers only in capitals, or where attached to a code or to the word "modifier".
_SHY = frozenset(
    "AT AS GO CO GA AI AM AD ET IN PA PT SA TA LC LD LM RC RI FA FP HA HE HO HS NU PM PO QC QW RA RR SC SF SG SH SL TD TE TF TG TH TK TS UA UB UC UD UE UF UH UJ "
    "E1 E2 E3 E4 F1 F2 F3 F4 F5 F6 F7 F8 F9 T1 T2 T3 T4 T5 T6 T7 T8 T9 P1 P2 P3 P4 P5 P6 Q0 Q1 CR CS CT FX FY FS JW JZ KF KG KH KI KJ KK KL KM KN KP KQ KR KS KT KU KV KW KY KZ".split()
)
_MODIFIER_WORDS = frozenset(
    {"modifier", "modifiers", "mod", "mods", "modifer", "modifers", "modfier", "modif", "mdf", "modifire"}
)
_BEFORE_MODIFIER = frozenset(
    "with w without append appending appended add adding added use using used put putting attach attaching attached take takes need needs require requires "
    "needing no not the a an report reporting send sending w/o include including accept accepts allow allows apply applying applies stick slap drop "
    "dropping remove removing omit skip tack throw place placing via explain define meaning missing lacks lacking flags flagged justify justifies want wants wanted carry carries have has get gets from be being do does of both either neither my any like than from over under "
    "modifier mod subject exempt billing off leave on is plain just hang hangs".split()
)
_AFTER_MODIFIER = frozenset(
    "on to exempt exemption modifier mod needed required allowed ok okay appended added applied with apply applies applicable ever for necessary bypass bypasses".split()
)
_JOINERS = frozenset(
    {
        "before",
        "after",
        "and",
        "or",
        "vs",
        "versus",
        "nor",
        ",",
        "/",
        "&",
        "+",
        "plus",
        "-",
        "then",
        "instead",
        "of",
        "not",
    }
)
_UNIT_WORDS = frozenset(
    "min mins minute minutes m unit units u hr hrs hour hours h year years yr yrs yo y old visit visits session sessions patient patients claim claims day days "
    "week weeks month months percent % dollars dollar bucks usd lb lbs pound pounds kg miles times codes people degrees mg ml cm mm inch inches region regions "
    "area areas am pm st nd rd th cents k sets reps feet ft lesions lesion".split()
)
_ASKED = frozenset("22 24 25 26 50 51 57 58 59 62 66 76 77 78 79 80 81 82 91".split())
# Asked about so often that, beside a code, they are read as modifiers unless the words say otherwise.
_BOLD = frozenset({"51", "59"})
_AGE_AFTER = frozenset("yo y/o years year yr yrs y female male f".split())
_NOT_CODE_BEFORE = frozenset(
    "zip zipcode room rm suite ste apt claim account acct invoice member mrn ticket phone fax tel box po ref reference npi ein".split()
)
_NOT_CODE_AFTER = frozenset(
    "dollars miles patients claims people members lives steps visits usd bucks".split()
)
_DIAGNOSIS_WORDS = frozenset("dx dxs icd icd10 icd-10 diagnosis diagnoses diag diagnosed cm".split())

_MONTHS = {
    m: i % 12 + 1
    for i, m in enumerate(
        "january february march april may june july august september october november december jan feb mar apr may jun jul aug sep oct nov dec".split()
    )
} | {"sept": 9}


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


def _digits(text: str) -> bool:
    """Plain digits only: "²" and other scripts' digits are no code and no modifier."""
    return text.isascii() and text.isdigit()


def _word(toks: Sequence[Token], i: int) -> str:
    return toks[i].low if 0 <= i < len(toks) else ""


def _add(
    found: list[Mention], text: str, kind: str, value: str, toks: Sequence[Token], i: int, n: int
) -> int:
    start, end = toks[i].start, toks[i + n - 1].end
    found.append(Mention(kind, value, start, end, text[start:end]))
    return n


def _read(
    text: str, toks: Sequence[Token], i: int, names: Names, found: list[Mention], shouting: bool, primed: bool
) -> int:
    """Read one mention at token `i`; returns the number of tokens used, 0 when there is none."""
    low = toks[i].low
    first = low[:1]
    if _digits(first) or first == "." and len(low) > 1:
        return _read_number(text, toks, i, names, found, primed)
    if not first.isalnum():
        return 0
    before = _word(toks, i - 1)
    if _ICD_DOTTED.match(low):
        return _add(found, text, "icd10", low.upper(), toks, i, 1)
    if CODE.match(low):
        diagnosis = {_word(toks, j) for j in range(i - 3, i)} & _DIAGNOSIS_WORDS
        if diagnosis or (first == "m" and low[1] not in "01"):
            return _add(found, text, "icd10", low.upper()[:3] + "." + low.upper()[3:], toks, i, 1)
        n = _add(found, text, "code", low.upper(), toks, i, 1)
        return n + _attached(text, toks, i + n, names, found)
    if any(_digits(c) for c in low) and _ICD_PLAIN.match(low):
        diagnosis = {_word(toks, j) for j in range(i - 3, i)} & _DIAGNOSIS_WORDS or {
            _word(toks, i + 1),
            _word(toks, i + 2),
        } & _DIAGNOSIS_WORDS
        asked = bool(
            len(low) in {3, 4}
            and {_word(toks, i + 1), _word(toks, i + 2)} & {"billable", "valid", "specific"}
            # "can I use R51 for headache", "R51 on a claim": T10 to T12 may be vertebrae
            or len(low) == 3
            and not low.startswith(("t1", "c0", "l0", "s0"))
            and before in {"use", "using", "code", "coded", "coding", "with", "", "is", "put", "report"}
            and " ".join(_word(toks, i + k) for k in (1, 2, 3)).startswith(
                ("for ", "on a claim", "on the claim", "on claim", "alone", "as primary", "as the", "without")
            )
        )
        if len(low) >= 6 or (len(low) >= 3 and (diagnosis or asked)) or (len(low) == 4 and first == "m"):
            value = low.upper()
            return _add(
                found, text, "icd10", value if len(value) == 3 else f"{value[:3]}.{value[3:]}", toks, i, 1
            )
    if low == "twice" and not re.match(
        r"(?:a |per |each )?week", " ".join(t.low for t in toks[i + 1 : i + 3])
    ):
        return _add(found, text, "units", "2", toks, i, 1)
    if low == "one" and (
        before in {"which", "this", "that", "any", "no", "each", "on", "to", "the", "same", "-"}
        and _word(toks, i + 1) not in _UNIT_WORDS
    ):
        return 0  # a pronoun, or the end of "one-on-one"
    if low == "one" and re.match(
        r"(?:- )?(?:on|to) (?:- )?one\b", " ".join(t.low for t in toks[i + 1 : i + 5])
    ):
        return 0
    glued = re.match(r"x([0-9]{1,2})\Z", low)
    if glued and int(glued.group(1)) <= 12:
        return _add(found, text, "units", glued.group(1), toks, i, 1)
    if (
        low == "x"
        and _digits(_word(toks, i + 1))
        and int(_word(toks, i + 1)) <= 12
        and _word(toks, i + 2) not in {"min", "mins", "minutes", "minute", "week", "weeks"}
    ):
        return _add(found, text, "units", _word(toks, i + 1), toks, i, 2)
    if low in _MODIFIER_WORDS:
        used = _listed(text, toks, i + 1, names, found)
        if used:
            return 1 + used
    for words in names.by_first.get(low, ()):
        span = _phrase(toks, i, words)
        if span and _word(toks, i + span) in {"therapist", "therapists", "therapist's"}:
            continue  # who, not what
        if span:
            kind, keys = names.phrases[words]
            if kind == "modifier" and len(words) == 1 and len(words[0]) == 2:
                break
            if (
                kind == "modifier"
                and words[-1] in {"go", "as", "at", "in"}
                and not toks[i + span - 1].text.isupper()
                and _word(toks, i + span) not in {"", "?", ",", "or", "and", "needed", "required"}
            ):
                continue  # "which modifier go on it": the verb
            n = _add(found, text, kind, "|".join(keys), toks, i, span)
            return n + (_attached(text, toks, i + n, names, found) if kind == "name" else 0)
    if low in names.beside_minutes and _beside_minutes(toks, i, found):
        return _add(found, text, "name", names.beside_minutes[low], toks, i, 1)
    upper = low.upper()
    if re.match(r"t[1-9]\Z", low) and _SPINE.search(text):
        return 0  # a vertebra, not a toe
    if len(low) == 2 and upper in names.modifier_names and not _digits(low):
        capital = toks[i].text.isupper() and not shouting
        cued = (
            before in _MODIFIER_WORDS
            or _word(toks, i + 1) in _MODIFIER_WORDS
            or bool(found and found[-1].kind == "modifier" and before in {"-", "/", ",", "and", "or", "&"})
        )
        cued = cued or (before in {"append", "add", "use"})
        if low in {"as", "at", "go", "in", "et", "am", "sa", "he", "pa", "pt"} and not capital:
            beside = (
                bool(found)
                and found[-1].kind == "modifier"
                and before in {"with", "and", "or", "/", "-", "&", "plus"}
            )
            cued = beside or before in _MODIFIER_WORDS and not _word(toks, i + 1)
        if (
            low == "co"
            and (
                _word(toks, i + 1) in {"required", "needed", "modifier"}
                or {"ota", "otas", "cota", "pta", "cq"} & {t.low for t in toks}
            )
            and not _digits(_word(toks, i + 2))
        ):
            cued = True
        if low in {"co", "pa", "in", "ex"} and _word(toks, i + 1) == "-" and _word(toks, i + 2).isalpha():
            return 0  # co-signs, co-pay
        if (
            low in {"co", "pr", "oa"}
            and _word(toks, i + 1) in {"-", " "}
            and _digits(_word(toks, i + 2))
            or low == "co"
            and _digits(_word(toks, i + 1))
        ):
            return 0  # a denial code: CO-97
        if upper not in _SHY or cued or (capital and not _is_place(toks, i)):
            return _add(found, text, "modifier", upper, toks, i, 1)
    spoken, used = _spoken([t.low for t in toks[i : i + 10]])
    if used:
        n = _add(found, text, "code", spoken, toks, i, used)
        return n + _attached(text, toks, i + n, names, found)
    counted, used = number([t.low for t in toks[i : i + 3]])
    if used:
        return _read_counted(text, toks, i, used, counted, found, names, primed)
    if (
        low in {"half", "quarter", "hour", "hr"}
        or low in {"a", "an"}
        and _word(toks, i + 1) in {"hour", "half", "quarter", "hr"}
    ):
        return _read_fraction(text, toks, i, found)
    if (
        low in _MONTHS
        and low not in {"may", "mar"}
        or low in {"may", "mar"}
        and re.match(r"[0-9]", _word(toks, i + 1))
    ):
        return _read_month(text, toks, i, found)
    return 0


def _beside_minutes(toks: Sequence[Token], i: int, found: Sequence[Mention]) -> bool:
    """Whether minutes stand right before or after token `i`: "15 min TE", "15 of TE", "manual 16 minutes"."""
    j = i - 1 - (_word(toks, i - 1) in {"of", "on", "doing", ":"})
    if j >= 0 and (
        found
        and found[-1].kind == "minutes"
        and found[-1].end == toks[j].end
        or j < i - 1
        and _digits(_word(toks, j))
        and any(m.kind == "minutes" for m in found)
    ):
        return _word(toks, i + 1) not in {"policy", "claim", "edit", "review", "entry"}
    k = i + 1 + (_word(toks, i + 1) in {"for", ":", "-", "=", "(", "x"})
    word, after = _word(toks, k), _word(toks, k + 1)
    return bool(
        re.fullmatch(r"[0-9]{1,3}(?:m|min|mins|minutes)", word)
        or _digits(word)
        and len(word) < 4
        and (
            after in {"m", "min", "mins", "minute", "minutes", "'"}
            or after == "-"
            and _word(toks, k + 2).startswith("min")
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
        while k and _word(toks, j) == "-" and word != "-":
            j += 1
        here = _word(toks, j)
        if here != word and not (k == len(words) - 1 and len(word) > 3 and here in (word + "s", word + "es")):
            return 0
        j += 1
    return j - i


def _is_place(toks: Sequence[Token], i: int) -> bool:
    """GA and CO after a comma or "in" are states; AT and AS in a headline are words."""
    return _word(toks, i - 1) in {"in", "from"} or (
        _word(toks, i - 1) == ","
        and toks[i].low in {"ga", "co"}
        and not re.match(r"[0-9]", _word(toks, i - 2))
    )


def _attached(text: str, toks: Sequence[Token], i: int, names: Names, found: list[Mention]) -> int:
    """Modifiers written onto a code: 97140-59-GP, 97012 51, 97012/51, 97140 59, GP. Returns tokens used."""
    used = 0
    while i + used < len(toks):
        j = i + used
        low, step = _word(toks, j), 1
        if low in {"-", "/", ","} or (low in {"and", "&", "+"} and used):
            low, step = _word(toks, j + 1), 2
            glue = _word(toks, j)
        else:
            glue = ""
        token = toks[j + step - 1] if j + step - 1 < len(toks) else None
        if token is None or low.upper() not in names.modifier_names or len(low) != 2:
            return used
        follows = _word(toks, j + step)
        if (
            low in {"co", "pr", "oa"}
            and follows == "-"
            and _digits(_word(toks, j + step + 1))
            and len(_word(toks, j + step + 1)) <= 3
            and glue != "-"
        ):
            return used
        if (
            _digits(low)
            and not glue
            and (low not in _OFTEN_ATTACHED or (low not in _BOLD and _counting(toks)))
        ):
            return used
        if _digits(low):
            if (
                follows in _UNIT_WORDS
                or follows in {"%", "/", "'"}
                or (glue == "," and not used and follows not in {"", "?", ",", "and", "modifier"})
            ):
                return used
        elif glue != "-" and low.upper() in _SHY and not token.text.isupper():
            return used
        if (
            glue == ""
            and step == 1
            and _digits(low)
            and _word(toks, j + 1) == "-"
            and len(_word(toks, j + 2)) < 2
        ):
            return used
        _add(found, text, "modifier", low.upper(), toks, j + step - 1, 1)
        used += step
    return used


def _counting(toks: Sequence[Token]) -> bool:
    """Whether the message counts minutes or units and speaks of no modifier: bare numbers after codes are then minutes."""
    words = {t.low for t in toks}
    return bool(words & {"units", "unit", "minutes", "mins", "min"}) and not words & _MODIFIER_WORDS


# Written after a code with nothing between only where these are meant; other numbers there are minutes as often.
_OFTEN_ATTACHED = frozenset("25 26 50 51 52 53 57 59 76 77 78 79 80 91 95".split())
_VERBS_AFTER = frozenset(
    "just only solely sit sits stand stands hang hangs supported permitted accepted payable unbundle unbundles break breaks clear clears be is isn't goes go on or mean means open opens start starts paid apply applies bypass bypasses allowed exempt count counts require requires an a still ever even always never only one among in need needs should can belong belongs override overrides affect does doesn't add get gets go restart restarts reset resets trigger triggers begin begins fix fixes help helps solve solves".split()
)


def _listed(text: str, toks: Sequence[Token], i: int, names: Names, found: list[Mention]) -> int:
    """The list after the word "modifier": 25, 59 and XS; "fifty one". Returns tokens used."""
    used, last = 0, 0
    while i + used < len(toks):
        low = _word(toks, i + used)
        shy = low.upper() in _SHY and not toks[i + used].text.isupper()
        if (
            low.upper() in names.modifier_names
            and len(low) == 2
            and not (shy and low in {"go", "as", "at", "co", "in", "am"})
        ):
            if last and _digits(low) and _word(toks, i + used + 1) in _UNIT_WORDS:
                break
            _add(found, text, "modifier", low.upper(), toks, i + used, 1)
            used += 1
            last = used
            continue
        value, n = number([t.low for t in toks[i + used : i + used + 3]])
        if n and str(value) in names.modifier_names:
            _add(found, text, "modifier", str(value), toks, i + used, n)
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


def _read_number(
    text: str, toks: Sequence[Token], i: int, names: Names, found: list[Mention], primed: bool
) -> int:
    low, before, after = toks[i].low, _word(toks, i - 1), _word(toks, i + 1)
    if re.match(r"[0-9]{3}-[0-9]{2}-[0-9]{4}\Z|[0-9]{3}[-.][0-9]{3}[-.][0-9]{4}\Z|[0-9]{5}-[0-9]{4}\Z", low):
        return _add(found, text, "number", low, toks, i, 1)
    if re.match(r"[0-9]+[/-][0-9]+[/-][0-9]+\Z", low):
        when = _date(low)
        return _add(found, text, "date" if when else "number", when or low, toks, i, 1)
    if before == "$" or after in {"dollars", "bucks", "usd"}:
        return _add(found, text, "money", low.replace(",", ""), toks, i, 1)
    clock = re.match(r"([0-9]{1,2})(?::([0-9]{2}))?(am|pm)?\Z", low)
    if clock and clock.group(2):
        return _read_clock(text, toks, i, found)
    joined = re.match(r"([0-9]{5})\.([0-9][0-9])\Z", low)
    if joined and joined.group(2) in names.modifier_names:
        start = toks[i].start
        found.append(Mention("code", joined.group(1), start, start + 5, text[start : start + 5]))
        found.append(Mention("modifier", joined.group(2), start + 6, start + 8, text[start + 6 : start + 8]))
        return 1
    if "," in low or "." in low:
        if after in {"hour", "hours", "hr", "hrs"}:
            return _add(found, text, "minutes", str(round(float(low.replace(",", "")) * 60)), toks, i, 2)
        return _add(found, text, "percent" if after == "%" else "number", low.replace(",", ""), toks, i, 1)
    if CODE.match(low):
        if {"number", "no", "#"} & {_word(toks, j) for j in range(i - 3, i)} and {
            "claim",
            "invoice",
            "account",
            "reference",
            "member",
            "ticket",
            "order",
            "case",
        } & {_word(toks, j) for j in range(i - 4, i)}:
            n = 1
            while _word(toks, i + n) == "-" and _digits(_word(toks, i + n + 1)):
                n += 2
            return _add(found, text, "number", low, toks, i, n)
        if (
            before in _NOT_CODE_BEFORE
            or (before == "#" and _word(toks, i - 2) in _NOT_CODE_BEFORE)
            or (
                before == ":"
                and _word(toks, i - 2)
                in _NOT_CODE_BEFORE - {"room", "rm", "suite", "ste", "box", "order", "check", "batch", "case"}
            )
            or after in _NOT_CODE_AFTER
        ) and not (
            before == "claim" and (low.upper() in names.code_names or after in {",", "-", "+", "and", "&"})
        ):
            return _add(found, text, "number", low, toks, i, 1)
        if re.match(r"[0-9]", low) and (
            _word(toks, i - 2) == "zip" or (before == "code" and _word(toks, i - 2) == "zip")
        ):
            return _add(found, text, "number", low, toks, i, 1)
        span = _range_end(toks, i)
        if span:
            return _add(found, text, "range", f"{low.upper()}-{span[0]}", toks, i, span[1])
        n = _add(found, text, "code", low.upper(), toks, i, 1)
        return n + _attached(text, toks, i + n, names, found)
    glued = re.match(r"([0-9]{5})([0-9][0-9]|[a-z]{2})\Z", low)
    if glued and glued.group(2).upper() in names.modifier_names:  # 9701251, 97140gp
        start = toks[i].start
        found.append(Mention("code", glued.group(1), start, start + 5, text[start : start + 5]))
        found.append(
            Mention("modifier", glued.group(2).upper(), start + 5, start + 7, text[start + 5 : start + 7])
        )
        return 1
    unit = re.match(r"([0-9]{1,3})(min|mins|m|minutes|minute|yo|yr|yrs|u|units|x|hr|hrs)\Z", low)
    if unit:
        word = unit.group(2)
        if word.startswith("m"):
            return _add(found, text, "minutes", unit.group(1), toks, i, 1)
        if word.startswith("h"):
            return _add(found, text, "minutes", str(60 * int(unit.group(1))), toks, i, 1)
        return _add(found, text, "units" if word[0] in "ux" else "age", unit.group(1), toks, i, 1)
    if not _digits(low):
        return 0
    if len(low) == 4 and 1990 <= int(low) <= 2100 and before != "#":
        return _add(found, text, "year", low, toks, i, 1)
    return _read_counted(text, toks, i, 1, int(low), found, names, primed)


def _read_clock(text: str, toks: Sequence[Token], i: int, found: list[Mention]) -> int:
    """9:15 am is a time of day; 9:05-9:31 (or "to") are the minutes between."""
    n = 2 if _word(toks, i + 1) in {"am", "pm"} else 1
    if _word(toks, i + n) in {"-", "to", "until", "till"}:
        first = re.match(r"([0-9]{1,2}):([0-9]{2})", toks[i].low)
        last = re.match(r"([0-9]{1,2}):([0-9]{2})", _word(toks, i + n + 1))
        if first and last:
            minutes = (int(last[1]) * 60 + int(last[2]) - int(first[1]) * 60 - int(first[2])) % 720
            used = n + 2 + (_word(toks, i + n + 2) in {"am", "pm"})
            return _add(found, text, "minutes", str(minutes), toks, i, used)
    return _add(found, text, "clock", toks[i].low, toks, i, n)


def _range_end(toks: Sequence[Token], i: int) -> tuple[str, int] | None:
    """97161-97168, 97161 to 97168, 98940-42, 99202-5 -> (end code, tokens used)."""
    low, joint = toks[i].low, _word(toks, i + 1)
    end = _word(toks, i + 2)
    if joint in {"-", "to", "through", "thru"} and _digits(end) and _digits(low):
        if len(end) == 5 and end > low and int(end) - int(low) < 800:
            return end, 3
        if (
            joint == "-"
            and len(end) in (1, 2)
            and low[: 5 - len(end)] + end > low
            and _word(toks, i + 3) != "-"
        ):
            full = low[: 5 - len(end)] + end
            if (
                len(end) == 2
                and low[3:] != "00"
                and int(full) - int(low) <= 6
                and (low[:3], end) in _SHORT_RANGES
            ):
                return full, 3
    return None


# 98940-42 is a range, 97110-59 a modifier: only these short forms are in use as ranges.
_SHORT_RANGES = frozenset(
    {
        ("989", "42"),
        ("989", "43"),
        ("992", "05"),
        ("992", "15"),
        ("971", "63"),
        ("971", "64"),
        ("971", "67"),
        ("971", "68"),
        ("205", "61"),
    }
)


_SPINE = re.compile(
    r"\badjust|\bmanipulat|\bvertebra|\bsubluxat|\bspin(?:e|al)\b|\bthoracic\b|\bchiro|\bcmt\b", re.I
)
_OF_MODIFIERS = frozenset(
    "modifier global globals procedure surgery surgeon visit edit edits line bilateral assistant interpretation repeat".split()
)
"""Words beside which a number that opens the message with a colon ("79: new global?") is a modifier."""


def _read_counted(
    text: str,
    toks: Sequence[Token],
    i: int,
    used: int,
    value: int,
    found: list[Mention],
    names: Names,
    primed: bool,
) -> int:
    """A whole number (digits or words) at `i`: what it counts, or a modifier, or just a number."""
    before, after, after2 = _word(toks, i - 1), _word(toks, i + used), _word(toks, i + used + 1)
    if before == "/" and _word(toks, i - 2) == "w":
        before = "w"
    rule = " ".join(t.low for t in toks[i + used : i + used + 4] if t.low != "-")
    if re.match(r"(?:minutes?|min) rule\b", rule):  # the 8-minute rule is a rule, not eight minutes
        return _add(found, text, "number", str(value), toks, i, used)
    if after == "-" and after2 in _UNIT_WORDS:
        after, used, after2 = after2, used + 1, _word(toks, i + used + 2)
    if after in {"rounds", "round"} and after2 in {"up", "down", "to"} and value > 7:
        return _add(found, text, "minutes", str(value), toks, i, used)
    if after in {"min", "mins", "minute", "minutes", "m", "'"}:
        return _add(found, text, "minutes", str(value), toks, i, used + (after != "'"))
    if re.match(
        r"(?:total |timed |treatment ){1,2}(?:minutes|mins?|time)\b",
        " ".join(_word(toks, i + used + k) for k in range(3)),
    ):
        return _add(found, text, "minutes", str(value), toks, i, used)
    if (
        before in {"minutes", "mins", "min", "time"}
        and _word(toks, i - 2) in {"timed", "total", "treatment"}
        and after not in _UNIT_WORDS
    ):
        return _add(found, text, "minutes", str(value), toks, i, used)
    if after in {"hour", "hours", "hr", "hrs"}:
        extra = 1
        total = 60 * value
        if (
            after2 == "and"
            and _word(toks, i + used + 2) == "a"
            and _word(toks, i + used + 3) in {"half", "quarter"}
        ):
            total, extra = total + (30 if _word(toks, i + used + 3) == "half" else 15), 4
        return _add(found, text, "minutes", str(total), toks, i, used + extra)
    if after in {"unit", "units", "u"}:
        return _add(found, text, "units", str(value), toks, i, used + 1)
    bills = before in {"bill", "billing", "billed", "report", "reporting", "charge", "charging"}
    if (
        bills
        and value <= 8
        and (CODE.match(after) or after in names.by_first or after2 and CODE.match(_word(toks, i + used + 2)))
    ):
        return _add(found, text, "units", str(value), toks, i, used)
    if after in {"timed", "billable"} and after2 in {"units", "unit"}:
        return _add(found, text, "units", str(value), toks, i, used + 2)
    if before in {"units", "unit"} and after in {"?", "", ",", "for", "per", "ok", "allowed"} and value < 30:
        return _add(found, text, "units", str(value), toks, i, used)
    if before == "=" and i >= 2 and CODE.match(_word(toks, i - 2)):
        return _add(found, text, "minutes", str(value), toks, i, used)
    if after == "x" and re.match(r"(?:[0-9]{5}|[a-v][0-9]{4})\Z", after2):
        return _add(found, text, "units", str(value), toks, i, used)
    if after == "y" and after2 == "/" and _word(toks, i + used + 2) != "o":
        after = ""
    if (
        after in {"yo", "y", "years", "year", "yr", "yrs"}
        and (after in {"yo", "y"} or after2 in {"old", "-", "of"})
        or after in {"female", "male"}
    ):
        return _add(found, text, "age", str(value), toks, i, used)
    if before in {"age", "aged", "turned", "turning", "turns"} or (
        before in {"is", "was", "'s"}
        and _word(toks, i - 2)
        in {"patient", "pt", "he", "she", "age", "client", "who", "mom", "member", "beneficiary"}
        and not (_word(toks, i - 2) == "pt" and toks[i - 2].text == "PT" and not text.isupper())
    ):
        return _add(found, text, "age", str(value), toks, i, used)
    if (
        before in {"patient", "pt"}
        and after in {",", "with", "here"}
        and str(value) not in {"59", "25", "26"}
    ):
        return _add(found, text, "age", str(value), toks, i, used)
    if after in {"%", "percent"}:
        return _add(found, text, "percent", str(value), toks, i, used + 1)
    if after in {"region", "regions"}:
        return _add(found, text, "regions", str(value), toks, i, used)
    if after in _UNIT_WORDS or before in {
        "room",
        "rm",
        "suite",
        "bed",
        "page",
        "pages",
        "line",
        "box",
        "chapter",
        "section",
        "number",
        "#",
        "bay",
        "booth",
        "question",
        "step",
        "table",
        "exam",
        "floor",
    }:
        return _add(found, text, "number", str(value), toks, i, used)
    if before == "co" or (before == "-" and _word(toks, i - 2) in {"co", "pr", "oa", "pi", "carc", "n", "m"}):
        return _add(found, text, "carc", str(value), toks, i, used)
    if before in {"carc", "denial", "reason", "rarc"}:
        return _add(found, text, "carc", str(value), toks, i, used)
    key = str(value)
    if key in names.modifier_names and (len(toks[i].low) == 2 or used > 1 or toks[i].low.isalpha()):
        previous = found[-1] if found else None
        chained = previous is not None and previous.kind == "modifier" and before in _JOINERS
        attached = before == "-" and i >= 2
        cued = before in _BEFORE_MODIFIER and not (
            before
            in {
                "is",
                "on",
                "of",
                "under",
                "over",
                "than",
                "from",
                "a",
                "the",
                "do",
                "does",
                "like",
                "my",
                "any",
            }
            and after
            not in _AFTER_MODIFIER
            | {
                "?",
                "",
                ".",
                ",",
                "and",
                "or",
                "(",
                ")",
                ";",
                "-",
                "when",
                "if",
                "because",
                "so",
                "with",
                "in",
            }
        )
        if used > 1 or toks[i].low.isalpha():
            cued = cued and before not in {"is", "a", "the", "of", "do", "on", "does"}
        # "The MUE of 97110 is 32": a value, unless the number is a modifier people ask about
        if before == "is" and key not in _ASKED | _BOLD:
            cued = False
        opening = i == 0 and (
            after in _AFTER_MODIFIER | {"or", "vs", "?"}
            or after == ":"
            and bool(_OF_MODIFIERS & {t.low for t in toks})
        )
        if before in {
            "is",
            "are",
            "does",
            "do",
            "will",
            "can",
            "would",
            "should",
        } and after in _AFTER_MODIFIER | {
            "even",
            "still",
            "also",
            "valid",
            "appropriate",
            "correct",
            "bypass",
            "go",
            "goes",
            "the",
            "right",
            "wrong",
            "proper",
            "fine",
            "good",
            "used",
            "enough",
            "suitable",
        }:
            cued = True
        if (
            primed
            and i <= 3
            and before in {"and", "about", "with", "or", "plus", "what", "how"}
            and after in {"", "?", "on", "then"}
            and key in names.modifier_names
        ):
            cued = True
        if key in _ASKED and not any(m.kind in {"minutes", "units"} for m in found):
            if (
                i == 0
                or before
                in {
                    "does",
                    "is",
                    "should",
                    "will",
                    "can",
                    "would",
                    "may",
                    "might",
                    "could",
                    "must",
                    "do",
                    "so",
                    "whether",
                    "if",
                    "that",
                    ",",
                    "modifier",
                }
            ) and after in _VERBS_AFTER:
                cued = True
            if (
                before in {"for", "on", "need", "missing", "without", "use", "or"}
                and after in {"?", ""}
                and not any(t.low in {"unit", "units", "minutes", "min"} for t in toks)
            ):
                cued = True
            if before in {".", "?", ";", "the", "a", ":"} and after in _VERBS_AFTER | {
                "required",
                "needed",
                "ok",
            }:
                cued = True
            if before in {".", "?", ";"} and after in {"?", ""}:
                cued = True
            if key in {"80", "81", "82"} and (
                after in {"assistant", "asst"} or before in {"assistant", "asst"}
            ):
                cued = True
            if after in {"or", "vs"} and after2.upper() in names.modifier_names and len(after2) == 2:
                cued = True
            if before in {"bill", "billing", "report", "reporting", "charge"} and after == "on":
                cued = True
            if _leads_list(toks, i, names):
                cued = True
            if i == 0 and after == ":":
                cued = True
            near = [t.low.upper() for t in toks[i + 1 : i + 6]]
            if i == 0 and any(u in names.modifier_names and not _digits(u) and u not in _SHY for u in near):
                cued = True
            if i == 0 and _digits(after) and after in names.modifier_names:
                cued = True
        if before in {"from", "exempt", "exempted"} and after in {"=", "-", ">", "/", ":"}:
            cued = True
        if (
            key in _BOLD
            and after not in {":", "(", "=", "of", "/", "."} | _AGE_AFTER
            and before
            not in {
                "was",
                "were",
                "for",
                "at",
                "in",
                "by",
                "about",
                "around",
                "over",
                "under",
                "than",
                "have",
                "had",
            }
            | {",", "(", "patient", "pt"}
        ):
            cued = (
                cued
                or primed
                or any(m.kind in {"code", "name", "range"} for m in found)
                or any(CODE.match(t.low) or t.low in names.by_first for t in toks[i + 1 : i + 12])
            )
        if (
            _digits(before)
            and not CODE.match(before)
            and not (found and found[-1].kind == "modifier" and found[-1].end == toks[i - 1].end)
        ):
            return _add(found, text, "number", key, toks, i, used)
        if chained or attached or cued or opening or after in {"modifier", "mod", "exempt"}:
            return _add(found, text, "modifier", key, toks, i, used)
    return _add(found, text, "number", key, toks, i, used)


def _leads_list(toks: Sequence[Token], i: int, names: Names) -> bool:
    """Whether a number opens a list of modifiers that goes on in letters: "order for 59, GP and CQ"."""
    j = i + 1
    while j < len(toks) and j < i + 8:
        word = toks[j].low
        if (
            word in {",", "/", "-", "and", "or", "&", "+"}
            or word.upper() in names.modifier_names
            and _digits(word)
        ):
            j += 1
        else:
            return (
                j > i
                and word.upper() in names.modifier_names
                and (toks[j].text.isupper() or word.upper() not in _SHY)
            )
    return False


def _read_fraction(text: str, toks: Sequence[Token], i: int, found: list[Mention]) -> int:
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
            return _add(found, text, "minutes", str(value), toks, i, len(match.group().split()))
    return 0


def _read_month(text: str, toks: Sequence[Token], i: int, found: list[Mention]) -> int:
    """March 4 2024, March 4th, 2024, March 2024 -> date (first day where no day is given)."""
    month = _MONTHS[toks[i].low]
    j = i + 1
    if _word(toks, j) == ".":
        j += 1
    day, year = 0, 0
    match = re.match(r"([0-9]{1,2})(?:st|nd|rd|th)?\Z", _word(toks, j))
    if match:
        day, j = int(match.group(1)), j + 1
    if _word(toks, j) == "," and re.match(r"[0-9]{4}\Z", _word(toks, j + 1)):
        j += 1
    if re.match(r"(19|20)[0-9][0-9]\Z", _word(toks, j)):
        year, j = int(_word(toks, j)), j + 1
    if not year:
        return 0
    try:
        value = date(year, month, day or 1).isoformat()
    except ValueError:
        return 0
    return _add(found, text, "date", value, toks, i, j - i)


def _date(text: str) -> str:
    """ISO, m/d/yy or m/d/yyyy -> ISO text; "" when it is no date."""
    a, b, c = (int(part) for part in re.split(r"[/-]", text))
    try:
        if a > 31:
            return date(a, b, c).isoformat()
        return date(c + 2000 if c < 70 else c + 1900 if c < 100 else c, a, b).isoformat()
    except ValueError:
        return ""
