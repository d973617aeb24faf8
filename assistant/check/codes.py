"""The codes themselves: valid on the date, payable by Medicare, within the provider's scope.

Authority: fee schedule status (record layout RVU25D attachment A), HCPCS file, IOM 100-02 ch. 15 s.230 and 240."""

from __future__ import annotations

import re

from assistant.check.claims import Line
from assistant.check.findings import (
    Case,
    Finding,
    Said,
    edition,
    held,
    listing,
    numbers,
    silent,
    text,
)
from assistant.check.pairs import CMT

_SHAPE = re.compile(r"\d{4}[0-9A-Z]|[A-Z]\d{4}")
_SUBLUXATION = re.compile(r"M99\.0[1-5]")


def code_valid(case: Case) -> Said:
    """Each code exists on its date of service."""
    missing: dict[str, list[str]] = {}
    for line in case.claim.lines:
        at, code = (line.number,), line.code
        if not _SHAPE.fullmatch(code):
            yield Finding(
                "code_valid.shape",
                "error",
                at,
                f"{code[:20]} is no procedure code: five characters, four of them digits.",
                "Correct the code.",
            )
            continue
        life = case.on(line, "code_life", code)
        hcpcs = case.on(line, "hcpcs", code, "description")
        status = case.on(line, "mpfs", code, "status")
        successor = case.on(line, "replacement", code, "successor")
        if life.state == "ended" or hcpcs.state == "ended":
            ended = (life if life.state == "ended" else hcpcs).fact
            last = f" after {ended.effective_to}" if ended else ""
            yield Finding(
                "code_valid.deleted",
                "error",
                at,
                f"{code} was deleted{last}; the service is of {line.day}.",
                f"If the record supports it, {listing(text(successor).split(), 'or')} describes the service now."
                if text(successor)
                else "Look up the code that describes the service on that date.",
                held(life, hcpcs, successor),
            )
        elif text(life) == "not_yet":
            yield Finding(
                "code_valid.not_yet",
                "error",
                at,
                f"{code} was not yet in use on {line.day}.",
                "Use the code that described the service on that date.",
                held(life),
            )
        elif status.state == "no" and (hcpcs.state == "no" or code[0].isdigit()) and not text(life):
            yield Finding(
                "code_valid.unknown",
                "error" if not status.warning else "warning",
                at,
                f"{code} is in no loaded file that lists every code{edition(status)}.",
                "Check the code for a slip; `citecode lookup` shows codes that are near.",
                held(status),
            )
        elif status.state == "silent" and not text(life) and hcpcs.state != "held":
            missing.setdefault(status.cure, []).append(code)
    yield from silent("code_valid", missing)


def status(case: Case) -> Said:
    """What the fee schedule's status letter says of payment by Medicare."""
    if case.medicare is False:
        return
    missing: dict[str, list[str]] = {}
    for line in case.claim.lines:
        found = case.on(line, "mpfs", line.code, "status")
        if found.state == "silent" and _SHAPE.fullmatch(line.code):
            missing.setdefault(found.cure, []).append(line.code)
        letter = text(found)
        meaning = case.on(line, "mpfs_status_meaning", letter)
        payment = case.value(line, "mpfs_status_meaning", letter, "payment")
        replacement = case.on(line, "replacement", line.code, "medicare")
        at = f"{line.code} has status {letter}: {text(meaning)}{edition(found)}."
        if payment == "other_code":
            other = text(replacement)
            yield Finding(
                "status.not_valid_for_medicare",
                case.medicares("error"),
                (line.number,),
                at,
                f"If the record supports it, Medicare takes {other} for this service."
                if other
                else "No code that Medicare takes instead is held here; do not bill this one to Medicare.",
                held(found, replacement),
            )
        elif payment == "bundled":
            yield Finding(
                "status.bundled",
                case.medicares("warning"),
                (line.number,),
                at,
                "It is not paid separately and the patient cannot be billed for it; the line may stay as a record.",
                held(found),
            )
        elif payment == "non_covered":
            notice = {"GA", "GX", "GY", "GZ"} & set(line.modifiers)
            yield Finding(
                "status.non_covered",
                "info" if notice else case.medicares("error"),
                (line.number,),
                at,
                "Medicare does not cover it. If the patient asks for a denial for another payer, the process is GY, "
                "with GX where a voluntary notice was given.",
                held(found),
            )
        elif payment == "none":
            yield Finding(
                "status.not_paid",
                case.medicares("warning"),
                (line.number,),
                at,
                "Nothing is paid for it under the fee schedule.",
                held(found),
            )
        elif letter == "T" and any(
            other.code != line.code for other in case.claim.lines if other.day == line.day
        ):
            yield Finding(
                "status.conditional",
                "info",
                (line.number,),
                at,
                "If another payable service of that day is billed by the same provider, it is not paid beside it.",
                held(found),
            )
    yield from silent("status", missing)


def chiropractic(case: Case) -> Said:
    """Chiropractors and manipulation of the spine: what Medicare covers, AT, one code a day, the diagnosis."""
    for lines in case.days():
        spinal = [line for line in lines if line.code in CMT]
        if len(spinal) > 1:
            yield Finding(
                "chiropractic.one_a_day",
                case.codings("error"),
                numbers(spinal),
                f"{listing([line.code for line in spinal])} on one day: the spinal regions together are one code.",
                "Count the regions treated and bill the one code that names their number.",
                held(case.on(spinal[0], "region", spinal[0].code, "per_day")),
            )
        for line in lines:
            yield from _line_of_chiropractor(case, line, lines)


def _line_of_chiropractor(case: Case, line: Line, lines: list[Line]) -> Said:
    at = (line.number,)
    required = case.on(line, "chiropractic", "AT")
    if line.code not in CMT:
        if "AT" in line.modifiers:
            yield Finding(
                "chiropractic.at_elsewhere",
                case.medicares("warning"),
                at,
                f"AT on {line.code}: AT belongs to spinal manipulation, 98940 to 98942.",
                "Take AT off the line.",
                held(case.on(line, "chiropractic", "AT", "codes")),
            )
        if case.who == "DC" and case.medicare is not False:
            scope = case.on(line, "provider_scope", "DC", "medicare")
            notice = {"GA", "GX", "GY", "GZ"} & set(line.modifiers)
            yield Finding(
                "chiropractic.not_covered",
                "info" if notice else case.medicares("error"),
                at,
                f"{line.code} by a chiropractor: Medicare covers only manipulation of the spine, 98940 to 98942.",
                "The patient may be charged as for any service without benefit; if a denial for another payer is "
                "wanted, the process is GY.",
                held(scope),
            )
        return
    if case.medicare is False:
        if "AT" in line.modifiers:
            yield Finding(
                "chiropractic.at_payer",
                "info",
                at,
                f"AT on {line.code} to a payer other than Medicare.",
                "Keep it only where the payer's own rule asks for it.",
                held(required),
            )
        return
    if case.who not in (None, "DC"):
        return
    if "AT" in line.modifiers and "GA" in line.modifiers:
        yield Finding(
            "chiropractic.at_with_ga",
            case.medicares("error"),
            at,
            f"AT and GA on one line of {line.code} are rejected.",
            "If the treatment is active, then AT; if it is maintenance with an ABN, then GA.",
            held(case.on(line, "chiropractic", "AT/GA")),
        )
    elif not {"AT", "GA", "GY", "GZ"} & set(line.modifiers):
        yield Finding(
            "chiropractic.at_missing",
            case.medicares("error"),
            at,
            f"{line.code} without AT: Medicare denies it as maintenance.",
            "If the record shows active or corrective treatment of an acute or chronic subluxation, then AT; if it is "
            "maintenance, AT must not be used and Medicare does not cover it.",
            held(required),
        )
    pointed = line.diagnoses or case.claim.diagnoses
    if "AT" in line.modifiers and pointed and not _SUBLUXATION.match(pointed[0]):
        yield Finding(
            "chiropractic.diagnosis",
            case.medicares("warning"),
            at,
            f"{line.code} points first to {pointed[0]}: the subluxation, with its level, is the primary diagnosis.",
            "If the record shows the subluxation, its code stands first (segmental dysfunction, by level).",
            held(case.on(line, "chiropractic", "subluxation", "diagnosis")),
        )


def provider(case: Case) -> Said:
    """Visits and evaluations by those who may not bill them."""
    if case.who is None:
        return
    for line in case.claim.lines:
        office = case.on(line, "provider_scope", case.who, "em_office")
        evaluates = case.on(line, "provider_scope", case.who, "evaluation")
        if "99202" <= line.code <= "99215" and line.code.isdigit() and text(office) == "no":
            yield Finding(
                "provider.em",
                case.medicares("error"),
                (line.number,),
                f"{line.code} rendered by {case.who}: therapists do not bill office visits.",
                "If an evaluation was done, the therapy evaluation codes describe it.",
                held(office),
            )
        if "97161" <= line.code <= "97168" and text(evaluates):
            if text(evaluates) == "no":
                yield Finding(
                    "provider.evaluation",
                    case.medicares("error"),
                    (line.number,),
                    f"{line.code} rendered by a {case.who}: assistants do not evaluate.",
                    "If the therapist evaluated, the therapist is the rendering provider.",
                    held(evaluates),
                )
            elif line.code not in text(evaluates).split():
                yield Finding(
                    "provider.evaluation",
                    case.codings("error"),
                    (line.number,),
                    f"{line.code} rendered by {case.who}: it is the other discipline's evaluation.",
                    f"If the {case.who} evaluated, one of {listing(text(evaluates).split(), 'or')} describes it.",
                    held(evaluates),
                )
