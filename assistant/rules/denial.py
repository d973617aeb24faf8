"""A denial: which of our rules explain it, and what to look at first.

The number of the claim adjustment reason code is read from the message; its wording is copyrighted and never
given, only our own few words on what it is about (fact table `denial`). The families named there are asked
about the codes that were billed; the pairs, units, status or modifiers that would explain the denial come
first, and what cannot be known from the codes is said to be checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

from assistant.domain import Ask, Fact, Question, Ruling
from assistant.facts import Facts
from assistant.rules.build import Said, held, lacking, listing, medicare, mpfs, named, ruling, value
from assistant.rules.edits import CMT, chiropractor, condition, edit, is_em, is_therapy, policy
from assistant.rules.mue import units_of
from assistant.rules.status import instead, letter, payment
from assistant.rules.therapy_modifier import GROUP, discipline, own_modifier, provider_modifier

_ORDER = tuple(
    "code_valid status add_on ptp mue chiropractic therapy_modifier modifier_59 modifier_25 mppr kx_threshold".split()
)
"""The families asked, what settles a denial by itself first."""

_WORDS: tuple[tuple[str, str], ...] = (
    (r"\bmodifier\b|\bmod\b", "4"),
    (r"\bbundl|\binclusive\b|\bincidental\b|\bpart of\b", "97"),
    (r"\bduplicat", "18"),
    (r"\bmedical(?:ly)? necess|\bmaintenance\b", "50"),
    (r"\bmue\b|\btoo many units\b|\bunits?\b", "151"),
    (r"\bnot covered\b|\bnon ?-? ?covered\b", "96"),
    (r"\binvalid (?:code|procedure)\b|\binvalid for\b", "96"),
    (r"\bmax(?:imum)?\b|\blimit\b|\bthreshold\b|\bcap\b", "119"),
)
"""What a message says instead of a number, and the number that stands for it."""

_GENERAL = {"code_valid", "ptp", "status", "mue", "chiropractic", "modifier_25", "add_on"}
"""The families asked where a message gives no reason."""

Explain = Callable[[Ask, tuple[str, ...], Question, Facts, Mapping[str, str]], list[Said]]


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """One ruling: the explanations found among the codes, then what else to check."""
    codes = tuple(dict.fromkeys(ask.codes))
    numbers = _numbers(ask, question)
    if not codes:
        return (
            tuple(_meaning(ask, number, question, facts) for number in numbers) if ask.form == "value" else ()
        )
    families = _families(numbers, facts, question) or _GENERAL | (
        {"therapy_modifier"} if medicare(question) else set()
    )
    families = families | {"code_valid"}  # a code that had ended explains any denial
    if re.search(r"\bprimar(?:y|ies)\b", ask.details.get("text", "")):
        families = families | {"add_on"}
    said: list[Said] = []
    for family in [f for f in _ORDER if f in families]:
        explain = _EXPLAIN.get(family)
        if explain is not None:
            said += [one for one in explain(ask, codes, question, facts, names) if one[0] and one not in said]
        if said and (family == "code_valid" or family == "status" and not numbers):
            break  # ended, not valid, bundled or not covered: nothing else needs explaining
    found = bool(said)
    about = [held(facts.on(question.date_of_service, "denial", number)) for number in numbers]
    for number, carried in zip(numbers, about, strict=True):
        if carried:
            said.append((f"Reason {number} is about this: {carried[0].value}.", carried))
    if not found:
        said = [*said, *_nothing(codes, families, question, facts)]
    said.append(_checks(families, codes, question, facts, about))
    warnings = [mpfs(facts, question, codes[0], "status").warning] if found else []
    return (ruling(ask, "denial.why", None, None, said, codes, warnings=warnings),)


def _meaning(ask: Ask, number: str, question: Question, facts: Facts) -> Ruling:
    """What a reason code is about, where no code of the claim is named."""
    about = held(facts.on(question.date_of_service, "denial", number))
    if not about:
        return lacking(
            ask,
            "denial.unknown",
            f"Claim adjustment reason {number} is not in the denial table held; X12 publishes the list of reasons. Read the remark code beside it.",
            (number,),
        )
    families = _families([number], facts, question)
    said: list[Said] = [(f"Reason {number} is about this: {about[0].value}.", about)]
    said.append(_checks(families, (), question, facts, [about]))
    return ruling(ask, "denial.meaning", None, None, said, (number,))


def _numbers(ask: Ask, question: Question) -> list[str]:
    """The reason codes named ("CO-97"), else those the words stand for."""
    named_ = [re.sub(r"\D", "", number) for number in ask.details.get("carc", "").split(",")]
    named_ += re.findall(r"\b(?:CO|PR|OA|PI|CARC)[ -]?(\d{1,3})\b", question.text)
    if any(named_):
        return list(dict.fromkeys(number for number in named_ if number))
    text = ask.details.get("text", "")
    return [number for pattern, number in _WORDS if re.search(pattern, text)][:1]


def _families(numbers: Sequence[str], facts: Facts, question: Question) -> set[str]:
    found = [value(facts.on(question.date_of_service, "denial", number, "families")) for number in numbers]
    return {family for words in found for family in words.split()}


def _ptp(
    ask: Ask, codes: tuple[str, ...], question: Question, facts: Facts, names: Mapping[str, str]
) -> list[Said]:
    """Edited pairs among the codes billed; for one code, the therapy codes it is edited with."""
    said: list[Said] = []
    for a, b in combinations(codes, 2):
        pair = edit(facts, question, a, b)
        if pair.indicator == "0":
            said.append(
                (
                    f"{pair.pair} is an NCCI edited pair with modifier indicator 0: {pair.column2} is denied beside {pair.column1}, and no modifier opens it.",
                    pair.fact,
                )
            )
        elif pair.indicator == "1":
            cond = condition(pair, facts, question)
            said.append(
                (
                    f"{pair.pair} is an NCCI edited pair: {pair.column2} is denied beside {pair.column1} unless {cond.when}; then {cond.placed}, otherwise it stays denied.",
                    (*pair.fact, *cond.facts),
                )
            )
        elif pair.indicator == "":
            said.append(
                (f"{a} and {b} have no active NCCI edit, so that pair does not explain it.", pair.fact)
            )
    if len(codes) == 1:
        said += _partners(codes[0], question, facts)
    return said


def _partners(code: str, question: Question, facts: Facts) -> list[Said]:
    """The codes under which this one is column 2; where it is column 1 only, that NCCI does not explain the denial."""
    when, setting = question.date_of_service, question.setting
    found: dict[str, tuple[list[str], tuple[Fact, ...]]] = {}
    for side, pattern in (("under", f"*/{code}"), ("over", f"{code}/*")):
        pairs = [
            pair
            for pair in facts.subjects(when, "ptp", pattern, setting=setting)
            if is_therapy(_other(pair, code)) or _other(pair, code) in CMT
        ]
        carried = tuple(
            fact
            for pair in pairs
            for fact in held(facts.on(when, "ptp", pair, "modifier_indicator", setting=setting))
        )
        found[side] = ([_other(pair, code) for pair in pairs], carried)
    under, over = found["under"], found["over"]
    if under[0]:
        return [
            (
                f"Beside {listing(under[0], 'or')} NCCI denies {code}, the column 2 code; look for one of them on the same day.",
                under[1],
            )
        ]
    if over[0]:
        return [
            (
                f"No NCCI edit with another therapy code denies {code}: it is column 1, and {listing(over[0])} are the ones denied beside it.",
                over[1],
            )
        ]
    return []


def _other(pair: str, code: str) -> str:
    one, two = pair.split("/")
    return two if one == code else one


def _life(
    ask: Ask, codes: tuple[str, ...], question: Question, facts: Facts, names: Mapping[str, str]
) -> list[Said]:
    """A code that had ended, or was not there yet, on the date of service."""
    said: list[Said] = []
    for code in codes:
        found = facts.on(question.date_of_service, "code_life", code)
        if found.state == "ended" and found.fact is not None:
            other = held(facts.on(question.date_of_service, "replacement", code, "successor"))
            use = f"; it is reported since with {other[0].value}" if other else ""
            said.append((f"{code} was deleted after {found.fact.effective_to}{use}.", (found.fact, *other)))
        elif value(found) == "not_yet":
            said.append((f"{code} did not exist yet on {question.date_of_service}.", held(found)))
    return said


def _status(
    ask: Ask, codes: tuple[str, ...], question: Question, facts: Facts, names: Mapping[str, str]
) -> list[Said]:
    if medicare(question) is False:
        return []
    said: list[Said] = []
    for code in codes:
        status = letter(facts, question, code)
        kind = payment(facts, question, status[0].value) if status else ()
        what, other = named(code, names), instead(facts, question, code)
        if kind and kind[0].value == "other_code":
            use = f"; it uses {other[0].value}" if other else ""
            said.append(
                (
                    f"Medicare does not accept {what} (status {status[0].value}){use}.",
                    (*status, *kind, *other),
                )
            )
        elif kind and kind[0].value == "bundled":
            said.append(
                (
                    f"Medicare always bundles {what} (status {status[0].value}): no separate payment, and the patient may not be billed.",
                    (*status, *kind),
                )
            )
        elif kind and kind[0].value == "non_covered":
            said.append((f"Medicare does not cover {what} (status {status[0].value}).", (*status, *kind)))
    return said


def _mue(
    ask: Ask, codes: tuple[str, ...], question: Question, facts: Facts, names: Mapping[str, str]
) -> list[Said]:
    said: list[Said] = []
    for code in codes:
        limit = facts.on(question.date_of_service, "mue", code, "value", setting=question.setting)
        mai = facts.on(question.date_of_service, "mue", code, "mai", setting=question.setting)
        units = units_of(ask, code)
        if not held(limit):
            continue
        carried = (*held(limit), *held(mai))
        if units is not None and units > int(value(limit)):
            adding = facts.on(question.date_of_service, "mai_meaning", value(mai), "sum")
            said.append(
                (f"{units} units of {code} are above its MUE of {value(limit)} (MAI {value(mai)}).", carried)
            )
            said.append((f"{_capital(value(adding))}.", held(adding)) if held(adding) else ("", ()))
        elif value(limit) == "0":
            said.append((f"The MUE of {code} is 0: not covered or not paid separately.", carried))
        elif units is None and re.search(r"\bunits?\b|\bmue\b", ask.details.get("text", "")):
            said.append((f"The MUE of {code} is {value(limit)} (MAI {value(mai)}).", carried))
    return said


def _chiropractic(
    ask: Ask, codes: tuple[str, ...], question: Question, facts: Facts, names: Mapping[str, str]
) -> list[Said]:
    if medicare(question) is False:
        return []
    said: list[Said] = []
    for code in codes:
        if code in CMT:
            without = held(facts.on(question.date_of_service, "chiropractic", "AT", "without"))
            required = held(facts.on(question.date_of_service, "chiropractic", "AT"))
            said.append(
                (
                    f"A chiropractor's {code} without AT is {without[0].value}; AT is {required[0].value}.",
                    (*without, *required),
                )
                if without and required
                else ("", ())
            )
        elif question.rendered_by == "DC":
            said.append(chiropractor(facts, question, code))
    return said


def _therapy(
    ask: Ask, codes: tuple[str, ...], question: Question, facts: Facts, names: Mapping[str, str]
) -> list[Said]:
    """A missing or a wrong therapy modifier."""
    sent = [m for m in ask.modifiers if m in GROUP]
    own = provider_modifier(facts, question)
    if len(sent) > 1:
        return [
            (
                f"{listing(sent)} cannot share a line: one of GP, GO and GN.",
                discipline(facts, question, "per_line"),
            )
        ]
    said: list[Said] = []
    for code in codes:
        category, right = discipline(facts, question, code), own_modifier(facts, question, code) or own
        if not category:
            continue
        if sent and right and right[0].value != sent[0]:
            said.append((f"{sent[0]} does not fit {named(code, names)}: {right[0].value} is the one.", right))
        elif not sent and category[0].value == "always" and medicare(question) is not False:
            name = right[0].value if right else "one of GP, GO and GN"
            said.append(
                (
                    f"{named(code, names)} is an always-therapy code: for Medicare a line without {name} is rejected.",
                    (*category, *right),
                )
            )
    return said


def _em(
    ask: Ask, codes: tuple[str, ...], question: Question, facts: Facts, names: Mapping[str, str]
) -> list[Said]:
    ems = [code for code in codes if is_em(code)]
    said: list[Said] = []
    if ems and {"59", "XE", "XS", "XP", "XU"} & set(ask.modifiers):
        said.append(
            (
                f"59 never goes on {listing(ems)}: an E/M takes 25, if the record shows a significant, separately identifiable visit.",
                (*policy(facts, question, "59", "em"), *policy(facts, question, "em", "modifier")),
            )
        )
    elif ems and len(codes) > 1 and "25" not in ask.modifiers:
        said.append(
            (
                f"{listing(ems)} beside a procedure needs 25, and only if the record shows a significant, separately identifiable visit.",
                policy(facts, question, "em", "modifier"),
            )
        )
    return said


def _sixty(
    ask: Ask, codes: tuple[str, ...], question: Question, facts: Facts, names: Mapping[str, str]
) -> list[Said]:
    """51 sent where it does not belong, and 59 by itself."""
    said: list[Said] = []
    if "51" in ask.modifiers:
        for code in codes:
            ground = facts.on(question.date_of_service, "modifier_51", code, "ground")
            if value(ground) == "excluded_by_definition":
                said.append(
                    (f"51 does not belong on {code}: its own definition leaves it out.", held(ground))
                )
    return said


def _add_on(
    ask: Ask, codes: tuple[str, ...], question: Question, facts: Facts, names: Mapping[str, str]
) -> list[Said]:
    """An add-on code without its primary."""
    said: list[Said] = []
    for code in codes:
        if not held(facts.on(question.date_of_service, "add_on_code", code, "type")):
            continue
        primaries = [
            pair.split("/")[1] for pair in facts.subjects(question.date_of_service, "aoc", f"{code}/*")
        ]
        if primaries and not set(primaries) & set(codes):
            carried = tuple(
                fact
                for primary in primaries
                for fact in held(facts.on(question.date_of_service, "aoc", f"{code}/{primary}", "type"))
            )
            said.append(
                (
                    f"{code} is an add-on code: it is denied without its primary, {listing(primaries[:8], 'or')}.",
                    carried,
                )
            )
    return said


def _mppr(
    ask: Ask, codes: tuple[str, ...], question: Question, facts: Facts, names: Mapping[str, str]
) -> list[Said]:
    """A reduction taken for a denial."""
    indicators = [(code, held(mpfs(facts, question, code, "mult_proc"))) for code in codes]
    reduced = [(code, found) for code, found in indicators if found and found[0].value == "5"]
    if not reduced:
        return []
    pe = held(facts.on(question.date_of_service, "mppr", "therapy", "pe_percent"))
    carried = (*(fact for _, found in reduced for fact in found), *pe)
    half = f" to {pe[0].value}% of its practice expense" if pe else ""
    return [
        (
            f"That is no denial but a reduction: {listing([code for code, _ in reduced])} (MULT PROC 5) is cut{half} beside therapy with a higher practice expense.",
            carried,
        )
    ]


def _kx(
    ask: Ask, codes: tuple[str, ...], question: Question, facts: Facts, names: Mapping[str, str]
) -> list[Said]:
    if medicare(question) is False or not any(discipline(facts, question, code) for code in codes):
        return []
    without = held(facts.on(question.date_of_service, "kx_rule", "KX", "without"))
    limit = held(facts.on(question.date_of_service, "kx_threshold", "pt_slp", "amount"))
    if not without or not limit:
        return []
    return [(f"Therapy of the year above ${int(limit[0].value):,}: {without[0].value}.", (*limit, *without))]


_EXPLAIN: Mapping[str, Explain] = {
    "code_valid": _life, "ptp": _ptp, "status": _status, "mue": _mue, "chiropractic": _chiropractic, "therapy_modifier": _therapy, "modifier_59": _sixty, "modifier_25": _em,
    "add_on": _add_on, "mppr": _mppr, "kx_threshold": _kx,
}  # fmt: skip

_CHECK: Mapping[str, str] = {
    "ptp": "what else was billed that day, by the same provider or group",
    "global_period": "a surgery whose global period covers the day",
    "status": "the payer's own list of bundled and covered codes",
    "mue": "the units on all lines of the day",
    "modifier_59": "whether the modifier sent is the one the record supports",
    "modifier_25": "whether the visit note stands apart from the procedure",
    "therapy_modifier": "the modifiers on the line",
    "kx_threshold": "the therapy amount used this year",
    "abn": "whether a notice was given before the service",
    "icd10": "the diagnosis codes and their pointers",
    "timed_units": "the minutes in the record",
    "fee": "whether it is a contractual write-off and not a denial",
    "code_valid": "whether the code was valid on the date of service",
    "chiropractic": "AT, the subluxation as primary diagnosis and active treatment",
    "provider": "who furnished the service",
    "mppr": "which line had the highest practice expense",
    "add_on": "the primary code on the same claim",
}


def _nothing(codes: tuple[str, ...], families: set[str], question: Question, facts: Facts) -> list[Said]:
    del families
    carried = tuple(fact for code in codes for fact in letter(facts, question, code))
    return [(f"Nothing in our rules explains it from {listing(codes)} alone.", carried)]


def _checks(
    families: set[str],
    codes: tuple[str, ...],
    question: Question,
    facts: Facts,
    about: Sequence[tuple[Fact, ...]],
) -> Said:
    """What to look at that the codes alone do not tell; only what can apply to them."""
    fits = {
        "global_period": not any(is_therapy(code) for code in codes),
        "chiropractic": question.rendered_by == "DC" or bool(CMT & set(codes)),
        "add_on": any(
            held(facts.on(question.date_of_service, "add_on_code", code, "type")) for code in codes
        ),
        "modifier_25": any(is_em(code) for code in codes),
        "kx_threshold": any(discipline(facts, question, code) for code in codes),
        "therapy_modifier": any(discipline(facts, question, code) for code in codes),
    }
    order = [family for family in _CHECK if family in families and fits.get(family, True)][:4]
    carried = tuple(fact for found in about for fact in found)
    return (
        (
            f"Check first the remark code beside it, then {listing([_CHECK[family] for family in order])}.",
            carried,
        )
        if order
        else ("", ())
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
