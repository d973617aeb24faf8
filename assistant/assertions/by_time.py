"""What a clause claims about time: timed or untimed, one-on-one or supervised, minutes and the units they make."""

from __future__ import annotations

import re

from assistant.assertions.assertion import Assertion
from assistant.assertions.clauses import SIGN, Clause
from assistant.assertions.patterns import compiled, search, sub
from assistant.assertions.polarity import denied, negated, weak

_TIMED = re.compile(
    r"(?<!un)(?<!non )(?<!non - )\btimed\b(?! up\b)|\btime ?- ?based\b(?! rule)|\bper (?:T\d+|15)\b|\b(?:each|every) (?:T\d+|N\d+ ?-? ?minutes?|quarter hour)\b|\bin (?:T\d+|N\d+ ?- ?minute|15 ?- ?minute) ?-? ?(?:increments?|units?|blocks?|intervals?|segments?)\b|\bT\d+ (?:increments?|units?|codes?|blocks?|timed)\b|\b(?:in|by) (?:the )?(?:minutes?|time|clock)\b|\bby the quarter hour\b|\bper unit of time\b|\btime ?-? ?dependent\b|\btime matters\b|\bdepends? on (?:the )?(?:number of )?(?:minutes|time)\b|\bminute ?-? ?based\b"
)


_UNTIMED = re.compile(
    r"\buntimed\b|\bun ?- ?timed\b|\bnon ?- ?timed\b|\bnontimed\b|\bservice ?- ?based\b|\bencounter ?- ?based\b|\bper ?-? ?(?:encounter|visit|session|treatment)\b|\b(?:once per|once a|once an|once each|one (?:unit )?(?:per|a|an|each)) (?:single )?(?:encounter|visit|session|day|date|treatment)\b|\b(?:regardless|irrespective|independent) of (?:the )?(?:\w+ )?(?:time|minutes|duration|length|how long|how many)|\bno matter how (?:long|many)\b|\bwhatever the (?:time|minutes|duration|length)\b|\btime does not matter\b|\bflat\b|\bone unit (?:whatever|regardless|no matter|only|of C\d)\b"
)


def timing(c: Clause) -> list[Assertion]:
    """Timed or untimed, one-on-one or supervised."""
    if (
        not c.codes
        or len(c.codes) > 60
        or weak(c.skel)
        or c.said(r"\bperiods? (?:each|apart)\b|\b(?:own|separate) (?:T\d+|15)")
    ):
        return []
    found: list[Assertion] = []
    skel = sub(r"\bnot only\b", "", c.skel)
    counts = search(
        r"\b(?:minutes?|T\d+|time)\b.*\b(?:counts?|counted|added?|includ\w+|go|goes|combine[ds]?)\b.*\b(?:toward|to|in|into|with)\b.*\b(?:timed|billable|total(?! treatment)|8|eight|T\d+ rule|rule)\b|\b(?:count|add|include)\w* (?:the )?(?:\w+ )?(?:minutes|T\d+|time)\b.*\b(?:toward|to|in|into)\b",
        skel,
    )
    if counts and c.said(r"\bcount|\badd") and not c.said(r"\btotal treatment\b|C\d+ (?:is|are) "):
        return [Assertion("timing", "timed", c.codes, (), not negated(skel), groups=c.groups)]
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
                Assertion(
                    "timing", "untimed", c.codes, (), not denied(skel, untimed.start()), groups=c.groups
                )
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


def minutes(c: Clause) -> list[Assertion]:
    """Minutes and the units they make; the eight-minute threshold."""
    if weak(c.skel) and not c.said(r"\bT\d.*\bU\d"):
        return []
    found: list[Assertion] = []
    if (
        c.codes
        and c.said(
            r"\bminutes (?:of|for|spent on) (?:the )?C\d.*\b(?:add\w*|count\w*|includ\w*|go|goes|part of|toward)\b.*\b(?:total|units?|rule|timed)\b",
            r"\bC\d+ (?:s )?minutes\b.*\b(?:add\w*|count\w*|includ\w*|go|goes|part of|toward)\b.*\b(?:total|units?|rule|timed)\b",
        )
        and not c.said(r"\btreatment time\b|\btotal treatment\b|\bdocument\w*|\brecord\w*|\bnote\b")
    ):
        return [Assertion("timed_units", "counts", c.codes, (), not negated(c.skel), groups=c.groups)]
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
    least = _threshold(c)
    if least:
        return [*found, *least]
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
    return found


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
