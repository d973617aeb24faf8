"""The KX threshold: the yearly amount of therapy above which Medicare wants KX, and what KX says.

Authority: section 1833(g) of the Social Security Act, the amounts CMS announces each year (fact table
`kx_threshold`, never carried into a year without a row), Medicare Benefit Policy Manual ch. 15 s.220.2 (KX
attests necessity; without it the provider is liable). Physical therapy and speech-language pathology share
one amount, occupational therapy has its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, lacking, medicare, ruling, value
from assistant.wording import payer_name

_BUCKETS = {"pt_slp": "physical therapy and speech-language pathology together", "ot": "occupational therapy"}
_AFTER = re.compile(r"^\W{0,2}(?:of |in |for |worth of )?(pt|ot|slp|st|speech|physical|occupational)\b", re.I)
_OF = re.compile(
    r"^ ?(?:of|in|for|worth of) (?:the |her |his )?(pt|ot|slp|st|speech|physical|occupational)\b", re.I
)
_BEFORE = re.compile(
    r"\b(PT|OT|ot|SLP|slp|[Ss]peech|[Pp]hysical therapy|[Oo]ccupational therapy)\b(?: \w+){0,2}\W{0,3}$"
)
_SO_FAR = re.compile(
    r"^(?: dollars)?(?: has been| was| is| of therapy)?,? (?:used|so far|to date|ytd|already|accrued|spent|billed|in the bucket|on the books|toward)\b",
    re.I,
)
_ASKED = re.compile(
    r"\bon (?:the |my |our )?(pt|ot|slp|speech|physical|occupational)(?: therapy)? "
    r"(?:lines?|claims?|side|services?|codes?|visits?)\b"
    r"|\b(?:on|for) (?:the |my |our )?(pt|ot|slp|speech|physical|occupational)(?: therapy)?\W*$",
    re.I,
)
_PUT = re.compile(
    r"^\W*(?:so |and |but )?(?:is|are|was|were|does|do|should|can|will|would|must|may|am|if)\b|\bneed|\brequire|\b(?:right|correct|true)\W*$|\b(?:does|do|should|must|will|is) (?:<MKX>|kx|it|we|i)\b|\byet\b"
)
_OPENS = re.compile(r"^\W*(?:so |and |but )?(?:is|are|does|do|should|can|will|may)\b")
_STATED = re.compile(
    r"(?:threshold|<MKX>|cap|limit|amount)[^<]{0,14}\b(?:is|of) ?(?:<\$>|<n>)"
    r"|^\W*(?:is|was) (?:the )?.*\b(?:threshold|cap|limit|amount)\b.*(?:<\$>|<n>)"
    r"|^\W*(?:so )?(?:is|was|isn't|wasn't) (?:the |this year's |our |<year> )*<MKX>(?: (?:for|in|of|this|year|<year>|still|at|now))* (?:<\$>|<n>)\W*$"
    r"|\b(?:threshold|cap|limit|amount|<MKX>) (?:(?:is|was|isn't|isnt|wasn't|not|still|now|at|of|remains|stays|=) )+(?:<\$>|<n>)"
)
_PERIOD = re.compile(
    r"\b(?:amount|threshold|limit|cap)s?(?: (?:is|are|counted|applied|applies|measured|calculated|set|based|on|a|the))* (?:per|for each|for every) "
    r"(?:visit|session|claim|day|week|month|episode|diagnosis|condition|injury|provider|clinic|therapist|body part|code|line|service)\b"
    r"|\bper[- ](?:visit|session|claim|day|week|month|episode|diagnosis|provider|clinic) (?:amount|threshold|limit|cap)\b"
)
_YEARLY = re.compile(
    r"\b(?:amount|threshold|limit|cap)\b.{0,40}\b(?:per|each|every|a) (?:calendar )?(?:year|patient|beneficiary)\b|\b(?:yearly|annual)\b.{0,20}\b(?:amount|threshold|limit|cap)\b"
    r"|\b(?:amount|threshold|limit|cap)\b.{0,30}\b(?:yearly|annual(?:ly)?|resets?|starts? over)\b"
)
_BELOW = re.compile(
    r"\b(?:below|under) (?:the |this |that |my |our |her |his |its |medicare |therapy |yearly |annual )*(?:<MKX>|kx|threshold|limit|cap|amount|it\b|<\$>)"
    r"|\bbelow\W*$|\b(?:before|until) (?:the |we |it |she |he |you )"
)
_WITH_ABN = re.compile(r"\babn\b")
_NO_ABN = re.compile(
    r"\b(?:no|without|w ?/ ?o|lacking|missing|not|never)\b (?:an? |any |the |valid |signed |have an )*abn\b"
    r"|\babn (?:was |is |had been |has been )?(?:never|not) |\babn (?:wasn't|isn't) "
)
_SHARES = re.compile(r"\bshar|\bseparate|\bown\b|\bhow (?:does|do|are|is)\b")
_ROUTINE = re.compile(
    r"\bevery\b|\balways\b|\ball (?:claims|lines|therapy)\b|\bday (?:<n>|1|one)\b|\bfrom the "
    r"(?:start|first)\b|\broutine|\bautomatic"
)


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """One ruling: what KX is, the amount of the year, or whether the amounts given need it."""
    del names
    text = ask.details.get("text", "")
    if ask.form == "review" or re.search(r"\bmedical review\b|\btargeted\b", question.text, re.I):
        return (_review(ask, question, facts),)
    made = _about(ask, question, facts, text)
    if made:
        return (made,)
    found = {
        bucket: facts.on(question.date_of_service, "kx_threshold", bucket, "amount") for bucket in _BUCKETS
    }
    if not any(held(one) for one in found.values()):
        cure = found["pt_slp"].cure
        return (
            lacking(
                ask,
                "kx_threshold.year",
                f"No KX threshold is held for {question.date_of_service.year}. {cure}",
                ("KX",),
            ),
        )
    limits = {bucket: held(one)[0] for bucket, one in found.items() if held(one)}
    amounts = _amounts(ask, question)
    put = bool(_PUT.search(text)) or bool(re.search(r"\bneed|\brequired\b", text))
    if ask.form == "value" or not put and not (amounts and ask.form == "needed" and len(amounts) > 1):
        stated = _stated(amounts) if put or _STATED.search(text) else None
        return (_value(ask, question, facts, limits, stated),)
    if _STATED.search(text):
        return (_value(ask, question, facts, limits, _stated(amounts)),)
    return (_needed(ask, question, facts, limits, amounts, text),)


def _money(amount: Decimal | str) -> str:
    return (
        f"${Decimal(amount):,.0f}"
        if Decimal(amount) == Decimal(amount).to_integral()
        else f"${Decimal(amount):,.2f}"
    )


def _amounts(ask: Ask, question: Question) -> list[tuple[str, Decimal]]:
    """The amounts of the message with their bucket: pt_slp, ot or "" where the words name none."""
    kinds = {"money"} if any(m.kind == "money" for m in question.mentions) else {"number"}
    found: list[tuple[str, Decimal]] = []
    for mention in question.mentions:
        told = mention.kind == "number" and _SO_FAR.match(question.text[mention.end :])
        if mention.kind not in kinds and not told or not re.fullmatch(r"\d+(?:\.\d+)?", mention.value):
            continue
        amount = Decimal(mention.value)
        if mention.kind == "number" and amount < 20:
            continue
        rest = question.text[mention.end :]
        before = (
            None if _OF.match(rest) else _BEFORE.search(question.text[: mention.start].rstrip("$ ") + " ")
        )
        after = _AFTER.match(rest)
        word = (before or after).group(1).lower() if before or after else ""  # type: ignore[union-attr]
        found.append(("" if not word else "ot" if word.startswith(("ot", "occ")) else "pt_slp", amount))
    return found


def _stated(amounts: list[tuple[str, Decimal]]) -> Decimal | None:
    return amounts[-1][1] if amounts else None


def _value(
    ask: Ask, question: Question, facts: Facts, limits: Mapping[str, Fact], stated: Decimal | None
) -> Ruling:
    year = question.date_of_service.year
    carried = tuple(limits.values())
    if len({fact.value for fact in carried}) == 1 and len(carried) == 2:
        lead: Said = (
            f"{_money(carried[0].value)} in {year}: once for physical therapy and speech-language pathology "
            "together, once "
            "for occupational therapy.",
            carried,
        )
    else:
        lead = (
            f"In {year}: "
            + "; ".join(f"{_money(fact.value)} for {_BUCKETS[fact.subject]}" for fact in carried)
            + ".",
            carried,
        )
    counts = facts.on(question.date_of_service, "kx_rule", "KX", "counts")
    verdict: Verdict | None = None
    if stated is not None:
        verdict = "yes" if any(Decimal(fact.value) == stated for fact in carried) else "no"
    said: list[Said] = [
        lead,
        (f"What counts is the {value(counts)}.", held(counts)) if held(counts) else ("", ()),
        _confidence(carried),
        _payer(question, facts),
    ]
    answers: dict[str, Verdict | None] = dict.fromkeys(("value", "needed", "allowed"), verdict)
    return ruling(ask, "kx_threshold.amount", None, answer(ask, answers), said, ("KX",))


def _confidence(carried: tuple[Fact, ...]) -> Said:
    """An amount that was not read on an official page says so."""
    how = {"reported": "taken from secondary pages that agree", "recalled": "recalled, not read again"}
    fact = carried[0]
    return (
        (f"That amount is {how[fact.confidence]}; confirm it with your contractor.", (fact,))
        if fact.confidence in how
        else ("", ())
    )


def _payer(question: Question, facts: Facts) -> Said:
    if medicare(question) is not False:
        return ("", ())
    found = facts.on(question.date_of_service, "kx_rule", "KX")
    return (
        f"KX and its threshold are Medicare's; {payer_name(question.payer)} has its own rule.",
        held(found),
    )


def _needed(
    ask: Ask,
    question: Question,
    facts: Facts,
    limits: Mapping[str, Fact],
    amounts: list[tuple[str, Decimal]],
    text: str,
) -> Ruling:
    """Whether the amounts so far and the visit together pass the threshold of the bucket asked about."""
    when = question.date_of_service
    attests, below = facts.on(when, "kx_rule", "KX"), facts.on(when, "kx_rule", "KX", "below")
    without = facts.on(when, "kx_rule", "KX", "without")
    forms = ("needed", "allowed", "value")
    tail: list[Said] = [
        (f"KX is {value(attests)}.", held(attests)) if held(attests) else ("", ()),
        _payer(question, facts),
    ]
    other = medicare(question) is False
    if not amounts:
        limit = next(iter(limits.values()))
        lead: Said = (
            f"KX is needed once the patient's therapy of {when.year} passes {_money(limit.value)}, and only "
            "then.",
            tuple(limits.values()),
        )
        buckets: Said = (
            "Physical therapy and speech-language pathology count together, occupational therapy by itself.",
            (*held(facts.on(when, "kx_rule", "pt_slp")), *held(facts.on(when, "kx_rule", "ot"))),
        )
        verdict: Verdict = "depends"
        if re.search(_BELOW, text):
            verdict = "no"
            lead = (f"Below the threshold KX is {value(below)}.", held(below))
        elif re.search(r"\babove\b|\bover\b|\bexceed|\bpast\b", text):
            verdict = "yes"
        said = [lead, buckets, *tail]
        return ruling(
            ask, "kx_threshold.needed", verdict, answer(ask, dict.fromkeys(forms, verdict)), said, ("KX",)
        )
    asked = _asked_bucket(amounts, text)
    verdicts: list[Verdict] = []
    said = []
    for bucket in asked:
        limit = limits.get(bucket, next(iter(limits.values())))
        total = sum((amount for own, amount in amounts if own in {bucket, ""}), Decimal(0))
        over = total > Decimal(limit.value)
        verdicts.append("yes" if over else "no")
        words = f"{_money(total)} of {_BUCKETS[bucket]} {'is above' if over else 'is not above'} the {when.year} threshold of {_money(limit.value)}"
        if over:
            said.append(
                (f"KX is needed: {words}, if the services are necessary and the record shows it.", (limit,))
            )
            said.append((f"{_capital(value(without))}.", held(without)) if held(without) else ("", ()))
        else:
            said.append((f"KX is not needed: {words}.", (limit,)))
            said.append((f"KX is {value(below)}.", held(below)) if held(below) else ("", ()))
    verdict = verdicts[0] if len(set(verdicts)) == 1 else "depends"
    counts = facts.on(when, "kx_rule", "KX", "counts")
    said.append((f"What counts is the {value(counts)}.", held(counts)) if held(counts) else ("", ()))
    if other:
        verdict = "depends"
    said += [_confidence((limits[asked[0]],)), *tail]
    return ruling(
        ask, "kx_threshold.needed", verdict, answer(ask, dict.fromkeys(forms, verdict)), said, ("KX",)
    )


def _asked_bucket(amounts: list[tuple[str, Decimal]], text: str) -> list[str]:
    """The bucket the question is about: named ("on the OT lines"), else those that have amounts, else the
    first."""
    named = _ASKED.search(text)
    if named:
        return ["ot" if (named.group(1) or named.group(2)).lower().startswith(("ot", "occ")) else "pt_slp"]
    return list(dict.fromkeys(bucket for bucket, _ in amounts if bucket)) or ["pt_slp"]


def _review(ask: Ask, question: Question, facts: Facts) -> Ruling:
    found = facts.on(question.date_of_service, "medical_review_threshold", "pt_slp")
    if not held(found):
        return lacking(
            ask,
            "kx_threshold.review",
            f"No medical review threshold is held for {question.date_of_service.year}. {found.cure}",
            ("KX",),
        )
    lead: Said = (
        f"{_money(value(found))} in {question.date_of_service.year}, for each bucket: above it a claim may "
        "be picked for "
        "targeted medical review.",
        held(found),
    )
    return ruling(ask, "kx_threshold.review", None, answer(ask, {}), [lead, _payer(question, facts)], ("KX",))


def _about(ask: Ask, question: Question, facts: Facts, text: str) -> Ruling | None:
    """Questions about KX itself: shared buckets, what counts, whether it is routine, a guarantee, who is
    liable."""
    when = question.date_of_service

    def of(subject: str, field: str = "value") -> tuple[Fact, ...]:
        return held(facts.on(when, "kx_rule", subject, field))

    def made(name: str, verdict: Verdict | None, *said: Said) -> Ruling:
        put = replace(ask, details={**ask.details, "kind": "yes_no"}) if _OPENS.match(text) else ask
        answered = answer(put, {ask.form: verdict})
        return ruling(
            ask, f"kx_threshold.{name}", verdict, answered, [*said, _payer(question, facts)], ("KX",)
        )

    period = _PERIOD.search(text)
    year = _YEARLY.search(text)
    if (period or year) and not re.search(r"<\$>|<n>", text) and ask.details.get("kind") == "yes_no":
        limit = held(facts.on(when, "kx_threshold", "pt_slp", "amount")) or of("pt_slp")
        lead: Said = (
            "The amount is for a calendar year and a patient, over all visits and providers; it starts again each year.",
            (*limit, *of("KX", "counts")),
        )
        return made("per_year", "no" if period else "yes", lead)
    share, apart = of("pt_slp"), of("ot")
    if (
        re.search(
            r"\bcount\w* (?:toward|towards|against|to|into|in) (?:the |my |our |her |his )?(?:pt|ot|speech|slp|st|physical|occupational|other)\b|\bsame (?:amount|limit)\b|\bdraw (?:on|from)\b|\bshare|\bcombin|\btogether\b|\bcounts? (?:with|toward|against|in)\b(?=.*\b(?:pt|slp|ot|speech|occupational)\b)|\b(?:same|own|one) (?:bucket|pot|threshold|cap)\b|\bseparate (?:threshold|amount|bucket|cap|limit)|\bown "
            r"(?:<MKX> |kx |therapy |yearly |annual |separate )*(?:threshold|bucket|cap|limit|amount)",
            text,
        )
        and share
        and apart
        and not (ask.details.get("kind") == "value" and ask.form == "value" and not _SHARES.search(text))
    ):
        speech = re.search(r"\bslp\b|\bspeech\b|\bst\b", text)
        occupational = re.search(r"\bot\b|\boccupational\b", text)
        one = bool(speech) and not occupational
        together = "yes" if one else "no"
        if re.search(r"\bseparate\b|\bown\b", text):
            together = "no" if one else "yes"
        said = [(f"{_capital(share[0].value)}.", share), (f"{_capital(apart[0].value)}.", apart)]
        return made("buckets", together, *(said if one else reversed(said)))  # type: ignore[arg-type]
    if re.search(
        r"\bdeductible\b|\bcoinsurance\b|\bcopay|\bbilled charges?\b|\ballowed amount\b.*\bcount", text
    ) and re.search(r"\bcount|\btoward|\binclude", text):
        verdict: Verdict | None = "no" if re.search(r"\bcharges?\b", text) else "yes"
        if ask.details.get("kind") == "value":
            verdict = None
        return made(
            "counts",
            verdict,
            (f"What counts toward the threshold is the {of('KX', 'counts')[0].value}.", of("KX", "counts")),
        )
    if re.search(r"\bguarante|\bensure|\bmake sure\b", text):
        return made("guarantee", "no", (f"KX is {of('KX')[0].value}.", of("KX")))
    if (
        re.search(r"\bmeans?\b", text)
        and re.search(r"\bpa(?:y|ys|id|yment)\b|\bapprov|\bautomatic|\bno denial", text)
        and not re.search(r"\battest|<\$>|<n>", text)
    ):
        return made("guarantee", "no", (f"KX is {of('KX')[0].value}.", of("KX")))
    if (
        re.search(r"\battest|\bmedical(?:ly)? necess", text)
        and not re.search(
            r"\bpa(?:y|ys|id|yment)\b|\bnot\b|\bguarant|\bden(?:y|ied|ial)|\bonly\b"
            r"|\bneeds?\b|\brequires?\b|\bletters?\b|\bforms?\b|\battach",
            text,
        )
        and not re.search(r"<\$>|<n>", text)
        and ask.details.get("kind") == "yes_no"
    ):
        return made("attests", "yes", (f"KX is {of('KX')[0].value}.", of("KX")))
    if _ROUTINE.search(text):
        return made(
            "routine",
            "no",
            (f"KX is {of('KX', 'below')[0].value}.", of("KX", "below")),
            (f"It is {of('KX')[0].value}.", of("KX")),
        )
    made_liable = liable(ask, question, facts)
    if made_liable:
        return made_liable
    if re.search(r"\bden(?:ied|ial|y)\b", text):
        return made(
            "without",
            "no",
            (f"{_capital(of('KX', 'without')[0].value)}.", of("KX", "without")),
            (f"KX is {of('KX')[0].value}.", of("KX")),
        )
    if re.search(r"\bcap\b", text) and re.search(
        r"\bstill\b|\bin effect\b|\bhard cap\b|\bexist|\brepeal|\banymore\b", text
    ):
        limit = held(facts.on(when, "kx_threshold", "pt_slp", "amount"))
        first: Said = (
            "There is no therapy cap since 2018: services above the threshold are paid if they are "
            "necessary and carry KX.",
            of("KX"),
        )
        second: Said = (
            (f"The threshold of {when.year} is {_money(limit[0].value)}.", limit) if limit else ("", ())
        )
        return made("cap", "no", first, second)
    return None


_LIABLE = re.compile(
    r"\b(?:bill|charge) (?:the |our |my )?(?:patient|pt|beneficiary)\b|\b(?:patient|beneficiary|provider|clinic|practice|therapist|we) (?:\w+ ){0,2}(?:liable|pays?|owes?|responsib\w*)"
    r"|\bwho (?:eats?|pays?|owes?|bears?|absorbs?|gets stuck|is (?:liable|responsible|on the hook))\b"
    r"|\b(?:is|are) (?:the |our )?(?:patient|beneficiary|provider|clinic|practice|we)\b.{0,20}\b(?:liable|responsib)|\bliab(?:le|ility)\b"
)


def liable(ask: Ask, question: Question, facts: Facts) -> Ruling | None:
    """Who bears a line above the threshold that came without KX: the provider, unless a valid ABN was given."""
    text = ask.details.get("text", "")
    if not _LIABLE.search(text):
        return None
    without = held(facts.on(question.date_of_service, "kx_rule", "KX", "without"))
    if not without:
        return None
    provider = bool(
        re.search(
            r"\b(?:provider|clinic|practice|therapist|we)\b.{0,20}\b(?:liab|responsib|bear|eat|absorb)|\bour liab",
            text,
        )
    )
    patient = bool(re.search(r"\bpatient\b|\bbeneficiary\b|\bpt\b", text))
    given = bool(_WITH_ABN.search(text)) and not _NO_ABN.search(text)
    verdict: Verdict | None = None
    if provider != patient or patient and re.search(r"\b(?:bill|charge)\b", text):
        verdict = "yes" if given == (not provider) else "no"
    who = "the patient may be charged, for the ABN was given" if given else "not the patient"
    said: list[Said] = [
        (f"{_capital(who)}: {without[0].value}.", without),
        _payer(question, facts),
    ]
    put = None if ask.details.get("kind") in {"value", "why"} and not _OPENS.match(text) else verdict
    denies = re.search(
        r"\b(?:not|never|isn't|aren't|can't|cannot|won't|wouldn't)\b[^.?]{0,25}\b(?:liable|responsib\w*|pay|pays|owe|owes|bill|billed|charge|charged)\b",
        re.sub(r"^\W*(?:so |and )?(?:isn't|aren't|can't|won't)\b", "", text),
    )
    if put and denies:
        put = "no" if put == "yes" else "yes"
    return ruling(ask, "kx_threshold.liable", verdict, put, said, ("KX",))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
