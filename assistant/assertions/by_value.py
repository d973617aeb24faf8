"""What a clause claims in units and amounts: MUE and MAI, KX threshold, conversion factor, RVUs, fees, reductions, percentages."""

from __future__ import annotations

import re
from datetime import date

from assistant.assertions.assertion import Assertion
from assistant.assertions.clauses import SIGN, Clause
from assistant.assertions.patterns import search, sub
from assistant.assertions.polarity import denied, negated
from assistant.assertions.values import FILL, bucket, number, valued, year_of


def mue(c: Clause) -> list[Assertion]:
    """The MUE, the MAI, and so many units a day."""
    if not c.codes or len(c.codes) > 30:
        return []
    absolute = c.said(r"\babsolute\b|\bhard (?:limit|stop|cap)\b")
    if absolute and c.said(r"\bmue\b|\blimit\b") and len(c.groups) == 1:
        return [
            Assertion(
                "mue", "mai", c.codes, (), not denied(c.skel, absolute.end()), value="2", groups=c.groups
            )
        ]
    mai = valued(c, "mue", "mai", rf"\b(?:mai|adjudication indicator) {FILL}(N\d+)\b|\b(N\d+) mai\b")
    found = list(mai)
    for a in valued(
        c,
        "mue",
        "value",
        rf"\b(?:mues?|medically unlikely edits?) {FILL}([NU]\d+)\b|\b([NU]\d+) (?:is |as )?(?:the |its )?mue\b",
    ):
        found.append(a)
    if len(found) > len(mai):
        return found
    if mai:
        return found
    many = c.said(
        r"\b(?:maximum|max|limit(?:ed|s)?|cap(?:ped|s)?|most|ceiling|no more than|not more than|up to|at most|not exceed|never exceed|exceeds?|exceeding|more than|over|above|beyond|allowed|only|just)\b[^NUTC]*?\b(U\d+)\b",
        r"\b(U\d+)(?: of C\d+)? (?:\w+ ){0,4}?(?:per|a|each|in one|on one|in a|on a|the same|on the same|for one|for a) (?:single )?(?:date|day|dos|session|visit|encounter|patient|calendar)",
        r"\b(U\d+)\b(?:(?! not ).)*\b(?:within|under|below|inside) (?:the |its |that )?(?:mue|limit|edit|cap)\b",
        r"\b(?:unit limit|unit cap|unit maximum|maximum units|daily limit|limit|maximum|max|cap)\b[^NUTC]*?(?:C\d+ )?(?:is|of|:|=|at) ([NU]\d+) (?:units? )?(?:per|a|each)\b",
        r"\b(?:bill|report|submit|charge|code|billed|reported|allows?|permits?)\w*(?: \w+){0,3}? (U\d+)",
    )
    if not many or c.said(
        r"\bminutes?\b|\bT\d|\btotal\b|\brvus?\b|\bregions?\b|\bat least\b|\bweek\b|\bmonth\b|\bcq\b|\bco\b"
    ):
        single = (
            c.said(
                r"\b(?:only|just|exactly|maximum of|max of|limited to|no more than|more than|at most|up to)? ?(?:one|a single|1) unit\b"
            )
            if not many
            else None
        )
        many = None
        if not single and not c.said(r"\btwice\b|\b(?:two|three) times\b"):
            return found
    twice = c.said(
        r"\b(twice|two times|three times) (?:a|per|on|in|each|the same|on the same) (?:\w+ ){0,2}?(?:day|date|visit|session)"
    )
    if many is None and twice is None:
        return found
    if many is None and twice is not None:
        no = negated(c.skel)
        if no is None or c.said(r"\bweek\b"):
            return found
        return [
            *found,
            Assertion(
                "mue",
                "units",
                c.codes,
                (),
                not no,
                value="3" if "three" in twice.group(1) else "2",
                groups=c.groups,
                condition=c.condition,
            ),
        ]
    assert many is not None
    units = c.value(many.group(1))
    over = search(
        r"\b(?:exceeds?|exceeding|more than|over|above|beyond)\b", c.skel[: many.start(1)]
    ) and not search(r"\bno more than\b|\bnot more than\b", c.skel)
    cap = search(
        r"\b(?:maximum|max|limit|limited|cap|capped|most|ceiling|no more than|not more than|up to|at most|exceed|only|just)\b",
        c.skel[: many.end()],
    )
    no = negated(c.skel)
    if no is None:
        return found
    daily = (
        c.said(
            r"\bper\b|\bday\b|\bvisit\b|\bsession\b|\bdate\b|\bdos\b|\bencounter\b|\beach\b|\bmaximum\b|\bmax\b|\blimit"
        )
        is not None
    )
    if over:
        # "more than 4 units": allowed or not
        found.append(Assertion("mue", "more", c.codes, (), not no, value=units, groups=c.groups))
    elif cap and not no and daily:
        found.append(
            Assertion("mue", "limit", c.codes, (), True, value=units, groups=c.groups, condition=c.condition)
        )
    elif c.said(
        r"\b(?:can|may|could|bill|report|allow\w*|permit\w*|charge|submit|cannot|can't|pay|paid|billed|payable)\b"
    ):
        found.append(
            Assertion(
                "mue", "units", c.codes, (), not no, value=units, groups=c.groups, condition=c.condition
            )
        )
    return found


def amounts(c: Clause) -> list[Assertion]:
    """KX threshold, conversion factor, RVUs, fees, the medical review threshold."""
    found: list[Assertion] = []
    money = [f"S{m.group(2)}" for m in SIGN.finditer(c.skel) if m.group(1) == "S"]
    numbers = [f"N{m.group(2)}" for m in SIGN.finditer(c.skel) if m.group(1) == "N"]
    amount = money + [n for n in numbers if re.fullmatch(r"\d+(?:\.\d+)?", c.value(n))]
    if not amount:
        return found
    when = year_of(c)
    past_when = when
    if c.said(r"\bconversion factor\b|\bcf\b") and not c.said(r"\btimes\b|\bmultipl\w+|\bx\b"):
        near = search(r"\b(?:conversion factor|cf)\b(?:(?! \b(?:and|while)\b)[^SN])*?([SN]\d+)", c.skel)
        nearest = [near.group(1)] if near else amount
        for sign in nearest:
            if "." in c.value(sign) or sign.startswith("S"):
                qp = bool(search(r"(?<!non )(?<!non - )(?<!non-)\bqp\b|\bapm\b", c.skel))
                found.append(
                    Assertion(
                        "fee",
                        "conversion_factor",
                        (),
                        (),
                        not bool(negated(c.skel)),
                        value=c.value(sign),
                        when=past_when,
                        field="qp" if qp else "non_qp",
                    )
                )
                break
        return found
    review = c.said(r"\bmedical (?:record )?review\b|\btargeted (?:medical )?review\b|\bmr threshold\b")
    if review:
        for sign in amount:
            if number(c.value(sign)) >= 500:
                found.append(
                    Assertion("kx_threshold", "review", (), (), True, value=c.value(sign), when=when)
                )
                break
        return found
    if (
        c.said(r"\bkx\b|\bthreshold\b|\btherapy cap\b|\b(?:combined|pt|slp|ot|therapy)\b.*\blimit\b")
        or "KX" in c.own("M")
        and c.said(r"\bthreshold\b|\bamount\b|\blimit\b|\bcap\b|\babove\b|\bexceed|\breach|\bonce\b|\bover\b")
    ):
        near = search(
            r"\b(?:threshold|limit|amount|cap)\b(?:(?!\b(?:and|while|reached|so far)\b)[^SN])*?\b([SN]\d+)",
            c.skel,
        )
        signs = (
            [near.group(1)]
            if near and near.group(1) in amount and number(c.value(near.group(1))) >= 1000
            else [s for s in amount if number(c.value(s)) >= 1000]
        )
        if near is None and search(r"\bnot (?:yet )?(?:above|over|reached|exceeded)\b", c.skel):
            return found
        years = [c.value(f"Y{m.group(2)}") for m in SIGN.finditer(c.skel) if m.group(1) == "Y"]
        if len(signs) == 1 or len(signs) > 1 and not years:
            which = bucket(c.skel)
            for sign in signs[:1]:
                found.append(
                    Assertion(
                        "kx_threshold",
                        "amount",
                        (),
                        (),
                        not search(r"\bnot\b", near.group() if near else c.skel),
                        value=c.value(sign),
                        when=when,
                        field=which,
                    )
                )
        elif len(signs) == len(years):
            for sign, year in zip(signs, years, strict=True):
                found.append(
                    Assertion(
                        "kx_threshold",
                        "amount",
                        (),
                        (),
                        True,
                        value=c.value(sign),
                        when=date(int(year), 7, 1),
                        field=bucket(c.skel),
                    )
                )
        return found
    if not c.codes or len(c.codes) > 6:
        return found
    rvu = c.said(r"\brvus?\b|\brelative value\b")
    if rvu and len(c.groups) == 1:
        kind = (
            "work_rvu"
            if c.said(r"\bwork\b")
            else "pe_nonfac"
            if c.said(r"\bpractice expense\b|\bpe\b")
            else "mp"
            if c.said(r"\bmalpractice\b|\bmp\b")
            else "total"
        )
        place = "fac" if c.said(r"(?<!non )(?<!non - )(?<!non-)\bfacility\b") else "nonfac"
        for sign in amount:
            if "." in c.value(sign):
                found.append(
                    Assertion(
                        "fee",
                        kind,
                        c.codes,
                        (),
                        not bool(negated(c.skel)),
                        value=c.value(sign),
                        when=when,
                        field=place,
                    )
                )
                break
        return found
    if (
        money
        and len(c.groups) == 1
        and c.said(r"\bnational\b|\bmedicare\b|\bfee schedule\b|\ballowed\b|\bmpfs\b")
        and not c.said(
            r"\breduced\b|\bmppr\b|\bdeductible\b|\bsecond\b|\bunits\b|\blocality\b|\b80\b|\bP\d|\bP\d+\b"
        )
    ):
        if any(u != "1" for u in c.own("U")):
            return found
        found.append(
            Assertion(
                "fee",
                "amount",
                c.codes,
                (),
                not bool(negated(c.skel)),
                value=c.value(money[0]),
                when=when,
                field="fac" if c.said(r"(?<!non )(?<!non - )(?<!non-)\bfacility\b") else "nonfac",
            )
        )
    return found


def kx(c: Clause) -> list[Assertion]:
    """Which disciplines share the threshold; below it no KX."""
    if not c.said(r"\bkx\b|\bthreshold\b|\btherapy cap\b|\bcombined\b|\bM\d"):
        return []
    found = []
    no = bool(negated(c.skel))
    low = c.plain()
    share = c.said(
        r"\bcombined\b|\bshared?\b|\btogether\b|\bsingle (?:limit|threshold|amount|bucket)\b|\bone (?:threshold|amount|limit|bucket)\b|\bsame (?:threshold|bucket|limit|amount)\b|\bjoint(?:ly)?\b"
    )
    separate = c.said(
        r"\bseparate(?:ly)?\b|\bown (?:threshold|amount|limit|bucket)\b|\bof (?:its|their) own\b|\bseparate from\b"
    )
    pt, slp, ot = (
        bool(search(p, low))
        for p in (r"\bpt\b|\bphysical therapy\b", r"\bslp\b|\bspeech\b", r"\bot\b|\boccupational\b")
    )
    if c.said(r"\bthreshold\b|\bcap\b|\bkx\b|\bamount\b|\blimit\b|\bbucket\b") or any(
        m == "KX" for m in c.own("M")
    ):
        if (
            share
            and not separate
            and not search(r"\banother\b|\bwhile\b|\bplus\b|\bagain\b|S\d.*S\d|\beach\b|\babove\b", c.skel)
            and (pt + slp + ot) >= 2
        ):
            tail = search(r"\bwhile\b|\bwith ot\b|(?:\band )?\bot (?:has|is|gets)\b", low)
            if tail:  # "PT and SLP share one, and OT has its own"
                pt, slp, ot = (
                    bool(search(p, low[: tail.start()]))
                    for p in (
                        r"\bpt\b|\bphysical therapy\b",
                        r"\bslp\b|\bspeech\b",
                        r"\bot\b|\boccupational\b",
                    )
                )
            if pt + slp + ot >= 2:
                who = "+".join(n for n, f in (("ot", ot), ("pt", pt), ("slp", slp)) if f)
                found.append(Assertion("kx_threshold", "share", (), (), not no, value=who))
        elif separate and not share and (pt + slp + ot) >= 2 and not (pt and slp and ot):
            who = "+".join(n for n, f in (("ot", ot), ("pt", pt), ("slp", slp)) if f)
            found.append(Assertion("kx_threshold", "share", (), (), no, value=who))
        elif separate and not share and slp and not ot and not pt:
            found.append(Assertion("kx_threshold", "share", (), (), no, value="pt+slp"))
        elif separate and not share and ot and not pt and not slp:
            found.append(Assertion("kx_threshold", "share", (), (), no, value="ot+pt"))
    if "KX" in c.modifiers or c.said(r"\bkx\b"):
        below = search(
            r"\b(?:below|under|before|less than|not (?:yet )?(?:reached|exceeded|met)|until)\b.*\b(?:threshold|amount|limit|S\d)",
            c.skel + " " + c.condition,
        )
        need = c.said(
            r"\b(?:M\d+|kx|it) (?:modifier )?(?:is |are |isn't |also |only |not )*(?:needed|required|necessary|mandatory|must|should|needs)\b|\b(?:needs?|requires?|must (?:have|carry|include)) (?:the |a |modifier )*(?:M\d|kx)|\b(?:append|add|use|report|put|include|attach) (?:the |modifier )*(?:M\d|kx)|\b(?:M\d+|kx) (?:is|be) (?:appended|added|reported|used)"
        )
        above = search(
            r"\b(?:above|over|exceed\w*|beyond|past|once|after|more than|surpass\w*|reached|met)\b.*\b(?:threshold|amount|limit|cap|S\d)",
            c.skel + " " + c.condition,
        )
        every = c.said(
            r"\bevery (?:claim|line|therapy|visit|medicare)|\ball (?:therapy )?(?:claims|lines|visits)|\balways\b|\bfrom the first\b|\bregardless of\b"
        )
        if need and (below or every):
            found.append(Assertion("kx_threshold", "below", (), ("KX",), not no))
        elif need and above:
            found.append(Assertion("kx_threshold", "above", (), ("KX",), not no))
    return found


def mppr(c: Clause) -> list[Assertion]:
    """Reduced or paid in full; how much of what."""
    found: list[Assertion] = []
    said = valued(
        c,
        "mppr",
        "mult_proc",
        r"\bmult(?:iple)? ?-? ?(?:proc(?:edures?)?)?\.? ?(?:procedures? )?(?:payment )?(?:indicator|value|reduction indicator)?(?: ?(?:is|are|of|=|:|value|indicator|field|has|a|the|carries|not|for|C\d+))* (N\d+)\b",
    )
    if said:
        return [] if search(r"\bor N\d+ for C\d", c.skel) else said
    reduction = c.said(
        r"\bmppr\b|\bmultiple (?:therapy )?procedures? (?:payment )?(?:reduction|discount)s?\b|\btherapy (?:payment )?reduction\b|\breduced\b|\breduction\b|\breduces?\b|\bcuts?\b"
    )
    full = c.said(
        r"\b(?:paid|pays?|reimbursed|payment|reimbursement|allowed) (?:\w+ ){0,3}?(?:in full|at 100|fully|at full|the full|full|P\d+ of)\b|\bin full\b|\bfull (?:payment|fee|amount|reimbursement|rate|allowance)\b"
    )
    no = negated(c.skel)
    if no is None:
        return found
    if (
        reduction
        and c.said(r"\bpractice expense\b|\bpe\b|\bwork\b|\bmalpractice\b")
        and c.said(r"\bP\d|\bhalf\b|\bhalv|\bquarter\b|\bthird\b")
    ):
        percent = next(
            (c.value(f"P{m.group(2)}") for m in SIGN.finditer(c.skel) if m.group(1) == "P"),
            "25" if c.said(r"\bquarter\b") else "33" if c.said(r"\bthird\b") else "50",
        )
        part = "pe" if c.said(r"\bpractice expense\b|\bpe\b") else "work" if c.said(r"\bwork\b") else "mp"
        if not c.said(r"\bnot the (?:work|practice)|\bbut not\b|\bonly the\b") or part == "pe":
            when = year_of(c)
            found.append(Assertion("mppr", "percent", (), (), not no, value=percent, field=part, when=when))
            return found
    if (
        c.codes
        and reduction
        and (c.said(r"\bmppr\b|\bmultiple\b|\btherapy\b") or search(r"\bmppr\b|\bmultiple procedure", c.main))
    ):
        scope = search(
            r"\bexempt\b|\bescapes?\b|\bskips?\b|\bfree (?:of|from)\b|\bexcluded\b|\bimmune\b|\bnot affected\b|\boutside\b|\bspared\b",
            c.skel,
        )
        if scope:
            affirmed = bool(negated(sub(r"\bnot affected\b", "", c.skel)))
            found.append(Assertion("mppr", "subject", c.codes, (), affirmed, groups=c.groups))
        elif c.said(
            r"\bsubject\b|\bappl\w+|\baffect\w*|\bfall\w*|\bhits?\b|\bhit by\b|\btakes?\b|\breduced\b|\breduction\b|\bcounts?\b|\bcuts?\b"
        ):
            always = c.said(
                r"\balways reduced\b|\balways (?:takes?|gets?|be)\b.*\breduc|\bevery unit\b.*\breduc|\bevery time\b.*\breduc"
            )
            found.append(
                Assertion(
                    "mppr", "always" if always and not no else "subject", c.codes, (), not no, groups=c.groups
                )
            )
        return found
    beside = [x for x in c.supposed() if x not in c.codes and "|" not in x and "-" not in x]
    cut = c.said(r"\b(?:reduced|cut|discounted|halved|paid less)\b")
    if cut and len(c.codes) == 1 and len(beside) == 1 and not c.said(r"\bnot both\b"):
        return [Assertion("mppr", "beside", c.codes, (), not no, others=(beside[0],))]
    if (
        c.codes
        and full
        and not no
        and not c.said(r"\bonly\b|\bhighest\b|\bfirst\b|\balone\b|\bsole\b|\bsingle\b|\bone unit\b|\bP\d")
        and search(
            r"\balways\b|\bnever reduced\b|\bregardless\b|\bso\b|\btherefore\b|\bbecause\b|\bsince\b|\bexempt\b|\bno reduction\b|\bevery\b|\bmultiple\b|\bother\b",
            c.main,
        )
    ):
        found.append(Assertion("mppr", "full", c.codes, (), True, groups=c.groups))
    elif (
        c.codes
        and not search(r"\b(?:as|being) the (?:only|sole)\b|\bonly (?:therapy )?(?:unit|service)\b", c.main)
        and c.said(
            r"\b(?:never|not) (?:be |ever )?reduced\b|\bno (?:payment )?reduction\b|\bwithout (?:any )?reduction\b"
        )
    ):
        found.append(
            Assertion("mppr", "full", c.codes, (), True, groups=c.groups)
        ) if not c.condition and not c.said(
            r"\bonly\b|\balone\b|\bsole\b|\bfirst\b|\bhighest\b|\bone unit\b|\bwork\b"
        ) else None
    return found


def assistant(c: Clause) -> list[Assertion]:
    """CQ and CO: 85% (88% of the allowed amount), more than 10% of the minutes."""
    whole = f"{c.skel} {c.condition}"
    named = {c.mentions[int(m.group(2))].value for m in SIGN.finditer(whole) if m.group(1) == "M"} | set(
        c.modifiers
    )
    about = named & {"CQ", "CO"} or search(
        r"\bptas?\b|\botas?\b|\bcotas?\b|\btherap(?:y|ist) assistants?\b|\bassistants?\b|\bde minimis\b",
        whole,
    )
    if (
        not about
        or named & {"80", "81", "82", "AS", "62"}
        or search(r"\bsurg\w+|\bphysicians?\b(?! fee)", whole)
    ):
        return []
    percents = [m.group() for m in SIGN.finditer(whole) if m.group(1) == "P"]
    if not percents:
        return []
    value = c.value(percents[0])
    minutes = search(
        r"\bminutes?\b|\btime\b|\bde minimis\b|\b(?:more than|exceed\w*|over|at least|greater than) (?:the )?P\d",
        whole,
    )
    if minutes and not search(r"\bpa(?:y|ys|id)\b", c.skel):
        return [Assertion("assistant_modifier", "de_minimis", (), ("CQ",), True, value=value)]
    if search(
        r"\bpa(?:y|ys|id|yment)\b|\breimburs\w+|\ballowed\b|\brate\b|\breduc\w+|\bcut\b", c.skel
    ) and not search(r"\bcoinsurance\b|\bdeductible\b|\bmppr\b", whole):
        by = c.said(
            r"\breduc\w+ (?:\w+ ){0,3}?by\b|\b(?:a|an|the) P\d+ (?:\w+ )?(?:reduction|cut)\b|\bcut by\b|\bP\d+ (?:less|reduction|lower|cut)\b"
        )
        return [
            Assertion(
                "assistant_modifier", "percent", (), ("CQ",), not negated(c.skel), value=value,
                field="by" if by else "allowed" if c.said(r"\ballowed\b") else "payment", when=year_of(c),
            )
        ]  # fmt: skip
    return []
