"""What is asked of an NCCI edit besides "may I bill both?": its column, its indicator, the list of a code's
edits, the patient.

Authority: as in `ptp`, the family these belong to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, held, lacking, ruling
from assistant.rules.edits import CMT, Edit, edit, is_therapy, policy
from assistant.rules.reading import denied

FEW = 24
"""Codes named of a long list of edits."""


def cell(ask: Ask, pair: Edit, codes: Sequence[str], question: Question) -> tuple[Said, Verdict | None]:
    """The column or the indicator, as a value and, for a yes/no question, as its answer."""
    if ask.form == "indicator":
        put = re.search(
            r"\bindicator\W+(?:(?:is|of|a|an|the)\W+)*([019])\b|\b([019])\W+indicator\b", question.text, re.I
        )
        asked = (put.group(1) or put.group(2)) if put else ""
        verdict: Verdict | None = None if not asked else "yes" if asked == pair.indicator else "no"
        meaning = {
            "0": "no modifier opens the edit",
            "1": "an NCCI modifier opens it where the record supports it",
        }
        return (
            f"The modifier indicator of {pair.pair} is {pair.indicator}: {meaning[pair.indicator]}.",
            pair.fact,
        ), verdict
    numbers = re.findall(r"\bcol(?:umn|\.)?\W{0,2}(1|2|one|two|i{1,2})\b", question.text, re.I)
    first = bool(numbers) and numbers[0].lower() in {"1", "one", "i"}
    verdict = None
    if len(numbers) > 1:  # "column 1 or column 2?" of the code named first
        first = codes[0] == pair.column1
    elif numbers:
        verdict = "yes" if codes[0] == (pair.column1 if first else pair.column2) else "no"
    lead, place = (pair.column1, "1") if first else (pair.column2, "2")
    text = f"{lead} is column {place} of the edit {pair.pair}; {pair.column2} is denied when both are sent."
    return (text, pair.fact), verdict


def list_of(ask: Ask, code: str, question: Question, facts: Facts) -> tuple[Ruling, ...]:
    """Everything one code is edited with, among the codes whose edits we hold."""
    when, setting = question.date_of_service, question.setting
    seconds = [s.split("/")[1] for s in facts.subjects(when, "ptp", f"{code}/*", setting=setting)]
    firsts = [s.split("/")[0] for s in facts.subjects(when, "ptp", f"*/{code}", setting=setting)]
    if not seconds and not firsts:
        found = facts.on(when, "ptp", f"{code}/{code}", "modifier_indicator", setting=setting)
        if found.state == "silent":
            return (
                lacking(ask, "ptp.unknown", f"No PTP file that we hold covers {code}. {found.cure}", (code,)),
            )
        carried = (found.fact,) if found.fact else ()
        text = f"{code} has no active NCCI edit with any code whose edits ship with Citecode."
        return (
            ruling(
                ask,
                "ptp.list",
                None,
                answer(ask, {"edited": "no"}),
                [(text, carried)],
                (code,),
                warnings=[found.warning],
            ),
        )
    said: list[Said] = []
    warning = ""
    for others, place, pattern in ((seconds, "column 1", "{0}/{1}"), (firsts, "column 2", "{1}/{0}")):
        by_indicator: dict[str, list[str]] = {}
        carriers: list[Fact] = []
        for other in sorted(others, key=lambda other: (not is_therapy(other), other not in CMT, other)):
            found = facts.on(when, "ptp", pattern.format(code, other), "modifier_indicator", setting=setting)
            if found.fact is not None:
                by_indicator.setdefault(found.fact.value, []).append(other)
                carriers.append(found.fact)
                warning = found.warning or warning
        if by_indicator:
            words = "; ".join(
                f"modifier indicator {indicator}: {_few(by_indicator[indicator])}"
                for indicator in sorted(by_indicator)
            )
            edition = carriers[0].edition
            with_ = "with these in column 2" if place == "column 1" else "under these in column 1"
            said.append((f"{code} is {place} {with_}: {words} ({edition}).", carriers))
    held_by = (
        facts.subjects(when, "ptp", f"{code}/*", setting=setting)[:1]
        or facts.subjects(when, "ptp", f"*/{code}", setting=setting)[:1]
    )
    first = tuple(
        fact
        for pair in held_by
        for fact in held(facts.on(when, "ptp", pair, "modifier_indicator", setting=setting))
    )
    said.append(("Only the codes whose edits ship with Citecode or were loaded are listed.", first))
    answered = answer(ask, {"edited": "yes", "allowed": "depends", "bundled": "depends"})
    return (
        ruling(
            ask, "ptp.list", None, answered, said, (code,), warnings=[warning],
        ),
    )  # fmt: skip


def _few(codes: Sequence[str]) -> str:
    """The first codes of a long list (they come therapy codes first), and how many more there are."""
    return (
        ", ".join(codes) if len(codes) <= FEW + 3 else f"{', '.join(codes[:FEW])} and {len(codes) - FEW} more"
    )


def patient(ask: Ask, codes: Sequence[str], question: Question, facts: Facts) -> Ruling:
    """A PTP denial is a coding denial."""
    said: list[Said] = [
        (
            "The patient may not be billed: an NCCI denial is a coding denial, and an ABN does not change "
            "that.",
            (
                *policy(facts, question, "denial", "bill_patient"),
                *policy(facts, question, "denial", "nature"),
            ),
        )
    ]
    if len(codes) == 2:
        pair = edit(facts, question, codes[0], codes[1])
        if pair.indicator in {"0", "1"}:
            said.append(
                (f"{pair.pair} is an edited pair; {pair.column2} is column 2, the denied one.", pair.fact)
            )
    answered = answer(ask, dict.fromkeys(("allowed", "needed", "why", "edited", "bundled"), "no"))
    return ruling(ask, "ptp.bill_patient", "no", answered, said, codes)


def meaning(ask: Ask, question: Question, facts: Facts) -> Ruling | None:
    """What an indicator means."""
    match = re.search(
        r"\bindicator\D{0,12}([019])\b|\bccmi\D{0,5}([019])\b|\ba ([019])\b|\b([019])\b", question.text, re.I
    )
    if ask.form not in {"indicator", "indicator_meaning"} and not _INDICATOR.search(
        ask.details.get("text", "")
    ):
        return None
    if match is None:
        return None
    digit = next(group for group in match.groups() if group)
    meaning = policy(facts, question, f"indicator_{digit}", "meaning")
    words = {
        "0": "the two codes are never paid together for one patient, day and provider, whatever the modifier",
        "1": "both may be paid with an NCCI modifier where the record supports what the modifier says",
        "9": "the edit was withdrawn (deleted retroactively) as from its first day, so it counts as if it had never been",
    }[digit]
    verdict = (
        None if ask.details.get("kind") in {"value", "why"} else _claimed(digit, ask.details.get("text", ""))
    )
    return ruling(
        ask,
        "ptp.indicator_meaning",
        verdict,
        verdict,  # the words were read with their negation
        [(f"NCCI modifier indicator {digit} means that {words}.", meaning)],
        (),
    )


_INDICATOR = re.compile(r"\bmodifier indicator\b|\bccmi\b|\bptp indicator\b|\b(?:n?cci) indicator\b")
_OPENING = re.compile(
    r"\bbypass|\bunbundl|\boverrid|\bopen|\bunlock|\bbreak|\bmodifiers? (?:is |are |be |may be |can be |may |can )?(?:allowed|permitted|accepted|used?)"
    r"|\bmodifiers? (?:is |are |be )?(?:needed|required|necessary)\b|\b(?:allow|permit|accept|take|let)s? (?:an? |the |any )?(?:ncci )?modifier|<M(?:59|X[EPSU])>"
)
_BOTH = re.compile(r"\bboth\b|\btogether\b|\bpair\b|\bseparately\b")
_ACTIVE = re.compile(
    r"\bactive\b|\bin (?:force|effect)\b|\bappl(?:y|ies)\b|\bstill (?:valid|counts?|stands?)\b|\benforced\b"
)
_WITHDRAWN = re.compile(
    r"\bdelet|\bwithdraw|\bignor|\bnot appl|\binactive\b|\bno longer\b|\bas if\b|\bnever (?:been|existed)\b"
)
_REASON = re.compile(
    r"\bdistinct|\bseparate\b|\bdifferent\b|\bsupport|\bdocument|\bappropriate|\bjustif|\bproper\b"
)


def _claimed(digit: str, text: str) -> Verdict | None:
    """Whether an indicator means what the words say of it; None where they say nothing that it settles."""
    if _WITHDRAWN.search(text):
        return "yes" if digit == "9" else "no"
    if digit == "9" and _ACTIVE.search(text):
        return "yes" if denied(text) else "no"
    if digit == "9" or not _OPENING.search(text) and not _BOTH.search(text):
        return None
    never = denied(text)
    if digit == "0":
        return "yes" if never else "no"
    if never or re.search(
        r"\balways\b|\bautomatic|\bany (?:case|circumstance|time)|\bevery time\b|\bguarante|\bwithout\b", text
    ):
        return "no"
    return "yes" if _OPENING.search(text) or _REASON.search(text) else "depends"


_NO_EDIT = re.compile(
    r"\bno (?:active |current )?(?:(?:ncci|ptp|cci|pair|bundling) )*edits?\b|\babsence of an? (?:\w+ )?edit|\black of an? (?:\w+ )?edit"
    r"|\b(?:not|isn't|aren't|no longer) (?:an? )?(?:(?:ncci|ptp|cci) )?edit(?:ed)?\b|\b(?:not|isn't|aren't) in (?:the )?(?:ncci|ptp|cci)\b"
)
_FOLLOWS = re.compile(
    r"\bmeans?\b|\bguarant\w*|\bmay (?:i|we)\b|\bcan (?:i|we)\b|\ballow|\bpermi|\bso\b|\bfree to\b|\bautomatic|\bok(?:ay)? to\b|\bwill (?:be )?pa(?:y|id)\b"
)


def without_edit(text: str) -> str | None:
    """What the words conclude from there being no edit; None where they do not start from that."""
    found = _NO_EDIT.search(text)
    return text[found.end() :] if found else None


def permission(ask: Ask, question: Question, facts: Facts) -> Ruling | None:
    """ "No edit, so I may bill both?": that no edit exists is neither permission nor promise."""
    text = ask.details.get("text", "")
    rest = without_edit(text)
    if rest is None or not _FOLLOWS.search(text) or ask.details.get("kind") in {"value", "why"}:
        return None
    said: list[Said] = [
        (
            "No edit is neither a permission nor a promise of payment: each service must be covered, "
            "documented and reportable by itself.",
            policy(facts, question, "no_edit", "permission"),
        ),
        (
            "Two therapy services still need a 15-minute period each, supervised modalities apart.",
            policy(facts, question, "therapy", "services_per_15_minutes"),
        ),
    ]
    verdict: Verdict = "yes" if denied(rest) else "no"
    return ruling(ask, "ptp.guarantee", "no", verdict, said, ask.codes)
