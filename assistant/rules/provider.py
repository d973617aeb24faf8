"""Who may bill it: therapists and office visits, assistants and evaluations, chiropractors under Medicare, aides.

Authority: Medicare Benefit Policy Manual ch. 15 s.230 (therapists, assistants, aides, students), s.240
(chiropractors), the therapy code list (which discipline a code belongs to) and the fee schedule's status. State
licence and a payer's own contract come on top; where these sources say nothing the rule is silent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, listing, medicare, mpfs, ruling
from assistant.rules.reading import is_em, is_therapy_evaluation, says, wants_value, with_name

_DISCIPLINE = {"PT": "GP", "OT": "GO", "SLP": "GN", "PTA": "GP", "OTA": "GO"}
_FULL = {
    "PT": "a physical therapist", "OT": "an occupational therapist", "SLP": "a speech-language pathologist",
    "PTA": "a PTA", "OTA": "an OTA", "DC": "a chiropractor", "MD": "a physician", "NP": "a nurse practitioner",
    "PA": "a physician assistant",
}  # fmt: skip
_THERAPISTS = ("PT", "OT", "SLP")
_ASSISTANTS = {"PTA": "PT", "OTA": "OT"}
_SPINAL = ("98940", "98941", "98942")
_COGNITIVE = frozenset({"96125", "97129", "97130"})
_PAID = frozenset({"A", "C", "R", "T"})
_AIDE = (r"\baides?\b", r"\btech\b", r"\btechs\b", r"\btechnicians?\b")
_STUDENT = (r"\bstudents?(?:'s)?\b", r"\bintern\b")
_UNQUALIFIED = (
    r"\bmassage therapists?\b",
    r"\blmts?\b",
    r"\bathletic trainers?\b",
    r"\batcs?\b",
    r"\bkinesiotherap\w+\b",
)
_INCIDENT = (r"\bincident ?-? ?to\b",)
_HANDS = (r"\b(?:do|does|did|perform\w*|provide\w*|furnish\w*|treat\w*|give|gave)\b",)


@dataclass(frozen=True, slots=True)
class _Case:
    ask: Ask
    question: Question
    facts: Facts
    names: Mapping[str, str]

    def scope(self, who: str, field: str) -> tuple[Fact, ...]:
        return held(self.facts.on(self.question.date_of_service, "provider_scope", who, field))

    def ruling(
        self, rule: str, verdict: Verdict | None, said: Sequence[Said], subjects: Sequence[str]
    ) -> tuple[Ruling, ...]:
        if not all(carriers for text, carriers in said if text):
            return ()
        answered = (
            None if verdict is None or wants_value(self.ask) else answer(self.ask, {self.ask.form: verdict})
        )
        return (ruling(self.ask, f"provider.{rule}", verdict, answered, said, subjects),)


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """A ruling for each code by who furnished it; for aides, students and incident-to without a code too."""
    case = _Case(ask, question, facts, names)
    twice = _evaluations(case)
    if twice:
        return twice
    helper = _helper(ask)
    if helper:
        return _helpers(case, helper)
    if ask.form == "who":
        return tuple(made for code in ask.codes for made in _who(case, code))
    if says(ask, *_INCIDENT) and _assistant_named(
        ask
    ):  # "under the doctor's NPI": who did it is the assistant
        return _incident_to(case, _assistant_named(ask))
    who = question.rendered_by or ("DC" if says(ask, r"\bchiro\w*\b", r"\bdc\b") else _assistant_named(ask))
    if who in _ASSISTANTS and (ask.form == "incident_to" or says(ask, *_INCIDENT)):
        return _incident_to(case, who)
    if not who:
        return ()
    if who in _ASSISTANTS and not ask.codes and re.search(r"\beval|\bre-?eval", question.text, re.I):
        person = _FULL[who]
        none: Said = (
            f"{person[:1].upper() + person[1:]} may furnish neither an evaluation nor a re-evaluation: assistants do not evaluate.",
            case.scope(who, "evaluation"),
        )
        return case.ruling("assistant_evaluation", "no", [none], (who,))
    return tuple(made for code in ask.codes for made in _code(case, code, who))


_ONE_DAY = (r"\b(?:same|one|a|single|that) (?:day|date|visit|session)\b", r"\btoday\b", r"\bdaily\b")
_SAME_PERSON = (
    r"\b(?:same|one|a single) (?:pt|ot|therapist|practitioner|clinician|provider)\b",
    r"\bby (?:him|her)self\b",
)
_TWICE = (
    r"\b(?:two|2|<n>|second|multiple|several) (?:\w+ )?eval\w*\b",
    r"\beval\w*\b.{0,20}\b(?:twice|two times|<u>|again)\b",
)
_PT_AND_OT = (
    r"\bpt\b.{0,12}\band\b.{0,6}\bot\b",
    r"\bot\b.{0,12}\band\b.{0,6}\bpt\b",
    r"\bboth disciplines\b",
)


def _evaluations(case: _Case) -> tuple[Ruling, ...]:
    """Evaluations of one day: one by each therapist, PT and OT both; () where that is not asked."""
    ask = case.ask
    of_pt = [c for c in ask.codes if "97161" <= c <= "97164"]
    of_ot = [c for c in ask.codes if "97165" <= c <= "97168"]
    each = bool(of_pt and of_ot) and len(of_pt) + len(of_ot) == len(ask.codes)
    if (
        not (each or re.search(r"\beval", case.question.text, re.I))
        or not says(ask, *_ONE_DAY)
        or ask.form not in {"allowed", "needed"}
    ):
        return ()

    def of(field: str) -> tuple[Fact, ...]:
        return held(case.facts.on(case.question.date_of_service, "ncci_policy", "evaluation", field))

    one, two = of("per_therapist_and_day"), of("two_practitioners")
    unnamed = (
        len(ask.codes) < 2
        or all(is_therapy_evaluation(c) for c in ask.codes)
        and not any(m.kind == "code" for m in case.question.mentions)
    )
    both = any(re.search(p, case.question.text, re.I) for p in _PT_AND_OT)
    if (each or both and unnamed) and not says(ask, *_SAME_PERSON):
        said: list[Said] = [
            ("A PT and an OT evaluation on one day are both reported: two practitioners did them.", two),
            ("Each therapist reports one evaluation or re-evaluation a day.", one),
        ]
        return case.ruling("evaluations", "yes", said, (*ask.codes, "evaluation"))
    if (
        (says(ask, *_TWICE) or _two(case.question.text))
        and len(ask.codes) < 2
        and not says(ask, *_PT_AND_OT, r"\bdifferent\b", r"\btwo (?:pts|ots|therapists)\b")
    ):
        said = [("A therapist reports one evaluation or re-evaluation a day.", one)]
        return case.ruling("evaluations", "no", said, (*ask.codes, "evaluation"))
    return ()


def _two(text: str) -> bool:
    return bool(
        re.search(
            r"\b(?:two|2|multiple|several|second) (?:\w+ )?(?:re-?)?eval|\beval\w*\b.{0,20}\btwice\b",
            text,
            re.I,
        )
    )


def _helper(ask: Ask) -> str:
    """aide, student or someone without a therapist's training, where the message names one."""
    kinds = (("student", _STUDENT), ("aide", _AIDE), ("unqualified", _UNQUALIFIED))
    return next((kind for kind, patterns in kinds if says(ask, *patterns)), "")


def _assistant_named(ask: Ask) -> str:
    return next((who for who in _ASSISTANTS if says(ask, rf"\bc?{who.lower()}s?(?:'s)?\b")), "")


def _helpers(case: _Case, helper: str) -> tuple[Ruling, ...]:
    """Their time is no billable therapy for Medicare; another payer decides for itself."""
    row = case.scope(helper, "medicare")
    lead = {
        "aide": "Medicare does not pay for an aide's time as therapy, supervised or not.",
        "student": "Medicare does not pay for a student's time as therapy.",
        "unqualified": (
            "Medicare does not pay for therapy by someone not trained as a therapist or assistant."
        ),
    }[helper]
    said: list[Said] = [(lead, row)]
    presence = case.scope("student", "presence") if helper == "student" else ()
    if presence:
        said.append((f"What counts: {presence[0].value}.", presence))
    if medicare(case.question) is True:
        return case.ruling("helpers", "no", said, (*case.ask.codes, helper))
    said.append(("Another payer's rule and the state's licence law decide elsewhere.", row))
    verdict: Verdict = "depends" if medicare(case.question) is False else "no"
    return case.ruling("helpers", verdict, said, (*case.ask.codes, helper))


def _incident_to(case: _Case, who: str) -> tuple[Ruling, ...]:
    row = case.scope(who, "incident_to")
    said: list[Said] = [
        (f"The services of {_FULL[who]} are not billed incident to a physician or practitioner.", row),
        (f"They are billed under the supervising {_ASSISTANTS[who]}.", case.scope(who, "bills")),
    ]
    return case.ruling("incident_to", "no", said, (*case.ask.codes, who))


def _code(case: _Case, code: str, who: str) -> tuple[Ruling, ...]:
    name, person = with_name(code, case.names), _FULL.get(who, who)
    if who == "DC":
        return _chiropractor(case, code, name)
    if is_em(code):
        return _visit(case, code, name, who, person)
    if who in _ASSISTANTS and is_therapy_evaluation(code):
        said: list[Said] = [
            (
                f"{person[:1].upper() + person[1:]} may not furnish {name}: assistants do not evaluate.",
                case.scope(who, "evaluation"),
            ),
        ]
        return case.ruling("assistant_evaluation", "no", said, (code, who))
    if code in {*_SPINAL, "98943"}:
        return ()
    wrong = _other_discipline(case, code, who)
    if wrong:
        said = [(f"{name} is not {_possessive(who)} to bill: it goes with {wrong[0].value} alone.", wrong)]
        said.append(_own_evaluations(case, code, who))
        return case.ruling("discipline", "no", said, (code, who))
    kind = held(case.facts.on(case.question.date_of_service, "therapy_discipline", code))
    if not kind:
        return ()
    if who in _ASSISTANTS:
        return _assistant(case, code, name, who, person)
    return _therapy(case, code, name, who, person, kind)


def _possessive(who: str) -> str:
    return f"{_FULL[who]}'s"


def _other_discipline(case: _Case, code: str, who: str) -> tuple[Fact, ...]:
    """The code's own modifier, where it belongs to one discipline and not to this one."""
    row = held(case.facts.on(case.question.date_of_service, "therapy_discipline", code, "modifiers"))
    ours = _DISCIPLINE.get(who)
    return row if row and ours and ours not in row[0].value.split() else ()


def _own_evaluations(case: _Case, code: str, who: str) -> Said:
    row = case.scope(who, "evaluation")
    if not is_therapy_evaluation(code) or not row or not row[0].value[0].isdigit():
        return ("", ())
    return (
        (
            f"{_possessive(who)[:1].upper() + _possessive(who)[1:]} evaluations are"
            f" {listing(row[0].value.split())}."
        ),
        row,
    )


def _visit(case: _Case, code: str, name: str, who: str, person: str) -> tuple[Ruling, ...]:
    """E/M visits: physicians, NPs and PAs; not therapists or their assistants."""
    row = case.scope(who, "em_office")
    if who in _DISCIPLINE:
        said: list[Said] = [
            (f"{name} is not {_possessive(who)} to bill: therapists do not bill office visits.", row),
            _own_evaluations(case, "97161", who),
        ]
        return case.ruling("em", "no", said, (code, who))
    if row and row[0].value == "yes":
        return case.ruling(
            "em", "yes", [(f"{person[:1].upper() + person[1:]} may bill {name}.", row)], (code, who)
        )
    return ()


def _assistant(case: _Case, code: str, name: str, who: str, person: str) -> tuple[Ruling, ...]:
    """An assistant's treatment is furnished by the assistant and billed under the therapist."""
    bills, modifier = case.scope(who, "bills"), "CQ" if who == "PTA" else "CO"
    said: list[Said] = [
        (
            (
                f"{person[:1].upper() + person[1:]} may furnish {name}, billed under the supervising"
                f" {_ASSISTANTS[who]}."
            ),
            bills,
        ),
        (f"The assistant does not bill it alone; for Medicare the line carries {modifier}.", bills),
    ]
    verdict: Verdict = "yes" if says(case.ask, *_HANDS) else "depends"
    return case.ruling("assistant", verdict, said, (code, who))


def _therapy(
    case: _Case, code: str, name: str, who: str, person: str, kind: Sequence[Fact]
) -> tuple[Ruling, ...]:
    """Treatment by a therapist or, under a therapy plan, by a physician or practitioner."""
    row = case.scope(who, "medicare")
    if is_therapy_evaluation(code) and who not in _THERAPISTS:
        return ()
    if who == "SLP" and not (code.startswith("92") or code in _COGNITIVE):
        return ()
    status = mpfs(case.facts, case.question, code, "status")
    if medicare(case.question) and held(status) and held(status)[0].value not in _PAID:
        meaning = held(
            case.facts.on(case.question.date_of_service, "mpfs_status_meaning", held(status)[0].value)
        )
        letter = held(status)[0].value
        said: list[Said] = [
            (f"Medicare does not pay {name} separately: status {letter}.", (*held(status), *meaning)),
            (f"{person[:1].upper() + person[1:]} may furnish it; the status decides.", row),
        ]
        return case.ruling("therapy", "no", said, (code, who))
    plan = (
        "under a therapy plan of care"
        if who in _THERAPISTS
        else "under a therapy plan of care, with its modifier"
    )
    said = [
        (f"{person[:1].upper() + person[1:]} may bill {name} {plan}.", (*row, *kind)),
    ]
    return case.ruling("therapy", "yes", said, (code, who))


def _chiropractor(case: _Case, code: str, name: str) -> tuple[Ruling, ...]:
    cover, rest = case.scope("DC", "medicare"), case.scope("DC", "medicare_other")
    payer = medicare(case.question)
    if code in _SPINAL:
        said: list[Said] = [
            (f"A chiropractor may bill {name} to Medicare, for active treatment of a subluxation.", cover),
            (
                "It is covered only with AT, never as maintenance.",
                held(case.facts.on(case.question.date_of_service, "chiropractic", "AT")),
            ),
        ]
        return case.ruling("chiropractor", "yes", said, (code, "DC"))
    said = [
        (f"Medicare does not cover {name} furnished or ordered by a chiropractor.", rest),
        ("It covers 98940-98942 alone of a chiropractor's services.", cover),
    ]
    if payer is False:
        lead = f"{name} by a chiropractor is for the payer's policy and the state's licence to decide."
        return case.ruling("chiropractor", "depends", [(lead, rest), said[0]], (code, "DC"))
    if payer is None:
        said.append(("Another payer's policy and the state's licence decide elsewhere.", rest))
        return case.ruling("chiropractor", "depends", said, (code, "DC"))
    return case.ruling("chiropractor", "no", said, (code, "DC"))


def _who(case: _Case, code: str) -> tuple[Ruling, ...]:
    """ "Who can bill 97161?" """
    name = with_name(code, case.names)
    owner = held(case.facts.on(case.question.date_of_service, "therapy_discipline", code, "modifiers"))
    named = [w for w in _THERAPISTS if owner and _DISCIPLINE[w] in owner[0].value.split()]
    if is_em(code):
        rows = [fact for w in ("MD", "NP", "PA", "PT") for fact in case.scope(w, "em_office")]
        said: list[Said] = [(f"Physicians, NPs and PAs bill {name}; therapists do not.", rows)]
        return case.ruling("who", None, said, (code,))
    if len(named) == 1:
        said = [
            (
                (
                    f"{_FULL[named[0]][:1].upper() + _FULL[named[0]][1:]} bills {name}: it goes with"
                    f" {owner[0].value}."
                ),
                owner,
            )
        ]
        if is_therapy_evaluation(code):
            said.append(("Assistants do not evaluate.", case.scope("PTA", "evaluation")))
        return case.ruling("who", None, said, (code,))
    return ()
