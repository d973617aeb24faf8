"""Modifier 59 and its subsets XE XS XP XU: may they be reported, where, and what else opens an NCCI edit.

Authority: NCCI Policy Manual ch. I.E (which modifiers are NCCI-associated; never solely to bypass an edit; 59
is the last resort and never on an E/M code), ch. XI.P and XI.S (the reasons in therapy), CMS fact sheet
MLN1783722 (X before 59, not both on one line). The reason comes first, the modifier after it; the alternative
is always not to bill both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from assistant.domain import Ask, Fact, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import Said, answer, lacking, listing, medicare, ruling
from assistant.rules.edits import (
    CMT,
    CMT_NEIGHBOURS,
    Edit,
    chiropractor,
    condition,
    edit,
    is_em,
    other_payers,
    policy,
)
from assistant.rules.ptp import MAX_CODES, settled_by_words
from assistant.rules.reading import stated_indicator

FAMILY = ("59", "XE", "XS", "XP", "XU")
_X = FAMILY[1:]
_ZERO = re.compile(
    r"\bindicator\b[^.?!]{0,12}\bzero\b|\bzero indicator\b|\b(?:indicator|ccmi)[ -]?0\b|\b0[ -]indicator\b",
    re.I,
)
_TO_BE_PAID = re.compile(
    r"\b(?:just|only|simply|solely|merely) to (?:get|be|make|have|bypass|avoid|beat)\b|\bjust so\b|\bjust "
    r"because\b"
    # "can I put 59 on it to get it paid" gives payment as the reason; "do I need it to be paid" asks for the rule.
    r"|^(?!.*\b(?:need|requir|must|ha(?:ve|s) to))(?:.*\b(?:to|so (?:that )?(?:we|i|it|they|both|it'll)) (?:can |will |would |could )?"
    r"(?:get|be|gets?|is|are) (?:it |them |this |both |us )?paid\b|.*\bto (?:get|force|guarantee|ensure|secure) (?:the |full )?(?:payment|reimbursement)\b)"
)
_ALWAYS = re.compile(
    r"\b(?:always|automatically|routinely|every time|by default|on every|on all|every claim)\b"
)
_RECORDED = re.compile(
    r"\b(?:must|does|do|should|has|have|need\w*|required?) (?:\w+ ){0,4}(?:chart|records?|notes?|documentation|file) (?:\w+ ){0,3}(?:support|show|say|reflect|justify|prove|back|document|be documented)"
    r"|\bmust (?:it |this |that |they |\w+ ){0,4}be (?:documented|in the (?:chart|record|note))"
)
_EITHER_COLUMN = re.compile(r"\beither (?:code|column|line)|\bcol(?:umn|\.)? ?-? ?(?:<n>|(?:1|one|i)\b)")
_REPEATED = re.compile(
    r"\b(?:same (?:code|procedure|service)|twice|repeat\w*|second unit|two times)\b|<C> (?:and|with) "
    r"(?:another|a second) <C>"
)
_SPLIT = re.compile(r"\bsplit\w*\b|\btwo lines\b|\b(?:second|separate|another) line\b")
_EM_WORDS = re.compile(r"\be ?[/&] ?m\b|\boffice visit|\bevaluation and management\b|\bthe visit\b|\bem code")
_WHY_X = (
    (
        "XS",
        r"\bregion|\bbody "
        r"part|\bsite\b|\bstructure\b|\borgan\b|\banatomic|\bshoulder|\bknee|\bextremit|\barea\b|\bspine\b",
    ),
    ("XE", r"\bencounter|\bsession|\bcame back\b|\bmorning\b|\bafternoon\b|\bvisit\b"),
    ("XP", r"\bpractitioner|\bprovider|\btherapist|\bphysician|\bclinician"),
    ("XU", r"\boverlap|\binterval|\btime\b|\bblock\b|\bminute|<min>|\bunusual\b"),
)


def rule(ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """One ruling: on the modifier by itself, on one code, on a pair, or on all pairs of three codes and more."""
    del names
    text = ask.details.get("text", "")
    # "97140 on the shoulder, 98941 to the spine. 59 ok?": a single code stands beside the others of the
    # message.
    codes = tuple(dict.fromkeys((*ask.codes, *question.codes) if len(ask.codes) == 1 else ask.codes))[
        :MAX_CODES
    ]
    ask = _refined(ask, text)
    ours = [m for m in ask.modifiers if m in FAMILY]
    others = [m for m in ask.modifiers if m not in FAMILY]
    if others and not (ours and ask.form != "bypass"):
        return (_bypass(ask, others, codes, question, facts),)
    family = [code for code in ask.details.get("family", "").split("|") if code]
    if (
        (codes or family)
        and all(is_em(code) for code in (*codes, *family))
        or not codes
        and _EM_WORDS.search(text)
    ):
        return (_em(ask, codes, question, facts),)
    if "76" in others or "77" in others or len(codes) == 1 and _REPEATED.search(text):
        return (_repeated(ask, codes, question, facts),)
    told = _in_region(ask, ask.codes[0], question, facts) if len(ask.codes) == 1 else None
    if told:
        return (told,)
    if ask.form == "prefer":
        made = _prefer(ask, codes, question, facts)
        if made:
            return (made,)
    if (
        "59" in ours
        and len(ours) > 1
        and ask.form in {"allowed", "needed"}
        and not re.search(r"\bor <M", text)
    ):
        return (_one_line(ask, ours, codes, question, facts),)
    if ask.form == "bypass" and len(codes) < 2:
        return (_bypass(ask, ours, codes, question, facts),)
    if len(codes) > 1:
        return (_codes(ask, ours, codes, question, facts),)
    return (_alone(ask, codes, question, facts),)


def _refined(ask: Ask, text: str) -> Ask:
    """The ask with the form its own words name: "59 or XS?" wants one of two, "is XU NCCI-associated?" a yes
    or no."""
    if re.search(r"\bassociated\b|\blist of modifiers\b", text):
        return replace(ask, form="bypass")
    if (
        not ask.codes
        and re.search(r"\b(?:what|which)\b.{0,12}\bmodifier\b|\bx ?\{ ?epsu", text)
        and not ask.negated
    ):
        return replace(ask, form="which", details={**ask.details, "kind": "value"})
    if _TO_BE_PAID.search(text) and ask.form == "bypass":
        return replace(ask, form="allowed")
    if _PREFERS.search(text) and ask.form in {"prefer", "which", "allowed", "needed"}:
        return replace(ask, form="prefer")
    if (
        re.search(r"<M\w+>,? (?:or|vs|versus)\.? (?:a )?(?:modifier )?<M\w+>", text)
        and ask.form != "bypass"
        and not _EITHER_NEEDED.search(text)
    ):
        return replace(ask, form="which", details={**ask.details, "kind": "value"})
    return ask


_PREFERS = re.compile(
    r"<M(59|X[EPSU])>[^<.?]{0,30}\b(?:preferred|prefer|favou?red|precedence|better|rather|instead|before|over)\b[^<.?]{0,20}<M(59|X[EPSU])>"
)
_EITHER_NEEDED = re.compile(
    r"\b(?:is|are|does|do) [^?.;]*<M\w+>,? or (?:a )?(?:modifier )?<M\w+> (?:be )?(?:needed|required|necessary|allowed|ok|right)\b"
)


def _prefer(ask: Ask, codes: Sequence[str], question: Question, facts: Facts) -> Ruling | None:
    """ "Should XS be preferred over 59?": the X modifier that fits comes first."""
    text = ask.details.get("text", "")
    if ask.details.get("numbers") == "59":  # "is 59 better than XU?"
        text = text.replace("<n>", "<M59>")
    found = _PREFERS.search(text)
    if found is None or (found[1] == "59") == (found[2] == "59"):
        return None
    verdict: Verdict = "no" if found[1] == "59" else "yes"
    said: list[Said] = [_x_first(facts, question), _reason(facts, question)]
    return ruling(
        ask,
        "modifier_59.prefer",
        verdict,
        answer(ask, {ask.form: verdict}),
        said,
        (*codes, found[1], found[2]),
    )


def _reason(facts: Facts, question: Question) -> Said:
    return (
        "A modifier goes on only where the record justifies it, never to get past an edit.",
        policy(facts, question, "modifier", "condition"),
    )


def _bypass(
    ask: Ask, modifiers: Sequence[str], codes: Sequence[str], question: Question, facts: Facts
) -> Ruling:
    """Which modifiers open an edit at all."""
    said: list[Said] = []
    verdicts: list[Verdict] = []
    for modifier in modifiers:
        found = facts.on(question.date_of_service, "ncci_modifiers", modifier)
        carried = (found.fact,) if found.fact is not None else ()
        opens = found.state == "held" and found.fact is not None and found.fact.value == "associated"
        verdicts.append("yes" if opens else "no")
        if opens:
            said.append(
                (
                    f"{modifier} is one of the NCCI-associated modifiers, which open an edit of indicator 1.",
                    carried,
                )
            )
        else:
            said.append(
                (f"{modifier} does not open an NCCI edit: it is not an NCCI-associated modifier.", carried)
            )
    verdict: Verdict = verdicts[0] if len(set(verdicts)) == 1 else "depends"
    warnings = []
    if len(codes) < 2 and (stated_indicator(question) == "0" or _ZERO.search(question.text)):
        verdict = "no"
        never = policy(facts, question, "indicator_0", "meaning")
        said.insert(0, ("Nothing opens an edit with modifier indicator 0.", never))
    every = re.search(r"\b(?:any|every|all|each)(?: \w+)? edits?\b", ask.details.get("text", ""))
    if every and len(codes) < 2 and verdict == "yes":
        zero = policy(facts, question, "indicator_0", "meaning")
        verdict = "no"
        said.insert(0, ("Not every edit: one of indicator 0 is opened by no modifier.", zero))
    if len(codes) == 2:
        pair = edit(facts, question, codes[0], codes[1])
        warnings = [pair.warning]
        if pair.indicator == "0":
            verdict = "no"
            said.insert(0, (f"Nothing opens {pair.pair}: its NCCI modifier indicator is 0.", pair.fact))
        elif pair.indicator == "":
            verdict = "no"
            said.insert(
                0,
                (
                    f"{codes[0]} and {codes[1]} have no active NCCI edit, so there is nothing to open.",
                    pair.fact,
                ),
            )
        elif pair.indicator == "1":
            cond = condition(pair, facts, question)
            verdict = "depends" if "yes" in verdicts else "no"
            said.append(
                (
                    f"{pair.pair} has modifier indicator 1: both only if {cond.when}; then {cond.placed}, "
                    "otherwise "
                    "not both.",
                    (*pair.fact, *cond.facts),
                )
            )
    said.append(_reason(facts, question))
    answers: dict[str, Verdict | None] = dict.fromkeys(("bypass", "allowed", "needed", "which"), verdict)
    subjects = (*codes, *modifiers)
    return ruling(ask, "modifier_59.bypass", verdict, answer(ask, answers), said, subjects, warnings=warnings)


def _em(ask: Ask, codes: Sequence[str], question: Question, facts: Facts) -> Ruling:
    what = listing(codes) if codes else "an E/M code"
    said: list[Said] = [
        (
            f"59 never goes on {what}: it is for services other than E/M, and so are the X modifiers.",
            policy(facts, question, "59", "em"),
        ),
        (
            "If the record shows a significant, separately identifiable E/M beside another service, 25 is "
            "the modifier "
            f"for {what}; otherwise the E/M is not billed.",
            policy(facts, question, "em", "modifier"),
        ),
    ]
    answers: dict[str, Verdict | None] = dict.fromkeys(("allowed", "needed", "bypass"), "no")
    return ruling(ask, "modifier_59.em", "no", answer(ask, answers), said, (*codes, "59"))


def _repeated(ask: Ask, codes: Sequence[str], question: Question, facts: Facts) -> Ruling:
    said: list[Said] = [
        (
            "For a repeat of the same code, 76 (same practitioner) or 77 (another) says it, so 59 is not "
            "the first choice.",
            (*policy(facts, question, "repeat", "modifier"), *policy(facts, question, "59", "order")),
        ),
        (
            "Where units above an MAI 1 limit are split over lines, 59, an X modifier, 76, 77, 91 or an "
            "anatomic modifier "
            "can mark the second line.",
            policy(facts, question, "mai_1", "split"),
        ),
        (
            "Two NCCI services that are not the same code are what 59 and X are for.",
            policy(facts, question, "59", "order"),
        ),
    ]
    answers: dict[str, Verdict | None] = dict.fromkeys(("allowed", "needed", "bypass"), "depends")
    return ruling(ask, "modifier_59.repeat", "depends", answer(ask, answers), said, (*codes, "59", "76"))


def _one_line(
    ask: Ask, ours: Sequence[str], codes: Sequence[str], question: Question, facts: Facts
) -> Ruling:
    x = next(m for m in ours if m != "59")
    said: list[Said] = [
        (
            f"Not both on one line: {x} is a subset of 59, so a line takes {x} or 59.",
            policy(facts, question, "59", "with_x"),
        ),
        (f"Where {x} describes it, {x} comes before 59.", policy(facts, question, "59", "order")),
        _reason(facts, question),
    ]
    answers: dict[str, Verdict | None] = dict.fromkeys(("allowed", "needed"), "no")
    return ruling(ask, "modifier_59.one_line", "no", answer(ask, answers), said, (*codes, *ours))


def _x_for(text: str) -> str:
    """The X modifier that fits the words; "" where they say nothing."""
    return next((x for x, pattern in _WHY_X if re.search(pattern, text)), "")


def _meanings(facts: Facts, question: Question) -> Said:
    carried = tuple(fact for x in _X for fact in policy(facts, question, x, "meaning"))
    words = "; ".join(f"{fact.subject} {fact.value}" for fact in carried)
    return (f"The X modifiers: {words}.", carried)


def _x_first(facts: Facts, question: Question) -> Said:
    return (
        "An X modifier that fits comes before 59, and the two do not share a line.",
        (*policy(facts, question, "59", "order"), *policy(facts, question, "59", "with_x")),
    )


def _in_region(ask: Ask, code: str, question: Question, facts: Facts) -> Ruling | None:
    """97112, 97124 or 97140 beside manipulation that is named in words, in a region that the words tell."""
    beside = set(ask.details.get("family", "").split("|")) & CMT
    region = ask.details.get("region")
    if not beside or code not in CMT_NEIGHBOURS or region not in {"same", "other"}:
        return None
    if region == "same":
        verdict: Verdict = "no"
        said: list[Said] = [
            (
                f"Not on {code}: in the region that gets manipulation it is not separately reportable, and 59 "
                "does not change that.",
                policy(facts, question, "cmt_region", "same_region"),
            ),
            _reason(facts, question),
        ]
    else:
        verdict = (
            "depends" if medicare(question) or question.rendered_by == "DC" and not question.payer else "yes"
        )
        said = [
            (
                f"59 or XS goes on {code} where it treats a region that gets no manipulation, if the record shows it.",
                policy(facts, question, "cmt_region", "other_region"),
            ),
            chiropractor(facts, question, code) if medicare(question) is not False else ("", ()),
            _x_first(facts, question),
        ]
    answers: dict[str, Verdict | None] = dict.fromkeys(("allowed", "needed", "bypass"), verdict)
    return ruling(ask, "modifier_59.region", verdict, answer(ask, answers), said, (code, "59"))


def _alone(ask: Ask, codes: Sequence[str], question: Question, facts: Facts) -> Ruling:
    """No pair named: what holds for 59 by itself, or on one code."""
    text = ask.details.get("text", "")
    subjects = (*codes, *(ask.modifiers or ("59",)))
    target = f" on {codes[0]}" if codes else ""
    wants = ask.form == "which" or ask.details.get("kind") == "value"

    def made(name: str, verdict: Verdict, said: Sequence[Said]) -> Ruling:
        answers: dict[str, Verdict | None] = dict.fromkeys(
            ("allowed", "needed", "bypass", "column", "which"), verdict
        )
        return ruling(ask, f"modifier_59.{name}", verdict, answer(ask, answers), said, subjects)

    if _TO_BE_PAID.search(text):
        lead: Said = (
            f"59 does not go{target} just to be paid.",
            policy(facts, question, "modifier", "condition"),
        )
        return made("condition", "no", [lead, _edited_only(facts, question)])
    if _ALWAYS.search(text):
        lead = (
            f"59 does not always go{target}: only beside a code it is edited with, and only with the reason "
            "on record.",
            policy(facts, question, "modifier", "condition"),
        )
        return made("condition", "no", [lead, _edited_only(facts, question)])
    if _EITHER_COLUMN.search(text) and not codes:
        lead = (
            "Medicare accepts 59 and X on either code of an edited pair; many other payers still look for it "
            "on the "
            "column 2 code, so column 2 is the safe place.",
            policy(facts, question, "modifier", "placement"),
        )
        return made(
            "column",
            "yes" if medicare(question) is not False else "depends",
            [lead, _reason(facts, question)],
        )
    if _RECORDED.search(text) and not codes:
        lead = (
            "The record must show the separate service before 59 or an X modifier goes on.",
            policy(facts, question, "modifier", "condition"),
        )
        return made("condition", "yes", [lead, _edited_only(facts, question)])
    if re.search(r"\blast resort\b|\bonly (?:if|when) no (?:other|better)\b", text):
        lead = (
            "59 is the last resort: only where no other modifier says it better.",
            policy(facts, question, "59", "order"),
        )
        return made("order", "yes", [lead, _x_first(facts, question)])
    if re.search(r"\bfirst (?:choice|line|resort|option|pick)\b|\bdefault (?:modifier|choice)\b", text):
        lead = (
            "59 is the last resort, not the first choice: only where no other modifier says it better.",
            policy(facts, question, "59", "order"),
        )
        return made("order", "no", [lead, _x_first(facts, question)])
    x = _x_for(text) if wants or re.search(r"\bwhich\b|\bx modifier\b", text) else ""
    if x:
        carried = policy(facts, question, x, "meaning")
        lead = (f"{x}: it says {carried[0].value if carried else 'why the services are distinct'}.", carried)
        return made("which", "depends", [lead, _x_first(facts, question), _meanings(facts, question)])
    if _SPLIT.search(text) and codes:
        split: Said = (
            f"59 can mark the second line of {codes[0]} only where its MUE is a line limit (MAI 1) and the "
            "units are "
            "documented.",
            policy(facts, question, "mai_1", "split"),
        )
        return made("split", "depends", [split, _reason(facts, question)])
    return made(
        "condition",
        "depends",
        [_edited_only(facts, question, target), _reason(facts, question), _x_first(facts, question)],
    )


def _edited_only(facts: Facts, question: Question, target: str = "") -> Said:
    return (
        f"59 (or an X modifier) has its place{target} only beside a code of the same day with which NCCI has "
        "an edit of "
        "indicator 1, and only if the record shows a separate service; name the other code to look the edit "
        "up.",
        (
            *policy(facts, question, "indicator_1", "meaning"),
            *policy(facts, question, "modifier", "condition"),
        ),
    )


def _codes(ask: Ask, ours: Sequence[str], codes: Sequence[str], question: Question, facts: Facts) -> Ruling:
    """Two codes and more: the edits among them decide."""
    edits = [edit(facts, question, a, b) for a, b in combinations(codes, 2)]
    unknown = [pair for pair in edits if pair.indicator == "?"]
    if len(unknown) == len(edits):
        text = f"No PTP file that we hold covers {listing(codes)} on this date. {unknown[0].cure}"
        return lacking(ask, "modifier_59.unknown", text, (*codes, *ours))
    open_ = [pair for pair in edits if pair.indicator == "1"]
    closed = [pair for pair in edits if pair.indicator == "0"]
    warnings = [pair.warning for pair in edits[:1]]
    subjects = (*codes, *(ours or ("59",)))
    if not open_ and not closed:
        return _no_edit(ask, codes, edits, question, facts, subjects, warnings)
    if not open_:
        return _closed(ask, closed, question, facts, subjects, warnings)
    if len(open_) == 1:
        return _open(ask, ours, open_[0], closed, question, facts, subjects, warnings)
    said: list[Said] = []
    for pair in open_:
        cond = condition(pair, facts, question)
        said.append(
            (
                f"{pair.pair} (modifier indicator 1): both only if {cond.when}; then {cond.placed}, "
                "otherwise not both.",
                (*pair.fact, *cond.facts),
            )
        )
    # One code beside all of a family ("CMT"): what the words settle for each of the pairs alike stands for all.
    told = [settled_by_words(ask, pair, question, facts, ask.details.get("text", "")) for pair in open_]
    alike = {verdict for verdict, _ in told}
    one_code = len({pair.column2 for pair in open_}) == 1 and len({v for v in alike if v}) == len(alike) == 1
    verdict: Verdict = told[0][0] or "depends" if one_code else "depends"
    if verdict == "no" and told[0][1][0]:
        said.insert(0, told[0][1])
    said += [_never(pair, facts, question) for pair in closed]
    said += [_reason(facts, question), other_payers(question, facts)]
    answers: dict[str, Verdict | None] = dict.fromkeys(("allowed", "needed", "bypass", "which"), verdict)
    return ruling(ask, "modifier_59.pairs", verdict, answer(ask, answers), said, subjects, warnings=warnings)


def _never(pair: Edit, facts: Facts, question: Question) -> Said:
    return (
        f"{pair.pair} has NCCI modifier indicator 0: neither 59 nor an X modifier opens it, so "
        f"{pair.column2} is not paid "
        f"beside {pair.column1}.",
        (*pair.fact, *policy(facts, question, "indicator_0", "meaning")),
    )


def _closed(
    ask: Ask,
    closed: Sequence[Edit],
    question: Question,
    facts: Facts,
    subjects: Sequence[str],
    warnings: Sequence[str],
) -> Ruling:
    said = [*(_never(pair, facts, question) for pair in closed), other_payers(question, facts)]
    answers: dict[str, Verdict | None] = dict.fromkeys(("allowed", "needed", "bypass", "which"), "no")
    return ruling(
        ask, "modifier_59.indicator_0", "no", answer(ask, answers), said, subjects, warnings=warnings
    )


def _no_edit(
    ask: Ask,
    codes: Sequence[str],
    edits: Sequence[Edit],
    question: Question,
    facts: Facts,
    subjects: Sequence[str],
    warnings: Sequence[str],
) -> Ruling:
    carried = tuple(fact for pair in edits for fact in pair.fact)
    between = f"{codes[0]} and {codes[1]} have" if len(codes) == 2 else f"Among {listing(codes)} there is"
    said: list[Said] = [
        (
            f"{between} no active NCCI edit ({edits[0].fact[0].edition}), so NCCI gives no reason for 59 or "
            "X.",
            carried,
        ),
        (
            "Two therapy services still need a 15-minute period each, supervised modalities apart.",
            policy(facts, question, "therapy", "services_per_15_minutes"),
        ),
        other_payers(question, facts),
    ]
    allowed: Verdict = "depends" if medicare(question) is False else "no"
    answers: dict[str, Verdict | None] = {"allowed": allowed, "needed": "no", "bypass": "no", "which": "no"}
    return ruling(
        ask, "modifier_59.no_edit", allowed, answer(ask, answers), said, subjects, warnings=warnings
    )


def _open(
    ask: Ask, ours: Sequence[str], pair: Edit, closed: Sequence[Edit], question: Question, facts: Facts,
    subjects: Sequence[str], warnings: Sequence[str],
) -> Ruling:  # fmt: skip
    """One edit of indicator 1: the reason decides, the words may have given it."""
    text = ask.details.get("text", "")
    cond = condition(pair, facts, question)
    both: tuple[Fact, ...] = (*pair.fact, *cond.facts)
    if cond.kind == "em":
        said: list[Said] = [
            (
                f"Not 59: the E/M in {pair.pair} is marked with 25, and only if {cond.when}; otherwise not "
                "both.",
                both,
            ),
            (f"59 is never for the E/M code {cond.line}.", policy(facts, question, "59", "em")),
        ]
        answers: dict[str, Verdict | None] = dict.fromkeys(("allowed", "needed", "bypass"), "no")
        return ruling(ask, "modifier_59.em", "no", answer(ask, answers), said, subjects, warnings=warnings)
    settled, reason = settled_by_words(ask, pair, question, facts, text)
    if settled is None and _ALWAYS.search(text):
        settled, reason = "no", ("Not always: the edit opens only with its reason on record.", both)
    elif settled is None and _TO_BE_PAID.search(text):
        settled, reason = "no", ("Not just to be paid: the edit opens only with its reason on record.", both)
    wants = re.search(
        r"\bpayers?\b (?:\w+ )?(?:wants?|looks?|expects?|prefers?)\b.{0,20}\bon (?:the )?<C>", text
    )
    if wants and cond.kind != "em":
        spoken = [m.value.split("|")[0] for m in question.mentions if m.kind in {"code", "name"}]
        index = text[: wants.end()].count("<C>") - 1
        if 0 <= index < len(spoken) and spoken[index] == pair.column2 and ask.form not in {"which", "column"}:
            only: Said = (
                f"{pair.column2} is the column 2 code: Medicare accepts the modifier on either code, many payers "
                "only there.",
                (*pair.fact, *policy(facts, question, "modifier", "placement")),
            )
            then: Said = (f"And only if {cond.when}; otherwise do not bill both.", both)
            answered = answer(ask, {ask.form: "yes"})
            return ruling(
                ask, "modifier_59.column", "depends", answered, [only, then], subjects, warnings=warnings
            )
    verdict: Verdict = settled or "depends"
    if verdict == "yes":
        lead: Said = (
            f"{_capital(cond.modifiers)} may go on {cond.line} for what you describe, if the record shows "
            f"it: {pair.pair} "
            f"has modifier indicator 1, and both stand only if {cond.when}.",
            both,
        )
    elif verdict == "no":
        lead = reason
        reason = (f"{pair.pair} has modifier indicator 1: both only if {cond.when}.", both)
    else:
        lead = (
            f"Only if {cond.when}: then {cond.placed}; otherwise do not bill both ({pair.pair}, modifier "
            "indicator 1).",
            both,
        )
    if ask.form in {"which", "column"}:
        lead = _which(ask, ours, pair, cond.when, cond.modifiers, cond.line, text, both)
    place: Said = (
        f"{pair.column2} is the column 2 code; Medicare accepts the modifier on either code, many payers "
        "only there.",
        (*pair.fact, *policy(facts, question, "modifier", "placement")),
    )
    fifty_one: Said = ("", ())
    if "51" in ask.modifiers:
        found = facts.on(question.date_of_service, "ncci_modifiers", "51")
        fifty_one = ("51 does not open an NCCI edit.", (found.fact,) if found.fact else ())
    said = [
        lead,
        reason,
        fifty_one,
        place,
        *(_never(other, facts, question) for other in closed),
        _x_first(facts, question),
    ]
    said.append(other_payers(question, facts))
    answers = dict.fromkeys(("allowed", "needed", "bypass"), verdict)
    return ruling(
        ask, "modifier_59.indicator_1", verdict, answer(ask, answers), said, subjects, warnings=warnings
    )


def _which(
    ask: Ask,
    ours: Sequence[str],
    pair: Edit,
    when: str,
    modifiers: str,
    line: str,
    text: str,
    both: Sequence[Fact],
) -> Said:
    """The code it goes on, or the modifier that fits."""
    x = _x_for(text)
    if x and len(ours) != 1 and x in modifiers:
        return (f"{x} on {line}, rather than 59, and only if {when}; otherwise do not bill both.", both)
    del ask
    return (
        f"{line} is the line for it: {modifiers} there, and only if {when}; otherwise do not bill both "
        f"({pair.pair}, "
        "modifier indicator 1).",
        both,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
