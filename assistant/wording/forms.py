"""How a clause is put: question or statement, the proposition it asks about, and whether that stands in the negative."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.wording.cues import CUES


@dataclass(frozen=True, slots=True)
class Form:
    """How a clause is put. `sure` is False where the words compare, infer or offer a choice: a bare yes or no could then answer something else. `kind`: yes_no, value, why, statement; `proposition`: allowed, needed, exempt, subject,
    listed, full_payment, reduced, ...; `negated` where the proposition stands in the negative."""

    kind: str
    proposition: str
    negated: bool
    tag: bool = False
    bare: bool = False
    sure: bool = True
    """asked without a verb in front ("MUE for 97110?"): as often for a value as for yes or no"""


_AUX = r"(?:can|could|may|might|should|shall|do|does|did|is|are|was|were|will|would|must|am|has|have|had|need|ok|okay|any|isn't|isnt|aren't|arent|can't|cant|couldn't|shouldn't|shouldnt|don't|dont|doesn't|doesnt|won't|wont|wouldn't|didn't|hasn't|haven't|wasn't)"
_INNER = r"(?:can|could|may|might|should|shall|do|does|is|are|will|would|must|am|isn't|aren't|can't|couldn't|shouldn't|don't|doesn't|won't|wouldn't)"
_OPEN = re.compile(
    r"^(?:(?:so|and|but|ok|okay|hi|hey|hello|also|well|then|now|just|quick question|question|please|pls|plz|um|uh|or|again|if so|if not|therefore|thanks|thank you|curious|sorry|hmm|to|for|on|in|under|with|per|<C>|<M\w+>|<date>|<year>|medicare|commercial|payer|is it true that|is it true|is it correct that|is it correct|am i right that|am i correct that|is it right that|true or false|true / false|t / f|confirm|verify|check|wondering|i was wondering|i wonder|wanted to (?:know|ask|check|confirm)|need to know|can you (?:tell me|confirm|explain|clarify|check)|could you (?:tell me|confirm|explain|clarify|check)|do you know|please (?:tell me|confirm|advise)|tell me|let me know|my question is|asking|if|whether|that|the|a|our|my|we|i)[ ,:.\-]*)*?"
)
_WH = re.compile(
    r"^(?:please |pls |can you |could you )?(?:compute|calculate|give|list|show|name|find|work out|figure out)\b|\b(?:of|(?<!\bas )is|are) \?\s*$|= \?\s*$|^(?:modifiers?|mods?|units?)\b(?:,? (?:and|\+|&) (?:modifiers?|mods?|units?))? (?:for|on|by) (?:each|every|these|the)\b|\b(?:meaning|definition) (?:of|for)\b|\b(?:what(?!ever)|whats|what's|which|how (?:many|much|long|do|does|should|to|would|is|are|can|often|come)|when (?:do|does|should|is|are|can|would|to|did)|who|whom|where|why)\b"
)
_WHY = re.compile(
    r"\b(?:on what authority|what authority|authority (?:for|that|behind)|what (?:is|'s) the (?:source|reference|citation|authority|basis)|where (?:does it|is it|is that) (?:say|written|stated)|says who|why|how come|reason|what for|explain why|explain\W*$)\b"
)
_NEG_AUX = re.compile(
    r"^(?:isn't|isnt|aren't|arent|can't|cant|couldn't|shouldn't|shouldnt|don't|dont|doesn't|doesnt|won't|wont|wouldn't|didn't|hasn't|haven't|wasn't)\b"
)
_TAG = re.compile(
    r"(?:,|\.|;|-)? ?\b(?:right|correct|true|true or false|yes or no|yes|no|agreed|isn't it|isnt it|is it|doesn't it|does it|don't i|don't we|do i|do we|can i|can we|can't i|can't we|aren't they|are they|am i right|am i wrong|y / n|eh|huh|ok|okay|is that (?:right|correct|true|so|ok|okay|fine|allowed)|"
    r"is this (?:right|correct|true|so|ok|okay|fine|allowed)|that's right|thats right|confirm(?: please| pls)?|no way|yeah|yep|innit|(?:is|are|was|were|do|does|did|can|could|will|would|wo|should|must|has|have|ca)n'?t (?:it|that|this|they|these|those|i|we|you|he|she|there)|(?:will|would|should|could|must|was|were|did) (?:it|that|they|these|i|we|you)|correct me if i'm wrong|sound right|sounds right)\s*\?*\s*$"
)
_POSITIVE_TAG = re.compile(
    r"\b(?:is|are|was|were|does|do|did|can|could|will|should|would|must) (?:it|they|i|we|you|that|this|these|those)\s*\?*\s*$"
)
_NEGATIVE = re.compile(
    r"\b(?:not|never|nobody (?=needs|has to|must)|no one (?=needs|has to|must)|cannot|can't|cant|don't|dont|doesn't|doesnt|isn't|isnt|aren't|arent|shouldn't|shouldnt|won't|wont|wouldn't|mustn't|may not|without|w ?/ ?o|wrong|incorrect|improper|inappropriate|illegal|prohibited|forbidden|disallowed|unacceptable|fraud|"
    r"fraudulent|error|mistake|leave out|omit|skip|drop|forbid|forbids|prohibit|prohibits|bar|barred|ineligible|problem|refrain|avoid|inaccurate|false|unnecessary|unneeded|neither|nor|invalid|remove|removed|delete|strip)\b|\bleave (?:\S+ ){0,3}off\b|\btake (?:\S+ ){0,3}off\b|\bno (?=<M|modifier|mod\b|need|(?:active |current )?(?:ncci |ptp |cci )?edit|conflict|limit)|\bhold off\b|\bno way\b|\bimpossible\b"
)
_CONDITION = re.compile(
    r"\b(?:without|w ?/ ?o)\b (?!(?:an? |the |any |its |my |using |adding |appending |billing |reporting |sending )?(?:\w+ )?(?:<[MCnu]|modifiers?\b|mods?\b|primary\b|it\b|one\b|that\b|this\b))"
    r"|\b(?:services?|care|therapy|visits?|treatment|items?|something|anything|what(?:ever)?)(?: (?:is|are|that|which|was|were|as|being|deemed|considered|found|medicare|denies|they|it))* not (?:medically |reasonable (?:and|or|/) )*(?:necessary|reasonable)\b"
    r"|\b(?:unrelated|related|new|different|another|other|separate|same|medical|health|knee|back|this|that|main|second) problems?\b"
    r"|\b(?:never|not) (?:\w+ )?(?:signed|issued|obtained|delivered)\b"
)
"""Words of denial in what the question takes for given ("without an ABN", "not medically necessary"), not in what it asks."""
_OMIT = re.compile(
    r"\b(?:omit|skip|remove|delete|strip|drop)\b|\bleave (?:\S+ ){0,3}(?:off|out)\b|\btake (?:\S+ ){0,3}off\b|\bhold off\b"
)
_NEED = re.compile(
    r"\bmissing\b|\black(?:s|ing)\b|\bneed(?:s|ed|ing)?\b|\brequir(?:e|es|ed|ing|ement)\b|\bmust\b|\bha(?:ve|s|d) to\b|\bnecessary\b|\bmandatory\b|\bsupposed to\b|\bobligat\w+|\bcompulsory\b|\bgotta\b|\bshould (?:i|we|they|it|you|the|my|our|a|<C>)\b|\bshould\b|\bdo (?:i|we|you) (?:even |still |also |ever |really |actually |just )?"
    r"(?:add|append|put|use|attach|report|include|send|want|apply|slap|stick|bill)\b|\bdoes (?:\w+ )?(?:it|<C>|that|this) (?:get|go)\b|\bam i required\b|\bought\b|\bdo (?:they|it)? ?(?:get|take) (?:a )?\b"
)
_LISTED = re.compile(
    r"\b(?:on|in|listed|part of|appear|appears|included|include|includes|found|among|belong|see)\b"
)
_ALLOWED = re.compile(
    r"\b(?:can|could|may|might|allow(?:s|ed|able)?|permit(?:s|ted)?|ok|okay|append(?:s|ed|ing|able)?|add(?:s|ed|ing)?|use(?:s|d|ing)?|bill(?:s|ed|ing|able)?|report(?:s|ed|ing|able)?|take(?:s)?|accept(?:s|ed|able)?|valid|appropriate|correct|proper|fine|legit|legal|compliant|go(?:es)?|put|attach(?:ed)?|apply|applies|applicable|right|good|acceptable|possible|eligible|alright|cool|kosher|kick|pass)\b"
)


_FINITE = re.compile(
    r"\b(?:is|are|has|have|needs?|takes?|requires?|gets?|goes?|can|may|will|does|counts?|pays?|covers?|allows?|was|were|must|should|guarantees?|still|remains?|stays?|satisf\w+|ok|okay|allowed|permitted|fine|enough|valid|payable|covered|billable)\b"
)
# Choices ("on the E/M or on the procedure?"), comparisons and inferences ("the same as", "does that mean", "takes the place of").
_UNSURE = re.compile(
    r"\bany (?:problem|issue|trouble|concern|harm)s?\b|<(?:n|u)> or <(?:n|u)>|\b(?:valid|active|timed|covered|bundled|exempt|payable|current|deleted) or (?!not\b|no\b)|\bor per\b|\bor (?:on|by|in|to|is|are|at|with|for|just|only|should|do|does|can|will|a|an|the|its|column|under|after|before|instead|rather|some|both)\b(?! (?:both|other)\b)|\bcolumn (?:1|<n>|one) or\b|\bsame (?:as\b|thing\b)"
    r"|\b(?:mean|means|meant|imply|implies|prove|proves|guarantee|guarantees|indicate|indicates|equal|equals|escape|convert|converts)\b|\bmakes? it\b|\btakes? the place\b|\bin place of\b|\bturns? (?:it )?into\b|\bsubstitute|\bcount(?:s)? as\b|\bunlimited\b|\bso long as\b|\bonce (?:a|per|each) (?:week|month|year)\b|\binterchangeable"
)


# "edit or no edit?", "is it the paid or the allowed amount": neither yes nor no answers that.
_CHOICE = re.compile(
    r"\bbecause (?:of )?.{3,60} or (?:is it )?(?:because|due to)\b|\b(\w+) or no \1\b|\b(?:is|are|was) (?:it|that|this|they) (?:the |an? |by |per |on )?(?!it\b|that\b)\w+ or (?:the |an? |by |per |on )?(?!not\b|no\b|is\b|are\b|should\b|do\b|does\b|can\b)\w+"
)


def form(skel: str, asked: bool) -> Form:
    """Read the form of a clause's skeleton; `asked` when the clause ends in a question mark or the message has only it."""
    text = re.sub(r"^[\s,.:;!\-]+", "", skel)
    text = re.sub(
        r"^(?:no[ ,.]+)?(?:but )?(?:i think )?(?:you're|you are|that's|that is|thats|you were)? ?(?:wrong|not right|mistaken|incorrect|not true)\b[ ,:;.!\-]+(?=\w|<)",
        "",
        text,
    )
    called_wrong = re.search(
        r"(?<=\w)[\s,.;]+(?:is|was) (?:that|this|it) (?:wrong|incorrect|false|untrue)\s*\?*\s*$", text
    )
    if called_wrong:
        text = text[: called_wrong.start()] + " , right ?"
    judged = re.match(r"(?:true (?:or|/) false|t / f|yes or no|y / n)[\s,.:;!\-?]*", text)
    if judged:
        text = text[judged.end() :] + " , true ?"
    text = re.sub(r"[\s(]*\b(?:y / n|yes / no|t / f|true / false)\b[\s)?]*$", " ?", text)
    dropped = re.match(
        r"(?:can't|cant|cannot|don't|dont|shouldn't|won't|doesn't|isn't|never) (?!i\b|we\b|you\b|they\b|it\b|the\b|a\b|an\b|this\b|that\b|my\b|our\b|<)",
        text,
    )
    tag = bool(_TAG.search(text)) and (dropped is not None or not re.match(rf"^{_AUX}\b", text))
    body = _TAG.sub("", text) if tag else text
    opening = _OPEN.match(body)
    rest = body
    for match in [
        re.match(
            rf"(?:.{{0,400}}?)(?<![\w'])(?<!\bwe )(?<!\bi )(?<!they )(?<!\bhe )(?<!\bshe )(?<!you )(?<!who )(?<!patient )(?<!\bit )(?<!n't )(?<!\bnot )(?={_INNER}\b (?:i|we|you|they|it|that|this|these|those|there|a|an|the|my|our|<C>|<M|<dx>|medicare|payers?|both|modifier|one|pt|pts|chiros?|chiropractors?|\w+(?: (?:bill|be|need|take|require|use)\b)))",
            body,
        )
    ]:
        if match:
            rest = body[match.end() :]
    del opening
    wh = _WH.search(body)
    starts_yes_no = bool(re.match(rf"^{_AUX}\b", rest))
    if wh is not None and not asked and len(body[: wh.start()].split()) > 3:
        wh = None  # "the girl who put 59 on everything" asks nothing
    why = (
        bool(_WHY.search(body))
        and (wh is None or "why" in body or "how come" in body or "reason" in body)
        and not re.match(
            r"\W*(?:so )?(?:is|was|isn't) (?:the|that the|that|it) (?:only |main |real )?reason\b", body
        )
    )
    first_aux = len(body) - len(rest) if starts_yes_no else 10_000
    if why:
        kind = "why"
    elif tag:
        kind = "yes_no"
    elif (
        wh is not None
        and not re.match(r"what about|how about|what if", body[wh.start() :])
        and (not starts_yes_no or wh.start() <= first_aux + 1)
    ):
        kind = "value"
    elif starts_yes_no or asked or tag:
        kind = "yes_no"
    else:
        kind = "statement"
    told = re.search(r"\b(?:is|are|was|were) (?:the|an?|our|my) only\b", body)
    if (
        kind == "yes_no"
        and not asked
        and not tag
        and told
        and told.start() > 0
        and len(body) - len(rest) == told.start()
    ):
        kind = "statement"  # "97110 is the only service that day.": told, not asked
    if kind == "yes_no" and _CHOICE.search(body):
        kind = "value"
    scope = rest if starts_yes_no and not tag else body
    scope = re.sub(
        r"^\W*(?:so |and |but )?(?:since|because|even though|although)\b.*?(?: ,|(?= (?:i|we|you|they|do|does|can) ))",
        " ",
        scope,
    )
    main = re.split(
        r"\b(?:since|because|even though|although)\b"
        r"|(?<=\S) , (?:they|it|that|this|those|these|he|she|medicare|insurance|<C>)(?:'s|'re| is| are| was| were| does| do|) ?(?:not|n't|isn't|aren't|doesn't|don't|never)\b.*\b(?:anyway|anyhow|after all|either way)\b",
        scope,
    )[0]
    negatives = list(_NEGATIVE.finditer(_CONDITION.sub(" ", main if len(main.split()) > 3 else scope)))
    count = len(negatives)
    stated = re.search(
        r"(?:<\w+>|\b(?:code|one|modifier|payer|medicare))\s*$", body[: len(body) - len(rest)]
    ) and re.match(r"\S+ (?:an?|the|even|really)\b", rest)
    if starts_yes_no and not tag and _NEG_AUX.match(rest) and not stated:
        count -= 1  # "isn't it exempt?" asks whether it is
    if re.search(
        r"\bor (?:not|cannot|can\'t|cant)\b|\bwhether or not\b|\bnot sure\b|\bnot certain\b|\bdon't know\b|\bdont know\b|\bno idea\b",
        body,
    ):
        count -= 1
    if re.search(r"\bnot subject to\b", body):
        count -= 1  # one expression: exempt
    if re.search(
        r"\bany (?:problem|issue|error)s?\b|\bno (?:problem|issue)\b|\bnot only\b|\bwhy not\b", body
    ):
        count = 0
    if tag and _POSITIVE_TAG.search(text):
        count = 0  # "it isn't valid, is it?" asks whether it is
    if re.match(r"\W*(?:so )?not even\b", body):
        count -= 1  # "not even with XS?" asks whether it helps
    negated = (count + bool(called_wrong)) % 2 == 1
    if CUES["full_payment"].search(body) and not re.search(
        r"\bmalpractice\b|\bwork (?:rvu|component|part)\b|\bwork\b.*\bcomponent\b", body
    ):
        proposition = "full_payment"
        negated = bool(re.search(r"\bnot (?:get |be )?paid\b|\bnot in full\b|\bnever paid\b", body))
    elif CUES["appendix_e"].search(body) and (_LISTED.search(body) or kind != "value"):
        proposition = "listed"
    elif CUES["exempt"].search(body):
        proposition = "exempt"
    elif _OMIT.search(body) or CUES["subject"].search(body):
        proposition = "allowed"
    elif _NEED.search(rest) or (_NEED.search(body) and not _ALLOWED.search(rest)):
        proposition = "needed"
    else:
        proposition = "allowed"
    return Form(
        kind,
        proposition,
        negated,
        tag,
        bare=kind == "yes_no" and not starts_yes_no and not tag and not _FINITE.search(body),
        sure=not _UNSURE.search(body),
    )
