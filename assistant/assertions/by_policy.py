"""What a clause claims about rules that name no code: what an indicator means, who may bill, what a payment modifier pays.

Each `Policy` reads one proposition from all sides: `about` (every pattern must be found), `says` the words that affirm it, `against`
the words that deny it. What is true is for the facts to say: `audit` looks `table`/`subject`/`field` up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.assertions.assertion import Assertion
from assistant.assertions.clauses import Clause
from assistant.assertions.patterns import search, starts
from assistant.assertions.polarity import negated, weak


@dataclass(frozen=True, slots=True)
class Policy:
    name: str
    topic: str
    about: tuple[str, ...]
    says: str
    against: str = r"(?!)"
    unless: str = r"(?!)"
    true: bool = False
    fact: tuple[str, str, str] = ("", "", "value")
    modifiers: tuple[str, ...] = ()
    local: bool = True
    plainly: bool = False


_EM = r"\be ?[/&] ?m\b|\bevaluation and management\b|\boffice visits?\b"
_BILL = r"\b(?:bill\w*|paid|pays?|payable|reimburs\w+|cover(?:s|ed)|count\w*|report\w*|separately)\b"
_ANSWER = r"\b(?:patients?|beneficiar(?:y|ies))\b"

POLICIES: tuple[Policy, ...] = (
    # MUE and MAI
    Policy("mai_2_override", "mue", (r"\bmai (?:of |is |= ?|indicator )*2\b",), r"\b(?:overcome|records|lifted|raised|overridden|override|overrides|exceed\w*|appeal\w*|bypass\w*|more (?:units )?can|above|documentation|extra units)\b", r"\babsolute\b|\bmay not override\b|\bhard\b|\bfirm\b", r"\bmai (?:of |is )*3\b", False, ("mai_meaning", "2", "override")),
    Policy("mai_3_absolute", "mue", (r"\bmai (?:of |is |= ?|indicator )*3\b",), r"\b(?:absolute|never be (?:exceeded|overridden|paid)|hard (?:limit|stop)|cannot be (?:appealed|exceeded|overridden))\b", r"\b(?:appeal\w*|exceed\w*|overrid\w+|evidence|documentation|clinical benchmark|medical necessity)\b", r"\bmai (?:of |is )*2\b|\bonly (?:that|the|those)\b|\bunits? (?:is|are) denied\b", False, ("mai_meaning", "3", "override")),
    Policy("mai_1_line", "mue", (r"\bmai (?:of |is |= ?|indicator )*1\b",), r"\b(?:claim[ -]line|line edit|each line|per line|lines?)\b", r"\b(?:per[ -]day|date of service|absolute|for the day|day edit)\b", r"\bmai (?:of |is )*[23]\b|\bclaim line or\b", True, ("mai_meaning", "1", "level")),
    Policy("mai_23_day", "mue", (r"\bmai (?:of |is |= ?|indicator )*[23]\b",), r"\b(?:per[ -]day|date of service|day edit|for the day|all lines)\b", r"\b(?:claim[ -]line|line edit|each line (?:alone|separately)|per line)\b", r"\bmai (?:of |is )*1\b", True, ("mai_meaning", "2", "level")),
    Policy("mue_excess", "mue", (r"\bmues?\b|\bmai\b|\bexcess units?\b|\bunits over\b", r"\bden(?:y|ied|ies|ial)\b|\bcosts?\b|\blos(?:e|es|t)\b|\breject\w*|\bunpaid\b|\bcut\b|\bpaid\b"), r"\bfirst (?:\w+ )?units? (?:is|are) (?:still )?paid\b|\b(?:rest|others?|remaining units?) (?:is|are) (?:still )?paid\b|\bup to the (?:limit|mue) (?:is|are) (?:still )?paid\b|\b(?:only|just) (?:that|those|this|these) (?:\w+ )?units?\b|\bonly the (?:excess|extra|units (?:above|over)|second|additional)|\bjust the (?:excess|extra)|\blimited to the excess\b", r"\ball (?:the )?units\b|\bevery unit\b|\bentire line\b|\bwhole line\b|\bboth units\b|\bnot (?:only|just) the (?:excess|second|extra)", r"\bmai (?:of )?1\b", False, ("mai_meaning", "2", "sum")),
    Policy("mue_coverage", "mue", (r"\bmues?\b",), r"\bmeans? (?:that )?(?:medicare |cms )?(?:will )?(?:covers?|pays?)\b|\bguarantees?\b|\bmeans? (?:that )?(?:the )?(?:\w+ )*(?:covered|payable|paid)\b|\bpromis\w+|\bentitle\w*\b", r"\bsays nothing (?:about|on) coverage\b", r"\bmue (?:of |is )*0\b", False, ("ncci_policy", "mue", "coverage")),
    Policy("denial_patient", "ptp", (r"\bmues?\b|\bncci\b|\bptp\b|\bedit\b|\bbundled\b|\bcoding denial\b|\bunit denial\b|\bunits? (?:denied|over)\b", r"\bpatients?\b|\bbeneficiar(?:y|ies)\b|\babn\b"), r"\b(?:bill(?:ed|ing)?|charg(?:e[ds]?|ing)|collect(?:ed|ing)?|liable|responsib\w+|shift\w*|transfer\w*|balance|pay|issue[ds]?|obtain|use)\b", r"(?!)", r"\bsame patient\b|\bstatus\b|\bone patient\b|\bfor a patient\b|\bmedical necessity denial\b|\bper patient\b|\bC\d+ (?:and|with|/) C\d", False, ("ncci_policy", "denial", "bill_patient")),
    Policy("no_edit_payment", "ptp", (r"\b(?:no|absence of an?|without an?|lack of an?) (?:active |ncci |ptp )*edits?\b",), r"\bguarantees?\b|\bensures?\b|\bmeans? (?:that )?(?:both |they |it )?(?:will|must|are|is)(?: \w+)? (?:be )?(?:paid|covered|payable)", r"\bno (?:promise|guarantee|permission)\b|\bnot (?:a )?(?:permission|promise|guarantee)", r"C\d", False, ("ncci_policy", "no_edit", "permission")),
    # modifier indicators
    Policy("indicator_0", "ptp", (r"\bncci\b|\bptp\b|\bedits?\b|\bmodifiers?\b|\bccmi\b|\bbypass\w*|\bpairs?\b|\bthe two\b|\bboth\b|\btogether\b", r"\bindicator (?:of |is |= ?|value )*0\b|\b0 indicator\b",), r"\b(?:can|may|could|will|allow\w*|permit\w*|bypass\w*|overrid\w+|open(?:s|ed)?|appropriate)\b", r"\bnever\b|\bnot (?:allowed|permitted)\b", r"\bindicator (?:of |is )*[19]\b|\bbilat|\bmult|\bC\d|\basst|\bteam|\bco ?- ?surg|\bpc ?/ ?tc|\bpayment\b|\bstatus\b|\bfee of\b|\bsurgeon|\bsurgery\b|\breduction\b", False, ("ncci_policy", "indicator_0", "meaning")),
    Policy("indicator_1", "ptp", (r"\bncci\b|\bptp\b|\bedits?\b|\bmodifiers?\b|\bccmi\b|\bbypass\w*|\bpairs?\b|\bthe two\b|\bboth\b|\btogether\b", r"\bindicator (?:of |is |= ?|value )*1\b|\b1 indicator\b",), r"\b(?:can|may|could|allow\w*|permit\w*|bypass\w*|overrid\w+|opens?|appropriate)\b", r"\bnever\b", r"\bindicator (?:of |is )*[09]\b|\bbilat|\bmult|\bC\d|\basst|\bteam|\bco ?- ?surg|\bpc ?/ ?tc|\bpayment\b|\bstatus\b|\bsurgeon|\bsurgery\b|\balways\b|\bwithout\b|\bonce\b|\bfee\b", True, ("ncci_policy", "indicator_1", "meaning")),
    Policy("indicator_9", "ptp", (r"\bncci\b|\bptp\b|\bedits?\b|\bccmi\b", r"\bindicator (?:of |is |= ?|value )*9\b",), r"\b(?:deleted|withdrawn|no longer|not applicable|inactive|does not apply|ignored?|never in force)\b", r"\b(?:active|never (?:be )?(?:billed|reported) together|always denied|in force|blocks?)\b", r"\bindicator (?:of |is )*[01]\b|\bbilat|\bmult|\bsurg", True, ("ncci_policy", "indicator_9", "meaning")),
    # time
    Policy("untimed_minutes", "timed_units", (r"\buntimed\b|\bservice ?- ?based\b", r"\bminutes?\b|\btime\b"), r"\b(?:count\w*|added?|includ\w+|toward|combine[ds]?|part of)\b", r"\b(?:exclud\w+|ignored?|left out|disregard\w*|subtract\w*)\b", r"\btreatment time\b|\btotal treatment\b|\brecord\b|\bdocument|\bassistant\b|\bno matter\b", False, ("time_rule", "medicare", "untimed")),
    Policy("medicare_method", "timed_units", (r"\bmedicare\b|\bcms\b|\b8 ?- ?minute rule\b|T\d+ rule\b|\beight ?- ?minute\b", r"\bminutes?\b|\btimes?\b|\bunits?\b|\brule\b|\bcount|\bround\w*"), r"\b(?:total (?:timed )?(?:time|minutes)|all timed|adds? (?:up |together )?(?:the |all )|sum\w*|cumulative|aggregate|pool\w*|combin\w+)\b", r"\b(?:(?:each|every) (?:timed )?(?:code|service|procedure) (?:is |gets )?(?:\w+ ){0,2}?(?:separately|individually|alone|on its own|by itself)|per ?- ?code|midpoint|rule of (?:eights|8s)|separately for each|code by code|individually)\b", r"\bno units?\b|\bminutes of C\d|\bC\d (?:s )?minutes\b|\bcpt\b|\bama\b|\bcommercial\b|\buntimed\b|\bthreshold\b|\bkx\b|\bmppr\b|\breduc|\bassistant|\bU\d|\bindicator|\brvu|\bcertif|\bplan of care\b|\bdocument|\brecord\b|\brequires?\b.*\btotal\b|\bedit|\blines?\b", True, ("time_rule", "medicare", "value")),
    Policy("cpt_method", "timed_units", (r"\b(?:cpt|ama)(?:'s)?\b", r"\b(?:rule|method|midpoint|time|minutes|count\w*|units?)\b"), r"\b(?:each (?:timed )?(?:code|service|procedure)|per ?- ?code|midpoint|by itself|individually|separately|code by code|substantial portion)\b", r"\b(?:total (?:timed )?(?:time|minutes)|all timed|adds? (?:up|together|all)|sums?|cumulative|aggregate|pool\w*|combin\w+)\b", r"\bmedicare\b|\bcms\b|\be ?/ ?m\b|\boffice\b|\bencounter\b|\bU\d|\bC\d|\bno units?\b", True, ("time_rule", "cpt", "value")),
    # ABN
    Policy("abn_ma", "abn", (r"\babns?\b|\badvance beneficiary\b|\bga\b", r"\bmedicare advantage\b|\bma plans?\b|\bpart c\b"), r"\b(?:valid|use[ds]?|issue[ds]?|appl(?:y|ies)|required?|needed|accept\w*|work\w*|can|may|get|give)\b", r"\boriginal medicare only\b|\bonly (?:for|to|under) original\b", r"\borganization determination\b", False, ("abn_modifiers", "payer", "value")),
    Policy("gz_liable", "abn", (r"\bgz\b",), r"\b(?:patient|beneficiary)\b.*\b(?:liable|bill\w*|responsib\w+|pays?)\b|\b(?:bill|charge|collect from) the (?:patient|beneficiary)\b", r"\bprovider (?:is )?(?:liable|responsib\w+|absorbs|bears)\b|\bwrite ?- ?off\b", r"\bga\b|\bgy\b", False, ("abn_modifiers", "GZ", "liable"), ('GZ',)),
    Policy("ga_liable", "abn", (r"\bga\b",), r"\b(?:patient|beneficiary)\b.*\b(?:liable|bill\w*|responsib\w+|pays?)\b|\b(?:bill|charge|collect from) the (?:patient|beneficiary)\b|\bshift\w*\b", r"\bprovider (?:is )?(?:liable|responsib\w+|absorbs|bears)\b", r"\bgz\b|\bgy\b|\bmue\b|\bncci\b|\bmedicare advantage\b", True, ("abn_modifiers", "GA", "liable"), ('GA',)),
    # modifiers 25, 57, 59, 24, 58, 78, 79
    Policy("59_placement", "modifier_59", (r"\bcolumn (?:1|one)\b|\beither (?:column )?code\b", r"\bmedicare\b|\bcms\b|\bncci\b"), r"\b(?:go|goes|put|plac\w+|append\w*|add\w*|accept\w*|allow\w*|report\w*|use[ds]?|may|can)\b", r"\bonly (?:on )?(?:the )?column (?:2|two)\b", r"C\d|\bbundl", True, ("ncci_policy", "modifier", "placement"), ("59", "XE", "XS", "XP", "XU"), local=False),
    Policy("59_to_get_paid", "modifier_59", (r"\b(?:just|only|solely|simply|merely|purely) (?:to|for)\b|\bin order to get paid\b|\bto get (?:it |them |the claim |97\d{3} )?paid\b",), r"\b(?:can|may|append\w*|add\w*|use[ds]?|report\w*|allowed|fine|ok)\b", r"(?!)", r"(?!)", False, ("ncci_policy", "modifier", "condition"), ("59", "XE", "XS", "XP", "XU"), local=False),
    Policy("50_sides", "bilateral", (r"\b(?:lt|rt|left|right)\b", r"\bsame line\b|\bone line\b|\btogether\b|\bboth\b|\bwith (?:lt|rt)\b|\b50 and (?:lt|rt)\b|\bcombin"), r"\b(?:can|may|append\w*|add\w*|use[ds]?|report\w*|put|go|goes|combin\w+|together)\b", r"(?!)", r"\binstead\b|\bor\b", False, ("bilat_meaning", "50", "not_with"), ("50",), local=False),
    Policy("gx_gy", "abn", (r"\bgx\b", r"\bgy\b"), r"\b(?:with|together|same line|combin\w+|and|accompan\w+)\b", r"(?!)", r"\binstead\b|\bor\b|\bmeans\b|\bfor\b", True, ("abn_modifiers", "GX", "with"), ("GX",), local=False),
    Policy("gz_denied", "abn", (r"\bden(?:y|ied|ies|ial)\b|\bpaid\b",), r"\bauto\w*\b", r"\bpaid\b|\breview\w* before\b", r"\bga\b|\bgy\b", True, ("abn_modifiers", "GZ", "processing"), ("GZ",), local=False),
    Policy("at_ga", "chiropractic", (r"\bat\b", r"\bga\b", r"\bline\b|\btogether\b|\bboth\b|\bwith\b|\bcombin"), r"\b(?:can|may|append\w*|add\w*|use[ds]?|report\w*|put|go|goes|together|both|combin\w+|allowed)\b", r"\breject\w*", r"\binstead\b|\bor\b", False, ("chiropractic", "AT/GA", "value"), ("AT",), local=False),
    Policy("kx_guarantee", "kx_threshold", (r"\bguarantee\w*\b|\bensures?\b",), r"\b(?:payment|paid|pays?)\b", r"\bno guarantee\b", r"(?!)", False, ("kx_rule", "KX", "value"), ("KX",), local=False),
    Policy("kx_counts", "kx_threshold", (r"\b(?:kx|threshold)\b", r"\bdeductible\b|\bcoinsurance\b"), r"\b(?:count\w*|includ\w+|toward)\b", r"\bexclud\w+", r"(?!)", True, ("kx_rule", "KX", "counts"), local=False),
    Policy("010_length", "global_period", (r"\b0?10(?:-day)?\b|\bten-day\b", r"\bglobal\b", r"\b(?:spans?|covers?|runs?|lasts?|counts?|totals?|comes? to|in all)\b"), r"\b(?:10|11|ten|eleven) (?:days\b|\w+ in all)", r"\b(?:9|1[2-9]|[2-9]\d|\d{3}|ninety|thirty) days\b", r"\b0?90\b|\bninety-day\b|\bC\d", True, ("global_meaning", "010", "total_days"), plainly=True),
    Policy("090_length", "global_period", (r"\b0?90(?:-day)?\b|\bninety-day\b", r"\bglobal\b", r"\b(?:spans?|covers?|runs?|lasts?|counts?|totals?|comes? to|in all)\b"), r"\b(?:90|91|92|ninety|ninety-two) days\b", r"\b(?:\d|[1-8]\d|\d{3}|ten|eleven|thirty|sixty) days\b", r"\b0?10\b|\bten-day\b|\bC\d", True, ("global_meaning", "090", "total_days"), plainly=True),
    Policy("pa_80", "surgeons", (r"\b(?:pas?|nps?|cns|physician assistants?|nurse practitioners?)\b", r"\bassist\w*\b|\bsurg\w+"), r"\b(?:us(?:e|es|ed|ing)|report\w*|append\w*|bill\w*|adds?|takes?|goes|go|put)\b", r"(?!)", r"\bmodifier as\b|\bAS\b|\binstead\b|\bnot\b", False, ("modifier_meaning", "AS", "value"), ("80", "81", "82"), local=False),
    Policy("79_full", "global_period", (r"\bpa(?:y|ys|id|yment)\b|\breimburs",), r"\bfull (?:fee|payment|amount|rate)\b|\bin full\b|\b100 ?(?:%|percent)", r"\bintra ?-? ?operative\b|\breduced\b|\bhalf\b|\b50 ?(?:%|percent)", r"\b78\b", True, ("global_modifiers", "79", "payment"), ("58", "79")),
    Policy("090_before", "global_period", (r"\b0?90\b|\bmajor (?:surgery|procedure)", r"\bday before\b", r"\bglobal\b"), r"\binclud\w+|\bstarts?\b|\bbegins?\b|\bcovers?\b|\bpart of\b|\btakes? in\b", r"\bexclud\w+|\bleaves? out\b|\bstarts? (?:on|with) the day of\b", r"\b0?10\b|\b000\b|\bminor\b", True, ("global_meaning", "090", "days_before"), local=False),
    Policy("010_before", "global_period", (r"\b0?10(?:-| )?day\b|\b010\b|\b000\b|\bminor (?:surgery|procedure)", r"\bday before\b", r"\bglobal\b"), r"\binclud\w+|\bstarts?\b|\bbegins?\b|\bcovers?\b|\bpart of\b", r"\bexclud\w+", r"\b0?90\b|\bmajor\b", False, ("global_meaning", "010", "days_before"), local=False),
    Policy("patient_b", "status", (r"\bstatus b\b|\bbundled\b", r"\bpatients?\b|\bbeneficiar(?:y|ies)\b"), r"\b(?:bill(?:ed)?|charge[ds]?|collect(?:ed)?|liable|responsib\w+|pay)\b", r"(?!)", r"\bsame patient\b|\bedit\b|\bncci\b", False, ("mpfs_status_meaning", "B", "patient")),
    Policy("mppr_therapy", "mppr", (r"\bmppr\b|\bmultiple (?:therapy )?procedures? (?:payment )?reduction\b", r"\btherapy\b"), r"\b(?:applies|apply|affects?|covers?|hits?|reduces?)\b", r"\bexempt\w*\b|\bexcluded\b", r"\bC\d|\bdisciplines?\b|\bonly\b|\bevery\b|\ball\b|%|\bpercent\b|\bhalf\b|\bcap\b|\bone\b|\bsingle\b|\balone\b|\bwork\b", True, ("mppr", "therapy", "mult_proc"), local=False),
    Policy("mppr_second", "mppr", (r"\bmppr\b|\bmultiple (?:therapy )?procedures? (?:payment )?reduction\b", r"\bonly (?:the )?(?:second|other|later) (?:discipline|therapist|provider)"), r"\breduc\w+|\baffect\w*|\bappl\w+|\bhits?\b|\bcuts?\b", r"(?!)", r"(?!)", False, ("mppr", "therapy", "scope")),
    Policy("mppr_highest", "mppr", (r"\bmppr\b|\bmultiple (?:therapy )?procedures? (?:payment )?reduction\b|\bpractice expense\b", r"\bhighest\b"), r"\bincluding the (?:one with the |unit with the )?highest\b|\beven the (?:one with the |unit with the )?highest\b|\bhighest\b[\w ,-]{0,30}\b(?:is|gets?) (?:also )?(?:reduced|cut|halved)\b|\breduces? the highest\b", r"\bhighest\b[\w ,-]{0,40}\b(?:in full|full|whole|unreduced|not reduced|at 100)\b|\bexcept the (?:\w+ ){0,3}?highest\b|\bbut the highest\b", r"(?!)", False, ("mppr", "therapy", "first")),
    Policy("cmt_vertebrae", "chiropractic", (r"\bcmt\b|\bmanipulation\b|\bchiropractic\b|\b9894\d", r"\bvertebra\w*"), r"\bnumber of vertebra\w*|\bper vertebra\b|\beach vertebra\b|\bvertebra\w*[\w ]{0,20}\b(?:decides?|determines?|matters?|counts?)", r"\bregions?, not\b|\bnot (?:by )?(?:the )?(?:number of )?vertebra|\brather than\b", r"(?!)", False, ("region", "98940", "per_day")),
    Policy("mppr_work", "mppr", (r"\bmppr\b|\bmultiple (?:therapy )?procedures? (?:payment )?reduction\b|\btherapy reduction\b", r"\bwork\b|\bmalpractice\b"), r"\b(?:reduc\w+|cuts?|affects?|applies|apply|halv\w+|lowers?|diminish\w*)\b", r"\b(?:untouched|unreduced|whole|unaffected|full)\b", r"%|\bpercent\b|\bpractice expense\b|\bpe\b|\bhalf\b", False, ("mppr", "therapy", "work_percent"), local=False),
    Policy("25_diagnosis", "modifier_25", (r"\bdiagnos[ie]s\b",), r"\b(?:different|separate|second|distinct|another|unrelated|two)\b.*\b(?:diagnos[ie]s)\b.*\b(?:required?|needed|necessary|mandatory)\b|\b(?:requires?|needs?|must have|must be)\b.*\b(?:different|separate|second|distinct|another|unrelated)\b.*\bdiagnos", r"\bsame diagnosis\b", r"\b97\d{3}\b", False, ("global_modifiers", "25", "diagnosis"), ('25',)),
    Policy("em_modifiers", "modifier_25", (r"\b(?:append\w*|goes|go|attach\w*|belongs?|plac\w+|add\w*|used?|report\w*|put|appl\w+)\b",), r"\b(?:on|to|with|onto) (?:the |an? |its |that |your )?(?:e ?[/&] ?m|evaluation and management|office visit|visit code|visit)", r"\b(?:on|to|onto) (?:the |a |that |your )?(?:procedure|minor procedure|surgery|surgical (?:code|procedure)|operation)\b", r"\bC\d|\bdecid|\btakes its place", True, ("global_modifiers", "24", "goes_on"), ("24", "57")),
    Policy("25_on_em", "modifier_25", (r"\b(?:append\w*|goes|go|attach\w*|belongs?|plac\w+|add\w*|used?|report\w*|put|appl\w+)\b",), r"\b(?:on|to|with|onto) (?:the |an? |its |that |your )?(?:e ?[/&] ?m|evaluation and management|office visit|visit code|visit)(?! as a matter)", r"\b(?:on|to|onto) (?:the |a |that |your )?(?:procedure|minor procedure|therapy code|surgery|surgical code|column 2|injection|treatment code|manipulation|therapy)\b", r"\bC\d", True, ("global_modifiers", "25", "goes_on"), ('25',)),
    Policy("57_major", "modifier_25", (r"\b57\b",), r"\bmajor\b|\b(?:0?90)[- ]?day\b|\b090\b", r"\bminor\b|\b(?:0?10|0|zero)[- ]?day\b|\b0[01]0\b", r"\b25\b", True, ("global_modifiers", "57", "globals"), ('57',)),
    Policy("25_minor", "modifier_25", (r"\bdecision\b|\bsurgery\b|\bprocedure\b",), r"\bminor\b|\b(?:0?10|zero)[- ]?day\b|\b0[01]0\b", r"\bdecision (?:for|to \w+) (?:\w+ )*major\b|\b(?:for|with) major surger\w+|\bmajor (?:surgical )?procedures?\b", r"\b57\b|\bnot (?:for|with) major\b|\bdecision to (?:do|perform) (?!(?:an? |the )?major)|\balways\b|\bevery\b|\bautomatic\w*|\bdecision\b.*\bminor\b|\bnot (?:allowed|needed|used)\b", True, ("global_modifiers", "25", "globals"), ('25',)),
    Policy("minor_decision", "modifier_25", (r"\bdecision\b", r"\bminor\b"), r"\b(?:bill\w*|report\w*|separate(?:ly)?|justif\w+|support\w*|qualif\w+|25)\b", r"\bincluded\b|\bpart of\b|\bbundled\b", r"\bC\d|\b57\b", False, ("ncci_policy", "em", "minor_decision"), local=False),
    Policy("59_x_line", "modifier_59", (r"\bx(?:e|s|p|u|\{|\s?modifiers?|epsu)\b|\bx modifier",), r"\bsame (?:line|code|claim line)\b|\bboth (?:59|on)\b|\btogether\b", r"(?!)", r"\binstead\b|\brather\b|\bor\b", False, ("ncci_policy", "59", "with_x"), ('59',)),
    Policy("59_first", "modifier_59", (r"\b59\b",), r"\b59\b.*\b(?:first (?:choice|option|resort)|preferred (?:over|to)|before (?:any|other|a more specific|x)|default)\b", r"\blast (?:resort|choice|option)\b|\bonly (?:if|when) no\b|\bpreferred (?:over|to) (?:modifier )?59\b", r"\bfirst (?:position|slot|listed)\b|\bcolumn\b", False, ("ncci_policy", "59", "order"), ('59',)),
    Policy("78_global", "global_period", (r"\bnew (?:\w+ )*global\b|\brestart\w*\b|\bglobal (?:period )?(?:starts|begins|resets)",), r"\b(?:starts?|begins?|resets?|new|opens?|restarts?|triggers?)\b", r"\b(?:does not|doesn't|no new)\b(?!.*\b(?:not|no)\b.*\bnot\b)", r"\b(?:58|79)\b", False, ("global_modifiers", "78", "new_global"), ('78',)),
    Policy("58_global", "global_period", (r"\bnew (?:\w+ )*global\b|\brestart\w*\b|\bglobal (?:period )?(?:starts|begins|resets)",), r"\b(?:starts?|begins?|resets?|new|opens?|restarts?|triggers?)\b", r"\bno new\b", r"\b78\b", True, ("global_modifiers", "58", "new_global"), ('58', '79')),
    Policy("78_full", "global_period", (r"\bpa(?:y|ys|id|yment)\b|\breimburs",), r"\bfull (?:fee|payment|amount|global|rate)\b|\bin full\b|\b100\b", r"\bintra ?-? ?operative\b|\breduced\b|\bsurgical (?:portion|component)\b", r"\b(?:58|79)\b", False, ("global_modifiers", "78", "payment"), ('78',)),
    # therapy
    Policy("one_discipline", "therapy_modifier", (r"\bgp\b.*\bgo\b|\bgo\b.*\bgp\b|\bdiscipline modifiers\b|\btherapy modifiers\b", r"\bsame (?:claim )?line\b|\bone line\b|\ba line\b|\bsingle line\b"), r"\b(?:both|together|two|more than one)\b", r"\bonly one\b|\bone (?:per|of)\b", r"(?!)", False, ("therapy_discipline", "per_line", "value")),
    Policy("incident_to", "provider", (r"\b(?:pta|ota|cota|therap(?:y|ist) assistant|assistant)(?:'s|s)?\b", r"\bincident ?-? ?to\b"), r"\b(?:can|may|bill\w*|allow\w*|permit\w*|report\w*|is|are)\b", r"(?!)", r"\bphysician assistant", False, ("provider_scope", "PTA", "incident_to")),
    Policy("assistant_evaluates", "provider", (r"\b(?:pta|ota|cota|therap(?:y|ist) assistant)(?:'s|s)?\b", r"\bevaluat\w+|\b9716\d\b"), r"\b(?:perform\w*|bill\w*|do|does|furnish\w*|provide\w*|report\w*|conduct\w*|complete\w*)\b", r"(?!)", r"\bsupervis|\bmodifier", False, ("provider_scope", "PTA", "evaluation")),
    Policy("supervision", "assistant_modifier", (r"\b(?:pta|ota|assistant)(?:'s|s)?\b", r"\bprivate practices?\b", r"\bsupervis|\bon ?-? ?site\b|\bpresent\b|\bin the (?:building|office|suite|clinic)\b"), r"\bgeneral supervision\b|\bneed not be (?:on ?-? ?site|present)", r"\bdirect supervision\b|\b(?:needs?|requires?|must)\b.*(?:\bon ?-? ?site\b|\bpresent\b|\bin the (?:building|office|suite|clinic)\b)", r"\b(?:was|until|before|still says|manual)\b|\bgeneral\b.*\bdirect\b|\bdirect\b.*\bgeneral\b", True, ("supervision", "PTA", "private_practice")),
    Policy("aide", "provider", (r"\b(?:aides?|technicians?|techs?|students?)(?:'s)?\b", r"\bmedicare\b|\bpart b\b"), r"\b(?:bill\w*|paid|pays|payable|cover\w*|count\w*|reimburs\w+)\b", r"(?!)", r"\b(?:presence|in the room|under direction|qualified practitioner)\b", False, ("provider_scope", "aide", "medicare")),
    Policy("functional", "therapy_modifier", (r"\bfunctional (?:limitation )?(?:reporting|g ?-? ?codes)\b|\bfunctional limitation (?:g ?-? ?codes|codes)\b",), r"\b(?:required?|must|mandatory|needed|in force|still)\b", r"\b(?:ended|discontinued|no longer|eliminated|stopped)\b", r"(?!)", False, ("ended_rule", "functional_reporting", "value")),
    Policy("mppr_whole", "mppr", (r"\bmppr\b|\bmultiple (?:therapy )?procedures? (?:payment )?reduction\b|\btherapy reduction\b|\b(?:second|subsequent|later|additional)\b.*\bunits?\b", r"\b(?:whole|entire|total|full) (?:fee|payment|amount|allowed|allowance)\b|\bwork\b.*\bmalpractice\b|\ball three\b"), r"\b(?:discount|halv\w+|half|cuts?|reduc\w+|lower\w*|50 ?(?:%|percent))\b", r"(?!)", r"\bwork and malpractice (?:stay|are|remain|keep|pay)|\bpractice expense (?:only|alone)\b|\bonly (?:the )?practice expense\b|\bnot\b|\bfull work\b|\bwork\b.*\b(?:whole|full|untouched)\b|\bkeeps?\b|\b100\b|\bhighest\b", False, ("mppr", "therapy", "work_percent"), local=False),
    Policy("mppr_half", "mppr", (r"\b(?:second|subsequent|later|additional|other|further)\b.*\bunits?\b", r"\btherapy\b|\bmppr\b|\bmultiple procedure"), r"\b(?:paid|pays?|reimburs\w+|payable|allowed) (?:\w+ )?(?:at |only )?(?:half|50 ?(?:%|percent))", r"(?!)", r"\bpractice expense\b|\bpe\b|\bwork\b|\bsurg\w+|\bnot\b", False, ("mppr", "therapy", "work_percent"), local=False),
    Policy("as_136", "surgeons", (r"\bmodifier as\b|\bas\b", r"%|\bpercent\b"), r"\b13\.6 ?(?:%|percent)|\b85 ?(?:%|percent) of\b", r"\b(?:10|12|14|15|16|20|25|62\.5|50|100) ?(?:%|percent)", r"\b(?:13\.6|80|81|82)\b|\bof 16\b", True, ("surgical_payment", "AS", "percent"), ("AS",)),
    Policy("mppr_disciplines", "mppr", (r"\bmppr\b|\bmultiple procedure payment reduction\b|\btherapy reduction\b|\breduced\b", r"\bdisciplines?\b|\b(?:pt and ot|ot and pt|physical and occupational)\b"), r"\bacross (?:all )?(?:\w+ )?disciplines\b|\bregardless of discipline\b|\ball disciplines\b", r"\b(?:reduced|counted|ranked) separately\b|\b(?:only )?within (?:the same|one|a single|each) discipline\b|\bseparately (?:for|by|per) (?:each )?discipline\b|\bonly (?:to |for )?the same discipline\b", r"(?!)", True, ("mppr", "therapy", "scope")),
    Policy("mppr_51", "mppr", (r"\bmppr\b|\bmultiple procedure payment reduction\b", r"\b51\b"), r"\b(?:requires?|needs?|triggered by|depends on|only when|because of|same as|same thing)\b", r"\b(?:nothing to do|without|no part|independent|not (?:the )?same)\b", r"(?!)", False, ("mppr", "therapy", "order"), ('51',)),
    # chiropractic
    Policy("chiro_other", "chiropractic", (r"\bmedicare\b", r"\bchiropract\w+|\bdcs?\b", r"\bcover|\bpa(?:y|ys|id|yable)\b|\breimburs|\bbill\w*\b|\bden(?:y|ied|ies)\b"), r"\b(?:e ?[/&] ?m|evaluations?|x ?-? ?rays?|therapy|traction|massage|ultrasound|exercise|modalit\w+|exams?|examinations?|office visits?|97\d{3}|99[2]\d{2}|98943|extra ?-? ?spinal)\b", r"(?!)", r"\bonly\b|\bsubluxation\b|\bnot\b.*\bonly\b|\bby an? (?:physician|therapist)\b|\brequires?\b|\bmodifier\b|\bdemonstrat", False, ("provider_scope", "DC", "medicare_other"), local=False),
    Policy("at_maintenance", "chiropractic", (r"\bat\b", r"\bmaintenance\b"), r"\b(?:append\w*|used?|report\w*|add\w*|required?|needed|appropriate|bill\w*|for|goes|with)\b", r"\bmust not\b", r"\bwithout at\b|\bwithout modifier\b|\bomit|\bleft off\b|\bdenied as maintenance\b|\bskilled\b", False, ("chiropractic", "AT", "maintenance"), ('AT',)),
    Policy("at_guarantee", "chiropractic", (r"\bat\b", r"\bguarantee\w*\b|\bensures?\b"), r"\b(?:payment|paid|coverage)\b", r"(?!)", r"(?!)", False, ("chiropractic", "AT", "guarantee"), ('AT',)),
    Policy("chiro_maintenance", "chiropractic", (r"\bmedicare\b", r"\bchiropract\w+|\bcmt\b|\bmanipulation\b|\badjustments?\b", r"\bmaintenance\b"), r"\b(?:cover(?:s|ed)?|pays?|paid|payable|reimburs\w+)\b", r"\bnon ?- ?covered\b", r"\bat\b|\bmodifier\b", False, ("chiropractic", "maintenance", "value")),
    Policy("subluxation_xray", "chiropractic", (r"\bx ?-? ?rays?\b", r"\bsubluxation\b|\bchiropract\w+|\bcmt\b|\badjustments?\b"), r"\b(?:required?|must|mandatory|needed|necessary)\b", r"(?!)", r"\bx ?-? ?rays? or\b|\bor (?:by )?(?:exam|physical)|\beither\b|\bx ?-? ?rays?\b[\w ]{0,20}\bcover|\bcovers? x ?-? ?rays?\b", False, ("chiropractic", "xray", "value")),
    Policy("cmt_two_day", "chiropractic", (r"\bcmt\b|\bspinal manipulation\b|\bmanipulation codes?\b|\bchiropractic\b", r"\b(?:two|2|twice|more than one|multiple|several)\b", r"\bday\b|\bdate\b|\bvisit\b"), r"\b(?:can|may|cover(?:s|ed)?|pays?|bill\w*|allow\w*)\b", r"\bonly one\b|\bone (?:treatment|code|spinal)\b", r"\bregions?\b|\bdiagnos|\bC\d|\b(?:no|not) more than\b|\bonly one\b|\bnever\b", False, ("chiropractic", "frequency", "value")),
    # E/M
    Policy("em_history", "em", (r"\bhistory\b|\bexam(?:ination)?\b", _EM + r"|\blevels?\b|\b992\d\d\b"), r"\b(?:determin\w+|scor\w+|count\w*|based on|drives?|key components?|decides?|selected by|set by)\b", r"\bno longer\b", r"\bmdm\b|\bdecision\b|\btotal time\b|\bmedically appropriate\b", False, ("time_em", "rule", "basis")),
    Policy("em_staff", "em", (r"\b(?:staff|nurse|nursing|medical assistant|clinical staff|ma|student|resident)(?:'s)?\b", r"\btime\b|\bminutes\b", _EM + r"|\btotal time\b|\b992\d\d\b"), r"\b(?:count\w*|includ\w+|add\w*|toward)\b", r"\bexclud\w+", r"\btherap|\bassistant's\b.*\b(?:cq|co)\b", False, ("time_em", "rule", "value")),
    Policy("new_patient", "em", (r"\bnew\b", r"\byears?\b", r"\bpatients?\b"), r"\b(?:three|3)[ -]years?\b", r"\b(?:two|2|five|5|one|1|four|4|seven|7|ten|10)[ -]years?\b", r"\bage\b|\byears old\b", True, ("em_rule", "new_patient", "years"), plainly=True),
    # payment of surgery
    Policy("assistant_16", "surgeons", (r"\bmodifiers? (?:80|81|82)\b|\bassistant (?:at )?surg(?:eon|ery)\b|\bassistants? at surgery\b", r"\bP\d|%|\bpercent\b"), r"\b16(?:\.0)? ?(?:%|percent)", r"\b(?:10|12|13|14|15|17|18|20|25|30|40|50|62\.5|85) ?(?:%|percent)", r"\bas\b.*\b(?:pa|np|cns)\b|\b(?:pa|np|cns)s?\b|\b13\.6\b|\b85\b.*\b16\b|\bphysician assistant\b|\btherap|\bpta\b", True, ("surgical_payment", "assistant", "percent")),
    Policy("co_62", "surgeons", (r"\bmodifier 62\b|\bco ?- ?surg\w+", r"%|\bpercent\b|\bfull fee\b|\bhalf\b"), r"\b62\.5 ?(?:%|percent)|\b125 ?(?:%|percent)", r"\bfull fee\b|\bhalf\b|\b(?:16|20|50|60|75|80|85|100|62|65|70) ?(?:%|percent)", r"\bassistant\b", True, ("surgical_payment", "62", "percent")),
    Policy("bilateral_150", "bilateral", (r"\bmodifier 50\b|\bbilateral\b", r"\bindicator (?:of |is )*1\b|\bbilateral (?:surgery|procedures?)\b|\bmodifier 50\b", r"%|\bpercent\b"), r"\b150 ?(?:%|percent)", r"\b(?:100|120|125|175|200) ?(?:%|percent)", r"\bindicator (?:of |is )*[0239]\b|\b62\b|\bmppr\b|\bpractice expense\b|\beach side\b|\bC\d|\bradiolog", True, ("surgical_payment", "bilateral", "percent")),
    Policy("modifier_slots", "modifier_order", (r"\bmodifiers?\b", r"\b(?:claim )?line\b|\bslots?\b|\bpositions?\b|\bcms-1500\b", r"\b(?:up to|four|4|five|5|six|6|three|3|two|2)\b", r"\b(?:holds?|room|fits?|up to|maximum|accommodates?|allows?|slots|positions)\b"), r"\b(?:four|4) (?:modifiers?|slots|positions)\b|\bup to (?:four|4)\b", r"\b(?:two|2|three|3|five|5|six|6) (?:modifiers?|slots|positions)\b|\bup to (?:two|three|five|six|[2356])\b", r"\b97\d\d\d\b", True, ("modifier_order", "slots", "value")),
)  # fmt: skip


def policies(c: Clause, plain: str) -> list[Assertion]:
    """The policies a clause affirms or denies. `plain`: the words of the clause in lower case, numbers as written."""
    if weak(c.skel):
        return []
    found: list[Assertion] = []
    if not (_ANY.search(plain) or _ANY.search(c.skel)):
        return found
    plain = plain.replace(" - ", "-")
    whole = f"{plain} {c.condition}"
    for policy in POLICIES:
        if not all(search(p, whole) or search(p, c.skel) for p in policy.about):
            continue
        if search(policy.unless, whole) or search(policy.unless, c.skel):
            continue
        if policy.modifiers and not set(policy.modifiers) & set(c.modifiers):
            continue
        asserted = (
            whole
            if (policy.modifiers or policy.plainly)
            and not starts(r"(?:unless|except|only|even)\b", c.condition)
            else plain
        )
        against = search(policy.against, asserted)
        says = search(policy.says, asserted)
        if against:
            near = asserted[max(0, against.start() - 30) : against.start()]
            found.append(
                Assertion(
                    policy.topic,
                    "policy",
                    c.codes,
                    c.modifiers,
                    not policy.plainly and bool(negated(re.split(r"\b(?:and|but|,)\b", near)[-1])),
                    field=policy.name,
                )
            )
        elif says:
            near = (
                re.split(r"\bbut\b|[;,]", asserted[max(0, says.start() - 70) : says.start()])[-1]
                + asserted[says.start() : says.end() + 12]
            )
            no = False if policy.plainly else negated(near if policy.local else plain)
            if no is not None:
                found.append(
                    Assertion(
                        policy.topic,
                        "policy",
                        c.codes,
                        c.modifiers,
                        no
                        == bool(search(r"\bden(?:y|ied|ies)\b", plain) and policy.name.startswith("chiro")),
                        field=policy.name,
                    )
                )
    return found


_ANY = re.compile("|".join(dict.fromkeys(p for policy in POLICIES for p in policy.about[:1])))
BY_NAME = {policy.name: policy for policy in POLICIES}
