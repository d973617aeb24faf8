"""What a clause claims about pairs of codes: edited or not, together or not, the modifier indicator, the columns."""

from __future__ import annotations

import re

from assistant.assertions.assertion import Assertion
from assistant.assertions.clauses import SIGN, Clause
from assistant.assertions.patterns import compiled, search, sub
from assistant.assertions.polarity import negated

_TOGETHER = re.compile(
    r"\btogether\b|\bsame (?:day|visit|session|date|time|encounter|claim|dos|treatment|appointment)\b|\bboth (?:codes|services|be|are|can|may)\b|\bbill(?:ed|ing)? both\b|\breport(?:ed|ing)? both\b|\bboth C\d+ and\b|\bin combination\b|\bsame-day\b|\bconcurrently\b|\beach other\b|\bone another\b|\bcoexist\b|\bcombin(?:e|ed|ation)\b"
)


_MAY = re.compile(
    r"\b(?:can|may|could|might|bill\w*|report\w*|allow\w*|permit\w*|paid|payable|reimburs\w+|submit\w*|code[ds]?|perform\w*|ok|okay|fine|acceptable|cannot|can't|never|separately|appear|use[ds]?|go)\b"
)


_FREE = re.compile(
    r"\bfreely\b|\bwithout (?:any |a |the |using a |needing a |adding a )?(?:\w+ )?(?:modifiers?|restrictions?|issues?|problems?|limitations?|ncci modifiers?|edit|59|M\d+)\b|\bno (?:special |ncci |additional |bypass )?(?:modifiers?|M\d+|restrictions?) (?:is |are )?(?:needed|required|necessary)\b|\bno (?:problems?|issues?|restrictions?)\b|\bunconditional\w*\b|\balways (?:be )?(?:bill|report|allow|pa)\w*|\bunrestricted\b|\bno (?:modifiers?|restrictions?)\b|\bdon't need (?:a |any )?modifier|\bdo(?:es)? not (?:need|require) (?:a |any |the )?(?:modifier|M\d+)"
)


_NEVER = re.compile(
    r"\bnever\b|\bunder no circumstances?\b|\beven with\b|\bregardless of (?:the |any )?(?:modifiers?|documentation|circumstances)\b|\bno (?:ncci |associated )*modifiers? (?:can |may |will |that )?(?:opens?|bypass(?:es)?|overrides?|unbundles?|allows?|permits?|changes?|gets?|helps?|breaks?|lifts?|be used|is allowed|allowed|available)\b|\bin no case\b|\bnot under any\b|\bno (?:exceptions?|way)\b|\babsolutely (?:not|cannot)\b|\bwith or without (?:a |any )?(?:modifier|M\d+)|\bmutually exclusive\b.*\bno modifier\b"
)


_EDIT = re.compile(
    r"\b(?:active |current |ncci |ptp |cci |procedure ?-? ?to ?-? ?procedure |bundling |mutually exclusive )*edits?\b|\bedited\b|\bedited pair\b|\bncci pair\b|\bncci conflict\b|\bedit pair\b"
)


_BUNDLED = re.compile(
    r"\b(?:un)?bundl(?:e|es|ed|ing)\b|\bmutually exclusive\b|\bincluded in\b|\bcomponent of\b|\bpart of\b|\bincidental to\b|\bsubsumed\b"
)


def ptp(c: Clause) -> list[Assertion]:
    """Pairs: edited or not, together or not, the modifier indicator, the columns."""
    supposed = c.supposed()
    if (
        len(c.codes) < 2
        and len(supposed) == 2
        and not c.own("M")
        and c.said(r"\bmodifiers?\b")
        and not any(sign in "".join(supposed) for sign in "|-")
    ):
        no = negated(c.skel)
        needed = c.said(r"\bneed|\brequir|\bnecessary\b|\bmust\b|\bmandatory\b")
        if no is not None and needed:
            return [
                Assertion("ptp", "modifier_needed", supposed, (), not no, pairs=((supposed[0], supposed[1]),))
            ]
    if len(c.codes) < 2 and not c.said(r"\bcolumn\b"):
        return []
    two = pairs(c)
    beside = [x for x in c.supposed() if x not in c.codes and "|" not in x and "-" not in x]
    if len(c.codes) == 1 and len(beside) == 1 and c.said(r"\bcolumn\b"):
        two = ((c.codes[0], beside[0]),)
    elif len(c.codes) == 1 and len(c.known) == 2 and c.codes[0] in c.known and c.said(r"\bcolumn\b"):
        two = (tuple(c.known),)  # type: ignore[assignment]
    if (
        not two
        or len(two) > 120
        or c.said(r"\bmue\b|\btimed\b|\buntimed\b|\bminutes?\b|\bregions?\b")
        or c.said(r"\badd(?: ?- ?| )on\b")
    ):
        return []
    found: list[Assertion] = []
    indicator = c.said(
        r"\b(?:modifier |ccmi |ncci |edit )*indicator\b(?: (?:of|is|value|equals|=|:|a|code|set|to|at|has|the))* (N\d+)\b",
        r"\bindicator\b.*?\b(?:is|of|=|:) (N\d+)\b",
        r"\bccmi\b[^N]*?(N\d+)\b",
        r"\b(N\d+) indicator\b",
    )
    if (
        len(compiled(r"\bindicators? (?:of |is )?N\d|\bcolumn (?:N\d|one|two)").findall(c.skel)) > 2
        or len(compiled(r"\bindicator (?:of |is )?N\d").findall(c.skel)) > 1
    ):
        return found
    if indicator and not c.said(
        r"\bmult|\bpc ?/ ?tc\b|\bbilat|\bpayment indicator\b|\bstatus indicator\b|\breduction\b|\bsurg"
    ):
        found.append(
            Assertion(
                "ptp",
                "indicator",
                c.codes,
                (),
                not bool(negated(sub(r"\bnever\b.*", "", c.skel))),
                value=c.value(indicator.group(1)),
                pairs=two,
            )
        )
        if not _TOGETHER.search(c.skel):
            return found
    column = c.said(r"\bcolumn (?:- ?)?(?:N\d+|one|two|1|2|i{1,2})\b")
    if column:
        found += _column(c, two)
        if not _TOGETHER.search(c.skel):
            return found
    no = negated(_FREE.sub(" ", c.skel))
    if no is None:
        return found
    strength = (
        "never"
        if _NEVER.search(c.skel) or _NEVER.search(c.condition) or c.condition.startswith("even")
        else "free"
        if _FREE.search(c.skel) or _FREE.search(c.condition)
        else ""
    )
    edit = _EDIT.search(c.skel)
    if len(compiled(r"C\d+ with C\d+").findall(c.skel)) > 1:
        return found  # "no edit: A with B and C with D": pairs one by one
    if (
        edit
        and not search(
            r"\bbypass|\boverrid|\bopen|\b(?:past|around|through|unbundle|clear)\b.*\bedit",
            c.skel,
        )
        and not search(
            r"\b(?:tables?|files?|software|policy manual|edits? (?:are|is) (?:quarterly|updated))\b", c.skel
        )
    ):
        rest = c.skel
        without = search(r"\bwithout (?:an? |any )?(?:active |ncci |ptp )*edit", rest)
        absent = search(
            r"\b(?:no|not|isn't|aren't|free (?:of|from)|without|never|lack|lacks|neither|doesn't|don't|zero|absence of)\b(?:(?! but )[\w' /-]){0,60}?\bedit",
            rest,
        )
        ended = search(
            r"\bedits?\b.*\b(?:ended|deleted|withdrawn|removed|retired|terminated|eliminated|dropped|no longer)\b|\b(?:ended|deleted|withdrawn|removed|former|old) .*\bedits?\b",
            rest,
        )
        if not ended:
            affirmed = not (absent or without)
            if search(
                r"\bnot (?:an? )?(?:edited|ncci)|\bisn't (?:an? )?(?:edited|ncci)|\baren't (?:an? )?(?:edited|ncci)|\bnot subject to\b",
                rest,
            ):
                affirmed = False
            found.append(Assertion("ptp", "edited", c.codes, (), affirmed, pairs=two, condition=c.condition))
            if not _TOGETHER.search(c.skel) or not affirmed:
                if not _TOGETHER.search(sub(r"\bedit\w*", "", c.skel)) or not search(
                    r"\b(?:can|may|bill|report)", c.skel
                ):
                    return found
                no = negated(
                    sub(
                        r"\bno (?:active |ncci |ptp |current )*edits?\b.*|\bwithout (?:an? |any )?(?:active |ncci |ptp )*edits?\b",
                        "",
                        c.skel,
                    )
                )
                if no is None:
                    return found
    bundled = _BUNDLED.search(c.skel)
    if bundled and not edit and not _TOGETHER.search(c.skel):
        if (
            search(r"\bunbundl", bundled.group())
            or search(
                r"\bpart of (?:a|an|the) (?:\w+ )?(?:plan|range|pair|list|program|claim|visit|same)\b", c.skel
            )
            or search(r"\b(?:medicare|payment|status)\b", c.skel)
        ):
            return found
        found.append(Assertion("ptp", "bundled", c.codes, (), not no, pairs=two, condition=c.condition))
        return found
    together = (
        _TOGETHER.search(c.skel)
        or search(
            r"C\d+ (?:and|with|\+|&) (?:\w+ ){0,2}?C\d+|C\d+ (?:[\w\']+ ){1,5}?with (?:\w+ ){0,2}?C\d+",
            c.skel,
        )
        and search(r"\bbill|\breport|\bpaid\b|\bpayable\b|\bseparately\b|\bsubmit|\ballowed\b", c.skel)
    )
    if (
        together
        and _MAY.search(c.skel)
        and not search(r"\bseparate (?:claims|lines|time)\b|\bfirst\b|\brank", c.skel)
    ):
        named = c.own("M")
        only_without = search(r"\bwithout (?:a |any |the |an )?(?:\w+ )?(?:modifiers?|M\d+)", c.skel)
        if no and only_without:
            found.append(
                Assertion("ptp", "modifier_needed", c.codes, (), True, pairs=two, condition=c.condition)
            )
        elif named and not strength:
            return found
        else:
            kind = "together"
            found.append(
                Assertion(
                    "ptp",
                    kind,
                    c.codes,
                    named,
                    not no,
                    pairs=two,
                    strength=strength if no or strength == "free" else "",
                    condition=c.condition,
                )
            )
    elif strength == "free" and search(r"\bmodifier", c.skel) and not search(r"\bG[PON]\b", c.text):
        found.append(Assertion("ptp", "modifier_needed", c.codes, (), False, pairs=two))
    elif search(
        r"\b(?:need|require)s? (?:a |an |the |any )?(?:ncci |bypass |unbundling |distinct )*modifier", c.skel
    ):
        found.append(Assertion("ptp", "modifier_needed", c.codes, (), not no, pairs=two))
    return found


def _column(c: Clause, two: tuple[tuple[str, str], ...]) -> list[Assertion]:
    found = []
    number = r"(?:- ?)?(N\d+|one|two|1|2|i{1,2})"
    verbs = r"(?:is|isn't|as|sits|stands|=|falls|:|being|in|listed|appears|goes|belongs)"
    pattern = rf"(C\d+)(?: {verbs}(?: (?:not|the|a|in|listed|under))*)? column {number}\b|\bcolumn {number}(?: code)?(?: (?:is|isn't|not|=|:|,|code|being|of the pair))* (C\d+)"
    for match in compiled(pattern).finditer(c.skel):
        sign, raw = (match.group(1), match.group(2)) if match.group(1) else (match.group(4), match.group(3))
        column = {"one": "1", "two": "2", "i": "1", "ii": "2"}.get(
            raw, c.value(raw) if raw.startswith("N") else raw
        )
        code = c.value(sign)
        mine = tuple((a, b) for a, b in two if code in (a, b))
        if column in {"1", "2"} and mine:
            no = bool(search(r"\bnot\b|\bisn't\b", match.group()))
            found.append(Assertion("ptp", "column", (code,), (), not no, value=column, pairs=mine))
    lent = c.said(rf"^(?:is|it is|being)(?: (?:not|the|a|in))* column {number}\b")
    if not found and lent and len(c.codes) == 1 and two:  # "97012, which is the column two code"
        raw = lent.group(1)
        column = {"one": "1", "two": "2", "i": "1", "ii": "2"}.get(
            raw, c.value(raw) if raw.startswith("N") else raw
        )
        found.append(
            Assertion(
                "ptp", "column", c.codes, (), not search(r"\bnot\b", lent.group()), value=column, pairs=two
            )
        )
    return found


_SPLIT = re.compile(
    r"\b(?:with|beside|alongside|along with|against|and also|on the same (?:day|date) as|in addition to|into|to|together with|on top of|plus)\b"
)


def pairs(c: Clause) -> tuple[tuple[str, str], ...]:
    """The pairs a clause speaks of: left of "with" against right of it, else every two of what it lists."""
    skel = c.skel
    signs = [m for m in SIGN.finditer(skel) if m.group(1) == "C"]
    if len(c.codes) == 2 and not c.lent and len(signs) > 2 and all(len(g) == 1 for g in c.groups):
        return ((c.codes[0], c.codes[1]),)
    if len(signs) < 2 or c.lent:
        codes = list(c.codes)
        if (
            c.lent
            and not (len(codes) == 2 and search(r"\bmodifiers?\b|M\d|\bedits?\b|\bbundled\b", skel))
            and not search(
                r"\b(?:both|they|them|pair|two|together|each other|one another|these|those|neither|either|combination|edit|same)\b",
                skel,
            )
        ):
            return ()
        if c.groups and len(c.groups) == 2:
            return tuple((a, b) for a in c.groups[0] for b in c.groups[1] if a != b)
        if c.groups and len(c.groups) > 2:
            return tuple(
                (a, b)
                for i, g in enumerate(c.groups)
                for h in c.groups[i + 1 :]
                for a in g
                for b in h
                if a != b
            )
        return (
            tuple((a, b) for i, a in enumerate(codes) for b in codes[i + 1 :]) if len(c.groups) != 1 else ()
        )
    each = compiled(r"\b(C\d+) with (C\d+)\b").findall(skel)
    if len(each) > 1:
        return tuple(
            (c.value(a), c.value(b))
            for a, b in each
            if "|" not in c.value(a) + c.value(b) and "-" not in c.value(a) + c.value(b)
        )
    for match in _SPLIT.finditer(skel):
        left = [g for m, g in zip(signs, c.groups, strict=False) if m.start() < match.start()]
        right = [g for m, g in zip(signs, c.groups, strict=False) if m.start() > match.start()]
        if left and right:
            return tuple((a, b) for g in left for h in right if not set(g) & set(h) for a in g for b in h)
    if (
        len(signs) == 2
        and search(rf"{signs[0].group()} (?:or|nor) {signs[1].group()}", skel)
        and not search(r"\bneither\b", skel)
    ):
        return ()
    if len(signs) > 2 and not search(
        r"\btogether\b|\bboth\b|\bamong C\d|\bbetween\b|\beach other\b|\ball\b|\bsame\b", skel
    ):
        return ()
    return tuple(
        (a, b)
        for i, g in enumerate(c.groups)
        for h in c.groups[i + 1 :]
        if not set(g) & set(h)
        for a in g
        for b in h
    )
