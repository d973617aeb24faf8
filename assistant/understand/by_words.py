"""Topics of a clause without a modifier, by its words: diagnoses, limits, denials, add-on codes, visits, thresholds, units."""

from __future__ import annotations

import re

from assistant.understand.clause import (
    CMT,
    Clause,
    Setting,
    Topics,
    asks_which,
    bills_patient,
    how_put,
    in_message,
    is_em,
    minutes_of,
    pays_medicare,
    said,
    wants_value,
)


def diagnosis(c: Clause, s: Setting) -> Topics | None:
    if not c.diagnoses:
        return None
    if "denied" in c.cues:
        return [("icd10", "value")]
    if s.codes and not said(
        c,
        r"\b(?:as|use|code|coded|bill|report) (?:\w+ ){0,3}<dx>|\bbillable\b|\bvalid\b|\bspecific\b|\bexclude",
    ):
        return []
    if (
        "excludes" in c.cues
        or len(c.diagnoses) > 1
        and (c.cues & {"together"} or said(c, r"<dx> (?:and|with|\+|&) <dx>", r"<dx> exclude[sd]? <dx>"))
    ):
        return [("icd10", "together")]
    if "replacement" in c.cues and "valid" not in c.cues:
        return [("icd10", "successor")]
    if (
        wants_value(c)
        and said(c, r"\bwhat (?:is|does)\b.*<dx>(?: mean| stand)?\W*$")
        and not said(c, r"\bbillable|\bvalid|\bspecific")
    ):
        return [("icd10", "value")]
    if not said(c, _VALIDITY) and (said(c, _SEQUENCE) or len(_described(c)) > 3):
        return []  # when, before or beside what a diagnosis is coded is for the guidelines, not for the code list
    return [("icd10", "billable" if not wants_value(c) else "value")]


_VALIDITY = r"\b(?:in)?valid\b|\b(?:un|non-?)?billable\b|\bspecific|\bexists?\b|\bdigits?\b|\b(?:in)?complete\b|\breal\b|\bstill\b|\bdeleted\b|\breject|\bheader\b|\bterminat|\bretired\b|\bexpired\b|\bactive\b|\bdenied\b|\bany ?more\b"
_SEQUENCE = r"\bfirst\b|\bfirst-listed\b|\bprincipal\b|\bprimary\b|\bsecondary\b|\bsequenc|\border\b|\badditional\b|\balone\b|\binstead\b|\bbefore\b|\bon top\b|\bmain\b|\balso\b|\bnext to\b|\bbeside\b|\bassign(?:ed)?\b|\bapply|\bapplies\b|\bmean(?:s|ing)?\b"
_CLAIM = frozenset(
    """a an the is are was were be it this that my our your their his her of for on in to at as with and or do does did can could may should must will would i we you they he she if so ok okay good fine enough right
    correct wrong please hi hello hey quick question what which how bill billed billing code coded coding codes use used using report reported reportable submit submitted claim claims dx diagnosis diagnoses icd icd-10 icd-10-cm
    cm dos date service medicare payer insurance one yes no y n now today not there here just about accepted acceptable allowed payable paid pay patient visit me us put have has had""".split()
)


def _described(c: Clause) -> list[str]:
    """The clause's words that are neither about claims nor the name said before "as <dx>": the situation it describes."""
    rest = re.sub(r"(?:[a-z'-]+ ){1,5}as <[^>]*>", " ", c.skel)
    words = re.findall(r"[a-z][a-z'-]+", re.sub(r"<[^>]*>", " ", rest))
    return [word for word in words if word not in _CLAIM]


def limits(c: Clause, s: Setting) -> Topics | None:
    if c.cues & {"mue", "ncci"} and bills_patient(c) and not s.codes:
        return [("abn", "mue" if "mue" in c.cues else "ptp")]
    if "mue" in s.before and not s.codes and said(c, r"\bper (?:line|day)\b|\bclaim line\b"):
        return [("mue", "mai")]
    if (
        "mue" in s.before
        and not s.codes
        and not wants_value(c)
        and len(c.skel.split()) < 8
        and said(c, r"<n>|<u>")
        and said(c, r"\bsend\b|\bbill\b|\breport\b|\bwhat if\b")
    ):
        return [("mue", "allowed")]
    if (
        not c.codes
        and not wants_value(c)
        and s.codes
        and in_message(s, r"\bmues?\b|\bmedically unlikely\b")
        and in_message(s, r"<u>")
        and said(c, r"\b(?:they|it|them|that|those|all|more|rest|extra|these)\b")
        and (c.cues & {"payable", "billable"} or said(c, r"\b(?:bill|report|send|pay|paid)\b"))
    ):
        return [("mue", "allowed")]
    if "mai" in c.cues:
        return [("mue", "mai")]
    if (
        "mue" in c.cues
        and s.known
        and not wants_value(c)
        and said(c, r"(?:\b(?:two|separate|multiple|second|different)|<n>) lines?\b|\bsplit")
    ):
        return [("mue", "mai")]
    if (
        c.codes
        and len(c.codes) == 1
        and c.form.kind == "yes_no"
        and said(c, r"\blimit (?:for|of|on) <C> (?:is |at |really )?<n>")
    ):
        return [("mue", "value")]
    if "mue" in c.cues:
        if "abn" in c.cues:
            return [("abn", "mue")]
        if (
            c.form.kind == "yes_no"
            and said(c, r"\bis <n>|\bof <n>|\bwas <n>|= <n>|<M32>")
            and not said(c, r"<u>")
        ):
            return [("mue", "value")]
        number = said(c, r"<u>|\bis <n>|\bexceed|\bover\b|\bcan\b|\babove\b|\bmore than\b")
        asks_value = wants_value(c) or c.form.kind == "statement" or c.form.bare and not number
        return [("mue", "value" if asks_value else how_put(c))]
    return None


def conversion(c: Clause, s: Setting) -> Topics | None:
    return (
        [("fee", "conversion_factor")]
        if "conversion" in c.cues
        or any(m.kind == "number" and "." in m.value for m in c.mentions)
        and not s.codes
        and said(c, r"\bfactor\b")
        or said(c, r"\bcf\b")
        and not s.codes
        else None
    )


def denied(c: Clause, s: Setting) -> Topics | None:
    """A denial is explained by the rules about what was billed; words in it that name a rule are kept."""
    if (
        s.rendered_by == "DC"
        and bills_patient(c)
        and pays_medicare(s)
        and s.known
        and not set(s.known) & (CMT - {"98943"})
    ):
        return [("abn", "bill_patient")]
    if said(c, r"\bwhich (?:one|code|line)\b") and len(s.codes) == 2 and "denied" in c.cues:
        return [("ptp", "column")]
    reasons = [m for m in c.mentions if m.kind == "carc"]
    if reasons and not s.known and len(c.skel.split()) < 12 and not c.cues & {"ncci", "bypass"}:
        return [("denial", "value")]  # "what is CO-16?"
    if (
        "denied" not in c.cues
        or not s.known
        or not (
            c.form.kind in {"why", "value", "statement"}
            or any(m.kind == "carc" for m in c.mentions)
            or said(c, r"\bmiss(?:ing|ed)?\b|\bfix\b")
        )
    ):
        return None
    return [("denial", "why")]


def add_on(c: Clause, s: Setting) -> Topics | None:
    if said(c, r"\b(?:time|mdm|minutes|decision making) alone\b|\bby (?:time|mdm)\b"):
        return None  # "is 99214 met by time alone?"
    primary = said(c, r"\bprimar(?:y|ies)\b|\bbase code|\bparent\b") and not said(
        c, r"\bprimary (?:payer|insurance|diagnosis|dx|procedure(?! (?:for|of|code)))\b"
    )
    if len(s.codes) == 2 and said(c, r"<C> (?:need|needs|require|requires) (?:an? |the )?<C>"):
        return [("add_on", "primary")]
    if "add_on" in c.cues and said(c, r"\badd(?: ?- ?| )on\b|\baddon\b"):
        if primary or said(c, r"\bgo(?:es)? with\b|\bwith which\b|\bbilled with\b"):
            return [("add_on", "primary")]
        if said(c, r"\balone\b|\bby itself\b|\bwithout\b|\bon its own\b|\bstand ?-? ?alone\b"):
            return [("add_on", "alone")]
        return (
            [("add_on", "is" if not wants_value(c) else "value")] if s.known or not wants_value(c) else None
        )
    if not s.known:
        return None
    if primary and said(c, r"\bwithout\b|\bno primary\b|\bw / o\b"):
        return [("add_on", "alone")]
    if primary or said(
        c,
        r"\bgo(?:es)? with which\b|\b(?:added|billed|reported|goes|go|used) (?:to|with) (?:which|what)\b",
        r"\b(?:which|what) [\w /]{0,24}?codes? (?:can|may|does|do|is|are|must|should) <C> (?:be )?(?:added|go|goes|billed|reported|used)\b",
    ):
        return [("add_on", "primary")]
    if (
        len(s.codes) == 1
        and not wants_value(c)
        and not c.cues & {"mppr", "mue", "max_units", "reduced", "timing"}
        and said(c, r"\bonly <C>|\bnothing else\b")
    ):
        return [("add_on", "alone")]
    if (
        len(s.codes) == 1
        and not wants_value(c)
        and not minutes_of(c)
        and not c.cues & {"mppr", "mue", "max_units", "reduced", "full_payment", "timing"}
        and said(c, r"\balone\b|\bby itself\b|\bon its own\b|\bstand ?-? ?alone\b")
        and not said(
            c,
            r"\b(?:electrodes?|machine|device|ptas?|otas?|cotas?|pts?|ots?|dcs?|aides?|students?|assistants?|therapists?|doctors?|he|she|they|who|patients?) (?:\w+ )?alone\b",
        )
    ):
        return [("add_on", "alone")]
    if len(s.codes) >= 2 and said(c, r"<C> (?:without|w / o|only|alone)\b", r"\bno <C>"):
        return [("add_on", "alone")]
    return None


def assistants(c: Clause, s: Setting) -> Topics | None:
    if (
        "assistant_surgeon" in c.cues
        or said(c, r"\bqualified resident\b|\basst surg\b|\bassist(?:ant)? (?:at )?surg")
        or (
            # an assistant on an operation: neither therapy nor a visit
            "assistant" in c.cues
            and len(s.codes) == 1
            and s.codes[0].isdigit()
            and "10000" <= s.codes[0] < "70000"
            and not said(c, r"\bpta\b|\bota\b|\bcota\b|\btherap")
        )
    ):
        return [
            ("surgeons", "which" if "which_modifier" in c.cues else "value" if wants_value(c) else how_put(c))
        ]
    if "assistant" not in c.cues:
        return None
    if "supervision" in c.cues:
        return [("assistant_modifier", "supervision")]
    if said(c, r"\bincident ?-? ?to\b"):
        return [("provider", "allowed")]
    if (
        set(s.who) & {"PTA", "OTA"}
        and s.codes
        and all("97161" <= x <= "97168" for x in s.codes)
        and not wants_value(c)
        and said(c, r"\b(?:do|does|perform\w*|furnish\w*|bill\w*|report\w*|allowed|complete\w*|sign\w*)\b")
    ):
        return [("provider", "allowed")]
    if in_message(s, r"\bco ?-? ?treat\w*|\btogether\b|\bside by side\b|\bjointly\b") and said(
        c, r"\bcounts?\b|\bcounted\b"
    ):
        return [("assistant_modifier", "counts")]
    if minutes_of(c) and len(minutes_of(c)) > 1:
        return [("assistant_modifier", "minutes")]
    if said(c, r"\bpa(?:y|id|ys|yment)\b|\breduc|\b85\b|<pct>|\breimburs|\bpercent"):
        return [("assistant_modifier", "value" if wants_value(c) else "value_check")]
    if (
        len(s.codes) >= 2
        and ("which_modifier" in c.cues or said(c, r"\bmodifiers\b|\bmods\b"))
        or s.codes
        and "which_modifier" in c.cues
    ):
        return [("visit", "modifiers")]
    if said(c, r"\bmodifiers?\b|\bmods?\b"):
        return [("assistant_modifier", "value" if wants_value(c) else "needed")]
    return None


def reduction(c: Clause, s: Setting) -> Topics | None:
    if s.codes and said(c, r"\bcontracts?\b|\bof (?:the )?billed\b|\bof charges\b"):
        return [("fee", "value")]
    if (
        "mppr" in c.cues
        and len(s.codes) >= 2
        and said(c, r"\bamount\b|\ballowed\b|\ballowable\b|\btotal\b|\bhow much\b")
    ):
        return [("mppr", "value")]
    if said(c, r"\bmult(?:iple)? proc(?:edure)?\.? indicator|\bmult(?:iple)? proc\b"):
        return [("mppr", "value")]
    if "fee" in c.cues and said(c, r"\bfee schedule amount\b"):
        return [("fee", "share")]
    if said(c, r"\bpaid less\b|\bpays? less\b") and s.known:
        return [("mppr", "value" if wants_value(c) else "reduced")]
    full = c.form.proposition == "full_payment"
    if full and not s.codes and "<M51>" in s.message:
        return [("modifier_51", "full_payment")] if not wants_value(c) else [("mppr", "value")]
    stated = (
        said(c, r"\bmedicare (?:\w+ )?pays? (?:<pct>|<full>)(?! payment| fee)")
        and len(s.known) == 1
        and c.form.kind == "yes_no"
    )
    if stated and not c.cues & {"mppr", "reduced"} and said(c, r"\bboth sides\b|\bbilateral"):
        return [("bilateral", "full_payment")]
    if (
        stated
        and "mppr" not in c.cues
        and not said(c, r"\breduc|\bcut\b|\bunits?\b")
        and said(c, r"(?:<pct>|<full>) (?:of|for) (?:the |a |an )*<C>\W*$")
    ):
        return [("fee", "share")]
    if (
        "mppr" in c.cues
        or full
        and s.known
        or "reduced" in c.cues
        and s.known
        and not any(is_em(x) for x in s.known)
        and "kx" not in c.cues
    ):
        return [("mppr", "value" if wants_value(c) else "full_payment" if full else "reduced")]
    return None


def office_visit(c: Clause, s: Setting) -> Topics | None:
    em = [x for x in s.known if is_em(x)]
    minutes = minutes_of(c) or (list(s.minutes) if said(c, r"\bwhich\b|\bwhat\b|\blevel\b|\bcode\b") else [])
    therapist = {s.rendered_by} & {"PT", "OT", "SLP", "PTA", "OTA"} or set(s.who) & {
        "PT",
        "OT",
        "SLP",
        "PTA",
        "OTA",
    }
    if (
        therapist
        and em
        and not wants_value(c)
        and (
            s.who
            or len(s.codes) == 1
            and not minutes
            and said(c, r"\b(?:ok|fine|allowed|bill|report|can|may|code|use|charge)\b")
        )
    ):
        return [("provider", "allowed")]
    if minutes and "em" in s.before and not s.codes and len(c.skel.split()) < 8:
        return [("em", "level_by_time")]
    visit = in_message(
        s,
        r"\b(?:new|established|est|estab|existing|return)\.? (?:patient|pt|visit|office visit)\b",
        r"\b(?:established|est)\b .*<min>",
        r"<min>.*,? (?:established|est)\b",
        r"<min> (?:total )?(?:time )?(?:est|established|new)\b",
        r"\boffice visits?\b",
        r"\b(?:new|established|est)\.? (?:office )?(?:patient|pt)\b",
    )
    if minutes and not s.codes and (visit or "em" in c.cues) and not said(c, r"\bunits?\b"):
        return [("em", "level_by_time")]
    if not s.codes and visit and said(c, r"\bmdm\b|\bcomplexity\b|\bdecision"):
        return [("em", "mdm")]
    if said(
        c,
        r"\bsame (?:group|specialty|practice)\b.*\b(?:new|established)\b",
        r"\bnew or established\b",
        r"^\W*(?:so |is (?:she|he|it) |a )*new(?: patient| or established)?\W*$",
        r"\b(?:is|was|are|does|do|would) (?:she|he|they|it|the patient|this patient)(?: still| considered| counted as| count as)? (?:an? )?(?:new|established)\b(?! (?:code|global|problem))",
        r"\b(?:new|established) patient\b.*\b(?:years?|yrs|year rule)\b",
        r"\b(?:years?|yrs) ago\b.*\bnew patient\b",
        r"\bseen\b.*\b(?:years?|yrs)\b.*\b(?:new|established)\b",
        r"^(?!.*<min>).*\bnew patient\W*$",
    ):
        return [("em", "new_or_established")]
    about = (
        bool(em)
        or any(is_em(x) for family in c.families for x in family)
        or said(c, r"\blevels?\b")
        or "em" in c.cues
        or said(c, r"\btotal time\b|\bmdm\b")
    )
    staff = in_message(
        s,
        r"\b(?:staff|nurses?|ma|rn|lpn|medical assistant|scribe|techs?)\b(?: \w+){0,2} <min>|<min>(?: \w+){0,3} (?:by|with|of) (?:the |my |our |an? )?(?:staff|nurse|ma|rn|lpn|medical assistant|scribe|tech)\b",
    )
    if (
        about
        and not em
        and said(c, r"\bcount")
        and in_message(s, r"\b(?:charts?|charted|charting|documented|documenting|documentation)\b")
    ):
        return [("em", "staff_time")]
    if about and staff and said(c, r"\bcounts?\b|\badds?\b|\binclud"):
        return [("em", "staff_time")]
    if (
        about
        and not s.codes
        and said(c, r"\bseparately (?:reported|billed|billable|reportable|paid)\b")
        and said(c, r"\bcount|\binclud|\badd(?:s|ed)?\b")
        and said(c, r"\btime\b|\bminutes\b")
    ):
        return [("em", "staff_time")]
    if about and said(
        c,
        r"\b(?:staff|nurse|rn|lpn|ma|assistant|resident|student|scribe|tech|front desk)(?:'s|s)? (?:\w+ ){0,2}(?:time\b|minutes\b|<min>)",
    ):
        return [("em", "staff_time")]
    if (
        about
        and said(c, r"\bhistory\b|\bexam\b")
        and said(c, r"\bcount|\bscore|\blevel|\bstill|\brequired|\bneeded|\bmatter|\baffect")
    ):
        return [("em", "history_exam")]
    if about and "prolonged" in c.text.lower():
        return [("em", "prolonged")]
    if em and len(s.codes) <= 2:
        if minutes and not wants_value(c) and c.form.kind == "yes_no":
            return [("em", "time_allowed")]
        if minutes and said(c, r"\bwhich\b|\bwhat (?:level|code)\b|\bor <C>"):
            return [("em", "level_by_time")]
        if (
            said(c, r"\btime\b|\bminutes?\b|\bmins?\b|\bhow long\b")
            and "timing" not in c.cues
            and not said(c, r"\bsame time\b|\bat the time\b")
            and len(s.codes) == 1
        ):
            return [("em", "time" if not minutes or wants_value(c) else "time_allowed")]
        if said(c, r"\bmdm\b|\bcomplexity\b|\bdecision ?-? ?making\b"):
            return [("em", "mdm")]
    if (
        not s.codes
        and "em" in c.cues
        and said(c, r"\bmdm\b|\bdecision ?-? ?making\b|\bcomplexity\b|\blevels?\b")
        and said(c, r"\bmoderate\b|\bhigh\b|\blow\b|\bstraightforward\b|\bmdm\b")
    ):
        return [("em", "mdm")]
    return None


def threshold(c: Clause, s: Setting) -> Topics | None:
    if said(c, r"\btargeted (?:medical )?review\b|\bmedical review (?:threshold|amount)\b"):
        return [("kx_threshold", "review")]
    apart = said(
        c,
        r"\b(?:speech|slp|st)\b.*\b(?:pt|ot|physical|occupational)\b|\b(?:pt|ot|physical|occupational)\b.*\b(?:slp|speech|ot|pt|occupational|physical)\b",
    )
    if (
        apart
        and said(c, r"\b(?:share|same|one|separate|own|draw|combined)\b")
        and said(c, r"\b(?:amount|bucket|pot|limit|cap|money|dollars)\b")
        and not s.codes
    ):
        return [("kx_threshold", "needed")]
    if "kx" not in c.cues or "therapy_modifier" in c.cues:
        return None
    if "abn" in c.cues and not said(c, r"\bwithout\b|\bno abn\b|\bw / o\b"):
        return [("abn", "which" if wants_value(c) or "which_modifier" in c.cues else how_put(c))]
    if said(c, r"\bhow many minutes\b|\btime\b") and not said(c, r"\bkx\b|\btherapy\b|\bcap\b"):
        return None
    return [
        (
            "kx_threshold",
            "value"
            if wants_value(c) or c.form.kind == "statement" or c.form.bare and "KX" not in s.modifiers
            else "needed",
        )
    ]


def abn(c: Clause, s: Setting) -> Topics | None:
    if "abn" not in c.cues:
        return None
    if c.cues & {"ncci", "bundle"} and not wants_value(c):
        return [("abn", "ptp")]
    return [("abn", "which" if wants_value(c) or "which_modifier" in c.cues else how_put(c))]


def units(c: Clause, s: Setting) -> Topics | None:
    found = _units(c, s)
    assistant = "visit_line" in c.cues and set(s.who) & {"PTA", "OTA"}
    if (
        found == [("timed_units", "value")]
        and s.codes
        and (assistant or said(c, r"\bmodifiers?\b|\bmods?\b"))
    ):
        return [*found, ("visit", "modifiers")]
    return found


def _units(c: Clause, s: Setting) -> Topics | None:
    if (
        not wants_value(c)
        and in_message(s, r"\b(?:aides?|students?|techs?|technicians?)\b")
        and s.known
        and said(
            c,
            r"\bunits?\b|<u>|\bbill|\bcharg|\bpa(?:y|id)\b|\bcount|\bclaim|\breport|\bok\b|\ballowed\b|\bcover",
        )
    ):
        return [("provider", how_put(c))]
    if (
        s.known
        and len(s.codes) <= 1
        and not any(is_em(x) for x in s.known)
        and not wants_value(c)
        and said(
            c,
            r"\b(?:does|do|will|would|is|should) (?:the |that |this |my |our |extra |more )*(?:time|minutes|length|duration|clock)\b.{0,20}\b(?:change|changes|matter|matters|affect|affects|count|counts|drive|drives|decide|decides|make a difference|add|adds|relevant)\b",
        )
    ):
        return [("timing", "timed")]  # "does the time change the units?"
    if s.codes and said(
        c,
        r"<min> (?:is|=) (?:the|a|one) (?:unit|<u>)|\b(?:in|takes?|by|uses?|has|have) <min>(?: ?- ?| )(?:units?|increments?|blocks?)\b",
    ):
        return [("timing", "timed")]
    minutes = minutes_of(c)
    if (
        "timed_units" in s.before
        and not s.codes
        and not minutes
        and not wants_value(c)
        and said(
            c,
            r"\b(?:bill|charge|report|get|claim|code|send|have|has|be|makes?|is) (?:for |it |that |this )?(?:<n>|<u>)|\bround(?:s|ed|ing)? (?:it |that |this )?up\b|^\W*(?:so |then |and |ok )*(?:it's |is it |that's |is that )?<u>",
        )
    ):
        return [("timed_units", "allowed")]
    if (
        "timed_units" in s.before
        and not s.codes
        and said(c, r"\bama\b|\bcpt\b|\bmidpoint\b|\brule of\b|\bminute rule\b|\bcms\b")
    ):
        return [("timed_units", "value")]
    if minutes and "timed_units" in s.before and len(c.skel.split()) < 14 and "together" not in c.cues:
        return [("timed_units", "value")]
    if said(c, r"\b(?:pair|together|both|combination)\b") and not said(
        c, r"\bunits?\b|<u>|\bmethods?\b|\bsplit\b"
    ):
        return None
    if (
        minutes
        and s.codes
        and len(c.skel.split()) <= 5
        and not said(c, r"<u> ?\?")
        and (c.form.kind == "statement" or c.form.bare)
        and not said(
            c,
            r"\b(?:per|each|every) <min>|<min> (?:code|increment|block)|\bby <min>|\bminimum\b|\bthreshold\b|\brequired?\b|\bat least\b",
        )
    ):
        return [("timed_units", "value")]
    if (
        not minutes
        and s.minutes
        and said(c, r"\bunits?\b|\bbill\b|\bbillable\b|<u>|\bcharge\b|\bcount\b|\b(?:makes?|is|that) <n>")
        and not (len(c.codes) >= 2 and "together" in c.cues)
    ):
        minutes = list(s.minutes)
    if (
        said(
            c,
            r"(?:<min>|<n>|8|eight)(?: ?- ?| )(?:minute |min )?rule|\b8 ?- ?min(?:ute)? rule\b|\brule of (?:8|eight)s?\b|\bmidpoint rule\b|\btotal time (?:rule|method)\b|\btime rule\b|\bspm\b|\bsubstantial portion",
        )
        and not s.codes
    ):
        return [
            (
                "timed_units",
                "method" if not minutes or len(minutes) == 1 and not said(c, r"\bunits?\b") else "value",
            )
        ]
    if (
        said(
            c,
            r"\b(?:toward|towards|to|in|into) (?:the |my |our )?(?:total )?(?:timed|time|total|treatment|8|eight|<min>)(?: ?-? ?minute)?(?: rule)?(?: total)?(?: minutes| units| time| min| unit)?\b",
        )
        and said(c, r"\bcounts?\b|\badds?\b|\badded\b|\binclud")
        and s.known
    ):
        return [("timed_units", "counts")]
    if (
        said(c, r"<min> ?- ?(?:minute )?rule|\bminute rule\b|\brule of\b")
        and s.known
        and len(s.codes) == 1
        and not said(c, r"\bhow many\b|\bunits\b")
        and len(minutes) <= 1
    ):
        return [("timed_units", "rule_applies")]
    if (
        said(
            c,
            r"\btotal time\b|\bacross (?:all )?(?:timed )?codes\b|\btotal treatment (?:minutes|time)\b",
            r"\badd(?:s|ed|ing)? (?:up |together )?(?:the |all )*(?:timed )?minutes\b|\bminutes (?:from|of) all (?:the )?(?:timed )?codes\b|\bcombin\w+ (?:all |the )*(?:timed )?minutes\b",
        )
        and not s.codes
        and not minutes
        and "em" not in c.cues
    ):
        return [("timed_units", "method")]
    if (
        said(
            c,
            r"\bhow many (?:minutes|mins?)\b|\brange of minutes\b|\bminute range\b|\bminutes? (?:for|needed|required|range)\b|\bmin(?:imum)? (?:number of )?minutes\b|\bminimum (?:minutes|time)\b",
        )
        and said(c, r"\bunits?\b|<u>")
        and not any(is_em(x) for x in s.known)
    ):
        return [("timed_units", "range")]
    numbers = [
        m
        for m in (c.mentions if minutes_of(c) or c.codes else s.numbers)
        if m.kind == "number" and m.value.isdigit() and 0 < int(m.value) < 240
    ]
    unit_words = said(c, r"\bunits?\b|\bbill\b|\bbillable\b|<u>|\bcount\b|\bcharge\b|\bcode\b|\breport\b")
    per_code = (
        len(minutes) >= 2
        or (minutes and len(s.codes) >= 2 and numbers)
        or (
            len(numbers) >= 2
            and len(s.codes) >= 2
            and said(c, r"\bunits?\b|\bminutes\b|\bmin\b|<u>|\btime rule\b|\bmethod\b|\brule of\b")
        )
    )
    if per_code and (s.codes or said(c, r"\bunits?\b")) and not any(is_em(x) for x in s.codes):
        return [
            (
                "timed_units",
                "value"
                if asks_which(c)
                or not said(c, r"<u>|\bbill (?:<n>|\d)|\b(?:can|may) (?:i|we) bill\b")
                or c.form.kind == "statement"
                or said(c, r"\bunits \?")
                else how_put(c),
            )
        ]
    own = {m.value for m in c.mentions if m.kind == "number"}
    if (
        minutes
        and said(
            c,
            r"\b(?:makes?|is|are|call it|that|round\w*(?: up| down)?(?: to)?|bill|charge) (?:it |them )?<n>",
        )
        and len(own) == 1
        and not wants_value(c)
        and not any(is_em(x) for x in s.known)
    ):
        return [("timed_units", "allowed")]
    if (
        not minutes
        and len(s.codes) == 1
        and not any(is_em(x) for x in s.codes)
        and not wants_value(c)
        and said(c, r"\b(?:minimum|required) (?:number of |amount of )?(?:minutes|time|mins)\b")
    ):
        return [("timing", "minimum")]
    if not minutes:
        return None
    if "timing" in c.cues and s.codes and not said(c, r"\bhow many units\b|\bunits?\b"):
        return [("timing", "timed")]
    if (
        s.codes
        and said(
            c,
            r"\bhit\b|\breach\b|\bhave to (?:do|spend|be)\b|\brequires?\b|\brequirement\b|\brequired\b|\bneed(?:ed)?\b|\bminimum\b|\bmust\b|\bat least\b|\bfull\b|\beach\b",
        )
        and len(s.codes) == 1
        and not said(c, r"\bunits\b")
    ):
        return [("timing", "minimum")]
    if (
        s.known
        and not any(is_em(x) for x in s.known)
        and unit_words
        and not said(c, r"\bsession\b|\bhow long\b")
    ):
        if len(s.codes) == 1 and said(c, r"<u>") and not wants_value(c):
            return [("timed_units", how_put(c))]
        if said(c, r"\bby (?:the )?time\b"):
            return [("timing", "timed")]
        return [
            (
                "timed_units",
                "value"
                if wants_value(c)
                or c.form.kind == "statement"
                or c.form.bare
                and not said(c, r"<u>|\bbillable\b|\bok\b")
                or said(c, r"\bunits ?\?|\bhow many\b|\bunits$|\bwhat units\b")
                else how_put(c),
            )
        ]
    if (
        not s.codes
        and said(c, r"= <u>|<u> (?:for|to|from) \w+ \?|\bis <u>|\bmakes? <u>")
        and not wants_value(c)
    ):
        return [("timed_units", "allowed")]
    if not s.codes and said(c, r"\bunits?\b|<u>") and "em" not in c.cues:
        return [
            (
                "timed_units",
                "value"
                if wants_value(c)
                or c.form.kind == "statement"
                or c.form.bare
                and not said(c, r"<u> ?\?")
                or said(c, r"\bunits ?\?*$")
                else how_put(c),
            )
        ]
    return None
