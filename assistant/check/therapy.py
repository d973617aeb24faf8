"""Therapy lines: plan of care modifiers, assistants, the yearly threshold.

Authority: IOM 100-04 ch. 5 s.20 and 20.1; section 1833(g) and IOM 100-02 ch. 15 s.220.2 for KX."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from assistant.check.findings import (
    THERAPY,
    Case,
    Finding,
    NotRun,
    Said,
    held,
    is_em,
    listing,
    numbers,
    spoken,
    text,
)
from assistant.check.pairs import CMT
from assistant.rules.fee import FeeLine, fee

_ASSISTANTS = {"PTA": ("CQ", "GP"), "OTA": ("CO", "GO")}
_PLANS = {"PT": "GP", "PTA": "GP", "OT": "GO", "OTA": "GO", "SLP": "GN"}


def therapy_modifier(case: Case) -> Said:
    """One of GP, GO, GN: Medicare wants it on every always-therapy line, and on others under a plan of care."""
    for line in case.claim.lines:
        used = [modifier for modifier in THERAPY if modifier in line.modifiers]
        found = case.on(line, "therapy_discipline", line.code)
        kind = text(found)
        if len(used) > 1:
            yield Finding(
                "therapy_modifier.several",
                case.codings("error"),
                (line.number,),
                f"{listing(used)} on {line.code}: only one of GP, GO and GN goes on a line.",
                "Keep the one of the plan of care under which the service was given.",
            )
            continue
        strays = [modifier for modifier in (*THERAPY, "CQ", "CO") if modifier in line.modifiers]
        if not kind and strays and case.medicare is not False and (is_em(line.code) or line.code in CMT):
            yield Finding(
                "therapy_modifier.not_therapy",
                case.medicares("warning"),
                (line.number,),
                f"{listing(strays)} on {line.code}, which is no therapy service.",
                "Take it off; it goes on services under a therapy plan of care.",
                held(case.on(line, "modifier_meaning", strays[0])),
            )
        if not kind:
            continue
        own = _PLANS.get(case.who or "", "")
        taken = case.value(line, "therapy_discipline", line.code, "modifiers").split()
        if not used and kind == "always" and case.medicare is not False and case.who != "DC":
            yield Finding(
                "therapy_modifier.missing",
                case.medicares("error"),
                (line.number,),
                f"{line.code} is always therapy for Medicare and the line has none of GP, GO, GN.",
                _which(own, taken),
                held(found),
            )
        elif not used and kind == "sometimes" and case.medicare is not False and own:
            yield Finding(
                "therapy_modifier.plan_of_care",
                case.medicares("warning"),
                (line.number,),
                f"{line.code} is sometimes therapy for Medicare and the line has none of GP, GO, GN.",
                f"If it was given under a therapy plan of care, then {own}; otherwise none.",
                held(found),
            )
        elif used and taken and used[0] not in taken:
            yield Finding(
                "therapy_modifier.discipline",
                case.medicares("error"),
                (line.number,),
                f"{used[0]} on {line.code}, which goes with {listing(taken, 'or')}.",
                f"If the service was given under that plan of care, then {listing(taken, 'or')}; otherwise another "
                "code describes it.",
                held(case.on(line, "therapy_discipline", line.code, "modifiers")),
            )
        elif used and own and used[0] != own:
            yield Finding(
                "therapy_modifier.provider",
                case.medicares("warning"),
                (line.number,),
                f"{used[0]} on {line.code} rendered by {case.who}, whose plan of care is {own}.",
                "Keep the one of the plan of care under which the service was given.",
                held(case.on(line, "therapy_discipline", case.who or "", "modifier")),
            )


def _which(own: str, taken: list[str]) -> str:
    if own and (not taken or own in taken):
        return f"If it was given under a plan of care of that discipline, then {own} on the line."
    if len(taken) == 1:
        return f"If it was given under a therapy plan of care, then {taken[0]} on the line."
    return "Under a physical therapy plan of care GP, occupational therapy GO, speech-language pathology GN."


def assistant_modifier(case: Case) -> Said:
    """CQ with GP, CO with GO; needed where an assistant gave more than a tenth of the service."""
    for line in case.claim.lines:
        used = [modifier for modifier in ("CQ", "CO") if modifier in line.modifiers]
        for modifier in used:
            pair = case.on(line, "assistant_modifier", modifier, "with")
            if text(pair) and text(pair) not in line.modifiers:
                yield Finding(
                    "assistant_modifier.pair",
                    case.medicares("error"),
                    (line.number,),
                    f"{modifier} on {line.code} without {text(pair)}.",
                    f"If an assistant of that discipline gave it, {modifier} stands beside {text(pair)}; otherwise "
                    f"take {modifier} off.",
                    held(pair),
                )
        if len(used) == 2:
            yield Finding(
                "assistant_modifier.both",
                case.medicares("error"),
                (line.number,),
                f"CQ and CO on one line of {line.code}.",
                "Keep the one of the assistant who gave the service.",
            )
        if used and re.fullmatch(r"9716[1-8]", line.code):
            yield Finding(
                "assistant_modifier.evaluation",
                case.medicares("error"),
                (line.number,),
                f"{used[0]} on {line.code}: assistants do not evaluate.",
                f"If the therapist evaluated, take {used[0]} off; otherwise the evaluation is not billed.",
                held(case.on(line, "provider_scope", "PTA" if used[0] == "CQ" else "OTA", "evaluation")),
            )
        needed = _ASSISTANTS.get(case.who or "")
        evaluates = re.fullmatch(r"9716[1-8]", line.code)  # its own finding: `provider.evaluation`
        if not needed or used or evaluates or not case.therapy(line):
            continue
        wanted, plan = needed
        rule = case.on(line, "assistant_modifier", wanted)
        share = case.value(line, "assistant_modifier", wanted, "de_minimis_percent")
        if text(rule) == "required" and case.medicare is not False:
            yield Finding(
                "assistant_modifier.missing",
                case.medicares("error"),
                (line.number,),
                f"{line.code} rendered by a {case.who} without {wanted}.",
                f"If the {case.who} gave more than {share or 10}% of the service apart from the therapist, then "
                f"{wanted} beside {plan}; minutes given together count as the therapist's.",
                held(rule),
            )


def kx_threshold(case: Case) -> Said:
    """KX against the year's amount, where the claim says what was allowed before it (`therapy_to_date`)."""
    if case.medicare is False:
        yield from _kx_elsewhere(case)
        return
    lines = [line for line in case.claim.lines if case.therapy(line) and line.units]
    marked = [line for line in lines if "KX" in line.modifiers]
    if not case.claim.to_date:
        if marked:
            yield NotRun(
                "kx_threshold",
                f"KX on {spoken(marked)}: give therapy_to_date, the allowed amounts of the year before this claim "
                '({"pt_slp": 2300.00, "ot": 0}).',
            )
        return
    record = fee(
        [FeeLine(line.code, line.units, line.modifiers) for line in lines], case.facts, case.claim.day
    )
    priced: Any = record["lines"]
    for bucket, plans in (("pt_slp", ("GP", "GN")), ("ot", ("GO",))):
        ours = [line for line in lines if set(plans) & set(line.modifiers)]
        before = case.claim.to_date.get(bucket)
        if not ours or before is None:
            continue
        limit = case.on(ours[0], "kx_threshold", bucket, "amount")
        amounts = [one["amount"] for line, one in zip(lines, priced, strict=True) if line in ours]
        if not text(limit):
            yield NotRun("kx_threshold", limit.cure)
            continue
        most = Decimal(text(limit))
        visit = sum((Decimal(str(amount or 0)) for amount in amounts), Decimal(0))
        without = [line for line in ours if "KX" not in line.modifiers]
        proof = held(limit, case.on(ours[0], "kx_rule", "KX"), case.on(ours[0], "kx_rule", "KX", "without"))
        at = f"${before:,.2f} allowed before, about ${visit:,.2f} for this claim (national), threshold ${most:,.2f}"
        if before + visit > most and without:
            yield Finding(
                "kx_threshold.missing",
                case.medicares("error" if before >= most else "warning"),
                numbers(without),
                f"{spoken(without).capitalize()} without KX: {at}.",
                "If the record shows that the services above the threshold are necessary, then KX; if not, they are "
                "denied, and the provider is liable unless a valid ABN was given.",
                proof,
            )
        elif before + visit <= most and len(without) < len(ours):
            yield Finding(
                "kx_threshold.not_needed",
                "info",
                numbers([line for line in ours if line not in without]),
                f"KX below the threshold: {at}.",
                "Keep KX only from where the year's amount is passed.",
                held(limit, case.on(ours[0], "kx_rule", "KX", "below")),
            )


def _kx_elsewhere(case: Case) -> Said:
    marked = [line for line in case.claim.lines if "KX" in line.modifiers and case.therapy(line)]
    if marked:
        yield Finding(
            "kx_threshold.payer",
            "info",
            numbers(marked),
            f"KX on {spoken(marked)}: the threshold is Original Medicare's.",
            "Keep it only where the payer's own rule asks for it.",
            held(case.on(marked[0], "kx_rule", "KX")),
        )
