"""ABN modifiers GA, GX, GY and GZ, and where an ABN does not help.

Authority: HCPCS (the modifiers), IOM 100-04 ch. 30 (notices), NCCI Policy Manual ch. I (a PTP or MUE denial is a
coding denial that no ABN moves to the patient), Palmetto GBA's chiropractic pages (GX with GY, AT with GA). ABNs
belong to Original Medicare only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, listing, ruling
from assistant.rules.kx_threshold import liable as liable_without_kx
from assistant.rules.reading import says, wants_value, with_name
from assistant.wording import bills_patient, payer_name, payer_type

MODIFIERS = ("GA", "GX", "GY", "GZ")
_SPINAL = frozenset({"98940", "98941", "98942"})
_NO_ABN = (
    r"\bno (?:signed )?(?:abn|notice)\b|\bwithout (?:an? |the )?(?:signed )?(?:abn|notice)\b|\bw ?/ ?o (?:an?"
    r" )?abn\b|\b(?:abn|notice) (?:was |is |had been |has been )?(?:never|not) (?:\w+ )?(?:signed|given|issued|obtained|delivered|on file)\b"
    r"|\b(?:abn|notice) (?:wasn't|isn't) (?:\w+ )?(?:signed|given|issued|obtained|delivered|on file)\b"
    r"|\b(?:never|not|didn't|n't) (?:even )?(?:sign|signed|get|got|give|gave|given|issue|issued|obtain|obtained|have) (?:an? |the |any )?(?:abn|notice)\b"
)
_EXCLUDED = (
    r"\bexclu\w+\b", r"\bstatutor\w+\b", r"\bnever covered\b", r"\bnon ?-? ?covered\b", r"\bnot (?:a )?covered\b",
    r"\bno (?:medicare )?benefit\b", r"\bfor (?:a )?denial\b",
)  # fmt: skip
_NECESSITY = (
    r"\bnecess\w+\b", r"\bmaintenance\b", r"\bkx\b", r"<MKX>", r"\bthreshold\b", r"\brequired\b", r"\bexpect\w*\b",
    r"\bsigned\b",
)  # fmt: skip
_CODING = (
    r"\bncci\b",
    r"\bcci\b",
    r"\bptp\b",
    r"\bmue\b",
    r"\bbundl\w*\b",
    r"\bedits?\b",
    r"\bunits\b",
    r"\bmedically unlikely\b",
)


@dataclass(frozen=True, slots=True)
class _Case:
    ask: Ask
    question: Question
    facts: Facts
    names: Mapping[str, str]

    def fact(self, subject: str, field: str = "value", table: str = "abn_modifiers") -> tuple[Fact, ...]:
        return held(self.facts.on(self.question.date_of_service, table, subject, field))

    def ruling(
        self, rule: str, verdict: Verdict | None, said: Sequence[Said], subjects: Sequence[str],
        value: bool = False, asked: Verdict | None = None,
    ) -> tuple[Ruling, ...]:  # fmt: skip
        """`asked`: the verdict on the proposition as put, where it is not the canonical one."""
        put = asked or verdict
        answered = None if value or put is None else answer(self.ask, {self.ask.form: put})
        return (ruling(self.ask, f"abn.{rule}", verdict, answered, said, subjects),)


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """One ruling: where ABNs do not reach, which modifier, or whether the one named fits; () else."""
    case = _Case(ask, question, facts, names)
    named = [m for m in MODIFIERS if m in ask.modifiers]
    if payer_type(question.payer) not in {None, "medicare"}:
        return _other_payer(case)
    if {"AT", "GA"} <= {*ask.modifiers}:
        return _with_at(case)
    if ask.form in {"ptp", "mue"} or says(ask, *_CODING):
        return _coding_denial(case)
    if "KX" in ask.modifiers and not named:
        made = liable_without_kx(ask, question, facts)
        if made:
            return (made,)
    if (
        says(ask, r"\b(?:liab\w+|who pays|patient (?:pay|owe|respons)\w*)\b")
        or ask.form == "bill_patient"
        or (bills_patient(ask.details.get("text", "")) and says(ask, _NO_ABN))
    ):
        return _liable(case, named)
    if says(ask, r"\bauto\w*\b") and "GZ" in named:
        return _automatic(case)
    if {"GX", "GY"} <= set(named) and says(
        ask, r"\b(?:no|without|w / o|not|minus) <MGY>|<MGX> (?:alone|only|by itself)"
    ):
        lead: Said = ("GX does not stand alone: it goes with GY.", case.fact("GX", "with"))
        return case.ruling("gx_with_gy", "no", [lead, _line(case, "GY")], ("GX", "GY"))
    if {"GX", "GY"} <= set(named) and len(named) == 2 and not _asks_which(ask):
        lead = (
            "GX goes with GY: a voluntary notice for what Medicare excludes.",
            case.fact("GX", "with"),
        )
        return case.ruling("gx_with_gy", "yes", [lead, _line(case, "GY")], ("GX", "GY"))
    fits = _fits(case)
    if ask.form == "needed" and not named and not _asks_which(ask):
        return _needed(case, fits)
    if _asks_which(ask) or (not named and fits):
        return _which(case, fits)
    if len(named) == 1:
        return _named(case, named[0], fits)
    if len(named) > 1:
        apart: Said = (
            "They say different things, so a line carries the one that is true of it.",
            case.fact("GA"),
        )
        return case.ruling("which", "depends", [apart, *(_line(case, m) for m in named)], named)
    return _abn(case)


def _asks_which(ask: Ask) -> bool:
    choice = (
        r"\b(?:which|what) mod",
        r"\bmod(?:ifier)?\s*\??\s*$",
        r"<MG\w> or <MG",
        r"\bga or <M",
        r"\bvs\b",
        r"<MG\w> or \w\w\b",
    )
    return wants_value(ask) or ask.form == "which" or says(ask, *choice)


def _line(case: _Case, modifier: str) -> Said:
    row, liable = case.fact(modifier), case.fact(modifier, "liable")
    if not row:
        return ("", ())
    pays = f"; the {liable[0].value} is liable for the denied line" if liable else ""
    return (f"{modifier}: {row[0].value}{pays}.", (*row, *liable))


def _fits(case: _Case) -> str:
    """The modifier of the case told: a benefit exclusion takes GY; necessity takes GA with an ABN, GZ without."""
    ask, question = case.ask, case.question
    voluntary = says(ask, r"\bvoluntary\b")
    by_chiropractor = question.rendered_by == "DC" or says(ask, r"\bchiro\w*\b", r"\bdc\b")
    other_service = any(c not in _SPINAL for c in ask.codes) or says(ask, r"\be ?/ ?m\b", r"\bx ?- ?rays?\b")
    if voluntary:
        return "GX"
    if says(ask, _NO_ABN):
        return "GZ"
    if (by_chiropractor and other_service) or "98943" in ask.codes:
        return "GY"
    if says(ask, *_EXCLUDED) and not says(ask, r"\bmaintenance\b"):
        return "GY"
    return "GA" if says(ask, *_NECESSITY) else ""


def _which(case: _Case, fits: str) -> tuple[Ruling, ...]:
    if not fits:
        said = [_line(case, m) for m in MODIFIERS]
        return case.ruling("which", None, said, MODIFIERS, value=True)
    text, rows = _line(case, fits)
    said = [
        (text.replace(f"{fits}:", f"{fits} is the modifier:", 1), rows),
        _use(case, fits),
        _condition(case, fits),
    ]
    named = [m for m in MODIFIERS if m in case.ask.modifiers]
    if (
        len(named) == 1 and case.ask.details.get("kind") == "yes_no" and not says(case.ask, r"\bor\b")
    ):  # "is GA the modifier?"
        verdict: Verdict = "yes" if named[0] == fits else "no"
        return case.ruling("which", verdict, said, (*case.ask.codes, fits))
    return case.ruling("which", None, said, (*case.ask.codes, fits), value=True)


def _use(case: _Case, modifier: str) -> Said:
    row = case.fact(modifier, "use")
    return (f"It is used for {row[0].value}.", row) if row else ("", ())


def _condition(case: _Case, modifier: str) -> Said:
    """What must be so before the modifier is true."""
    if modifier == "GA":
        without = (*case.fact("GZ"), *case.fact("GZ", "liable"))
        return (
            "Only if the ABN was given before the service; without one it is GZ and the provider is liable.",
            without,
        )
    if modifier == "GX":
        return ("It stands beside GY.", case.fact("GX", "with"))
    return ("", ())


def _named(case: _Case, modifier: str, fits: str) -> tuple[Ruling, ...]:
    """Is this modifier right for the case told?"""
    subjects = (*case.ask.codes, modifier)
    if fits == modifier:
        by_code = (
            modifier == "GY"
            and "98943" in case.ask.codes
            and not says(case.ask, r"\bguarant|\bmeans?\b|\bso\b")
        )
        return case.ruling(
            "excluded" if by_code else "fits",
            "yes",
            [_line(case, modifier), _use(case, modifier), _condition(case, modifier)],
            subjects,
            value=says(case.ask, r"\bhelps?\b|\bfix(?:es)?\b|\bworks?\b"),
        )
    if fits and {fits, modifier} != {"GX", "GY"}:
        lead: Said = (f"{fits} fits, not {modifier}.", (*case.fact(fits), *case.fact(modifier)))
        return case.ruling("fits", "no", [lead, _line(case, fits), _line(case, modifier)], (*subjects, fits))
    return case.ruling(
        "fits", "depends", [_line(case, modifier), _use(case, modifier), _condition(case, modifier)], subjects
    )


def _other_payer(case: _Case) -> tuple[Ruling, ...]:
    who = payer_name(case.question.payer)
    row = case.fact("payer")
    said: list[Said] = [
        (f"ABNs and their modifiers are for Original Medicare, not for {who}.", row),
        (
            (
                f"{who[:1].upper() + who[1:]} has its own way to tell a patient that something may not be"
                " covered."
            ),
            row,
        ),
    ]
    return case.ruling("payer", "no", said, ("ABN", *case.ask.modifiers), value=_asks_which(case.ask))


def _with_at(case: _Case) -> tuple[Ruling, ...]:
    row = case.fact("AT/GA", table="chiropractic")
    said: list[Said] = [
        ("GA and AT do not go on one line: the line is rejected.", row),
        (
            "AT is for active treatment; GA for what is expected to be denied, as maintenance.",
            (*row, *case.fact("GA", "use")),
        ),
    ]
    return case.ruling("with_at", "no", said, (*case.ask.codes, "GA", "AT"))


def _coding_denial(case: _Case) -> tuple[Ruling, ...]:
    policy = (
        *case.fact("denial", "bill_patient", "ncci_policy"),
        *case.fact("denial", "nature", "ncci_policy"),
    )
    said: list[Said] = [
        ("An ABN does not move a PTP or MUE denial to the patient: it is a coding denial.", policy),
        ("The patient cannot be billed for it.", policy),
    ]
    return case.ruling("coding_denial", "no", said, ("ABN",), value=wants_value(case.ask))


def _liable(case: _Case, named: Sequence[str]) -> tuple[Ruling, ...]:
    """Who pays when the line is denied."""
    fits = _fits(case)
    asked = list(named) or ([fits] if fits else ["GA", "GZ", "GY"])
    if asked == ["GA"] and not named and says(case.ask, _NO_ABN):
        asked = ["GZ"]  # no notice was given, so nobody but the provider bears it
    said = [_line(case, m) for m in asked]
    rows = case.fact(asked[0], "liable")
    who = rows[0].value if rows else ""
    told = case.ask.details.get("text", "")
    about_patient = (
        bills_patient(told)
        or says(case.ask, r"\bpatients?\b|\bbeneficiary\b")
        or not says(case.ask, r"\bprovider\b|\bclinic\b|\bwe\b|\bus\b|\bpractice\b")
    )
    if says(case.ask, _NO_ABN) and who:
        who = "provider" if "GY" not in asked[:1] else who
    verdict: Verdict | None = None
    if who:
        verdict = "yes" if (who == "patient") == about_patient else "no"
    value = wants_value(case.ask) or len(asked) > 1
    return case.ruling("liable", verdict, said, asked, value=value)


def _automatic(case: _Case) -> tuple[Ruling, ...]:
    lead: Said = (
        "A line with GZ is denied automatically, and the provider is liable.",
        (*case.fact("GZ", "processing"), *case.fact("GZ", "liable")),
    )
    return case.ruling("automatic", "yes", [lead, _line(case, "GZ")], ("GZ",))


def _needed(case: _Case, fits: str) -> tuple[Ruling, ...]:
    """Is an ABN needed? Before a necessity denial, yes; for what Medicare excludes, no, it is voluntary."""
    subjects = (*case.ask.codes, "ABN")
    if fits in {"GY", "GX"}:
        name = listing([with_name(c, case.names) for c in case.ask.codes]) or "this"
        said: list[Said] = [
            (
                f"An ABN is not required for {name}: Medicare excludes it.",
                (*case.fact("GY"), *case.fact("GY", "use")),
            ),
            ("A voluntary notice takes GX beside GY.", (*case.fact("GX"), *case.fact("GX", "with"))),
        ]
        return case.ruling("needed", "no", said, subjects)
    said = [
        (
            (
                "An ABN is needed before the service if the patient is to pay for what Medicare denies as not"
                " necessary."
            ),
            case.fact("GA"),
        ),
        ("Without one it is GZ and the provider is liable.", (*case.fact("GZ"), *case.fact("GZ", "liable"))),
    ]
    return case.ruling("needed", "yes" if fits else "depends", said, subjects)


def _bundled(case: _Case, code: str) -> tuple[Fact, ...]:
    """The status of a code that Medicare always bundles, () for any other."""
    row = held(case.facts.on(case.question.date_of_service, "mpfs", code, "status"))
    return row if row and row[0].value == "B" else ()


def _abn(case: _Case) -> tuple[Ruling, ...]:
    """Questions about the notice itself that name no modifier."""
    bundled = [c for c in case.ask.codes if _bundled(case, c)]
    if bundled and says(case.ask, r"\b(?:charge|bill|collect|pay)"):
        told: list[Said] = [
            (
                f"An ABN does not make {listing(bundled)} the patient's to pay: it is bundled (status B), its payment is part of other services.",
                [fact for c in bundled for fact in _bundled(case, c)],
            ),
            (
                "An ABN is for services that Medicare may deny as not reasonable and necessary.",
                case.fact("GA"),
            ),
        ]
        return case.ruling("bundled", "no", told, ("ABN", *bundled), value=wants_value(case.ask))
    said: list[Said] = [
        (
            "An ABN is for services that Medicare may deny as not reasonable and necessary; it goes with GA.",
            case.fact("GA"),
        ),
        ("It is for Original Medicare only.", case.fact("payer")),
    ]
    return case.ruling("notice", "depends", said, ("ABN",), value=wants_value(case.ask))
