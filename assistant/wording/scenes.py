"""Modifiers told as a scene: what happened at the visit or the operation, without the modifier's number.

A scene says only which modifier the words describe; whether it fits, pays or bars anything is for the rules. The more
specific scene stands first; words that describe none of them give None.
"""

from __future__ import annotations

import re

_DOCTOR = (
    r"(?:doctor|doc|dr|physician|provider|surgeon|partner|radiologist|cardiologist|practitioner|clinician|md)"
)
_BACK_TO_OR = (
    r"\b(?:return\w*|back|taken|brought|went|rushed)(?: \w+){0,2} (?:to|into) (?:the )?(?:or\b|o\.r\.|operating|surgery\b|theat)"
    r"|\bunplanned return\b|\bre-?open(?:ed|ing)? in (?:the )?(?:or|operating room)\b"
)
_UNRELATED = r"\bunrelated\b|\bnothing to do with\b|\bnot related\b"
_POSTOP = r"\b(?:days?|weeks?|months?) (?:after|post|out from|following) (?:\w+ ){0,3}(?:surgery|operation|replacement|procedure)\b|\bglobal\b|\bpost ?-? ?op\w*\b|\bduring (?:the |her |his )?recovery\b"
_VISIT = r"\bvisits?\b|\be ?/ ?m\b|\bseen\b|\bsees?\b|\boffice\b|\bcomes? (?:back|in)\b|\bcame (?:back|in)\b"
_PICTURE = r"(?:x ?-? ?rays?|films?|mris?|cts?|scans?|ultrasounds?|echos?|ekgs?|ecgs?|imag\w+|stud(?:y|ies)|tracings?|emgs?|tests?)"
_TWICE = r"\brepeat\w*\b|\btwice\b|\bagain\b|\bsecond time\b|\bredone\b|\bre-?did\b|\bdid it over\b"
_LAB = r"\blabs?\b|\bblood (?:test|draw|work)\b|\bglucose\b|\bpotassium\b|\btroponin\b|\bcbc\b|\bspecimens?\b"

_SCENES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    # modifier, topic, every one of these said, none of this
    (
        "82",
        "surgeons",
        (
            r"\bno (?:qualified )?residents?\b|\bresidents? (?:\w+ ){0,2}(?:not |un ?-? ?)available\b|\bwithout a (?:qualified )?resident\b",
        ),
        "",
    ),
    (
        "66",
        "surgeons",
        (
            r"\bteam of (?:\w+ )?surgeons\b|\bsurgical team\b|\bteam surg\w+|\bsurgeons? (?:\w+ ){0,3}as a team\b",
        ),
        r"\bco ?-? ?surg|\bassist",
    ),
    (
        "62",
        "surgeons",
        (
            r"\b\w+(?:surgeon|ologist|opedist|orthop(?:a)?edic)\b and (?:the |an? |our )?\w+(?:surgeon|ologist|opedist|orthop(?:a)?edic)\b|\b\w+ surgeon and (?:an? |the |our )?\w+ surgeon\b|\b(?:two|2|both) surgeons?\b|\bco ?-? ?surgeons?\b|\bsurgeons of different specialt\w+",
            r"\bparts?\b|\bhalf\b|\bportion\b|\bdifferent specialt|\bco ?-? ?surg|\bshar|\bprimary surgeons\b",
        ),
        r"\bassist",
    ),
    (
        "81",
        "surgeons",
        (r"\bminimum assist\w*\b",),
        "",
    ),
    (
        "AS",
        "surgeons",
        (
            r"\b(?:pa|np|cns|pa-c|physician assistant|nurse practitioner)s?\b",
            r"\bassist(?:ed|s|ing)\b(?! in the office)|\bheld (?:the )?(?:retractors?|camera|scope)\b|\bfirst[ -]+assist(?:ed|s)?\b|\bassistant at\b",
            r"\bsurg|\boperat|\bin the or\b|\bprocedure\b|\breplacement\b|\brepair\b|\bfusion\b|\bscope\b|\bectomy\b",
        ),
        "",
    ),
    (
        "80",
        "surgeons",
        (
            rf"\b(?:another|a second|second|other|partner|my|our|a) (?:\w+ )?(?:{_DOCTOR})\b",
            r"\bassist(?:ed|s|ing)\b|\bhelped\b|\bfirst assist\b",
            r"\bsurg|\boperat|\bin the or\b",
        ),
        r"\b(?:pa|np|cns)\b|\bresident\b",
    ),
    (
        "57",
        "modifier_25",
        (
            r"\bdecid\w*\b|\bdecision\b",
            r"\bsurger(?:y|ies)\b|\boperat\w+|\breplac\w+\b|\bfuse\b|\bmajor\b",
            r"\btomorrow\b|\bnext (?:day|morning)\b|\bday before\b|\bsame day\b|\bthat (?:day|evening|night|afternoon)\b|\b90|\bninety\b|\bmajor\b|\btoday\b",
        ),
        r"\bminor\b|\b(?:0|10|zero|ten)[ -]?days?\b|\bnext (?:week|month)\b|\bin (?:\d+|two|three|four|a few) (?:days|weeks|months)\b",
    ),
    (
        "58",
        "global_period",
        (
            r"\bstaged\b|(?<!un)(?<!not )(?<!n't )\bplanned\b|\bmore extensive\b|\bsecond stage\b|\bstage (?:2|two|ii)\b",
            rf"{_POSTOP}|\bstage|\bsame surgeon\b|\bprocedure\b|\bsurgery\b",
        ),
        r"\bunplanned\b|\bunrelated\b|\bnot planned\b",
    ),
    (
        "78",
        "global_period",
        (_BACK_TO_OR,),
        r"\bunrelated\b|\bnot related\b|\bnothing to do with\b|\bstaged\b|(?<!un)(?<!not )\bplanned\b|\bother (?:eye|knee|hip|side)\b",
    ),
    (
        "24",
        "global_period",
        (
            _POSTOP,
            _VISIT,
            rf"{_UNRELATED}|\bfor (?:an? )?(?:\w+ )?(?:infection|cold|flu|rash|cough|headaches?|diabetes|hypertension|blood pressure|sinus\w*|uti|migraine)\b",
        ),
        r"\bprocedure\b|\bback to the or\b|\b(?:wound|incision|surgical site) (?:infection|check)\b|\binfected (?:wound|incision)\b|\bdecid\w+",
    ),
    (
        "79",
        "global_period",
        (
            rf"{_UNRELATED}|\b(?:other|different|opposite) (?:eye|knee|side|hip|shoulder|hand|foot|ear)\b",
            rf"{_POSTOP}|\bsame surgeon\b",
            r"\bprocedure\b|\bsurger|\boperat|\bcataract|\breplac|\bscope|\brepair|\b(?:other|opposite) \w+\b",
        ),
        r"\bunrelated (?:e ?/? ?m|visit|office)",
    ),
    (
        "26",
        "component",
        (
            r"\b(?:reading|read|interpretation|interpret) only\b|\bonly (?:the )?(?:reading|interpret\w*)\b"
            r"|\b(?:we|i|our \w+|my \w+) (?:just |only )?(?:read|reads|interpret|interprets)\b.*\b(?:hospital|facility|imaging center|their|someone else)"
            r"|\b(?:reads?|interprets?)\b.{0,40}\b(?:hospital|facility)(?:'s)? (?:equipment|machine|scanner)\b"
            rf"|\bonly (?:reads?|the read)\b.{{0,40}}(?:\b{_PICTURE}\b|\bthem\b|\bhospital\b)|\b{_PICTURE}\b.{{0,60}}\bonly (?:reads?|the read)\b"
            r"|\bprofessional (?:part|piece|side) only\b",
        ),
        r"\bwe own\b|\bour (?:own )?(?:machine|equipment|scanner)\b",
    ),
    (
        "TC",
        "component",
        (
            r"\b(?:we|i|our \w+) (?:own|owns|has|have|provide|supply)\b.*\b(?:machine|equipment|scanner|unit|device|mri|ct|x ?-? ?ray)\b"
            rf"|\b(?:we|i) (?:just |only )?(?:take|took|shoot|shot|do|did|perform|performed) (?:just |only )?(?:the )?{_PICTURE}\b",
            rf"\b(?:outside|another|other|different|hospital|contracted|separate) (?:\w+ )?(?:{_DOCTOR}|group|practice|company)(?:'s)?\b(?: \w+){{0,3}} (?:read|reads|reading|interpret|interprets)\b"
            r"|\b(?:the|a|an) (?:\w+ )?(?:radiologist|cardiologist|neurologist) (?:\w+ ){0,3}(?:reads?|interprets?)\b"
            r"|\b(?:radiology|cardiology|reading|imaging) (?:group|practice|company|service) (?:\w+ ){0,2}(?:reads?|interprets?)\b"
            r"|\b(?:read|interpreted|interpretation) (?:\w+ ){0,2}(?:elsewhere|outside|by (?:an?other|an outside|someone else))",
        ),
        "",
    ),
    (
        "91",
        "modifier_info",
        (_LAB, _TWICE, r"\bsame (?:day|date)\b|\blater\b|\bthat (?:day|afternoon|evening)\b|\btoday\b"),
        r"\bequipment\b|\bmachine (?:failed|broke)|\bconfirm\b|\bbad (?:sample|specimen|draw)\b|\bhemolyz",
    ),
    (
        "77",
        "modifier_info",
        (
            _TWICE,
            rf"\b(?:another|different|second|other|a partner|his partner|her partner) (?:\w+ )?(?:{_DOCTOR})?\b",
            rf"\b{_DOCTOR}s?\b",
        ),
        rf"\bsame (?:\w+ )?{_DOCTOR}\b|{_LAB}|\bassist|\beval",
    ),
    (
        "76",
        "modifier_info",
        (
            _TWICE,
            rf"\bsame (?:\w+ )?{_DOCTOR}\b|\bhimself\b|\bherself\b",
            r"\bsame day\b|\bthat (?:day|afternoon|evening)\b|\blater\b|\btoday\b",
        ),
        rf"{_LAB}|\bassist|\bglobal\b|\bnew patient\b",
    ),
    (
        "25",
        "modifier_25",
        (
            r"\b(?:separate|different|another|new|unrelated|second) (?:\w+ )?(?:problem|complaint|issue|concern|condition)\b|\bsignificant,? separately\b|\b(?:also|and) (?:worked up|evaluated|addressed) (?:\w+ )?(?:new|separate|different|another|unrelated)\b",
            r"\bvisits?\b|\be ?/ ?m\b|\bexam\b",
            r"\b(?:lesion|mole|wart|skin tag|biops\w+|inject\w+|procedure|excis\w+|freez\w+|laceration|adjust\w+|manipulat\w+|removed|taken off)\b",
        ),
        r"\bglobal\b|\bpost ?-? ?op",
    ),
)
_COMPILED = tuple(
    (modifier, topic, tuple(re.compile(p) for p in every), re.compile(none) if none else None)
    for modifier, topic, every, none in _SCENES
)

ASKS_MODIFIER = re.compile(
    r"\b(?:which|what|any) (?:\w+ )?(?:modifiers?|mods?)\b|\b(?:modifiers?|mods?)\b[^?.]{0,40}\?|\bmodifiers?\W*$|\bmods?\W*$|\b(?:modifier|mod) (?:for|on) (?:the|her|his|my|our|this|that|it)\b"
    r"|\bwhat (?:do|should|would|must) (?:i|we) (?:append|add|put|attach)\b|\bwhat (?:goes|belongs|should go) on\b (?:the|her|his|our|my|that|this|their|it|each|which)\b|\bwhat (?:do|should) (?:i|we) (?:put|append|add) on\b"
)
"""Whether a message asks for a modifier, in whatever words ("what goes on her line?")."""


def scene(low: str) -> tuple[str, str] | None:
    """(modifier, topic) of the scene a message tells, `low` in lower case; None where it tells none of them."""
    for modifier, topic, every, none in _COMPILED:
        if all(pattern.search(low) for pattern in every) and not (none and none.search(low)):
            return modifier, topic
    return None
