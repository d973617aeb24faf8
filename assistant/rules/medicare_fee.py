"""What Medicare allows: the national fee schedule amount, relative values, the conversion factor, Medicare's share.

Authority: the relative value file of the calendar year asked about (amounts are never used for another year) and
its conversion factor; the arithmetic is `rules.fee`. A status that is not paid under the schedule is not priced,
whatever RVUs its row shows. Another payer's fee is in its contract.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, lacking, listing, medicare, mpfs, ruling
from assistant.rules.fee import PRICED, FeeLine, fee
from assistant.rules.reading import cure, dollars, says, with_name
from assistant.wording import payer_name

_PARTS = (
    ("work_rvu", "work", r"\bwork\b"),
    ("pe", "practice expense", r"\bpe\b|\bpractice expense\b"),
    ("mp", "malpractice", r"\bmp\b|\bmalpractice\b"),
)
_LIMITS = "before locality adjustment (GPCI), deductible, coinsurance and sequestration"


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """One ruling on the amount of the lines asked about, on the RVUs of each code, or on the factor."""
    if ask.form == "conversion_factor":
        return (_factor(ask, question, facts),)
    if not ask.codes or says(ask, r"\bhow much (?:<C> )?(?:\w+ )?(?:weight|force|pull|time|pressure|of a)\b"):
        return ()
    question = _in_year(ask, question, facts)
    if medicare(question) is False and ask.form != "rvu":
        return (_contract(ask, question),)
    if ask.form == "share" or says(ask, r"<pct> of\b", r"\bwhat (?:percent|share)\b"):
        return tuple(_share(ask, code, question, facts) for code in ask.codes)
    if ask.form == "rvu":
        return tuple(_rvu(ask, code, question, facts, names) for code in ask.codes)
    return (_amount(ask, question, facts, names),)


def _in_year(ask: Ask, question: Question, facts: Facts) -> Question:
    """The question on the last day of its year, where it names only a year and the first release of that year
    is not held: an amount of the year answers it, and the fact names the release."""
    kinds = {m.kind for m in question.mentions}
    if "date" in kinds or "year" not in kinds or held(mpfs(facts, question, ask.codes[0], "conv_factor")):
        return question
    return replace(question, date_of_service=date(question.date_of_service.year, 12, 31))


def _contract(ask: Ask, question: Question) -> Ruling:
    who = payer_name(question.payer)
    text = (
        f"What {who} pays is in its contract or fee schedule, which is not held: add it with python ingest.py"
        " FILE."
    )
    return lacking(ask, "fee.contract", text, ask.codes)


def _facility(ask: Ask) -> bool:
    return says(ask, r"\bfacility\b", r"\bhospital\b", r"\basc\b") and not says(
        ask, r"\bnon ?-? ?facility\b", r"\boffice\b"
    )


def _year(question: Question) -> str:
    return str(question.date_of_service.year)


def _row(question: Question, facts: Facts, code: str, *fields: str) -> tuple[Fact, ...]:
    return tuple(fact for field in fields for fact in held(mpfs(facts, question, code, field)))


def _factor(ask: Ask, question: Question, facts: Facts) -> Ruling:
    found, qp = (facts.on(question.date_of_service, "conversion_factor", kind) for kind in ("non_qp", "qp"))
    if found.state != "held" or found.fact is None:
        return lacking(ask, "fee.conversion_factor", cure(found), ("conversion factor",))
    said: list[Said] = [
        (
            f"Medicare's conversion factor for {_year(question)} is {found.fact.value} dollars per RVU.",
            (found.fact,),
        ),
        (
            (f"Qualifying participants of an advanced payment model: {held(qp)[0].value}.", held(qp))
            if held(qp)
            else ("", ())
        ),
    ]
    return ruling(ask, "fee.conversion_factor", None, None, said, ("conversion factor",))


def _rvu(ask: Ask, code: str, question: Question, facts: Facts, names: Mapping[str, str]) -> Ruling:
    """The relative values of a code, the part asked about first."""
    place, total = ("facility", "total_fac") if _facility(ask) else ("non-facility", "total_nonfac")
    fields = {"work_rvu": "work_rvu", "pe": "pe_fac" if _facility(ask) else "pe_nonfac", "mp": "mp"}
    found = {name: mpfs(facts, question, code, field) for name, field in (*fields.items(), ("total", total))}
    if not all(held(item) for item in found.values()):
        silent = next(item for item in found.values() if not held(item))
        text = f"The RVUs of {code} on {question.date_of_service} are in no table held. {cure(silent)}"
        return lacking(ask, "fee.rvu", text, (code,))
    values = {name: held(item)[0].value for name, item in found.items()}
    asked = [(name, words) for name, words, pattern in _PARTS if says(ask, pattern)]
    name = with_name(code, names)
    said: list[Said] = []
    for part, words in asked:
        said.append(
            (
                f"The {words} RVU of {name} in {_year(question)} is {values[part]} ({place}).",
                held(found[part]),
            )
        )
    everything = [row for item in found.values() for row in held(item)]
    split = ", ".join(f"{words} {values[part]}" for part, words, _ in _PARTS)
    total_of = "It" if said else name
    said.append((f"{total_of} has a total of {values['total']} RVU ({place}): {split}.", everything))
    said.append(_not_priced(code, question, facts))
    warnings = [item.warning for item in found.values()]
    unpriced = _not_priced(code, question, facts)
    if (
        unpriced[0]
        and says(ask, r"\bpa(?:y|ys|id|yment)\b")
        and ask.details.get("kind") == "yes_no"
        and ask.details.get("money")
    ):
        said.insert(0, (unpriced[0], unpriced[1]))
        return ruling(
            ask, "fee.unpriced", "no", answer(ask, {ask.form: "no"}), said[:-1], (code,), warnings=warnings
        )
    return ruling(ask, "fee.rvu", None, None, said, (code,), warnings=warnings)


def _not_priced(code: str, question: Question, facts: Facts) -> Said:
    """The sentence for a status that Medicare does not price under this schedule."""
    status = held(mpfs(facts, question, code, "status"))
    if not status or status[0].value in PRICED:
        return ("", ())
    meaning = held(facts.on(question.date_of_service, "mpfs_status_meaning", status[0].value))
    means = f" ({meaning[0].value})" if meaning else ""
    return (
        f"RVUs on its row are not payment: {code} has status {status[0].value}{means}.",
        (*status, *meaning),
    )


def _units(ask: Ask) -> dict[str, int]:
    told = (part.split("=") for part in ask.details.get("units", "").split(",") if "=" in part)
    return {code: int(count) for code, count in told if count.isdigit()}


def _amount(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> Ruling:
    """The national allowed amount of the lines, with the therapy reduction between them."""
    when, facility, units = question.date_of_service, _facility(ask), _units(ask)
    lines = [FeeLine(code, units.get(code, 1)) for code in ask.codes]
    for line in lines:
        not_priced = _not_priced(line.code, question, facts)
        if not_priced[0]:
            lead = f"Medicare sets no fee schedule amount for {with_name(line.code, names)}."
            said: list[Said] = [(lead, not_priced[1]), not_priced]
            return ruling(ask, "fee.not_priced", None, None, said, (line.code,))
    record = fee(lines, facts, when, facility=facility)
    place = "facility" if facility else "non-facility"
    fields = ("status", "total_fac" if facility else "total_nonfac", "conv_factor")
    if not record["complete"] or record["total"] is None:
        code = ask.codes[0]
        silent = next(
            (f for c in ask.codes for f in [mpfs(facts, question, c, "conv_factor")] if not held(f)), None
        )
        text = f"Medicare's amount for {listing(ask.codes)} on {when} is in no table held for that year."
        return lacking(
            ask, "fee.unknown", f"{text} {cure(silent or mpfs(facts, question, code, 'status'))}", ask.codes
        )
    total = dollars(Decimal(str(record["total"])))
    rows = {code: _row(question, facts, code, *fields) for code in ask.codes}
    every = [row for found in rows.values() for row in found]
    label = (
        f"Medicare's national amount for {_shown(lines, names)} in {_year(question)} is ${total} ({place})"
    )
    if len(lines) == 1 and lines[0].units == 1:
        _, rvu, factor = every
        said = [(f"{label}: {rvu.value} RVU x {factor.value}.", every)]
    else:
        said = [(f"{label}.", every), *_lines(record, question, facts)]
    said.append((f"That is the allowed amount, {_LIMITS}.", every))
    said.append(_share_of(question, facts))
    said.append(_reduction(lines, question, facts))
    if medicare(question) is None:
        said.append(("Another payer's amount is in its contract or fee schedule.", every))
    warnings = [mpfs(facts, question, code, "conv_factor").warning for code in ask.codes]
    return ruling(ask, "fee.national", None, None, said, ask.codes, warnings=warnings)


def _shown(lines: Sequence[FeeLine], names: Mapping[str, str]) -> str:
    return listing(
        [with_name(line.code, names) + (f" x{line.units}" if line.units > 1 else "") for line in lines]
    )


def _lines(record: Mapping[str, object], question: Question, facts: Facts) -> list[Said]:
    """What each line comes to, where there are several."""
    said: list[Said] = []
    entries = record["lines"]
    assert isinstance(entries, list)
    for entry in entries:
        code = str(entry["code"])
        row = _row(question, facts, code, "work_rvu", "pe_nonfac", "mp", "mult_proc", "conv_factor")
        amounts = listing([f"${dollars(Decimal(str(each)))}" for each in entry["unit_amounts"]])
        said.append((f"{code}: {amounts}.", row))
    if record["total"] != record["unreduced"]:
        half = held(facts.on(question.date_of_service, "mppr", "therapy", "pe_percent"))
        whole = dollars(Decimal(str(record["unreduced"])))
        rows = half or _row(question, facts, str(entries[0]["code"]), "mult_proc")
        said.append((f"Without the reduction for several therapy units it would be ${whole}.", rows))
    return said


def _share_of(question: Question, facts: Facts) -> Said:
    row = held(facts.on(question.date_of_service, "medicare_share", "part_b", "percent"))
    if not row:
        return ("", ())
    return (f"Medicare pays {row[0].value}% of it after the deductible; the rest is the patient's.", row)


def _reduction(lines: Sequence[FeeLine], question: Question, facts: Facts) -> Said:
    row = _row(question, facts, lines[0].code, "mult_proc") if len(lines) == 1 and lines[0].units == 1 else ()
    if not row or row[0].value != "5":
        return ("", ())
    return ("Beside other therapy of that day the MPPR can halve its practice expense (MULT PROC 5).", row)


def _share(ask: Ask, code: str, question: Question, facts: Facts) -> Ruling:
    """ "Does Medicare pay 100% of it?": its share of the allowed amount."""
    row = held(facts.on(question.date_of_service, "medicare_share", "part_b", "percent"))
    if not row:
        return lacking(
            ask, "fee.share", f"Medicare's share of the amount for {code} is in no table held.", (code,)
        )
    asked = [m.value for m in question.mentions if m.kind == "percent"]
    verdict: Verdict = "yes" if asked and asked[0] == row[0].value else "no"
    said: list[Said] = [
        (
            (
                f"Medicare pays {row[0].value}% of the fee schedule amount of {code} after the deductible,"
                " not all of it."
            ),
            row,
        ),
        ("The rest is the patient's coinsurance.", row),
    ]
    answered = answer(ask, {ask.form: verdict}) if asked else None
    return ruling(ask, "fee.share", verdict, answered, said, (code,))
