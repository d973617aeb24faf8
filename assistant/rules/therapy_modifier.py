"""GP, GO and GN: which therapy plan of care a line belongs to, and whether Medicare needs it.

Authority: Medicare Claims Processing Manual (IOM 100-04) ch. 5 s.20 and 20.1 and the CMS list of therapy
codes: an always-therapy code needs one of the three on every claim, a sometimes-therapy code under a therapy
plan of care; one on a line; some codes belong to one discipline. Other payers have their own rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, lacking, listing, medicare, named, ruling, value
from assistant.rules.edits import CMT, chiropractor, is_em
from assistant.wording import payer_name

GROUP = ("GP", "GO", "GN")
_PLAN = {"GP": "physical therapy", "GO": "occupational therapy", "GN": "speech-language pathology"}
_WHO = {
    "PT": "a physical therapist's line",
    "PTA": "a line of a physical therapist assistant",
    "OT": "an occupational therapist's line",
    "OTA": "a line of an occupational therapy assistant",
    "SLP": "a speech-language pathologist's line",
}
_THERAPISTS = frozenset({"PT", "PTA", "OT", "OTA", "SLP"})


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """A ruling for each code, or on the modifiers by themselves."""
    text = ask.details.get("text", "")
    mods = [m for m in ask.modifiers if m in GROUP]
    ask = _refined(ask, text)
    if len(mods) > 1 and ask.form == "which":
        mods = []
    if len(mods) > 1 and ask.form == "needed" and _ALTERNATIVES.search(text) and not _ONE_LINE.search(text):
        mods = []  # "GP/GO/GN": one of them
    if len(mods) > 1 and ask.form in {"allowed", "needed"} and not re.search(r"\bor <M", text):
        return (_one_a_line(ask, mods, question, facts),)
    if not ask.codes:
        made = _general(ask, mods, question, facts, text)
        return (made,) if made else ()
    return tuple(_one(ask, code, mods, question, facts, names, text) for code in dict.fromkeys(ask.codes))


_ALTERNATIVES = re.compile(r"<MG[PON]> ?(?:/|,? or) ?<MG[PON]>")
_ONE_LINE = re.compile(
    r"\b(?:one|same|single|a) (?:claim )?line\b|\bboth\b|\btogether\b|\ball three\b|\bat once\b|<M\w+>,? (?:and|with|plus|\+|&) <M"
)
_CATEGORY = re.compile(r"\b(always|sometimes)\W{0,3}(?:<\w+> )?therapy\b")
_UNDER_PLAN = re.compile(r"\b(?:under|with|within|part of|on) (?:an? |the )?(?:\w+ )?(?:plan of care|poc)\b")
_NO_PLAN = re.compile(
    r"\b(?:without|no|not under|outside|absent)\W+(?:of )?(?:an? |any |the )?(?:\w+ )?(?:plan\b|poc\b)"
)


def _refined(ask: Ask, text: str) -> Ask:
    """ "GP or GO?" wants one of two; "is a therapy modifier required?" wants a yes or no."""
    if re.search(r"<MG[PON]>,? or <MG[PON]>", text):
        if ask.form == "needed" and len(set(re.findall(r"<M(G[PON])>", text))) == 3:
            return replace(ask, modifiers=())  # all three named: one of them, whichever it is
        return replace(ask, form="which", details={**ask.details, "kind": "value"})
    if ask.form == "which" and re.match(
        r"\W*(?:is|are) (?:an?|any|the) \w+ modifiers? (?:required|needed|necessary)", text
    ):
        return replace(ask, form="needed", details={**ask.details, "kind": "yes_no"})
    return ask


def discipline(facts: Facts, question: Question, subject: str, field: str = "value") -> tuple[Fact, ...]:
    """A cell of the therapy code list as the carrier of a sentence."""
    return held(facts.on(question.date_of_service, "therapy_discipline", subject, field))


def own_modifier(facts: Facts, question: Question, code: str) -> tuple[Fact, ...]:
    """The one modifier a code is tied to (97161 GP); () where it is tied to none."""
    found = discipline(facts, question, code, "modifiers")
    return found if found and " " not in found[0].value else ()


def provider_modifier(facts: Facts, question: Question) -> tuple[Fact, ...]:
    """The modifier of who rendered it: PT and PTA GP, OT and OTA GO, SLP GN."""
    return discipline(facts, question, question.rendered_by, "modifier") if question.rendered_by else ()


def _one_a_line(ask: Ask, mods: list[str], question: Question, facts: Facts) -> Ruling:
    said: list[Said] = [
        (
            f"Not {listing(mods)} on one line: a line takes one of GP, GO and GN.",
            discipline(facts, question, "per_line"),
        ),
        ("Services of two disciplines stand on two lines.", discipline(facts, question, "per_line")),
    ]
    return ruling(
        ask, "therapy_modifier.one_a_line", "no", answer(ask, {"allowed": "no", "needed": "no"}), said,
        (*ask.codes, *mods),
    )  # fmt: skip


def _branches(facts: Facts, question: Question) -> Said:
    carried = tuple(fact for m in GROUP for fact in discipline(facts, question, m))
    words = ", ".join(f"{m} under a plan of care for {_PLAN[m]}" for m in GROUP)
    return (f"The plan of care decides which: {words}.", carried)


def _assistant(facts: Facts, question: Question, modifier: str) -> Said:
    """What an assistant's line carries besides."""
    if question.rendered_by not in {"PTA", "OTA"}:
        return ("", ())
    found = discipline(facts, question, modifier, "assistant")
    if not found:
        return ("", ())
    return (f"Done by the assistant, Medicare wants {found[0].value} beside {modifier}.", found)


def _general(ask: Ask, mods: list[str], question: Question, facts: Facts, text: str) -> Ruling | None:
    """No code named: the modifier of a provider, or what "always therapy" asks for."""
    own = provider_modifier(facts, question)
    subjects = tuple(mods) or GROUP
    if own:
        modifier = own[0].value
        said: list[Said] = [
            (f"{modifier} is the modifier for {_WHO[question.rendered_by or '']}.", own),
            _assistant(facts, question, modifier),
            _scope(facts, question),
        ]
        fits = not mods or modifier in mods
        needed: Verdict = "no" if not fits else "yes" if medicare(question) else "depends"
        answers: dict[str, Verdict | None] = {"allowed": "yes" if fits else "no", "needed": needed}
        return ruling(ask, "therapy_modifier.provider", needed, answer(ask, answers), said, subjects)
    if len(set(_CATEGORY.findall(text))) == 1:
        verdict: Verdict = _by_category(_CATEGORY.findall(text)[0], question, text)
        said = [_scope(facts, question), _branches(facts, question)]
        return ruling(
            ask,
            "therapy_modifier.always",
            verdict,
            answer(ask, {"allowed": verdict, "needed": verdict}),
            said,
            subjects,
        )
    plan = re.search(
        r"<M(G[PON])> (?:is |means |stands for |for )?.{0,30}\b(speech|slp|occupational|ot|physical|pt)\b(?: therapy| language| pathology)*(?:'s)? plan",
        ask.details.get("text", ""),
    )
    if plan and len(ask.modifiers) == 1:  # "GN is the modifier for a speech plan of care, yes?"
        theirs = {"speech": "GN", "slp": "GN", "occupational": "GO", "ot": "GO"}.get(plan[2], "GP")
        right: Verdict = "yes" if theirs == plan[1] else "no"
        said = [_branches(facts, question), _scope(facts, question)]
        answered = answer(ask, {"allowed": right, "needed": right})
        return ruling(ask, "therapy_modifier.discipline", right, answered, said, subjects)
    if question.rendered_by == "DC":
        verdict = "no" if medicare(question) else "depends"
        said = [_chiropractor(facts, question)]
        return ruling(
            ask,
            "therapy_modifier.chiropractor",
            verdict,
            answer(ask, {"allowed": verdict, "needed": verdict}),
            said,
            subjects,
        )
    if ask.form == "which" or ask.details.get("kind") in {"value", "why"}:
        return ruling(
            ask,
            "therapy_modifier.which",
            None,
            None,
            [_branches(facts, question), _scope(facts, question)],
            subjects,
        )
    said = [_scope(facts, question), _branches(facts, question)]
    return ruling(
        ask,
        "therapy_modifier.scope",
        "depends",
        answer(ask, {"allowed": "depends", "needed": "depends"}),
        said,
        subjects,
    )


def _by_category(category: str, question: Question, text: str) -> Verdict:
    """Whether one is needed on a code of the category named: always-therapy, or sometimes-therapy with its plan of care."""
    if medicare(question) is not True:
        return "depends"
    if category == "always":
        return "yes"
    if _NO_PLAN.search(text):
        return "no"
    return "yes" if _UNDER_PLAN.search(text) else "depends"


def _scope(facts: Facts, question: Question) -> Said:
    """When Medicare needs one, and who else may."""
    carried = tuple(fact for m in GROUP for fact in discipline(facts, question, m))
    if medicare(question):
        return (
            "Medicare needs one on every line of an always-therapy code, and of a sometimes-therapy code "
            "under a therapy plan of care.",
            carried,
        )
    if medicare(question) is False:
        return (
            f"Whether {payer_name(question.payer)} wants it is its own rule; Medicare needs it on every "
            "always-therapy line.",
            carried,
        )
    return (
        "Medicare needs it on every always-therapy line; for another payer it is the payer's rule.",
        carried,
    )


def _chiropractor(facts: Facts, question: Question) -> Said:
    found = discipline(facts, question, "DC", "commercial")
    return (
        "Some payers want GP on 97xxx codes billed by a chiropractor (UnitedHealthcare and the VA among "
        "them); "
        "others do not, so it is the payer's rule.",
        found,
    )


def _one(
    ask: Ask,
    code: str,
    mods: list[str],
    question: Question,
    facts: Facts,
    names: Mapping[str, str],
    text: str,
) -> Ruling:
    what = named(code, names)
    category, tied, own = (
        discipline(facts, question, code),
        own_modifier(facts, question, code),
        provider_modifier(facts, question),
    )
    listed = discipline(facts, question, code, "modifiers")
    modifier = mods[0] if mods else ""
    subjects = (code, *mods)
    if code in CMT or code == "98943" or is_em(code):
        return _not_therapy(ask, code, what, question, facts, subjects)
    if _CATEGORY.search(text) and category and not modifier:
        word = _CATEGORY.findall(text)[0]
        verdict: Verdict = "yes" if category[0].value == word else "no"
        said: list[Said] = [
            (f"{what} is {_article(category[0].value)}-therapy code of Medicare's list.", category),
            _scope(facts, question),
        ]
        return ruling(
            ask, "therapy_modifier.category", verdict, answer(ask, {ask.form: verdict}), said, subjects
        )
    if not category:
        return _unlisted(ask, code, what, question, facts, subjects)
    right = (tied or own)[0].value if tied or own else ""
    fits: Verdict = "yes" if not modifier or modifier == right else "no"
    if modifier and not right:
        fits = "yes" if modifier == "GP" else "depends"
        if listed and modifier not in listed[0].value.split():
            fits = "no"
    if question.rendered_by == "DC":
        return _by_chiropractor(ask, code, what, modifier, fits, question, facts, subjects)
    need = _needed(category[0].value, question)
    needed: Verdict = "no" if fits == "no" else need
    lead = _lead(ask, what, code, modifier, right, fits, needed, tied, own, category, question)
    said = [lead, _why(what, category, question)]
    if not right:
        said.append(_branches(facts, question))
    elif tied and (not lead[0].startswith(right)):
        said.append((f"{code} belongs to {_PLAN[right]}: {right} is its only therapy modifier.", tied))
    said += [
        _assistant(facts, question, right),
        _scope(facts, question) if medicare(question) is not True else ("", ()),
    ]
    answers: dict[str, Verdict | None] = {"allowed": fits, "needed": needed}
    verdict = fits if ask.form == "allowed" else needed
    return ruling(ask, "therapy_modifier.code", verdict, answer(ask, answers), said, subjects)


def _article(category: str) -> str:
    return f"an {category}" if category.startswith("a") else f"a {category}"


def _needed(category: str, question: Question) -> Verdict:
    """Whether one of the three is needed at all."""
    if medicare(question) is not True:
        return "depends"
    return "yes" if category == "always" or question.rendered_by in _THERAPISTS else "depends"


def _lead(
    ask: Ask, what: str, code: str, modifier: str, right: str, fits: Verdict, needed: Verdict,
    tied: tuple[Fact, ...], own: tuple[Fact, ...], category: tuple[Fact, ...], question: Question,
) -> Said:  # fmt: skip
    """The finding first."""
    if modifier and fits == "no" and right:
        return (f"Not {modifier} on {what}: {right} is the one.", tied or own)
    if modifier and fits == "no":
        return (f"Not {modifier} on {what}: it is not among the therapy modifiers of {code}.", category)
    if ask.form == "which" or ask.details.get("kind") == "value":
        if right:
            return (f"{right} is the therapy modifier of {what}.", tied or own)
        return (f"One of GP, GO and GN goes on {what}, by the plan of care.", category)
    if modifier and not right:
        only = "" if fits == "yes" else " only"
        needed_too = " and Medicare needs it then" if needed == "yes" and fits == "yes" else ""
        return (
            f"{modifier} goes on {what}{only} under a plan of care for {_PLAN[modifier]}{needed_too}.",
            category,
        )
    put = right or modifier or "One of GP, GO and GN"
    if needed == "yes" and medicare(question):
        return (f"{put} is needed on {what} for Medicare.", (*tied, *own, *category))
    if ask.form == "allowed" and fits == "yes":
        return (f"{put} may go on {what}.", (*tied, *own, *category))
    if medicare(question):
        return (f"{put} goes on {what} for Medicare only under a therapy plan of care.", category)
    return (
        f"{put} on {what} is needed for Medicare; another payer has its own rule.",
        (*tied, *own, *category),
    )


def _why(what: str, category: tuple[Fact, ...], question: Question) -> Said:
    if category[0].value == "always":
        return (
            "It is an always-therapy code of Medicare's list: a therapy modifier on every claim.",
            category,
        )
    return ("It is a sometimes-therapy code: a therapy modifier only under a therapy plan of care.", category)


def _not_therapy(
    ask: Ask, code: str, what: str, question: Question, facts: Facts, subjects: tuple[str, ...]
) -> Ruling:
    said: list[Said] = []
    if is_em(code):
        said.append(
            (
                f"No therapy modifier goes on {what}: an E/M visit is no service under a therapy plan of "
                "care.",
                held(facts.on(question.date_of_service, "modifier_meaning", "GP")),
            )
        )
    else:
        said.append(
            (
                f"No therapy modifier goes on {what}: manipulation is no service under a therapy plan of "
                "care.",
                held(facts.on(question.date_of_service, "modifier_meaning", "GP")),
            )
        )
        if code in CMT:
            said.append(
                (
                    "What Medicare wants on it for active treatment is AT.",
                    held(facts.on(question.date_of_service, "chiropractic", "AT", "codes")),
                )
            )
    return ruling(
        ask,
        "therapy_modifier.not_therapy",
        "no",
        answer(ask, {"allowed": "no", "needed": "no"}),
        said,
        subjects,
    )


def _by_chiropractor(
    ask: Ask,
    code: str,
    what: str,
    modifier: str,
    fits: Verdict,
    question: Question,
    facts: Facts,
    subjects: tuple[str, ...],
) -> Ruling:
    said: list[Said] = [_chiropractor(facts, question)]
    if medicare(question) is not False:
        said.insert(0 if medicare(question) else 1, chiropractor(facts, question, code))
    if modifier in {"GO", "GN"}:
        said.insert(
            0,
            (
                f"Not {modifier} on {what} by a chiropractor: where a payer wants a therapy modifier, it is "
                "GP.",
                discipline(facts, question, "DC", "commercial"),
            ),
        )
    verdict: Verdict = "no" if modifier in {"GO", "GN"} else "depends"
    return ruling(
        ask,
        "therapy_modifier.chiropractor",
        verdict,
        answer(ask, {"allowed": verdict, "needed": verdict}),
        said,
        subjects,
    )


def _unlisted(
    ask: Ask, code: str, what: str, question: Question, facts: Facts, subjects: tuple[str, ...]
) -> Ruling:
    """Not on the therapy list we hold; a code Medicare replaces is named with its replacement."""
    instead = facts.on(question.date_of_service, "replacement", code, "medicare")
    if value(instead) and medicare(question) is not False:
        other = discipline(facts, question, value(instead))
        said: list[Said] = [
            (
                f"{what} is not valid for Medicare; {value(instead)} is, and it takes a therapy modifier.",
                (*held(instead), *other),
            ),
            _branches(facts, question),
            _scope(facts, question),
        ]
        verdict: Verdict = "no" if medicare(question) else "depends"
        return ruling(
            ask,
            "therapy_modifier.replaced",
            verdict,
            answer(ask, {"allowed": verdict, "needed": verdict}),
            said,
            subjects,
        )
    if medicare(question) is False:
        said = [
            (
                f"Whether {payer_name(question.payer)} wants a therapy modifier on {code} is its own rule.",
                discipline(facts, question, "GP"),
            ),
            _branches(facts, question),
        ]
        return ruling(
            ask,
            "therapy_modifier.payer",
            "depends",
            answer(ask, {"allowed": "depends", "needed": "depends"}),
            said,
            subjects,
        )
    cure = facts.on(question.date_of_service, "therapy_discipline", code).cure
    return lacking(
        ask,
        "therapy_modifier.unknown",
        f"{code} is not in the part of Medicare's therapy code list that we hold. {cure}",
        subjects,
    )
