"""Numbers: codes and ranges of them, what a number counts, and when a bare number is a modifier."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.codes.attached import attached, leads_list
from assistant.codes.dates import iso_day, read_clock
from assistant.codes.names import Names, Token
from assistant.codes.spans import BOLD, CODE, SHY, UNIT_WORDS, is_number, note, word_at
from assistant.domain import Mention

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


_ASKED = frozenset("22 24 25 26 50 51 57 58 59 62 66 76 77 78 79 80 81 82 91".split())


_AGE_AFTER = frozenset("yo y/o years year yr yrs y female male f".split())


_NOT_CODE_BEFORE = frozenset(
    "zip zipcode room rm suite ste apt claim account acct invoice member mrn ticket phone fax tel box po ref reference npi ein".split()
)


_NOT_CODE_AFTER = frozenset(
    "dollars miles patients claims people members lives steps visits usd bucks".split()
)


_VERBS_AFTER = frozenset(
    "just only solely sit sits stand stands hang hangs supported permitted accepted payable unbundle unbundles break breaks clear clears be is isn't goes go on or mean means open opens start starts paid apply applies bypass bypasses allowed exempt count counts require requires an a still ever even always never only one among in need needs should can belong belongs override overrides affect does doesn't add get gets go restart restarts reset resets trigger triggers begin begins fix fixes help helps solve solves".split()
)


def read_number(
    text: str, toks: Sequence[Token], i: int, names: Names, found: list[Mention], primed: bool
) -> int:
    low, before, after = toks[i].low, word_at(toks, i - 1), word_at(toks, i + 1)
    if re.match(r"[0-9]{3}-[0-9]{2}-[0-9]{4}\Z|[0-9]{3}[-.][0-9]{3}[-.][0-9]{4}\Z|[0-9]{5}-[0-9]{4}\Z", low):
        return note(found, text, "number", low, toks, i, 1)
    if re.match(r"[0-9]+[/-][0-9]+[/-][0-9]+\Z", low):
        when = iso_day(low)
        return note(found, text, "date" if when else "number", when or low, toks, i, 1)
    if before == "$" or after in {"dollars", "bucks", "usd"}:
        return note(found, text, "money", low.replace(",", ""), toks, i, 1)
    clock = re.match(r"([0-9]{1,2})(?::([0-9]{2}))?(am|pm)?\Z", low)
    if clock and clock.group(2):
        return read_clock(text, toks, i, found)
    joined = re.match(r"([0-9]{5})\.([0-9][0-9])\Z", low)
    if joined and joined.group(2) in names.modifier_names:
        start = toks[i].start
        found.append(Mention("code", joined.group(1), start, start + 5, text[start : start + 5]))
        found.append(Mention("modifier", joined.group(2), start + 6, start + 8, text[start + 6 : start + 8]))
        return 1
    if "," in low or "." in low:
        if after in {"hour", "hours", "hr", "hrs"}:
            return note(found, text, "minutes", str(round(float(low.replace(",", "")) * 60)), toks, i, 2)
        return note(found, text, "percent" if after == "%" else "number", low.replace(",", ""), toks, i, 1)
    if CODE.match(low):
        if {"number", "no", "#"} & {word_at(toks, j) for j in range(i - 3, i)} and {
            "claim",
            "invoice",
            "account",
            "reference",
            "member",
            "ticket",
            "order",
            "case",
        } & {word_at(toks, j) for j in range(i - 4, i)}:
            n = 1
            while word_at(toks, i + n) == "-" and is_number(word_at(toks, i + n + 1)):
                n += 2
            return note(found, text, "number", low, toks, i, n)
        if (
            before in _NOT_CODE_BEFORE
            or (before == "#" and word_at(toks, i - 2) in _NOT_CODE_BEFORE)
            or (
                before == ":"
                and word_at(toks, i - 2)
                in _NOT_CODE_BEFORE - {"room", "rm", "suite", "ste", "box", "order", "check", "batch", "case"}
            )
            or after in _NOT_CODE_AFTER
        ) and not (
            before == "claim" and (low.upper() in names.code_names or after in {",", "-", "+", "and", "&"})
        ):
            return note(found, text, "number", low, toks, i, 1)
        if re.match(r"[0-9]", low) and (
            word_at(toks, i - 2) == "zip" or (before == "code" and word_at(toks, i - 2) == "zip")
        ):
            return note(found, text, "number", low, toks, i, 1)
        span = _range_end(toks, i)
        if span:
            return note(found, text, "range", f"{low.upper()}-{span[0]}", toks, i, span[1])
        n = note(found, text, "code", low.upper(), toks, i, 1)
        return n + attached(text, toks, i + n, names, found)
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
            return note(found, text, "minutes", unit.group(1), toks, i, 1)
        if word.startswith("h"):
            return note(found, text, "minutes", str(60 * int(unit.group(1))), toks, i, 1)
        return note(found, text, "units" if word[0] in "ux" else "age", unit.group(1), toks, i, 1)
    if not is_number(low):
        return 0
    if len(low) == 4 and 1990 <= int(low) <= 2100 and before != "#":
        return note(found, text, "year", low, toks, i, 1)
    return read_counted(text, toks, i, 1, int(low), found, names, primed)


def _range_end(toks: Sequence[Token], i: int) -> tuple[str, int] | None:
    """97161-97168, 97161 to 97168, 98940-42, 99202-5 -> (end code, tokens used)."""
    low, joint = toks[i].low, word_at(toks, i + 1)
    end = word_at(toks, i + 2)
    if joint in {"-", "to", "through", "thru"} and is_number(end) and is_number(low):
        if len(end) == 5 and end > low and int(end) - int(low) < 800:
            return end, 3
        if (
            joint == "-"
            and len(end) in (1, 2)
            and low[: 5 - len(end)] + end > low
            and word_at(toks, i + 3) != "-"
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


_OF_MODIFIERS = frozenset(
    "modifier global globals procedure surgery surgeon visit edit edits line bilateral assistant interpretation repeat".split()
)
"""Words beside which a number that opens the message with a colon ("79: new global?") is a modifier."""


def read_counted(
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
    before, after, after2 = word_at(toks, i - 1), word_at(toks, i + used), word_at(toks, i + used + 1)
    if before == "/" and word_at(toks, i - 2) == "w":
        before = "w"
    rule = " ".join(t.low for t in toks[i + used : i + used + 4] if t.low != "-")
    if re.match(r"(?:minutes?|min) rule\b", rule):  # the 8-minute rule is a rule, not eight minutes
        return note(found, text, "number", str(value), toks, i, used)
    if after == "-" and after2 in UNIT_WORDS:
        after, used, after2 = after2, used + 1, word_at(toks, i + used + 2)
    if after in {"rounds", "round"} and after2 in {"up", "down", "to"} and value > 7:
        return note(found, text, "minutes", str(value), toks, i, used)
    if after in {"min", "mins", "minute", "minutes", "m", "'"}:
        return note(found, text, "minutes", str(value), toks, i, used + (after != "'"))
    if re.match(
        r"(?:total |timed |treatment ){1,2}(?:minutes|mins?|time)\b",
        " ".join(word_at(toks, i + used + k) for k in range(3)),
    ):
        return note(found, text, "minutes", str(value), toks, i, used)
    if (
        before in {"minutes", "mins", "min", "time"}
        and word_at(toks, i - 2) in {"timed", "total", "treatment"}
        and after not in UNIT_WORDS
    ):
        return note(found, text, "minutes", str(value), toks, i, used)
    if after in {"hour", "hours", "hr", "hrs"}:
        extra = 1
        total = 60 * value
        if (
            after2 == "and"
            and word_at(toks, i + used + 2) == "a"
            and word_at(toks, i + used + 3) in {"half", "quarter"}
        ):
            total, extra = total + (30 if word_at(toks, i + used + 3) == "half" else 15), 4
        return note(found, text, "minutes", str(total), toks, i, used + extra)
    if after in {"unit", "units", "u"}:
        return note(found, text, "units", str(value), toks, i, used + 1)
    bills = before in {"bill", "billing", "billed", "report", "reporting", "charge", "charging"}
    if (
        bills
        and value <= 8
        and (
            CODE.match(after) or after in names.by_first or after2 and CODE.match(word_at(toks, i + used + 2))
        )
    ):
        return note(found, text, "units", str(value), toks, i, used)
    if after in {"timed", "billable"} and after2 in {"units", "unit"}:
        return note(found, text, "units", str(value), toks, i, used + 2)
    if before in {"units", "unit"} and after in {"?", "", ",", "for", "per", "ok", "allowed"} and value < 30:
        return note(found, text, "units", str(value), toks, i, used)
    if before == "=" and i >= 2 and CODE.match(word_at(toks, i - 2)):
        return note(found, text, "minutes", str(value), toks, i, used)
    if after == "x" and re.match(r"(?:[0-9]{5}|[a-v][0-9]{4})\Z", after2):
        return note(found, text, "units", str(value), toks, i, used)
    if after == "y" and after2 == "/" and word_at(toks, i + used + 2) != "o":
        after = ""
    if (
        after in {"yo", "y", "years", "year", "yr", "yrs"}
        and (after in {"yo", "y"} or after2 in {"old", "-", "of"})
        or after in {"female", "male"}
    ):
        return note(found, text, "age", str(value), toks, i, used)
    if before in {"age", "aged", "turned", "turning", "turns"} or (
        before in {"is", "was", "'s"}
        and word_at(toks, i - 2)
        in {"patient", "pt", "he", "she", "age", "client", "who", "mom", "member", "beneficiary"}
        and not (word_at(toks, i - 2) == "pt" and toks[i - 2].text == "PT" and not text.isupper())
    ):
        return note(found, text, "age", str(value), toks, i, used)
    if (
        before in {"patient", "pt"}
        and after in {",", "with", "here"}
        and str(value) not in {"59", "25", "26"}
    ):
        return note(found, text, "age", str(value), toks, i, used)
    if after in {"%", "percent"}:
        return note(found, text, "percent", str(value), toks, i, used + 1)
    if after in {"region", "regions"}:
        return note(found, text, "regions", str(value), toks, i, used)
    if after in UNIT_WORDS or before in {
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
        return note(found, text, "number", str(value), toks, i, used)
    if (before in {"co", "pr", "oa", "pi"} and used == 1 and len(toks[i].low) <= 3) or (
        before == "-" and word_at(toks, i - 2) in {"co", "pr", "oa", "pi", "carc", "n", "m"}
    ):
        return note(found, text, "carc", str(value), toks, i, used)
    if before in {"carc", "denial", "reason", "rarc"}:
        return note(found, text, "carc", str(value), toks, i, used)
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
        if before == "is" and key not in _ASKED | BOLD:
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
            if leads_list(toks, i, names):
                cued = True
            if i == 0 and after == ":":
                cued = True
            near = [t.low.upper() for t in toks[i + 1 : i + 6]]
            if i == 0 and any(u in names.modifier_names and not is_number(u) and u not in SHY for u in near):
                cued = True
            if i == 0 and is_number(after) and after in names.modifier_names:
                cued = True
        if before in {"from", "exempt", "exempted"} and after in {"=", "-", ">", "/", ":"}:
            cued = True
        if (
            key in BOLD
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
            is_number(before)
            and not CODE.match(before)
            and not (found and found[-1].kind == "modifier" and found[-1].end == toks[i - 1].end)
        ):
            return note(found, text, "number", key, toks, i, used)
        if chained or attached or cued or opening or after in {"modifier", "mod", "exempt"}:
            return note(found, text, "modifier", key, toks, i, used)
    return note(found, text, "number", key, toks, i, used)
