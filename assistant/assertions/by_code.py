"""What a clause claims about codes: together or not, add-on, timed, payable, valid, in a global period."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.assertions.assertion import Assertion
from assistant.assertions.by_modifier import pairs
from assistant.assertions.clauses import SIGN, Clause, bare
from assistant.assertions.patterns import compiled, search, starts, sub
from assistant.assertions.polarity import denied, negated, weak

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
    if len(c.codes) < 2 and not c.said(r"\bcolumn\b"):
        return []
    two = pairs(c)
    if len(c.codes) == 1 and len(c.known) == 2 and c.codes[0] in c.known and c.said(r"\bcolumn\b"):
        two = (tuple(c.known),)  # type: ignore[assignment]
    if (
        not two
        or len(two) > 120
        or c.said(r"\bmue\b|\btimed\b|\buntimed\b|\bminutes?\b|\bregions?\b")
        or c.said(r"\badd ?- ?on\b")
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
    if (
        edit
        and not search(
            r"\bbypass|\boverrid|\bopen|\b(?:past|around|through|unbundle|clear) (?:the|an|this|that) \w* ?edit",
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
        or search(r"C\d+ (?:and|with|\+|&) (?:\w+ ){0,2}?C\d+", c.skel)
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
    for match in compiled(
        r"(C\d+)(?: \([^)]*\))? (?:is|as|sits in|stands in|=|falls in|:|being|in|listed in|appears in|goes in|belongs in)(?: (?:the|a|in|listed|under))* column (?:- ?)?(N\d+|one|two|1|2|i{1,2})\b|\bcolumn (?:- ?)?(N\d+|one|two|1|2|i{1,2})(?: code)?(?: (?:is|=|:|,|code|being|of the pair))* (C\d+)"
    ).finditer(c.skel):
        sign, raw = (match.group(1), match.group(2)) if match.group(1) else (match.group(4), match.group(3))
        column = {"one": "1", "two": "2", "i": "1", "ii": "2"}.get(
            raw, c.value(raw) if raw.startswith("N") else raw
        )
        code = c.value(sign)
        mine = tuple((a, b) for a, b in two if code in (a, b))
        if column in {"1", "2"} and mine and not search(r"\bnot\b", match.group()):
            found.append(Assertion("ptp", "column", (code,), (), True, value=column, pairs=mine))
    return found


# add-on ------------------------------------------------------------------------------------------------------------------


def add_on(c: Clause) -> list[Assertion]:
    """ "X is an add-on code", "X goes with primary Y", "X may be billed alone"."""
    found: list[Assertion] = []
    no = negated(c.skel)
    if no is None:
        return found
    word = c.said(r"\badd ?- ?on\b|\baddon\b")
    if word:
        if search(r"\badd ?- ?on (?:codes? )?(?:files?|edits?|lists?|table)\b", c.skel):
            missing = search(r"\b(?:not|no|never|absent|isn't|aren't|doesn't|does not)\b", c.skel)
            if c.own("C") and search(
                r"C\d+ (?:is|are|isn't|aren't|appears?|does not appear)(?: not)?(?: listed| included| found)? (?:in|on) |\b(?:contains?|lists?|includes?) C\d+$|\bdoes not (?:contain|list|include) C\d+$",
                c.skel,
            ):
                found.append(Assertion("add_on", "is", c.codes, (), not missing, groups=c.groups))
            return found
        of = c.said(
            r"(C\d+)(?: \( [^)]* \))? (?:is|are|isn't|serves as|acts as)(?: not)? (?:a |an |the |one of the |among the )?(?:primary|base|parent)(?: codes?| procedures?)? (?:of|for|to) (?:the )?add ?- ?on (?:codes? )?(C\d+)"
        )
        if of:
            return [
                Assertion(
                    "add_on", "primary", (c.value(of.group(2)),), (), not no, others=(c.value(of.group(1)),)
                )
            ]
        before = [m for m in SIGN.finditer(c.skel[: word.start()]) if m.group(1) == "C"]
        after = [m for m in SIGN.finditer(c.skel[word.end() :]) if m.group(1) == "C"]
        if search(r"\bmodifier|\bM\d|\bexempt|\bappend", c.skel) and not search(
            r"\b(?:is|are|as|isn't|aren't|being)(?: \w+){0,3}? add", c.skel
        ):
            return found
        subjects = (
            tuple(dict.fromkeys(x for m in before for x in c.mentions[int(m.group(2))].value.split("|")))
            if before
            else (c.codes if c.lent else ())
        )
        if not before and after and starts(r" (?:codes?|service|procedure)?,? ?C\d", c.skel[word.end() :]):
            subjects = tuple(c.mentions[int(m.group(2))].value for m in after[:1])
            after = after[1:]
            found.append(Assertion("add_on", "is", subjects, (), True))
            return found
        if subjects and search(
            r"\b(?:is|are|as|was|be|isn't|aren't|not|being|considered|classified|an|remains?|also)\b[\w' ,-]{0,30}$",
            c.skel[: word.start()],
        ):
            relation = search(
                r"^(?: codes?| service| procedure)*,? (?:to|for|of|with|on top of|reported with|billed with|used with)(?: the| its| code| primary| cpt| codes| base)* C\d",
                c.skel[word.end() :],
            )
            primaries = tuple(dict.fromkeys(x for m in after for x in (c.mentions[int(m.group(2))].value,)))
            if relation and primaries and all("-" not in p for p in primaries):
                found.append(Assertion("add_on", "primary", subjects, (), not no, others=primaries))
            else:
                found.append(
                    Assertion(
                        "add_on",
                        "is",
                        subjects,
                        (),
                        not denied(c.skel, word.end()),
                        groups=c.groups if not after else (),
                    )
                )
        return found
    if c.own("C"):
        primary = c.said(
            r"(C\d+)(?: \w+){0,6}? (?:with|alongside|in addition to|after|beside|together with) (?:its |the |a )?(?:primary|base|parent)(?: codes?| procedures?| service)? (C\d+)",
            r"(C\d+) (?:requires|needs) (?:the |a )?(?:primary|base|parent) (?:codes? |procedure )?(C\d+)",
        )
        if primary:
            found.append(
                Assertion(
                    "add_on",
                    "primary",
                    (c.value(primary.group(1)),),
                    (),
                    not no,
                    others=(c.value(primary.group(2)),),
                )
            )
            return found
        primary = c.said(
            r"(C\d+) (?:is|isn't|serves as|acts as)(?: not)? (?:the |a |one )?(?:valid )?(?:primary|base|parent)(?: codes?| procedures?| service)? (?:code )?(?:for|of|to) (?:add ?-? ?on )?(C\d+)"
        )
        if primary:
            found.append(
                Assertion(
                    "add_on",
                    "primary",
                    (c.value(primary.group(2)),),
                    (),
                    not no,
                    others=(c.value(primary.group(1)),),
                )
            )
            return found
    if len(c.codes) == 1 or c.groups and len(c.groups) == 1 or c.said(r"\bprimary\b"):
        alone = c.said(
            r"\b(?:bill|report|submit|coded|use|paid|pay|perform|stand|reimburs)\w*(?: C\d+)?(?: (?:to medicare|for payment|out|as a))? (?:all )?(?:alone|by itself|on its own|stand ?-? ?alone|without (?:a |its |the |any )?(?:primary|base|parent))",
            r"\bstands? alone\b|\bstand ?-? ?alone (?:code|service|procedure)\b|\bindependent(?:ly)? (?:code|bill\w*|report\w*)\b|\b(?:bill|report)\w* independently\b",
        )
        if alone and not c.said(r"\bminutes?\b|\bsole (?:treatment|therapy)\b"):
            found.append(Assertion("add_on", "alone", c.codes, (), not no))
        needs = c.said(
            r"\b(?:needs?|requires?|must (?:have|be (?:billed|reported) (?:with|alongside|together with))) (?:a |an |its |the |another )?(?:primary|base|parent)(?: procedure| code| service)?\b"
        )
        if needs:
            named = tuple(
                c.mentions[int(m.group(2))].value
                for m in SIGN.finditer(c.skel[: needs.start()])
                if m.group(1) == "C"
            )
            subject = named or (c.known if bare(c.skel) and c.own("C") else c.codes)
            found.append(Assertion("add_on", "alone", subject, (), bool(no)))
    return found


# timed or untimed -------------------------------------------------------------------------------------------------------

_TIMED = re.compile(
    r"(?<!un)(?<!non )(?<!non - )\btimed\b(?! up\b)|\btime ?- ?based\b(?! rule)|\bper (?:T\d+|15)\b|\b(?:each|every) (?:T\d+|N\d+ ?-? ?minutes?|quarter hour)\b|\bin (?:T\d+|N\d+ ?- ?minute|15 ?- ?minute) ?-? ?(?:increments?|units?|blocks?|intervals?|segments?)\b|\bT\d+ (?:increments?|units?|codes?|blocks?|timed)\b|\b(?:in|by) (?:the )?(?:minutes?|time|clock)\b|\bby the quarter hour\b|\bper unit of time\b|\btime ?-? ?dependent\b|\btime matters\b|\bminute ?-? ?based\b"
)
_UNTIMED = re.compile(
    r"\buntimed\b|\bun ?- ?timed\b|\bnon ?- ?timed\b|\bnontimed\b|\bservice ?- ?based\b|\bencounter ?- ?based\b|\bper (?:encounter|visit|session|treatment)\b|\b(?:once per|once a|once an|once each|one (?:unit )?(?:per|a|an|each)) (?:single )?(?:encounter|visit|session|day|date|treatment)\b|\b(?:regardless|irrespective|independent) of (?:the )?(?:\w+ )?(?:time|minutes|duration|length|how long|how many)|\bno matter how (?:long|many)\b|\bwhatever the (?:time|minutes|duration|length)\b|\btime does not matter\b|\bflat\b|\bone unit (?:whatever|regardless|no matter|only|of C\d)\b"
)


def timing(c: Clause) -> list[Assertion]:
    """Timed or untimed, one-on-one or supervised."""
    if not c.codes or len(c.codes) > 60 or weak(c.skel):
        return []
    found: list[Assertion] = []
    skel = sub(r"\bnot only\b", "", c.skel)
    timed, untimed = _TIMED.search(skel), _UNTIMED.search(skel)
    if search(
        r"\bunlike\b|\bexception\b|\bone (?:\w+ )?service per\b|\b(?:longer|other|all|two|more|several|these|those|between|beside|of|for|to) timed codes\b",
        skel,
    ):
        return []
    no = bool(negated(skel))
    rule = search(
        r"(?:\b(?:eight|8|N\d+)|T\d+) ?- ?(?:minute )?rule\b|\b8 minute rule\b|T\d+ rule\b|\brule of (?:eights?|N\d+s?)\b",
        skel,
    )
    if (
        rule
        and search(r"\b(?:appl|subject|govern|follow|count|use|fall|under|cover|affect|calculat)", skel)
        and not timed
    ):
        found.append(Assertion("timing", "timed", c.codes, (), not no, groups=c.groups))
    elif timed and not (
        untimed
        and not search(r"\bnot (?:a )?(?:timed|time)|\brather than\b|\binstead of\b", skel)
        and timed.start() > untimed.end()
    ):
        if untimed and search(
            r"\b(?:not|rather than|instead of)\b", skel[: max(timed.start(), untimed.start())]
        ):
            first = min(timed.start(), untimed.start())
            denied_first = search(r"\b(?:not|isn't|aren't|never)\b[^,]*$", skel[:first])
            says_timed = (timed.start() < untimed.start()) != bool(denied_first)
            found.append(Assertion("timing", "timed", c.codes, (), says_timed, groups=c.groups))
        elif search(
            r"\btotal timed\b|\btimed (?:minutes|services?|therap\w+|units)\b|\btreatment time\b", skel
        ) and not search(r"C\d+(?: \w+)? (?:is|are) ", skel):
            return found
        else:
            about = search(r"\bT\d+", timed.group())
            if about and c.value(about.group()) not in {"15", "30", "60", "20", "10", "8"}:
                return found
            if about and search(r"\b(?:first|additional|further|initial)\b", skel):
                return found
            found.append(
                Assertion("timing", "timed", c.codes, (), not denied(skel, timed.end()), groups=c.groups)
            )
    elif untimed:
        if search(r"\b(?:per|once per|one) ", untimed.group()) and (
            search(r"\bmaximum\b|\bmax\b|\bmue\b|\bup to\b|\bonly\b|\bmore than\b", skel) or no
        ):
            pass
        else:
            found.append(
                Assertion("timing", "untimed", c.codes, (), not denied(skel, untimed.end()), groups=c.groups)
            )
    match = search(
        r"\b(?:needs?|requires?|requiring|must (?:be|have)|demands?|involves?|is|are|isn't|aren't|provided|furnished|performed|billed as|considered|remains?|as|calls for|without)(?: \w+){0,5}? (?:(one ?-? ?(?:on|to) ?-? ?one|constant (?:attendance|one|supervision)|direct (?:patient |provider |one)|T?N?\d? ?1 ?: ?1|(?<!un)attended|hands ?-? ?on|continuous(?:ly)? attend\w+)|(supervised (?:modalit\w+|code|service|procedure)|unattended|supervised))\b",
        skel,
    )
    stay = c.said(
        r"\b(?:must|needs? to|has to|have to|required to) (?:stay|remain|be (?:present|in the room|with)|attend)\b"
    )
    if stay and not match and not c.said(r"\bsupervis"):
        found.append(
            Assertion("timing", "one_on_one", c.codes, (), not denied(skel, stay.end()), groups=c.groups)
        )
    counts = search(
        r"\b(?:minutes?|T\d+|time)\b.*\b(?:counts?|counted|added?|includ\w+|go|goes|combine[ds]?)\b.*\b(?:toward|to|in|into|with)\b.*\b(?:timed|billable|total(?! treatment)|8|eight|T\d+ rule|rule)\b|\b(?:count|add|include)\w* (?:the )?(?:\w+ )?(?:minutes|T\d+|time)\b.*\b(?:toward|to|in|into)\b",
        skel,
    )
    if counts and not timed and not untimed and not c.said(r"\btotal treatment\b"):
        found.append(Assertion("timing", "timed", c.codes, (), not no, groups=c.groups))
    if match and c.said(r"\bC\d") is None and not c.lent:
        match = None
    if match and not search(r"\b(?:document\w*|sessions?|same (?:time|day)|examples?|group)\b", skel):
        kind = "one_on_one" if match.group(1) else "supervised"
        if kind == "supervised" and search(r"\bsupervised (?:by|during|practice|exercise)\b", skel):
            return found
        said = denied(skel, match.end()) or bool(search(r"\bwithout\b", match.group()))
        if not search(r"\bunattended\b", skel) or not search(r"(?<!un)\battended\b", skel):
            found.append(Assertion("timing", kind, c.codes, (), not said, groups=c.groups))
    return found


# Medicare's fee schedule: status -------------------------------------------------------------------------------------------


def status(c: Clause) -> list[Assertion]:
    """Paid, bundled, non-covered or not valid for Medicare; the status letter."""
    if not c.codes or len(c.codes) > 40:
        return []
    found: list[Assertion] = []
    letter = search(
        r"\bstatus (?:indicator|code|letter)?\s*(?:of |is |= ?|: ?|as |with )?[\"'“(]?([A-Z])\b(?!\w)", c.text
    )
    if (
        letter
        and c.said(r"\bC\d.*\bstatus\b|\bstatus\b[^.]*\bof C\d")
        and not c.said(r"\bstatus \w codes?\b")
        and not c.said(r"\bphysical status\b|\bchange (?:of|in) status\b")
        and search(rf"\bstatus\b.{{0,30}}\b{letter.group(1).lower()}\b", c.skel)
    ):
        found.append(
            Assertion(
                "status",
                "letter",
                c.codes,
                (),
                not _before(c.skel, r"\bstatus\b"),
                value=letter.group(1),
                groups=c.groups,
            )
        )
        return found
    if (
        len(c.codes) > 1
        and len(c.groups) > 1
        and not c.said(r"\bto medicare (?:with|as|using|under)\b")
        and c.said(
            r"\btogether\b|\bboth\b|\bsame (?:day|session|visit)\b|\bedit\b|\binto\b|\bwith C\d|\bwhen (?:billed|reported) with\b"
        )
    ):
        return found
    no = negated(c.skel)
    if no is None:
        return found
    if c.said(
        r"\bchiropract\w*\b|\bwithout\b|\bclaims? (?:for|with|line|was|were)\b|\bdenial\b|\bby an? \w+ist\b|\bto an? \b|\bhospital patients\b|\bwith [NM]\d"
    ) or search(r"\bchiropract\w*\b", f"{c.condition} {c.main}"):
        return found
    medicare = (
        bool(c.said(r"\bmedicare\b|\bcms\b|\bpart b\b|\bmpfs\b|\bfee schedule\b|\bmac\b"))
        or bool(search(r"\bmedicare\b|\bcms\b", c.main))
        and not c.said(r"\bpayers?\b|\bplans?\b|\bothers?\b|\bcpt\b|\belsewhere\b|\binsurers?\b")
    )
    if c.said(r"\bnon ?- ?covered\b|\bnoncovered\b|\bnot covered\b|\bnon ?- ?payable\b"):
        if medicare:
            rest = sub(r"\bnot covered\b|\bnon ?- ?covered\b|\bnon ?- ?payable\b|\bnon\b", "", c.skel)
            found.append(Assertion("status", "payable", c.codes, (), bool(negated(rest)), groups=c.groups))
        return found
    if medicare and c.said(r"\bcovered (?:service|benefit|code|procedure)\b"):
        return [*found, Assertion("status", "payable", c.codes, (), not no, groups=c.groups)]
    bundled = c.said(
        r"\b(?:always |permanently )?bundled\b|\bstatus bundled\b|\bbundles\b|\bnot (?:separately )?(?:paid|payable|reimburs\w+) separately\b|\bnot separately (?:paid|payable|reimburs\w+|billable)\b|\bseparately (?:paid|payable|reimburs\w+)\b|\bpaid separately\b|\bpays? (?:for )?(?:C\d+ )?separately\b|\bseparate payment\b|\breimburs\w+ separately\b"
    )
    if (
        bundled
        and (medicare or len(c.codes) == 1 or len(c.groups) == 1)
        and not c.said(r"\bbundled (?:with|into|in) C\d|\bdistinct\b|\bregion\b|\bevaluation\b")
    ):
        positive = not search(r"\bbundle", bundled.group())
        inner = denied(c.skel, bundled.start() if not positive else bundled.end())
        found.append(
            Assertion(
                "status",
                "separately",
                c.codes,
                (),
                positive != inner,
                groups=c.groups,
                payer="medicare" if medicare else None,
            )
        )
        return found
    sent = c.said(
        r"\b(?:bill|report|submit|code|charge)\w* to medicare (?:with|as|using|under)(?: the| code| cpt)* (C\d+)",
        r"\bmedicare\b.*\b(?:bill|report|submit|code)\w* (?:with|as|using|under)(?: the| code| cpt)* (C\d+)",
    )
    if sent:
        return [*found, Assertion("status", "valid", (c.value(sent.group(1)),), (), not no, payer="medicare")]
    if (
        medicare
        and c.said(
            r"\bpays?\b|\bpaid\b|\bpayable\b|\bcover(?:s|ed)?\b|\breimburs\w+|\brecogni[sz]\w+|\baccepts?\b|\baccepted\b|\bvalid\b|\binvalid\b|\bbillable\b|\ballows?\b|\bused?\b|\bhonou?rs?\b|\bbill(?:ed)? to\b|\bdenies\b|\breported? to\b"
        )
        and not c.own("M")
        and not c.said(
            r"\bfull\b|\breduc|\bpercent|\bP\d|\bS\d|\bunits?\b|\bU\d|\btogether\b|\badd ?- ?on\b|\balone\b|\bindicator\b|\bclaims? (?:was|were)\b|\bif\b|\bchiropract\w*\b|\bby a\b|\bassistants?\b"
        )
    ):
        turned = bool(search(r"\bdenies\b", c.skel))
        other = c.said(
            r"\b(?:use|uses|bill|report|wants?|requires?|replaced by|accepts?|recogni[sz]es?|expects?)\b.*(C\d+).*?\b(?:instead of|rather than|in place of|, not|and not|not) (?:\w+ )?(C\d+)",
            r"\binstead of (C\d+)\b.*\b(?:use|bill|report)\w* (C\d+)",
        )
        if other:
            first, second = c.value(other.group(1)), c.value(other.group(2))
            if starts(r"\binstead", other.group()):
                first, second = second, first
            found.append(Assertion("status", "replacement", (second,), (), True, others=(first,)))
            return found
        found.append(
            Assertion(
                "status",
                "valid" if c.said(r"\bvalid\b|\binvalid\b|\brecogni|\baccept") else "payable",
                c.codes,
                (),
                no == turned,
                groups=c.groups,
                payer="medicare",
            )
        )
    return found


def patient(c: Clause) -> list[Assertion]:
    """ "You may bill the patient for 97010"; "status I codes are payable"."""
    found: list[Assertion] = []
    pays = c.said(
        r"\b(?:bill|charge|collect from|balance bill)\w* (?:the |your |a )?(?:patients?|beneficiar(?:y|ies))\b|\b(?:patients?|beneficiar(?:y|ies)) (?:can|may|could|must|should|is|are|cannot|can't) (?:not )?(?:be )?(?:billed|charged|pay|liable|responsible)"
    )
    if pays and c.codes and len(c.groups) == 1 and not c.said(r"\bunits?\b|\bmue\b|\bncci\b|\bedit"):
        no = negated(c.skel)
        if no is not None:
            found.append(Assertion("status", "patient", c.codes, (), not no, groups=c.groups))
    letter = search(r"\b[Ss]tatus (?:indicator |code |letter )?[\"'“(]?([A-Z])[\"'”)]?\b", c.text)
    paid = c.said(r"\b(?:payable|paid|pays?|covered|covers?|reimburs\w+|billable|accepted|accepts?|valid)\b")
    if (
        letter
        and paid
        and not c.own("C")
        and c.said(
            rf"\bstatus (?:indicator |code |letter )*{letter.group(1).lower()}\b(?: (?:codes?|services?|means?|indicates?|is|are|items?|procedures?))"
        )
        and not c.said(
            r"\bseparately\b|\bunder another\b|\banother code\b|\botherwise\b|\bif\b|\bbundled\b|\bonly\b"
        )
    ):
        no = negated(c.skel)
        if no is not None:
            found.append(Assertion("status", "letter_paid", (), (), not no, value=letter.group(1)))
    return found


def _before(skel: str, pattern: str) -> bool:
    match = search(pattern, skel)
    return bool(match and search(r"\b(?:not|isn't|doesn't|never|no)\b[\w ]{0,25}$", skel[: match.start()]))


def replaced(c: Clause) -> list[Assertion]:
    """ "97762 was replaced by 97763", "use G0283 instead of 97014 for Medicare"."""
    match = c.said(
        r"(C\d+)(?: \([^)]*\))? (?:was|were|is|has been|have been|got|are|is being) (?:deleted and |discontinued and |crosswalked and )?(?:replaced|superseded|succeeded) (?:by|with) (?:code )?(C\d+)",
        r"(C\d+) (?:crosswalks?|maps|converts|became|turned into) (?:to )?(?:code )?(C\d+)",
    )
    if match:
        return [
            Assertion(
                "code_valid",
                "successor",
                (c.value(match.group(1)),),
                (),
                not bool(negated(c.skel)),
                others=(c.value(match.group(2)),),
            )
        ]
    match = c.said(
        r"(C\d+) (?:replaces|replaced|supersedes|superseded|is(?: not)? the (?:successor|replacement)(?: code)? (?:of|for|to)|took the place of|takes the place of|succeeded) (?:code )?(C\d+)",
        r"\b(?:use|bill|report|submit)s? (?:code )?(C\d+)(?: \w+){0,6}? (?:instead of|rather than|in place of|not|, not) (?:code )?(C\d+)",
        r"(C\d+) (?:is|should be|must be) (?:used|billed|reported)(?: \w+){0,4}? (?:instead of|rather than|in place of|not|, not) (?:code )?(C\d+)",
    )
    if match and not weak(c.skel):
        swap = not search(r"\breplace|\bsupersede|\bsuccess|\bsucceed", match.group())
        return [
            Assertion(
                "status" if swap else "code_valid",
                "replacement" if swap else "successor",
                (c.value(match.group(2)),),
                (),
                not search(r"\bdo not\b|\bdon't\b|\bnever\b|\bis not\b|\bisn't\b", c.skel[: match.end()]),
                others=(c.value(match.group(1)),),
            )
        ]
    return []


_NAMED = (
    r"(C\d+) (?:is|describes|represents|stands for|covers|reports|means|refers to|identifies|denotes|=)(?: (?:a|an|the|used|for|code|cpt|to|report|defined|as|only|billed))* (C\d+)(?= |$)(?! (?:and|or|with|-|code|codes|of)\b)",
    r"^(?:the )?(C\d+) (?:is|are|should be|must be|gets?) (?:billed|reported|coded|submitted|captured)(?: only)?(?: (?:with|as|using|under|by))?(?: (?:the|cpt|code|hcpcs))* (C\d+)$",
    r"\b(?:use|bill|report|choose|select)s? (?:code |cpt |hcpcs )*(C\d+) (?:for|to (?:report|bill|code))(?: (?:a|an|the))* (C\d+)$",
)


def therapy(c: Clause) -> list[Assertion]:
    """ "97012 is an always-therapy code"."""
    match = c.said(r"\b(always|sometimes) ?-? ?therapy\b")
    if (
        not match
        or not c.codes
        or not search(r"\b(?:is|are|isn't|aren't|not|considered|as)\b", c.skel[: match.start()])
    ):
        return []
    return [
        Assertion(
            "therapy_modifier",
            "list",
            c.codes,
            (),
            not denied(c.skel, match.start()),
            value=match.group(1),
            groups=c.groups,
        )
    ]


_PROVIDERS = (
    ("PTA", r"\bptas?\b|\bphysical therap(?:y|ist) assistants?\b"), ("OTA", r"\bc?otas?\b|\boccupational therap(?:y|ist) assistants?\b"),
    ("PT", r"\bpts?\b|\bphysical therapists?\b"), ("OT", r"\bots?\b|\boccupational therapists?\b"), ("SLP", r"\bslps?\b|\bspeech(?:-language)? (?:therapists?|pathologists?)\b"),
    ("DC", r"\bdcs?\b|\bchiropractors?\b"), ("therapist", r"\btherapists?\b"),
)  # fmt: skip


def provider(c: Clause) -> list[Assertion]:
    """ "A PT can bill 99213": who may bill what."""
    if (
        not c.codes
        or not c.said(
            r"\b(?:can|may|cannot|can't|able|allowed|permitted|not|never|bills?|reports?|should|must)\b"
        )
        or not c.said(r"\b(?:bill|report|use|perform|code|submit|charge|do|provide|furnish)\w*")
    ):
        return []
    who = [
        name
        for name, pattern in _PROVIDERS
        if search(
            rf"^(?:an? |the |our |licensed |medicare |[a-z]+ )?(?:{pattern})(?: (?:\w+ ){{0,3}}?)?(?:can|may|cannot|can't|is|are|should|must|do|does|don't|never|bills?|reports?|will|could)\b|\bby (?:an? |the )?(?:licensed )?(?:{pattern})",
            c.skel,
        )
    ]
    if not who or c.own("M") or c.said(r"\bsupervis|\bmodifier|\bincident\b"):
        return []
    no = negated(c.skel)
    return (
        [Assertion("provider", "allowed", c.codes, (), not no, field=who[0], groups=c.groups)]
        if no is not None
        else []
    )


def naming(c: Clause) -> list[Assertion]:
    """ "97530 is therapeutic exercise": a code and the plain name of another."""
    for pattern in _NAMED:
        match = c.said(pattern)
        if not match:
            continue
        one, two = (c.mentions[int(sign[1:])] for sign in match.groups())
        if {one.kind, two.kind} != {"code", "name"} or weak(c.skel):
            continue
        code, name = (one, two) if one.kind == "code" else (two, one)
        if len(name.text) < 6 or c.said(
            r"\bmedicare\b|\bpart of\b|\bincluded\b|\bbundled\b|\binstead\b|\bmisdescri|\bcolumn\b|\bedit"
        ):
            return []
        return [
            Assertion(
                "lookup",
                "name",
                (code.value,),
                (),
                not denied(c.skel, match.end()),
                others=tuple(name.value.split("|")),
                value=name.text,
            )
        ]
    return []


def code_valid(c: Clause) -> list[Assertion]:
    """Valid, deleted, not yet."""
    if not c.codes or len(c.codes) > 12 or c.said(r"\bedits?\b|\bexpired\b|\bthreshold\b"):
        return []
    written = tuple(
        c.mentions[int(m.group(2))].value
        for m in SIGN.finditer(c.skel)
        if m.group(1) == "C" and c.mentions[int(m.group(2))].kind == "code"
    )
    if written and len(written) < len(c.codes):
        c = replace(c, codes=written, groups=())
    dead = c.said(
        r"\b(?:was|were|is|are|has been|have been|got|been) (?:\w+ )?(?:deleted|discontinued|retired|terminated|eliminated|removed|obsolete|sunset)\b|\bno longer (?:a )?(?:valid|active|exists?|billable|current|in use|available|used)\b|\bdoes(?:n't| not) exist\b|\b(?:deleted|obsolete|discontinued|retired) (?:cpt )?codes?\b|\bexpired\b"
    )
    alive = c.said(
        r"\b(?:is|are|remains?|remain|still) (?:\w+ )?(?:a |an )?(?:valid|active|current|in effect|in use|usable)\b|\bstill (?:exists?|valid|active|current|billable|bill|be billed|be reported|be used)\b|\bcan still be (?:billed|used|reported)\b|\bis (?:a )?valid\b"
    )
    if dead and not c.said(r"\bmedicare\b") or dead and c.said(r"\bdeleted\b|\bdiscontinued\b|\bretired\b"):
        year = c.said(
            r"\b(?:in|on|since|effective|as of|after|from|at the end of|beginning|starting|through|until)\b[^YD]*([YD]\d+)",
            r"\bfor ([YD]\d+)",
        )
        no = bool(
            search(
                r"\b(?:was|were|is|are|has|have) (?:not|never)\b|\bwasn't\b|\bnot (?:been )?(?:deleted|retired|discontinued)\b|\bhasn't\b|\bnever (?:been )?deleted\b",
                c.skel,
            )
        )
        return [
            Assertion(
                "code_valid",
                "valid",
                c.codes,
                (),
                no,
                value=c.value(year.group(1)) if year else "",
                groups=c.groups,
            )
        ]
    usable = c.said(
        r"C\d+(?: \w+)? (?:can|may|should|must) (?:still )?be (?:used|billed|reported|submitted|coded)|\b(?:use|bill|report|submit) (?:code |cpt )?C\d+"
    )
    if usable and not alive and not c.own("M"):
        return [Assertion("code_valid", "usable", c.codes, (), not negated(c.skel), groups=c.groups)]
    if alive and not c.said(
        r"\bmedicare\b|\bmodifiers?\b|\bM\d|\bmue\b|\breason\b|\bfor (?:a|the|chiropractic)\b|\bX\d"
    ):
        return [Assertion("code_valid", "valid", c.codes, (), not bool(negated(c.skel)), groups=c.groups)]
    return []
