"""What a clause claims in numbers: MUE and units, minutes, amounts, days, levels, regions, percentages, indicators."""

from __future__ import annotations

import re
from datetime import date

from assistant.assertions.assertion import Assertion
from assistant.assertions.clauses import SIGN, Clause
from assistant.assertions.patterns import compiled, search, sub
from assistant.assertions.polarity import denied, negated, weak

_IS = r"(?: ?(?:is|are|was|of|value|values|at|equals?|=|:|to|set|limit|has|have|carries|an|a|the|for|currently|listed|as|per|day|it|in|its|that|quarter|D\d+|Y\d+|C\d+|code|only|just|,|and|practitioner|unit|units|line|lists?|gives?|shows?|published))*? "


def _run(c: Clause, upto: int, since: int) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The codes listed between two places of the clause, with their groups: those a value belongs to."""
    signs = [m for m in SIGN.finditer(c.skel) if m.group(1) == "C"]
    chosen = (
        [g for m, g in zip(signs, c.groups, strict=False) if since <= m.start() < upto] if not c.lent else []
    )
    return tuple(x for g in chosen for x in g), tuple(chosen)


def _valued(c: Clause, topic: str, kind: str, pattern: str, field: str = "") -> list[Assertion]:
    """Every value of one kind in the clause, each with the codes it is said of: those listed before it since the value before, else all."""
    found = []
    since = 0
    matches = list(compiled(pattern).finditer(c.skel))
    for match in matches:
        sign = next(g for g in match.groups() if g)
        codes, groups = _run(c, match.end(), since)
        if not codes and len(matches) == 1:
            codes, groups = c.codes, c.groups
        if codes:
            no = search(r"\b(?:not|isn't|never|no)\b", match.group())
            found.append(
                Assertion(topic, kind, codes, (), not no, value=c.value(sign), groups=groups, field=field)
            )
            since = match.end()
    return found


_FILL = r"(?:(?:the|its|their|a|an|value|values|limit|edit|edits|of|for|is|are|isn't|not|was|at|equals?|=|:|to|set|has|have|carries|carry|currently|listed|as|per|day|it|in|that|this|quarter|indicator|each|code|only|just|practitioner|line|published|number|[CDY]\d+|and|,|\)|\() )*?"


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
    mai = _valued(c, "mue", "mai", rf"\b(?:mai|adjudication indicator) {_FILL}(N\d+)\b|\b(N\d+) mai\b")
    found = list(mai)
    for a in _valued(
        c,
        "mue",
        "value",
        rf"\b(?:mues?|medically unlikely edits?) {_FILL}([NU]\d+)\b|\b([NU]\d+) (?:is |as )?(?:the |its )?mue\b",
    ):
        found.append(a)
    if len(found) > len(mai):
        return found
    if mai:
        return found
    many = c.said(
        r"\b(?:maximum|max|limit(?:ed|s)?|cap(?:ped|s)?|most|ceiling|no more than|not more than|up to|at most|not exceed|never exceed|exceeds?|exceeding|more than|over|above|beyond|allowed|only|just)\b[^NUTC]*?\b(U\d+)\b",
        r"\b(U\d+)(?: of C\d+)? (?:\w+ ){0,4}?(?:per|a|each|in one|on one|in a|on a|the same|on the same|for one|for a) (?:single )?(?:date|day|dos|session|visit|encounter|patient|calendar)",
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
        r"\b(?:can|may|could|bill|report|allow|permit|charge|submit|cannot|can't|pay|paid|billed|payable)\b"
    ):
        found.append(
            Assertion(
                "mue", "units", c.codes, (), not no, value=units, groups=c.groups, condition=c.condition
            )
        )
    return found


def minutes(c: Clause) -> list[Assertion]:
    """Minutes and the units they make; the eight-minute threshold."""
    if weak(c.skel) and not c.said(r"\bT\d.*\bU\d"):
        return []
    found: list[Assertion] = []
    method = (
        "cpt"
        if search(
            r"\bcpt\b|\bama\b|\bmidpoint\b|\bsubstantial portion\b|\brule of eights?\b|\brule of N\d+s?\b|\bper ?- ?code\b|\beach code (?:by itself|separately)\b",
            c.main,
        )
        else "medicare"
        if search(
            r"\bmedicare\b|\bcms\b|\b(?:8|eight|N\d+|T\d+) ?- ?(?:minute )?rule\b|T\d+ rule|\btotal time\b|\bpart b\b",
            c.main,
        )
        else ""
    )
    spans = c.said(
        r"\b(?:from )?([NT]\d+) ?(?:-|to|through|and|until) ?(T\d+)(?: (?:of|in|timed|total|treatment|therapy|time|,|is|are|=|equals?|for|means?|yields?|gives?|counts? as|bills? as|earns?|you|can|bill|billed|as|one|supports?|allows?|makes?|qualif\w+|corresponds? to|->|:|→)){0,6} (U\d+|N\d+ unit)",
        r"\b(U\d+)(?: \w+){0,5}? (?:for|is|are|=|:|covers?|requires?|spans?|needs?|from|at|between|,)? ?(?:between |from )?([NT]\d+) ?(?:-|to|through|and) ?(T\d+)",
    )
    if spans:
        groups = spans.groups()
        if groups[0].startswith("U"):
            units, low, high = groups[0], groups[1], groups[2]
        else:
            low, high, units = groups[0], groups[1], groups[2]
        if (
            c.value(low).isdigit()
            and c.value(high).isdigit()
            and not c.said(r"\bcq\b|\bco\b|\bassistant\b|\bM\d")
        ):
            found.append(
                Assertion(
                    "timed_units",
                    "band",
                    c.codes,
                    (),
                    not bool(negated(c.skel)),
                    value=f"{c.value(low)}-{c.value(high)}={c.value(units.split()[0])}",
                    field=method,
                )
            )
        return found
    times = [c.value(f"T{m.group(2)}") for m in SIGN.finditer(c.skel) if m.group(1) == "T"]
    units = [c.value(f"U{m.group(2)}") for m in SIGN.finditer(c.skel) if m.group(1) == "U"]
    if (
        times
        and units
        and not c.said(
            r"\bM\d|\bassistant\b|\bpta\b|\bota\b|\bfirst\b|\badditional\b|\beach (?:T|additional|further)|\bper\b|\bincrements?\b|\bremaining\b|\bof the (?:final|last)\b|\bevery\b|\bT\d+ (?:units?|each|timed|codes?|intervals?)\b|\bminute units?\b|\b(?:at least|minimum|fewer than|less than|under T|more than|over T|reach|until|beyond|exceed)\b"
        )
    ):
        total = c.said(
            r"\btotal(?:s|ing|ed|ling)?\b|\bcombined\b|\baltogether\b|\bsum\b|\bin all\b|\badds? up\b"
        )
        per_code = []
        for m in compiled(
            r"(T\d+) (?:minutes )?(?:of |for |on |spent on |in )?(C\d+)|(C\d+) (?:\( )?(?:for |at |with |is |was |lasting |performed for |done for |: |= |, |- )?(T\d+)"
        ).finditer(c.skel):
            code, t = (m.group(2), m.group(1)) if m.group(1) else (m.group(3), m.group(4))
            per_code.append((c.value(code), c.value(t)))
        no = bool(negated(sub(r"\bwithout\b", "", c.skel)))
        if c.said(r"\benough\b|\bsufficient\b") and len(times) == 1 and len(units) == 1:
            return [
                Assertion(
                    "timed_units", "enough", c.codes, (), not no, value=f"{times[0]}={units[0]}", field=method
                )
            ]
        near = c.said(r"T\d+(?: [\w']+){0,7} U\d+|U\d+(?: [\w']+){0,7} T\d+")
        answer = near or c.said(
            r"\b(?:is|are|=|equals?|yields?|gives?|make|makes|supports?|bill(?:s|ed|able)?|allows?|counts?|totals?|results?|means?|report(?:ed)?|qualif\w+|earn\w*|rounds?|translates?|justif\w+|for|comes?|worth|claim)\b"
        )
        if answer and (per_code or len(times) == 1 or total) and len(units) == 1:
            value = units[0]
            if per_code and len(per_code) == len(times) and len(times) <= len({code for code, _ in per_code}):
                spent = ",".join(f"{code}={t}" for code, t in per_code)
            else:
                summed = search(
                    r"(?:\bis|\bare|=|equals?|totals?|totaling|makes?|for a total of|sum of) (T\d+)", c.skel
                )
                spent = f"={c.value(summed.group(1))}" if summed else f"={times[-1] if total else times[0]}"
            found.append(
                Assertion("timed_units", "units", c.codes, (), not no, value=f"{spent}|{value}", field=method)
            )
            return found
    return [*found, *_threshold(c)]


_MANY = {
    "one": "1",
    "a": "1",
    "an": "1",
    "single": "1",
    "first": "1",
    "two": "2",
    "second": "2",
    "three": "3",
    "third": "3",
    "four": "4",
    "fourth": "4",
}


def _threshold(c: Clause) -> list[Assertion]:
    """So many minutes at least for so many units."""
    if c.said(
        r"\bM\d|\bassistant\b|\bpta\b|\btypical\b|\bface\b|\brecord\b|\bdocument\w*|\bfinal unit\b|\blast unit\b"
    ):
        return []
    unit = r"(?:(U\d+)|(one|a|an|single|first|second|two|three|third|four|fourth) (?:first |single |timed |billable |more )*units?)"
    least = r"(?:at least|minimum (?:of|is)|a minimum of|minimum|needs?|needed|requires?|required|takes?|least|reach(?:es)?|after|until|from|starts? at|begins? at|must (?:reach|have|provide|be)|threshold (?:is|of)|only|just|as (?:few|little) as)"
    match = c.said(rf"\b{least}\b[^TU]*?(T\d+)\b(?: [a-z-]+){{0,9}}? {unit}")
    minutes = match.group(1) if match else ""
    units = (match.group(2) or match.group(3)) if match else ""
    if not match:
        match = c.said(rf"\b{unit}\b[^TU]*?\b{least}\b[^TU]*?(T\d+)")
        if match:
            minutes, units = match.group(3), match.group(1) or match.group(2)
    if not match:
        match = c.said(
            r"\b(?:at least|a minimum of|minimum of) (T\d+)\b(?: [a-z-]+){0,6}? (?:bill|be billed|report|C\d+)",
            r"\bC\d+ (?:needs?|requires?|has|with) (?:at least |a minimum of |an? )?(T\d+)(?: (?:minimum|to bill|to be billed|before))",
            r"\bC\d+ (?:needs?|requires?|must be|must last) (?:at least |a minimum of )?(T\d+)$",
            r"\b(?:needs?|requires?|must (?:have|provide|spend)) (?:at least |a minimum of |a full )?(T\d+)(?: (?:of|to bill|to be billed|to report|before billing|to charge))+ (?:a unit of |one unit of )?C\d+",
            r"\b(?:less|fewer) than (T\d+)\b.*\b(?:not|no|cannot|can't)\b",
        )
        minutes, units = (match.group(1), "one") if match else ("", "")
    if not match or not minutes:
        return []
    count = c.value(units) if units.startswith("U") else _MANY.get(units, "")
    if c.said(r"\btypical\w*\b|\busual\w*\b|\babout\b|\baverage\b"):
        return []
    if not count.isdigit() or not c.value(minutes).isdigit():
        return []
    below = search(r"\b(?:less|fewer) than\b", match.group())
    if not below and negated(c.skel):
        return []
    return [
        Assertion(
            "timed_units",
            "threshold",
            c.codes,
            (),
            True,
            value=f"{c.value(minutes)}={count}",
            groups=c.groups,
        )
    ]


# Medicare amounts ------------------------------------------------------------------------------------------------------


def amounts(c: Clause) -> list[Assertion]:
    """KX threshold, conversion factor, RVUs, fees, the medical review threshold."""
    found: list[Assertion] = []
    money = [f"S{m.group(2)}" for m in SIGN.finditer(c.skel) if m.group(1) == "S"]
    numbers = [f"N{m.group(2)}" for m in SIGN.finditer(c.skel) if m.group(1) == "N"]
    amount = money + [n for n in numbers if re.fullmatch(r"\d+(?:\.\d+)?", c.value(n))]
    if not amount:
        return found
    when = _year(c)
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
            if _number(c.value(sign)) >= 500:
                found.append(
                    Assertion("kx_threshold", "review", (), (), True, value=c.value(sign), when=when)
                )
                break
        return found
    if (
        c.said(r"\bkx\b|\bthreshold\b|\btherapy cap\b")
        or "KX" in c.own("M")
        and c.said(r"\bthreshold\b|\bamount\b|\blimit\b|\bcap\b|\babove\b|\bexceed|\breach|\bonce\b|\bover\b")
    ):
        near = search(
            r"\b(?:threshold|limit|amount|cap)\b(?:(?!\b(?:and|while|reached|so far)\b)[^SN])*?\b([SN]\d+)",
            c.skel,
        )
        signs = (
            [near.group(1)]
            if near and near.group(1) in amount and _number(c.value(near.group(1))) >= 1000
            else [s for s in amount if _number(c.value(s)) >= 1000]
        )
        if near is None and search(r"\bnot (?:yet )?(?:above|over|reached|exceeded)\b", c.skel):
            return found
        years = [c.value(f"Y{m.group(2)}") for m in SIGN.finditer(c.skel) if m.group(1) == "Y"]
        if len(signs) == 1 or len(signs) > 1 and not years:
            bucket = _bucket(c.skel)
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
                        field=bucket,
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
                        field=_bucket(c.skel),
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
            r"\breduced\b|\bmppr\b|\bdeductible\b|\bsecond\b|\bunits\b|\bU\d|\blocality\b|\b80\b|\bP\d|\bP\d+\b"
        )
    ):
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


def _bucket(skel: str) -> str:
    slp = search(r"\bslp\b|\bspeech\b", skel)
    ot = search(r"\bot\b|\boccupational\b", skel)
    pt = search(r"\bpt\b|\bphysical\b", skel)
    if ot and not pt and not slp:
        return "ot"
    return "pt_slp"


def _number(text: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return 0.0


def _year(c: Clause) -> date | None:
    """The date or year the clause speaks of."""
    for match in SIGN.finditer(c.skel + " " + c.condition):
        if match.group(1) == "D":
            return date.fromisoformat(c.value(match.group()))
        if match.group(1) == "Y":
            return date(int(c.value(match.group())), 7, 1)
    years = [c.mentions[int(m.group(2))] for m in SIGN.finditer(c.main) if m.group(1) in "YD"]
    if len(years) == 1:
        return (
            date.fromisoformat(years[0].value) if years[0].kind == "date" else date(int(years[0].value), 7, 1)
        )
    return None


def kx(c: Clause) -> list[Assertion]:
    """Which disciplines share the threshold; below it no KX."""
    if not c.said(r"\bkx\b|\bthreshold\b|\btherapy cap\b|\bcombined\b|\bM\d"):
        return []
    found = []
    no = bool(negated(c.skel))
    share = c.said(
        r"\bcombined\b|\bshared?\b|\btogether\b|\bsingle (?:limit|threshold|amount|bucket)\b|\bone (?:threshold|amount|limit|bucket)\b|\bsame (?:threshold|bucket|limit|amount)\b|\bjoint(?:ly)?\b"
    )
    separate = c.said(r"\bseparate(?:ly)?\b|\bown (?:threshold|amount|limit|bucket)\b|\bseparate from\b")
    low = c.skel
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
            and not search(r"\banother\b|\bwhile\b|\bplus\b|\bagain\b|S\d.*S\d|\beach\b", low)
            and (pt + slp + ot) >= 2
        ):
            tail = search(r"\bwhile\b|\bwith ot\b|\bot (?:has|is|gets)\b", low)
            if not tail:
                who = "+".join(n for n, f in (("ot", ot), ("pt", pt), ("slp", slp)) if f)
                found.append(Assertion("kx_threshold", "share", (), (), not no, value=who))
        elif separate and not share and (pt + slp + ot) >= 2 and not (pt and slp and ot):
            who = "+".join(n for n, f in (("ot", ot), ("pt", pt), ("slp", slp)) if f)
            found.append(Assertion("kx_threshold", "share", (), (), no, value=who))
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
    said = _valued(
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
        and c.said(r"\bP\d|\bhalf\b|\bhalv")
    ):
        percent = next((c.value(f"P{m.group(2)}") for m in SIGN.finditer(c.skel) if m.group(1) == "P"), "50")
        part = "pe" if c.said(r"\bpractice expense\b|\bpe\b") else "work" if c.said(r"\bwork\b") else "mp"
        if not c.said(r"\bnot the (?:work|practice)|\bbut not\b|\bonly the\b") or part == "pe":
            when = _year(c)
            found.append(Assertion("mppr", "percent", (), (), not no, value=percent, field=part, when=when))
            return found
    if (
        c.codes
        and reduction
        and (c.said(r"\bmppr\b|\bmultiple\b|\btherapy\b") or search(r"\bmppr\b|\bmultiple procedure", c.main))
    ):
        scope = search(r"\bexempt\b|\bexcluded\b|\bimmune\b|\bnot affected\b|\boutside\b|\bspared\b", c.skel)
        if scope:
            affirmed = bool(negated(sub(r"\bnot affected\b", "", c.skel)))
            found.append(Assertion("mppr", "subject", c.codes, (), affirmed, groups=c.groups))
        elif c.said(
            r"\bsubject\b|\bappl\w+|\baffect\w*|\bfall\w*|\btakes?\b|\breduced\b|\breduction\b|\bcounts?\b|\bcuts?\b"
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
    elif c.codes and c.said(
        r"\b(?:never|not) (?:be |ever )?reduced\b|\bno (?:payment )?reduction\b|\bwithout (?:any )?reduction\b"
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
                field="by" if by else "allowed" if c.said(r"\ballowed\b") else "payment", when=_year(c),
            )
        ]  # fmt: skip
    return []


def office_visits(c: Clause) -> list[Assertion]:
    """Minutes, levels of decision making and kind of patient of an E/M code."""
    em = [x for x in c.codes if x.isdigit() and "99202" <= x <= "99499"]
    if not em or len(em) != len(c.codes):
        return []
    found: list[Assertion] = []
    signs = list(SIGN.finditer(c.skel))
    listed: list[tuple[str, str, str]] = []
    for i, m in enumerate(signs):
        if m.group(1) == "C":
            for n in signs[i + 1 :]:
                if n.group(1) == "C":
                    break
                between = c.skel[m.end() : n.start()]
                if (
                    n.group(1) in "TN"
                    and c.value(n.group()).isdigit()
                    and int(c.value(n.group())) >= 5
                    and not search(r"\b(?:and|or|not|but|visit of)\b", between)
                    and search(
                        r"\b(?:needs?|requires?|is|takes?|at least|minimum|has|calls? for|starts?|threshold|time|=|:|for|->|of)\b|[=:→-]",
                        between,
                    )
                ):
                    exact = search(
                        r"\b(?:needs?|requires?|takes?|at least|minimum|calls? for|starts?|threshold|must|reach)\b",
                        between,
                    )
                    listed.append((c.value(m.group()), c.value(n.group()), "" if exact else "spent"))
                    break
    if (
        listed
        and (c.said(r"\bT\d|\bminutes?\b|\btime\b"))
        and not c.said(r"\bM\d|\bprolonged\b|\bdays?\b|\bless than\b|\bfewer\b|\brvus?\b")
    ):
        upper = c.said(r"[NT]\d+ ?(?:-|to|through) ?T\d+")
        for code, value, how in listed:
            found.append(
                Assertion(
                    "em",
                    "minutes",
                    (code,),
                    (),
                    not bool(negated(c.skel)),
                    value=value,
                    field="range" if upper else how,
                    when=None,
                )
            )
    levels = [
        w
        for w in ("straightforward", "low", "moderate", "high")
        if search(
            rf"\b{w}\b(?: ?-? ?(?:level|complexity|mdm|medical decision|decision)| mdm|,? (?:or|and) (?:low|moderate|high))|\b(?:mdm|decision ?- ?making|complexity) (?:is |of |must be |should be |that is |at least |needs to be |level )*{w}\b|\b{w} (?:level )?(?:medical )?decision|\brequires? {w}\b",
            c.skel,
        )
    ]
    if len(levels) == 1 and len(em) == 1:
        found.append(Assertion("em", "mdm", (em[0],), (), not bool(negated(c.skel)), value=levels[0]))
    kind = search(r"\b(new|established) patients?\b", c.plain())
    if (
        kind
        and not c.said(r"\bboth\b|\bor (?:new|established)\b|\bthree years\b")
        and c.said(r"\bis\b|\bare\b|\bfor\b|\bof\b|\bused\b")
        and len(compiled(r"\b(?:new|established) patients?\b").findall(c.plain())) == 1
    ):
        written = tuple(
            x
            for m, g in zip([m for m in SIGN.finditer(c.skel) if m.group(1) == "C"], c.groups, strict=False)
            if c.mentions[int(m.group(2))].kind != "name"
            for x in g
        )
        coded = written or tuple(em)
        found.append(
            Assertion(
                "em", "patient", tuple(coded), (), not denied(c.plain(), kind.end()), value=kind.group(1)
            )
        )
    return found


def globals_(c: Clause) -> list[Assertion]:
    """Global days of a code."""
    if not c.codes or len(c.codes) > 20 or not c.said(r"\bglobal\b|\bpost ?-? ?op\w*\b"):
        return []
    word = c.said(r"\b(xxx|zzz|yyy|mmm)\b")
    if word:
        return [
            Assertion(
                "global_period",
                "days",
                c.codes,
                (),
                not denied(c.skel, word.end()),
                value=word.group(1).upper(),
                groups=c.groups,
            )
        ]
    days = search(
        r"\b(0{3}|0?10|0?90|ten|ninety|zero)(?:[ -]*days?)?\b", sub(r"\b[89]\d{4}\b", " ", c.text.lower())
    )
    if days and c.said(
        r"\bdays?\b|\bglobal (?:period |indicator |surgery |surgical |package )*(?:is|of|=|:|N\d)|\bN\d+ global\b|\bN\d+ ?- ?day\b"
    ):
        value = {"ten": "010", "ninety": "090", "zero": "000", "10": "010", "90": "090"}.get(
            days.group(1), days.group(1)
        )
        if not c.said(r"\bdays after\b|\bwithin\b"):
            return [
                Assertion(
                    "global_period",
                    "days",
                    c.codes,
                    (),
                    not bool(negated(c.skel)),
                    value=value,
                    groups=c.groups,
                )
            ]
    if c.said(r"\bno global (?:period|days)\b"):
        return [Assertion("global_period", "none", c.codes, (), True, groups=c.groups)]
    return []


def indicators(c: Clause) -> list[Assertion]:
    """Bilateral, PC/TC, assistant, co- and team surgery indicators, by number."""
    found = []
    if not c.codes:
        return []
    for kind, pattern in (
        (
            "bilat_surg",
            r"\bbilat(?:eral)?(?: surg(?:ery)?)?(?: indicator| value)?(?: ?(?:is|of|=|:|indicator|has|a))* (N\d+)\b",
        ),
        ("pctc", r"\bpc ?/ ?tc(?: indicator)?(?: ?(?:is|of|=|:|indicator))* (N\d+)\b"),
        (
            "asst_surg",
            r"\b(?:asst|assistant)(?: at)?(?: surg(?:ery|eon)?)?(?: indicator)(?: ?(?:is|of|=|:))* (N\d+)\b",
        ),
        ("co_surg", r"\bco ?- ?surg(?:ery|eon)?(?: indicator)(?: ?(?:is|of|=|:))* (N\d+)\b"),
        ("team_surg", r"\bteam(?: surg(?:ery|eon)?)?(?: indicator)(?: ?(?:is|of|=|:))* (N\d+)\b"),
    ):
        match = c.said(pattern)
        if match:
            topic = "bilateral" if kind == "bilat_surg" else "component" if kind == "pctc" else "surgeons"
            found.append(
                Assertion(
                    topic,
                    "indicator",
                    c.codes,
                    (),
                    not bool(negated(c.skel)),
                    value=c.value(match.group(1)),
                    field=kind,
                    groups=c.groups,
                )
            )
    if c.said(
        r"\b(?:can|may|could|cannot|can't) (?:not )?be (?:split|divided|separated) into\b|\bhas (?:no |a |separate )?(?:professional and technical|professional/technical|technical) components?\b|\b(?:no|without) (?:professional|technical) component\b"
    ):
        found.append(Assertion("component", "split", c.codes, (), not bool(negated(c.skel)), groups=c.groups))
    if (
        c.said(r"\bassistant (?:at )?surg(?:eon|ery)\b|\bassistants? at surgery\b|\bsurgical assistants?\b")
        and not c.own("M")
        and c.said(r"\bpa(?:y|ys|id|yable)\b|\ballow\w*\b|\bpermit\w*\b|\breimburs\w+|\bcovered\b")
    ):
        found.append(
            Assertion("surgeons", "allowed", c.codes, ("80",), not bool(negated(c.skel)), groups=c.groups)
        )
    return found


_COUNT = {
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
}
_NUM = r"(one|two|three|four|five|six|seven|eight|nine|ten|[0-9]{1,2})"
_REGIONS = re.compile(
    rf"\b(?:{_NUM} ?(?:-|to|or|through|and) ?)?{_NUM} ?-? ?((?:or more|\+) )?(?:different |separate |body )?(?:spinal |spine )?regions?\b|\ball (five)() (?:spinal )?regions"
)


_BARE = re.compile(rf"\b(?:for|is|=|:|covers?) (?:{_NUM} ?(?:-|to|or|through|and) ?)?{_NUM}\b")


def regions(c: Clause) -> list[Assertion]:
    """How many regions a manipulation code stands for."""
    listed = list(compiled(r"\b(9894[0-3]|9892[5-9])\b").finditer(c.plain()))
    if len(listed) > 1 and len({m.group(1) for m in listed}) == len(listed):
        found = []
        plain = c.plain()
        for i, m in enumerate(listed):
            part = plain[m.end() : listed[i + 1].start() if i + 1 < len(listed) else len(plain)]
            said = _REGIONS.search(part) or (_BARE.search(part) if i and "region" in plain else None)
            if said and len(part) < 60 and not search(r"\bnot\b|\bdifferent\b|\bseparate\b", part):
                low, high = (
                    _COUNT.get(said.group(1) or "", said.group(1) or ""),
                    _COUNT.get(said.group(2), said.group(2)),
                )
                found.append(
                    Assertion(
                        "chiropractic",
                        "regions",
                        (m.group(1),),
                        (),
                        True,
                        value=f"{low}-{high}" if low else high,
                    )
                )
        return found
    codes = [
        x
        for x in c.codes
        if x in {"98940", "98941", "98942", "98943", "98925", "98926", "98927", "98928", "98929"}
    ]
    if (
        len(codes) != 1
        or len([x for x in c.own("C") if x.isdigit()]) > 1
        and any(
            c.mentions[int(m.group(2))].kind == "code"
            for m in list(SIGN.finditer(c.skel))[1:]
            if m.group(1) == "C"
        )
    ):
        return []
    match = _REGIONS.search(c.plain())
    found = []
    if match and not c.said(r"\beach\b|\bdifferent\b|\bseparate\b"):
        low = _COUNT.get(match.group(1) or "", match.group(1) or "")
        high = _COUNT.get(match.group(2), match.group(2))
        if match.group(3):
            high = "5" if high == "5" else ""
        if high:
            found.append(
                Assertion(
                    "chiropractic",
                    "regions",
                    tuple(codes),
                    (),
                    not negated(c.skel),
                    value=f"{low}-{high}" if low else high,
                )
            )
    if c.said(r"\bpay|\bpaid\b|\bcover|\bmedicare\b"):
        return found
    if (
        c.said(r"\bextra ?-? ?spinal\b")
        or any(c.mentions[int(m.group(2))].kind == "code" for m in SIGN.finditer(c.skel))
        and search(r"\bextra ?-? ?spinal\b", c.plain())
    ):
        found.append(Assertion("chiropractic", "extraspinal", tuple(codes), (), not bool(negated(c.skel))))
    if c.said(r"\bvertebra\w*\b") and c.said(r"\bper\b|\beach\b|\bnumber of\b|\bcounted\b|\bby the\b"):
        found.append(Assertion("chiropractic", "vertebrae", tuple(codes), (), not bool(negated(c.skel))))
    return found


def diagnoses(c: Clause) -> list[Assertion]:
    """Valid, billable ICD-10-CM codes."""
    codes = c.own("X")
    if not codes or len(codes) > 4:
        return []
    billable = c.said(
        r"\bbillable\b|\bvalid\b|\bspecific enough\b|\bcomplete\b|\bunspecific\b|\binvalid\b|\bheader\b|\bcategory\b|\bnon ?- ?billable\b|\bnot specific\b|\brequires (?:a |an )?(?:\w+ )?(?:character|digit)|\bdeleted\b|\btruncated\b|\bincomplete\b|\bhighest (?:level|specificity)"
    )
    if not billable or c.said(r"\bchapter\b|\bguideline\b"):
        return []
    against = bool(
        search(
            r"\binvalid\b|\bheader\b|\bcategory\b|\bnon ?- ?billable\b|\bnot specific\b|\brequires (?:a |an )?(?:\w+ )?(?:character|digit)|\bdeleted\b|\btruncated\b|\bincomplete\b|\bunspecific\b",
            c.skel,
        )
    )
    no = bool(negated(sub(r"\binvalid\b|\bnot specific\b|\bnon ?- ?billable\b", "", c.skel)))
    return [Assertion("icd10", "billable", codes, (), against == no, when=_year(c))]
