"""The clause as a skeleton, and the cues that tell what it is about.

A skeleton is the clause in lower case with its spelling corrected and its mentions replaced by signs (`<C>` a code or
the name of one, `<M51>` a modifier, `<min>`, `<n>` ...), so a cue never trips over a number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.codes import Token
from assistant.domain import Mention

_SIGNS = {
    "code": "<C>", "name": "<C>", "range": "<C>", "minutes": "<min>", "units": "<u>", "date": "<date>", "year": "<year>", "money": "<$>",
    "age": "<age>", "percent": "<pct>", "icd10": "<dx>", "number": "<n>", "regions": "<r>", "carc": "<carc>",
}  # fmt: skip


def skeleton(toks: Sequence[Token], mentions: Sequence[Mention], start: int, end: int) -> str:
    """The words of text[start:end], single-spaced, mentions as signs."""
    parts: list[str] = []
    inside = iter(m for m in mentions if start <= m.start < end)
    mention = next(inside, None)
    for tok in toks:
        if tok.start < start or tok.end > end:
            continue
        while mention is not None and tok.start >= mention.end:
            mention = next(inside, None)
        if mention is not None and tok.start >= mention.start:
            if tok.start == mention.start or (parts and not parts[-1].startswith("<")):
                parts.append(_sign(mention))
            continue
        parts.append(tok.low)
    said = _WITHOUT.sub("without", " ".join(parts))
    return _SHORT.sub(lambda m: _LONG.get(m.group(), m.group()), said)


_LONG = {
    "req'd": "required",
    "reqd": "required",
    "diff": "different",
    "approp": "appropriate",
    "sep": "separate",
    "nec": "necessary",
}
_SHORT = re.compile(r"\b(?:req'd|reqd|diff|approp|sep|nec)\b")
_WITHOUT = re.compile(r"\bw / ?o(?:ut)?\b")


def _sign(mention: Mention) -> str:
    if mention.kind == "modifier":
        return f"<M{mention.value}>"
    if mention.kind == "percent" and mention.value == "100":
        return "<full>"
    return _SIGNS.get(mention.kind, "<n>")


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives))


CUES: dict[str, re.Pattern[str]] = {
    "appendix_e": _any(
        r"\bappendix ?-? ?e\b",
        r"\bapp \.? ?e\b",
        r"\bapndx e\b",
        r"\bappx e\b",
        r"circle ?/?-? ?slash",
        r"exempt(?:ion)? list",
        r"51[- ]exempt list",
    ),
    "other_appendix": _any(r"\bappendix ?-? ?[a-df-p]\b"),
    "mppr": _any(
        r"\bmppr\b",
        r"multiple (?:procedure|therapy|procedures) (?:payment )?(?:reduction|discount|reductions)",
        r"therapy reduction",
        r"\bpe reduction",
        r"\bpe\b.{0,40}\b(?:cut|cuts|reduc\w+|halved|half|slashed|lowered|trimmed|knocked off|lost|taken off)\b",
        r"\b(?:cut|reduc\w+|half|halves|slashe?s?|lowers?|<pct>)\b.{0,30}\b(?:the pe|practice expense)\b",
        r"\bpractice expense\b.*\b(?:second|2nd|other|further|additional|each|every|next|subsequent) (?:\w+ )?(?:unit|therapy|procedure|code|service)",
        r"practice expense .*(?:reduc|cut|half|50)",
    ),
    "reduced": _any(
        r"\breduc(?:e|es|ed|tion|tions|ing)\b",
        r"\bpaid less\b",
        r"\b(?:get|gets|is|are|be|being|was|were) (?:it |they |also |then |still |the \w+ )?(?:cut|slashed|halved|discounted)\b",
        r"\bpay(?:s|ment)? (?:be )?(?:cut|less|half|lower)",
        r"\bcut (?:in half|the|my|our|by)\b",
        r"\bdiscount(?:s|ed|ing)?\b",
        r"\bhalf (?:pay|price|rate)\b",
        r"\b50 ?<pct>|<pct> (?:of|less|cut)",
    ),
    "full_payment": _any(
        r"\b(?:paid|pay|pays|paying|reimbursed|reimburses?|payment|payable|reimbursement) (?:out )?(?:at |in |is |the |its |it's |for )?(?:full|100|<pct>)",
        r"\bfull (?:payment|price|fee|amount|rate|reimbursement|allowable|allowed|pay)\b",
        r"\bno (?:multiple )?(?:procedure |therapy )?(?:payment )?(?:reduction|mppr|cut|discount)",
        r"\bnever (?:be )?reduced",
        r"\bnot (?:be |get |going to be )?(?:reduced|cut)",
        r"\bwithout (?:a |any )?reduction",
        r"\bpay(?:s|ment)? in full\b",
        r"\bin full\b",
        r"\bfull freight\b",
        r"\bpa(?:y|ys|id|ying)\b[\w ]{0,30}(?:\bfull\b|<full>)",
        r"<full> (?:payment|of the fee)",
        r"\bimmune (?:from|to) (?:the )?(?:mppr|reduc)",
        r"\bkeeps? \w+ from (?:being )?reduc",
        r"\b(?:escape|avoid|dodge|skip|get out of|immune to)(?:s|es)? .*\breduc",
    ),
    "exempt": _any(
        r"\bexempt(?:ed|ion|ions|s)?\b",
        r"\bexcluded?\b",
        r"\bexclusion\b",
        r"\bexcludes\b",
        r"\bimmune\b",
        r"\bfree (?:of|from)\b",
        r"\bcarved out\b",
        r"\bnot subject to\b",
    ),
    "subject": _any(r"\bsubject to\b", r"\beligible for\b", r"\bsubjected\b"),
    "add_on": _any(r"\badd(?: ?- ?| )on\b", r"\baddon\b"),
    "mue": _any(r"\bmues?\b", r"medically unlikely"),
    "mai": _any(r"\bmai\b", r"adjudication indicator"),
    "max_units": _any(
        r"\bmax(?:imum)?\b",
        r"\bhow many (?:units|times|per day|a day)\b",
        r"\bmost (?:units|i can)\b",
        r"\bunits? (?:limit|cap|max)\b",
        r"\bunits? (?:per|a|each|in (?:one|a)|for (?:one|a)|allowed|can|may|of <C>)",
        r"\blimit (?:on|of|to|for)\b.*(?:\bunit|<u>|<C>)",
        r"\b(?:daily|per day|day) (?:limit|max|cap)\b",
        r"\blimited to (?:one|once|<n>|<u>)|\blimit of (?:one|<n>|<u>)",
        r"\bmore than (?:once|one|1|two|<n>|<u>)",
        r"\btoo many\b",
        r"\bper (?:day|visit|date|session|encounter|dos)\b.*\bunits?\b",
        r"\bunits? .*\b(?:per|a) (?:day|visit|date|session|dos)\b",
        r"<u>",
        r"\btwice\b",
        r"\b(?:two times|three times) (?:in|on|a|per|the same) ?(?:one|same|a|the)? ?(?:day|visit|session|date)?",
    ),
    "how_many_units": _any(
        r"\bhow many (?:billable )?units?\b",
        r"\bunits? (?:can|do|should|would|may|will|is|are)\b",
        r"\bwhat units\b",
        r"\bnumber of units\b",
        r"\bhow (?:to|do i|do we|should i|would (?:i|you)) (?:bill|code|count|calculate|split|allocate|report)",
        r"\bunits\b\s*\?",
        r"\bbillable\b",
        r"\bunits = \?",
    ),
    "timing": _any(
        r"\b(?:un)?timed\b",
        r"\btime ?-? ?(?:based|dependent)\b",
        r"\bservice ?-? ?based\b",
        r"\bper (?:15|<min>)",
        r"\bin (?:15|<min>) ?(?:-)? ?(?:increment|block)s?",
        r"(?:<min>|<n>|8|eight) ?-? ?(?:minute )?rule",
        r"\brule of (?:8|<n>|eight)s?\b",
        r"\b(?:bill|bills|billed|paid|charged|counted|reported) by (?:the )?(?:time|minute|unit|<min>)s?",
        r"\bevery <min>",
        r"\bper[- ]unit\b",
        r"\beach <min>",
        r"<min> (?:code|unit|increments?|blocks?)\b",
        r"\bconstant attendance code\b",
        r"\btime code\b",
        r"\bclock\b",
    ),
    "one_on_one": _any(
        r"\bone ?- ?(?:on|to) ?- ?one\b",
        r"\bone (?:on|to) one\b",
        r"<n> ?(?::|on|to) ?<n>",
        r"\b1 ?: ?1\b",
        r"\bconstant attendance\b",
        r"\bsupervised\b",
        r"\bunattended\b",
        r"\battended\b",
        r"\bdirect contact\b",
    ),
    "ncci": _any(
        r"\bncci\b",
        r"\bcci\b",
        r"\bptp\b",
        r"\bncci ptp\b",
        r"\bmutually exclusive\b",
        r"\bprocedure ?-? ?to ?-? ?procedure\b",
        r"\bedit(?:s|ed)?\b",
        r"\bcolumn ?-? ?(?:1|2|i|ii|one|two|<n>)",
        r"\bcol ?\.? ?(?:1|2|<n>)",
        r"\bcorrect coding\b",
    ),
    "bundle": _any(
        r"\b(?:un)?bundl(?:e|es|ed|ing)\b",
        r"\binclusive\b",
        r"\bincluded (?:in|with)\b",
        r"\bpart of\b",
        r"\bincidental\b",
        r"\bunbundl\w*",
    ),
    "together": _any(
        r"\btogether\b",
        r"\bboth\b",
        r"\bsame (?:day|visit|session|date|time|encounter|claim|dos|date of service|appointment|sitting|line)\b",
        r"\bin conjunction\b",
        r"\balong ?(?:side|with)\b",
        r"\bin addition to\b",
        r"\bon top of\b",
        r"\bcombin(?:e|ed|ing|ation)\b",
        r"\bpair(?:s|ed|ing)?\b",
        r"<C> (?:with|w /|w|and|&|\+|plus|/|alongside|then) (?:a |an |my |the )?<C>",
        r"\bseparately\b",
        r"\beach other\b",
        r"\bas well as\b",
        r"\bpay both\b",
        r"\bcoexist\b",
        r"\bgo with\b",
    ),
    "column": _any(
        r"\bcolumn ?-? ?(?:1|2|i|ii|one|two|<n>)",
        r"\bcol ?\.? ?(?:1|2|<n>)",
        r"\bwhich (?:code|one|line|of (?:them|these|the two))\b.*\b(?:takes?|gets?|goes?|modifier|append|appended|carry|carries|<M\w+>|denied|denies|denies|column)",
        r"\bwhere does\b",
        r"\bwhich (?:code|line) (?:do|does|should)\b",
        r"<M\w+> (?:go(?:es)?|belongs?) on\b",
    ),
    "indicator": _any(
        r"\b(?:modifier|ccmi|ncci|edit|mod) indicator\b",
        r"\bindicator (?:for|of|on|is)\b.*<C>.*<C>",
        r"\bccmi\b",
        r"\bindicator\b",
    ),
    "bypass": _any(
        r"\bbypass(?:es|ed|ing)?\b",
        r"\bby ?-? ?pass\b",
        r"\boverrid(?:e|es|ing|den)\b",
        r"\bopen(?:s)? the edit\b",
        r"\bunbundles?\b",
        r"\bbreak the (?:edit|bundle)\b",
        r"\bgets? (?:\w+ |<C> ){0,2}(?:around|past|through|by)\b",
        r"\b(?:opens?|opening|unlocks?|beats?|defeats?|breaks?|lifts?|clears?|satisf(?:y|ies)|resolves?|fix(?:es)?) (?:an?|the|this|that|any|our|its)? ?(?:active |ncci |cci |ptp )*edits?\b",
        r"\bclear the edit\b",
        r"\bunlock",
    ),
    "which_modifier": _any(
        r"\b(?:which|what) (?:modifiers?|mods?|mdf)\b",
        r"\bmodifiers? (?:do|does|should|would|needed|needs?|is|are|required|applies|apply|go(?:es)?)\b",
        r"\bwhat mods?\b",
        r"\bneed(?:s)? (?:a|any) modifiers?\b",
        r"\b(?:any|a) modifiers? (?:needed|required|necessary)\b",
        r"\bmodifiers?\s*\?",
        r"\brequire(?:s)? (?:a|any) modifiers?\b",
        r"^\W*(?:the |right |correct |proper )?(?:modifiers?|mods?) (?:for|on|with|to use|to add)\b",
        r"\bmodifiers? (?:for|on) (?:us|me|our|my|the|an?|it|this|that|<C>)\b",
        r"\b(?:which|what) (?:g|x|therapy|discipline|assistant|payment) ?-? ?(?:modifiers?|mods?)\b",
        r"\bwhat (?:belongs|goes|should go|has to go|do i put|do we put|should i put) on (?:it|the line|that line|this line|<C>)\b",
        r"\bmods? needed\b",
    ),
    "region_same": _any(
        r"\bboth (?:were |was |are )?(?:treated|done)? ?(?:treated|to|on|in|at|for|done (?:to|on)) (?:the )?(?:same |\w+ )?(?:lumbar|cervical|thoracic|sacral|pelvic|neck|low back|back|spine|region|area)\b",
        r"\bsame (?:spinal |body |anatomic(?:al)? )?(?:region|area|body part|site|level|segment|spot|region of the spine)\b",
        r"\bto the same\b",
    ),
    "region_other": _any(
        r"\b(?:different|separate|another|other|distinct|unrelated|non ?-? ?adjusted|not adjusted) (?:spinal |body |anatomic(?:al)? )?(?:region|area|body part|site|level|regions|areas|structure)\b"
    ),
    "separate_time": _any(
        r"\b(?:different|separate|distinct|non ?-? ?overlapping) (?:<min> |15 ?-? ?minute )?(?:time|times|interval|intervals|timed interval|timed intervals|block|blocks|sessions?|encounters?)\b",
        r"\bback ?-? ?to ?-? ?back\b",
        r"\bone after the other\b",
    ),
    "therapy_modifier": _any(
        r"\btherapy modifiers?\b",
        r"\bdiscipline modifiers?\b",
        r"\bplan of care modifiers?\b",
        r"\b(?:pt|ot|slp|speech|physical|occupational)(?: (?:therapy|therapist|therapist's|language pathology|pathology))? (?:plan of care|poc)\b",
        r"\b(?:always|sometimes) therapy\b",
        r"\bpt modifier\b",
        r"\btherapy plan modifier\b",
    ),
    "kx": _any(
        r"\bkx\b",
        r"\b(?:therapy|kx|pt|ot|slp|medicare|annual|dollar|financial|speech|occupational|physical) (?:therapy )?(?:threshold|cap|limit)s?\b",
        r"\bthreshold(?:s)?\b",
        r"\b(?:pt|slp|ot|therapy|kx) ?(?:/ ?(?:pt|slp|ot) ?)?buckets?\b",
        r"\btherapy cap\b",
    ),
    "assistant": _any(
        r"(?<!physician )(?<!medical )(?<!surgical )(?<!office )\bassistants?\b",
        r"\bpta\b",
        r"\bpt as\b",
        r"\bota\b",
        r"\bcota\b",
        r"\bpta's\b",
        r"\bptas\b",
        r"\bde minimis\b",
    ),
    "assistant_surgeon": _any(
        r"\bqualified resident\b",
        r"\bassist(?:ant|ing)?(?: at| in)? ?-? ?(?:surgeon|surgery|surgical|surgeons)\b",
        r"\bsurgical assist(?:ant)?\b",
        r"\bco ?-? ?surgeons?\b",
        r"\bcosurgeons?\b",
        r"\bteam surg(?:ery|eons?)\b",
        r"\bsurgical team\b",
        r"\btwo surgeons\b",
        r"\bfirst assist\b",
        r"\bassistant at surgery\b",
    ),
    "status": _any(
        r"\bstatus (?:indicator|code|letter|of)\b",
        r"\bmpfs status\b",
        r"\b(?:contractor|carrier) ?-? ?priced\b",
        r"\bstatus\b",
        r"\bmpfsdb?\b",
        r"\bfee schedule\b.*\b(?:status|payable|list)",
    ),
    "payable": _any(
        r"\bpayable\b",
        r"\bpays <C>",
        r"\brecogni[sz]es?\b",
        r"\b(?:do|does|did|wo|would|will|is|are|ca|could)n'?t (?:\w+ )?(?:pay|paid|cover|covered|accept|allow|reimburse|reimbursed)\b",
        r"\b(?:never|not|always|also|still) (?:pay|pays|paid|cover|covers|covered|reimburses?d?)\b",
        r"\b(?:does|do|will|would|is|are|can|did|should) (?:\w+ ){0,3}(?:pay|pays|paid|cover|covers|covered|reimburse|reimburses|reimbursed|recogni[sz]e|recogni[sz]es|recogni[sz]ed|accept|accepts|accepted|allow|allows)\b",
        r"\bcover(?:s|ed|age)\b",
        r"\bnon ?-? ?covered\b",
        r"\bseparately (?:paid|payable|reimburs\w+|bill\w*)",
        r"\bpa(?:y|id|ys) (?:separately|for)\b",
        r"\bpaid by\b",
        r"\bpaid separately\b",
        r"\breimburs(?:e|es|ed|able)\b",
        r"\bget paid\b",
        r"\b(?:any|separate|extra|no) (?:\w+ ){0,2}(?:money|payment|reimbursement)\b",
    ),
    "replacement": _any(
        r"\bcame after\b",
        r"\b(?:took|takes|taken|taking|take) (?:its|their|the) place\b",
        r"\b(?:which|what) codes? now\b",
        r"\breplac(?:e|ed|es|ement|ing)\b",
        r"\bsupersed(?:e|es|ed)\b",
        r"\binstead of\b",
        r"\bin place of\b",
        r"\bsuccess(?:or|ors|eded|eeded)\b",
        r"\bwhat (?:code |do i use )?(?:instead|now)\b",
        r"\binstead\b",
        r"\bcrosswalk(?:s|ed)?\b",
        r"\bnew code\b",
        r"\bequivalent\b",
        r"\bwhich code (?:does|do|should) \w+ (?:use|bill|want)",
        r"\bwhat (?:hcpcs |g )?code does\b",
        r"\bturned into\b",
        r"\bbecame\b",
        r"\bwant(?:s)? (?:<C>)? ?(?:instead|for)",
    ),
    "valid": _any(
        r"\bvalid\b",
        r"\binvalid\b",
        r"\bdeleted?\b",
        r"\bstill (?:a |an )?(?:valid|active|current|good|billable|usable|used|use|exist|around|in use|live|ok|bill|billing|report)\b",
        r"\bexist(?:s|ed)?\b",
        r"\bretired\b",
        r"\bterminated\b",
        r"\bdiscontinued\b",
        r"\bobsolete\b",
        r"\bactive code\b",
        r"\bcurrent code\b",
        r"\breal code\b",
        r"\bexpired?\b",
        r"\bgone\b",
        r"\bsunset\b",
    ),
    "global": _any(
        r"\bglobal(?:s)?(?: (?:period|days?|surgery|package|surgical|indicator))?\b",
        r"\bpost ?-? ?op(?:erative)?\b",
    ),
    "component": _any(
        r"\b(?:professional|technical) component\b",
        r"\bprof component\b",
        r"\btech component\b",
        r"\bpc ?/ ?tc\b",
        r"\bpctc\b",
        r"\bsplit\b.*\b(?:component|professional|technical)",
        r"\binterpretation only\b",
        r"\bread(?:s|ing)? only\b",
        r"\b(?:modifier|mod)\b.*\bfor (?:the |our |his |her )?(?:interpretation|reading|read|equipment|machine)\b",
        r"\b(?:outside|other|another|different|hospital|remote|tele\w*) (?:doctor|radiologist|physician|group|doc|md) (?:reads?|interprets?|interpreted)\b",
        r"\bonly (?:read|interpreted|interpretation)\b",
    ),
    "bilateral": _any(
        r"\bbilateral(?:ly|s)?\b",
        r"\bboth (?:sides|knees|shoulders|hips|arms|legs|hands|feet|wrists|ankles|elbows|eyes)\b",
        r"\bleft and right\b",
        r"\bright and left\b",
        r"\beach side\b",
    ),
    "chiropractic": _any(
        r"\bactive (?:treatment|care|therapy)\b",
        r"\bmaintenance\b",
        r"\bsubluxations?\b",
        r"\bcorrective\b",
        r"\bacute treatment modifier\b",
    ),
    "regions": _any(
        r"\bhow many regions\b",
        r"\b(?:spinal )?regions?\b",
        r"<r>",
        r"\bwhich (?:cmt|chiro|chiropractic|adjustment|manipulation)(?: \w+)? code\b",
        r"\bcmt code\b",
    ),
    "em": _any(
        r"\be ?/ ?m\b",
        r"\be ?& ?m\b",
        r"\be ?and ?m\b",
        r"\bevaluation and management\b",
        r"\boffice visits?\b",
        r"\bvisit level\b",
        r"\bmdm\b",
        r"\bmedical decision making\b",
        r"\bem (?:code|level|visit|service)s?\b",
    ),
    "level": _any(
        r"\blevels?\b",
        r"\bmdm\b",
        r"\bdecision ?-? ?making\b",
        r"\b(?:total )?time (?:for|required|needed|requirement|threshold|range|minimum|on|is)\b",
        r"\bhow (?:many minutes|much time|long)\b",
        r"\bminutes? (?:for|required|needed|do|does|is|are)\b",
        r"\bminimum (?:time|minutes)\b",
        r"\b(?:by|on|based on|using) time\b",
        r"\bspent\b",
        r"\bstraightforward\b",
        r"\b(?:low|moderate|high) (?:complexity|mdm|risk|decision)\b",
        r"\bwhich (?:e / m|office visit|visit|established|new)\b",
    ),
    "icd": _any(
        r"<dx>", r"\bicd(?: ?-? ?10)?\b", r"\bdiagnos(?:is|es|tic) codes?\b", r"\bdx codes?\b", r"\bdx\b"
    ),
    "billable": _any(
        r"\bbillable\b",
        r"\bspecific\b",
        r"\bspecificity\b",
        r"\bvalid\b",
        r"\bcomplete\b",
        r"\bunspecified\b",
        r"\bheader\b",
        r"\bcategory\b",
        r"\b(?:4|5|6|7)(?:th|st|rd)? (?:character|digit)\b",
        r"\bcharacters?\b",
        r"\bdigits?\b",
        r"\baccepted?\b",
        r"\bpayable\b",
        r"\brejected?\b",
        r"\btruncated\b",
        r"\bgood\b",
        r"\bok\b",
        r"\buse\b",
        r"\bbill\b",
    ),
    "excludes": _any(r"\bexcludes? ?-? ?(?:1|<n>|one|2)\b", r"\bexclude[sd]? notes?\b", r"\bexcludes\b"),
    "fee": _any(
        r"\bhow much\b",
        r"\bfee\b",
        r"\bfees\b",
        r"\ballowed amount\b",
        r"\b(?:medicare|national|mpfs|cms) (?:allowed|allowance|allows)\b",
        r"\bnational(?! (?:coverage|provider|correct|government|lcd|ncd|policy|policies|association|guideline|holiday))\b",
        r"\ballowable\b",
        r"\b(?:medicare|mpfs|national) (?:payment|rate|price|amount|payment|fee|allowable)\b",
        r"\bpayment amount\b",
        r"\bdollar(?:s| amount)\b",
        r"\bprice\b",
        r"\brates?\b",
        r"\bconversion factor\b",
        r"\bworth\b",
        r"\brvus?\b",
        r"\breimbursement (?:rate|amount|for)\b",
        r"\bwhat (?:does|do|will|would|did) [\w ]+? (?:pay|reimburse|allow)\b",
        r"\bpay(?:s|ment)? (?:for|rate)\b",
    ),
    "rvu": _any(r"\brvus?\b", r"\brelative value\b"),
    "conversion": _any(r"\bconversion factor\b", r"\bthe cf\b"),
    "abn": _any(
        r"\babns?\b",
        r"\badvance(?:d)? beneficiary\b",
        r"\bnotice on file\b",
        r"\bstatutorily excluded\b",
        r"\bvoluntary notice\b",
        r"\bsign(?:ed)? (?:a )?waiver\b",
    ),
    "who_may": _any(
        r"\b(?:can|may|could|is|are|does|do|will|should|would)\b.*\b(?:bill|bills|billing|report|reports|perform|perfom|provide|render|code|charge|use|paid|pay|cover|covered)\b",
        r"\bwho (?:can|may|is allowed)\b",
        r"\b(?:can|may|could) (?:\w+ ){1,3}do (?:an? |the |my |our )?<C>|\b(?:pta|ota|cota|aide|student) (?:can|may|could) do (?:an? |the )?<C>",
        r"\ballowed to bill\b",
        r"\bcharg(?:e|es|ing)\b",
        r"\bfurnish(?:es|ed)?\b",
        r"\ballowed to\b",
        r"\breport(?:s|ing)?\b",
        r"\bscope\b",
        r"\bbill(?:s|ed|ing)?\b",
    ),
    "order": _any(
        r"\border (?:of|do|should|for|to|the|modifiers)\b",
        r"\b(?:what|which|correct|right|proper|modifier|in what) order\b",
        r"\bsequenc(?:e|es|ed|ing)\b",
        r"\b(?:first|second|third|last) (?:position|modifier|slot|field|spot|place)\b",
        r"\b(?:goes|go|comes|come|listed?|placed?) (?:first|before|last|second)\b",
        r"\bwhich (?:modifier )?(?:is|goes|comes|do i put) (?:first|listed first)\b",
        r"\bfour (?:slots?|modifiers)\b",
        r"\bin (?:what |the |the right |the correct |proper )?order\b",
        r"(?<!\w)(?:fifth|5th|sixth|6th|fourth|4th|more than (?:four|4|<n>)|five|six|<n>) (?:modifiers?|mods?)\b.*\b(?:lines?|fit)\b",
        r"\bhow many (?:would |can |could |will |do |modifiers )*(?:fit|modifiers)\b",
        r"\bprimary modifier\b",
        r"\bhow many modifiers\b",
        r"\bfirst or second\b",
        r"\border(?: please| pls| plz| them| these)?\W*$",
        r"\b(?:arrange|re-?order|sort|line up|rank|stack)\b (?:these |the |them |modifiers? |in order |for me )*<M\w+>(?:(?: ,| and| &)* <M\w+>)+",
    ),
    "meaning": _any(
        r"\bmean(?:s|ing)?\b",
        r"\bdefin(?:e|ition|ed)\b",
        r"\bwhat(?: is|'s| does| are)\b",
        r"\bexplain\b",
        r"\bstand(?:s)? for\b",
        r"\bpurpose of\b",
        r"\bused for\b",
        r"\bwhen (?:do|should|would|to|is|can|does)\b",
        r"\bwhats\b",
        r"\btell me about\b",
        r"\bdescribe\b",
    ),
    "supervision": _any(
        r"\bsupervision\b",
        r"\bdirect supervision\b",
        r"\bgeneral supervision\b",
        r"\bsupervis(?:ed|ing|or)\b.{0,24}\bon ?-? ?site\b|\bon ?-? ?site\b.{0,24}\bsupervis",
        r"\b(?:pt|ot|therapist|supervisor)\b (?:is |was |are )?(?:\w+ )?(?:at (?:the |an|a )?(?:other|another|different) (?:office|clinic|location|site)|off ?-? ?site|not (?:on ?-? ?site|in the (?:building|clinic|office))|out of the (?:office|building)|(?:available )?by phone|working from home)\b",
    ),
    "repeat": _any(r"\brepeat(?:ed|s)?\b", r"\bsame procedure twice\b"),
    "denied": _any(
        r"\bden(?:y|ied|ial|ials|ies)\b",
        r"\breject(?:ed|ion|s)?\b",
        r"<carc>",
        r"\bkicked (?:back|out)\b",
        r"\bbounced\b",
        r"\brefused\b",
        r"\bnot paying\b",
    ),
    "group": _any(
        r"\bgroup (?:therapy|vs|versus|or|and|session|code)\b", r"\bindividual (?:or|vs|versus|and|therapy)\b"
    ),
    "two_disciplines": _any(
        r"\bpt and ot\b",
        r"\bot and pt\b",
        r"\btwo (?:therapists|disciplines|pts|providers)\b",
        r"\b(?:same|both) disciplines?\b",
    ),
    "supplies": _any(r"\bsuppl(?:y|ies)\b", r"\bvaccines?\b", r"\bdme\b", r"\bbrace\b"),
    "visit_line": _any(
        r"\bmodifiers\b", r"\bhow (?:do|should|would|to) (?:i|we|you)? ?(?:bill|code)\b", r"\bcode this\b"
    ),
}


_PATIENT = r"(?:patient|pt|beneficiary|member|client)s?"
_BILLS_PATIENT = _any(
    rf"\b(?:bill|bills|billing|charge|charges|charging|invoice|collect from|balance bill) (?:\w+ ){{0,2}}{_PATIENT}\b",
    r"\b(?:bill|charge|invoice) (?:her|him|them)\b",
    rf"\b(?:send|give|mail|hand) (?:\w+ ){{0,2}}{_PATIENT} (?:a |the |an )?(?:bill|invoice|statement)",
    rf"\b{_PATIENT} (?:may|can|could|should|must|will)(?:not|n't)? (?:not |never |still )?be (?:billed|charged)\b",
    rf"\b{_PATIENT} (?:be |get |gets |is |be held )?(?:billed|charged|pay|pays|owe|owes|liable|responsible|responsib\w*)\b",
)


def bills_patient(low: str) -> bool:
    """Whether words would have the patient pay: "bill the patient", "send her a bill", "is the patient liable"."""
    return _BILLS_PATIENT.search(low) is not None


_PART = r"(?:eye|side|knee|hip|shoulder|ear|foot|hand|wrist|elbow|ankle|cataract|one|<n>)(?!\w)"
_OTHER_SIDE = _any(
    rf"\b(?:other|second|2nd|opposite|different|fellow|contralateral) {_PART}",
    rf"\bright\b.*\bleft {_PART}|\bleft\b.*\bright {_PART}",
)


def other_side(low: str) -> bool:
    """Whether words tell of the other side: "the other eye", "second knee", "right eye, ... the left one"."""
    return _OTHER_SIDE.search(low) is not None


CODING = re.compile(
    r"\b(?:cpt|hcpcs|icd|code|codes|coding|modifier|modifiers|bill|bills|billing|billed|billable|claim|claims|medicare|medicaid|payer|payers|payor|insurance|ncci|mue|ptp|mppr|e/m|cms|mac|lcd|ncd|abn|therapy|therapist|therapists|traction|chiropract\w*|"
    r"evaluation|treatment|modality|modalities|documentation|plan of care|certification|recertification|diagnosis|procedure|procedures|reimburse\w*|coverage|covered|denial|denied|unit|units|timed|untimed|supervis\w+|patient|patients|physician|provider|"
    r"manipulation|exercise|rehab\w*|progress reports?|overpayments?|audits?|compliance|incident to|telehealth|surgery|surgical|global|anesthesia|radiology|laborator\w+|crosswalk|edit|edits|appeal\w*|threshold|subluxation|stimulation|ultrasound|gait|"
    r"medical necessity|skilled|maintenance|beneficiary|outpatient|inpatient|hospital|deductible|coinsurance|signature|record|records|session|sessions|guidelines?|spine|spinal|cervical|lumbar|disc|radiculopathy|pain|drug|drugs|vaccine|prosthe\w+|"
    r"orthotic\w*|dme|home health|wound|injection|symptom\w*|disease|condition|conditions|infection|pregnan\w*|fracture|neoplasm\w*|encounter|remark|rarc|carc|n\d{2,3}|ma\d{2,3}|x-ray|imaging|ambulance|hospice|nursing|nurse|dialysis|dental|screening|benefit|benefits)\b"
)

VOCABULARY = frozenset(
    "exempt exemption exempted modifier modifiers append appended appending multiple procedure procedures reduction reduced timed untimed units minutes therapy traction mechanical manual "
    "medicare medicaid commercial payer denied denial claim claims billable billed billing bundled unbundle together separate separately evaluation management chiropractic chiropractor adjustment "
    "manipulation exercise exercises massage ultrasound electrical stimulation bilateral professional technical component global period assistant surgeon threshold coverage covered diagnosis "
    "documentation required needed allowed appendix column indicator maximum replacement deleted successor conversion factor physician therapist neuromuscular reeducation therapeutic activities "
    "attended unattended supervised modality modalities subluxation maintenance deductible region regions specific valid invalid status national facility allowed amount code codes payment".split()
)
"""Words of the field that spelling is corrected to, beside the names."""
