"""Modifier 51: may the multiple-procedure modifier be reported with this code?

Authority: CPT Appendix A (the modifier's definition leaves out E/M, physical medicine and rehabilitation and supplies),
Appendix D (add-on codes) and Appendix E (codes exempt from 51), and for Medicare the contractors' instruction not to send
it. The ground is an enumeration, never a boolean: `excluded_by_definition | appendix_e | add_on | subject | payer_rule`; "exempt"
in everyday speech means any of the first three. A code that is merely not on Appendix E is not thereby subject to 51.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, lacking, listing, medicare, mpfs, ruling, value
from assistant.wording import payer_name, payer_type

_GROUPS = (
    (
        "em",
        r"\be ?[/&] ?m\b|\bevaluation and management\b|\boffice visits?\b|\bem (?:code|visit)s?\b",
        "99202-99499",
        "E/M services",
    ),
    ("supplies", r"\bsuppl(?:y|ies)\b|\bvaccines?\b", "supplies", "supplies such as vaccines"),
    (
        "therapy",
        r"\btherapy\b|\bphysical medicine\b|\bpm ?& ?r\b|\bpmr\b|\brehab\w*|\bmodalit\w+|\btherapeutic\b|\bpt codes?\b|\b97xxx\b",
        "97010-97799",
        "physical medicine and rehabilitation services",
    ),
)


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """A ruling for each code asked about (one for codes that share a ground); () where the message names none."""
    if not ask.codes:
        return _group(ask, question, facts)
    rulings = [_one(ask, code, question, facts, names) for code in ask.codes]
    return _merge(ask, rulings)


def _grounds(ask: Ask, rule: str) -> dict[str, Verdict | None]:
    """The answer to "is it because ...?": yes where the ground named is the ground."""
    text = ask.details.get("text", "")
    if ask.form != "ground":
        return {}
    for pattern, ground in (
        (r"\bappendix|\blist\b", "appendix_e"),
        (r"\badd(?: ?- ?| )on\b", "add_on"),
        (
            r"\bdefin|\bphysical medicine|\btherapy\b|\bpm ?& ?r\b|\bmodality\b|\bexclu",
            "excluded_by_definition",
        ),
        (r"\bmedicare\b", "medicare"),
    ):
        if re.search(pattern, text):
            return {"ground": "yes" if rule.endswith(ground) else "no"}
    return {}


def _merge(ask: Ask, rulings: list[tuple[Ruling, str]]) -> tuple[Ruling, ...]:
    """Rulings in the order of the codes; codes with one ground and one indicator are said once."""
    by_key: dict[str, list[Ruling]] = {}
    for made, key in rulings:
        by_key.setdefault(key, []).append(made)
    result = []
    for group in by_key.values():
        first = group[0]
        if len(group) == 1:
            result.append(first)
            continue
        subjects = tuple(dict.fromkeys(s for made in group for s in made.subjects if s != "51"))
        text = listing(subjects)
        facts = tuple(dict.fromkeys(f for made in group for f in made.facts))
        sentences = []
        for i, (sentence, _) in enumerate(first.sentences):
            carriers = (
                [made.facts[k] for made in group for k in made.sentences[i][1]]
                if all(len(made.sentences) > i for made in group)
                else []
            )
            sentence = sentence.replace(_subject_of(first), text)
            sentences.append((sentence, tuple(dict.fromkeys(facts.index(f) for f in carriers))))
        result.append(
            Ruling(
                first.topic,
                first.rule,
                first.verdict,
                first.answer,
                tuple(sentences),
                (*subjects, "51"),
                facts,
                first.warnings,
            )
        )
    return tuple(result)


def _subject_of(made: Ruling) -> str:
    """The words for the code in the first sentence: "97012 (mechanical traction)" or "97012"."""
    match = re.search(re.escape(made.subjects[0]) + r"(?: \([^)]*\))?", made.sentences[0][0])
    return match.group() if match else made.subjects[0]


def _one(
    ask: Ask, code: str, question: Question, facts: Facts, names: Mapping[str, str]
) -> tuple[Ruling, str]:
    when = question.date_of_service
    name = f"{code} ({names[code]})" if code in names else code
    ground = facts.on(when, "modifier_51", code, "ground")
    exempt = facts.on(when, "appendix_e", code)
    add_on = facts.on(when, "add_on_code", code, "type")
    mult = mpfs(facts, question, code, "mult_proc")
    kind = value(ground)
    if kind == "excluded_by_definition":
        made = _excluded(
            ask, code, name, question, facts, held(ground), mult.fact if mult.state == "held" else None
        )
    elif held(exempt) and exempt.fact is not None and exempt.fact.value == "listed":
        made = _appendix_e(ask, code, name, question, facts, held(exempt))
    elif held(add_on):
        made = _add_on(ask, code, name, question, facts, held(add_on))
    elif kind == "payer_rule":
        made = _payer_rule(
            ask,
            code,
            name,
            question,
            facts,
            held(ground),
            mult.fact if mult.state == "held" else None,
            held(exempt),
        )
    elif value(mult) in {"2", "3"}:
        made = _subject(ask, code, name, question, facts, held(mult))
    else:
        made = _unknown(
            ask, code, name, question, facts, mult.fact if mult.state == "held" else None, mult.cure
        )
    if mult.warning:
        made = Ruling(
            made.topic,
            made.rule,
            made.verdict,
            made.answer,
            made.sentences,
            made.subjects,
            made.facts,
            (*made.warnings, mult.warning),
            made.missing,
        )
    grounds = _grounds(ask, made.rule)
    if grounds and not made.missing:
        answered = answer(Ask(ask.topic, ask.form, details=ask.details), grounds)
        made = Ruling(
            made.topic,
            made.rule,
            made.verdict,
            answered,
            made.sentences,
            made.subjects,
            made.facts,
            made.warnings,
        )
    return made, f"{made.rule}|{made.answer}|{value(mult)}|{len(made.sentences)}"


def _medicare_says(facts: Facts, question: Question) -> Said:
    found = facts.on(question.date_of_service, "modifier_51", "51", "medicare")
    if medicare(question) is False:
        return ("", ())
    return (
        (
            "Medicare asks providers not to send modifier 51 at all: its contractors apply the multiple-procedure logic themselves.",
            held(found),
        )
        if held(found)
        else ("", ())
    )


def _reduction(code: str, mult: Fact | None, question: Question) -> Said:
    """The trap: no 51 does not mean no reduction."""
    if mult is None or mult.value != "5":
        return ("", ())
    if medicare(question) is False:
        return (
            f"No 51 does not mean no reduction: under Medicare {code} is subject to the therapy MPPR (MULT PROC 5), and {payer_name(question.payer)} may reduce by its own rule.",
            (mult,),
        )
    return (
        f"No 51 does not mean no reduction: Medicare's MULT PROC indicator for {code} is 5, so beside other therapy of the same day the MPPR can halve its practice expense; only the unit with the highest practice expense is paid in full.",
        (mult,),
    )


def _not_listed(code: str, facts: Facts, question: Question) -> Said:
    found = facts.on(question.date_of_service, "appendix_e", code, "family")
    return (
        (f"{code} is not on CPT Appendix E (2026 list), so Appendix E is not the reason.", held(found))
        if held(found)
        else ("", ())
    )


def _excluded(
    ask: Ask,
    code: str,
    name: str,
    question: Question,
    facts: Facts,
    ground: tuple[Fact, ...],
    mult: Fact | None,
) -> Ruling:
    answers: dict[str, Verdict | None] = {
        "allowed": "no",
        "needed": "no",
        "exempt": "yes",
        "listed": "no",
        "full_payment": "no" if mult is not None and mult.value == "5" else "depends",
        "reduced": "depends",
    }
    what = (
        "E/M services"
        if code.isdigit() and "99202" <= code <= "99499"
        else "supplies"
        if not code.isdigit() or code < "97000"
        else "physical medicine and rehabilitation services"
    )
    others = [
        g for g in ("E/M services", "physical medicine and rehabilitation services", "supplies") if g != what
    ]
    reason: Said = (
        f"Modifier 51 is not reported with {name}: the modifier's own definition leaves out {what}, of which {code} is one (as it does {listing(others)}).",
        ground,
    )
    reduction, medicare_says, listed = (
        _reduction(code, mult, question),
        _medicare_says(facts, question),
        _not_listed(code, facts, question),
    )
    if ask.form == "listed":
        said = [
            (
                f"{code} is not on CPT Appendix E (2026 list), the list of codes exempt from modifier 51.",
                listed[1],
            ),
            (
                reason[0]
                .replace("Modifier 51 is not", "It is all the same not", 1)
                .replace(f"not reported with {name}", f"reported with 51: modifier 51 is not used on {name}"),
                ground,
            ),
            medicare_says,
        ]
        said[1] = (
            f"It takes no 51 all the same: the modifier's own definition leaves out {what}, and {name} is one.",
            ground,
        )
    elif ask.form in {"full_payment", "reduced"}:
        lead = (
            reduction
            if reduction[0]
            else (f"Being left out of modifier 51 says nothing about payment of {code}.", ground)
        )
        said = [lead, reason, listed, medicare_says]
    else:
        said = [reason, listed, medicare_says, reduction]
    if payer_type(question.payer) == "workers_compensation":
        said.append(
            (
                "State workers' compensation schedules can mark their own codes; check the fee schedule of the state.",
                (),
            )
        )
    return ruling(ask, "modifier_51.excluded_by_definition", "no", answer(ask, answers), said, (code, "51"))


def _appendix_e(
    ask: Ask, code: str, name: str, question: Question, facts: Facts, exempt: tuple[Fact, ...]
) -> Ruling:
    answers: dict[str, Verdict | None] = {
        "allowed": "no",
        "needed": "no",
        "exempt": "yes",
        "listed": "yes",
        "full_payment": "depends",
        "reduced": "depends",
    }
    said: list[Said] = [
        (
            f"{name} is on CPT Appendix E (2026 list), the codes exempt from modifier 51, so 51 is not appended to it.",
            exempt,
        ),
        _medicare_says(facts, question),
    ]
    return ruling(ask, "modifier_51.appendix_e", "no", answer(ask, answers), said, (code, "51"))


def _add_on(
    ask: Ask, code: str, name: str, question: Question, facts: Facts, add_on: tuple[Fact, ...]
) -> Ruling:
    answers: dict[str, Verdict | None] = {
        "allowed": "no",
        "needed": "no",
        "exempt": "yes",
        "listed": "no",
        "full_payment": "depends",
        "reduced": "depends",
    }
    said: list[Said] = [
        (f"{name} is an add-on code, and add-on codes never take modifier 51.", add_on),
        ("Add-on codes are the subject of CPT Appendix D, not of Appendix E.", ())
        if ask.form == "listed"
        else ("", ()),
        _medicare_says(facts, question),
    ]
    return ruling(ask, "modifier_51.add_on", "no", answer(ask, answers), said, (code, "51"))


def _payer_rule(
    ask: Ask,
    code: str,
    name: str,
    question: Question,
    facts: Facts,
    ground: tuple[Fact, ...],
    mult: Fact | None,
    book: tuple[Fact, ...],
) -> Ruling:
    """Codes of the therapy world outside CPT's physical medicine subsection: nothing in the definition excludes them."""
    indicator: Said = ("", ())
    if mult is not None:
        meaning = {"0": "no multiple-procedure reduction applies", "9": "the concept does not apply"}.get(
            mult.value, ""
        )
        indicator = (
            (
                f"Medicare's MULT PROC indicator for {code} is {mult.value}: {meaning}, and Medicare wants no 51 on it.",
                (mult,),
            )
            if meaning
            else ("", ())
        )
    own: Said = (
        f"{name} stands outside CPT's physical medicine subsection, so the definition of modifier 51 does not exclude it.",
        ground,
    )
    if medicare(question):
        answers: dict[str, Verdict | None] = {
            "allowed": "no",
            "needed": "no",
            "exempt": "depends",
            "listed": "no",
            "full_payment": "depends",
            "reduced": "no",
        }
        said: list[Said] = [
            indicator if indicator[0] else _medicare_says(facts, question),
            own,
            _medicare_says(facts, question) if indicator[0] else ("", ()),
        ]
        return ruling(ask, "modifier_51.payer_rule", "no", answer(ask, answers), said, (code, "51"))
    answers = {
        "allowed": "depends",
        "needed": "depends",
        "exempt": "depends",
        "listed": "depends" if book else "no",
        "full_payment": "depends",
        "reduced": "depends",
    }
    who = payer_name(question.payer) if question.payer else "the payer"
    said = [
        (f"Whether modifier 51 goes on {code} is {who}'s rule.", ground),
        own,
        (f"{who[:1].upper() + who[1:]}: follow its written policy; without one, leave 51 off.", ground),
        indicator if medicare(question) is None else ("", ()),
        (
            "Appendix E of earlier books listed it; check the appendix of the book for the date of service.",
            book,
        )
        if book
        else ("", ()),
    ]
    return ruling(ask, "modifier_51.payer_rule", "depends", answer(ask, answers), said, (code, "51"))


def _subject(
    ask: Ask, code: str, name: str, question: Question, facts: Facts, mult: tuple[Fact, ...]
) -> Ruling:
    meaning = {"2": "the standard multiple-surgery reduction", "3": "the multiple-endoscopy rule"}[
        mult[0].value
    ]
    cpt: Said = (
        f"Under CPT, 51 marks {name} when it is the second or a later procedure of the same session; the primary procedure goes without it.",
        mult,
    )
    indicator: Said = (
        f"Its MULT PROC indicator is {mult[0].value}: {meaning} applies under Medicare whether or not a 51 is sent.",
        mult,
    )
    stop = _medicare_says(facts, question)
    if medicare(question):
        answers: dict[str, Verdict | None] = {
            "allowed": "no",
            "needed": "no",
            "exempt": "no",
            "listed": "no",
            "full_payment": "depends",
            "reduced": "yes",
        }
        return ruling(
            ask,
            "modifier_51.subject",
            "no",
            answer(ask, answers),
            [
                (
                    f"Do not send 51 on {name} to Medicare; its contractors apply the multiple-procedure logic themselves.",
                    stop[1],
                ),
                cpt,
                indicator,
            ],
            (code, "51"),
        )
    if ask.form == "listed":
        return ruling(
            ask,
            "modifier_51.subject",
            "depends",
            answer(ask, {"listed": "no"}),
            [
                (
                    f"{code} is not on the 2026 list of CPT Appendix E that we hold; its MULT PROC indicator {mult[0].value} makes it subject to the multiple-procedure rule.",
                    mult,
                ),
                stop,
            ],
            (code, "51"),
        )
    answers = {
        "allowed": "depends",
        "needed": "depends",
        "exempt": "no",
        "full_payment": "depends",
        "reduced": "depends",
    }
    lead: Said = (
        (f"{name} is subject to modifier 51 under CPT, but Medicare says do not send it.", (*mult, *stop[1]))
        if medicare(question) is None
        else (
            f"{name} is subject to modifier 51 under CPT; whether {payer_name(question.payer)} wants it sent is its own rule.",
            mult,
        )
    )
    return ruling(
        ask,
        "modifier_51.subject",
        "depends",
        answer(ask, answers),
        [lead, cpt, indicator, stop if medicare(question) is None else ("", ())],
        (code, "51"),
    )


def _unknown(
    ask: Ask, code: str, name: str, question: Question, facts: Facts, mult: Fact | None, cure: str
) -> Ruling:
    stop = _medicare_says(facts, question)
    if medicare(question) and stop[0] and ask.form in {"allowed", "needed"}:
        return ruling(
            ask,
            "modifier_51.medicare",
            "no",
            answer(ask, {"allowed": "no", "needed": "no"}),
            [
                (
                    f"Do not send 51 on {name} to Medicare; its contractors apply the multiple-procedure logic themselves.",
                    stop[1],
                )
            ],
            (code, "51"),
        )
    if mult is not None:
        text = f"Nothing here settles whether {code} takes modifier 51: it is not excluded by the definition, not on the 2026 Appendix E and no add-on code we hold, and its MULT PROC indicator is {mult.value}. Check Appendix E of the CPT book for that year."
    else:
        text = (
            f"Nothing here settles whether {code} takes modifier 51. Check Appendix E of the CPT book for that year. "
            + (
                cure
                or "Load the Medicare fee schedule to see its MULT PROC indicator: python ingest.py tables FILE."
            )
        )
    return lacking(ask, "modifier_51.unknown", text, (code, "51"))


def _group(ask: Ask, question: Question, facts: Facts) -> tuple[Ruling, ...]:
    """Questions about a kind of code: "can 51 go on E/M codes?", "do therapy codes take 51?"."""
    text = ask.details.get("text", "")
    for _, pattern, subject, words in _GROUPS:
        if re.search(pattern, text):
            ground = facts.on(question.date_of_service, "modifier_51", subject, "ground")
            if not held(ground):
                return ()
            therapy = words.startswith("physical")
            reduced = held(facts.on(question.date_of_service, "mppr", "therapy", "mult_proc"))
            answers: dict[str, Verdict | None] = {
                "allowed": "no",
                "needed": "no",
                "exempt": "yes",
                "listed": "no",
                # As for each of them: no 51 is no promise of full payment while the therapy MPPR applies.
                "full_payment": "no" if therapy and medicare(question) is not False else "depends",
                "reduced": "depends",
            }
            said: list[Said] = [
                (
                    f"Modifier 51 is not reported with {words}: the modifier's own definition leaves them out.",
                    held(ground),
                ),
                _medicare_says(facts, question),
            ]
            if therapy:
                still = "No 51 does not mean no reduction: Medicare's therapy MPPR still applies to the codes with MULT PROC 5."
                said.insert(0 if ask.form == "full_payment" else len(said), (still, reduced))
            return (
                ruling(
                    ask,
                    "modifier_51.excluded_by_definition",
                    "no",
                    answer(ask, answers),
                    said,
                    (subject, "51"),
                ),
            )
    if ask.form == "add_on" or re.search(r"\badd ?- ?on\b", text):
        found = facts.on(question.date_of_service, "modifier_51", "add_on", "ground")
        return (
            ruling(
                ask,
                "modifier_51.add_on",
                "no",
                answer(
                    ask, {"allowed": "no", "needed": "no", "exempt": "yes", "add_on": "no", "listed": "no"}
                ),
                [("Add-on codes never take modifier 51.", held(found)), _medicare_says(facts, question)],
                ("add-on codes", "51"),
            ),
        )
    stop = _medicare_says(facts, question)
    if medicare(question) and stop[0]:
        return (
            ruling(
                ask,
                "modifier_51.medicare",
                "no",
                answer(ask, {"allowed": "no", "needed": "no"}),
                [stop],
                ("51",),
            ),
        )
    return ()
