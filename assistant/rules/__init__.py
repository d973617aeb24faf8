"""The table of contents of what we decide: every topic, its canonical question and the pure function that rules on it.

A rule is `rule(ask, question, facts, names) -> tuple[Ruling, ...]`: facts in, rulings out, `()` when it is silent. Nothing is
read, printed or remembered; the same question and facts give the same rulings. `docs/topics.md` is generated from `TOPICS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module

from assistant.domain import Ask, Question, Ruling, Verdict
from assistant.facts import Facts
from assistant.rules.build import medicare

Rule = Callable[[Ask, Question, Facts, Mapping[str, str]], tuple[Ruling, ...]]


@dataclass(frozen=True, slots=True)
class Topic:
    """`module`: the file in rules/ that decides it; `asks`: the canonical question a ruling's `verdict` answers; `forms`: how it may be put."""

    name: str
    module: str
    asks: str
    forms: tuple[str, ...]


TOPICS: Mapping[str, Topic] = {
    topic.name: topic
    for topic in (
        Topic("modifier_51", "modifier_51", "May modifier 51 be reported with this code?", ("allowed", "needed", "exempt", "listed", "full_payment", "reduced", "which_codes", "add_on", "value", "why")),
        Topic("ptp", "ptp", "May the two codes be reported together?", ("allowed", "edited", "edited_value", "bundled", "column", "indicator", "modifier", "list", "why")),
        Topic("add_on", "add_on", "Is this an add-on code (alone: may it be reported without a primary; primary: is this its primary)?", ("is", "primary", "alone", "value",)),
        Topic("component", "component", "May modifier 26 or TC be reported with this code?", ("allowed", "needed", "value", "which",)),
        Topic("modifier_59", "modifier_59", "May modifier 59 or an X modifier be reported?", ("allowed", "needed", "bypass", "which", "column", "why")),
        Topic("bilateral", "bilateral", "May modifier 50 (or LT, RT) be reported with this code?", ("allowed", "needed", "value", "which",)),
        Topic("mue", "mue", "May so many units be reported (value, mai: the limit and its indicator)?", ("allowed", "value", "mai")),
        Topic("modifier_25", "modifier_25", "May modifier 25 (or 57) be reported on this visit, or where it is asked to stand?", ("allowed", "needed", "which", "why",)),
        Topic("timed_units", "timed_units", "May so many units be billed for these minutes (value: how many)?", ("value", "allowed")),
        Topic("global_period", "global_period", "Is the day asked about inside the global period, or does the modifier fit?", ("value", "inside", "which", "allowed", "needed", "full_payment",)),
        Topic("timing", "timing", "Is the code timed (one_on_one: does it need one-on-one attendance)?", ("timed", "untimed", "value", "one_on_one", "supervised", "minimum", "which_timed", "which_untimed")),
        Topic("therapy_modifier", "therapy_modifier", "Is GP, GO or GN needed (allowed: may it be reported)?", ("needed", "allowed", "which")),
        Topic("em", "em", "Do these minutes or this decision making reach the level?", ("time", "time_allowed", "level_by_time", "mdm", "staff_time", "new_or_established", "value",)),
        Topic("kx_threshold", "kx_threshold", "Is KX needed (value: what is the threshold of the year)?", ("value", "needed", "review")),
        Topic("chiropractic", "chiropractic", "Is what is asked reported, or covered by Medicare, in chiropractic care?", ("at", "at_value", "covered", "maintenance", "regions", "vertebrae", "part", "xray", "per_day",)),
        Topic("assistant_modifier", "assistant_modifier", "Is CQ or CO needed (value: what is paid; supervision; minutes)?", ("needed", "allowed", "value", "value_check", "minutes", "supervision", "after_mppr")),
        Topic("icd10", "icd10", "Is this diagnosis code valid and billable (together: may the two be reported together)?", ("billable", "valid", "successor", "together", "value",)),
        Topic("surgeons", "surgeons", "Is the code paid by Medicare with an assistant, co-surgeon or team modifier?", ("allowed", "needed", "value", "which",)),
        Topic("mppr", "mppr", "Does the therapy multiple procedure payment reduction cut it that day?", ("reduced", "full_payment", "value", "same_as_51")),
        Topic("code_valid", "code_valid", "Does the code exist on the date of service?", ("valid", "successor", "replacement",)),
        Topic("fee", "medicare_fee", "What does Medicare allow (rvu, conversion_factor; share: what part of it does it pay)?", ("value", "rvu", "conversion_factor", "share",)),
        Topic("status", "status", "Does Medicare pay the code by itself (valid: does Medicare accept it)?", ("payable", "value", "replacement", "bundled", "valid", "indicators", "meaning", "meaning_check")),
        Topic("abn", "abn", "Does this ABN modifier (or an ABN) fit the case?", ("which", "allowed", "needed", "ptp", "mue",)),
        Topic("visit", "visit", "Which modifiers does each line of the visit take?", ("modifiers",)),
        Topic("provider", "provider", "May this person bill it?", ("allowed", "needed", "who", "incident_to", "aide_student",)),
        Topic("denial", "denial", "Which rules explain the denial (value: what the reason code is about)?", ("why", "value")),
        Topic("modifier_order", "modifier_order", "In which order do the modifiers go?", ("which",)),
        Topic("modifier_info", "modifier_info", "What does the modifier mean?", ("value",)),
    )
}  # fmt: skip

_loaded: dict[str, Rule] = {}


def rule_of(topic: str) -> Rule | None:
    """The rule of a topic, its module imported at first use; None for a topic no rule decides."""
    if topic not in TOPICS:
        return None
    if topic not in _loaded:
        _loaded[topic] = import_module(f"assistant.rules.{TOPICS[topic].module}").rule
    return _loaded[topic]


def decide(question: Question, facts: Facts, names: Mapping[str, str]) -> tuple[Ruling, ...]:
    """The rulings on everything the question asks, in the order asked; () where no rule decides."""
    rulings: list[Ruling] = []
    for asked in question.asks or _ended(question, facts):
        for ask in _directed(asked, question, facts):
            rule = rule_of(ask.topic)
            if rule is not None:
                rulings += [made for made in _made(rule, ask, question, facts, names) if made not in rulings]
    return tuple(rulings)


def _ended(question: Question, facts: Facts) -> tuple[Ask, ...]:
    """Nothing a topic decides is asked, but of a code that was not valid any more on the date: that is said."""
    when = question.date_of_service
    dead = tuple(code for code in question.codes if facts.on(when, "code_life", code).state == "ended")
    value = re.search(r"\b(?:what|which|when|why|how|who|where)\b", question.text.lower()) is not None
    return (
        (
            Ask(
                "code_valid",
                "valid",
                dead,
                details={"kind": "value" if value else "yes_no", "text": question.text.lower()},
            ),
        )
        if dead
        else ()
    )


REACH = range(2020, 2101)
"""Years the rules were written over. Outside them a rule may find half of its facts: then nothing is ruled."""


def _made(
    rule: Rule, ask: Ask, question: Question, facts: Facts, names: Mapping[str, str]
) -> tuple[Ruling, ...]:
    """What a rule says, as the words bear it. A ruling that no fact carries is none: it says which date is not held."""
    when = question.date_of_service
    try:
        made = _heard(ask, rule(ask, question, facts, names))
    except (IndexError, OverflowError):
        if when.year in REACH:
            raise
        made = (Ruling(ask.topic, f"{ask.topic}.date", None, None, (), ask.codes, ()),)
    lacks = f"Nothing is held for {when.isoformat()} that decides this; give another date of service, or load the edition of that date."
    return tuple(
        replace(one, verdict=None, answer=None, sentences=((lacks, ()),), missing=lacks)
        if not one.facts and not one.missing and when.year not in REACH
        else one
        for one in made
    )


# Rules that rule on a comparison or an inference as such ("does KX guarantee payment?").
_INFERENCES = (
    "guarantee",
    "coverage",
    "zero",
    "counts",
    "same_as_51",
    "basis",
    "staff_time",
    "mai_meaning",
    "meaning_check",
    "bill_patient",
    "patient",
    "liable",
    "attests",
    "inference",
    "no_limit",
    "helpers",
    "replaces",
    "other_payers",
    "methods",
    "asked",
    "excluded",
    "prefer",
    "areas",
    "indicator_meaning",
    "not_separate",
    "new_patient",
    "xray",
)
_VALUES = frozenset({"kx_threshold", "mue", "fee", "em", "mppr", "global_period"})


def _heard(ask: Ask, made: tuple[Ruling, ...]) -> tuple[Ruling, ...]:
    """Rulings with the answer the words bear: none where they compare or infer and the rule does not, and yes or no to "is it 6?"
    where the value held says so."""
    if ask.details.get("unsure"):
        made = tuple(m if m.rule.endswith(_INFERENCES) else replace(m, answer=None) for m in made)
    put = _compared(ask, made)
    if put is not None:
        made = (replace(made[0], answer=("no" if put == "yes" else "yes") if ask.negated else put),)
    elif (
        ask.details.get("kind") == "yes_no"
        and ask.form == "value"
        and ask.topic in _VALUES
        and len(made) == 1
    ):
        given = {n for key in ("money", "numbers") for n in ask.details.get(key, "").split(",") if n}
        values = {
            f.value.replace(",", "")
            for m in made
            for f in m.facts
            if f.field in {"amount", "value", "minutes", "conv_factor", "glob_days"}
        }
        if ask.topic == "fee":  # an amount is worked out, no fact is the amount itself
            values = {
                n.replace(",", "")
                for m in made
                for text, _ in m.sentences[:1]
                for n in re.findall(r"\$([\d,]+\.\d\d)", text)
            }
            given = {n for n in ask.details.get("money", "").split(",") if n}
        if len(given) == 1 and values and not made[0].missing and made[0].answer is None:
            right: Verdict = "yes" if given & values else "no"
            made = (replace(made[0], answer=("no" if right == "yes" else "yes") if ask.negated else right),)
    return made


_COMPARED = {
    "ptp": ("indicator", ("modifier_indicator", "value")), "surgeons": ("allowed", ("percent",)),
    "fee": ("conversion_factor", ("value", "amount", "conv_factor")),
}  # fmt: skip


def _compared(ask: Ask, made: tuple[Ruling, ...]) -> Verdict | None:
    """Yes or no to "is the indicator a 1?", "do co-surgeons each get 62.5%?", "is the factor 32.3465?": the one number stated
    against the values that the ruling rests on."""
    if ask.topic not in _COMPARED or len(made) != 1 or made[0].answer is not None or made[0].missing:
        return None
    form, fields = _COMPARED[ask.topic]
    if (
        ask.details.get("kind") != "yes_no"
        or (ask.form != form and ask.topic != "surgeons")
        or ask.details.get("unsure")
    ):
        return None
    kind = "percent" if ask.topic == "surgeons" else "numbers"
    stated = [n for n in ask.details.get(kind, "").split(",") if re.fullmatch(r"\d+(?:\.\d+)?", n)]
    if not stated and kind == "numbers":
        stated = [n for n in ask.details.get("money", "").split(",") if re.fullmatch(r"\d+(?:\.\d+)?", n)]
    values = [f.value for f in made[0].facts if f.field in fields and re.fullmatch(r"\d+(?:\.\d+)?", f.value)]
    if len(stated) != 1 or not values:
        return None
    places = len(stated[0].partition(".")[2])
    return "yes" if any(round(float(v), places) == float(stated[0]) for v in values) else "no"


def _directed(ask: Ask, question: Question, facts: Facts) -> tuple[Ask, ...]:
    """What the facts say must be asked first or instead: a code that is not valid on the date, an add-on code beside another."""
    when = question.date_of_service
    if (
        ask.topic == "add_on"
        and ask.form == "alone"
        and re.search(r"\bmppr\b|\breduc", ask.details.get("text", ""))
    ):  # "only traction that day: reduced?" asks for the reduction, not for a primary
        ask = replace(ask, topic="mppr", form="reduced")
    if (
        ask.topic == "add_on"
        and ask.form == "alone"
        and medicare(question)
        and re.search(r"\bpa(?:y|ys|id|yable)\b|\bcover|\breimburs", ask.details.get("text", ""))
        and len(ask.codes) == 1
        and facts.on(when, "add_on_code", ask.codes[0], "type").state == "no"
    ):  # "is 97010 paid when billed alone?" asks whether it is paid at all
        ask = replace(ask, topic="status", form="payable")
    if (
        ask.topic == "add_on"
        and ask.form == "alone"
        and re.match(r"^\W*<C> (?:was |is |got |came back )?denied\b[^?]*$", ask.details.get("text", ""))
    ):  # "97598 denied no primary on claim" tells a denial and asks why
        ask = replace(ask, topic="denial", form="why", details={**ask.details, "kind": "why"})
    dead = tuple(code for code in ask.codes if facts.on(when, "code_life", code).state == "ended")
    if dead and ask.topic not in {"code_valid", "denial", "modifier_info"}:
        first = replace(ask, topic="code_valid", form="valid", codes=dead)
        rest = tuple(code for code in ask.codes if code not in dead)
        return (
            (first, replace(ask, codes=rest))
            if rest and ask.topic not in {"ptp", "modifier_59"}
            else (first,)
        )
    if ask.topic == "ptp" and ask.form == "allowed" and len(ask.codes) == 2:
        a, b = ask.codes
        for add_on, other in ((a, b), (b, a)):
            if facts.on(when, "add_on_code", add_on, "type").state != "held":
                continue
            listed = facts.on(when, "aoc", f"{add_on}/{other}", "type").state == "held"
            if (
                listed
                or (other.isdigit() and "99202" <= other <= "99499")
                or "primary" in ask.details.get("text", "")
            ):
                return (replace(ask, topic="add_on", form="primary", codes=(add_on, other)),)
    return (ask,)
