"""How firmly a clause says what it says: negation and its idioms, hedges, attribution, the past, rejection."""

from __future__ import annotations

import re

from assistant.assertions.patterns import search, sub

OPENING = re.compile(
    r"^(?:(?:note|remember|keep in mind|be aware|please note|importantly|in short|in fact|in summary|to summari[sz]e|overall|additionally|also|however|therefore|thus|so|moreover|furthermore|in general|generally|typically|specifically|for example|for instance|in practice|in other words|as a (?:general )?rule|good question|great question|(?:according to|per|under) (?:the )?(?:cms|medicare|ncci|ama|cpt|official|current)(?: \w+){0,2}?(?= ?,)|first|second|finally|again|(?:yes|no|nope|correct|right|absolutely|incorrect|certainly|definitely)(?= ?[,:;.!-])|answer|tip|key point|bottom line|make sure|ensure|be sure|just)(?: that)?\b[\s,:;.!]*)+",
    re.I,
)
"""Words before the claim itself."""
_IDLE = re.compile(
    r"\bnot only\b|\bno matter\b|\bno doubt\b|\bno question\b|\bnot just\b|\bwhether or not\b|\bno later\b|\bif not\b|\bnot to mention\b|\bno more than\b|\bnot more than\b|\bno less than\b|\bno fewer than\b|\bno change\b|\bbut not limited to\b|\bno\. ?\d|\bnon ?-? ?\w+"
    r"|\bwithout (?:exception|question|doubt|regard|a doubt|delay)\b|\bregardless\b|\bnot the (?:same|other way)\b"
)
NEGATIVE = re.compile(
    r"\b(?:not|never|cannot|can't|cant|don't|dont|doesn't|doesnt|isn't|isnt|aren't|arent|shouldn't|shouldnt|won't|wont|wouldn't|mustn't|needn't|wasn't|weren't|didn't|hasn't|haven't|no|neither|none|nothing|nobody|nowhere|hardly|refrain|avoid|avoids|"
    r"wrong|incorrect|incorrectly|improper|improperly|inappropriate|inaccurate|invalid|illegal|prohibit(?:s|ed)?|forbid(?:s|den)?|disallow(?:s|ed)?|impermissible|unacceptable|unallowable|fraud|fraudulent|false|mistake|error|erroneous|ineligible|fails?|unable|against|unnecessary|unneeded|"
    r"bars?|barred|prevents?|precludes?|precluded|rejects?|refuses?|ban|bans|banned|inapplicable|misus(?:e|es|ed)|abus(?:e|es|ed)|unbillable|nonbillable|unpermitted|cease|stops?)\b"
)
_WEAK = re.compile(
    r"\bnot both\b|\bas a matter of course\b|\bnot necessarily\b|\bmay or may not\b|\bnot always\b|\bnot every\b|\bnot all\b|\bmight or might not\b|\bnot usually\b|\brarely\b|\bseldom\b|\bunclear\b|\bnot sure\b|\bunsure\b|\bnot certain\b|\bcannot (?:tell|say|confirm|know)\b|\bdepends\b|\bnot automatically\b|\bnot alone\b|\bperhaps\b|\bmaybe\b|\bpossibly\b|\bdon't know\b"
    r"|\bdo not know\b|\bnot (?:enough|proof|proven|evidence)\b|\bby itself (?:proves?|means?|does)\b|\bnot mean\b|\bdoesn't mean\b|\bno proof\b|\bno guarantee\b|\bnot guarantee\b|\bnot a guarantee\b|\bnot (?:a )?(?:permission|promise)\b|\bno promise\b|\bnot itself a\b|\bdifficult to say\b|\bwhether\b"
)
_ATTRIBUTED = re.compile(
    r"\b(?:some|many|several|most|certain|other|various|older?|outdated|one|trade|vendor|web|online|other|few|a|an old|undated) (?:\w+ ){0,3}?(?:sources?|sites?|websites?|pages?|blogs?|articles?|books?|people|coders?|billers?|texts?|posts?|guides?|forums?|vendors?|payers?|carriers?|plans?|contractors?|experts?|consultants?|colleagues?|trainers?|clinics?|providers?|software|cop(?:y|ies)) (?:\w+ ){0,2}?(?:say|says|said|claim|claims|claimed|state|states|stated|suggest|suggests|think|thinks|believe|believes|assume|assumes|list|lists|listed|still|insist|insists|mistakenly|wrongly|incorrectly|write|writes|teach|teaches|call|calls|mention|mentions|treat|treats|differs?|advise|advises|report|reports|describe|describes)\b"
    r"|\b(?:people|coders|billers|they|others|some) (?:often |still |sometimes |may |might |will |wrongly |mistakenly )*(?:say|claim|think|believe|assume|insist|argue|tell you)\b"
    r"|\b(?:it is|it's) (?:often|sometimes|commonly|widely|frequently) (?:said|claimed|believed|thought|assumed|stated)\b|\byou (?:may|might|will|could) (?:hear|read|see|find|come across)\b|\b(?:reportedly|allegedly|supposedly)\b|\b(?:my|your|the|our|a|one|their) (?:\w+ )?(?:boss|manager|colleague|biller|coworker|friend|auditor|trainer|vendor|rep|consultant|supervisor|instructor|teacher|owner|clearinghouse|representative)\b[\w ]{0,20}(?:says?|said|thinks?|claims?|told|insists?)\b"
    r"|\bdo not assume\b|\bdon't assume\b|\bnever assume\b|\bcommon (?:mistake|error|misconception|myth)\b|\baccording to (?:some|one|a trade|older|an older|a vendor|a blog|many|other)\b|\bloose(?:ly)?\b|\bin (?:everyday|common|loose) speech\b"
)
_REJECTS = re.compile(
    r"\b(?:it is|it's|it would be|that is|that's) (?:simply |just |also |a )?(?:complete |common |widespread )?(?:false|untrue|not true|not correct|incorrect|wrong|inaccurate|myth|misconception|mistaken)(?: to (?:say|claim|state|think|believe|assume))? that\b"
    r"|\b(?:the )?(?:claim|statement|idea|notion|belief|advice|assertion|myth|view|suggestion|rumou?r) that\b.*\b(?:is|are|was) (?:simply |just |also |a )?(?:false|untrue|not true|not correct|incorrect|wrong|inaccurate|myth|misconception|mistaken|unfounded|outdated)\b|^(?:myth|false|misconception|incorrect|wrong)\b ?[:-]|\bcontrary to (?:the )?(?:claim|popular|common|what|belief)"
    r"|\bnot (?:true|correct|accurate|the case) that\b|\bnobody should (?:say|claim)\b"
)
_REJECTION = re.compile(
    r"^(?:however , |but |in fact , )?(?:this|that|it|which|both|these|those|the statement|the claim|such advice|that advice|this advice|that claim|this claim|that statement)(?: \w+)? (?:is|was|are|were|isn't|is not) (?:simply |just |all |also |a |in fact |clearly |plainly )*(?:false|untrue|not true|not correct|incorrect|wrong|inaccurate|myth|misconception|mistaken|mistake|error|outdated|no longer true|true|correct|so)\b(?! (?:to|that)\b)"
    r"|^(?:false|wrong|incorrect|not true|not so|that's wrong|myth)\b"
)
_PAST = re.compile(
    r"\b(?:(?<!be )(?<!is )(?<!are )used to|formerly|previously|historically|in the past|at one time|prior to|before [YD]\d+|until|through [YD]\d+|earlier|older|old|former|originally|withdrawn|back then|expired|ended)\b"
)
_TASK = re.compile(
    r"^(?:please |always |also |then |so |next |\d+ )?(?:check|verify|confirm|review|see|consult|look up|look at|ask|contact|refer|compare|read|call|find out|find|determine|decide|watch|query|double|follow up|appeal|request|download|load|keep|monitor|track|note whether)\b"
)
_SUPPOSED = re.compile(
    r"^(?:suppose|imagine|let's say|say that|what if|for example , if|hypothetically)\b|\b(?:would be (?:wrong|right)) if\b|^(?:whether|if you are wondering)\b"
)


def negated(skel: str) -> bool | None:
    """Whether the clause stands in the negative; None where it takes no side."""
    if _WEAK.search(skel):
        return None
    text = _IDLE.sub(" ", skel)
    text = sub(r"\bneither\b(.*?)\bnor\b", r"neither \1 and", text)
    text = sub(r"\b(no|not|never)\b(.*?)(?:\band|\bor|\bnor|,) (?:no|not|nor|never)\b", r"\1 \2 and", text)
    return len(NEGATIVE.findall(text)) % 2 == 1


def weak(skel: str) -> bool:
    return bool(_WEAK.search(skel))


def attributed(skel: str) -> bool:
    """Someone unnamed is said to say it: the text does not stand by it."""
    return bool(_ATTRIBUTED.search(skel))


def turned(skel: str) -> bool:
    """ "It is a myth that ...": the rest is said in order to be denied."""
    return bool(_REJECTS.search(skel))


def stripped(skel: str) -> str:
    """The clause without the words that deny it: "it is a myth that X" is X."""
    text = sub(
        r"^.*?\b(?:false|untrue|not true|not correct|incorrect|wrong|inaccurate|myth|misconception|mistaken|claim|statement|idea|notion|belief|advice|assertion|view|suggestion|rumou?r|the case|accurate)(?: to (?:say|claim|state|think|believe|assume))? that ",
        "",
        skel,
    )
    return sub(
        r" (?:is|are|was) (?:simply |just |also |a )?(?:false|untrue|not true|not correct|incorrect|wrong|inaccurate|myth|misconception|mistaken|unfounded|outdated)$",
        "",
        text,
    )


def rejection(skel: str) -> bool | None:
    """ "That is wrong." about the sentence before: True; "This is correct.": False; otherwise None."""
    found = _REJECTION.search(skel)
    if not found:
        return None
    return bool(
        search(
            r"\b(?:false|untrue|incorrect|wrong|inaccurate|myth|misconception|mistaken|mistake|error|outdated|no longer true|not|isn't)\b",
            found.group(),
        )
    )


_WAS = re.compile(r"\b(?:was|were|had)\b")
_NOW = re.compile(
    r"\b(?:is|are|isn't|aren't|can|cannot|can't|may|must|should|shouldn't|will|does|doesn't|do|don't|has|have|needs?|requires?|takes?|use|append|report|bill|add|applies|covers?|pays?|means?|indicates?|stands|marks?|signifies|says?)\b"
)


def past(skel: str) -> bool:
    """What is told of former times; "were" after a verb of today is part of what is said of today."""
    was = _WAS.search(skel)
    return bool(_PAST.search(skel) or was and not _NOW.search(skel[: was.start()]))


def task(skel: str) -> bool:
    """An errand or a supposition: nothing is claimed."""
    return bool(_TASK.search(skel) or _SUPPOSED.search(skel))


def denied(skel: str, end: int) -> bool:
    """Whether what stands before `end` puts the rest in the negative: later negations belong to something else."""
    return bool(negated(skel[:end]))
