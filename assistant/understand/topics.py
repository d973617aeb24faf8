"""Which topic a clause asks about, and how: a list of decisions, the most specific first.

Modifiers named decide before words do; words are the cues of `wording.CUES` and a few patterns that belong to one topic alone.
Nothing here knows a fact: whether 97811 is an add-on code is for the rules to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant import wording
from assistant.domain import Mention

M59 = frozenset({"59", "XE", "XS", "XP", "XU"})
GLOBAL = frozenset({"24", "58", "78", "79"})
SURGEONS = frozenset({"80", "81", "82", "AS", "62", "66"})
THERAPY = frozenset({"GP", "GO", "GN"})
ABN = frozenset({"GA", "GX", "GY", "GZ"})
SIDES = frozenset({"50", "LT", "RT"})
CMT = frozenset({"98940", "98941", "98942", "98943"})

Topics = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a message: its skeleton, form, cues and what it mentions."""

    text: str
    skel: str
    form: wording.Form
    cues: frozenset[str]
    codes: tuple[str, ...]
    modifiers: tuple[str, ...]
    diagnoses: tuple[str, ...]
    mentions: tuple[Mention, ...]
    ranges: tuple[str, ...] = ()
    families: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds a clause. `codes`: its own or lent by the same message; `known`: those, else carried from the turn before;
    `message`: the skeletons of the whole message; `who`: providers the text names."""

    codes: tuple[str, ...]
    known: tuple[str, ...]
    modifiers: tuple[str, ...]
    payer: str | None
    rendered_by: str | None
    who: tuple[str, ...]
    message: str
    alone: bool
    minutes: tuple[Mention, ...] = ()
    numbers: tuple[Mention, ...] = ()
    carried: bool = False


def topics(c: Clause, s: Setting) -> Topics:
    """(topic, form) pairs; [] where neither modifiers nor words decide."""
    for decide in _DECISIONS:
        found = decide(c, s)
        if found is not None:
            return found
    return []


def is_em(code: str) -> bool:
    return code.isdigit() and "99202" <= code <= "99499"


def _said(c: Clause, *patterns: str) -> bool:
    return any(re.search(pattern, c.skel) for pattern in patterns)


def _in_message(s: Setting, *patterns: str) -> bool:
    return any(re.search(pattern, s.message) for pattern in patterns)


def _put(c: Clause) -> str:
    return "why" if c.form.kind == "why" else c.form.proposition


def _value(c: Clause) -> bool:
    return c.form.kind in {"value", "why"}


def _which(c: Clause) -> bool:
    return c.form.kind == "value"


def _minutes(c: Clause) -> list[Mention]:
    return [m for m in c.mentions if m.kind == "minutes"]


def _medicare(s: Setting) -> bool:
    return wording.payer_type(s.payer) == "medicare"


def _meaning(c: Clause, carried: bool = False) -> bool:
    """Asked what a modifier is: "GZ?", "define mod 58", "what does KX mean"."""
    words = re.sub(r"<M\w+>|\b(?:modifiers?|mods?|code|what|whats|is|a|the|does|means?|meaning|define|definition|of|it|stand|for|explain|on|claim|an|in|billing|coding|when|to|do|i|you|use|used|using|should|we|tell|me|about|and|or|vs|versus|difference|between|describe|please|pls|mod|hcpcs|cpt|medical|for|are|'s|purpose|ok|hi|hello|exactly|mean)\b|[^\w<>]", " ", c.skel)
    asked = _said(c, r"\bmean(?:s|ing)?\b|\bdefin|\bwhat(?: is|'s|s| are| does| do)?\b|\bexplain|\bstand for\b|\bdescribe\b|\bdifference\b|\btell me\b|\bpurpose\b|\bwhen (?:do|to|should|is|would|are)\b") or len(c.skel.split()) <= 3 and not carried
    return not words.split() and asked


# by modifier ---------------------------------------------------------------------------------------------------------


def _order(c: Clause, s: Setting) -> Topics | None:
    if "exempt" in c.cues:
        return None
    mods = set(s.modifiers)
    if "order" in c.cues and (len(mods) >= 2 or _said(c, r"\bmodifiers?\b|\bmods?\b|\bslots?\b")):
        return [("modifier_order", "which")]
    if len(mods) >= 2 and _said(c, r"<M\w+> (?:goes? |comes? )?(?:before or after|after or before|before|after|first or|or) .*(?:<M\w+>|first)\b", r"\b(?:first|before|after|last)\b") and _said(c, r"\bbefore\b|\bafter\b|\bfirst\b|\blast\b|\bsecond\b"):
        return [("modifier_order", "which")]
    return None


def _appendix(c: Clause, s: Setting) -> Topics | None:
    return [("modifier_51", "listed")] if "appendix_e" in c.cues and (s.known or "51" in s.modifiers or s.alone) else None


def _modifier_51(c: Clause, s: Setting) -> Topics | None:
    if "51" not in s.modifiers:
        return None
    put, value, mods = _put(c), _value(c), set(s.modifiers)
    if "bypass" in c.cues or "ncci" in c.cues and not _said(c, r"\bcorrect coding\b"):
        return [("modifier_59", "bypass")]
    if _said(c, r"\bmppr\b.*\bsame (?:as|thing)\b|\bsame (?:as|thing).*\bmppr\b"):
        return [("mppr", "same_as_51")]
    if put == "full_payment":
        return [("modifier_51", "full_payment")] if not value else [("mppr", "value")]
    if c.cues & {"mppr", "reduced"}:
        return [("modifier_51", "reduced")] if not value else [("mppr", "value")]
    if not value and _said(c, r"\b(?:because|reason|due to|since)\b") and re.match(r"\W*(?:so )?(?:is|was|isn't)\b", c.skel):
        return [("modifier_51", "ground")]
    if mods & M59:
        return [("modifier_51", put), ("modifier_59", "which" if value or _said(c, r"<M51> or <M|<M\w+> or <M51>") else put)]
    if _meaning(c, bool(s.known)) and not s.codes:
        return [("modifier_info", "value")]
    if _which(c) and _said(c, r"\bwhich codes?\b|\bwhat codes?\b"):
        return [("modifier_51", "which_codes")]
    if "add_on" in c.cues and not s.known:
        return [("modifier_51", "add_on")]
    return [("modifier_51", "value" if _which(c) else put)]


def _modifier_59(c: Clause, s: Setting) -> Topics | None:
    mods = set(s.modifiers)
    bypass = "bypass" in c.cues or _said(c, r"\bopens?\b", r"\bncci[ -](?:associated )?modifier", r"\bcount as an? ncci\b", r"\bgets? (?:it|them|the code|this|<C>)? ?paid\b")
    if mods & M59 and _said(c, r"\bx (?:modifier|mod)s?\b") and _which(c) and not s.codes:
        return [("modifier_info", "value")]
    if mods & M59:
        if bypass and len(mods) > 1:
            return [("modifier_59", "bypass")]
        if not s.codes and (_meaning(c, bool(s.known)) or len(mods) > 1 and _which(c) and not s.known):
            return [("modifier_59", "which")] if len(mods) > 2 and not _said(c, r"\bmean|\bdifference|\bwhat (?:is|are)\b") else [("modifier_info", "value")]
        if "column" in c.cues and _value(c):
            return [("modifier_59", "column")]
        return [("modifier_59", "which" if _which(c) else "bypass" if bypass else _put(c))]
    if mods and not mods & {"25", "57"} and (bypass or ("ncci" in c.cues and len(s.known) > 1)):
        return [("modifier_59", "bypass")]
    if not mods and _said(c, r"\bx (?:modifier|mod)s?\b|\bx\{?epsu\}?\b|\bx subset\b"):
        return [("modifier_59", "which" if _value(c) else _put(c))]
    return None


def _modifier_25(c: Clause, s: Setting) -> Topics | None:
    mods = set(s.modifiers)
    if mods & {"25", "57"}:
        if _meaning(c, bool(s.known)) and not s.codes and not mods >= {"25", "57"}:
            return [("modifier_info", "value")]
        return [("modifier_25", "which" if _which(c) or _said(c, r"<M25> or <M57>|<M57> or <M25>") else _put(c))]
    if not mods and _said(c, r"\bdecision (?:for|to|of) (?:the )?(?:major )?(?:surgery|operate|procedure)\b|\bseparately identifiable\b") and ("which_modifier" in c.cues or _value(c)):
        return [("modifier_25", "which")]
    return None


def _other_modifiers(c: Clause, s: Setting) -> Topics | None:
    mods = set(s.modifiers)
    if not mods:
        return None
    which, put = _which(c), _put(c)
    if not s.codes and _meaning(c, bool(s.known)) and len(mods) <= 3:
        return [("modifier_info", "value")]
    if mods & GLOBAL:
        return [("global_period", "which" if which else put)]
    if mods & {"26", "TC"}:
        return [("component", "value" if which else put)]
    if mods & SIDES and not ("global" in c.cues or _said(c, r"\bother (?:eye|side|knee|hip|shoulder)\b")):
        return [("bilateral", "value" if which else put)]
    if mods & SURGEONS:
        return [("surgeons", "value" if which else put)]
    if "AT" in mods and s.modifiers[0] == "AT":
        return [("chiropractic", "at_value" if which else "at")]
    if mods & ABN or "abn" in c.cues:
        return [("abn", "which" if which or "which_modifier" in c.cues else put)]
    if mods & {"CQ", "CO"}:
        if "mppr" in c.cues:
            return [("assistant_modifier", "after_mppr")]
        return [("assistant_modifier", "value" if which else put)]
    if "AT" in mods:
        return [("chiropractic", "at_value" if which else "at")]
    if "KX" in mods:
        return [("kx_threshold", "needed" if c.form.kind in {"yes_no", "statement"} else "value")]
    if mods & THERAPY:
        if "assistant" in c.cues and not s.codes and _said(c, r"\bpta\b|\bota\b|\bassistant\b"):
            return [("assistant_modifier", "value" if which else put)]
        return [("therapy_modifier", "which" if which else put)]
    if mods & {"LT", "RT"} and ("global" in c.cues or _said(c, r"\bother (?:eye|side|knee|hip|shoulder)\b")):
        return [("global_period", "which")]
    return [("modifier_info", "value" if _value(c) else put)]


# by words -------------------------------------------------------------------------------------------------------------


def _diagnosis(c: Clause, s: Setting) -> Topics | None:
    if not c.diagnoses:
        return None
    if s.codes and not _said(c, r"\bbillable\b|\bvalid\b|\bspecific\b|\bexclude"):
        return []
    if "excludes" in c.cues or len(c.diagnoses) > 1 and (c.cues & {"together"} or _said(c, r"<dx> (?:and|with|\+|&) <dx>")):
        return [("icd10", "together")]
    if "replacement" in c.cues and "valid" not in c.cues:
        return [("icd10", "successor")]
    if _value(c) and _said(c, r"\bwhat (?:is|does)\b.*<dx>(?: mean| stand)?\W*$") and not _said(c, r"\bbillable|\bvalid|\bspecific"):
        return [("icd10", "value")]
    return [("icd10", "billable" if not _value(c) else "value")]


def _limits(c: Clause, s: Setting) -> Topics | None:
    if "mai" in c.cues:
        return [("mue", "mai")]
    if "mue" in c.cues:
        if "abn" in c.cues:
            return [("abn", "mue")]
        return [("mue", "value" if _value(c) or c.form.kind == "statement" else _put(c))]
    return None


def _conversion(c: Clause, s: Setting) -> Topics | None:
    return [("fee", "conversion_factor")] if "conversion" in c.cues or _said(c, r"\bcf\b") and not s.codes else None


def _denied(c: Clause, s: Setting) -> Topics | None:
    """A denial is explained by the rules about what was billed; words in it that name a rule are kept."""
    if _said(c, r"\bwhich (?:one|code|line)\b") and len(s.codes) == 2 and "denied" in c.cues:
        return [("ptp", "column")]
    if "denied" not in c.cues or not s.known or not (c.form.kind in {"why", "value", "statement"} or any(m.kind == "carc" for m in c.mentions) or _said(c, r"\bmiss(?:ing|ed)?\b|\bfix\b")):
        return None
    return [("denial", "why")]


def _add_on(c: Clause, s: Setting) -> Topics | None:
    primary = _said(c, r"\bprimar(?:y|ies)\b|\bbase code|\bparent\b") and not _said(c, r"\bprimary (?:payer|insurance|diagnosis|dx|procedure)\b")
    if "add_on" in c.cues and _said(c, r"\badd(?: ?- ?| )on\b|\baddon\b"):
        if primary or _said(c, r"\bgo(?:es)? with\b|\bwith which\b|\bbilled with\b"):
            return [("add_on", "primary")]
        if _said(c, r"\balone\b|\bby itself\b|\bwithout\b|\bon its own\b|\bstand ?-? ?alone\b"):
            return [("add_on", "alone")]
        return [("add_on", "is" if not _value(c) else "value")] if s.known or not _value(c) else None
    if not s.known:
        return None
    if primary or _said(c, r"\bgo(?:es)? with which\b|\b(?:which|what) [\w /]{0,24}?codes? (?:can|may|does|do|is|are) <C> (?:be )?(?:added|go|goes|billed|reported|used)\b"):
        return [("add_on", "primary")]
    if len(s.codes) == 1 and not _value(c) and not _minutes(c) and not c.cues & {"mppr", "mue", "max_units", "reduced", "full_payment", "timing"} and _said(c, r"\balone\b|\bby itself\b|\bon its own\b|\bstand ?-? ?alone\b"):
        return [("add_on", "alone")]
    if len(s.codes) >= 2 and _said(c, r"<C> (?:without|w / o|only|alone)\b", r"\bno <C>"):
        return [("add_on", "alone")]
    return None


def _assistants(c: Clause, s: Setting) -> Topics | None:
    if "assistant_surgeon" in c.cues or _said(c, r"\bqualified resident\b|\basst surg\b|\bassist(?:ant)? (?:at )?surg"):
        return [("surgeons", "which" if "which_modifier" in c.cues else "value" if _value(c) else _put(c))]
    if "assistant" not in c.cues:
        return None
    if "supervision" in c.cues:
        return [("assistant_modifier", "supervision")]
    if _said(c, r"\bincident ?-? ?to\b"):
        return [("provider", "allowed")]
    if _minutes(c) and len(_minutes(c)) > 1:
        return [("assistant_modifier", "minutes")]
    if _said(c, r"\bpa(?:y|id|ys|yment)\b|\breduc|\b85\b|<pct>|\breimburs|\bpercent"):
        return [("assistant_modifier", "value" if _value(c) else "value_check")]
    if len(s.codes) >= 2 and ("which_modifier" in c.cues or _said(c, r"\bmodifiers\b|\bmods\b")) or s.codes and "which_modifier" in c.cues:
        return [("visit", "modifiers")]
    if _said(c, r"\bmodifiers?\b|\bmods?\b"):
        return [("assistant_modifier", "value" if _value(c) else "needed")]
    return None


def _reduction(c: Clause, s: Setting) -> Topics | None:
    if _said(c, r"\bmult(?:iple)? proc(?:edure)?\.? indicator|\bmult(?:iple)? proc\b"):
        return [("mppr", "value")]
    if "fee" in c.cues and _said(c, r"\bfee schedule amount\b"):
        return [("fee", "share")]
    if _said(c, r"\bpaid less\b|\bpays? less\b") and s.known:
        return [("mppr", "value" if _value(c) else "reduced")]
    full = c.form.proposition == "full_payment"
    if "mppr" in c.cues or full and s.known or "reduced" in c.cues and s.known and not any(is_em(x) for x in s.known) and "kx" not in c.cues:
        return [("mppr", "value" if _value(c) else "full_payment" if full else "reduced")]
    return None


def _office_visit(c: Clause, s: Setting) -> Topics | None:
    em = [x for x in s.known if is_em(x)]
    minutes = _minutes(c) or (list(s.minutes) if _said(c, r"\bwhich\b|\bwhat\b|\blevel\b|\bcode\b") else [])
    visit = _in_message(s, r"\b(?:new|established|est|estab|existing|return)\.? (?:patient|pt|visit|office visit)\b", r"\b(?:established|est)\b .*<min>", r"\boffice visits?\b")
    if minutes and not s.codes and (visit or "em" in c.cues) and not _said(c, r"\bunits?\b"):
        return [("em", "level_by_time")]
    if not s.codes and visit and _said(c, r"\bmdm\b|\bcomplexity\b|\bdecision"):
        return [("em", "mdm")]
    if _said(c, r"\bsame (?:group|specialty|practice)\b.*\b(?:new|established)\b", r"\bnew or established\b", r"\b(?:new|established) patient\b.*\b(?:years?|yrs|year rule)\b", r"\b(?:years?|yrs) ago\b.*\bnew patient\b", r"\bnew patient\W*$"):
        return [("em", "new_or_established")]
    about = bool(em) or "em" in c.cues or _said(c, r"\btotal time\b|\bmdm\b")
    if about and _said(c, r"\b(?:staff|nurse|ma|assistant|resident|student)(?:'s)? (?:time|minutes)\b"):
        return [("em", "staff_time")]
    if about and _said(c, r"\bhistory\b|\bexam\b") and _said(c, r"\bcount|\bscore|\blevel|\bstill|\brequired|\bneeded|\bmatter|\baffect"):
        return [("em", "history_exam")]
    if about and _said(c, r"\bprolonged\b"):
        return [("em", "prolonged")]
    if em and len(s.codes) <= 2:
        if minutes and not _value(c) and c.form.kind == "yes_no":
            return [("em", "time_allowed")]
        if minutes and _said(c, r"\bwhich\b|\bwhat (?:level|code)\b|\bor <C>"):
            return [("em", "level_by_time")]
        if _said(c, r"\btime\b|\bminutes?\b|\bmins?\b|\bhow long\b") and "timing" not in c.cues and not _said(c, r"\bsame time\b|\bat the time\b") and len(s.codes) == 1:
            return [("em", "time" if not minutes or _value(c) else "time_allowed")]
        if _said(c, r"\bmdm\b|\bcomplexity\b|\bdecision ?-? ?making\b"):
            return [("em", "mdm")]
    if not s.codes and "em" in c.cues and _said(c, r"\bmdm\b|\bdecision ?-? ?making\b|\bcomplexity\b|\blevels?\b") and _said(c, r"\bmoderate\b|\bhigh\b|\blow\b|\bstraightforward\b|\bmdm\b"):
        return [("em", "mdm")]
    return None


def _threshold(c: Clause, s: Setting) -> Topics | None:
    if _said(c, r"\btargeted (?:medical )?review\b|\bmedical review (?:threshold|amount)\b"):
        return [("kx_threshold", "review")]
    if "kx" not in c.cues or "therapy_modifier" in c.cues:
        return None
    if "abn" in c.cues and not _said(c, r"\bwithout\b|\bno abn\b|\bw / o\b"):
        return [("abn", "which" if _value(c) or "which_modifier" in c.cues else _put(c))]
    if _said(c, r"\bhow many minutes\b|\btime\b") and not _said(c, r"\bkx\b|\btherapy\b|\bcap\b"):
        return None
    return [("kx_threshold", "value" if _value(c) or c.form.kind == "statement" else "needed")]


def _abn(c: Clause, s: Setting) -> Topics | None:
    if "abn" not in c.cues:
        return None
    if c.cues & {"ncci", "bundle"} and not _value(c):
        return [("abn", "ptp")]
    return [("abn", "which" if _value(c) or "which_modifier" in c.cues else _put(c))]


def _units(c: Clause, s: Setting) -> Topics | None:
    minutes = _minutes(c)
    if not minutes and s.minutes and _said(c, r"\bunits?\b|\bbill\b|\bbillable\b|<u>|\bcharge\b|\bcount\b") and not (len(c.codes) >= 2 and "together" in c.cues):
        minutes = list(s.minutes)
    codes = s.codes
    if _said(c, r"(?:<min>|8|eight) ?- ?minute rule|<min> rule|\b8 ?- ?min(?:ute)? rule\b|\brule of (?:8|eight)s?\b|\bmidpoint rule\b|\btotal time (?:rule|method)\b|\btime rule\b|\bspm\b|\bsubstantial portion") and not s.codes:
        return [("timed_units", "method" if not minutes or len(minutes) == 1 and not _said(c, r"\bunits?\b") else "value")]
    if _said(c, r"\b(?:toward|towards|to|in|into) (?:the |my |our )?(?:total )?(?:timed|time|total|treatment|8|eight|<min>)(?: ?-? ?minute)?(?: rule)?(?: total)?(?: minutes| units| time| min| unit)?\b") and _said(c, r"\bcounts?\b|\badds?\b|\badded\b|\binclud") and s.known:
        return [("timed_units", "counts")]
    if _said(c, r"<min> ?- ?(?:minute )?rule|\bminute rule\b|\brule of\b") and s.known and len(s.codes) == 1 and not _said(c, r"\bhow many\b|\bunits\b") and len(minutes) <= 1:
        return [("timed_units", "rule_applies")]
    if _said(c, r"\btotal time\b|\bacross (?:all )?(?:timed )?codes\b|\btotal treatment (?:minutes|time)\b") and not s.codes and not minutes and "em" not in c.cues:
        return [("timed_units", "method")]
    if _said(c, r"\bhow many minutes\b|\bminute range\b|\bminutes? (?:for|needed|required|range)\b|\bmin(?:imum)? minutes\b|\bminimum (?:minutes|time)\b") and _said(c, r"\bunits?\b|<u>") and not any(is_em(x) for x in s.known):
        return [("timed_units", "range")]
    numbers = [m for m in (c.mentions if _minutes(c) or c.codes else s.numbers) if m.kind == "number" and m.value.isdigit() and 0 < int(m.value) < 240]
    unit_words = _said(c, r"\bunits?\b|\bbill\b|\bbillable\b|<u>|\bcount\b|\bcharge\b|\bcode\b|\breport\b")
    per_code = len(minutes) >= 2 or (minutes and len(s.codes) >= 2 and numbers) or (len(numbers) >= 2 and len(s.codes) >= 2 and _said(c, r"\bunits?\b|\bminutes\b|\bmin\b"))
    if per_code and (s.codes or _said(c, r"\bunits?\b")) and not any(is_em(x) for x in s.codes):
        return [("timed_units", "value" if _which(c) or not _said(c, r"<u>|\bbill (?:<n>|\d)|\b(?:can|may) (?:i|we) bill\b") or c.form.kind == "statement" or _said(c, r"\bunits \?") else _put(c))]
    if not minutes:
        return None
    if "timing" in c.cues and not _said(c, r"\bhow many units\b|\bunits?\b"):
        return [("timing", "timed")]
    if s.codes and _said(c, r"\brequires?\b|\bneed\b|\bminimum\b|\bmust\b|\bat least\b|\bfull\b|\beach\b") and len(s.codes) == 1 and not _said(c, r"\bunits\b"):
        return [("timing", "minimum")]
    if s.known and not any(is_em(x) for x in s.known) and unit_words and not _said(c, r"\bsession\b|\bhow long\b"):
        if len(s.codes) == 1 and _said(c, r"<u>") and not _value(c):
            return [("timed_units", _put(c))]
        if _said(c, r"\bby (?:the )?time\b"):
            return [("timing", "timed")]
        return [("timed_units", "value" if _value(c) or c.form.kind == "statement" or _said(c, r"\bunits ?\?|\bhow many\b|\bunits$|\bwhat units\b") else _put(c))]
    if not s.codes and _said(c, r"\bunits?\b") and "em" not in c.cues:
        return [("timed_units", "value" if _value(c) or c.form.kind == "statement" or _said(c, r"\bunits ?\?*$") else _put(c))]
    return None


def _described_modifier(c: Clause, s: Setting) -> Topics | None:
    """ "Which modifier for a return to the operating room?": the modifier is described, not named."""
    if not ("which_modifier" in c.cues or _said(c, r"\bmodifiers?\b|\bmod\b")) or s.modifiers:
        return None
    if "component" in c.cues:
        return [("component", "which")]
    if "global" in c.cues or _said(c, r"\breturn to (?:the )?(?:or|operating)|\bstaged\b|\bunrelated\b"):
        return [("global_period", "which")]
    if "bilateral" in c.cues:
        return [("bilateral", "which" if _value(c) else _put(c))]
    if _said(c, r"\bactive (?:cmt|treatment|care|chiro\w*)\b|\bmaintenance\b") and (s.rendered_by == "DC" or set(s.known) & CMT or _said(c, r"\bcmt\b|\bchiro|\badjust|\bmanipulat")):
        return [("chiropractic", "at_value")]
    if "therapy_modifier" in c.cues or _said(c, r"\btherapy mod\b"):
        return [("therapy_modifier", "which" if _value(c) or "which_modifier" in c.cues else _put(c))]
    if not s.codes and "region_other" in c.cues:
        return [("modifier_59", "which")]
    return None


def _visit(c: Clause, s: Setting) -> Topics | None:
    asks = "which_modifier" in c.cues or _said(c, r"\bmodifiers?\b|\bmods\b") and (_value(c) or c.form.kind == "statement" or c.form.proposition == "needed" or _said(c, r"\bmod(?:ifier)?s(?: pl(?:ea)?[sz]e?)?\W*$"))
    if "denied" in c.cues:
        return None
    if not s.known:
        return None
    if "therapy_modifier" in c.cues:
        return [("therapy_modifier", "which" if _value(c) else _put(c))]
    if asks and c.form.kind != "why":
        if "ncci" in c.cues and not _value(c) and len(s.codes) >= 2:
            return [("visit", "modifiers")]
        if len(s.codes) == 2 and any(is_em(x) for x in s.codes) and not _said(c, r"\bmodifiers\b|\bmods\b"):
            return [("modifier_25", "which")]
        if len(s.known) == 2 and not any(is_em(x) for x in s.known) and (_said(c, r"\bopens?\b|\bbypass", r"<C> (?:with|when billed with|billed with|if billed with|and|&|\+|/|w) ", r"\bwhen (?:it's |it is )?billed (?:with|together)") or not s.codes):
            return [("ptp", "modifier")]
        if len(s.codes) >= 2 or c.form.kind != "yes_no" or len(s.known) == 1:
            return [("visit", "modifiers")]
    if len(s.codes) >= 2 and _said(c, r"\bhow (?:do|should|would|to|can) (?:i|we|you)? ?(?:bill|code|report|submit)\b|\bclaim (?:ok|okay|good|correct|right)\b|\bcheck (?:this|my|our)\b|\bclean claim\b"):
        return [("visit", "modifiers")]
    return None


def _surgery(c: Clause, s: Setting) -> Topics | None:
    value = _value(c)
    if "global" in c.cues and (s.known or value or not s.known):
        return [("global_period", "value" if value or c.form.kind == "statement" else _put(c))]
    if _said(c, r"<n> vs <n> global|\b(?:zzz|xxx|yyy|mmm)\b"):
        return [("global_period", "value")]
    if "component" in c.cues and (s.known or value):
        return [("component", "value" if value else _put(c))]
    if _said(c, r"\bpc ?/ ?tc\b|\bpctc\b"):
        return [("component", "value")]
    if _said(c, r"\bbilat(?:eral)?(?: surg\w*)? indicator|\bbilat surg\b|\bbilat\b|\bbilateral indicator\b"):
        return [("bilateral", "value")]
    if "bilateral" in c.cues and s.known and "timing" not in c.cues and "fee" not in c.cues:
        return [("bilateral", "value" if value else _put(c))]
    if _said(c, r"\b(?:asst|co|team)[ -]?surg\w* indicator"):
        return [("surgeons", "value")]
    return None


def _chiropractic(c: Clause, s: Setting) -> Topics | None:
    about = bool(set(s.known) & CMT) or s.rendered_by == "DC" or _said(c, r"\bcmt\b|\bchiro\w*|\badjust(?:ed|ment|ments|ing)?\b|\bmanipulat\w+|\bspinal regions?\b|\bsubluxation|\bdc\b|\bvertebra")
    if not about:
        return None
    if len(s.codes) >= 2 and _said(c, r"\bor <C>") and set(s.codes) <= CMT:
        return [("chiropractic", "regions")]
    if len(s.codes) >= 2:
        return None
    if _said(c, r"\bvertebra|\blevels adjusted\b"):
        return [("chiropractic", "vertebrae")]
    if _said(c, r"\bx ?-? ?rays?\b") and _said(c, r"\brequired?\b|\bneed|\bmust\b|\bshow\b|\bdemonstrat|\bprove"):
        return [("chiropractic", "xray")]
    if _said(c, r"\bp ?\.? ?a ?\.? ?r ?\.? ?t\b(?! b)|\bpart (?:elements?|criteria|exam|findings)\b|\bfor part\b") or "subluxation" in c.skel and _value(c):
        return [("chiropractic", "part")]
    if _said(c, r"\b(?:two|2|twice|three) (?:cmt|adjustments?|treatments?|manipulations?|times)\b|\bcmt treatments?\b|\btwice\b") and "max_units" not in c.cues:
        return [("chiropractic", "per_day")]
    if _said(c, r"\bmaintenance\b|\bactive (?:treatment|care|cmt)\b|\bcorrective\b"):
        return [("chiropractic", "maintenance")]
    if _said(c, r"\bmanipulation code\b|\bregions?\b|<r>|\b(?:which|what) (?:cmt |chiro\w* |adjustment |manipulation )?code\b|\bextra ?-? ?spinal\b.*\bcode\b|\bcmt code\b") and not _said(c, r"\b(?:same|different|separate|another) (?:spinal )?region\b"):
        if _said(c, r"\bcodes? (?:does|do) (?:medicare|<\w+>|it)\b.*\b(?:cover|pay)"):
            return [("chiropractic", "covered")]
        return [("chiropractic", "regions")]
    if "payable" in c.cues or "who_may" in c.cues and s.who:
        if not s.codes and not s.known:
            return [("chiropractic", "covered")]
        if s.rendered_by == "DC" and _medicare(s) and s.known:
            return [("chiropractic", "covered")]
    return None


def _attendance(c: Clause, s: Setting) -> Topics | None:
    if not s.known or len(s.codes) > 1:
        return None
    if c.cues & {"one_on_one"} or _said(c, r"\bstay (?:with|in the room)|\bin the room\b|\bpresent the (?:whole|entire) time\b|\bleave the (?:patient|room)\b"):
        if _value(c) and not _said(c, r"\bor\b"):
            return None
        return [("timing", "supervised" if _said(c, r"\bsupervised\b|\bunattended\b") and not _said(c, r"\bone ?-? ?on|\bconstant") else "one_on_one")]
    return None


def _timing(c: Clause, s: Setting) -> Topics | None:
    if "timing" not in c.cues:
        return None
    if not s.known and not _said(c, r"\b(?:which|what|list)\b.*\b(?:un)?timed\b"):
        return None
    untimed = _said(c, r"\buntimed\b|\bservice ?-? ?based\b|\bun ?- ?timed\b|\bnot timed\b|\bnon ?-? ?timed\b")
    timed = _said(c, r"(?<!un)(?<!un )(?<!not )(?<!un - )\btimed\b|\btime ?-? ?based\b")
    if not s.known:
        return [("timing", "which_untimed" if untimed else "which_timed")]
    if c.form.kind == "value" or untimed and timed or len(s.codes) > 1 and _said(c, r"\bor\b"):
        return [("timing", "value")]
    return [("timing", "untimed" if untimed and not _said(c, r"\bnot timed\b") else "timed")]


def _pair(c: Clause, s: Setting) -> Topics | None:
    if len(s.codes) < 2:
        return None
    value, form = _value(c), c.form
    if form.kind == "why":
        return [("ptp", "why")] if c.cues & {"denied", "ncci", "bundle", "together", "column", "payable"} or _said(c, r"\bbill|\bpa(?:y|id)\b|\bmodifier") else []
    if _said(c, r"\breplac|\bsuccess|\bbecame|\bnew code\b|\bcrosswalk") and not c.cues & {"together"}:
        return [("code_valid", "replacement")]
    if _said(c, r"\b(?:un)?timed\b|\btime ?- ?based\b"):
        return [("timing", "value")]
    if "max_units" in c.cues and _said(c, r"\bunits? limit|\blimit|\bmax|\beach\b") and not _said(c, r"\btogether\b|\bboth\b"):
        return [("mue", "value")]
    if _said(c, r"\bor <C>|\bvs <C>|\bversus <C>|\bwhich (?:one |code )?(?:do|should|for|to|is)\b") and _said(c, r"\bmedicare\b|\bmcr\b") and {"97014", "G0283"} <= set(s.codes):
        return [("status", "replacement")]
    if "column" in c.cues and (value or _said(c, r"\bcolumn ?-? ?(?:2|two|<n>|ii)\b")):
        return [("ptp", "column")]
    if "indicator" in c.cues and value:
        return [("ptp", "indicator")]
    if _said(c, r"\bdifferen(?:ce|t)\b|\bcompare|\bversus\b|\bvs\b|\bor <C>") and "ncci" not in c.cues and not _said(c, r"\btogether\b|\bboth\b|\bsame (?:day|visit|claim)\b|\bbill"):
        return []
    if "fee" in c.cues and (value or form.kind == "statement" or _said(c, r"\ballowed amount\b|\bnational\b")):
        return [("fee", "value")]
    if value and _said(c, r"\bmodifier\b|\bmod\b"):
        return [("ptp", "modifier")]
    if "valid" in c.cues and _said(c, r"\bdeleted\b|\bexist\b"):
        return [("code_valid", "valid")]
    if value and not c.cues & {"ncci", "bundle", "together"}:
        return None
    if c.cues & {"ncci", "bundle"} and not _said(c, r"\b(?:can|may|could|ok|allowed|bill)\b"):
        return [("ptp", "edited" if "ncci" in c.cues else "bundled")]
    if form.kind == "statement" and not c.cues & {"together", "ncci", "bundle"} and len(s.codes) > 2:
        return [("visit", "modifiers")] if len(c.skel.split()) < 30 else []
    if form.kind == "statement" and not c.codes:
        return []
    if "payable" in c.cues and "together" not in c.cues and _said(c, r"\bcover"):
        return [("status", "payable")]
    return [("ptp", "allowed" if not value else "edited_value")]


def _follow_pair(c: Clause, s: Setting) -> Topics | None:
    """A short follow-up about the pair of the turn before."""
    if s.codes or len(s.known) != 2:
        return None
    if "column" in c.cues:
        return [("ptp", "column")]
    if "indicator" in c.cues:
        return [("ptp", "indicator")]
    if c.cues & {"region_other", "region_same", "separate_time"} or _said(c, r"\bbody parts?\b"):
        return [("ptp", "allowed")]
    return None


def _meanings(c: Clause, s: Setting) -> Topics | None:
    """What an indicator or a status letter means, without a code."""
    if s.codes:
        return None
    if _said(c, r"\b(?:modifier|ccmi|ptp|ncci|edit) ?(?:column |modifier )?indicator\b", r"\bccmi\b") or ("ncci" in c.cues and "indicator" in c.cues):
        return [("ptp", "indicator_meaning")]
    if _said(c, r"\bstatus (?:code |indicator |letter )?[a-z]\b") or re.search(r"\bstatus (?:code |indicator |letter )?[A-Z]\b", c.text):
        return [("status", "meaning" if _value(c) or c.form.kind == "statement" or len(c.skel.split()) <= 5 else "meaning_check")]
    return None


def _single(c: Clause, s: Setting) -> Topics | None:
    if not s.known:
        return None
    own = bool(c.codes) or re.search(r"\b(?:it|that|this|them|those|these|one|both|either)\b", c.skel) is not None or bool(s.codes) and len(c.skel.split()) < 10 or not s.codes and len(c.skel.split()) < 7
    if not own:
        return None
    value, form = _value(c), c.form
    if "ncci" in c.cues or _said(c, r"\bcolumn (?:2|two|1|one|<n>) codes?\b|\bbundled? (?:with|into)\b") and value or _said(c, r"\bcodes? (?:is|are|does|do) <C> bundled? with\b"):
        return [("ptp", "list")]
    replaced = "replacement" in c.cues and (value or form.kind == "statement" or not re.match(r"\W*(?:is|are|was|did|does|do|can)\b", c.skel))
    if replaced or ("valid" in c.cues and "icd" not in c.cues):
        if _medicare(s) and not _said(c, r"\bdeleted\b|\bexist"):
            return [("status", "replacement" if replaced else "valid")]
        return [("code_valid", "successor" if replaced else "valid")]
    if "status" in c.cues or _said(c, r"\bindicators\b") and value:
        return [("status", "value" if "status" in c.cues else "indicators")]
    if _said(c, r"\b(?:rvus?|relative value)\b"):
        return [("fee", "rvu")]
    if "fee" in c.cues and (value or form.kind == "statement" or _said(c, r"\b(?:fee|allowable|amount|rate|price)\b")) and not _said(c, r"\bfee schedule\b.*\bpayable\b|\bpayable\b"):
        return [("fee", "value")]
    if "max_units" in c.cues and not _said(c, r"\bhow many minutes\b"):
        return [("mue", "value" if _which(c) else _put(c))]
    if _said(c, r"\bhow many (?:times|per day|a day)\b"):
        return [("mue", "value")]
    if "bundle" in c.cues and not _said(c, r"\be ?/ ?m\b|\bevaluation\b|\bem\b|\bevaluation and management\b"):
        return [("status", "bundled")] if not _which(c) else [("ptp", "list")]
    if _said(c, r"\b(?:aides?|tech|technician|techs|students?|massage therapist|lmt|athletic trainer|atc)\b") and c.cues & {"who_may", "payable", "billable"} or _said(c, r"\bincident ?-? ?to\b"):
        return [("provider", _put(c))]
    if _said(c, r"\bwho (?:can|may|is allowed)\b"):
        return [("provider", "who")] if s.codes else None
    payable = "payable" in c.cues and "fee" not in c.cues
    billing = c.cues & {"who_may", "payable"}
    if s.who and billing and not value and not (payable and _medicare(s) and s.who == ("MD",)) and not _said(c, r"\bpt did it\b|\bdid it\b"):
        return [("provider", _put(c))]
    if value and not payable:
        return None
    if payable and (s.payer is not None or _said(c, r"\bseparately\b|\bnon ?-? ?covered\b|\bcovered\b|\bpayable\b")) and not value:
        return [("status", "payable")]
    if payable and form.kind == "why":
        return [("status", "payable")]
    short = len(c.skel.split()) <= 6
    if form.kind in {"yes_no", "statement"} and _medicare(s) and ("who_may" in c.cues and form.kind == "yes_no" or short) and "em" not in c.cues:
        return [("provider", "allowed")] if s.rendered_by and s.who else [("status", "payable")]
    if form.kind == "yes_no" and s.rendered_by and not s.codes and _said(c, r"\bdid it\b|\bperform|\bwhat if\b"):
        return [("provider", "allowed")]
    return None


def _general_payer(c: Clause, s: Setting) -> Topics | None:
    """Questions about who may bill, without a code: aides, students, incident-to."""
    if s.known and s.codes:
        return None
    if _said(c, r"\bincident ?-? ?to\b") and _said(c, r"\bpta\b|\bota\b|\bcota\b|\bassistant"):
        return [("provider", "incident_to")]
    if _said(c, r"\b(?:aides?|students?)(?:'s)?\b") and _said(c, r"\bbill|\bpaid\b|\bcount\b|\bcover") and _said(c, r"\bmedicare\b|\btime\b|\bpart b\b"):
        return [("provider", "aide_student")]
    return None


_DECISIONS: tuple[Callable[[Clause, Setting], Topics | None], ...] = (
    _order, _appendix, _modifier_51, _modifier_59, _modifier_25, _other_modifiers, _diagnosis, _conversion, _limits, _denied, _add_on, _assistants, _reduction, _office_visit,
    _threshold, _abn, _units, _described_modifier, _visit, _surgery, _chiropractic, _attendance, _timing, _follow_pair, _pair, _meanings, _single, _general_payer,
)  # fmt: skip
