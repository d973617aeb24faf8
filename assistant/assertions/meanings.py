"""What a clause says a modifier means, whose it is, and what stands on Appendix E."""

from __future__ import annotations

import re

from assistant.assertions.assertion import Assertion
from assistant.assertions.clauses import SIGN, Clause
from assistant.assertions.kinds import X
from assistant.assertions.patterns import search, starts
from assistant.assertions.polarity import denied, negated, weak

APPENDIX = re.compile(
    r"\bappendix ?-? ?\"?e\b|\bapp \.? ?e\b|\b(?:modifier ?-? ?)?(?:M\d+ )?-? ?exempt(?:ion)? (?:code )?list\b|\blist of (?:cpt )?(?:codes )?(?:that are )?(?:modifier )?(?:M\d+ )?-? ?exempt\b"
)


_ON_LIST = re.compile(
    r"\b(?:on|in|listed|lists?|appears?|included|includes?|found|among|belongs?|part of|under|within|find|contains?|per|by|according to|named?|because of|due to|via)\b"
)


def appendix(c: Clause) -> list[Assertion]:
    """ "X is listed in CPT Appendix E"."""
    found = c.said(APPENDIX.pattern)
    if not found or weak(c.skel) or search(r"\b(?:cite|cited|citing|ground|reason|checks?|look)\b", c.skel):
        return []
    if not c.codes:
        if search(r"\btherapy\b|\bphysical medicine\b|\bpm ?& ?r\b|\bmodalit", c.skel) and search(
            r"\blist|\bon\b|\bin\b|\bcontain|\binclud", c.skel
        ):
            return [Assertion("modifier_51", "listed", (), ("51",), not negated(c.skel))]
        return []
    if not _ON_LIST.search(c.skel):
        return []
    named = search(
        r"\bappendix e (?:lists?|includes?|contains?|names?|has)\b|\b(?:under|in|on|by|per|via|through|according to|listed|appears?|because of|due to|as (?:stated|listed) in)(?: the| cpt| cpt's| 's| ama)* (?:appendix|list)",
        c.skel,
    )
    if c.own("M") and search(r"\bexempt", c.skel) and not named:
        return []
    return [
        Assertion(
            "modifier_51", "listed", c.codes, ("51",), not denied(c.skel, found.start()), groups=c.groups
        )
    ]


_MEANING: dict[str, str] = {
    "a related visit": r"\brelated (?:visit|e ?/ ?m|evaluation)\b",  # no modifier means that: said of 24 it is the opposite
    "24": r"\bunrelated (?:e ?/ ?m|evaluation|visit)|\bunrelated .*\b(?:e ?/ ?m|visit)\b",
    "25": r"\bsignificant\b|\bseparately identifiable\b",
    "26": r"\bprofessional component\b|\binterpretation\b|\bprofessional (?:portion|part|side)\b",
    "TC": r"\btechnical (?:component|portion|part|side)\b",
    "50": r"\bbilateral\b|\bboth sides\b",
    "51": r"\bmultiple procedures?\b",
    "52": r"\breduced services?\b|\bpartially reduced\b",
    "53": r"\bdiscontinued\b",
    "57": r"\bdecision (?:for|to)\b",
    "58": r"\bstaged\b|\brelated procedure\b|\bmore extensive\b",
    "59": r"\bdistinct\b",
    "62": r"\bco ?- ?surg\w*\b|\btwo surgeons\b|\bcosurgeons?\b",
    "66": r"\bteam\b|\bsurgical team\b",
    "76": r"\brepeat\w*\b.*\bsame (?:physician|provider|practitioner|doctor)\b|\bsame (?:physician|provider|doctor)\b.*\brepeat\w*\b",
    "77": r"\brepeat\w*\b.*\b(?:another|different|other) (?:physician|provider|practitioner|doctor)\b|\b(?:another|different) (?:physician|provider|doctor)\b.*\brepeat\w*\b",
    "78": r"\brelated (?:procedure|surgery|problem|operation)\b|\bunplanned\b|\breturn to (?:the )?(?:operating|or)\b",
    "79": r"\bunrelated (?:procedure|surgery|service)\b",
    "GP": r"\bphysical therap\w+(?! assistant)|\bpt plan\b|\bpts?\b",
    "GO": r"\boccupational therap\w+(?! assistant)|\bot plan\b|\bots?\b",
    "GN": r"\bspeech\b|\bslps?\b",
    "KX": r"\bmedical(?:ly)? necess\w+\b|\bthreshold\b|\battest\w*|\bexception\b",
    "CQ": r"\b(?:by|of|from) an assistant\b|\bphysical therap(?:y|ist) assistants?\b|\bptas?\b",
    "CO": r"\b(?:by|of|from) an assistant\b|\boccupational therap(?:y|ist) assistants?\b|\botas?\b|\bcotas?\b",
    "XE": r"\bseparate encounters?\b|\b(?:different|distinct) encounters?\b|\bdifferent session\b",
    "XS": r"\bseparate (?:anatomic(?:al)? )?(?:structures?|organs?|sites?|organ ?/ ?structure)\b|\bdifferent (?:structure|organ|body (?:part|region))\b",
    "XP": r"\b(?:separate|different) (?:practitioners?|providers?|physicians?)\b",
    "XU": r"\bunusual\b|\bnon ?- ?overlapping\b|\bnonoverlapping\b",
    "LT": r"\bleft\b",
    "RT": r"\bright side\b|\bright (?:half|body)\b",
    "GA": r"\b(?:signed|signs|gave|obtained|have|has|with) (?:an? |the )?(?:signed )?abn\b|\bmandatory notice\b|\brequired abn\b|\babn (?:is )?on file\b|\bwaiver of liability\b.*\bon file\b|\bmandatory abn\b|\brequired (?:advance )?(?:beneficiary )?notice\b",
    "GX": r"\bvoluntary\b",
    "GY": r"\bstatutor\w+|\bexcluded by (?:statute|law)\b|\bno (?:medicare )?benefit\b|\bnot a (?:medicare )?benefit\b",
    "GZ": r"\bno (?:signed )?abn\b|\bwithout (?:an )?abn\b|\babn (?:is |was )?(?:not|n't)\b|\bexpected .*\bnot reasonable\b.*\bno\b",
    "93": r"\baudio ?- ?only\b|\baudio only\b",
    "95": r"\baudio ?(?:-|and|/|plus) ?(?:visual|video)\b|\baudiovisual\b|\bsynchronous telemedicine\b(?!.*audio only)",
    "80": r"\bassistant surgeon\b(?!.*\b(?:resident|minimum)\b)",
    "81": r"\bminimum assistant\b",
    "82": r"\bqualified resident\b",
    "AS": r"\b(?:physician assistants?|nurse practitioners?|clinical nurse specialists?|non ?- ?physician practitioners?)\b",
    "90": r"\boutside lab\w*|\breference lab\w*",
    "91": r"\brepeat (?:clinical )?(?:diagnostic )?lab\w*",
    "22": r"\bincreased (?:procedural )?services?\b|\bsubstantially (?:more|greater)\b",
    "AT": r"\bactive treatment\b|\bacute treatment\b|\bactive\b.*\btreatment\b",
}


_MEANS = re.compile(
    r"\b(?:modifiers? )?(M\d+) (?:modifier )?(?:, ?)?(?:is |are )?(?:the modifier )?(?:used )?(?:to )?(?:means?|stands? for|indicates?|indicate|identif(?:y|ies)|signif(?:y|ies)|denotes?|represents?|designates?|describes?|marks?|signals?|shows?|tells? (?:the |a )?(?:payer|medicare)|is for|for|reports?|reported (?:for|when|if|by)|used (?:for|when|if|to report|by)|when|if|the |a |an |says?|refers? to|applies (?:to|when)|=|:)(.*)"
)


def meaning(c: Clause) -> list[Assertion]:
    """ "XS means a separate encounter": the words of another modifier's meaning. "XE for ..., XS for ..." is read one by one."""
    skel = f"{c.skel} {c.condition}"
    signs = [m for m in SIGN.finditer(skel) if m.group(1) == "M"]
    opened = _MEANS.search(skel)
    if (
        not signs
        or weak(skel)
        or not opened
        or c.own("C")
        or len(skel[: opened.start()].split(" , ")[-1].split()) > 3
    ):
        return []
    found: list[Assertion] = []
    for i, sign in enumerate(signs):
        end = signs[i + 1].start() if i + 1 < len(signs) else len(skel)
        part = skel[sign.start() : end]
        match = _MEANS.search(part)
        rest = (
            match.group(2)
            if match
            else part[len(sign.group()) :]
            if i and found and not search(r"\b(?:is|are|may|can|must|should)\b", part)
            else ""
        )
        modifier = c.value(sign.group())
        if not rest or modifier not in _MEANING:
            continue
        rest = SIGN.sub(lambda m: c.mentions[int(m.group(2))].text.lower(), rest)
        hits = [name for name, pattern in _MEANING.items() if search(pattern, rest)]
        if modifier == "GP" and "CQ" in hits or modifier == "GO" and "CO" in hits or not hits:
            continue
        no = bool(negated(part[: match.start(2)])) or bool(starts(r" ?not\b", rest)) if match else False
        own = modifier in hits or modifier == "59" and bool(set(hits) & X)
        found.append(
            Assertion("modifier_info", "meaning", (), (modifier,), not no, value=modifier if own else hits[0])
        )
    return found


_WHO = (
    ("CQ", {"CQ", "CO"}, r"\bptas?\b|\bphysical therap(?:y|ist) assistants?\b"),
    ("CO", {"CQ", "CO"}, r"\bc?otas?\b|\boccupational therap(?:y|ist) assistants?\b"),
    ("GP", {"GP", "GO", "GN"}, r"\bphysical therap(?:y|ists?)\b(?! assistant)|\bpts?\b(?! assistant)"),
    ("GO", {"GP", "GO", "GN"}, r"\boccupational therap(?:y|ists?)\b(?! assistant)|\bots?\b(?! assistant)"),
    ("GN", {"GP", "GO", "GN"}, r"\bspeech(?:[- ]language)?(?: therap\w+| patholog\w+)?\b|\bslps?\b"),
)


def whose(c: Clause) -> list[Assertion]:
    """ "For services by an OTA, append CQ": the modifier of one discipline or assistant put to another."""
    text = c.plain(True)
    named = {
        c.mentions[int(m.group(2))].value
        for m in SIGN.finditer(f"{c.skel} {c.condition}")
        if m.group(1) == "M"
    }
    who = [(own, group) for own, group, pattern in _WHO if search(pattern, text)]
    if any(own in {"CQ", "CO"} for own, _ in who):
        who = [w for w in who if w[0] in {"CQ", "CO"}]
    if len(who) != 1 or weak(c.skel):
        return []
    own, group = who[0]
    theirs = named & group
    if len(theirs) != 1 or not search(
        r"\b(?:append\w*|adds?|added|us(?:e|es|ed)|report\w*|needs?|requires?|takes?|goes|go|carr\w+|with|attach\w*|bill\w*|put|includes?|gets?|must|should|under)\b",
        text,
    ):
        return []
    modifier = next(iter(theirs))
    if len(named & {"CQ", "CO"}) and len(named & {"GP", "GO", "GN"}) and own in {"GP", "GO", "GN"}:
        return []
    no = negated(c.skel)
    if no is None or no and modifier == own:
        return []
    return [
        Assertion(
            "modifier_info", "meaning", (), (modifier,), not no, value=modifier if modifier == own else own
        )
    ]
