"""What a clause claims about visits and procedures: levels and minutes, global days, indicators, regions, diagnoses."""

from __future__ import annotations

import re

from assistant.assertions.assertion import Assertion
from assistant.assertions.clauses import SIGN, Clause
from assistant.assertions.patterns import compiled, search, sub
from assistant.assertions.polarity import denied, negated
from assistant.assertions.values import year_of


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
    turned = c.said(
        r"\b(T\d+) (?:\w+ ){0,3}?(?:is|are) (?:required|needed|necessary|the minimum) (?:for|to (?:bill|report)) (C\d+)",
        r"\b(?:spend|need|needs|requires?|have) (?:at least |a minimum of )?(T\d+) (?:\w+ ){0,3}?(?:to|for) (?:bill |report |billing |reporting |code )?(C\d+)",
    )
    met = c.said(
        r"\b(T\d+) (?:\w+ ){0,4}?(?:supports?|meets?|qualif\w+ for|reach(?:es)?|earns?|justif\w+|makes?|gives?|(?:is|are) enough for|suffices? for) (?:a |an |the |level )?(C\d+)"
    )
    if met and not c.said(r"\bM\d|\bprolonged\b|\bor\b|\bmdm\b"):
        return [
            *found,
            Assertion(
                "em",
                "reaches",
                (c.value(met.group(2)),),
                (),
                not bool(negated(c.skel)),
                value=c.value(met.group(1)),
            ),
        ]
    if turned and not listed:
        listed.append((c.value(turned.group(2)), c.value(turned.group(1)), ""))
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
        coded = written or (() if c.own("C") else tuple(em))
        if coded:
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
        ("pctc", r"\bpc ?/ ?(?:tc|M\d+)(?: indicator)?(?: ?(?:is|of|=|:|indicator))* (N\d+)\b"),
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
    return [Assertion("icd10", "billable", codes, (), against == no, when=year_of(c))]
