"""Modifiers 25 and 57: may an E/M visit be reported beside a procedure, and with which of the two?

Authority: NCCI Policy Manual ch. I.D and I.E, IOM 100-04 ch. 12 s.30.6.6 and 40.2; global days from the
Medicare fee schedule. Global 000, 010 and XXX: 25, and only for a significant E/M apart from what the
procedure itself takes. Global 090: 57, for the E/M at which the surgery was decided, that day or the day
before. Both go on the E/M. PT and OT evaluations are no E/M codes, therapists bill no office visits, and
Medicare covers no E/M by a chiropractor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, lacking, listing, medicare, mpfs, ruling
from assistant.rules.reading import cure, is_em, is_therapy_evaluation, says, wants_value, with_name

_THERAPISTS = frozenset({"PT", "PTA", "OT", "OTA", "SLP"})
_MAJOR, _MINOR = "090", frozenset({"000", "010"})
_SEPARATE = (
    r"\b(?:full|complete|comprehensive|thorough) (?:\w+ ){0,3}(?:exam\w*|evaluation|work ?-? ?up|history)\b",
    r"\bseparate (?:\w+ )?(?:problem|complaint|condition|work ?-? ?up|plan)\b",
    r"\bbeyond\b",
    r"\bexceed\w*",
    r"\bsignificant\b",
    r"\bseparately identifiable\b",
)
_NOT_SEPARATE = (
    r"\b(?:only|just)\b.*\b(?:check|assessment|pre ?-? ?(?:manipulat|service|procedure|adjust)\w*)\b",
    r"\bno (?:separate|significant|other)\b",
    r"\b(?:only|sole) (?:reason|purpose)\b",
    r"\bsolely\b", r"\bnothing (?:but|else|separate|significant|more)\b",
    r"\bsupervis\w+ (?:the |a |an |our |my )?(?:\S+ ){0,2}(?:tech\w*|aides?|staff|assistants?|therapists?|machine|patient|modality)\b",
    r"\b(?:came|comes|here|in|scheduled|seen|visit) (?:in )?(?:only|just) for (?:the |a |her |his )?(?:scheduled |planned )?(?:\w+ ){0,3}(?:injection|procedure|adjustment|treatment|<C>)",
    r"\bonly (?:decided|came|here|in|did|talked|discussed|saw)\b.*\b(?:to|for|about) (?:\w+ ){0,2}(?:inject\w*|adjust\w*|procedure|<C>)",
    r"\bdecision (?:to|for) (?:do |perform |give )?(?:a |the )?(?:minor|inject|adjust|<C>)",
)  # fmt: skip
_IS_IT_NEEDED = r"\b(?:need\w*|requir\w*|must|have to|has to|only if|unless)\b.{0,25}\b(?:separate|significant|beyond|full)\b"
_DECISION = (r"\bdecision\b", r"\bdecided?\b", r"\bdeciding\b")
_OTHER_DIAGNOSIS = (
    r"\b(?:different|separate|another|second|two|2|<n>|unrelated|distinct|new) (?:\w+ )?(?:dx|diagnos[ie]s)\b",
    r"\b(?:dx|diagnos[ie]s)(?: codes?)? (?:(?:must|has to|have to|need|needs|be|to|not|should|can't|cannot|the) )*(?:be )?(?:different|differ|separate|distinct|unrelated)\b",
)
_MUST_DIFFER = r"\b(?:must|need\w*|requir\w*|ha(?:s|ve) to|should)\b[^.;]*\b(?:dx|diagnos[ie]s)\b|\b(?:dx|diagnos[ie]s)\b[^.;]*\b(?:must|need\w*|requir\w*|ha(?:s|ve) to|should)\b"
_SAME_DIAGNOSIS = (
    r"\b(?:same|one|single|identical) (?:\w+ )?(?:dx|diagnosis)\b",
    r"\b(?:dx|diagnos[ie]s)(?: codes?)? (?:is|are) the same\b",
)
_ON_EM = (
    r"\b(?:on|to|onto|for|with) (?:the |an |a |your |my )?(?:e ?/ ?m|em\b|visit|office visit|evaluation and)"
)
_ON_PROCEDURE = (
    r"\b(?:on|to|onto|for) (?:the |an |a |your |my |any )?"
    r"(?:procedures?|cmt|adjustments?|manipulations?|injections?|therapy|surger(?:y|ies)|modalit(?:y|ies))\b"
)
_NEW_ENOUGH = (
    r"\bnew (?:pt|patient)s?\b.{0,30}\b(?:by itself|alone|enough|justif\w*|automatic\w*|always|suffic\w*|entitles?|reason enough)\b"
    r"|\b(?:by itself|alone|just|simply|merely|only) (?:because|since|being|as) .{0,25}\bnew\b|\bnew (?:pt|patient)\b.{0,20}\bso\b.{0,30}\b(?:ok|fine|automatic\w*|allowed|gets?|can)\b"
)
_ALWAYS = (
    r"\b(?:every|each|all|any) (?:\w+ )?(?:visits?|e ?/ ?m|claims?|encounters?)\b",
    r"\balways\b",
    r"\bautomatic\w*",
    r"\broutine\w*\b",
)


_AFTER = re.compile(r"\s*[-/.]?\s*(?:with |w/ ?)?(?:mod(?:ifier)?\s*)?")
_ON = re.compile(r"\s+(?:go |goes |be |used |put |allowed |needed )?(?:on|to|onto) (?:the |my )?")


@dataclass(frozen=True, slots=True)
class _Case:
    """One ask with what every branch looks up."""

    ask: Ask
    question: Question
    facts: Facts
    names: Mapping[str, str]

    def policy(self, modifier: str, field: str) -> tuple[Fact, ...]:
        return held(self.facts.on(self.question.date_of_service, "global_modifiers", modifier, field))

    def minor_decision(self) -> tuple[Fact, ...]:
        return held(self.facts.on(self.question.date_of_service, "ncci_policy", "em", "minor_decision"))

    def name(self, code: str) -> str:
        return with_name(code, self.names)

    def rule(
        self, rule: str, verdict: Verdict | None, said: Sequence[Said], subjects: Sequence[str],
        answers: Mapping[str, Verdict | None] | None = None, warnings: Sequence[str] = (),
        value: bool = False,
    ) -> Ruling:  # fmt: skip
        """A ruling; `answers` by form, default: the verdict for allowed and needed; `value`: no yes or no."""
        by_form = answers or {"allowed": verdict, "needed": verdict}
        answered = None if value else answer(self.ask, by_form)
        return ruling(self.ask, f"modifier_25.{rule}", verdict, answered, said, subjects, warnings=warnings)


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """One ruling on the visit and its procedures, or on the principle asked about; () where nothing fits."""
    case = _Case(ask, question, facts, names)
    named = ask.codes
    if all(is_em(c) for c in named):  # "99214 ..., then 20610. Is 25 needed on the 99214?"
        named = tuple(dict.fromkeys((*named, *question.codes)))
    ems = [c for c in named if is_em(c)]
    evaluations = [c for c in named if is_therapy_evaluation(c)]
    procedures = [c for c in named if c not in ems and c not in evaluations]
    asked = [m for m in ask.modifiers if m in {"25", "57"}]
    modifier = asked[0] if len(asked) == 1 else ""
    if (not procedures or says(ask, _MUST_DIFFER)) and (about_diagnosis := _diagnosis(case)):
        return about_diagnosis
    misplaced = _carries(question, modifier)
    if evaluations and not ems:
        return (_evaluation(case, evaluations),)
    if modifier and misplaced and not is_em(misplaced) and misplaced in procedures:
        return (_misplaced(case, modifier, misplaced, ems),)
    if ems and question.rendered_by in _THERAPISTS:
        return (_therapist(case, ems),)
    if ems and question.rendered_by == "DC" and medicare(question):
        return (_chiropractor(case, ems, procedures),)
    if procedures:
        which = _which(ask) or len(asked) == 2
        if (
            not ems
            and modifier == "25"
            and not which
            and (
                says(
                    ask,
                    r"\b(?:instead of|rather than|not|as opposed to) (?:on |to )?(?:the |an? )?(?:visit|e ?/ ?m|exam|evaluation)",
                )
                or not says(ask, r"\be ?/ ?m\b", r"\bvisit\b", r"\bexam\b")
            )
        ):
            return (_misplaced(case, modifier, procedures[0], ems),)
        return tuple(_beside(case, ems, code, modifier, which) for code in procedures)
    if (
        question.rendered_by in _THERAPISTS
        and not ems
        and says(ask, r"\b(?:re ?-? ?)?evals?\b|\bevaluations?\b")
    ):
        return (_evaluation(case, ["97161-97168"]),)
    if len(ems) > 1:
        return (_visit_alone(case, ems),)
    return _principle(case)


def _diagnosis(case: _Case) -> tuple[Ruling, ...]:
    """Whether 25 takes a diagnosis of its own; () where that is not asked."""
    ask = case.ask
    if wants_value(ask) or not says(ask, *_OTHER_DIAGNOSIS, *_SAME_DIAGNOSIS):
        return ()
    said: list[Said] = [
        (
            "25 does not need a different diagnosis: the same one may stand on both lines.",
            case.policy("25", "diagnosis"),
        ),
        (
            "25 goes on an E/M that is significant and apart from what a procedure of the same day takes.",
            case.policy("25", "condition"),
        ),
    ]
    answers: dict[str, Verdict | None] = {
        "needed": "no",
        "allowed": "yes" if says(ask, *_SAME_DIAGNOSIS) else "no",
    }
    return (case.rule("diagnosis", "no", said, ("25",), answers),)


def _which(ask: Ask) -> bool:
    choice = (
        r"(?:<M25>|<n>) or <M57>",
        r"<M57> or (?:<M25>|<n>)",
        r"\bwhich modifier\b",
        r"<C> or (?:on )?(?:the )?<C>",
    )
    return ask.form == "which" or says(ask, *choice)


def _decided(case: _Case) -> bool:
    """Whether the message says that surgery was decided; "decision for surgery" is also a name of 57."""
    named = any(m.kind == "modifier" and m.value == "57" and m.text != "57" for m in case.question.mentions)
    return named or says(case.ask, *_DECISION)


def _carries(question: Question, modifier: str) -> str:
    """The code the message hangs the modifier on: "98940-25", "25 on 98940"; "" where that is not said."""
    mentions = [m for m in question.mentions if m.kind in {"code", "modifier"}]
    for before, after in pairwise(mentions):
        between = question.text[before.end : after.start].lower()
        if (before.kind, after.kind, after.value) == ("code", "modifier", modifier) and _AFTER.fullmatch(
            between
        ):
            return before.value
        if (before.kind, before.value, after.kind) == ("modifier", modifier, "code") and _ON.fullmatch(
            between
        ):
            return after.value
    return ""


def _evaluation(case: _Case, codes: Sequence[str]) -> Ruling:
    said: list[Said] = [
        (
            (
                f"25 does not go on {listing([case.name(c) for c in codes])}: 25 is for E/M codes, and the"
                " therapy evaluations 97161-97168 are not E/M codes."
            ),
            case.policy("25", "goes_on"),
        ),
        (
            "A payer's own written rule may say otherwise; without one, leave it off.",
            case.policy("25", "goes_on"),
        ),
    ]
    return case.rule("evaluation", "no", said, (*codes, "25"), value=_which(case.ask))


def _misplaced(case: _Case, modifier: str, code: str, ems: Sequence[str]) -> Ruling:
    on = ems[0] if ems else "the E/M code of the visit"
    said: list[Said] = [
        (
            f"{modifier} does not go on {case.name(code)}: it goes on the E/M code.",
            case.policy(modifier, "goes_on"),
        ),
        (
            f"It may stand on {on}, if that visit is {_condition(modifier)}.",
            case.policy(modifier, "condition"),
        ),
    ]
    return case.rule("on_the_em", "no", said, (code, modifier), value=_which(case.ask))


def _condition(modifier: str) -> str:
    if modifier == "57":
        return "the one at which major surgery was decided, on the day of the surgery or the day before"
    return "significant and apart from what the procedure itself takes"


def _therapist(case: _Case, ems: Sequence[str]) -> Ruling:
    who = case.question.rendered_by or ""
    scope = held(case.facts.on(case.question.date_of_service, "provider_scope", who, "em_office"))
    said: list[Said] = [
        (f"{listing(ems)} with 25 is not a {who}'s to bill: therapists do not bill office visits.", scope),
        ("Their evaluations are codes of their own and take no 25.", (*scope, *case.policy("25", "goes_on"))),
    ]
    return case.rule("therapist", "no", said, (*ems, "25"))


def _chiropractor(case: _Case, ems: Sequence[str], procedures: Sequence[str]) -> Ruling:
    cover = held(case.facts.on(case.question.date_of_service, "provider_scope", "DC", "medicare_other"))
    said: list[Said] = [
        (
            f"Medicare covers no E/M visit by a chiropractor, so 25 does not make {listing(ems)} payable.",
            cover,
        ),
        (
            "Of a chiropractor's services it covers manual manipulation of the spine, 98940-98942, alone.",
            (*cover, *held(case.facts.on(case.question.date_of_service, "provider_scope", "DC", "medicare"))),
        ),
    ]
    return case.rule("chiropractor_medicare", "no", said, (*ems, *procedures, "25"))


def _beside(case: _Case, ems: Sequence[str], code: str, modifier: str, which: bool) -> Ruling:
    """The visit beside one procedure, by the procedure's global days."""
    if _later(case) and modifier != "57":
        return _afterwards(case, ems, code, which)
    found = mpfs(case.facts, case.question, code, "glob_days")
    if found.state != "held" or found.fact is None:
        text = f"Whether 25 or 57 fits depends on the global days of {code}, which no table held gives."
        return lacking(case.ask, "modifier_25.unknown", f"{text} {cure(found)}", (code, *ems))
    days, row, warnings = found.fact.value, (found.fact,), (found.warning,)
    subjects = (*ems, code, modifier or ("57" if days == _MAJOR else "25"))
    visit = listing(ems) if ems else "the visit"
    if days == _MAJOR:
        return _major(case, visit, code, modifier, which, row, subjects, warnings)
    if days in _MINOR or days == "XXX":
        if modifier == "57":
            said: list[Said] = [
                (
                    (
                        f"57 does not fit beside {case.name(code)}: its global days are {days}, and 57 is for"
                        " decisions on major surgery, global 090."
                    ),
                    (*row, *case.policy("57", "globals")),
                ),
                (
                    f"For {visit} it is 25, and only if it is {_condition('25')}.",
                    case.policy("25", "condition"),
                ),
            ]
            return case.rule("not_major", "no", said, subjects, warnings=warnings, value=which)
        return _minor(case, visit, code, days, which, row, subjects, warnings)
    meaning = held(case.facts.on(case.question.date_of_service, "global_meaning", days))
    text = f"{case.name(code)} has global days {days}"
    said = [
        (f"{text}: {meaning[0].value}." if meaning else f"{text}.", (*row, *meaning)),
        (f"25 on {visit} only if it is {_condition('25')}.", case.policy("25", "condition")),
    ]
    return case.rule("other_global", "depends", said, subjects, warnings=warnings, value=which)


def _later(case: _Case) -> bool:
    """Whether the visit is told to be after the day of the procedure: then it is a question of the global period."""
    after = (
        r"\b\d+ (?:days?|weeks?|months?) (?:after|post|following) (?:the |her |his |my )?"
        r"(?:surgery|procedure|operation|op\b|\d{5})|\bpost ?-?op\b|\bin the global\b"
    )
    return bool(re.search(after, case.question.text.lower()))


def _afterwards(case: _Case, ems: Sequence[str], code: str, which: bool) -> Ruling:
    condition = held(case.facts.on(case.question.date_of_service, "global_modifiers", "24", "condition"))
    said: list[Said] = [
        (f"24, not 25, is for a visit after {code}: unrelated to it, in its global period.", condition),
        ("A visit for the recovery itself is in the global payment.", condition),
        (
            f"25 is for a visit on the day of a minor procedure, if it is {_condition('25')}.",
            case.policy("25", "condition"),
        ),
    ]
    return case.rule("afterwards", "no", said, (*ems, code, "24"), value=which)


def _major(
    case: _Case, visit: str, code: str, modifier: str, which: bool, row: Sequence[Fact],
    subjects: Sequence[str], warnings: Sequence[str],
) -> Ruling:  # fmt: skip
    decided = _decided(case)
    days: Said = (f"{case.name(code)} has global days 090, a major procedure.", row)
    use: Said = (
        (
            f"57 goes on {visit} if it is the E/M at which the surgery was decided, on its day or the day"
            " before."
        ),
        (*case.policy("57", "condition"), *case.policy("57", "window")),
    )
    rest: Said = (
        "Any other E/M before major surgery is in its global payment.",
        case.policy("57", "otherwise"),
    )
    if which:
        return case.rule("major", "yes", [use, days, rest], subjects, warnings=warnings, value=True)
    if modifier == "25":
        lead: Said = (
            (
                f"25 is not the modifier beside {code}: its global days are 090, and 25 belongs to 000, 010"
                " and XXX."
            ),
            (*row, *case.policy("25", "globals")),
        )
        return case.rule("major", "no", [lead, use, rest], subjects, warnings=warnings)
    verdict: Verdict = "yes" if decided else "depends"
    return case.rule("major", verdict, [use, days, rest], subjects, warnings=warnings)


def _minor(
    case: _Case, visit: str, code: str, days: str, which: bool, row: Sequence[Fact], subjects: Sequence[str],
    warnings: Sequence[str],
) -> Ruling:  # fmt: skip
    condition, own = case.policy("25", "condition"), case.policy("25", "own_work")
    size = "a minor procedure" if days in _MINOR else "outside the global rules"
    facts: Said = (f"{case.name(code)} has global days {days}, {size}.", row)
    without: Said = (f"Otherwise bill {code} alone: what it takes by itself is no E/M.", own)
    if days in _MINOR:
        without = (
            f"Otherwise bill {code} alone: its own work and the decision to do it are included.",
            (*own, *case.minor_decision()),
        )
    extra = [_edit(case, code), _who(case, code), _new_patient(case)]
    if says(case.ask, *_NOT_SEPARATE):
        lead: Said = (f"25 does not fit: what was done is part of {case.name(code)}.", own)
        return case.rule(
            "not_separate", "no", [lead, facts, without], subjects, warnings=warnings, value=which
        )
    if says(case.ask, _NEW_ENOUGH):
        alone: Said = (
            "That the patient is new does not by itself justify the visit.",
            case.policy("25", "new_patient"),
        )
        return case.rule(
            "new_patient", "no", [alone, facts, without], subjects, warnings=warnings, value=which
        )
    if says(case.ask, *_ALWAYS, r"\b(?:each|every) time\b") and not says(case.ask, *_SEPARATE):
        matter: Said = ("25 does not go on a visit as a matter of course.", condition)
        return case.rule("separate", "no", [matter, facts, without], subjects, warnings=warnings, value=which)
    if says(case.ask, *_SEPARATE) and not says(case.ask, _IS_IT_NEEDED):
        lead = (
            f"25 goes on {visit}: an E/M beyond what {code} itself takes is reported beside it.",
            condition,
        )
        return case.rule(
            "separate", "yes", [lead, facts, without, *extra], subjects, warnings=warnings, value=which
        )
    lead = (f"25 goes on {visit} beside {code} only if the visit is {_condition('25')}.", condition)
    return case.rule(
        "separate", "depends", [lead, facts, without, *extra], subjects, warnings=warnings, value=which
    )


def _edit(case: _Case, code: str) -> Said:
    """What the NCCI pair says, where there is one."""
    for em in (c for c in case.ask.codes if is_em(c)):
        found = case.facts.pair(case.question.date_of_service, code, em, case.question.setting)
        if held(found) and found.fact is not None:
            pair, indicator = found.fact.subject, found.fact.value
            return (f"{pair} is an edited pair with modifier indicator {indicator}.", held(found))
    return ("", ())


def _who(case: _Case, code: str) -> Said:
    """Branches for what the message leaves open: a chiropractor under Medicare, a therapy modality."""
    if case.question.rendered_by is None and medicare(case.question) is not False and code.startswith("9894"):
        cover = held(case.facts.on(case.question.date_of_service, "provider_scope", "DC", "medicare_other"))
        return ("If a chiropractor gave the visit, Medicare does not cover it.", cover)
    if "97010" <= code <= "97799" and case.question.rendered_by is None:
        scope = held(case.facts.on(case.question.date_of_service, "provider_scope", "PT", "em_office"))
        return (
            "The visit must be by someone who may bill E/M; physical and occupational therapists do not.",
            scope,
        )
    return ("", ())


def _new_patient(case: _Case) -> Said:
    if not says(case.ask, r"\bnew (?:pt|patient)\b") and not any(
        "99202" <= c <= "99205" for c in case.ask.codes
    ):
        return ("", ())
    return ("That the patient is new does not by itself justify the visit.", case.policy("25", "new_patient"))


def _visit_alone(case: _Case, ems: Sequence[str]) -> Ruling:
    said: list[Said] = [
        (
            f"25 goes on {listing(ems, 'or')} only if the visit is {_condition('25')}.",
            case.policy("25", "condition"),
        ),
        ("Without another service that day it is not used.", case.policy("25", "condition")),
    ]
    return case.rule("separate", "depends", said, (*ems, "25"), value=_which(case.ask))


def _principle(case: _Case) -> tuple[Ruling, ...]:
    """Questions that name no procedure code: the diagnosis, the place, the new patient, 25 or 57."""
    ask, policy = case.ask, case.policy
    text = case.question.text.lower()
    major = bool(re.search(r"\b0?90\b|\bmajor\b", text))
    minor = bool(re.search(r"\b0[01]0\b|\bminor\b|\b(?:0|10|zero|ten)[ -]*days? global", text))
    major = major or bool(re.search(r"\bninety[ -]*days?\b", text))
    asked = [m for m in ask.modifiers if m in {"25", "57"}]
    use57: Said = (
        "57 goes on the E/M at which major surgery (global 090) was decided, on its day or the day before.",
        (*policy("57", "condition"), *policy("57", "window"), *policy("57", "globals")),
    )
    first57 = re.search(r"\b57\b.*\b25\b", text) is not None
    use25: Said = (
        (
            "25 goes on an E/M that is significant and apart from what a procedure of the same day with"
            " global 000, 010 or XXX takes."
        ),
        (*policy("25", "condition"), *policy("25", "globals")),
    )
    if re.search(r"\bunrelated\b", text) and (
        _later(case) or re.search(r"\bglobal period\b|\bin (?:a |the )?global\b", text)
    ):
        later = held(case.facts.on(case.question.date_of_service, "global_modifiers", "24", "condition"))
        lead24: Said = ("24 is for an unrelated E/M in the global period, by the same physician.", later)
        both = bool(re.search(r"\b24\b", text)) or _which(ask)
        return (case.rule("afterwards", "no", [lead24, use25], ("24",), value=both),)
    told = ask.details.get("scene", "")
    decided = _decided(case) or told == "57"
    if _which(ask) or len(asked) == 2 or (not asked and decided):
        if told != "25" and (major or (decided and not minor)):
            return (case.rule("major", "yes", [use57, use25], ("57",), value=True),)
        if says(ask, _ON_PROCEDURE, r"<C> or (?:on )?(?:the )?<C>"):
            place: Said = ("25 goes on the E/M code, not on the procedure.", policy("25", "goes_on"))
            return (case.rule("on_the_em", "no", [place, use25], ("25",), value=True),)
        order = [use57, use25] if first57 and not minor else [use25, use57]
        return (case.rule("minor", "yes", order, ("25",), value=True),)
    if decided and not major and asked != ["57"]:
        lead: Said = (
            "The decision to do a minor procedure is included in it and is no E/M for 25.",
            case.minor_decision(),
        )
        return (case.rule("minor_decision", "no", [lead, use25], ("25",)),)
    if asked == ["57"]:
        verdict: Verdict = "no" if minor and not major else "yes" if major and decided else "depends"
        return (case.rule("major", verdict, [use57, use25], ("57",)),)
    if says(ask, _ON_PROCEDURE) and not says(ask, r"\be ?/ ?m\b.*\b(?:on|with) (?:the same|same)"):
        lead = ("25 goes on the E/M code, not on the procedure.", policy("25", "goes_on"))
        return (case.rule("on_the_em", "no", [lead, use25], ("25",)),)
    if says(ask, r"\bnew (?:pt|patient)s?\b") and says(
        ask, *_ALWAYS, r"\bjustif\w*", r"\benough\b", r"\bneed"
    ):
        lead = (
            "That the patient is new does not by itself justify an E/M with 25.",
            policy("25", "new_patient"),
        )
        return (case.rule("new_patient", "no", [lead, use25], ("25",)),)
    if says(ask, *_ALWAYS):
        lead = ("25 does not go on a visit as a matter of course.", policy("25", "condition"))
        return (case.rule("separate", "no", [lead, use25], ("25",)),)
    if says(ask, _ON_EM):
        lead = ("25 goes on the E/M code.", policy("25", "goes_on"))
        return (
            case.rule("on_the_em", "yes", [lead, use25], ("25",), {"allowed": "yes", "needed": "depends"}),
        )
    if says(ask, *_SEPARATE) and ask.form == "needed":
        return (case.rule("separate", "yes", [use25], ("25",)),)
    if not asked:
        return ()
    return (case.rule("separate", "depends", [use25, use57], ("25",), value=wants_value(ask)),)
