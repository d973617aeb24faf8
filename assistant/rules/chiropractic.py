"""Chiropractic: AT, regions of manipulation, and what Medicare covers of a chiropractor's services.

Authority: Medicare Benefit Policy Manual ch. 15 s.240 (coverage, AT, maintenance, subluxation, one treatment a
day), the contractor Palmetto GBA for AT with GA, and CPT's regions as facts: 98940 1-2, 98941 3-4, 98942 5 spinal
regions, 98943 outside the spine. AT is Medicare's; another payer's rule is its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, listing, medicare, ruling
from assistant.rules.reading import count_before, says, wants_value, with_name
from assistant.rules.reading import denied as denies
from assistant.wording import payer_name

SPINAL = ("98940", "98941", "98942")
_CMT = frozenset((*SPINAL, "98943"))
_PART_WORD = re.compile(
    r"\bp\.?\s?a\.?\s?r\.?\s?t\.?\b(?!\s*(?:[a-d]\b|of\b))|\bpart (?:elements?|criteria|exam|documentation|findings)\b",
    re.I,
)
_LETTERS = re.compile(
    r"\b([part])\b(?=\s*(?:,|and|&|\+|/|plus|only|alone|is|are|enough))|(?:\band|,|&|\+|/)\s*([part])\b", re.I
)
_FINDINGS = (
    ("p", r"\bpain\b|\btenderness\b"), ("a", r"\basymmetr\w+|\bmisalign\w+"),
    ("r", r"\brange of motion\b|\brom\b|\brange[- ]of[- ]motion\b"), ("t", r"\btissue\b|\bmuscle tone\b"),
)  # fmt: skip
_REGIONS = (
    ("cervical", r"\bcervical\b|\bneck\b|\bc-?spine\b|\bc[1-7]\b"),
    ("thoracic", r"\bthoracic\b|\b(?:mid|upper)[ -]?back\b|\bmidback\b|\bt-?spine\b|\bdorsal\b|\bt(?:1[0-2]|[1-9])\b"),
    ("lumbar", r"\blumbar\b|\blow(?:er)?[ -]?back\b|\bl-?spine\b|\bl[1-5]\b"),
    ("sacral", r"\bsacral\b|\bsacrum\b|\btail ?bone\b|\bcoccyx\b"),
    ("pelvic", r"\bpelvi[cs]\w*\b|\bsacro-?iliac\b|\bsi joints?\b|\bilium\b"),
)  # fmt: skip
_EXTRASPINAL = (
    r"\bextra-?\s?spinal\b|\bshoulders?\b|\belbows?\b|\bwrists?\b|\bhands?\b|\bknees?\b|\bankles?\b|\bfoot\b|\bfeet\b"
    r"|\bhips?\b|\bribs?\b|\bribcage\b|\bjaw\b|\btmj\b|\bextremit(?:y|ies)\b"
)
_MAINTENANCE = (r"\bmaintenance\b", r"\bwellness\b", r"\bsupportive\b", r"\bpreventive\b", r"\bpalliative\b")
_ACTIVE = (r"\bactive\b", r"\bacute\b", r"\bcorrective\b", r"\bchronic\b", r"\bnew injury\b")
_ALWAYS = (
    r"\b(?:every|all|each|any)\b(?! (?:of|<r>|<n>|\w+ regions?|regions?)\b| <)",
    r"\balways\b",
    r"\bautomatic\w*",
    r"\broutinely\b",
)
_OTHER_SERVICES = (
    r"\bexam\w*\b", r"\bvisits?\b", r"\be ?/ ?m\b", r"\btherap(?:y|ies)\b", r"\bmassage\b", r"\btraction\b",
    r"\bultrasound\b", r"\bmodalit\w+", r"\bsuppl(?:y|ies)\b", r"\borthotics?\b", r"\bacupuncture\b", r"\bmri\b",
    r"\bx ?- ?rays?\b", r"\blabs?\b", r"\binjections?\b", r"\bvitamins?\b",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Case:
    ask: Ask
    question: Question
    facts: Facts
    names: Mapping[str, str]

    def fact(self, subject: str, field: str = "value", table: str = "chiropractic") -> tuple[Fact, ...]:
        return held(self.facts.on(self.question.date_of_service, table, subject, field))

    @property
    def text(self) -> str:
        return self.question.text.lower()

    def ruling(
        self, rule: str, verdict: Verdict | None, said: Sequence[Said], subjects: Sequence[str],
        asked: Verdict | None = None, value: bool = False,
    ) -> tuple[Ruling, ...]:  # fmt: skip
        """`asked`: the verdict on the proposition as put, where it is not the canonical one."""
        if not all(carriers for text, carriers in said if text):
            return ()
        put = asked or verdict
        answered = None if value or put is None else answer(self.ask, {self.ask.form: put})
        return (ruling(self.ask, f"chiropractic.{rule}", verdict, answered, said, subjects),)


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """The first of these that the message asks; () where it asks none."""
    case = _Case(ask, question, facts, names)
    for fits, decide in _QUESTIONS:
        if fits(case):
            return decide(case)
    return ()


# --- AT ---


def _at_with_ga(case: _Case) -> tuple[Ruling, ...]:
    said: list[Said] = [
        ("AT and GA do not go on one line: the line is rejected.", case.fact("AT/GA")),
        (
            "AT is for active treatment; GA says that a denial is expected, as for maintenance.",
            case.fact("AT"),
        ),
    ]
    return case.ruling("at_with_ga", "no", said, (*case.ask.codes, "AT", "GA"))


def _guarantee(case: _Case) -> tuple[Ruling, ...]:
    said: list[Said] = [
        ("AT is no guarantee of payment: Medicare may still deny after review.", case.fact("AT", "guarantee"))
    ]
    return case.ruling("guarantee", "no", said, ("AT",))


def _at(case: _Case) -> tuple[Ruling, ...]:
    """Is AT reported? For Medicare, on 98940-98942, on active treatment, never on maintenance."""
    ask = case.ask
    value = wants_value(ask) or ask.form == "at_value"
    required, without, never = case.fact("AT"), case.fact("AT", "without"), case.fact("AT", "maintenance")
    use: Said = (
        (
            "Medicare wants AT on a chiropractor's 98940-98942 for active or corrective treatment of a"
            " subluxation."
        ),
        (*required, *case.fact("AT", "codes")),
    )
    denied: Said = ("Without AT the line is denied as maintenance.", without)
    stop: Said = ("AT must not be used on maintenance.", never)
    no_promise: Said = ("AT does not guarantee payment.", case.fact("AT", "guarantee"))
    wrong = [c for c in ask.codes if c not in SPINAL]
    if wrong and len(wrong) == len(ask.codes):
        lead: Said = (
            f"AT does not go on {listing([with_name(c, case.names) for c in wrong])}.",
            case.fact("AT", "codes"),
        )
        return case.ruling("at", "no", [lead, use], (*wrong, "AT"), value=value)
    subjects = (*ask.codes, "AT")
    if medicare(case.question) is False:
        theirs = case.fact("AT", "commercial")
        lead = (
            (
                f"AT is Medicare's modifier: not for {payer_name(case.question.payer)} unless its own rule"
                " asks for it."
            ),
            theirs,
        )
        return case.ruling("at_other_payer", "depends", [lead, use], subjects, value=value)
    if says(ask, r"\bwithout (?:an? )?<MAT>", r"\bno <MAT>") and says(
        ask, r"\bpa(?:y|id|ys)\b", r"\bcover\w*\b"
    ):
        # "without AT" is the case put, no denial of it: "it isn't paid without AT" is right.
        wanted = re.sub(r"\bno <MAT>", " ", ask.details.get("text", ""))
        flipped: Verdict = "yes" if denies(wanted) != ask.negated else "no"
        return case.ruling("at", "no", [denied, use], subjects, asked=flipped, value=value)
    if says(ask, *_MAINTENANCE):
        covered: Said = (
            "Medicare never covers chiropractic maintenance; with an ABN on file the line carries GA.",
            case.fact("maintenance"),
        )
        return case.ruling("at_maintenance", "no", [stop, covered], subjects, value=value)
    if says(ask, *_ALWAYS):
        lead = ("AT does not go on every adjustment: only on active treatment.", (*required, *never))
        return case.ruling("at_maintenance", "no", [lead, stop, denied], subjects, value=value)
    if says(ask, *_ACTIVE):
        return case.ruling("at", "yes", [use, denied, stop, no_promise], subjects, value=value)
    return case.ruling("at", "depends", [use, denied, stop, no_promise], subjects, value=value)


def _which_modifier(case: _Case) -> tuple[Ruling, ...]:
    """ "Which modifier for active CMT?": AT; for maintenance GA with an ABN, GZ without."""
    if not says(case.ask, *_MAINTENANCE):
        return _at(case)
    abn = {m: case.fact(m, table="abn_modifiers") for m in ("GA", "GZ")}
    said: list[Said] = [
        (
            "GA goes on chiropractic maintenance when the required ABN is on file.",
            (*abn["GA"], *case.fact("GA", "use", "abn_modifiers")),
        ),
        (
            "GZ where there is no ABN; the line is then denied and the provider is liable.",
            (*abn["GZ"], *case.fact("GZ", "liable", "abn_modifiers")),
        ),
        ("AT must not be used on maintenance.", case.fact("AT", "maintenance")),
    ]
    return case.ruling("maintenance_modifier", None, said, (*case.ask.codes, "GA", "GZ"), value=True)


# --- What Medicare covers ---


def _maintenance(case: _Case) -> tuple[Ruling, ...]:
    if medicare(case.question) is False:
        lead = (
            f"Medicare never covers chiropractic maintenance; {payer_name(case.question.payer)} has its own"
            " rule."
        )
        return case.ruling("maintenance", "depends", [(lead, case.fact("maintenance"))], ("maintenance",))
    said: list[Said] = [
        ("Medicare never covers chiropractic maintenance.", case.fact("maintenance")),
        ("AT must not be used on it.", case.fact("AT", "maintenance")),
        (
            "With an ABN on file the line carries GA, and the patient may be charged.",
            case.fact("GA", "use", "abn_modifiers"),
        ),
        (
            "Skilled therapy maintenance is another matter and can be covered.",
            case.fact("maintenance", table="abn_modifiers"),
        ),
    ]
    return case.ruling(
        "maintenance", "no", said, (*case.ask.codes, "maintenance"), value=wants_value(case.ask)
    )


def _covered(case: _Case) -> tuple[Ruling, ...]:
    """What Medicare covers of a chiropractor's services, code by code."""
    ask = case.ask
    cover = case.fact("DC", "medicare", "provider_scope")
    other = (*case.fact("other", "medicare"), *case.fact("DC", "medicare_other", "provider_scope"))
    only: Said = (
        (
            "Of a chiropractor's services Medicare covers manual manipulation of the spine, 98940-98942, for"
            " a subluxation under active treatment, with AT."
        ),
        (*cover, *case.fact("AT")),
    )
    rest: Said = ("Nothing else that a chiropractor furnishes or orders is covered.", other)
    if not ask.codes:
        outside = re.search(_EXTRASPINAL, case.text) and says(ask, r"\badjust", r"\bmanipulat")
        spine = re.search(
            r"\bspin(?:e|al)\b|\bback\b|\bneck\b|\blumbar\b|\bcervical\b|\bthoracic\b", case.text
        )
        named = (
            says(ask, *_OTHER_SERVICES)
            or bool(outside and not spine)
            or (
                medicare(case.question) is True
                and says(ask, r"\border\w*\b", r"\brefer\w*\b", r"\bprescrib\w+\b")
                and says(ask, r"\bpt\b", r"\bphysical\b", r"\bot\b", r"\btests?\b", r"\bimaging\b")
            )
        )
        verdict: Verdict = "no" if named else "depends"
        return case.ruling("covered", verdict, [only, rest], ("DC",), value=wants_value(ask))
    if medicare(case.question) is False:
        return ()
    made: list[Ruling] = []
    for code in ask.codes:
        name = with_name(code, case.names)
        if code in SPINAL:
            bills = says(ask, r"\bbill\w*\b", r"\breport\w*\b", r"\bsubmit\w*\b") and not says(
                ask, r"\bcover\w*\b", r"\bpa(?:y|id|ys)\b"
            )
            verdict = "yes" if bills or says(ask, *_ACTIVE) else "depends"
            lead = f"Medicare covers {name} by a chiropractor for active treatment of a subluxation, with AT."
            said: list[Said] = [
                (lead, (*case.fact(code, "medicare"), *case.fact("AT"))),
                ("Maintenance is never covered.", case.fact("maintenance")),
                ("The subluxation must be shown by x-ray or examination.", case.fact("subluxation")),
            ]
        else:
            verdict = "no"
            row = case.fact(code, "medicare") or other
            said = [
                (f"Medicare does not cover {name} furnished or ordered by a chiropractor.", (*row, *other)),
                only,
            ]
        if medicare(case.question) is None:
            said.append(("Another payer's own policy decides for its patients.", other))
            verdict = "depends"
        made += case.ruling("covered", verdict, said, (code, "DC"), value=wants_value(ask))
    return tuple(made)


def _per_day(case: _Case) -> tuple[Ruling, ...]:
    said: list[Said] = [("Medicare pays one chiropractic treatment a day.", case.fact("frequency"))]
    return case.ruling("per_day", "no", said, (*case.ask.codes, "CMT"), value=wants_value(case.ask))


def _xray(case: _Case) -> tuple[Ruling, ...]:
    """An x-ray is one way to show the subluxation, not the only one; ordered by a chiropractor it is not covered."""
    row, shown = case.fact("xray"), case.fact("subluxation")
    if says(
        case.ask,
        r"\bcover\w*\b",
        r"\bpa(?:y|id|ys)\b",
        r"\border\w*\b",
        r"\bbill\w*\b",
        r"\btak(?:e|en|es)\b",
    ):
        said: list[Said] = [("Medicare does not cover an x-ray that a chiropractor orders or takes.", row)]
        return case.ruling("xray", "no", said, ("x-ray", "DC"))
    said = [
        (
            "An x-ray is not required: the subluxation may be shown by x-ray or by examination.",
            (*row, *shown),
        ),
        (_part_words(), shown),
    ]
    enough = says(case.ask, r"\b(?:or|instead)\b", r"\benough\b", r"\bwithout\b") and not says(
        case.ask, r"\brequir\w+\b", r"\bneed\w*\b", r"\bmust\b"
    )
    return case.ruling(
        "xray", "no", said, ("x-ray",), asked="yes" if enough else "no", value=wants_value(case.ask)
    )


def _part_words() -> str:
    return (
        "By examination two of four must be found: pain, asymmetry, range of motion, tissue change (P-A-R-T),"
        " and one of the two must be asymmetry or range of motion."
    )


def _part(case: _Case) -> tuple[Ruling, ...]:
    """P-A-R-T: two of four, one of them A or R."""
    row = case.fact("subluxation")
    letters = {(a or b).lower() for a, b in _LETTERS.findall(case.question.text)}
    letters |= {letter for letter, pattern in _FINDINGS if says(case.ask, pattern)}
    said: list[Said] = [(_part_words(), row)]
    if (
        len(letters) < 2
        and not wants_value(case.ask)
        and re.search(r"\bx ?-? ?rays?\b|\bmri\b", case.question.text, re.I)
    ):
        either: Said = ("The subluxation may be shown by examination or by x-ray.", row)
        instead = not says(case.ask, r"\b(?:need|must|requir\w*|have to|mandatory)\b.*\bx ?-? ?rays?\b")
        return case.ruling("part", "yes" if instead else "no", [either, *said], ("P-A-R-T",))
    if len(letters) < 2 or wants_value(case.ask):
        return case.ruling("part", None, said, ("P-A-R-T",), value=True)
    if len(letters) > 2 and says(case.ask, r"\ball\b", r"\bneed\w*\b", r"\brequir\w*\b", r"\bmust\b"):
        return case.ruling("part", "no", said, ("P-A-R-T",))
    verdict: Verdict = "yes" if letters & {"a", "r"} else "no"
    lead = f"{listing(sorted(x.upper() for x in letters))} {'are' if verdict == 'yes' else 'are not'} enough."
    return case.ruling("part", verdict, [(lead, row), *said], ("P-A-R-T",))


def _diagnosis(case: _Case) -> tuple[Ruling, ...]:
    said: list[Said] = [
        (
            "For Medicare the primary diagnosis of CMT must be the subluxation, with its level.",
            case.fact("subluxation", "diagnosis"),
        )
    ]
    return case.ruling("diagnosis", "yes", said, ("subluxation",), value=wants_value(case.ask))


# --- Regions ---


def _vertebrae(case: _Case) -> tuple[Ruling, ...]:
    rows = [fact for code in SPINAL for fact in case.fact(code, "regions", "region")]
    said: list[Said] = [("Regions count, not vertebrae.", rows), _ladder(case)]
    levels = set(re.findall(r"\b([CTL])\d{1,2}\b", case.question.text.upper()))
    stated = count_before(case.text, r"(?:spinal |different |separate )?regions?\b")
    choice = says(
        case.ask, r"(?:<n>|<r>|\bone|\btwo|\bthree)(?: regions?)? or (?:<n>|<r>|one|two|three|four)"
    )
    if len(levels) == 1 and stated and not choice and not wants_value(case.ask):
        verdict: Verdict = "yes" if stated == 1 else "no"
        return case.ruling("areas", verdict, said, SPINAL)
    if levels and case.ask.form == "vertebrae" and len(levels) > 1:
        return ()  # how many regions neighbouring vertebrae of two are is for the record
    return case.ruling("regions", "no", said, SPINAL, value=wants_value(case.ask) or choice)


def _ladder(case: _Case) -> Said:
    rows = {code: case.fact(code, "regions", "region") for code in SPINAL}
    spine = case.fact("spine", table="region")
    if not spine or not all(rows.values()):
        return ("", ())
    steps = "; ".join(f"{code}: {row[0].value}" for code, row in rows.items())
    facts = [fact for row in rows.values() for fact in row]
    return (f"Spinal regions ({spine[0].value}): {steps}.", (*facts, *spine))


def _regions(case: _Case) -> tuple[Ruling, ...]:
    """The code for the regions told, the regions of a code, or whether the two fit."""
    ask = case.ask
    named = [region for region, pattern in _REGIONS if re.search(pattern, case.text)]
    stated = count_before(case.text, r"(?:spinal |different |separate |total )?(?:regions?|areas?)\b")
    count = stated or len(named)
    outside = bool(re.search(_EXTRASPINAL, case.text))
    codes = [c for c in ask.codes if c in _CMT]
    if (
        len(named) == 1
        and not codes
        and says(ask, r"\bone of\b", r"\bcount\w* as\b", r"\ba (?:\w+ )?region\b")
        and not wants_value(ask)
    ):
        spine = case.fact("spine", table="region")
        if spine and named[0] in spine[0].value:
            member: Said = (f"The {named[0]} region is one of the spinal regions: {spine[0].value}.", spine)
            return case.ruling("regions", "yes", [member, _ladder(case)], SPINAL)
    code = next((c for c in SPINAL if count and _fits(case, c, count)), "")
    if count and len(codes) == 1 and not wants_value(ask):
        return _fit(case, codes[0], count, code)
    if not count and codes:
        return tuple(made for c in codes for made in _of_code(case, c))
    said: list[Said] = []
    if code:
        told = f" ({listing(named)})" if named and not stated else ""
        regions = f"{count} spinal region{'s' if count > 1 else ''}{told}"
        said.append(
            (
                f"{code} for {regions}: it stands for {_stands(case, code)}.",
                case.fact(code, "regions", "region"),
            )
        )
    if outside:
        area = case.fact("98943", "area", "region")
        lead = (
            "98943 for manipulation outside the spine"
            if not code
            else "98943 besides for what is outside the spine"
        )
        said += [(f"{lead}.", area), ("Medicare does not cover 98943.", case.fact("98943", "medicare"))]
    if not said and not count and wants_value(ask) and says(ask, r"\bhow many (?:\w+ )?regions?\b"):
        spine = case.fact("spine", table="region")
        number = len(spine[0].value.split(",")) if spine else 0
        return case.ruling(
            "regions",
            None,
            [(f"{number} spinal regions are recognised.", spine), _ladder(case)],
            SPINAL,
            value=True,
        )
    if not said:
        return ()
    said.append(_ladder(case) if code else ("", ()))
    subjects = tuple(c for c in (code, "98943" if outside else "") if c)
    return case.ruling("regions", None, said, subjects, value=True)


def _stands(case: _Case, code: str) -> str:
    row = case.fact(code, "regions", "region")
    return f"{row[0].value} regions" if row else ""


def _fits(case: _Case, code: str, count: int) -> bool:
    row = case.fact(code, "regions", "region")
    bounds = (
        [int(n) for n in row[0].value.split("-")]
        if row and row[0].value[0].isdigit() and " " not in row[0].value
        else []
    )
    return bool(bounds) and bounds[0] <= count <= bounds[-1]


def _fit(case: _Case, code: str, count: int, right: str) -> tuple[Ruling, ...]:
    row = case.fact(code, "regions", "region")
    verdict: Verdict = "yes" if code == right else "no"
    lead = (
        f"{code} stands for {_stands(case, code)}, so {count}"
        f" {'fits' if verdict == 'yes' else 'does not fit'} it."
    )
    other: Said = (
        (f"{count} spinal regions are {right}.", case.fact(right, "regions", "region"))
        if right and right != code
        else ("", ())
    )
    return case.ruling("regions", verdict, [(lead, row), other, _ladder(case)], (code,))


def _of_code(case: _Case, code: str) -> tuple[Ruling, ...]:
    row, area = (case.fact(code, field, "region") for field in ("regions", "area"))
    where = area[0].value if area else "spinal"
    said: list[Said] = [
        (
            f"{code} stands for {row[0].value if row else ''} {where} regions.",
            (*row, *area),
        ),
        ("Regions count, vertebrae do not.", row),
        ("One spinal code a day.", case.fact(code, "per_day", "region")) if code in SPINAL else ("", ()),
    ]
    return case.ruling("regions", None, said, (code,), value=True)


def _asks_per_day(case: _Case) -> bool:
    twice = r"\b(?:two|2|twice|second)\b.*\b(?:day|daily)\b"
    return case.ask.form == "per_day" or (not case.ask.codes and bool(re.search(twice, case.text)))


def _asks_regions(case: _Case) -> bool:
    where = [pattern for _, pattern in _REGIONS] + [_EXTRASPINAL]
    told = any(re.search(pattern, case.text) for pattern in where)
    return says(case.ask, r"\bregions?\b", r"<r>") or (
        told and says(case.ask, r"\bcode\b", r"\badjust", r"\bmanip")
    )


_QUESTIONS: tuple[tuple[Callable[[_Case], bool], Callable[[_Case], tuple[Ruling, ...]]], ...] = (
    (lambda c: {"AT", "GA"} <= {*c.ask.modifiers}, _at_with_ga),
    (lambda c: c.ask.form == "vertebrae" or says(c.ask, r"\bvertebra"), _vertebrae),
    (lambda c: c.ask.form == "part" or bool(_PART_WORD.search(c.question.text)), _part),
    (lambda c: c.ask.form == "xray" or says(c.ask, r"\bx ?- ?rays?\b", r"\bxrays?\b"), _xray),
    (
        lambda c: says(
            c.ask,
            r"\bprimary\b",
            r"\bfirst diagnosis\b",
            r"\bdiagnos[ie]s\b.*\bsubluxation|\bsubluxation\b.*\bdiagnos",
        ),
        _diagnosis,
    ),
    (
        lambda c: (
            "AT" in c.ask.modifiers
            and says(c.ask, r"\bguarant\w+\b", r"\bensure\w*\b", r"\bmeans?\b.*\bpa(?:id|ys?)\b")
        ),
        _guarantee,
    ),
    (lambda c: "AT" in c.ask.modifiers and c.ask.form not in {"covered", "regions"}, _at),
    (lambda c: c.ask.form == "at_value" or says(c.ask, r"\b(?:which|what) mod(?:ifier)?\b"), _which_modifier),
    (_asks_per_day, _per_day),
    (lambda c: c.ask.form == "regions", _regions),
    (lambda c: c.ask.form == "maintenance" or says(c.ask, *_MAINTENANCE), _maintenance),
    (lambda c: c.ask.form == "covered", _covered),
    (_asks_regions, _regions),
)
"""What the message may ask, the more special first."""
